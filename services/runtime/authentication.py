"""Who calls: bearer tokens (JWT), from an OIDC issuer or, on a machine of its own, from the built-in issuer.

A token says who somebody is and nothing else; what they may do follows from role events (`authority.py`).
"""

import asyncio
import contextlib
import json
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import httpx
import jwt
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from starlette.requests import HTTPConnection

from services.runtime.commands import Refused
from services.runtime.problems import UNAUTHENTICATED
from services.runtime.secret_files import read_or_make

ALGORITHMS = ("EdDSA", "ES256", "ES384", "PS256", "RS256")
"""Signatures with a private key only: `none` and shared secrets are not among them."""
LEEWAY = timedelta(seconds=30)
REFRESH_SECONDS = 300.0
REMEMBERED_SECONDS = 60.0
REMEMBERED_TOKENS = 10_000
BUILT_IN_ISSUER = "urn:zhucun:embedded"
PERSON = re.compile(r"^P[0-9]{6,12}$")

log = structlog.get_logger(__name__)


class IssuerError(Exception):
    """The issuer of tokens cannot be used: one sentence."""


class Keys(Protocol):
    """The public keys of one issuer."""

    def find(self, key_id: str | None) -> jwt.PyJWK | None: ...


class TokenVerifier:
    """Accepts the tokens of one issuer for one audience."""

    def __init__(self, keys: Keys, *, issuer: str, audience: str, person_claim: str = "sub") -> None:
        self.issuer = issuer
        self._keys = keys
        self._audience = audience
        self._person_claim = person_claim

    def verify(self, token: str) -> tuple[str, float]:
        """The person whom a valid token names and when it expires (Unix time); raises jwt.InvalidTokenError."""
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise jwt.InvalidAlgorithmError("the algorithm is not accepted")
        key = self._keys.find(header.get("kid"))
        if key is None or key.algorithm_name != header["alg"]:
            raise jwt.InvalidKeyError("the key is not one of the issuer's")
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[header["alg"]],
            audience=self._audience,
            issuer=self.issuer,
            leeway=LEEWAY,
            options={"require": ["exp", "iat", "iss", "aud", self._person_claim]},
        )
        person = claims[self._person_claim]
        if not isinstance(person, str) or not PERSON.fullmatch(person):
            raise jwt.InvalidTokenError(f"the claim {self._person_claim} names no person")
        return person, float(claims["exp"])


class Authenticator:
    """Finds the caller of a request among the configured issuers.

    A token that was verified is not verified again for a minute: longer would outlive a key that its issuer withdrew.
    """

    def __init__(
        self,
        verifiers: Sequence[TokenVerifier],
        *,
        feed_token: str | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._verifiers = {verifier.issuer: verifier for verifier in verifiers}
        self._feed_token = feed_token
        self._clock = clock
        self._verified: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def __call__(self, http: HTTPConnection) -> str:
        """The person id of the bearer; raises Refused UNAUTHENTICATED. The reason is logged, not told."""
        token = bearer(http)
        if token is None:
            raise Refused(UNAUTHENTICATED)
        person, until = self._verified.get(token, ("", 0.0))
        return person if self._clock() < until else self._verify(token)

    def _verify(self, token: str) -> str:
        self._verified.pop(token, None)
        try:
            claimed = jwt.decode(token, options={"verify_signature": False}).get("iss")
            verifier = self._verifiers.get(claimed) if isinstance(claimed, str) else None
            if verifier is None:
                raise jwt.InvalidIssuerError("the issuer is not known here")
            person, expires = verifier.verify(token)
        except jwt.PyJWTError as error:
            log.info("token refused", reason=str(error))
            raise Refused(UNAUTHENTICATED) from error
        self._verified[token] = person, min(expires, self._clock() + REMEMBERED_SECONDS)
        if len(self._verified) > REMEMBERED_TOKENS:
            self._verified.popitem(last=False)
        return person

    def is_service(self, http: HTTPConnection) -> bool:
        """Whether the bearer is another zhucun service (the shared feed token)."""
        token = bearer(http)
        return token is not None and self._feed_token is not None and secrets.compare_digest(token, self._feed_token)


def bearer(http: HTTPConnection) -> str | None:
    """The token of the Authorization header."""
    scheme, _, token = http.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


class BuiltInIssuer:
    """Signs tokens with a key of this machine. For the embedded mode only: whoever reads `path` is anybody."""

    def __init__(self, path: Path, *, audience: str) -> None:
        key = load_pem_private_key(read_or_make(path, _new_key), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise IssuerError(f"{path} holds no Ed25519 key")
        self._key = key
        self._audience = audience
        public = jwt.algorithms.OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
        self._public = jwt.PyJWK({**public, "alg": "EdDSA", "kid": "embedded"})

    def token(self, person: str, *, lifetime: timedelta = timedelta(hours=12)) -> str:
        """A token that says that its bearer is `person`; raises ValueError for what is no person id."""
        if not PERSON.fullmatch(person):
            raise ValueError(f"{person!r} is not a person id such as P530113001")
        now = datetime.now(UTC)
        claims = {"iss": BUILT_IN_ISSUER, "aud": self._audience, "sub": person, "iat": now, "exp": now + lifetime}
        return jwt.encode(claims, self._key, algorithm="EdDSA", headers={"kid": "embedded"})

    def find(self, key_id: str | None) -> jwt.PyJWK | None:
        """The one public key."""
        return self._public if key_id == "embedded" else None

    def verifier(self) -> TokenVerifier:
        """Accepts what this issuer signs."""
        return TokenVerifier(self, issuer=BUILT_IN_ISSUER, audience=self._audience)


class PublishedKeys:
    """The keys that an OIDC issuer publishes (JWKS), from a URL or a file; read again when an unknown one appears."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._keys: Mapping[str | None, jwt.PyJWK] = {}
        self._unknown_seen = asyncio.Event()

    def find(self, key_id: str | None) -> jwt.PyJWK | None:
        """The key of that id. An unknown id is refused now and makes :meth:`keep_fresh` read the keys again."""
        key = self._keys.get(key_id)
        if key is None:
            self._unknown_seen.set()
        return key

    async def refresh(self) -> None:
        """Read the keys; raises IssuerError when the source does not give any."""
        try:
            found = {key.key_id: key for key in jwt.PyJWKSet.from_json(await self._text()).keys}
        except (OSError, httpx.HTTPError, ValueError, jwt.PyJWTError) as error:
            raise IssuerError(f"no keys can be read from {self._source} (ZHUCUN_OIDC_JWKS): {error}") from error
        self._keys = found

    async def keep_fresh(self) -> None:
        """Read the keys every five minutes, and soon after an unknown one was seen (at most every ten seconds)."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._unknown_seen.wait(), REFRESH_SECONDS)
            try:
                await self.refresh()
            except IssuerError as error:
                log.warning("issuer keys not read", reason=str(error))
            await asyncio.sleep(10)
            self._unknown_seen.clear()

    async def _text(self) -> str:
        if not self._source.startswith(("http://", "https://")):
            return await asyncio.to_thread(Path(self._source).read_text, "utf-8")
        async with httpx.AsyncClient(timeout=10) as client:
            response = await client.get(self._source)
            response.raise_for_status()
            json.loads(response.text)
            return response.text


def _new_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

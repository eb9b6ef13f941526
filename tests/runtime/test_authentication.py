"""Tokens: only a valid signature of a known issuer, for us, in time, by a person, gets in."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from starlette.requests import Request

from contracts.refusals import Code
from services.runtime.authentication import Authenticator, BuiltInIssuer, IssuerError, PublishedKeys, TokenVerifier
from services.runtime.commands import Refused

PERSON = "P530113001"
ISSUER = "https://login.example.gov.cn"


def asking(token: str | None) -> Request:
    headers = [(b"authorization", f"Bearer {token}".encode())] if token is not None else []
    return Request({"type": "http", "method": "GET", "path": "/", "headers": headers})


def claims(**changed: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    given = {"iss": ISSUER, "aud": "zhucun", "sub": PERSON, "iat": now, "exp": now + timedelta(hours=1)}
    return {name: value for name, value in {**given, **changed}.items() if value is not None}


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65_537, key_size=2048)


@pytest.fixture
async def authenticator(rsa_key: rsa.RSAPrivateKey, tmp_path: Path) -> Authenticator:
    public = jwt.algorithms.RSAAlgorithm.to_jwk(rsa_key.public_key(), as_dict=True)
    (tmp_path / "jwks.json").write_text(json.dumps({"keys": [{**public, "kid": "k1", "alg": "RS256", "use": "sig"}]}))
    keys = PublishedKeys(str(tmp_path / "jwks.json"))
    await keys.refresh()
    return Authenticator([TokenVerifier(keys, issuer=ISSUER, audience="zhucun")], feed_token="between-services")


def refused(authenticator: Authenticator, token: str | None) -> bool:
    try:
        authenticator(asking(token))
    except Refused as error:
        return error.refusal.code is Code.UNAUTHENTICATED
    return False


def test_a_token_of_the_issuer_says_who_calls(authenticator: Authenticator, rsa_key: rsa.RSAPrivateKey) -> None:
    token = jwt.encode(claims(), rsa_key, "RS256", headers={"kid": "k1"})
    assert authenticator(asking(token)) == PERSON


def test_no_token_is_refused(authenticator: Authenticator) -> None:
    assert refused(authenticator, None)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "ey.ey.ey"])
def test_rubbish_is_refused(authenticator: Authenticator, token: str) -> None:
    assert refused(authenticator, token)


def test_a_key_of_somebody_else_under_the_same_id_is_refused(authenticator: Authenticator) -> None:
    other = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    assert refused(authenticator, jwt.encode(claims(), other, "RS256", headers={"kid": "k1"}))


def test_an_unknown_key_id_is_refused(authenticator: Authenticator, rsa_key: rsa.RSAPrivateKey) -> None:
    assert refused(authenticator, jwt.encode(claims(), rsa_key, "RS256", headers={"kid": "k2"}))


def test_algorithm_none_is_refused(authenticator: Authenticator) -> None:
    assert refused(authenticator, jwt.encode(claims(), "", "none", headers={"kid": "k1"}))


def test_the_public_key_as_a_shared_secret_is_refused(authenticator: Authenticator) -> None:
    assert refused(authenticator, jwt.encode(claims(), "s" * 64, "HS256", headers={"kid": "k1"}))


def test_another_algorithm_than_the_key_is_for_is_refused(authenticator: Authenticator) -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    assert refused(authenticator, jwt.encode(claims(), other, "ES256", headers={"kid": "k1"}))


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": datetime.now(UTC) - timedelta(minutes=5)},
        {"exp": None},
        {"aud": "another-system"},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"nbf": datetime.now(UTC) + timedelta(days=30)},
        {"sub": "zhangsan"},
        {"sub": None},
    ],
    ids=[
        "expired",
        "no expiry",
        "wrong audience",
        "no audience",
        "wrong issuer",
        "no issuer",
        "not yet",
        "no id",
        "nobody",
    ],
)
def test_a_claim_that_does_not_hold_is_refused(
    authenticator: Authenticator, rsa_key: rsa.RSAPrivateKey, changed: dict[str, Any]
) -> None:
    assert refused(authenticator, jwt.encode(claims(**changed), rsa_key, "RS256", headers={"kid": "k1"}))


def test_the_token_between_services_names_no_person(authenticator: Authenticator) -> None:
    assert authenticator.is_service(asking("between-services"))
    assert not authenticator.is_service(asking("between-servicez"))
    assert refused(authenticator, "between-services")


def test_the_built_in_issuer_keeps_its_key_for_itself(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "issuer.key"
    token = BuiltInIssuer(path, audience="zhucun").token(PERSON)
    again = BuiltInIssuer(path, audience="zhucun")
    assert path.stat().st_mode & 0o077 == 0
    assert Authenticator([again.verifier()])(asking(token)) == PERSON


def test_a_token_of_the_built_in_issuer_is_worth_nothing_elsewhere(
    tmp_path: Path, authenticator: Authenticator
) -> None:
    assert refused(authenticator, BuiltInIssuer(tmp_path / "issuer.key", audience="zhucun").token(PERSON))


def test_the_built_in_issuer_of_another_machine_is_refused(tmp_path: Path) -> None:
    here = BuiltInIssuer(tmp_path / "here.key", audience="zhucun")
    there = BuiltInIssuer(tmp_path / "there.key", audience="zhucun")
    assert refused(Authenticator([here.verifier()]), there.token(PERSON))


async def test_an_issuer_without_keys_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(IssuerError, match="ZHUCUN_OIDC_JWKS"):
        await PublishedKeys(str(tmp_path / "absent.json")).refresh()


async def test_a_key_that_appears_is_known_after_a_refresh(tmp_path: Path) -> None:
    path = tmp_path / "jwks.json"
    path.write_text('{"keys": []}')
    keys = PublishedKeys(str(path))
    with pytest.raises(IssuerError):
        await keys.refresh()
    key = ed25519.Ed25519PrivateKey.generate()
    public = jwt.algorithms.OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
    path.write_text(json.dumps({"keys": [{**public, "kid": "new", "alg": "EdDSA"}]}))
    await keys.refresh()
    token = jwt.encode(claims(), key, "EdDSA", headers={"kid": "new"})
    assert Authenticator([TokenVerifier(keys, issuer=ISSUER, audience="zhucun")])(asking(token)) == PERSON


async def test_a_withdrawn_key_serves_known_bearers_for_a_minute_and_nobody_after_it(
    rsa_key: rsa.RSAPrivateKey, tmp_path: Path
) -> None:
    public = jwt.algorithms.RSAAlgorithm.to_jwk(rsa_key.public_key(), as_dict=True)
    (tmp_path / "jwks.json").write_text(json.dumps({"keys": [{**public, "kid": "k1", "alg": "RS256", "use": "sig"}]}))
    keys = PublishedKeys(str(tmp_path / "jwks.json"))
    await keys.refresh()
    now = [datetime.now(UTC).timestamp()]
    authenticator = Authenticator([TokenVerifier(keys, issuer=ISSUER, audience="zhucun")], clock=lambda: now[0])
    known, other = (
        jwt.encode(claims(jti=name), rsa_key, "RS256", headers={"kid": "k1"}) for name in ("known", "other")
    )
    assert authenticator(asking(known)) == PERSON
    stranger = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    changed = jwt.algorithms.RSAAlgorithm.to_jwk(stranger.public_key(), as_dict=True)
    (tmp_path / "jwks.json").write_text(json.dumps({"keys": [{**changed, "kid": "k1", "alg": "RS256", "use": "sig"}]}))
    await keys.refresh()
    assert refused(authenticator, other)
    now[0] += 59
    assert authenticator(asking(known)) == PERSON
    now[0] += 2
    assert refused(authenticator, known)


def test_a_token_is_verified_once_a_minute_and_each_time_once_it_has_expired(rsa_key: rsa.RSAPrivateKey) -> None:
    asked: list[str | None] = []

    class OneKey:
        def find(self, key_id: str | None) -> jwt.PyJWK:
            asked.append(key_id)
            public = jwt.algorithms.RSAAlgorithm.to_jwk(rsa_key.public_key(), as_dict=True)
            return jwt.PyJWK({**public, "kid": "k1", "alg": "RS256"})

    authenticator = Authenticator([TokenVerifier(OneKey(), issuer=ISSUER, audience="zhucun")])
    for expires, times in ((timedelta(hours=1), 1), (timedelta(seconds=-10), 3)):  # the second within the leeway
        token = jwt.encode(claims(exp=datetime.now(UTC) + expires), rsa_key, "RS256", headers={"kid": "k1"})
        asked.clear()
        assert [authenticator(asking(token)) for _ in range(3)] == [PERSON] * 3
        assert len(asked) == times

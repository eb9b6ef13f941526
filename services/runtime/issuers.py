"""Which issuers of tokens this process accepts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.runtime.authentication import Authenticator, BuiltInIssuer, IssuerError, PublishedKeys, TokenVerifier
from services.runtime.keys import Keys
from services.runtime.settings import Settings


@asynccontextmanager
async def authentication(settings: Settings) -> AsyncIterator[Authenticator]:
    """The issuers whose tokens are accepted: the configured one, and the built-in one on a machine of its own.

    Raises IssuerError where there is none: a service that could let nobody in does not start.
    """
    verifiers: list[TokenVerifier] = []
    fresh: asyncio.Task[None] | None = None
    if settings.oidc_issuer and settings.oidc_jwks:
        keys = PublishedKeys(settings.oidc_jwks)
        await keys.refresh()
        fresh = asyncio.create_task(keys.keep_fresh(), name="issuer-keys")
        verifiers.append(
            TokenVerifier(
                keys,
                issuer=settings.oidc_issuer,
                audience=settings.oidc_audience,
                person_claim=settings.oidc_person_claim,
            )
        )
    if settings.embedded:
        verifiers.append(built_in_issuer(settings).verifier())
    if not verifiers:
        raise IssuerError("nobody could log in: set ZHUCUN_OIDC_ISSUER and ZHUCUN_OIDC_JWKS")
    try:
        yield Authenticator(verifiers, feed_token=Keys(settings).feed_token())
    finally:
        if fresh is not None:
            fresh.cancel()


def built_in_issuer(settings: Settings) -> BuiltInIssuer:
    """The issuer of a machine of its own; raises IssuerError anywhere else."""
    if not settings.embedded:
        raise IssuerError(
            "the built-in issuer signs for the embedded mode only: get tokens from ZHUCUN_OIDC_ISSUER, "
            "or set ZHUCUN_MODE=embedded on a machine for trying out"
        )
    return BuiltInIssuer(settings.var / "secrets" / "issuer.key", audience=settings.oidc_audience)

"""Asks personnel, over HTTP and in somebody's name, to record what is decided about a subscription.

Who may see what is a person's decision with an authority behind it, not an operator's row: personnel checks the role,
records the fact or the refusal, and the publisher acts on what stands in the log.
"""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import httpx

from services.agencies.registry import RegistryError
from services.runtime.encryption import trusted
from services.runtime.issuers import built_in_issuer
from services.runtime.settings import Settings


async def decide(settings: Settings, command: str, fields: Mapping[str, Any], *, by: str | None) -> str:
    """The id of the event that was recorded; raises RegistryError with what was refused and what to do."""
    url = f"{settings.base_url_of('personnel')}/personnel/commands/{command}"
    headers = {"Authorization": f"Bearer {_token(settings, by)}", "Idempotency-Key": str(uuid4())}
    body = {name: value for name, value in fields.items() if value is not None}
    try:
        async with httpx.AsyncClient(timeout=30, verify=trusted(settings)) as client:
            answer = await client.post(url, json=body, headers=headers)
        said = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise RegistryError(
            f"personnel does not answer at {url} ({error or type(error).__name__}): let the services run (zhucun serve)"
        ) from error
    if answer.status_code not in (201, 202):
        why = f"{said.get('code', answer.status_code)}: {said.get('detail_en', said.get('detail', 'refused'))}"
        raise RegistryError(f"{why}; {said.get('remedy_en', 'see the log of personnel')}")
    return str(said["events"][0]["id"])


def _token(settings: Settings, by: str | None) -> str:
    if settings.token is not None:
        return settings.token.get_secret_value()
    if not settings.embedded:
        raise RegistryError("ZHUCUN_TOKEN is not set: the bearer token of the registry keeper who decides this")
    if by is None:
        raise RegistryError("say which registry keeper decides this: --by P… (zhucun bootstrap makes the first)")
    try:
        return built_in_issuer(settings).token(by)
    except ValueError as error:
        raise RegistryError(str(error)) from error

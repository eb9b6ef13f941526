"""The whole examination, in the order in which a cause comes before its consequences."""

import sys
from collections.abc import Awaitable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version

import httpx
import psycopg

from services.ledger.connections import connect
from services.ledger.own_tables import OwnTables
from services.runtime.administration import consumers_of, keeper_exists
from services.runtime.authentication import IssuerError, PublishedKeys
from services.runtime.clock import says_demo
from services.runtime.doctor import buses, certificates, databases, logs
from services.runtime.doctor.findings import Found, State, fine, odd, wrong
from services.runtime.encryption import trusted
from services.runtime.hosting import sources_of
from services.runtime.service import ServiceDefinition
from services.runtime.settings import Settings

HTTP_SECONDS = 3.0


async def examine(
    settings: Settings, definitions: Sequence[ServiceDefinition], readers: Mapping[str, OwnTables]
) -> list[Found]:
    """Every dependency, version, clock, certificate, disk, key, role, stream and lag. Changes nothing.

    `readers`: who follows logs without keeping one, with its tables (the publisher for other agencies).
    """
    names = [definition.name for definition in definitions]
    found = [_program(settings)]
    for definition in definitions:
        name = definition.name
        found += await _seen(f"数据库 database {name}", databases.examine(settings, name, definition.tables))
    for reader, tables in readers.items():
        found += await _seen(f"数据库 database {reader}", databases.examine(settings, reader, tables))
    found += await _seen("总线 bus", buses.examine(settings, consumers_of(definitions)))
    found += await _seen("证书 certificates", certificates.examine(settings, names))
    for definition in definitions:
        found += await _seen(
            f"密钥 keys {definition.name}", logs.examine_keys(settings, definition.name, sources_of(definition))
        )
        found += await _seen(f"签名状态 signed state {definition.name}", logs.examine_state(settings, definition.name))
    found += await _seen("登录 issuer", _issuer(settings))
    found += await _seen("角色 roles", _keeper(settings))
    answers = {name: await _answers(settings, name) for name in names}
    running = {service for service, answer in answers.items() if answer.state is not State.ODD}
    sources = {definition.name: sources_of(definition) for definition in definitions}
    found += await _seen("进度 progress", logs.examine_progress(settings, sources, running))
    return [*found, *answers.values()]


async def _seen(what: str, looking: Awaitable[list[Found]]) -> list[Found]:
    """What one look found; a look that fails is a finding and keeps nobody from the next."""
    try:
        return await looking
    except Exception as error:
        return [wrong(what, f"could not be looked at: {error!r}", "what stands above comes first; else report it")]


def _program(settings: Settings) -> Found:
    what = "程序 program"
    try:
        own = version("zhucun")
    except PackageNotFoundError:
        own = "not installed"
    said = f"zhucun {own}, Python {sys.version.split()[0]}, origin {settings.origin}"
    if says_demo(settings.origin) and not settings.embedded:
        return odd(what, said, "`demo` in ZHUCUN_ORIGIN lets callers set the clock: name another origin for real use")
    return fine(what, said)


async def _issuer(settings: Settings) -> list[Found]:
    what = "登录 issuer"
    if not settings.oidc_issuer or not settings.oidc_jwks:
        if settings.embedded:
            return [fine(what, "tokens are signed on this machine")]
        return [wrong(what, "nobody could log in", "set ZHUCUN_OIDC_ISSUER and ZHUCUN_OIDC_JWKS")]
    try:
        await PublishedKeys(settings.oidc_jwks).refresh()
    except IssuerError as error:
        return [wrong(what, str(error), "reach the issuer, or keep its keys in a file")]
    return [fine(what, f"{settings.oidc_issuer}, for {settings.oidc_audience}")]


async def _keeper(settings: Settings) -> list[Found]:
    what = "角色 roles"
    try:
        async with await connect(databases.url_of(settings, "personnel"), name="zhucun doctor") as connection:
            there = await keeper_exists(connection)
    except psycopg.Error:
        return []  # the database is reported by itself
    if not there:
        return [odd(what, "there is no registry keeper: nobody can grant roles", "zhucun bootstrap PERSON")]
    return [fine(what, "there is a registry keeper")]


async def _answers(settings: Settings, service: str) -> Found:
    """Odd where nobody answers: a doctor is also asked before anything is started, and after everything is stopped."""
    what = f"服务 service {service}"
    url = f"{settings.base_url_of(service)}/readyz"
    try:
        async with httpx.AsyncClient(timeout=HTTP_SECONDS, verify=trusted(settings)) as client:
            answer = await client.get(url)
        complaints = answer.json()["complaints"] if answer.status_code == 503 else []
    except (httpx.HTTPError, ValueError, KeyError) as error:
        said = f"{url} does not answer ({str(error) or type(error).__name__})"
        return odd(what, said, f"zhucun serve {service}, or set ZHUCUN_{service.upper()}_URL")
    if complaints:
        reasons = "; ".join(f"{item.get('reader', 'database')}: {item['reason']}" for item in complaints)
        return wrong(what, f"not ready: {reasons}", "see the runbook page of the reader that stands")
    return fine(what, f"ready at {settings.base_url_of(service)}")

"""Steps of administration: databases, bus, keys, the first registry keeper. A starting service takes none of them."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from uuid import uuid4

import psycopg

from contracts.catalogue import SERVICES
from contracts.fact import Actor
from contracts.identifiers import Role
from contracts.personnel import RoleGranted
from services.ledger import bus
from services.ledger.connections import open_pool
from services.ledger.migrations import apply_schema, database_url
from services.ledger.own_tables import apply_tables
from services.ledger.store import Draft, Store
from services.runtime.clock import Clock
from services.runtime.commands import Refused
from services.runtime.context import BEIJING
from services.runtime.decisions import RULESET
from services.runtime.hosting import sources_of
from services.runtime.keys import Keys
from services.runtime.service import ServiceDefinition
from services.runtime.settings import Settings

READERS: bus.Consumers = {"agency": SERVICES}
"""Who follows logs without keeping one: the publisher for other agencies (`services/agencies`)."""

_BOOTSTRAP_LOCK = 0x7A68756E
_ROLE_EVENTS = "select body from ledger.whole_event where starts_with(stream, 'role/')"


class AdministrationError(Exception):
    """A step that cannot be taken: one sentence."""


def make_missing_keys(settings: Settings, definitions: Sequence[ServiceDefinition]) -> list[str]:
    """Make the private keys that are missing and write the public halves; returns these. Existing keys stay."""
    keys = Keys(settings)
    for definition in definitions:
        for name in definition.secrets:
            keys.secret(name, make=True)
    if any(definition.name == "assessment" for definition in definitions):  # it alone signs evidence
        keys.evidence_signer(make=True)
    if settings.sm2:
        for definition in definitions:
            keys.sm2_signer(definition.name, make=True)
    return [keys.signer(definition.name, make=True).vkey for definition in definitions]


def consumers_of(definitions: Iterable[ServiceDefinition]) -> bus.Consumers:
    """Who follows whose log, for the bus."""
    return {definition.name: sources_of(definition) for definition in definitions}


async def apply_databases(settings: Settings, definitions: Sequence[ServiceDefinition]) -> None:
    """Create or bring forward the database of each service."""
    for definition in definitions:
        url, prefix = settings.postgres_of(definition.name), settings.database_prefix
        await apply_schema(url, definition.name, prefix)
        if definition.tables is not None:
            await apply_tables(url, definition.name, prefix, definition.tables)


async def apply_bus(settings: Settings, definitions: Sequence[ServiceDefinition], *, repair: bool = False) -> list[str]:
    """Create the streams and durables, compare those that are there; returns what was done, one line each."""
    return await bus.apply(
        settings.nats(), consumers_of(definitions), replicas=settings.replicas, readers=READERS, repair=repair
    )


def make_keys(settings: Settings, definitions: Sequence[ServiceDefinition]) -> None:
    """Make the keys of all logs (embedded mode) or see that they are there."""
    keys = Keys(settings)
    for definition in definitions:
        keys.signer(definition.name)
        for name in definition.secrets:
            keys.secret(name)
    keys.feed_token()


async def bootstrap(settings: Settings, person: str, area: str, *, at: str | None = None) -> str:
    """Grant the very first registry keeper, who grants all other roles; returns the event id.

    `at` is a simulated instant, for demonstration logs only. Raises AdministrationError when there is a keeper already.
    """
    clock = Clock(settings.origin_of("personnel"))
    try:
        now = clock.at(at)
    except Refused as error:
        raise AdministrationError(error.refusal.en) from error
    url = database_url(settings.postgres_of("personnel"), "personnel", prefix=settings.database_prefix)
    pool = await open_pool(url, name="zhucun bootstrap", max_size=2)
    try:
        async with pool.connection() as lock:
            await lock.execute("select pg_advisory_lock(%s)", (_BOOTSTRAP_LOCK,))
            if await keeper_exists(lock):
                raise AdministrationError("there is a registry keeper already, who can grant roles (grant-role)")
            store = Store(pool, service="personnel", origin=settings.origin_of("personnel"))
            stream = f"role/{person}"
            fact = RoleGranted(
                actor=Actor(person=person, role=Role.NONE),
                article="0",
                ruleset=RULESET,
                place=area,
                grant="bootstrap",
                person=person,
                role=Role.REGISTRY_KEEPER,
                area=area,
                starts_on=now.astimezone(BEIJING).date(),
            )
            event = str(uuid4())
            await store.append(
                [Draft(stream=stream, fact=fact, id=event)],
                heads=await store.heads([stream]),
                recorded=now,
                correlation=f"bootstrap-{datetime.now(UTC):%Y%m%dT%H%M%SZ}",
                receipt=None,
            )
            return event
    finally:
        await pool.close()


async def keeper_exists(connection: psycopg.AsyncConnection[tuple[object, ...]]) -> bool:
    """Whether anybody was ever granted the role of registry keeper."""
    rows = await (await connection.execute(_ROLE_EVENTS)).fetchall()
    granted = (json.loads(bytes(row[0])) for row in rows if isinstance(row[0], bytes | memoryview))
    return any(event["data"].get("role") == Role.REGISTRY_KEEPER for event in granted)

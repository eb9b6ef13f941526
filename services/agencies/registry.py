"""Which agencies subscribe, to what, and with which keys: what personnel's log says of it.

The rows here are a fold of `Subscription…` events in the publisher's inbox, of those below a verified checkpoint:
nobody is let in by a row that somebody wrote, nor by an event that no log has signed. Only what is this machine's own
matter, the disk that an agency may take, is kept beside.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from contracts.identifiers import parse_instant
from contracts.scopes import Scope, ScopeError
from services.ledger.connections import Pool
from services.ledger.projection import Cursor, Delivered, delivered

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
MAX_NAME = 40

log = structlog.get_logger(__name__)

_KINDS = ("Granted", "ScopeChanged", "Rekeyed", "Revoked")
_TYPES = [f"zhucun.personnel.Subscription{kind}.v1" for kind in _KINDS]
_COLUMNS = "name, role, places, organisation, key, vkeys, scope_version, store_mb, granted, expires, revoked"

_GRANTED = """
    insert into agency.agency (name, role, places, organisation, key, vkeys, granted, expires)
    values (
        %(agency)s, %(role)s, %(places)s, %(organisation)s, %(key)s, array[%(scope_key)s::text], %(at)s, %(expires)s)
"""
_SCOPE_CHANGED = """
    update agency.agency set places = %(places)s, organisation = %(organisation)s, scope_version = scope_version + 1
    where name = %(agency)s
"""
_REKEYED = """
    update agency.agency set key = %(key)s, expires = %(expires)s,
        vkeys = %(scope_key)s::text || array_remove(vkeys, %(scope_key)s::text)
    where name = %(agency)s
"""
_STATEMENTS = dict(
    zip(
        _TYPES,
        (_GRANTED, _SCOPE_CHANGED, _REKEYED, "update agency.agency set revoked = %(at)s where name = %(agency)s"),
        strict=True,
    )
)
_ABSENT: dict[str, Any] = {"organisation": None, "expires": None}


@dataclass(frozen=True, slots=True)
class Agency:
    """One subscriber. `key` is its public NKey; `vkeys` sign or signed for its scope's log, the present one first."""

    name: str
    scope: Scope
    key: str
    vkeys: tuple[str, ...]
    scope_version: int
    """Counts what the scope was; a new one means that the logs are looked through again."""
    store_mb: int
    """What its stream may take of the disk of its server."""
    granted: datetime
    expires: datetime | None
    revoked: datetime | None

    @property
    def origin(self) -> str:
        """Origin of the scope's log: the name of its keys."""
        return self.vkeys[0].partition("+")[0]

    def admitted(self, now: datetime) -> bool:
        """Whether its credentials are good at this instant."""
        return self.revoked is None and (self.expires is None or now < self.expires)


class RegistryError(Exception):
    """A step that cannot be taken: one sentence."""


def check_name(name: str) -> None:
    """Raises RegistryError for a name that could not stand in subjects, files and origins."""
    if not NAME.fullmatch(name) or len(name) > MAX_NAME:
        raise RegistryError(f"{name!r} cannot name an agency: lower-case words joined by hyphens, {MAX_NAME} at most")


def scope_of(role: str, places: Sequence[str], organisation: str | None) -> Scope:
    """Raises RegistryError for a scope that cannot be given."""
    try:
        return Scope.of(role, places, organisation)
    except ScopeError as error:
        raise RegistryError(str(error)) from error


async def agencies(pool: Pool) -> list[Agency]:
    """All of them that this publisher has made room for, the revoked ones too, by name."""
    async with pool.connection() as connection:
        cursor = await connection.execute(
            f"select {_COLUMNS} from agency.agency join agency.disk on agency = name order by name"  # noqa: S608  a constant
        )
        rows = await cursor.fetchall()
    return [Agency(row[0], Scope.of(row[1], row[2], row[3]), row[4], tuple(row[5]), *row[6:]) for row in rows]


async def agency(pool: Pool, name: str) -> Agency:
    """Raises RegistryError where there is none."""
    for found in await agencies(pool):
        if found.name == name:
            return found
    raise RegistryError(f"there is no agency {name}")


async def bring_forward(pool: Pool, origin: str) -> int:
    """Takes in what personnel's log `origin` has said since; returns the number of facts about subscriptions."""
    async with pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
        await cursor.execute("select next from agency.register for update")
        row = await cursor.fetchone()
        await cursor.execute("select checkpoint_size from ledger.inbox_mark where origin = %s", (origin,))
        verified = await cursor.fetchone()
        assert row is not None, "the register always has its row"
        if verified is None or verified[0] <= row[0]:
            return 0
        await cursor.execute(
            "select idx, body, leaf from ledger.whole_inbox"
            " where origin = %s and idx >= %s and idx < %s and type = any(%s) order by idx",
            (origin, row[0], verified[0], _TYPES),
            binary=True,
        )
        events = [delivered(origin, *found) for found in await cursor.fetchall()]
        for event in events:
            await _apply(cursor, event)
        await cursor.execute("update agency.register set next = %s", (verified[0],))
    return len(events)


async def _apply(cursor: Cursor, event: Delivered) -> None:
    values = _ABSENT | event.data | {"at": parse_instant(event.recorded)}
    if values["expires"] is not None:
        values["expires"] = parse_instant(values["expires"])
    await cursor.execute(_STATEMENTS[event.type], values)
    assert cursor.rowcount == 1, f"{event.type} {event.id} is about a subscription that nobody granted"
    name = event.data["agency"]
    if event.type == _TYPES[0]:
        await cursor.execute("insert into agency.edge (agency) values (%s)", (name,))
        await cursor.execute("select 1 from agency.disk where agency = %s", (name,))
        if await cursor.fetchone() is None:
            log.error(
                "agency without disk", agency=name, reason="granted, but not by zhucun agency add on this machine"
            )


async def reserve(pool: Pool, name: str, store_mb: int, budget_mb: int) -> None:
    """Room for a new agency; raises RegistryError when all together would take more than `budget_mb`.

    A nats-server that is told to reserve more than it has switches JetStream off for everybody.
    """
    async with pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
        await _fits(cursor, name, store_mb, budget_mb)
        await cursor.execute(
            "insert into agency.disk (agency, store_mb) values (%s, %s)"
            " on conflict (agency) do update set store_mb = excluded.store_mb"
            " where not exists (select from agency.agency where name = excluded.agency)",
            (name, store_mb),
        )


async def enlarge(pool: Pool, name: str, store_mb: int, budget_mb: int) -> None:
    """More room for an agency that is there; raises RegistryError as `reserve` does, and when it would not be more."""
    async with pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
        await _fits(cursor, name, store_mb, budget_mb)
        await cursor.execute(
            "update agency.disk set store_mb = %s where agency = %s and store_mb < %s", (store_mb, name, store_mb)
        )
        if cursor.rowcount == 0:
            raise RegistryError(f"{name} has {store_mb} MB or more already: what it was sent is kept, so never less")


async def _fits(cursor: Cursor, name: str, store_mb: int, budget_mb: int) -> None:
    await cursor.execute("lock table agency.disk in share row exclusive mode")
    await cursor.execute("select coalesce(sum(store_mb), 0) from agency.disk where agency <> %s", (name,))
    row = await cursor.fetchone()
    if row is None or row[0] + store_mb > budget_mb:
        raise RegistryError(
            f"{store_mb} MB for {name} are more than the {budget_mb} MB for all agencies leave"
            " (ZHUCUN_AGENCY_BUDGET_MB): give their server a larger disk first, then raise it"
        )


async def release(pool: Pool, name: str) -> None:
    """Gives back the room of an agency that was not granted after all."""
    async with pool.connection() as connection:
        await connection.execute(
            "delete from agency.disk d where agency = %s"
            " and not exists (select from agency.agency where name = d.agency)",
            (name,),
        )

"""Which agencies subscribe, to what, and with which key: rows of the publisher's own database."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.scopes import Scope, ScopeError
from services.ledger.connections import Pool

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
MAX_NAME = 40

_COLUMNS = "name, role, places, organisation, key, scope, vkey, store_mb, added, expires, revoked"


@dataclass(frozen=True, slots=True)
class Agency:
    """One subscriber. `key` is its public NKey, `origin` and `vkey` are those of its scope's log."""

    name: str
    scope: Scope
    key: str
    origin: str
    vkey: str
    store_mb: int
    """What its stream may take of the bus's disk."""
    added: datetime
    expires: datetime | None
    revoked: datetime | None

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
    """All of them, the revoked ones too, by name."""
    async with pool.connection() as connection:
        cursor = await connection.execute(f"select {_COLUMNS} from agency.agency order by name")  # noqa: S608  a constant
        rows = await cursor.fetchall()
    return [Agency(row[0], Scope.of(row[1], row[2], row[3]), *row[4:]) for row in rows]


async def agency(pool: Pool, name: str) -> Agency:
    """Raises RegistryError where there is none."""
    for found in await agencies(pool):
        if found.name == name:
            return found
    raise RegistryError(f"there is no agency {name}")


async def add(
    pool: Pool,
    name: str,
    *,
    role: str,
    places: Sequence[str],
    organisation: str | None,
    key: str,
    origin: str,
    vkey: str,
    store_mb: int,
    budget_mb: int,
    expires: datetime | None,
) -> Agency:
    """A new subscriber; raises RegistryError for a name that is or was in use, or a scope that cannot be given.

    Also when all agencies together would reserve more than `budget_mb`: a nats-server that is told to reserve more
    than it has switches JetStream off for everybody.
    """
    check_name(name)
    scope = scope_of(role, places, organisation)
    async with pool.connection() as connection, connection.transaction():
        await connection.execute("lock table agency.agency in share row exclusive mode")
        cursor = await connection.execute("select coalesce(sum(store_mb), 0) from agency.agency")
        reserved = await cursor.fetchone()
        if reserved is None or reserved[0] + store_mb > budget_mb:
            raise RegistryError(
                f"{store_mb} MB for {name} are more than the {budget_mb} MB for all agencies leave"
                " (ZHUCUN_AGENCY_BUDGET_MB): give the bus a larger disk first, then raise it"
            )
        cursor = await connection.execute(
            "insert into agency.agency (name, role, places, organisation, key, scope, vkey, store_mb, expires)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing returning added",
            (name, role, list(scope.places), organisation, key, origin, vkey, store_mb, expires),
        )
        row = await cursor.fetchone()
        if row is None:
            raise RegistryError(f"there is or was an agency {name}: its log goes on for ever, take another name")
        await connection.execute("insert into agency.edge (agency) values (%s)", (name,))
    return Agency(name, scope, key, origin, vkey, store_mb, row[0], expires, None)


async def revoke(pool: Pool, name: str) -> None:
    """No credentials of this agency are good any more; its log stays."""
    await _change(pool, "update agency.agency set revoked = coalesce(revoked, now()) where name = %s", name)


async def rotate(pool: Pool, name: str, key: str, expires: datetime | None) -> None:
    """The credentials are those of another key now; a revoked agency is not let in again by this."""
    await _change(
        pool, "update agency.agency set key = %s, expires = %s where name = %s and revoked is null", key, expires, name
    )


async def _change(pool: Pool, statement: str, *values: object) -> None:
    async with pool.connection() as connection:
        cursor = await connection.execute(statement, values)
    if cursor.rowcount != 1:
        raise RegistryError(f"there is no agency {values[-1]} whose credentials are good")

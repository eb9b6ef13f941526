"""Building a view anew beside the current one, from log and inbox; compared at the same marks, switched in one row.

Queries and projections go on meanwhile. Reactions do not run again: they are not part of a view.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from psycopg import sql

from services.ledger.connections import Pool
from services.ledger.generations import apply_to, create_generation, read_current, read_events, schema_of
from services.ledger.projection import Cursor, Projection
from services.ledger.runner import BATCH, Runner

_CLOSE = 5 * BATCH
"""So near to the current generation the rest is applied under the lock that also switches."""


class RebuildDiffers(Exception):
    """The same code gave other rows than the view holds: the view, or the code, is not what it should be."""


Told: TypeAlias = Callable[[int, int], None]
"""Called with the events applied so far, and how many there are in all as far as is known by then."""


@dataclass(frozen=True, slots=True)
class Contents:
    """Rows and an order-independent digest of every table of a view."""

    tables: dict[str, tuple[int, str]]

    def difference(self, other: "Contents") -> list[str]:
        """One line per table that is not the same in both."""
        return [
            f"{table}: {self.tables.get(table)} and {other.tables.get(table)}"
            for table in sorted(self.tables.keys() | other.tables.keys())
            if self.tables.get(table) != other.tables.get(table)
        ]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did: events applied by origin, and the tables in which old and new differed (empty: equal)."""

    view: str
    generation: int
    applied: dict[str, int]
    differences: list[str]


async def rebuild(
    pool: Pool, runner: Runner, name: str, *, accept: bool = False, told: Told = lambda done, total: None
) -> Rebuilt:
    """Builds the next generation of view `name`, compares, switches, drops the old one.

    Interrupted at any moment the old generation stays current, and the next rebuild begins again.

    Where the old generation was built by the same generation of the code, every table must come out equal: otherwise
    RebuildDiffers is raised and nothing is switched, unless `accept` is set. Raises KeyError for an unknown view.
    """
    projection = runner.projections[name]
    origins = [runner.origins[source] for source in projection.sources]
    async with pool.connection() as lock:
        # Session lock: one rebuild of a view at a time, also across processes; it goes with the connection.
        await lock.execute("select pg_advisory_lock(hashtextextended('zhucun rebuild ' || %s, 0))", (name,))
        try:
            return await _rebuild(pool, runner, projection, origins, accept, told)
        finally:
            await lock.execute("select pg_advisory_unlock(hashtextextended('zhucun rebuild ' || %s, 0))", (name,))


async def _rebuild(
    pool: Pool, runner: Runner, projection: Projection, origins: list[str], accept: bool, told: Told
) -> Rebuilt:
    async with pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
        current = (await read_current(cursor, [projection.name]))[projection.name]
        await create_generation(cursor, projection, current.generation + 1, origins)
    old, new = current.generation, current.generation + 1
    while await _follow(pool, runner, projection, old, new, origins, told) > _CLOSE:
        pass
    differences = await _compare(pool, runner, projection, old, new, origins)
    if differences and current.code == projection.generation and not accept:
        raise RebuildDiffers(f"view {projection.name}, built again, differs: " + "; ".join(differences))
    applied = await _switch(pool, runner, projection, old, new, origins)
    await _drop(pool, projection, old)
    return Rebuilt(projection.name, new, applied, differences)


async def _follow(
    pool: Pool, runner: Runner, projection: Projection, old: int, new: int, origins: list[str], told: Told
) -> int:
    """Brings the new generation to where the old one stood at the beginning; returns how many events that were."""
    applied = 0
    async with pool.connection() as connection, connection.cursor() as cursor:
        target = await _marks(cursor, projection.name, old)
        before = sum((await _marks(cursor, projection.name, new)).values())
    for origin in origins:
        while True:
            async with pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
                done = await _step(cursor, runner, projection, new, origin, target[origin])
            applied += done
            told(before + applied, sum(target.values()))
            if not done:
                break
    return applied


async def _step(cursor: Cursor, runner: Runner, projection: Projection, new: int, origin: str, target: int) -> int:
    mark = (await _marks(cursor, projection.name, new))[origin]
    own = origin == runner.origins[runner.service]
    events = await read_events(cursor, origin, mark, min(mark + BATCH, target), own=own)
    if events:
        await apply_to(cursor, projection, new, origin, events)
    return len(events)


async def _compare(
    pool: Pool, runner: Runner, projection: Projection, old: int, new: int, origins: list[str]
) -> list[str]:
    """Compares both generations at the marks of the old one, frozen in a snapshot; nobody waits for it."""
    async with pool.connection() as connection, connection.transaction(), connection.cursor() as snapshot:
        await snapshot.execute("set transaction isolation level repeatable read, read only")
        target = await _marks(snapshot, projection.name, old)
        for origin in origins:
            while True:
                async with pool.connection() as other, other.transaction(), other.cursor() as cursor:
                    if not await _step(cursor, runner, projection, new, origin, target[origin]):
                        break
        before = await contents(snapshot, schema_of(projection.name, old))
    async with pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
        if await _marks(cursor, projection.name, new) != target:
            raise AssertionError(f"view {projection.name}: the new generation is not at the marks of the old one")
        return before.difference(await contents(cursor, schema_of(projection.name, new)))


async def _switch(
    pool: Pool, runner: Runner, projection: Projection, old: int, new: int, origins: list[str]
) -> dict[str, int]:
    """Under the lock that every applier takes: the last events, then the one row that queries look at."""
    async with pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
        await cursor.execute(
            "select generation from ledger.view_current where view = %s for update", (projection.name,)
        )
        row = await cursor.fetchone()
        if row is None or row[0] != old:
            raise AssertionError(f"view {projection.name} was switched by somebody else")
        target = await _marks(cursor, projection.name, old)
        for origin in origins:
            while await _step(cursor, runner, projection, new, origin, target[origin]):
                pass
        await cursor.execute(
            "update ledger.view_current set generation = %s, code = %s where view = %s",
            (new, projection.generation, projection.name),
        )
        return target


async def _drop(pool: Pool, projection: Projection, generation: int) -> None:
    """Drops a generation once the queries that entered it before the switch have ended (see ledger.enter_view)."""
    schema = schema_of(projection.name, generation)
    async with pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
        await cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (schema,))
        await cursor.execute(sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(schema)))
        await cursor.execute(
            "delete from ledger.projection_mark where projection = %s and generation = %s",
            (projection.name, generation),
        )


async def contents(cursor: Cursor, schema: str) -> Contents:
    """Count and digest (sum of row hashes: independent of order) of every table of a schema."""
    await cursor.execute("select tablename from pg_catalog.pg_tables where schemaname = %s order by 1", (schema,))
    tables: dict[str, tuple[int, str]] = {}
    for (table,) in await cursor.fetchall():
        await cursor.execute(
            sql.SQL("select count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text from {} t").format(
                sql.Identifier(schema, table)
            )
        )
        row = await cursor.fetchone()
        tables[table] = (row[0], row[1]) if row else (0, "")
    return Contents(tables)


async def _marks(cursor: Cursor, name: str, generation: int) -> dict[str, int]:
    await cursor.execute(
        "select origin, next from ledger.projection_mark where projection = %s and generation = %s", (name, generation)
    )
    return dict(await cursor.fetchall())

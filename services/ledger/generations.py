"""One generation of a view: its tables and marks, and the one place where events and their mark are written to it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from services.ledger.projection import Cursor, Delivered, Projection, delivered


class ProjectionFailed(Exception):
    """A projection could not take the events from `first` to `last` (inclusive) of a log."""

    def __init__(self, projection: str, origin: str, events: Sequence[Delivered], cause: Exception) -> None:
        first, last = events[0].index, events[-1].index
        super().__init__(f"projection {projection} cannot take {origin} {first}..{last}: {cause!r}")
        self.projection = projection
        self.origin = origin
        self.first = first
        self.last = last
        self.event = events[0].id
        """Id of the event at `first`: the one that is meant where first and last are the same."""


@dataclass(frozen=True, slots=True)
class Current:
    """The generation of a view that queries see, and the generation of the code that built it."""

    view: str
    generation: int
    code: int


def schema_of(view: str, generation: int) -> str:
    """Name of the schema that holds one generation of a view."""
    return f"{view}_g{generation}"


async def read_current(cursor: Cursor, names: Collection[str]) -> dict[str, Current]:
    """The current generation of each of the views that exist."""
    await cursor.execute("select view, generation, code from ledger.view_current where view = any(%s)", (list(names),))
    return {row[0]: Current(*row) for row in await cursor.fetchall()}


async def create_generation(cursor: Cursor, projection: Projection, generation: int, origins: Sequence[str]) -> None:
    """Empty tables and marks at 0 for a generation; what an aborted build left under that number is removed first."""
    schema = sql.Identifier(schema_of(projection.name, generation))
    await cursor.execute(sql.SQL("drop schema if exists {} cascade").format(schema))
    await cursor.execute(sql.SQL("create schema {}").format(schema))
    await cursor.execute(sql.SQL("set local search_path to {}, pg_catalog").format(schema))
    await cursor.execute(projection.ddl.replace("{schema}", schema_of(projection.name, generation)).encode())
    await cursor.execute(sql.SQL("grant usage on schema {} to zhucun_reader").format(schema))
    await cursor.execute(sql.SQL("grant select on all tables in schema {} to zhucun_reader").format(schema))
    await cursor.execute(
        "delete from ledger.projection_mark where projection = %s and generation = %s", (projection.name, generation)
    )
    await cursor.execute(
        "insert into ledger.projection_mark (projection, generation, origin, next)"
        " select %s, %s, unnest(%s::text[]), 0",
        (projection.name, generation, list(origins)),
    )


_MOVE = """
    update ledger.projection_mark set next = %s where projection = %s and generation = %s and origin = %s and next = %s
    returning set_config('search_path', %s, true)
"""


async def apply_to(
    cursor: Cursor, projection: Projection, generation: int, origin: str, events: Sequence[Delivered]
) -> None:
    """Effect and mark of one batch on one generation of a view; the caller holds the lock and the transaction."""
    first, last, path = events[0].index, events[-1].index, f"{schema_of(projection.name, generation)}, pg_catalog"
    connection = cursor.connection
    try:
        # A projection only writes, most of them a row for an event: nothing waits for an answer before the last.
        async with connection.pipeline():
            moved = await connection.execute(_MOVE, (last + 1, projection.name, generation, origin, first, path))
            await projection.apply(cursor, events)
    except psycopg.OperationalError:
        raise  # the server is gone, or chose this transaction to break a deadlock: not the events' fault
    except Exception as error:
        raise ProjectionFailed(projection.name, origin, events, error) from error
    if moved.rowcount != 1:
        raise AssertionError(f"the mark of view {projection.name} was not at {first} of {origin}")


async def read_events(cursor: Cursor, origin: str, start: int, end: int, *, own: bool) -> list[Delivered]:
    """Events [start, end) of the own log or of the inbox; asserts that none is missing."""
    if own:
        query = (
            "select l.idx, e.body, l.leaf from ledger.log_index l join ledger.whole_event e using (position)"
            " where l.idx >= %s and l.idx < %s order by l.idx"
        )
        await cursor.execute(query, (start, end), prepare=False, binary=True)
    else:
        query = "select idx, body, leaf from ledger.whole_inbox where origin = %s and idx >= %s and idx < %s order by 1"
        await cursor.execute(query, (origin, start, end), prepare=False, binary=True)
    rows = await cursor.fetchall()
    if [row[0] for row in rows] != list(range(start, max(start, end))):
        raise AssertionError(f"{origin}: the stored events {start}..{end - 1} are not contiguous")
    return [delivered(origin, index, body, leaf) for index, body, leaf in rows]

"""Closed years of a log apart: `ledger.event` and `ledger.inbox` keep what must be unique, bodies go to their year.

GUARANTEE: no reader ever misses a body, no byte changes, and an interruption leaves every body in exactly one place:
each step is one transaction, and the database itself lets a body leave its row only for the same bytes in a partition
(`bodies_by_year.sql`). Appends, seals and reads go on meanwhile. Calling it again goes on where it stopped.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from contracts.envelope import decode

STEP = 2_000
"""Bodies per transaction."""

OWN = ""
"""How `ledger.body` names the log that is kept in its own database."""

_BEIJING = ZoneInfo("Asia/Shanghai")

_LOGS = """
    select '', coalesce((select max(size) from ledger.checkpoint), 0)
    union all select origin, checkpoint_size from ledger.inbox_mark order by 1
"""
_BODY = {
    True: "select e.body from ledger.log_index l join ledger.whole_event e using (position) where l.idx = %(index)s",
    False: "select body from ledger.whole_inbox where origin = %(origin)s and idx = %(index)s",
}

Told = Callable[[int, int], None]
"""Called with the bodies moved so far and all there are to move."""


@dataclass(frozen=True, slots=True)
class Partition:
    """The bodies of the indexes [first, beyond) of one log; `origin` is empty for the log kept here."""

    name: str
    origin: str
    year: int
    first: int
    beyond: int


class PartitionError(Exception):
    """A year that cannot be closed; one sentence."""


async def partition_years(
    connection: AsyncConnection[TupleRow], *, through: int, tablespace: str | None, told: Told
) -> Sequence[Partition]:
    """Moves the bodies of every year up to `through`, of the own log and of the inbox; returns what was moved.

    `connection`: autocommit, acting as the owner. Only what a checkpoint covers is moved. The recorded times of a log
    rise with its indexes but for the clocks of two machines: a year ends before the first event of a later one.
    """
    cursor = await connection.execute("select pg_try_advisory_lock(hashtextextended('ledger.body', 0))")
    row = await cursor.fetchone()
    if row is None or not row[0]:
        raise PartitionError("the years of this log are being partitioned already")
    try:
        return await _partition(connection, through, tablespace, told)
    finally:
        # Said, not left to the server, which notices a closed connection some time later: the next call would be told
        # that this one is still at work.
        if not connection.closed:
            await connection.execute("select pg_advisory_unlock(hashtextextended('ledger.body', 0))")


async def _partition(
    connection: AsyncConnection[TupleRow], through: int, tablespace: str | None, told: Told
) -> Sequence[Partition]:
    for origin, size in await (await connection.execute(_LOGS)).fetchall():
        await _open(connection, origin, size, through, tablespace)
    cursor = await connection.execute(
        "select name, origin, year, first, beyond from ledger.body_partition where not complete order by name"
    )
    partitions = [Partition(*found) for found in await cursor.fetchall()]
    total, done = sum(each.beyond - each.first for each in partitions), 0
    for each in partitions:
        for start in range(each.first, each.beyond, STEP):
            end = min(start + STEP, each.beyond)
            await connection.execute("select ledger.move_bodies(%s, %s, %s)", (each.origin, start, end))
            done += end - start
            told(done, total)
        await _complete(connection, each)
    if partitions:
        await connection.execute("vacuum (analyze) ledger.event, ledger.inbox, ledger.body")
    return partitions


async def _open(
    connection: AsyncConnection[TupleRow], origin: str, size: int, through: int, tablespace: str | None
) -> None:
    cursor = await connection.execute(
        "select coalesce(max(beyond), 0), coalesce(max(year), 0) from ledger.body_partition where origin = %s",
        (origin,),
    )
    row = await cursor.fetchone()
    assert row is not None, "an aggregate yields one row"
    first, last = row
    while first < size:
        year = max(await _year_of(connection, origin, first), last + 1)
        if year > through:
            return
        beyond = await _first_after(connection, origin, year, first, size)
        name = "_".join(["body", *origin.rpartition("/")[2:], str(year)]) if origin else f"body_{year}"
        await connection.execute(
            "select ledger.open_partition(%s, %s, %s, %s, %s, %s)", (name, origin, year, first, beyond, tablespace)
        )
        first, last = beyond, year


async def _first_after(connection: AsyncConnection[TupleRow], origin: str, year: int, low: int, high: int) -> int:
    """The first index in [low, high) that was recorded after `year`; `high` where there is none."""
    while low < high:
        middle = (low + high) // 2
        if await _year_of(connection, origin, middle) > year:
            high = middle
        else:
            low = middle + 1
    return low


async def _year_of(connection: AsyncConnection[TupleRow], origin: str, index: int) -> int:
    cursor = await connection.execute(_BODY[origin == OWN].encode(), {"origin": origin, "index": index}, binary=True)
    row = await cursor.fetchone()
    if row is None:
        raise PartitionError(f"index {index} of {origin or 'the log'} is missing: zhucun log fsck says more")
    return decode(row[0]).recordedtime.astimezone(_BEIJING).year


async def _complete(connection: AsyncConnection[TupleRow], each: Partition) -> None:
    cursor = await connection.execute(
        "update ledger.body_partition p set complete = true where name = %s and beyond - first ="
        " (select count(*) from ledger.body b where b.origin = p.origin and b.idx >= p.first and b.idx < p.beyond)",
        (each.name,),
    )
    if cursor.rowcount != 1:
        raise PartitionError(f"{each.name} does not hold every index from {each.first} to {each.beyond - 1}")

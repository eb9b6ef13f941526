"""Closed years: bodies go to the partition of their year, nothing else does, and whoever reads sees no difference."""

import ast
import asyncio
import re
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from contracts.proofs import leaf_hash
from services.ledger import partitions
from services.ledger.admission import ORIGIN as LOG
from services.ledger.admission import SIZE
from services.ledger.connections import connect
from services.ledger.feed import Feed
from services.ledger.fsck import fsck
from services.ledger.generations import read_events
from services.ledger.migrations import OWNER, SERVICE
from services.ledger.partitions import PartitionError, partition_years
from services.ledger.sealed_streams import sealed_streams
from services.ledger.store import ConcurrentChange
from tests.ledger.test_inbox import Sent
from tests.ledger.world import ATTENDANCE, open_log_and_follower
from tests.ledger.written_log import ORIGIN, WrittenLog, stream_of

A, B = stream_of(1), stream_of(2)


@asynccontextmanager
async def acting_as(url: str, role: str) -> AsyncIterator[AsyncConnection[TupleRow]]:
    async with await connect(url, name="test") as connection:
        await connection.execute(f"set role {role}".encode())
        yield connection


async def partitioned(log: WrittenLog, through: int) -> list[tuple[str, int, int]]:
    async with acting_as(log.admin, OWNER) as connection:
        found = await partition_years(connection, through=through, tablespace=None, told=lambda done, total: None)
    return [(each.name, each.first, each.beyond) for each in found]


async def seen(log: WrittenLog) -> list[object]:
    """What the log's readers get to see of it."""
    async with log.pool.connection() as connection, connection.cursor() as cursor:
        events = await read_events(cursor, ORIGIN, 0, len(await log.sealed()), own=True)
    return [
        await log.bodies(),
        await Feed(log.pool).page(0, 5000),
        await log.store.read({A: 0, B: 1}),
        await log.store.read_in_order({A: 0, B: 0}),
        await log.store.read_subject(["attendance"], "P000001"),
        events,
        await fsck(log.pool, ORIGIN, log.signer().vkey),
        streams(log),
    ]


def streams(log: WrittenLog) -> list[tuple[str, int, bytes]]:
    """Those of both subjects, as a fold of many people reads them."""
    wanted = [(stream.split("/")[1], 5000) for stream in (A, B)]
    with psycopg.connect(log.url) as connection:
        found = list(sealed_streams(connection, "attendance", wanted))
    return [(name, size, bytes(lines)) for each in found for name, size, lines in each]


@pytest.fixture
async def years(written: WrittenLog) -> WrittenLog:
    """Three years in one log. The last evening of 2017 in UTC is the first morning of 2018 in Beijing."""
    for recorded in (
        datetime(2017, 3, 1, tzinfo=UTC),
        datetime(2017, 12, 31, 15, 59, tzinfo=UTC),
        datetime(2017, 12, 31, 16, 0, tzinfo=UTC),
        datetime(2019, 1, 1, tzinfo=UTC),
    ):
        await written.append(A, B, A, recorded=recorded)
        await written.seal()
    return written


async def test_bodies_of_closed_years_move_and_no_reader_sees_a_difference(years: WrittenLog) -> None:
    before = await seen(years)
    assert await partitioned(years, 2018) == [("body_2017", 0, 6), ("body_2018", 6, 9)]
    assert await seen(years) == before
    async with years.pool.connection() as connection:
        cursor = await connection.execute(
            "select tableoid::regclass::text, array_agg(idx order by idx) from ledger.body group by 1"
        )
        assert dict(await cursor.fetchall()) == {"ledger.body_2017": [*range(6)], "ledger.body_2018": [6, 7, 8]}
        cursor = await connection.execute("select count(body) from ledger.event")
        assert await cursor.fetchone() == (3,)
    assert await partitioned(years, 2018) == []
    await years.append(A, recorded=datetime(2019, 5, 1, tzinfo=UTC))
    await years.assert_sound(12 + await years.seal())
    assert await partitioned(years, 2019) == [("body_2019", 9, 13)]


async def test_ids_versions_and_receipts_stay_unique_over_all_years(years: WrittenLog) -> None:
    first = (await years.store.read({A: 0}))[A][0]
    heads = await years.store.heads([A])
    await partitioned(years, 2018)
    async with acting_as(years.admin, OWNER) as owner:
        for stream, version, name in (("x/y", 1, "event_id_key"), (A, 1, "event_stream_version_key")):
            event_id = UUID(first.id) if name == "event_id_key" else UUID(int=7)
            with pytest.raises(psycopg.errors.UniqueViolation, match=name):
                await owner.execute(
                    "insert into ledger.event (id, stream, version, leaf, body) values (%s, %s, %s, '', '')",
                    (event_id, stream, version),
                )
    assert await years.store.heads([A]) == heads
    with pytest.raises(ConcurrentChange):
        await years.append(B, guards={A: 1})


async def test_a_body_leaves_its_row_for_the_same_bytes_and_for_nothing_else(years: WrittenLog) -> None:
    async with acting_as(years.admin, OWNER) as owner:
        refused = [
            "update ledger.event set body = null",
            "update ledger.event set body = null, stream = 'x' where position = 1",
            "update ledger.event set body = 'x' where position = 1",
        ]
        await owner.execute("select ledger.open_partition('body_2017', '', 2017, 0, 6, null)")
        await owner.execute("insert into ledger.body select '', 0, set_byte(body, 9, 9) from ledger.event limit 1")
        for statement in refused:
            with pytest.raises(psycopg.DatabaseError, match="never changed"):
                await owner.execute(statement.encode())
        for table in ("body", "body_2017"):
            for statement in (f"update ledger.{table} set body = ''", f"delete from ledger.{table}"):
                with pytest.raises(psycopg.DatabaseError, match="never changed"):
                    await owner.execute(statement.encode())
        with pytest.raises(
            psycopg.errors.UniqueViolation
        ):  # the forged one stands in the way, and the row keeps its own
            await owner.execute("select ledger.move_bodies('', 0, 6)")
    async with acting_as(years.admin, SERVICE) as service:
        for statement in (
            "select ledger.move_bodies('', 0, 6)",
            "insert into ledger.body values ('', 1, '')",
            "update ledger.event set body = null",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await service.execute(statement.encode())


async def test_nothing_is_written_without_its_bytes(years: WrittenLog) -> None:
    async with acting_as(years.admin, OWNER) as owner:
        for statement in (
            "insert into ledger.event (id, stream, version, leaf, body)"
            " values ('00000000-0000-4000-8000-000000000007', 'x/y', 1, '', null)",
            "insert into ledger.inbox (origin, idx, version, id, stream, type, leaf, body)"
            " values ('x', 0, 1, '00000000-0000-4000-8000-000000000007', 'x/y', 'x', '', null)",
        ):
            with pytest.raises(psycopg.DatabaseError, match="without its bytes"):
                await owner.execute(statement.encode())


async def test_an_interruption_loses_nothing_and_the_next_call_goes_on(
    years: WrittenLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partitions, "STEP", 2)
    before = await seen(years)

    def killed(done: int, total: int) -> None:
        if done == 4:
            with ThreadPoolExecutor(1) as beside, pytest.raises(PartitionError, match="already"):
                beside.submit(asyncio.run, partitioned(years, 2018)).result()
            raise KeyboardInterrupt

    async with acting_as(years.admin, OWNER) as connection:
        with pytest.raises(KeyboardInterrupt):
            await partition_years(connection, through=2018, tablespace=None, told=killed)
        assert await seen(years) == before
        assert await partitioned(years, 2018) == [("body_2017", 0, 6), ("body_2018", 6, 9)], "its lock is free"
    assert await seen(years) == before


async def test_what_came_from_other_logs_is_partitioned_too(postgres_url: str, tmp_path: Path) -> None:
    async with open_log_and_follower(postgres_url, tmp_path, "nats://127.0.0.1:1") as (log, follower):
        follower.inbox._feed = log
        size = await log.grow(500)
        await follower.inbox.receive([_message(await log.signed(size), size)])
        async with follower.pool.connection() as connection, connection.cursor() as cursor:
            before = await read_events(cursor, ATTENDANCE, 0, size, own=False)
            database = connection.info.dbname
        year = datetime.now(UTC).year + 1
        async with acting_as(postgres_url.rpartition("/")[0] + f"/{database}", OWNER) as owner:
            (moved,) = await partition_years(owner, through=year, tablespace=None, told=lambda done, total: None)
        assert (moved.origin, moved.first, moved.beyond) == (ATTENDANCE, 0, moved.beyond)
        async with follower.pool.connection() as connection, connection.cursor() as cursor:
            assert await read_events(cursor, ATTENDANCE, 0, size, own=False) == before
            await cursor.execute("select body from ledger.body order by idx")
            held = [leaf_hash(bytes(row[0])) for row in await cursor.fetchall()]
            await cursor.execute("select count(body) from ledger.inbox")
            assert await cursor.fetchone() == (size - len(held),)
        assert held == [event.leaf for event in before]
        assert all(a.index + 1 == b.index for a, b in pairwise(before))
        follower.inbox._forget()
        assert await log.grow(50) == size + 50  # on the same streams: their heads are read from the inbox
        assert (await follower.inbox.catch_up(size + 50)).next == size + 50


def _message(note: str | None, size: int) -> Sent:
    """The checkpoint of a log as the bus would bring it; the events before it come by the feed."""
    assert note is not None
    return Sent("cp.attendance", {LOG: ATTENDANCE, SIZE: str(size)}, note.encode())


def test_whoever_reads_a_body_reads_it_wherever_it_is() -> None:
    """A statement that names `ledger.event` or `ledger.inbox` takes no body from there: the views know its place."""
    for file in sorted(Path(partitions.__file__).parents[1].rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                named = re.search(r"(?:from|join) ledger\.(?:event|inbox)\b", node.value)
                assert not (named and re.search(r"\bbody\b", node.value)), f"{file}:{node.lineno}"

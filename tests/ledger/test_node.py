"""A whole node: two services on one bus, from append to the other's view; counts, readiness, reactions, clean stop."""

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from services.ledger import bus
from services.ledger.migrations import SchemaMismatchError, apply_schema, database_url
from services.ledger.node import LedgerNode
from services.ledger.projection import Delivered
from services.ledger.reactions import Reaction, Reactions
from services.ledger.sealer import SealerRefused
from services.ledger.signer import FileSigner
from services.ledger.store import Draft
from tests import servers
from tests.ledger.broker import Broker
from tests.ledger.world import ASSESSMENT, ATTENDANCE, CONSUMERS, PRESENCE, checked_in, until


class Pair:
    """Attendance, and assessment that follows it."""

    def __init__(self, postgres_url: str, broker: Broker, directory: Path, prefix: str) -> None:
        self.broker = broker
        self._postgres_url = postgres_url
        self._directory = directory
        self._prefix = prefix
        self.attendance = self._node("attendance", ATTENDANCE)
        self.assessment = self._node("assessment", ASSESSMENT)

    def _node(self, service: str, origin: str) -> LedgerNode:
        signer = FileSigner(self._directory / f"{service}.key", origin, create=True)
        follows = service == "assessment"
        vkey = FileSigner(self._directory / "attendance.key", ATTENDANCE).vkey
        return LedgerNode(
            service=service,
            dsn=database_url(self._postgres_url, service, prefix=self._prefix),
            nats_url=self.broker.url,
            origin=origin,
            state_dir=self._directory / "state",
            signer=signer,
            sources={"attendance": (ATTENDANCE, vkey, None)} if follows else {},
            projections=[PRESENCE],
        )

    async def start(self) -> None:
        await self.attendance.start()
        await self.assessment.start()

    async def stop(self) -> None:
        await self.assessment.stop()
        await self.attendance.stop()

    async def append(self, persons: int, day: date) -> None:
        store = self.attendance.store
        drafts = [
            Draft(f"attendance/P{person:06d}/2017", checked_in(person, day), str(uuid4())) for person in range(persons)
        ]
        await store.append(
            drafts,
            heads=await store.heads([draft.stream for draft in drafts]),
            recorded=datetime.now(UTC),
            correlation="test",
        )

    async def through(self, count: int) -> bool:
        """Whether accepted = sealed = published = consumed = projected on both sides."""
        here, there = await self.attendance.counts(), await self.assessment.counts()
        shown = [await _shown(node) for node in (self.attendance, self.assessment)]
        return (here.accepted, here.sealed, here.published, there.consumed.get(ATTENDANCE), *shown) == (count,) * 6


async def _shown(node: LedgerNode) -> int:
    async with node.views.reading("presence") as cursor:
        await cursor.execute("select count(*) from presence")
        row = await cursor.fetchone()
        assert row is not None
        return int(row[0])


@pytest.fixture
async def pair(postgres_url: str, tmp_path: Path) -> AsyncIterator[Pair]:
    prefix = servers.fresh_prefix()
    broker = Broker(tmp_path)
    broker.start()
    try:
        await bus.apply(broker.url, CONSUMERS)
        for service in CONSUMERS:
            await apply_schema(postgres_url, service, prefix)
        yield Pair(postgres_url, broker, tmp_path, prefix)
    finally:
        broker.kill()
        servers.drop_databases(prefix)


@contextlib.asynccontextmanager
async def started(pair: Pair) -> AsyncIterator[Pair]:
    await pair.start()
    try:
        yield pair
    finally:
        await pair.stop()


async def test_a_fact_goes_all_the_way_and_every_count_agrees(pair: Pair) -> None:
    async with started(pair):
        await pair.append(50, date(2017, 1, 1))
        await until(lambda: pair.through(50))

        async def ready() -> bool:
            return all(status.ready() for node in (pair.attendance, pair.assessment) for status in node.statuses)

        await until(ready)
        names = {status.name for status in pair.assessment.statuses}
    assert names == {"assessment-sealer", "assessment-relay", "assessment-views", "assessment-from-attendance"}


async def test_nodes_stop_and_start_again_where_they_were(pair: Pair) -> None:
    for day in range(1, 4):
        async with started(pair):
            await pair.append(20, date(2017, 1, day))
    async with started(pair):
        await until(lambda: pair.through(60))


async def test_a_bus_that_dies_makes_both_sides_red_and_comes_back_without_loss(pair: Pair) -> None:
    async with started(pair):
        await pair.append(20, date(2017, 1, 1))
        await until(lambda: pair.through(20))
        pair.broker.kill()

        async def red() -> bool:
            return not pair.attendance.relay.status.ready() and not pair.assessment.statuses[-1].ready()

        await until(red)
        await pair.append(20, date(2017, 1, 2))
        pair.broker.start()
        await until(lambda: pair.through(40))


async def test_a_view_is_rebuilt_while_the_node_runs(pair: Pair) -> None:
    async with started(pair):
        await pair.append(30, date(2017, 1, 1))
        await until(lambda: pair.through(30))
        for node in (pair.attendance, pair.assessment):
            assert (await node.rebuild("presence")).differences == []
        await pair.append(30, date(2017, 1, 2))
        await until(lambda: pair.through(60))


async def test_newer_code_replaces_its_view_at_the_next_start(pair: Pair) -> None:
    async with started(pair):
        await pair.append(30, date(2017, 1, 1))
        await until(lambda: pair.through(30))
    newer = dataclasses.replace(PRESENCE, generation=2)
    pair.attendance._projections = (newer,)
    async with started(pair):
        await until(lambda: pair.through(30))

        async def replaced() -> bool:
            return await pair.attendance.runner.outdated() == []

        await until(replaced)


async def test_a_node_without_its_durable_does_not_start(pair: Pair) -> None:
    async with bus.connected(pair.broker.url) as js:
        await js.delete_consumer("ATTENDANCE", "assessment-from-attendance")
    with pytest.raises(bus.BusError, match="apply the bus first"):
        await pair.assessment.start()


async def test_a_node_on_a_database_without_schema_says_so_in_one_sentence(pair: Pair, postgres_url: str) -> None:
    pair.attendance._dsn = postgres_url
    with pytest.raises(SchemaMismatchError, match="apply the schema first"):
        await pair.attendance.start()


async def test_a_node_whose_log_was_restored_from_an_old_backup_does_not_start(pair: Pair, tmp_path: Path) -> None:
    async with started(pair):
        await pair.append(5, date(2017, 1, 1))
        await until(lambda: pair.through(5))
    state = tmp_path / "state" / "attendance.state.json"
    state.write_text(state.read_text().replace('"size": 5', '"size": 9'))
    with pytest.raises(SealerRefused, match="the indexes 5 to 8 are missing"):
        await pair.attendance.start()


async def test_a_reaction_acts_once_per_event_and_not_again_for_a_rebuild(pair: Pair) -> None:
    acted: list[str] = []
    failing = [True]

    async def act(event: Delivered) -> None:
        if event.index == 3 and failing[0]:
            raise OSError("the other side is down")
        acted.append(event.id)

    reaction = Reaction("greet", ("attendance",), frozenset({"zhucun.attendance.CheckedIn.v1"}), act)
    async with started(pair):
        reactions = Reactions(
            pair.assessment.pool,
            service="assessment",
            origins={"attendance": ATTENDANCE, "assessment": ASSESSMENT},
            reactions=[reaction],
        )
        stop = asyncio.Event()
        running = asyncio.create_task(reactions.run(stop))
        await pair.append(6, date(2017, 1, 1))

        async def standing() -> bool:
            return reactions.statuses[0].stop is not None and len(acted) == 3

        await until(standing)
        failing[0] = False

        async def done() -> bool:
            return len(acted) == 6 and reactions.statuses[0].ready()

        await until(done)
        await pair.assessment.rebuild("presence")
        await asyncio.sleep(0.3)
        stop.set()
        await running
    assert len(acted) == len(set(acted)) == 6

"""What a decision may rest on: sealed events of its subjects alone, below checkpoints that were verified."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from contracts.proofs import CompactRange, leaf_hash, open_checkpoint
from services.ledger.material import Material, NotSealedError
from services.ledger.outgoing import read_chunk
from services.ledger.sealer import Sealer
from services.ledger.signer import FileSigner
from services.ledger.store import Draft, Store
from services.ledger.tail import Position
from tests.ledger.world import ASSESSMENT, ATTENDANCE, World, checked_in, open_world

KINDS = ("attendance", "assessment")
FOREIGN = (ATTENDANCE,)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as the bus would bring it."""

    subject: str
    headers: dict[str, str]
    data: bytes


@dataclass(slots=True)
class Desk:
    """Assessment: it follows attendance, has a log of its own, and asks for material."""

    world: World
    store: Store
    sealer: Sealer
    material: Material

    async def record(self, *streams: str) -> None:
        """One fact into each stream of the own log, not sealed."""
        heads = await self.store.heads(streams)
        drafts = [Draft(stream, checked_in(1, date(2017, 1, 1)), str(uuid4())) for stream in streams]
        await self.store.append(drafts, heads=heads, recorded=datetime.now(UTC), correlation="test")

    async def seal(self) -> None:
        while await self.sealer.seal_once():
            pass

    async def receive(self, *, checkpoint: bool = True) -> None:
        """Takes everything that attendance has sealed; without its checkpoint if so told."""
        start = await self.world.follower.next()
        async with self.world.log.pool.connection() as connection:
            chunk = await read_chunk(connection, "attendance", ATTENDANCE, Position(start, start, 0))
        assert chunk is not None
        sent = [Sent(message.subject, dict(message.headers), message.payload) for message in chunk.messages]
        events = [message for message in sent if "Zhucun-Index" in message.headers]
        await self.world.follower.inbox.receive(sent if checkpoint else events)

    async def streams(self, *subjects: str, timeout: float = 0.0) -> list[tuple[str, str, int]]:
        """Origin, stream and version of everything that may be folded for the subjects."""
        bases = await self.material.bases(KINDS, subjects, FOREIGN, timeout)
        pieces = await self.material.read(KINDS, subjects, bases)
        assert all(piece.index < bases[piece.origin].size for piece in pieces)
        assert all(leaf_hash(piece.body) == piece.leaf for piece in pieces)
        return [(piece.origin, piece.stream, piece.version) for piece in pieces]


@pytest.fixture
async def desk(postgres_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_world(postgres_url, tmp_path) as world:
        pool = world.follower.pool
        assert isinstance(pool.conninfo, str)
        sealer = Sealer(
            pool.conninfo,
            origin=ASSESSMENT,
            signer=FileSigner(tmp_path / "own.key", ASSESSMENT, create=True),
            state_file=tmp_path / "own.json",
        )
        store = Store(pool, service="assessment", origin=ASSESSMENT)
        yield Desk(world, store, sealer, Material(pool, own=ASSESSMENT))
        await sealer.close()


async def test_both_logs_give_what_lies_below_their_checkpoints(desk: Desk) -> None:
    await desk.world.log.grow(4, persons=2)
    await desk.receive()
    await desk.record("assessment/P000001/2017", "assessment/P000002/2017")
    await desk.seal()
    assert await desk.streams("P000001") == [
        (ATTENDANCE, "attendance/P000001/2017", 1),
        (ATTENDANCE, "attendance/P000001/2017", 2),
        (ASSESSMENT, "assessment/P000001/2017", 1),
    ]


async def test_a_basis_is_the_root_of_exactly_the_events_below_it(desk: Desk) -> None:
    await desk.world.log.grow(7)
    await desk.receive()
    basis = (await desk.material.bases(KINDS, ["P000001"], FOREIGN, 0))[ATTENDANCE]
    tree = CompactRange()
    for _, body in await desk.world.log.page(0, 100):
        tree.append(leaf_hash(body))
    assert (basis.size, basis.root) == (7, tree.root())
    assert open_checkpoint(basis.note, [desk.world.log.vkey]).root == basis.root


async def test_a_subject_takes_in_its_own_streams_alone(desk: Desk) -> None:
    mine = ["assessment/P000001", "assessment/P000001/2016", "assessment/P000001/2017"]
    others = ["assessment/P0000010", "assessment/P0000010/2017", "assessment/P00000/2017", "assessment/P000001-1/2017"]
    await desk.record(*mine, *others, "posting/P000001/2017")
    await desk.seal()
    assert sorted(stream for _, stream, _ in await desk.streams("P000001")) == mine
    assert [stream for _, stream, _ in await desk.streams("P0000010")] == others[:2]


async def test_an_own_event_that_is_not_sealed_is_waited_for(desk: Desk) -> None:
    await desk.record("assessment/P000001/2017")
    with pytest.raises(NotSealedError) as refused:
        await desk.streams("P000001")
    assert refused.value.origins == (ASSESSMENT,)
    waiting = asyncio.create_task(desk.streams("P000001", timeout=5))
    await asyncio.sleep(0.1)
    await desk.seal()
    assert await waiting == [(ASSESSMENT, "assessment/P000001/2017", 1)]


async def test_a_foreign_event_above_the_last_verified_checkpoint_is_waited_for(desk: Desk) -> None:
    await desk.world.log.grow(2, persons=2)
    await desk.receive()
    await desk.world.log.grow(2, persons=2)
    await desk.receive(checkpoint=False)
    with pytest.raises(NotSealedError) as refused:
        await desk.streams("P000001")
    assert refused.value.origins == (ATTENDANCE,)
    waiting = asyncio.create_task(desk.streams("P000001", timeout=5))
    await asyncio.sleep(0.1)
    await desk.world.log.grow(1, persons=1)
    await desk.receive()
    assert [version for _, _, version in await waiting] == [1, 2]


async def test_somebody_elses_unsealed_event_holds_nobody_up(desk: Desk) -> None:
    await desk.record("assessment/P000001/2017")
    await desk.seal()
    await desk.record("assessment/P0000010/2017", "assessment/P000002/2017")
    assert await desk.streams("P000001") == [(ASSESSMENT, "assessment/P000001/2017", 1)]


async def test_what_arrives_while_it_waits_is_neither_waited_for_nor_taken_in(desk: Desk) -> None:
    await desk.record("assessment/P000001/2017")
    waiting = asyncio.create_task(desk.material.bases(KINDS, ["P000001"], FOREIGN, 5))
    await asyncio.sleep(0.1)
    await desk.seal()
    await desk.record("assessment/P000001/2018")
    bases = await waiting
    pieces = await desk.material.read(KINDS, ["P000001"], bases)
    assert [piece.stream for piece in pieces] == ["assessment/P000001/2017"]


async def test_a_log_without_checkpoint_has_no_basis(desk: Desk) -> None:
    assert await desk.material.bases(KINDS, ["P000001"], FOREIGN, 0) == {}
    assert await desk.streams("P000001") == []

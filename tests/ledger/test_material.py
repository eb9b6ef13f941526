"""What a decision may rest on: sealed events of its subjects alone, below checkpoints that were verified."""

import asyncio
from collections.abc import AsyncIterator, Collection
from pathlib import Path

import pytest

from contracts.proofs import CompactRange, leaf_hash, open_checkpoint
from services.ledger.material import Basis, Material, NotSealedError, Piece
from tests.ledger.desk import FOREIGN, KINDS, Desk, open_desk
from tests.ledger.world import ASSESSMENT, ATTENDANCE, until


@pytest.fixture
async def desk(postgres_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(postgres_url, tmp_path) as desk:
        desk.material = Watched(desk.world.follower.pool, own=ASSESSMENT)
        yield desk


class Watched(Material):
    """Counts how often it has looked for checkpoints: at the second time it waits for what it found at the first."""

    looks = 0

    async def _checkpoints(self, foreign: Collection[str]) -> dict[str, Basis]:
        self.looks += 1
        return await super()._checkpoints(foreign)


async def waits(desk: Desk) -> None:
    """Returns when the material that was asked for is waited for."""
    watched = desk.material
    assert isinstance(watched, Watched)
    before = watched.looks

    async def looked_twice() -> bool:
        return watched.looks >= before + 2

    await until(looked_twice)


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
    waiting = asyncio.create_task(desk.streams("P000001", timeout=30))
    await waits(desk)
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
    waiting = asyncio.create_task(desk.streams("P000001", timeout=30))
    await waits(desk)
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
    waiting = asyncio.create_task(desk.material.bases(KINDS, ["P000001"], FOREIGN, 30))
    await waits(desk)
    await desk.seal()
    await desk.record("assessment/P000001/2018")
    bases = await waiting
    pieces = await desk.material.read(KINDS, ["P000001"], bases)
    assert [piece.stream for piece in pieces] == ["assessment/P000001/2017"]


async def test_a_log_without_checkpoint_has_no_basis(desk: Desk) -> None:
    assert await desk.material.bases(KINDS, ["P000001"], FOREIGN, 0) == {}
    assert await desk.streams("P000001") == []


async def test_what_was_sealed_since_is_what_was_missing_before(desk: Desk) -> None:
    read: list[Piece] = []
    bases: dict[str, Basis] = {}
    for subject in ("P000001", "P000002", "P0000010"):
        await desk.world.log.grow(3, persons=2)
        await desk.receive()
        await desk.record(f"assessment/{subject}/2017", f"assessment/{subject}/2018", "posting/P000001/2017")
        await desk.seal()
        above, bases = bases, await desk.material.bases(KINDS, ["P000001", "P000002"], FOREIGN, 0)
        read += await desk.material.read_since(KINDS, ["P000001", "P000002"], above, bases)
    whole = await desk.material.read(KINDS, ["P000001", "P000002"], bases)
    assert sorted(read, key=lambda piece: (piece.origin, piece.index)) == sorted(
        whole, key=lambda piece: (piece.origin, piece.index)
    )
    assert {piece.origin for piece in whole} == {ATTENDANCE, ASSESSMENT}

"""Proofs and files of a stored log: many events at once, and a mirror that somebody else keeps."""

from pathlib import Path

import pytest

from contracts.multiproof import root_from
from contracts.proofs import leaf_hash, root_of, verify_consistency, verify_inclusion
from services.ledger.proving import Prover, ProvingError
from services.ledger.tiles import mirror, tile_path
from services.ledger.tree import TILE
from tests.ledger.written_log import WrittenLog, stream_of


async def grown(written: WrittenLog, *batches: int) -> None:
    for count in batches:
        await written.append(*(stream_of(number % 20) for number in range(count)))
        await written.seal()


async def test_many_events_are_proven_at_once_across_tiles(written: WrittenLog) -> None:
    await grown(written, 100, 400, 12, 256, 50)  # sizes on and off the edges of tiles
    leaves = [leaf_hash(body) for body in await written.bodies()]
    prover = Prover(written.pool)
    for size in (1, 100, 500, 512, 768, 818):
        for wanted in ([0], [size - 1], list(range(0, size, 97)), [0, size // 2, size - 1], list(range(size))):
            proof = await prover.events(wanted, size)
            assert root_from({index: leaves[index] for index in wanted}, size, proof) == root_of(leaves[:size])


async def test_one_event_and_the_growth_between_all_sizes_are_proven_across_tiles(written: WrittenLog) -> None:
    await grown(written, 100, 156, 1, 255, 1, 300)
    leaves = [leaf_hash(body) for body in await written.bodies()]
    prover = Prover(written.pool)
    sizes = [checkpoint.size for checkpoint in await written.checkpoints()]
    assert sizes == [100, 256, 257, 512, 513, 813]
    for size in sizes:
        for index in {0, 99, 255, 256, 257, 511, 512, size - 1} & set(range(size)):
            path = (await prover.event(index, size)).path
            verify_inclusion(leaves[index], index, size, path, root_of(leaves[:size]))
        for old in {1, 2, 255, 256, 257, 300, 511, 512, 513, 700, *sizes} & set(range(1, size + 1)):
            proof = await prover.consistency(old, size)
            verify_consistency(old, size, proof, root_of(leaves[:old]), root_of(leaves[:size]))


async def test_what_was_never_signed_is_not_proven(written: WrittenLog) -> None:
    prover = Prover(written.pool)
    with pytest.raises(ProvingError, match="holds nothing"):
        await prover.event(0)
    await grown(written, 3)
    await written.append(stream_of(1))
    for failing in (prover.event(3), prover.event(0, 2), prover.consistency(1, 4), prover.consistency(0, 3)):
        with pytest.raises(ProvingError):
            await failing


async def test_a_mirror_holds_the_log_and_is_brought_forward(written: WrittenLog, tmp_path: Path) -> None:
    assert await mirror(written.pool, tmp_path / "m") == (0, 0)
    await grown(written, 300)
    size, files = await mirror(written.pool, tmp_path / "m")
    # 2 tiles of entries, 2 of leaves, 1 of the level above, the checkpoint
    assert (size, files) == (300, 6)
    assert await mirror(written.pool, tmp_path / "m") == (300, 1)
    await grown(written, 300)
    assert (await mirror(written.pool, tmp_path / "m"))[0] == 600
    raw = b"".join(
        (tmp_path / "m" / "tile" / "entries" / tile_path(number, width)).read_bytes()
        for number, width in ((0, TILE), (1, TILE), (2, 88))
    )
    found = []
    while raw:
        length = int.from_bytes(raw[:2], "big")
        found.append(raw[2 : 2 + length])
        raw = raw[2 + length :]
    assert found == await written.bodies()
    note = (tmp_path / "m" / "checkpoint").read_text("utf-8")
    assert note.splitlines()[1] == "600"


def test_addresses_of_tiles() -> None:
    assert tile_path(67) == "067"
    assert tile_path(1234067, 5) == "x001/x234/067.p/5"
    assert tile_path(1000) == "x001/000"

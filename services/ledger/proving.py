"""Proofs of a stored log against what it has signed: of one event, of many at once, and of its growth."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from contracts.event_proofs import EventProof
from contracts.multiproof import gaps, multiproof
from contracts.proofs import consistency_proof, inclusion_proof
from services.ledger import arrays, checkpoints
from services.ledger.connections import Pool
from services.ledger.tree import TILE, TILE_BITS, fold_peaks, peaks

_LEAVES = """
    select l.idx, l.leaf from unnest(%b::bigint[]) t (tile)
    cross join lateral (
        select idx, leaf from ledger.log_index
        where idx >= t.tile * 256 and idx < least((t.tile + 1) * 256, %b::bigint) offset 0
    ) l
"""
_NODES = """
    select l.n, l.hash from unnest(%b::bigint[]) t (tile)
    cross join lateral (
        select n, hash from ledger.tree_node
        where level = %b::int and n >= t.tile * 256 and n < least((t.tile + 1) * 256, %b::bigint) offset 0
    ) l
"""


class ProvingError(Exception):
    """What was asked for cannot be proven; one sentence."""


class Prover:
    """Proofs of the log behind one pool. Shows what a signed checkpoint covers, no more."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def event(self, index: int, size: int | None = None) -> EventProof:
        """The event at `index` below the checkpoint of `size`, the latest without one; raises ProvingError."""
        size, note = await self._signed(size)
        if not 0 <= index < size:
            raise ProvingError(f"there is no event with index {index} below the signed size {size}")
        rows = await self._rows([index], size)
        return EventProof(index, tuple(inclusion_proof(index, size, rows.subtree)), note)

    async def consistency(self, old: int, new: int) -> list[bytes]:
        """That the tree of `new` events extends that of `old`; raises ProvingError for sizes never reached."""
        size, _ = await self._signed(None)
        if not 1 <= old <= new <= size:
            raise ProvingError(f"there is no proof from size {old} to size {new}: the log is signed for up to {size}")
        # Every subtree that the proof names stands beside or on the way from the old tree's last leaf to the root.
        rows = await self._rows([old - 1], new)
        return consistency_proof(old, new, rows.subtree)

    async def events(self, indexes: Collection[int], size: int) -> list[bytes]:
        """One proof (`contracts.multiproof`) for many events of the tree of `size` events.

        Raises ProvingError for a size that was never signed for, ProofError for an index beyond it.
        """
        signed, _ = await self._signed(None)
        if size > signed:
            raise ProvingError(f"the log is signed for up to {signed}, not {size}")
        gaps(sorted(indexes), size)
        rows = await self._rows(indexes, size)
        return multiproof(sorted(indexes), size, rows.subtree)

    async def _rows(self, indexes: Collection[int], size: int) -> "_Rows":
        async with self._pool.connection() as connection:
            return await _Rows.around(connection, indexes, size)

    async def _signed(self, size: int | None) -> tuple[int, str]:
        if size is None:
            found = await checkpoints.latest(self._pool)
            if found is None:
                raise ProvingError("the log holds nothing yet")
            return found
        note = await checkpoints.at(self._pool, size)
        if note is None:
            raise ProvingError(f"the log has no checkpoint of size {size}")
        return size, note


@dataclass(frozen=True, slots=True)
class _Rows:
    """Stored hashes by tile level and number: all tiles on the way from some leaves to the root, and the edge."""

    size: int
    hashes: Sequence[Mapping[int, bytes]]

    @classmethod
    async def around(cls, connection: AsyncConnection[TupleRow], indexes: Collection[int], size: int) -> "_Rows":
        hashes: list[dict[int, bytes]] = []
        height = 0
        while height == 0 or size >> (height * TILE_BITS):
            count = size >> (height * TILE_BITS)
            tiles = {index >> ((height + 1) * TILE_BITS) for index in indexes} | {count // TILE}
            wanted = arrays.bigints(sorted(tiles))
            if height == 0:
                cursor = await connection.execute(_LEAVES, (wanted, count), prepare=False, binary=True)
            else:
                level = height * TILE_BITS
                cursor = await connection.execute(_NODES, (wanted, level, count), prepare=False, binary=True)
            hashes.append({int(number): bytes(value) for number, value in await cursor.fetchall()})
            height += 1
        return cls(size, hashes)

    def subtree(self, start: int, end: int) -> bytes:
        """MTH(D[start:end]); raises KeyError when the log misses one of its hashes."""
        top = ((end - start).bit_length() - 1) // TILE_BITS
        parts: list[list[bytes]] = []
        for height in range(top, -1, -1):
            last = end >> (height * TILE_BITS)
            first = start >> (height * TILE_BITS) if height == top else last - last % TILE
            parts.append(peaks([self.hashes[height][number] for number in range(first, last)]))
        return fold_peaks(parts)

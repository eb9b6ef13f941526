"""The Merkle tree of a log: its growing edge in the sealer, and any subtree of it from the database.

Stored are the leaves (log_index) and the roots of full subtrees over 256, 256^2, ... leaves (tree_node): the rows of
C2SP tlog-tiles. Everything else is hashed from those when asked for, at most 255 hashes a level.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from contracts.proofs import EMPTY_ROOT, consistency_proof, inclusion_proof, node_hash, root_of

TILE_BITS = 8
TILE = 1 << TILE_BITS

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Node:
    """Root of the full subtree over the leaves [n * 2^level, (n + 1) * 2^level)."""

    level: int
    n: int
    hash: bytes


@dataclass(slots=True)
class Edge:
    """The right edge of a tree of `size` leaves: per tile level the hashes that do not fill a tile yet."""

    size: int = 0
    rows: list[list[bytes]] = field(default_factory=lambda: [[]])

    def extend(self, leaves: Sequence[bytes]) -> list[Node]:
        """Takes in leaf hashes; returns the subtrees that became full, to be stored with them."""
        full: list[Node] = []
        for leaf in leaves:
            self.rows[0].append(leaf)
            self.size += 1
            height = 0
            while len(self.rows[height]) == TILE:
                node = root_of(self.rows[height])
                self.rows[height].clear()
                height += 1
                if height == len(self.rows):
                    self.rows.append([])
                full.append(Node(height * TILE_BITS, (self.size >> (height * TILE_BITS)) - 1, node))
                self.rows[height].append(node)
        return full

    def root(self) -> bytes:
        """MTH of all leaves."""
        return fold_peaks([peaks(row) for row in reversed(self.rows)])


class Tree:
    """Subtrees of a stored log, read through one connection."""

    def __init__(self, connection: AsyncConnection[TupleRow]) -> None:
        self._connection = connection

    async def edge(self, size: int) -> Edge:
        """The edge of the tree of the first `size` leaves."""
        edge = Edge(size, [])
        height = 0
        while height == 0 or size >> (height * TILE_BITS):
            count = size >> (height * TILE_BITS)
            edge.rows.append(await self.row(height, count - count % TILE, count % TILE))
            height += 1
        return edge

    async def root(self, size: int) -> bytes:
        """Root of the first `size` leaves."""
        return (await self.edge(size)).root()

    async def row(self, height: int, first: int, count: int) -> list[bytes]:
        """`count` stored hashes of one tile level from number `first` on; raises LookupError when some are missing.

        Level 0 are the leaves, level 1 the roots over 256 of them, and so on: the rows of `tile/<height>/<N>`.
        """
        if count == 0:
            return []
        if height == 0:
            query = "select leaf from ledger.log_index where idx >= %s and idx < %s order by idx"
            parameters: tuple[int, ...] = (first, first + count)
        else:
            query = "select hash from ledger.tree_node where level = %s and n >= %s and n < %s order by n"
            parameters = (height * TILE_BITS, first, first + count)
        cursor = await self._connection.execute(query, parameters, prepare=False, binary=True)
        found = [bytes(row[0]) for row in await cursor.fetchall()]
        if len(found) != count:
            raise LookupError(f"the log holds {len(found)} of {count} hashes from {first} at tile level {height}")
        return found

    async def subtree(self, start: int, end: int) -> bytes:
        """MTH(D[start:end]) for 0 <= start < end; `start` is a multiple of a power of two >= end - start."""
        top = ((end - start).bit_length() - 1) // TILE_BITS
        parts: list[list[bytes]] = []
        for height in range(top, -1, -1):
            last = end >> (height * TILE_BITS)
            first = start >> (height * TILE_BITS) if height == top else last - last % TILE
            parts.append(peaks(await self.row(height, first, last - first)))
        return fold_peaks(parts)

    async def inclusion(self, index: int, size: int) -> list[bytes]:
        """Audit path of the leaf `index` in the tree of `size` leaves."""
        return await self._prove(lambda subtree: inclusion_proof(index, size, subtree))

    async def consistency(self, old: int, new: int) -> list[bytes]:
        """Proof that the tree of `old` leaves is a prefix of that of `new` leaves."""
        return await self._prove(lambda subtree: consistency_proof(old, new, subtree))

    async def _prove(self, prove: Callable[[Callable[[int, int], bytes]], T]) -> T:
        """Runs a proof twice: which subtrees it asks for does not depend on their hashes."""
        asked: dict[tuple[int, int], bytes] = {}

        def note(start: int, end: int) -> bytes:
            asked[start, end] = EMPTY_ROOT
            return EMPTY_ROOT

        prove(note)
        for start, end in asked:
            asked[start, end] = await self.subtree(start, end)
        return prove(lambda start, end: asked[start, end])


def peaks(row: Sequence[bytes]) -> list[bytes]:
    """Roots of the full subtrees that a row of up to 256 equal subtrees splits into, largest first."""
    roots: list[bytes] = []
    start = 0
    for bit in range(TILE_BITS, -1, -1):
        width = 1 << bit
        if len(row) & width:
            roots.append(root_of(row[start : start + width]))
            start += width
    return roots


def fold_peaks(parts: Sequence[Sequence[bytes]]) -> bytes:
    """Root of a tree from the peaks of its edge, largest first; the tree without leaves has none."""
    roots = [peak for part in parts for peak in part]
    if not roots:
        return EMPTY_ROOT
    node = roots[-1]
    for left in reversed(roots[:-1]):
        node = node_hash(left, node)
    return node

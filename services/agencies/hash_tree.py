"""The tree of one log in memory, for proofs of single events: every complete subtree, 64 bytes an event in all."""

from contracts.proofs import HASH_BYTES, inclusion_proof, node_hash
from services.ledger.connections import Pool

CHUNK = 20_000


class HashTree:
    """Grows by leaves; proves any of them in the tree of any size that it has reached."""

    def __init__(self) -> None:
        self._levels: list[bytearray] = [bytearray()]
        self._edges: dict[tuple[int, int], bytes] = {}

    @property
    def size(self) -> int:
        """Number of leaves."""
        return len(self._levels[0]) // HASH_BYTES

    def append(self, leaf: bytes) -> None:
        """The leaf hash with index `size`."""
        node, height = leaf, 0
        while True:
            row = self._levels[height]
            row += node
            if len(row) // HASH_BYTES % 2:
                return
            node = node_hash(bytes(row[-2 * HASH_BYTES : -HASH_BYTES]), bytes(row[-HASH_BYTES:]))
            height += 1
            if height == len(self._levels):
                self._levels.append(bytearray())

    def path(self, index: int, size: int) -> list[bytes]:
        """The audit path of leaf `index` in the tree of the first `size` leaves; raises ProofError."""
        return inclusion_proof(index, size, self.subtree)

    def subtree(self, start: int, end: int) -> bytes:
        """MTH(D[start:end]) of a range that occurs in a tree."""
        width = end - start
        if width & (width - 1) == 0 and start % width == 0:
            row, at = self._levels[width.bit_length() - 1], start // width * HASH_BYTES
            return bytes(row[at : at + HASH_BYTES])
        found = self._edges.get((start, end))
        if found is None:  # the ragged right edge of some size: few, and asked for again by every proof of that size
            if len(self._edges) > 1_000:
                self._edges.clear()
            middle = start + (1 << ((width - 1).bit_length() - 1))
            found = self._edges[start, end] = node_hash(self.subtree(start, middle), self.subtree(middle, end))
        return found


async def grow(tree: HashTree, pool: Pool, origin: str, size: int) -> None:
    """Takes in the leaves below `size` of a log that the inbox holds and has verified."""
    while tree.size < size:
        async with pool.connection() as connection:
            cursor = await connection.execute(
                "select idx, leaf from ledger.inbox where origin = %s and idx >= %s and idx < %s order by idx",
                (origin, tree.size, min(size, tree.size + CHUNK)),
                binary=True,
            )
            rows = await cursor.fetchall()
        assert rows and rows[0][0] == tree.size, f"the inbox of {origin} has no event {tree.size}"
        for _, leaf in rows:
            tree.append(bytes(leaf))

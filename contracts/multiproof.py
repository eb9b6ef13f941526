"""One proof for many leaves of one tree: the roots of all subtrees in which none of them lies, from left to right.

The walk is that of RFC 6962: [0, size) is split at the largest power of two, and so on. A subtree without any of the
leaves gives one hash; a subtree with some is walked. Whoever has the leaves computes the root back. For a single leaf
these are the hashes of its audit path in the order of the tree.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from contracts.proofs import ProofError, Subtree, node_hash

__all__ = ["gaps", "multiproof", "root_from"]


def multiproof(indexes: Sequence[int], size: int, subtree: Subtree) -> list[bytes]:
    """The proof that these leaves are in the tree of `size` leaves; raises ProofError for an index outside it."""
    return [subtree(start, end) for start, end in gaps(indexes, size)]


def gaps(indexes: Sequence[int], size: int) -> list[tuple[int, int]]:
    """The subtrees [start, end) whose roots the proof holds, in its order."""
    known = sorted(set(indexes))
    if not known or known[0] < 0 or known[-1] >= size:
        raise ProofError(f"a proof is of some leaves within a tree of size {size}")
    return list(_gaps(known, 0, size))


def _gaps(known: Sequence[int], start: int, end: int) -> Iterator[tuple[int, int]]:
    first = bisect_left(known, start)
    if first == len(known) or known[first] >= end:
        yield start, end
    elif end - start > 1:
        middle = _middle(start, end)
        yield from _gaps(known, start, middle)
        yield from _gaps(known, middle, end)


def root_from(leaves: Mapping[int, bytes], size: int, proof: Sequence[bytes]) -> bytes:
    """The root of the tree of `size` leaves in which `leaves` (index -> leaf hash) stand, by the proof.

    Raises ProofError when the proof has too few or too many hashes. The caller compares the root with a signed one.
    """
    known = sorted(leaves)
    expected = len(gaps(known, size))
    if len(proof) != expected:
        raise ProofError(f"the proof of {len(known)} leaves has {expected} hashes, not {len(proof)}")
    hashes = iter(proof)

    def root(start: int, end: int) -> bytes:
        first = bisect_left(known, start)
        if first == len(known) or known[first] >= end:
            return next(hashes)
        if end - start == 1:
            return leaves[start]
        middle = _middle(start, end)
        left = root(start, middle)
        return node_hash(left, root(middle, end))

    return root(0, size)


def _middle(start: int, end: int) -> int:
    return start + (1 << ((end - start - 1).bit_length() - 1))

"""Merkle proofs of the sealed log (RFC 6962 tree, verification per RFC 9162) and its signed checkpoints.

A *leaf* in every function below is a leaf hash (32 bytes, :func:`leaf_hash`), never the event's bytes. Sizes count
leaves, indexes start at 0. Everything here is pure; what does not verify raises :class:`ProofError`.
The form of notes, keys and checkpoints is in `contracts.notes` and is re-exported here.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import TypeAlias

from contracts.notes import (
    ALGORITHM_COSIGNATURE,
    ALGORITHM_ED25519,
    HASH_BYTES,
    Checkpoint,
    ProofError,
    Signature,
    VerifierKey,
    checkpoint_text,
    format_note,
    key_id,
    open_checkpoint,
    parse_checkpoint,
    parse_note,
)

__all__ = [
    "ALGORITHM_COSIGNATURE",
    "ALGORITHM_ED25519",
    "EMPTY_ROOT",
    "HASH_BYTES",
    "Checkpoint",
    "CompactRange",
    "ProofError",
    "Signature",
    "Subtree",
    "VerifierKey",
    "checkpoint_text",
    "consistency_proof",
    "format_note",
    "inclusion_proof",
    "key_id",
    "leaf_hash",
    "node_hash",
    "open_checkpoint",
    "parse_checkpoint",
    "parse_note",
    "root_of",
    "verify_consistency",
    "verify_inclusion",
]

EMPTY_ROOT = hashlib.sha256(b"").digest()
"""Root of the tree without leaves."""

Subtree: TypeAlias = Callable[[int, int], bytes]
"""`subtree(start, end)` gives MTH(D[start:end]) for 0 <= start < end; `end - start` need not be a power of two."""


def leaf_hash(body: bytes) -> bytes:
    """SHA-256(0x00 || body): the Merkle leaf of an event's bytes."""
    return hashlib.sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right); raises ProofError unless both are 32 bytes."""
    return hashlib.sha256(b"\x01" + _hash(left) + _hash(right)).digest()


class CompactRange:
    """The right edge of a growing tree: enough to append and to give the root, in log2(size) hashes.

    `hashes` are the roots of the complete subtrees that `size` splits into, largest (leftmost) first; their number
    is the number of one-bits of `size`. Raises ProofError for a size and hashes that do not belong together.
    """

    __slots__ = ("_hashes", "_size")

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if size < 0 or len(hashes) != size.bit_count():
            raise ProofError(f"a range of size {size} does not have {len(hashes)} hashes")
        self._size = size
        self._hashes = [_hash(value) for value in hashes]

    @property
    def size(self) -> int:
        """Number of leaves so far."""
        return self._size

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """Roots of the complete subtrees, largest first."""
        return tuple(self._hashes)

    def append(self, leaf: bytes) -> None:
        """Take in the leaf hash with index `size`."""
        node = _hash(leaf)
        full = self._size
        while full & 1:
            node = node_hash(self._hashes.pop(), node)
            full >>= 1
        self._hashes.append(node)
        self._size += 1

    def root(self) -> bytes:
        """MTH of all leaves so far."""
        if not self._hashes:
            return EMPTY_ROOT
        node = self._hashes[-1]
        for left in reversed(self._hashes[:-1]):
            node = node_hash(left, node)
        return node


def root_of(leaves: Sequence[bytes]) -> bytes:
    """MTH of the given leaf hashes, by the definition of the tree (O(n); for growing trees use CompactRange)."""
    if not leaves:
        return EMPTY_ROOT
    level = [_hash(leaf) for leaf in leaves]
    while len(level) > 1:
        paired = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
    return level[0]


def inclusion_proof(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """The audit path of leaf `index` in the tree of `size` leaves, leaf's sibling first (RFC 9162 2.1.3.1)."""
    if not 0 <= index < size:
        raise ProofError(f"leaf {index} is not in a tree of size {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_hash(subtree(middle, end)))
            end = middle
        else:
            path.append(_hash(subtree(start, middle)))
            start = middle
    path.reverse()
    return path


def consistency_proof(old: int, new: int, subtree: Subtree) -> list[bytes]:
    """Proof that the tree of `old` leaves is a prefix of the tree of `new` leaves (RFC 9162 2.1.4.1).

    Empty when the sizes are equal. Raises ProofError for old = 0 (every tree extends the empty one: nothing to prove).
    """
    _check_sizes(old, new)
    path: list[bytes] = []
    start, end = 0, new
    whole = True  # whether the old tree's part in view is the whole old tree, whose root the verifier already has
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_hash(subtree(middle, end)))
            end = middle
        else:
            path.append(_hash(subtree(start, middle)))
            start = middle
            whole = False
    if not whole:
        path.append(_hash(subtree(start, end)))
    path.reverse()
    return path


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the tree with `root` and `size` has `leaf` at `index` (RFC 9162 2.1.3.2); raises ProofError if not."""
    if not 0 <= index < size:
        raise ProofError(f"leaf {index} is not in a tree of size {size}")
    _hash(root)
    node = _hash(leaf)
    at, last = index, size - 1
    for sibling in proof:
        if last == 0:
            raise ProofError("the inclusion proof is too long")
        if at & 1 or at == last:
            node = node_hash(sibling, node)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        at, last = at >> 1, last >> 1
    if last != 0:
        raise ProofError("the inclusion proof is too short")
    if node != root:
        raise ProofError(f"leaf {index} is not proven to be in the tree of size {size}")


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Check that the tree of size `new` extends the tree of size `old` (RFC 9162 2.1.4.2); raises ProofError if not."""
    _check_sizes(old, new)
    _hash(old_root), _hash(new_root)
    if old == new:
        if proof or old_root != new_root:
            raise ProofError(f"two different trees of size {old}, or a proof where none belongs")
        return
    path = [_hash(value) for value in proof]
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        raise ProofError("the consistency proof is empty")
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = path[0]
    for node in path[1:]:
        if last == 0:
            raise ProofError("the consistency proof is too long")
        if at & 1 or at == last:
            before, after = node_hash(node, before), node_hash(node, after)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            after = node_hash(after, node)
        at, last = at >> 1, last >> 1
    if last != 0:
        raise ProofError("the consistency proof is too short")
    if before != old_root or after != new_root:
        raise ProofError(f"the tree of size {new} is not proven to extend the one of size {old}")


def _check_sizes(old: int, new: int) -> None:
    if not 1 <= old <= new:
        raise ProofError(f"no consistency proof from size {old} to size {new}")


def _split(size: int) -> int:
    """The largest power of two below `size` (size > 1)."""
    return 1 << ((size - 1).bit_length() - 1)


def _hash(value: bytes) -> bytes:
    if len(value) != HASH_BYTES:
        raise ProofError(f"a hash has {HASH_BYTES} bytes, not {len(value)}")
    return value

"""The Merkle tree: proofs of every leaf and prefix verify, and nothing else does."""

import hashlib
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import proofs
from contracts.proofs import CompactRange, ProofError, leaf_hash, node_hash, root_of

LARGEST = 130
LEAVES = [leaf_hash(str(number).encode()) for number in range(LARGEST)]
ROOTS = [root_of(LEAVES[:size]) for size in range(LARGEST + 1)]


def subtree(start: int, end: int) -> bytes:
    """MTH(D[start:end]) of the test's leaves."""
    return root_of(LEAVES[start:end])


def tree_by_definition(leaves: Sequence[bytes]) -> bytes:
    """MTH word for word from RFC 6962 2.1, from leaf hashes."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = tree_by_definition(leaves[:split]), tree_by_definition(leaves[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def refused(check: Callable[[], object]) -> bool:
    """Whether `check` raises ProofError."""
    try:
        check()
    except ProofError:
        return True
    return False


def test_the_roots_are_those_of_the_rfc() -> None:
    # Reference vector of RFC 6962 implementations: the eight inputs of the Certificate Transparency test suite.
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [leaf_hash(bytes.fromhex(text)) for text in inputs]
    assert root_of([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root_of(leaves[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert root_of(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_growing_range_definition_and_levels_give_one_root() -> None:
    growing = CompactRange()
    for size, leaf in enumerate(LEAVES):
        assert growing.root() == ROOTS[size] == tree_by_definition(LEAVES[:size])
        assert CompactRange(growing.size, growing.hashes).root() == growing.root()
        growing.append(leaf)
    assert growing.size == LARGEST


def test_every_leaf_of_every_size_is_proven() -> None:
    for size in range(1, LARGEST + 1):
        for index in range(size):
            proof = proofs.inclusion_proof(index, size, subtree)
            proofs.verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])


def test_every_prefix_of_every_size_is_proven() -> None:
    for new in range(1, LARGEST + 1):
        for old in range(1, new + 1):
            proof = proofs.consistency_proof(old, new, subtree)
            proofs.verify_consistency(old, new, proof, ROOTS[old], ROOTS[new])


@given(st.data())
def test_a_changed_inclusion_proof_proves_nothing(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, LARGEST))
    index = data.draw(st.integers(0, size - 1))
    proof = proofs.inclusion_proof(index, size, subtree)
    leaf, root = LEAVES[index], ROOTS[size]
    at, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
    changed = [*proof[:at], flipped(proof[at], bit), *proof[at + 1 :]]
    other = data.draw(st.integers(0, size - 1).filter(lambda number: number != index))
    assert refused(lambda: proofs.verify_inclusion(leaf, index, size, changed, root))
    assert refused(lambda: proofs.verify_inclusion(leaf, index, size, proof[:-1], root))
    assert refused(lambda: proofs.verify_inclusion(leaf, index, size, [*proof, leaf], root))
    assert refused(lambda: proofs.verify_inclusion(flipped(leaf, bit), index, size, proof, root))
    assert refused(lambda: proofs.verify_inclusion(leaf, index, size, proof, flipped(root, bit)))
    assert refused(lambda: proofs.verify_inclusion(LEAVES[other], index, size, proof, root))
    assert refused(lambda: proofs.verify_inclusion(leaf, other, size, proof, root))


@given(st.data())
def test_a_changed_consistency_proof_proves_nothing(data: st.DataObject) -> None:
    new = data.draw(st.integers(2, LARGEST))
    old = data.draw(st.integers(1, new - 1))
    proof = proofs.consistency_proof(old, new, subtree)
    at, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
    changed = [*proof[:at], flipped(proof[at], bit), *proof[at + 1 :]]
    before, after = ROOTS[old], ROOTS[new]
    assert refused(lambda: proofs.verify_consistency(old, new, changed, before, after))
    assert refused(lambda: proofs.verify_consistency(old, new, proof[:-1], before, after))
    assert refused(lambda: proofs.verify_consistency(old, new, [*proof, before], before, after))
    assert refused(lambda: proofs.verify_consistency(old, new, proof, flipped(before, bit), after))
    assert refused(lambda: proofs.verify_consistency(old, new, proof, before, flipped(after, bit)))


@given(st.lists(st.binary(max_size=8), max_size=200), st.integers(0, 200))
def test_a_range_taken_up_again_goes_on_as_if_it_had_never_stopped(bodies: list[bytes], stop: int) -> None:
    leaves = [leaf_hash(body) for body in bodies]
    first = CompactRange()
    for leaf in leaves[:stop]:
        first.append(leaf)
    second = CompactRange(first.size, first.hashes)
    for leaf in leaves[stop:]:
        second.append(leaf)
    assert second.root() == tree_by_definition(leaves)


@pytest.mark.parametrize("wrong", [b"", b"x" * 31, b"x" * 33])
def test_a_hash_that_is_not_32_bytes_is_refused_everywhere(wrong: bytes) -> None:
    good = LEAVES[0]
    assert refused(lambda: CompactRange().append(wrong))
    assert refused(lambda: CompactRange(1, [wrong]))
    assert refused(lambda: root_of([wrong]))
    assert refused(lambda: node_hash(good, wrong))
    assert refused(lambda: proofs.verify_inclusion(wrong, 0, 1, [], wrong))
    assert refused(lambda: proofs.verify_inclusion(good, 0, 2, [wrong], ROOTS[2]))
    assert refused(lambda: proofs.verify_consistency(1, 2, [wrong], ROOTS[1], ROOTS[2]))
    assert refused(lambda: proofs.verify_consistency(1, 1, [], wrong, wrong))
    assert refused(lambda: proofs.inclusion_proof(0, 2, lambda _start, _end: wrong))


def test_impossible_sizes_and_indexes_are_refused() -> None:
    good = ROOTS[1]
    assert refused(lambda: proofs.verify_consistency(0, 0, [], proofs.EMPTY_ROOT, proofs.EMPTY_ROOT))
    assert refused(lambda: proofs.verify_consistency(0, 1, [], proofs.EMPTY_ROOT, good))
    assert refused(lambda: proofs.consistency_proof(0, 1, subtree))
    assert refused(lambda: proofs.verify_consistency(2, 1, [], ROOTS[2], good))
    assert refused(lambda: proofs.verify_consistency(1, 1, [good], good, good))
    assert refused(lambda: proofs.verify_consistency(1, 1, [], good, ROOTS[2]))
    assert refused(lambda: proofs.verify_inclusion(LEAVES[0], 1, 1, [], good))
    assert refused(lambda: proofs.verify_inclusion(LEAVES[0], -1, 1, [], good))
    assert refused(lambda: proofs.verify_inclusion(LEAVES[0], 0, 0, [], proofs.EMPTY_ROOT))
    assert refused(lambda: CompactRange(3, [good]))
    assert refused(lambda: CompactRange(-1, []))


def flipped(value: bytes, bit: int) -> bytes:
    """`value` with one of its 256 bits changed."""
    return (int.from_bytes(value, "big") ^ (1 << bit)).to_bytes(len(value), "big")

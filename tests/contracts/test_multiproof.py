"""One proof for many leaves: it gives the root back from them, and from nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.multiproof import gaps, multiproof, root_from
from contracts.proofs import ProofError, inclusion_proof, leaf_hash, root_of

LARGEST = 200
LEAVES = [leaf_hash(str(number).encode()) for number in range(LARGEST)]


def subtree(start: int, end: int) -> bytes:
    return root_of(LEAVES[start:end])


@st.composite
def some(draw: st.DrawFn) -> tuple[int, list[int]]:
    size = draw(st.integers(1, LARGEST))
    return size, sorted(draw(st.sets(st.integers(0, size - 1), min_size=1)))


@given(some())
def test_the_leaves_and_the_proof_give_the_root(case: tuple[int, list[int]]) -> None:
    size, indexes = case
    proof = multiproof(indexes, size, subtree)
    assert root_from({index: LEAVES[index] for index in indexes}, size, proof) == subtree(0, size)


def test_for_one_leaf_it_holds_the_hashes_of_the_audit_path() -> None:
    for size in (1, 2, 7, 130):
        for index in range(size):
            assert sorted(multiproof([index], size, subtree)) == sorted(inclusion_proof(index, size, subtree))


@given(some(), st.data())
def test_a_changed_leaf_hash_or_index_gives_another_root(case: tuple[int, list[int]], data: st.DataObject) -> None:
    size, indexes = case
    proof = multiproof(indexes, size, subtree)
    leaves = {index: LEAVES[index] for index in indexes}
    at = data.draw(st.sampled_from(indexes))
    assert root_from({**leaves, at: bytes(32)}, size, proof) != subtree(0, size)
    if proof:
        position = data.draw(st.integers(0, len(proof) - 1))
        changed = [*proof[:position], bytes(32), *proof[position + 1 :]]
        assert root_from(leaves, size, changed) != subtree(0, size)
    for other in (proof[:-1], [*proof, bytes(32)]):
        if len(other) != len(proof):
            with pytest.raises(ProofError):
                root_from(leaves, size, other)
    if len(leaves) > 1:  # two events that have changed places
        one, two = indexes[0], indexes[-1]
        assert root_from({**leaves, one: leaves[two], two: leaves[one]}, size, proof) != subtree(0, size)


@pytest.mark.parametrize(("indexes", "size"), [([], 5), ([-1], 5), ([5], 5), ([0], 0)])
def test_leaves_outside_the_tree_are_refused(indexes: list[int], size: int) -> None:
    with pytest.raises(ProofError):
        gaps(indexes, size)

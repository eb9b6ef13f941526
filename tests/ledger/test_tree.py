"""Subtrees and proofs from the database, against the definition of the tree."""

import hashlib
from itertools import pairwise

import pytest
from psycopg import AsyncConnection

from contracts.proofs import node_hash, root_of, verify_consistency, verify_inclusion
from services.ledger.tree import Edge, Tree
from tests.ledger.written_log import WrittenLog

LEAVES = [hashlib.sha256(b"%d" % number).digest() for number in range(256 * 256 + 3 * 256 + 77)]
SIZES = (1, 2, 3, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 66_048, len(LEAVES))


@pytest.fixture(scope="module")
def roots() -> dict[int, bytes]:
    return {size: root_of(LEAVES[:size]) for size in SIZES}


def test_a_growing_edge_gives_the_root_of_every_size(roots: dict[int, bytes]) -> None:
    edge = Edge()
    assert edge.root() == root_of([])
    for start, end in pairwise((0, *SIZES)):
        edge.extend(LEAVES[start:end])
        assert edge.root() == roots[end]


async def test_proofs_from_stored_tiles_verify(written: WrittenLog, roots: dict[int, bytes]) -> None:
    async with await AsyncConnection.connect(written.admin, autocommit=True) as connection:
        await stored(connection)
        tree = Tree(connection)
        for size, root in roots.items():
            assert await tree.root(size) == root
            assert (await tree.edge(size)).root() == root
            for index in {0, size // 3, size // 2, size - 1}:
                verify_inclusion(LEAVES[index], index, size, await tree.inclusion(index, size), root)
        for old in SIZES:
            for new in SIZES:
                if old <= new:
                    verify_consistency(old, new, await tree.consistency(old, new), roots[old], roots[new])


async def test_an_edge_read_back_grows_on(written: WrittenLog, roots: dict[int, bytes]) -> None:
    async with await AsyncConnection.connect(written.admin, autocommit=True) as connection:
        await stored(connection)
        edge = await Tree(connection).edge(65_535)
        full = edge.extend(LEAVES[65_535:65_537])
        assert edge.root() == roots[65_537]
        assert [(node.level, node.n) for node in full] == [(8, 255), (16, 0)]
        assert full[1].hash == roots[65_536]
        assert (await Tree(connection).row(1, 0, 2))[0] == roots[256]
        assert node_hash(*await Tree(connection).row(1, 0, 2)) == roots[512]
        with pytest.raises(LookupError, match="holds 77 of 78 hashes"):
            await Tree(connection).row(0, len(LEAVES) - 77, 78)


async def stored(connection: AsyncConnection) -> None:
    """The leaves and their full subtrees, as the sealer would have stored them."""
    nodes = Edge().extend(LEAVES)
    async with connection.cursor() as cursor:
        async with cursor.copy("copy ledger.log_index from stdin (format binary)") as copy:
            copy.set_types(["int8", "int8", "bytea"])
            for index, leaf in enumerate(LEAVES):
                await copy.write_row((index, index, leaf))
        async with cursor.copy("copy ledger.tree_node from stdin (format binary)") as copy:
            copy.set_types(["int4", "int8", "bytea"])
            for node in nodes:
                await copy.write_row((node.level, node.n, node.hash))

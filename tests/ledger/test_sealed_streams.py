"""Streams of a sealed log: whole as far as the log reached, in the order in which their subjects were asked for."""

from uuid import uuid4

import psycopg

from services.ledger.appending import statement
from services.ledger.connections import connect
from services.ledger.sealed_streams import prepare, sealed_streams
from services.ledger.store import Draft
from tests.ledger.written_log import WrittenLog, checked_in, later, stream_of

FIRST, SECOND, THIRD = (stream_of(number) for number in (1, 2, 3))


def read(url: str, wanted: list[tuple[str, int]]) -> list[dict[str, list[bytes]]]:
    """Of each that is wanted the lines of its streams, after they were held against their number."""
    with psycopg.connect(url) as connection:
        prepare(connection)
        answers = []
        for streams in sealed_streams(connection, FIRST.partition("/")[0], wanted):
            answers.append({name: bytes(lines).split(b"\n") for name, _, lines in streams})
            assert [len(lines) for lines in answers[-1].values()] == [size for _, size, _ in streams]
        return answers


def subject(stream: str) -> str:
    return stream.split("/")[1]


async def test_each_subject_is_answered_with_what_lies_below_its_size(written: WrittenLog) -> None:
    order = [FIRST, SECOND, FIRST, FIRST, SECOND, THIRD, FIRST]
    await written.append(*order)
    assert await written.seal() == len(order)
    bodies = await written.bodies()

    def below(stream: str, size: int) -> dict[str, list[bytes]]:
        mine = [body for name, body in zip(order[:size], bodies, strict=False) if name == stream]
        return {stream: mine} if mine else {}

    for sizes in ([7, 7, 7], [3, 1, 5], [0, 2, 6], [1, 100, 0]):
        streams = [SECOND, FIRST, THIRD]
        wanted = [(subject(stream), size) for stream, size in zip(streams, sizes, strict=True)]
        assert read(written.url, wanted) == [below(*each) for each in zip(streams, sizes, strict=True)]


async def test_who_has_no_stream_is_answered_with_none(written: WrittenLog) -> None:
    await written.append(SECOND)
    await written.seal()
    mine, nobody = subject(SECOND), ["P9999999", subject(SECOND)[:-1], subject(SECOND) + "0", "'", ""]
    found = read(written.url, [(name, 9) for name in [*nobody, mine, *nobody]])
    assert [len(each) for each in found] == [0] * len(nobody) + [1] + [0] * len(nobody)
    assert read(written.url, [(nobody[0], 9)]) == [{}] and read(written.url, []) == []


async def test_years_of_one_subject_are_streams_of_their_own_and_what_is_not_sealed_is_none(
    written: WrittenLog,
) -> None:
    following = FIRST.rpartition("/")[0] + "/2018"
    await written.append(FIRST, following, FIRST)
    await written.seal()
    await written.append(FIRST, FIRST.rpartition("/")[0] + "/2019")
    (found,) = read(written.url, [(subject(FIRST), 99)])
    assert {name: len(lines) for name, lines in found.items()} == {FIRST: 2, following: 1}


async def test_what_was_numbered_late_lies_beyond_the_sizes_before_it(written: WrittenLog) -> None:
    """A transaction that is open while others commit takes its place in the table before them, in the log after."""
    await written.append(*[FIRST] * 3)
    heads = await written.store.heads([SECOND])
    prepared = written.store.encode([Draft(SECOND, checked_in(), str(uuid4()))], heads, later(0), "test")
    slow = await connect(written.url, name="slow")
    async with slow.transaction():
        await slow.execute(*statement(prepared, heads, None, {}))
        await written.append(*[FIRST] * 3)
        assert await written.seal() == 6
    await slow.close()
    assert await written.seal() == 1
    for size, found in ((5, [5, 0]), (6, [6, 0]), (7, [6, 1])):
        streams = read(written.url, [(subject(FIRST), size), (subject(SECOND), size)])
        assert [sum(map(len, each.values())) for each in streams] == found

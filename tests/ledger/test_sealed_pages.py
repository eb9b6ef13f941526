"""A sealed log page by page: the same events in the same order, however they were numbered."""

from uuid import uuid4

import psycopg
import pytest

from services.ledger.appending import statement
from services.ledger.connections import connect
from services.ledger.sealed_pages import sealed_pages
from services.ledger.store import Draft
from tests.ledger.written_log import WrittenLog, checked_in, later, stream_of

EARLY, LATE = stream_of(1), stream_of(2)


def paged(url: str, page: int) -> list[bytes]:
    """Every line, after the pages were held against what they say of themselves."""
    lines: list[bytes] = []
    with psycopg.connect(url) as connection:
        for first, count, text in sealed_pages(connection, page):
            held = bytes(text).split(b"\n")
            assert (first, count) == (len(lines), len(held)) and count <= page
            lines += held
    return lines


@pytest.mark.parametrize("page", [1, 4, 16, 100])
async def test_what_was_numbered_late_stands_where_the_log_has_it(written: WrittenLog, page: int) -> None:
    """A transaction that is open while others commit takes its place in the table before them, in the log after."""
    await written.append(*[EARLY] * 6)
    heads = await written.store.heads([LATE])
    prepared = written.store.encode([Draft(LATE, checked_in(), str(uuid4()))], heads, later(0), "test")
    slow = await connect(written.url, name="slow")
    async with slow.transaction():
        await slow.execute(*statement(prepared, heads, None, {}))
        await written.append(*[EARLY] * 6)
        assert await written.seal() == 12
    await slow.close()
    await written.append(*[EARLY] * 6)
    assert await written.seal() == 7
    bodies = await written.bodies()
    assert [stream for stream, _ in await written.sealed()].index(LATE) == 12
    assert paged(written.url, page) == bodies
    await written.append(EARLY)
    assert paged(written.url, page) == bodies, "what is not sealed is no part of the log"


async def test_a_log_without_events_has_no_page(written: WrittenLog) -> None:
    assert paged(written.url, 16) == []

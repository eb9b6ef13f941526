"""A sealed log page by page, faster than event by event: many events to a row of COPY, each as it is stored."""

from collections.abc import Iterator, Sequence

import psycopg

PAGE = 512
"""A row of COPY for each event would cost more than its bytes."""
_SIZE = "select coalesce(max(size), 0) from ledger.checkpoint"
# No event holds a line break: canonical JSON writes it as an escape.
# As a rule the log numbers events as they stand in the table: then a page is one stretch of it, which is read in two
# thirds of the time of looking for each event by itself. Where one was numbered long after, each is looked for.
_PAGES = """
    copy (
        select case when stretch.positions = page.positions then stretch.lines else (
            select string_agg(e.body, '\\x0a'::bytea order by i.idx)
            from ledger.log_index i join ledger.whole_event e on e.position = i.position
            where i.idx >= start and i.idx < least(start + {page}, {last} + 1)
        ) end as lines
        from generate_series(0, {last}, {page}) start
        cross join lateral (
            select array_agg(i.position order by i.idx) as positions, min(i.position) as low, max(i.position) as high
            from ledger.log_index i where i.idx >= start and i.idx < least(start + {page}, {last} + 1)
        ) page
        cross join lateral (
            select string_agg(e.body, '\\x0a'::bytea) as lines, array_agg(e.position) as positions
            from (
                select e.position, e.body from ledger.whole_event e
                where e.position between page.low and least(page.high, page.low + 4 * {page}) order by e.position
            ) e
        ) stretch
    ) to stdout (format binary)
"""
_BODIES = """
    select e.body from unnest(%s::bigint[]) with ordinality wanted (idx, place)
    join ledger.log_index i using (idx) join ledger.whole_event e on e.position = i.position order by wanted.place
"""
_HEADER_BYTES = 19
_ROW_BYTES = 6
"""Before the bytes of a row of one column: number of columns (2) and their length (4)."""


def sealed_pages(connection: psycopg.Connection, page: int = PAGE) -> Iterator[tuple[int, int, memoryview]]:
    """Index of the first event, number of events, and the events one per line, of everything that is sealed now."""
    ((size,),) = connection.execute(_SIZE).fetchall()
    if not size:
        return
    copying = _PAGES.format(last=int(size) - 1, page=page).encode("ascii")
    with connection.cursor() as cursor, cursor.copy(copying) as copy:
        skip, first = _HEADER_BYTES + _ROW_BYTES, 0
        for chunk in copy:
            if first < size:  # what comes then is the end mark
                count = min(page, size - first)
                yield first, count, memoryview(chunk)[skip:]
                skip, first = _ROW_BYTES, first + count


def bodies(connection: psycopg.Connection, indexes: Sequence[int]) -> list[bytes]:
    """The events with these indexes, in this order."""
    found = connection.execute(_BODIES, (list(indexes),), binary=True).fetchall()
    assert len(found) == len(indexes), "an index that was read is there"
    return [body for (body,) in found]

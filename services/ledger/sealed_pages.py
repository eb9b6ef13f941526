"""A sealed log page by page, faster than event by event: many events to a row of COPY, each as it is stored."""

from collections.abc import Iterator

import psycopg

PAGE = 256
"""A row of COPY for each event would cost more than its bytes."""
_SIZE = "select coalesce(max(size), 0) from ledger.checkpoint"
# No event holds a line break: canonical JSON writes it as an escape.
_PAGES = """
    copy (
        select page.lines from generate_series(0, {last}, {page}) start
        cross join lateral (
            select string_agg(e.body, '\\x0a'::bytea order by i.idx) as lines
            from ledger.log_index i join ledger.whole_event e on e.position = i.position
            where i.idx >= start and i.idx < least(start + {page}, {last} + 1)
        ) page
    ) to stdout (format binary)
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

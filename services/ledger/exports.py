"""Everything that a log holds, as it is stored: the exact bytes of every sealed event, by index."""

from collections.abc import AsyncIterator

from services.ledger.connections import Pool

_COPY = """
    copy (
        select e.body from ledger.log_index i join ledger.whole_event e on e.position = i.position
        where i.idx < (select max(size) from ledger.checkpoint) order by i.idx
    ) to stdout (format binary)
"""

_SIGNATURE = b"PGCOPY\n\xff\r\n\x00"
_HEADER_BYTES = 19
_ROW_BYTES = 6
"""Before the bytes of a row of one column: the number of columns (2) and their length (4)."""


async def export_bodies(pool: Pool) -> AsyncIterator[bytes]:
    """The bodies from index 0 on, in one snapshot: what is sealed later is not among them."""
    async with pool.connection() as connection, connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        async for chunk in copy:
            row = bytes(chunk)
            if row.startswith(_SIGNATURE):
                row = row[_HEADER_BYTES:]
            # The server sends each row as one message; the last one holds the end mark, a column count of -1.
            if len(row) > _ROW_BYTES:
                assert int.from_bytes(row[2:_ROW_BYTES]) == len(row) - _ROW_BYTES, "one row to a message"
                yield row[_ROW_BYTES:]

"""The sealed log by index: pages for readers that have to catch up. Shows what a signed checkpoint covers, no more."""

from services.ledger.connections import Pool

MAX_PAGE = 5000

_PAGE = """
    select i.idx, e.body
    from ledger.log_index i join ledger.whole_event e on e.position = i.position
    where i.idx >= %b::bigint and i.idx < least(%b::bigint, (select max(size) from ledger.checkpoint))
    order by i.idx
"""


class Feed:
    """Exact event bytes in the order of the log."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def page(self, start: int, limit: int) -> list[tuple[int, bytes]]:
        """Up to `limit` (at most MAX_PAGE) events from index `start` on; empty where the sealed log ends."""
        if start < 0 or limit < 1:
            raise ValueError("a page starts at index 0 or later and holds at least one event")
        end = start + min(limit, MAX_PAGE)
        async with self._pool.connection() as connection:
            cursor = await connection.execute(_PAGE, (start, end), prepare=False, binary=True)
            rows = await cursor.fetchall()
        found = [(int(index), bytes(body)) for index, body in rows]
        assert [index for index, _ in found] == list(range(start, start + len(found))), "indexes are contiguous"
        return found

    async def size(self) -> int:
        """Number of events that a signed checkpoint covers."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute("select coalesce(max(size), 0) from ledger.checkpoint")
            row = await cursor.fetchone()
        assert row is not None, "an aggregate yields one row"
        return int(row[0])

"""Where the sealer may begin to look for waiting events.

A row that the sealer has deleted stays in the index for as long as any transaction might still want to see it. While a
dump of the database runs for an hour, a search from the beginning wades through that hour's rows, every round. Below
the floor no event waits, and none ever will: so the search begins there.
"""

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

ROWS = 1000
"""Rows deleted before it is worth raising the floor."""


class Floor:
    """A position in ledger.event. In memory only: a new sealer begins at 0."""

    def __init__(self) -> None:
        self.position = 0
        self.deleted = 0
        """Rows deleted above the floor."""
        self._drawn: int | None = None
        self._horizon = 0
        self._settled = False

    async def drained(self, connection: AsyncConnection[TupleRow]) -> None:
        """After a round that took all that it saw from the floor on."""
        if self._settled and self._drawn is not None:
            # This round saw everything up to the mark that was ever going to be committed, and took it.
            self.position, self.deleted, self._drawn, self._settled = self._drawn, 0, None, False
        elif self._drawn is not None:
            # An append has its transaction id before it draws positions (it locks its heads first): once every
            # transaction of that time has ended, no position up to the mark can still turn up.
            self._settled = await _number(connection, _OLDEST_RUNNING) >= self._horizon
        elif self.deleted >= ROWS:
            # In this order: who draws a position up to the mark had begun before the second statement.
            self._drawn = await _number(connection, "select last_value from ledger.event_position_seq")
            self._horizon = await _number(connection, _NEXT)


_OLDEST_RUNNING = "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
_NEXT = "select pg_snapshot_xmax(pg_current_snapshot())::text::bigint"


async def _number(connection: AsyncConnection[TupleRow], query: str) -> int:
    cursor = await connection.execute(query.encode())
    row = await cursor.fetchone()
    assert row is not None, "one row"
    return int(row[0])

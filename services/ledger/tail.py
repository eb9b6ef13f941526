"""Where a JetStream stream really ends, in terms of the log: read from its last messages, those that are ours."""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError
from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from contracts.proofs import leaf_hash
from services.ledger.admission import INDEX, ORIGIN, SIZE
from services.ledger.bus import stream_name

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the log and in the stream at once."""

    next: int
    """First index that the stream does not hold."""
    signed: int
    """Size of the last checkpoint that it holds (0: none that matters)."""
    sequence: int
    """Sequence of its last message, whatever that is."""


class StreamConflict(Exception):
    """The stream holds what the log does not have; the message is one sentence that says what to do."""


async def read_position(
    connection: AsyncConnection[TupleRow], js: JetStreamContext, service: str, origin: str
) -> Position:
    """Walks back from the stream's end to the last message that is the log's own, byte by byte.

    Foreign messages on the way are passed over here (their readers stop at them) and logged. Raises StreamConflict
    when a message claims an index of this log that the log does not have, NotFoundError without a stream.
    """
    stream = stream_name(service)
    state = (await js.stream_info(stream)).state
    for sequence in range(state.last_seq, state.first_seq - 1 if state.messages else state.last_seq, -1):
        try:
            message = await js.get_msg(stream, sequence)  # from the leader: a direct read may come from one that lags
        except NotFoundError:
            continue
        headers = message.headers or {}
        place = await _place(connection, origin, headers, message.data or b"")
        if place is not None:
            return Position(place[0], place[1], state.last_seq)
        log.error("foreign message in the stream", stream=stream, sequence=sequence, origin=headers.get(ORIGIN))
    return Position(0, 0, state.last_seq)


async def _place(
    connection: AsyncConnection[TupleRow], origin: str, headers: Mapping[str, str], data: bytes
) -> tuple[int, int] | None:
    """(next index, size of the last checkpoint) after an own message; None for a foreign one."""
    index, size = _number(headers.get(INDEX)), _number(headers.get(SIZE))
    if headers.get(ORIGIN) != origin or (index is None) == (size is None):
        return None
    cursor = await connection.execute("select coalesce(max(size), 0) from ledger.checkpoint")
    row = await cursor.fetchone()
    signed = int(row[0]) if row else 0
    if (index is not None and index >= signed) or (size is not None and size > signed):
        raise StreamConflict(
            f"The stream holds index {index if index is not None else size} of {origin}, whose signed log ends at"
            f" {signed}: restore the newer log, or refill the stream (zhucun relay refill)."
        )
    if index is not None:
        cursor = await connection.execute("select leaf from ledger.log_index where idx = %s", (index,), binary=True)
        row = await cursor.fetchone()
        return (index + 1, index) if row and row[0] == leaf_hash(data) else None
    cursor = await connection.execute("select note from ledger.checkpoint where size = %s", (size,))
    row = await cursor.fetchone()
    return (size or 0, size or 0) if row and row[0].encode() == data else None


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 19 else None

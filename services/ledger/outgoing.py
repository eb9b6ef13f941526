"""The next messages of a log for the bus: events as stored, and after them the checkpoints that cover them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from pydantic_core import from_json

from contracts.identifiers import county_of, township_of
from services.ledger.admission import INDEX, LEAF, MESSAGE_ID, ORIGIN, SIZE, TYPE
from services.ledger.pipeline import Outgoing
from services.ledger.tail import Position

CHUNK = 1_000

CONTENT_TYPE = "content-type"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Messages in order; `indexes[k]` is the next index once k of them are out, `signed` the last checkpoint's size."""

    messages: Sequence[Outgoing]
    indexes: Sequence[int]
    signed: int
    signed_size: int
    """Size of the newest checkpoint known, in this chunk or beyond it."""

    def next_after(self, done: int) -> int:
        """The first index that is not out after `done` messages."""
        return self.indexes[done]


async def read_chunk(
    connection: AsyncConnection[TupleRow], service: str, origin: str, position: Position
) -> Chunk | None:
    """What follows `position` in the log, at most about 1,000 messages; None when nothing signed is left to publish."""
    cursor = await connection.execute(
        "select size, note from ledger.checkpoint where size > %s and size >= %s order by size limit %s",
        (position.signed, position.next, CHUNK),
    )
    checkpoints = await cursor.fetchall()
    if not checkpoints:
        return None
    end = min(position.next + CHUNK, checkpoints[-1][0])
    notes: dict[int, str] = {size: note for size, note in checkpoints if size <= end}
    cursor = await connection.execute(
        "select l.idx, l.leaf, e.id::text, e.body from ledger.log_index l join ledger.whole_event e using (position)"
        " where l.idx >= %s and l.idx < %s order by l.idx",
        (position.next, end),
        prepare=False,  # a plan from the time when the tables were empty would scan them for ever after
        binary=True,
    )
    rows = await cursor.fetchall()
    if [row[0] for row in rows] != list(range(position.next, end)):
        raise AssertionError(f"{origin}: the signed log has no contiguous indexes {position.next}..{end - 1}")
    messages: list[Outgoing] = []
    indexes = [position.next]
    if position.next in notes:  # the events are out, their checkpoint is not
        messages.append(_checkpoint(service, origin, position.next, notes[position.next]))
        indexes.append(position.next)
    for index, leaf, event_id, body in rows:
        messages.append(_event(origin, index, leaf, event_id, body))
        indexes.append(index + 1)
        if index + 1 in notes:
            messages.append(_checkpoint(service, origin, index + 1, notes[index + 1]))
            indexes.append(index + 1)
    return Chunk(messages, indexes, max(notes, default=position.signed), checkpoints[-1][0])


def subject_of(event: dict[str, Any]) -> str:
    """`ev.<service>.<Type>.<county>.<township>.<village>`, full codes, `_` where there is none."""
    _, service, name, _ = event["type"].split(".")
    place = event["data"]["place"]
    village = place if len(place) == 12 else None
    return ".".join(("ev", service, name, county_of(place) or "_", township_of(place) or "_", village or "_"))


def _event(origin: str, index: int, leaf: bytes, event_id: str, body: bytes) -> Outgoing:
    event = from_json(body)
    headers = {
        MESSAGE_ID: event_id,
        ORIGIN: origin,
        INDEX: str(index),
        TYPE: event["type"],
        LEAF: leaf.hex(),
        CONTENT_TYPE: "application/cloudevents+json",
    }
    return Outgoing(subject_of(event), body, headers)


def _checkpoint(service: str, origin: str, size: int, note: str) -> Outgoing:
    headers = {
        MESSAGE_ID: f"cp:{origin}:{size}",
        ORIGIN: origin,
        SIZE: str(size),
        CONTENT_TYPE: "text/plain; charset=utf-8",
    }
    return Outgoing(f"cp.{service}", note.encode("utf-8"), headers)

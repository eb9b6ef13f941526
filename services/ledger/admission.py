"""What an event or a checkpoint from another log must satisfy before it is stored: pure, no database, no network.

The order of the checks is the order of the log. Whatever does not fit raises Stopped; nothing is ever skipped.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from pydantic_core import from_json, to_json

from contracts.canonical import MAX_LEAF_BYTES
from contracts.proofs import CompactRange, ProofError, VerifierKey, leaf_hash, open_checkpoint
from services.ledger.projection import Delivered

ORIGIN = "Zhucun-Origin"
INDEX = "Zhucun-Index"
TYPE = "Zhucun-Type"
LEAF = "Zhucun-Leaf"
SIZE = "Zhucun-Size"
MESSAGE_ID = "Nats-Msg-Id"


class Stopped(Exception):
    """A log cannot be followed beyond `index`, for the reason given."""

    def __init__(self, origin: str, index: int, reason: str, event: str | None = None) -> None:
        super().__init__(f"{origin} at index {index}: {reason}")
        self.origin = origin
        self.index = index
        self.reason = reason
        self.event = event
        """Id of the event at the index, where it is known."""


class Message(Protocol):
    """What a message of the bus has for us."""

    @property
    def subject(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, str] | None: ...
    @property
    def data(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Source:
    """Another log: the service that keeps it, its origin, and the keys that may sign for it."""

    service: str
    origin: str
    keys: tuple[VerifierKey, ...]

    @classmethod
    def of(cls, service: str, origin: str, vkey: str) -> "Source":
        """A log with the keys in a vkey text, one per line, the present one first; raises ProofError when malformed."""
        return cls(service, origin, tuple(VerifierKey.parse(line) for line in vkey.split()))


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event as it came in, parsed and agreeing with its own headers; its place in the log is not judged yet."""

    event: Delivered
    prev: str | None


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint whose signature holds; its root is not compared yet."""

    size: int
    root: bytes
    note: str


@dataclass(frozen=True, slots=True)
class Head:
    """Last version of a stream, its leaf and its recorded time; version 0 is a stream not seen yet."""

    version: int = 0
    leaf: bytes = b""
    recorded: str = ""


def read_message(source: Source, message: Message) -> Arrival | Signed:
    """Parses one message of the source's stream; raises ValueError with the reason when it does not belong there."""
    headers = message.headers or {}
    if headers.get(ORIGIN) != source.origin:
        raise ValueError(f"message of origin {headers.get(ORIGIN)!r} in the stream of {source.origin}")
    if message.subject == f"cp.{source.service}":
        return read_checkpoint(source, headers, message.data)
    index = _number(headers, INDEX)
    arrival = read_body(source, index, message.data)
    event = arrival.event
    told = (headers.get(MESSAGE_ID), headers.get(TYPE), headers.get(LEAF))
    if told != (event.id, event.type, event.leaf.hex()):
        raise ValueError(f"the headers {told} are not those of the event {event.id}")
    return arrival


def read_body(source: Source, index: int, body: bytes) -> Arrival:
    """Parses the bytes that stand at `index` of the source's log; raises ValueError with the reason."""
    event = _parse(body)
    if event["origin"] != source.origin or event["source"] != f"/zhucun/{source.service}":
        raise ValueError(f"an event of {event['origin']} ({event['source']}) in the log {source.origin}")
    return Arrival(
        Delivered(
            origin=source.origin,
            index=index,
            id=event["id"],
            type=event["type"],
            stream=event["stream"],
            version=event["version"],
            recorded=event["recordedtime"],
            data=event["data"],
            body=body,
            leaf=leaf_hash(body),
        ),
        event.get("prev"),
    )


_MEMBERS = {
    "origin": str,
    "source": str,
    "id": str,
    "type": str,
    "stream": str,
    "version": int,
    "recordedtime": str,
    "data": dict,
}


def _parse(body: bytes) -> dict[str, Any]:
    """The members of an event in canonical form; raises ValueError.

    `contracts.envelope.decode` looks closer and takes four times as long, a quarter of the time of consuming. It is
    not needed here: the source encoded the event, and its signed root vouches for these very bytes. What is asserted
    is what the inbox itself rests on: one canonical form (so no duplicate keys), and the members it reads.
    """
    if len(body) > MAX_LEAF_BYTES:
        raise ValueError("not an event: larger than a leaf may be")
    try:
        event = from_json(body)
        again = to_json(event)
    except ValueError as error:
        raise ValueError(f"not an event: {error}") from error
    if type(event) is not dict or again != body or not _ordered(event):
        raise ValueError("not an event: the bytes are not a JSON object in canonical form")
    for name, kind in _MEMBERS.items():
        if type(event.get(name)) is not kind:
            raise ValueError(f"not an event: {name} is missing or of another type")
    UUID(event["id"])
    return event


def _ordered(value: dict[str, Any] | list[Any]) -> bool:
    """Whether all keys stand in order and no number has a fraction: what writing it again would not show."""
    if type(value) is dict:
        names = list(value)
        if names != sorted(names):
            return False
        parts: Iterable[Any] = value.values()
    else:
        parts = value
    for part in parts:
        kind = type(part)
        if kind is float or ((kind is dict or kind is list) and not _ordered(part)):
            return False
    return True


def read_checkpoint(source: Source, headers: Mapping[str, str], data: bytes) -> Signed:
    """Verifies the signature of a checkpoint; raises ValueError."""
    try:
        note = data.decode("utf-8")
        checkpoint = open_checkpoint(note, source.keys)
    except (UnicodeDecodeError, ProofError) as error:
        raise ValueError(f"a checkpoint that does not verify: {error}") from error
    if checkpoint.origin != source.origin or checkpoint.size != _number(headers, SIZE):
        raise ValueError(f"a checkpoint of {checkpoint.origin}, size {checkpoint.size}, under other headers")
    return Signed(checkpoint.size, checkpoint.root, note)


@dataclass(slots=True)
class Mark:
    """How far a log was followed: every index below `next`, the tree's edge there, the last checkpoint that held."""

    next: int = 0
    frontier: tuple[bytes, ...] = ()
    checkpoint_size: int = 0
    checkpoint_note: str | None = None


@dataclass(slots=True)
class Admission:
    """Takes a batch in, item by item, on top of a mark. `heads` and `known` are loaded by the caller beforehand."""

    source: Source
    mark: Mark
    heads: dict[str, Head] = field(default_factory=dict)
    known: dict[int, bytes] = field(default_factory=dict)
    """Leaves of indexes below the mark that the batch repeats."""
    events: list[Delivered] = field(default_factory=list)
    signed: Signed | None = None
    edge: CompactRange = field(init=False)

    def __post_init__(self) -> None:
        self.edge = CompactRange(self.mark.next, self.mark.frontier)

    @property
    def next(self) -> int:
        """The index that is taken next."""
        return self.edge.size

    def stop(self, reason: str, index: int | None = None) -> Stopped:
        return Stopped(self.source.origin, self.next if index is None else index, reason)

    def take(self, arrival: Arrival) -> None:
        """Takes the event at `next`, or sees that an earlier one is repeated byte by byte."""
        event = arrival.event
        if event.index < self.next:
            if self.known.get(event.index) != event.leaf:
                raise self.stop("other bytes than those stored at this index: the log was forked", event.index)
            return
        if event.index > self.next:
            raise self.stop(f"hole: {self.next}..{event.index - 1} are missing before {event.index}")
        head = self.heads.get(event.stream, Head())
        if event.version != head.version + 1:
            raise self.stop(f"stream {event.stream} jumps from version {head.version} to {event.version}")
        if head.version and arrival.prev != head.leaf.hex():
            raise self.stop(f"version {event.version} of stream {event.stream} does not follow the one before")
        if event.recorded < head.recorded:
            raise self.stop(f"version {event.version} of stream {event.stream} was recorded before the one before it")
        self.edge.append(event.leaf)
        self.events.append(event)
        self.heads[event.stream] = Head(event.version, event.leaf, event.recorded)
        self.known[event.index] = event.leaf

    def sign(self, signed: Signed) -> None:
        """Compares a checkpoint of exactly this size; an older one has only its signature to show."""
        if signed.size > self.next:
            raise self.stop(f"hole: {self.next}..{signed.size - 1} are missing before the checkpoint of {signed.size}")
        if signed.size == self.next:
            if signed.root != self.edge.root():
                raise self.stop(f"the signed root at size {signed.size} is not the root of the events received")
            self.signed = signed

    def result(self, events: Sequence[Delivered]) -> Mark:
        """The mark after the first `len(events)` events taken in."""
        edge = self.edge
        if len(events) < len(self.events):
            edge = CompactRange(self.mark.next, self.mark.frontier)
            for event in events:
                edge.append(event.leaf)
        if self.signed is not None and self.signed.size <= edge.size:
            return Mark(edge.size, edge.hashes, self.signed.size, self.signed.note)
        return Mark(edge.size, edge.hashes, self.mark.checkpoint_size, self.mark.checkpoint_note)


def _number(headers: Mapping[str, str], name: str) -> int:
    text = headers.get(name, "")
    if not (text.isascii() and text.isdigit()) or str(int(text)) != text:
        raise ValueError(f"header {name} is {text!r}, not a number")
    return int(text)

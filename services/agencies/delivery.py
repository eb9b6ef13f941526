"""Brings the log of one scope to its agency's account: events as they are, each with its proof, checkpoints between.

The record is in PostgreSQL; the stream can be lost and is filled again with the same entries. Every session begins by
reading what stands where it last wrote. What an agency manages to put into its own stream (the server can be made to
answer into it) is passed over here and by its own subscriber: it harms nobody else, for nobody else is in that account.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, ReplayPolicy, StreamConfig, StreamState
from nats.js.errors import NotFoundError
from pydantic_core import from_json

from contracts import scope_log as said
from contracts.event_proofs import EventProof
from contracts.proofs import leaf_hash
from services.agencies.accounts import STREAM, SUBJECTS
from services.agencies.proofs import Proofs
from services.agencies.registry import Agency
from services.ledger import bus
from services.ledger.connections import Pool
from services.ledger.outgoing import CONTENT_TYPE, subject_of
from services.ledger.pipeline import Outgoing, Pipeline, PublishFailed

CHUNK = 500
ACK_WAIT_SECONDS = 60.0
WALK = 1_000
"""How many foreign messages at the end of a stream are walked over where nobody knows what was written last."""
WALK_BESIDE_MARK = 50
"""How many where it is known: the last of what a session has published and not remembered is near the end."""

FULL = "resource limits exceeded"
"""In the words of a server whose account has no room left."""


class DeliveryFailed(Exception):
    """The agency's stream cannot be brought further now: one sentence."""


def declare_stream() -> StreamConfig:
    """The stream in an agency's account; as the services' own streams, kept whole."""
    declared = bus.declare_stream("scope")
    return declared.evolve(name=STREAM, subjects=[SUBJECTS], max_msg_size=2 * bus.MAX_MESSAGE_BYTES, allow_direct=False)


def declare_durable(agency: str) -> ConsumerConfig:
    """The one consumer that an agency has; it is made for it and cannot be changed by it."""
    return ConsumerConfig(
        durable_name=agency,
        deliver_policy=DeliverPolicy.ALL,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=ACK_WAIT_SECONDS,
        max_deliver=-1,
        max_ack_pending=4 * CHUNK,
        replay_policy=ReplayPolicy.INSTANT,
        headers_only=False,
        inactive_threshold=0,
        mem_storage=False,
    )


async def apply(js: JetStreamContext, agency: str) -> list[str]:
    """Creates stream and durable in the agency's account where they are missing; returns what was done."""
    done: list[str] = []
    try:
        await js.stream_info(STREAM)
    except NotFoundError:
        await js.add_stream(declare_stream())
        done.append(f"created stream {STREAM} of {agency}")
    try:
        await js.consumer_info(STREAM, agency)
    except NotFoundError:
        await js.add_consumer(STREAM, declare_durable(agency))
        done.append(f"created durable {agency}")
    return done


async def empty(js: JetStreamContext) -> None:
    """Deletes the stream of an agency, with whatever the agency has put into it; the next session fills it again."""
    await js.delete_stream(STREAM)


@dataclass(slots=True)
class _Place:
    next: int
    signed: int
    sequence: int


class Delivery:
    """One connection to one agency's account. `push` brings what is new; any failure means: make another."""

    def __init__(self, pool: Pool, agency: Agency, proofs: Proofs, client: Client) -> None:
        self._pool = pool
        self._agency = agency
        self._proofs = proofs
        self._client = client
        self._js = client.jetstream(timeout=5)
        self._pipeline = Pipeline(client, STREAM, together=1)  # the agency may write into it as well
        self._place: _Place | None = None
        self._last = 0

    async def push(self) -> int:
        """Publishes what is signed and not in the stream; returns the entries that the stream holds then.

        Raises DeliveryFailed, NotFoundError without a stream, and nats-py's errors.
        """
        if self._place is None:
            await self._pipeline.open()
            self._place = await self._end()
        while True:
            messages, place = await self._chunk(self._place)
            if not messages:
                return self._place.next
            try:
                sequence = await self._pipeline.publish(messages, self._place.sequence)
            except PublishFailed as failure:
                raise DeliveryFailed(failure.reason + self._remedy(failure.reason)) from failure
            self._place = _Place(place.next, place.signed, sequence)
            self._last = sequence
            await self._remember(self._place)

    def _remedy(self, reason: str) -> str:
        if FULL not in reason:
            return ""
        name = self._agency.name
        return (
            f": its stream is full. Give it more room (zhucun agency enlarge {name} --store MB), or empty it where the"
            f" agency has filled it itself (zhucun agency refill {name})"
        )

    @property
    def last(self) -> tuple[int, int]:
        """(sequence in the stream, entries by then) of what was published last; call `push` first."""
        assert self._place is not None, "nothing was pushed yet"
        return self._last, self._place.next

    async def moved(self) -> bool:
        """Whether the stream no longer ends where it was left."""
        info = await self._js.stream_info(STREAM)
        return self._place is not None and info.state.last_seq != self._place.sequence

    async def _end(self) -> _Place:
        """Where to go on: after the last message that is ours, or after what was written last if that lies further.

        What a session published before it died is found from the end of the stream; what an agency has put behind that
        is not walked over for long.
        """
        state = (await self._js.stream_info(STREAM)).state
        marked = await self._marked(state.last_seq)
        found = await self._walk(state, WALK if marked is None else WALK_BESIDE_MARK)
        if found is None and marked is None:
            if state.messages > WALK:
                raise DeliveryFailed(
                    f"the stream of {self._agency.name} ends with more than {WALK} messages that are not ours:"
                    f" empty it (zhucun agency refill {self._agency.name})"
                )
            return _Place(0, 0, state.last_seq)
        best = max((place for place in (found, marked) if place is not None), key=lambda place: place.next)
        self._last = best.sequence
        return _Place(best.next, best.signed, state.last_seq)

    async def _marked(self, end: int) -> _Place | None:
        """The place that was remembered last, None where the stream does not hold it."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "select next, signed, sequence from agency.delivered where agency = %s", (self._agency.name,)
            )
            row = await cursor.fetchone()
        if row is None or row[2] > end:
            return None
        there = await self._at(row[2])
        return _Place(*row) if there is not None and there[0] == row[0] else None

    async def _remember(self, place: _Place) -> None:
        async with self._pool.connection() as connection:
            await connection.execute(
                "insert into agency.delivered (agency, next, signed, sequence) values (%s, %s, %s, %s)"
                " on conflict (agency) do update set next = excluded.next, signed = excluded.signed,"
                " sequence = excluded.sequence",
                (self._agency.name, place.next, place.signed, place.sequence),
            )

    async def _at(self, sequence: int) -> tuple[int, int] | None:
        """What `_own` says of the message with that sequence, None where there is none."""
        try:
            message = await self._js.get_msg(STREAM, sequence)
        except NotFoundError:
            return None
        return await self._own(message.headers or {}, message.data or b"")

    async def _walk(self, state: StreamState, most: int) -> _Place | None:
        """The last message that is ours, of the last `most`; None where there is none among them."""
        first = state.first_seq if state.messages else state.last_seq + 1
        for sequence in range(state.last_seq, max(first, state.last_seq - most + 1) - 1, -1):
            place = await self._at(sequence)
            if place is not None:
                return _Place(place[0], place[1], sequence)
        return None

    async def _own(self, headers: Mapping[str, str], data: bytes) -> tuple[int, int] | None:
        """(next entry, size of the last checkpoint) after a message of this scope's log, None for any other."""
        entry, size = headers.get(said.ENTRY, ""), headers.get(said.SIZE, "")
        number = entry or size
        if headers.get(said.SCOPE) != self._agency.origin or not (number.isdigit() and len(number) < 19):
            return None
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "select (select size from agency.edge where agency = %(agency)s),"
                " (select i.leaf from agency.entry e join ledger.inbox i using (origin, idx)"
                "  where e.agency = %(agency)s and e.n = %(n)s),"
                " (select note from agency.checkpoint where agency = %(agency)s and size = %(n)s)",
                {"agency": self._agency.name, "n": int(number)},
                binary=True,
            )
            row = await cursor.fetchone()
        assert row is not None, "a query without a table yields a row"
        known, leaf, note = row
        if int(number) + bool(entry) > known:
            raise DeliveryFailed(
                f"the stream of {self._agency.name} holds entry {number}, its log ends at {known}: restore the newer"
                " database of the publisher; nothing is signed over what was sent"
            )
        if entry:
            return (int(entry) + 1, int(entry)) if leaf == leaf_hash(data) else None
        return (int(size), int(size)) if note is not None and note.encode() == data else None

    async def _chunk(self, place: _Place) -> tuple[list[Outgoing], _Place]:
        """The next messages, and the place after them."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "select size, note from agency.checkpoint where agency = %s and size > %s and size >= %s"
                " order by size limit %s",
                (self._agency.name, place.signed, place.next, CHUNK),
            )
            notes: dict[int, str] = dict(await cursor.fetchall())
            end = min(place.next + CHUNK, max(notes, default=place.next))
            cursor = await connection.execute(
                "select e.n, e.origin, e.idx, i.body, i.leaf"
                " from agency.entry e join ledger.whole_inbox i using (origin, idx)"
                " where e.agency = %s and e.n >= %s and e.n < %s order by e.n",
                (self._agency.name, place.next, end),
                binary=True,
            )
            rows = await cursor.fetchall()
        assert [row[0] for row in rows] == list(range(place.next, end)), "entries are contiguous"
        await self._proofs.refresh({origin: index + 1 for _, origin, index, _, _ in rows})
        messages: list[Outgoing] = []
        signed = place.signed
        for number in range(place.next, end + 1):
            if number in notes:
                messages.append(self._checkpoint(number, notes[number]))
                signed = number
            if number < end:
                messages.append(await self._entry(*rows[number - place.next]))
        return messages, _Place(end, signed, 0)

    async def _entry(self, number: int, origin: str, index: int, body: bytes, leaf: bytes) -> Outgoing:
        event: dict[str, Any] = from_json(body)
        proof: EventProof = self._proofs.of(origin, index)
        headers = {
            said.MESSAGE_ID: f"{self._agency.origin}:{number}",
            said.SCOPE: self._agency.origin,
            said.ENTRY: str(number),
            said.ORIGIN: origin,
            said.INDEX: str(index),
            said.TYPE: event["type"],
            said.LEAF: leaf.hex(),
            said.PROOF: base64.b64encode(str(proof).encode()).decode("ascii"),
            CONTENT_TYPE: "application/cloudevents+json",
        }
        opened = await self._proofs.disclosures(self._agency.scope, event)
        if opened:
            headers[said.DISCLOSURES] = ",".join(opened)
        return Outgoing(f"scope.{subject_of(event)}", body, headers)

    def _checkpoint(self, size: int, note: str) -> Outgoing:
        headers = {
            said.MESSAGE_ID: f"{self._agency.origin}:checkpoint:{size}",
            said.SCOPE: self._agency.origin,
            said.SIZE: str(size),
            CONTENT_TYPE: "text/plain; charset=utf-8",
        }
        return Outgoing(f"scope.{said.CHECKPOINTS}", note.encode("utf-8"), headers)


async def quiet(error: Exception) -> None:
    """Whoever meets the error reports it; the client need not log it as well."""

"""One consumer of one log: keeps deliveries in the stream's own order, holds on to what cannot be taken, acknowledges.

A durable consumer of JetStream delivers again and out of order after a crash, and forgets some acknowledgements when
its server is killed. So the order is taken from the stream's sequence: what a batch jumps over is read from the stream
before it, and a message that stops the log keeps everything behind it waiting. It is acknowledged only after commit.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import nats.errors
import psycopg
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import RawStreamMsg, SequenceInfo
from nats.js.errors import APIError, NotFoundError

from services.ledger import bus
from services.ledger.inbox import Inbox, Mark, Stopped
from services.ledger.pause import pause
from services.ledger.status import Status

RETRY_SECONDS = (0.2, 2.0)
READ_TOGETHER = 50

log = structlog.get_logger(__name__)


class Placed(NamedTuple):
    """A message with its place in the stream; it has the form of `admission.Message`."""

    subject: str
    headers: dict[str, str] | None
    data: bytes
    sequence: int


class Place(NamedTuple):
    """How far the stream was taken: its sequence (None: ask the server), and the durable's own count of deliveries.

    The count goes back only when the durable is another one than before.
    """

    taken: int | None = None
    delivery: int = 0
    reply: str = ""
    """Where the last message of the batch, in the stream's order, is acknowledged, and with it all before it."""


class Lane:
    """The way of one source's messages into its inbox. `take` is called with one batch at a time."""

    def __init__(self, consumer: str, inbox: Inbox) -> None:
        self.inbox = inbox
        self.stream = bus.stream_name(inbox.source.service)
        self.durable = bus.durable_name(consumer, inbox.source.service)
        self.status = Status(self.durable)
        self.resting = asyncio.Event()
        """Set to make a batch in hand be put down (not acknowledged): the subscription is being taken down."""
        self._log = log.bind(consumer=self.durable, origin=inbox.source.origin)
        self._created: datetime | None = None
        self._place = Place()

    async def begin(self, js: JetStreamContext) -> bool:
        """Finds out where stream and durable stand, and takes what an earlier process left unacknowledged.

        The server keeps that back for `ack_wait`, which would be a pause after every restart. False while it cannot be
        taken: the status says why. Raises NotFoundError when stream or durable does not exist.
        """
        self._created = (await js.stream_info(self.stream)).created
        self._place = Place()
        info = await js.consumer_info(self.stream, self.durable)
        floor = info.ack_floor.stream_seq if info.ack_floor else 0
        given = info.delivered or SequenceInfo(consumer_seq=0, stream_seq=0)
        with _Telling(self):
            self.status.advanced((await self.inbox.mark()).next)
            for start in range(floor + 1, given.stream_seq + 1, bus.BATCH):
                messages = await self._span(js, start, min(start + bus.BATCH, given.stream_seq + 1))
                self._took(await self.inbox.receive(messages))
            self._place = Place(max(floor, given.stream_seq), given.consumer_seq)
            return True
        return False

    async def take(self, client: Client, batch: Sequence[Msg]) -> None:
        """Takes a batch in and acknowledges it; returns without acknowledging when it had to be put down."""
        js = client.jetstream(timeout=5)
        delay = RETRY_SECONDS[0]
        while not self.resting.is_set():
            messages: Sequence[Placed] = []
            with _Telling(self):
                messages, place = await self._in_sequence(js, batch)
                self._took(await self.inbox.receive(messages))
                self._place = place
                await client.publish(place.reply)  # empty: acknowledged
                return
            if messages and not await self._still_there(js, messages):
                self._log.warning("the messages in hand are no longer in the stream: going on with what it holds")
                return
            await pause(self.resting, delay)
            delay = min(delay * 2, RETRY_SECONDS[1])

    def _took(self, mark: Mark) -> None:
        self.status.known(mark.next)
        self.status.advanced(mark.next)
        self.status.run()

    def stand(self, error: Exception) -> None:
        """Stops for an exception, and tells it: nothing here is ever logged and passed over."""
        at, event = self.status.next or 0, None
        match error:
            case Stopped():
                at, reason, event = error.index, error.reason, error.event
            case psycopg.Error():
                reason = f"database: {error}"
            case APIError() | OSError() | nats.errors.Error():
                reason = f"NATS: {str(error) or type(error).__name__}"
            case _:
                reason = f"broken assumption: {error!r}"
        if self.status.stand(at, reason):
            self._log.error("consumer stopped", index=at, event_id=event, reason=reason)

    async def _in_sequence(self, js: JetStreamContext, batch: Sequence[Msg]) -> tuple[list[Placed], "Place"]:
        """The batch with what it jumps over put in front of where it jumps, and the place in the stream after it."""
        messages: list[Placed] = []
        taken, delivery = self._place.taken, self._place.delivery
        last, reply = (-1, -1), ""
        for message in batch:
            sequence, delivered = _sequences(message.reply)
            if taken is None or delivered <= delivery:  # the first of this process, or of a durable made anew
                floor = (await js.consumer_info(self.stream, self.durable)).ack_floor
                taken = floor.stream_seq if floor else 0
            if sequence > taken + 1:
                messages += await self._span(js, taken + 1, sequence)
            messages.append(Placed(message.subject, message.headers, message.data, sequence))
            taken, delivery = max(taken, sequence), delivered
            if (sequence, delivered) > last:
                last, reply = (sequence, delivered), message.reply
        return messages, Place(taken, delivery, reply)

    async def _span(self, js: JetStreamContext, start: int, end: int) -> list[Placed]:
        """What the stream holds at the sequences [start, end), read beside the durable."""
        found: list[Placed | None] = []
        for first in range(start, end, READ_TOGETHER):
            last = min(first + READ_TOGETHER, end)
            found += await asyncio.gather(*(self._read(js, sequence) for sequence in range(first, last)))
        return [message for message in found if message is not None]

    async def _read(self, js: JetStreamContext, sequence: int) -> Placed | None:
        try:
            found: RawStreamMsg = await js.get_msg(self.stream, sequence)
        except NotFoundError:
            return None
        return Placed(found.subject or "", found.headers, found.data or b"", sequence)

    async def _still_there(self, js: JetStreamContext, messages: Sequence[Placed]) -> bool:
        """Whether the stream still is the one that delivered these messages, and holds the last of them."""
        try:
            created = (await js.stream_info(self.stream)).created
            last = await self._read(js, messages[-1].sequence)
        except NotFoundError:
            return True  # gone for now: nothing better to hold on to
        except (APIError, OSError, nats.errors.Error):
            return True
        if created != self._created:
            self._created, self._place = created, Place()
            return False
        return last is not None and last.data == messages[-1].data


class _Telling:
    """A block of which every exception becomes a stop of the lane; what follows the block is the way of the failed."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, Exception):
            return False  # no error, or a cancellation
        self._lane.stand(error)
        return True


def _sequences(reply: str) -> tuple[int, int]:
    """Stream and consumer sequence of a delivery; `Msg.metadata` would parse its time as well, for every message.

    `$JS.ACK.<stream>.<consumer>.<tries>.<stream seq>.<consumer seq>.<time>.<pending>`, or with domain and account
    before the stream.
    """
    tokens = reply.split(".")
    at = 5 if len(tokens) == 9 else 7
    return int(tokens[at]), int(tokens[at + 1])

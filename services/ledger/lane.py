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
from nats.js.api import RawStreamMsg
from nats.js.errors import APIError, NotFoundError

from services.ledger import bus
from services.ledger.inbox import Inbox, Stopped
from services.ledger.pause import pause
from services.ledger.status import Status

RETRY_SECONDS = (0.2, 2.0)

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

    async def begin(self, js: JetStreamContext) -> None:
        """Reads where stream and durable stand; raises NotFoundError when one of them does not exist."""
        self._created = (await js.stream_info(self.stream)).created
        self._place = Place()
        self.status.advanced((await self.inbox.mark()).next)

    async def take(self, client: Client, batch: Sequence[Msg]) -> None:
        """Takes a batch in and acknowledges it; returns without acknowledging when it had to be put down."""
        js = client.jetstream(timeout=5)
        delay = RETRY_SECONDS[0]
        while not self.resting.is_set():
            messages: Sequence[Placed] = []
            try:
                messages, place = await self._in_sequence(js, batch)
                mark = await self.inbox.receive(messages)
            except Stopped as stopped:
                self._stand(stopped.index, stopped.reason)
            except psycopg.Error as error:
                self._stand(self.status.next or 0, f"database: {error}")
            except (APIError, OSError, nats.errors.Error) as error:
                self._stand(self.status.next or 0, f"NATS: {error or type(error).__name__}")
            except Exception as error:  # a broken assumption: stop and say so, whatever it is
                self._stand(self.status.next or 0, f"broken assumption: {error!r}")
            else:
                self._place = place
                self.status.known(mark.next)
                self.status.advanced(mark.next)
                self.status.run()
                for message in batch:
                    await client.publish(message.reply)  # empty: an acknowledgement
                return
            if messages and not await self._still_there(js, messages):
                self._log.warning("the messages in hand are no longer in the stream: going on with what it holds")
                return
            await pause(self.resting, delay)
            delay = min(delay * 2, RETRY_SECONDS[1])

    def _stand(self, index: int, reason: str) -> None:
        if self.status.stand(index, reason):
            self._log.error("consumer stopped", index=index, reason=reason)

    async def _in_sequence(self, js: JetStreamContext, batch: Sequence[Msg]) -> tuple[list[Placed], "Place"]:
        """The batch with what it jumps over put in front of where it jumps, and the place in the stream after it."""
        messages: list[Placed] = []
        taken, delivery = self._place.taken, self._place.delivery
        for message in batch:
            sequence, delivered = _sequences(message.reply)
            if taken is None or delivered <= delivery:  # the first of this process, or of a durable made anew
                floor = (await js.consumer_info(self.stream, self.durable)).ack_floor
                taken = floor.stream_seq if floor else 0
            for skipped in range(taken + 1, sequence):
                found = await self._read(js, skipped)
                if found is not None:
                    messages.append(found)
            messages.append(Placed(message.subject, message.headers, message.data, sequence))
            taken, delivery = max(taken, sequence), delivered
        return messages, Place(taken, delivery)

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
            await self.begin(js)
            return False
        return last is not None and last.data == messages[-1].data


def _sequences(reply: str) -> tuple[int, int]:
    """Stream and consumer sequence of a delivery; `Msg.metadata` would parse its time as well, for every message.

    `$JS.ACK.<stream>.<consumer>.<tries>.<stream seq>.<consumer seq>.<time>.<pending>`, or with domain and account
    before the stream.
    """
    tokens = reply.split(".")
    at = 5 if len(tokens) == 9 else 7
    return int(tokens[at]), int(tokens[at + 1])

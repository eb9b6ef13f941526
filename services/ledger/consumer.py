"""Consumers on FastStream: one pull subscriber per source, bound to a durable that `bus apply` has made.

Every option that matters is said (`stack.md` 2 lists what the defaults do: lose events, spin, overwrite streams).
FastStream carries connection, life cycle, batches and AsyncAPI; order, marks and acknowledgements are ours
(`lane.py`), and so is the request by which a batch is pulled (`pull.py`).
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

import nats.errors
import structlog
from faststream import AckPolicy
from faststream.message import StreamMessage
from faststream.nats import JStream, NatsBroker, PullSub
from faststream.nats.subscriber.usecases import BatchPullStreamSubscriber
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.errors import APIError, NotFoundError

from services.ledger import bus
from services.ledger.addresses import addresses
from services.ledger.admission import SIZE
from services.ledger.inbox import Inbox
from services.ledger.lane import Lane
from services.ledger.pause import finish, pause, rest
from services.ledger.pull import PENDING_BYTES, Pull, header_lines
from services.ledger.status import Status

GATHER_SECONDS = 0.1
"""Least seconds from one batch to the next, unless it is full: what comes after a quiet time does not wait."""
WATCH_SECONDS = 0.5
GRACE_SECONDS = 15.0

log = structlog.get_logger(__name__)


class _Hand:
    """Keeps one batch at work while FastStream fetches the next: decoding and the database's time overlap.

    One at a time and in order; there is never more in hand than one batch at work and one waiting for it.
    """

    def __init__(self, take: Callable[[Sequence[Msg]], Awaitable[None]]) -> None:
        self._take = take
        self._work: asyncio.Task[None] | None = None

    async def __call__(self, batch: list[Msg]) -> None:
        await self.empty()
        self._work = asyncio.create_task(self._run(batch))

    async def empty(self) -> None:
        """Returns when nothing is at work."""
        if self._work is not None:
            await asyncio.wait([self._work])

    async def _run(self, batch: list[Msg]) -> None:
        await self._take(batch)


@dataclass(slots=True)
class _Line:
    lane: Lane
    hand: _Hand
    subscriber: BatchPullStreamSubscriber
    pull: Pull | None = None
    seen: int | None = None
    """Where it stood at the last look."""


class Consumer:
    """All that one service consumes. `broker` is FastStream's, for AsyncAPI and for reactions of the service."""

    def __init__(self, service: str, nats_url: str, inboxes: Iterable[Inbox]) -> None:
        self.service = service
        self.broker = NatsBroker(
            addresses(nats_url),
            name=f"{service}-consumers",
            allow_reconnect=True,
            max_reconnect_attempts=-1,  # giving up would leave FastStream's loop spinning on a closed connection
            reconnect_time_wait=1,
            connect_timeout=3,
            ping_interval=20,
            max_outstanding_pings=2,
            graceful_timeout=GRACE_SECONDS,
            ack_policy=AckPolicy.MANUAL,
            apply_types=False,  # no pydantic between the bytes and the inbox
            logger=None,
            error_cb=_connection_error,
        )
        self._lines = [self._line(Lane(service, inbox)) for inbox in inboxes]
        self._watches: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()

    @property
    def statuses(self) -> list[Status]:
        """One per source."""
        return [line.lane.status for line in self._lines]

    async def start(self) -> None:
        """Binds to the durables, which `bus.check` has seen; what goes missing later shows in the status."""
        if not self._lines:
            return
        client = await self.broker.connect()
        # nats-py asks of every letter of every name whether it is a space: a quarter of the time of receiving.
        client._parse_header_lines = header_lines  # type: ignore[method-assign]  # of this one client
        self._watches = [asyncio.create_task(self._watch(client, line)) for line in self._lines]

    async def stop(self) -> None:
        """Lets the batch in hand be finished or put down, and closes the connection."""
        self._stopping.set()
        await finish(self._watches, WATCH_SECONDS)
        for line in self._lines:  # not before: a watch that is just binding would let them go on
            line.lane.resting.set()
        with contextlib.suppress(nats.errors.Error):  # a connection that is down cannot be drained
            await self.broker.stop()
        for line in self._lines:
            await line.hand.empty()

    def _line(self, lane: Lane) -> _Line:
        subscriber = self.broker.subscriber(
            f"ev.{lane.inbox.source.service}.>",
            durable=lane.durable,
            stream=JStream(lane.stream, declare=False),  # declaring would overwrite the stream's configuration
            pull_sub=PullSub(batch_size=bus.BATCH, timeout=GATHER_SECONDS, batch=True),
            ack_policy=AckPolicy.MANUAL,
            pending_msgs_limit=8 * bus.BATCH,
            pending_bytes_limit=PENDING_BYTES,
            no_reply=True,
            decoder=_undecoded,
            title=lane.durable,
            description=f"Log of {lane.inbox.source.service} into the inbox of {self.service}: events and checkpoints.",
        )

        async def take(batch: Sequence[Msg]) -> None:
            await lane.take(self.broker.connection, batch)

        hand = _Hand(take)
        subscriber(hand.__call__)
        return _Line(lane, hand, subscriber)

    async def _watch(self, client: Client, line: _Line) -> None:
        """Binds the subscriber while its durable is there and the server answers, unbinds it while not.

        Left to itself FastStream asks a missing durable thousands of times a second, and queues requests without end
        for a server that is gone.
        """
        while not self._stopping.is_set():
            try:
                await self._look(client, line)
            except NotFoundError:
                await self._unbind(
                    line, f"durable {line.lane.durable} does not exist: apply the bus (zhucun bus apply)"
                )
            except (APIError, OSError, nats.errors.Error) as error:
                if not client.is_connected:
                    await self._unbind(line, f"NATS: {str(error) or type(error).__name__}")
            except Exception as error:  # a broken assumption: red until it holds again
                await self._unbind(line, f"broken assumption: {error!r}")
            await pause(self._stopping, rest(WATCH_SECONDS))

    async def _look(self, client: Client, line: _Line) -> None:
        if not client.is_connected:
            raise nats.errors.ConnectionClosedError
        js = client.jetstream(timeout=5)
        differences = await bus.check_durable(js, self.service, line.lane.inbox.source.service)
        if differences:
            await self._unbind(line, f"{'; '.join(map(str, differences))} (zhucun bus apply --repair)")
            return
        if line.pull is None and await line.lane.begin(js):
            line.lane.resting.clear()
            pull = Pull(client, line.lane.stream, line.lane.durable, most=bus.BATCH)
            await pull.open()
            await line.subscriber.start()
            _through(pull, line.subscriber)
            line.pull = pull
            line.lane.status.run()
            log.info("consumer bound", consumer=line.lane.durable, index=line.lane.status.next)
        if line.lane.status.next == line.seen:  # one that moves knows what it has to reach
            await _learn_size(js, line.lane)
        line.seen = line.lane.status.next

    async def _unbind(self, line: _Line, reason: str) -> None:
        if line.lane.status.stand(line.lane.status.next, reason):
            log.error("consumer stopped", consumer=line.lane.durable, index=line.lane.status.next, reason=reason)
        if line.pull is not None:
            pull, line.pull = line.pull, None
            line.lane.resting.set()
            with contextlib.suppress(nats.errors.Error):  # nothing to unsubscribe from a server that is gone
                await line.subscriber.stop()
                await pull.close()
            await line.hand.empty()
            line.subscriber.subscription = None


def _through(pull: Pull, subscriber: BatchPullStreamSubscriber) -> None:
    """Has FastStream's loop fetch its batches through `pull`."""
    subscription = subscriber.subscription
    assert subscription is not None, "a started pull subscriber has a subscription"
    subscription.fetch = pull.fetch  # type: ignore[method-assign]  # on this one subscription, see pull.py


async def _learn_size(js: JetStreamContext, lane: Lane) -> None:
    """The size that the source last signed, as far as the bus knows: what the consumer has to reach."""
    try:
        last = await js.get_last_msg(lane.stream, f"cp.{lane.inbox.source.service}")
    except NotFoundError:
        return
    size = (last.headers or {}).get(SIZE, "")
    if size.isascii() and size.isdigit() and len(size) < 19:
        lane.status.known(int(size))


async def _undecoded(message: StreamMessage[list[Msg]]) -> list[Msg]:
    return message.raw_message


async def _connection_error(error: Exception) -> None:
    log.warning("NATS connection", error=str(error) or type(error).__name__)

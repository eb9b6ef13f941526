"""The relay: publishes the sealed log to its JetStream stream, the very bytes, in order, checkpoints included.

MUST: events below a signed checkpoint only, each checkpoint right after the events it covers. MUST: the mark moves
only over contiguous acknowledgements, and it is a memory, not a proof: a server that lost power can have lost what it
acknowledged (`stack.md` 3.2). So every session (start, reconnect, refusal, a tail that moved) begins by reading the
last message that the stream really holds, and publishes from there.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import nats
import nats.errors
import psycopg
import structlog
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError
from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from services.ledger import bus
from services.ledger.addresses import addresses
from services.ledger.connections import Pool
from services.ledger.outgoing import Chunk, read_chunk
from services.ledger.pause import pause, rest
from services.ledger.pipeline import WINDOW, Outgoing, Pipeline, PublishFailed
from services.ledger.stages import Stages
from services.ledger.status import Status
from services.ledger.tail import Position, StreamConflict, read_position

IDLE_SECONDS = 0.2
"""How often to look when nobody wakes: another process may have signed."""
LOOK_SECONDS = 1.0
"""How often an idle relay looks whether the stream still ends where it left it."""
RETRY_SECONDS = (0.1, 3.0)
BEGIN_SECONDS = 2.0
"""How long an answer is waited for where a session begins, longer from try to try: what is asked of a cluster while it
chooses a leader is never answered, and a moment later it would be."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Session:
    """One connection, from reading the tail until something goes wrong."""

    js: JetStreamContext
    pipeline: Pipeline
    position: Position
    looked: float = field(default=0.0)


class Relay:
    """Publishes one log. An advisory lock keeps a second relay waiting; were it lost, the server refuses the slower."""

    def __init__(
        self,
        pool: Pool,
        *,
        service: str,
        origin: str,
        nats_url: str,
        window: int = WINDOW,
        stages: Stages | None = None,
    ) -> None:
        self.service = service
        self.origin = origin
        self.status = Status(f"{service}-relay")
        self._pool = pool
        self._nats_url = nats_url
        self._window = window
        self._stages = stages
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """A checkpoint was signed: publish now instead of at the next poll."""
        self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Publishes until `stop`; whatever goes wrong is logged, shown in the status, and tried again from the tail."""
        delay = RETRY_SECONDS[0]
        while not stop.is_set():
            reason: str | None
            try:
                async with self._pool.connection() as connection:
                    if await _lock(connection, self.origin):
                        try:
                            reason = await self._follow(connection, stop, max(BEGIN_SECONDS, 2 * delay))
                            delay = RETRY_SECONDS[0]
                        finally:
                            await _unlock(connection, self.origin)
                    else:
                        await self._look_on(connection)
                        reason = None
            except StreamConflict as conflict:
                reason = str(conflict)
            except NotFoundError:
                reason = f"the stream {bus.stream_name(self.service)} does not exist: apply the bus (zhucun bus apply)"
            except (OSError, TimeoutError, nats.errors.Error) as error:
                reason = f"NATS: {str(error) or type(error).__name__}"
            except psycopg.Error as error:
                reason = f"database: {error}"
            except Exception as error:  # a broken assumption: say so, and begin again from what is on disk
                reason = f"broken assumption: {error!r}"
            if reason is not None and self.status.stand(self.status.next, reason):
                log.error("relay stopped", origin=self.origin, index=self.status.next, reason=reason)
            await pause(stop, delay)
            delay = min(delay * 2, RETRY_SECONDS[1])

    async def refill(
        self, consumers: bus.Consumers, seconds: float = 600.0, *, readers: bus.Consumers = bus.NOBODY
    ) -> int:
        """Recreates the stream with its durables, empty, and returns once everything signed is in it again (its size).

        Raises TimeoutError after `seconds`.

        Works beside a running relay, here or elsewhere, which notices that the stream was emptied; where none runs,
        this publishes by itself.
        """
        await bus.recreate(self._nats_url, self.service, consumers, readers)
        stop = asyncio.Event()
        own = asyncio.create_task(
            Relay(self._pool, service=self.service, origin=self.origin, nats_url=self._nats_url).run(stop)
        )
        try:
            async with asyncio.timeout(seconds):
                while True:
                    size, position = await self._compare()
                    if position.next >= size:
                        return size
                    await asyncio.sleep(0.05)
        finally:
            stop.set()
            await own

    async def _compare(self) -> tuple[int, Position]:
        """Size of the signed log, and where the stream stands."""
        async with bus.connected(self._nats_url) as js, self._pool.connection() as connection:
            cursor = await connection.execute("select coalesce(max(size), 0) from ledger.checkpoint")
            row = await cursor.fetchone()
            return (row[0] if row else 0), await read_position(connection, js, self.service, self.origin)

    async def _look_on(self, connection: AsyncConnection[TupleRow]) -> None:
        """Another relay of this log is at work: shows how far that one is, ready to take over when it goes."""
        cursor = await connection.execute(
            "select m.next, (select coalesce(max(size), 0) from ledger.checkpoint) from ledger.relay_mark m"
        )
        row = await cursor.fetchone()
        assert row is not None, "relay_mark always has its row"
        self.status.known(row[1])
        self.status.advanced(row[0])
        self.status.run()

    async def _follow(self, connection: AsyncConnection[TupleRow], stop: asyncio.Event, patience: float) -> str | None:
        """One session, begun within `patience` seconds an answer; returns why it ended, None when told to stop."""
        closed = asyncio.Event()

        async def lost() -> None:
            closed.set()

        client = await nats.connect(
            addresses(self._nats_url),
            name=f"{self.service}-relay",
            allow_reconnect=False,  # a new connection is a new session: the tail is read again
            connect_timeout=3,
            closed_cb=lost,
            error_cb=_quiet,
        )
        try:
            pipeline = Pipeline(client, bus.stream_name(self.service), window=self._window)
            await pipeline.open()
            beginning = client.jetstream(timeout=patience)
            position = await read_position(connection, beginning, self.service, self.origin)
            await self._moved(connection, position.next)
            log.info("relay begins", origin=self.origin, index=position.next, sequence=position.sequence)
            watch = asyncio.create_task(_fail_when(closed, pipeline))
            try:
                session = _Session(client.jetstream(timeout=5), pipeline, position)
                return await self._publish(connection, session, stop, closed)
            finally:
                watch.cancel()
        finally:
            await client.close()

    async def _publish(
        self, connection: AsyncConnection[TupleRow], session: _Session, stop: asyncio.Event, closed: asyncio.Event
    ) -> str | None:
        clock = asyncio.get_running_loop().time
        session.looked = clock()
        while not stop.is_set():
            if closed.is_set():
                return "NATS: the connection was lost"
            self._wake.clear()
            chunk = await read_chunk(connection, self.service, self.origin, session.position)
            if chunk is not None:
                self.status.known(chunk.signed_size)
                failure = await self._send(connection, session, chunk)
                if failure is not None:
                    return failure
            elif clock() - session.looked >= LOOK_SECONDS:
                session.looked = clock()
                info = await session.js.stream_info(bus.stream_name(self.service))
                if info.state.last_seq != session.position.sequence:
                    return f"the stream ends at {info.state.last_seq}, not at {session.position.sequence} as left"
            else:
                await pause(self._wake, rest(IDLE_SECONDS))
            self.status.run()
        return None

    async def _send(self, connection: AsyncConnection[TupleRow], session: _Session, chunk: Chunk) -> str | None:
        messages = chunk.messages if self._stages is None else self._stages.carried(chunk.messages)
        began = time.time_ns() if self._stages is not None else 0
        try:
            sequence = await session.pipeline.publish(messages, session.position.sequence)
        except PublishFailed as failure:
            await self._moved(connection, chunk.next_after(failure.done))
            self._tell(messages[: failure.done], began)
            return failure.reason
        self._tell(messages, began)
        session.position = Position(chunk.next_after(len(chunk.messages)), chunk.signed, sequence)
        await self._moved(connection, session.position.next)
        return None

    def _tell(self, messages: Sequence[Outgoing], began: int) -> None:
        if self._stages is not None:
            self._stages.published(messages, began)

    async def _moved(self, connection: AsyncConnection[TupleRow], next_index: int) -> None:
        await connection.execute("update ledger.relay_mark set next = %s where next <> %s", (next_index, next_index))
        self.status.advanced(next_index)


async def _lock(connection: AsyncConnection[TupleRow], origin: str) -> bool:
    cursor = await connection.execute(
        "select pg_try_advisory_lock(hashtextextended('zhucun relay ' || %s, 0))", (origin,)
    )
    row = await cursor.fetchone()
    return bool(row and row[0])


async def _unlock(connection: AsyncConnection[TupleRow], origin: str) -> None:
    if not connection.closed:
        await connection.execute("select pg_advisory_unlock(hashtextextended('zhucun relay ' || %s, 0))", (origin,))


async def _fail_when(closed: asyncio.Event, pipeline: Pipeline) -> None:
    await closed.wait()
    pipeline.fail("NATS: the connection was lost")


async def _quiet(error: Exception) -> None:
    """The session that meets the error reports it; the client need not log it as well."""

"""A small world for the tests of the bus: a log that is written and sealed, a bus of its own, a service that follows.

The nats-server is the test's own, because tests here kill it, empty its disk and inject messages into its streams.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import nats

from contracts.attendance import CheckedIn, CheckInMethod
from contracts.fact import Actor
from contracts.identifiers import Role
from contracts.proofs import Checkpoint, VerifierKey, checkpoint_text, format_note
from services.ledger import bus, checkpoints
from services.ledger.admission import Source
from services.ledger.connections import Pool, open_pool
from services.ledger.consumer import Consumer
from services.ledger.feed import Feed as LogFeed
from services.ledger.inbox import Feed, Inbox
from services.ledger.migrations import apply_schema, database_url
from services.ledger.pause import finish
from services.ledger.projection import Cursor, Delivered, Projection
from services.ledger.relay import Relay
from services.ledger.runner import Runner
from services.ledger.sealer import Sealer
from services.ledger.signer import FileSigner
from services.ledger.status import Status
from services.ledger.store import Draft, Store
from services.ledger.views import Views
from tests import servers
from tests.ledger.broker import Broker

ATTENDANCE = "zhucun.demo/attendance"
ASSESSMENT = "zhucun.demo/assessment"
CONSUMERS: bus.Consumers = {"assessment": ["attendance"], "attendance": []}
VILLAGE = "530113100201"


@dataclass(slots=True)
class Log:
    """The log of attendance: real store, real sealer."""

    pool: Pool
    store: Store
    signer: FileSigner
    sealer: Sealer

    @property
    def vkey(self) -> VerifierKey:
        return VerifierKey.parse(self.signer.vkey)

    async def append(self, count: int, *, persons: int = 10) -> None:
        """`count` check-ins, spread over the persons, one per person and day."""
        heads = await self.store.heads([_stream(person) for person in range(persons)])
        drafts = []
        for number in range(count):
            person, stream = number % persons, _stream(number % persons)
            version = heads[stream].version + number // persons
            drafts.append(Draft(stream, checked_in(person, date(2017, 1, 1) + timedelta(days=version)), str(uuid4())))
        written = {draft.stream for draft in drafts}
        await self.store.append(
            drafts,
            heads={stream: heads[stream] for stream in written},
            recorded=datetime.now(UTC),
            correlation="test",
        )

    async def seal(self) -> int:
        """Numbers everything pending, signs a checkpoint, returns the size."""
        while await self.sealer.seal_once():
            pass
        assert self.sealer.size is not None
        return self.sealer.size

    async def size(self) -> int:
        """Of the sealed log."""
        return await LogFeed(self.pool).size()

    async def grow(self, count: int, **kwargs: Any) -> int:
        """Appends and seals; returns the size."""
        await self.append(count, **kwargs)
        return await self.seal()

    def note(self, size: int, root: bytes) -> str:
        """A checkpoint signed with the log's key."""
        text = checkpoint_text(Checkpoint(ATTENDANCE, size, root))
        return format_note(text, [self.signer.sign(text.encode())])

    async def signed(self, size: int) -> str | None:
        """The note that the sealer signed for this size."""
        return await checkpoints.at(self.pool, size)

    async def page(self, start: int, limit: int) -> list[tuple[int, bytes]]:
        """The feed of this log."""
        return await LogFeed(self.pool).page(start, limit)


class Feedless:
    """A feed that is down."""

    async def page(self, start: int, limit: int) -> list[tuple[int, bytes]]:
        raise OSError(f"the feed is down (asked for {limit} from {start})")


async def _count(cursor: Cursor, events: Sequence[Delivered]) -> None:
    """Fails on a repetition: `id` is the primary key, and the sums would not agree."""
    await cursor.execute(
        "insert into presence (id, idx, person, day)"
        " select * from unnest(%s::uuid[], %s::bigint[], %s::text[], %s::date[])",
        (
            [event.id for event in events],
            [event.index for event in events],
            [event.data["person"] for event in events],
            [event.data["date"] for event in events],
        ),
    )
    await cursor.execute(
        "insert into total (person, days) select p, count(*) from unnest(%s::text[]) p group by p order by p"
        " on conflict (person) do update set days = total.days + excluded.days",
        ([event.data["person"] for event in events],),
    )


PRESENCE = Projection(
    name="presence",
    generation=1,
    ddl=(
        "create table {schema}.presence (id uuid primary key, idx bigint not null unique, person text, day date);"
        "create table {schema}.total (person text primary key, days int not null)"
    ),
    sources=("attendance",),
    apply=_count,
)


@dataclass(slots=True)
class Follower:
    """Assessment, as far as it follows attendance: inbox, one view, consumer."""

    pool: Pool
    runner: Runner
    views: Views
    source: Source
    nats_url: str
    feed: Feed
    inbox: Inbox = field(init=False)
    consumer: Consumer | None = None

    def __post_init__(self) -> None:
        self.inbox = Inbox(self.pool, self.source, self.runner, self.feed)

    @property
    def status(self) -> Status:
        assert self.consumer is not None
        return self.consumer.statuses[0]

    async def start(self) -> None:
        """A process that has just started: nothing in memory."""
        self.inbox = Inbox(self.pool, self.source, self.runner, self.feed)
        self.consumer = Consumer("assessment", self.nats_url, [self.inbox])
        await self.consumer.start()

    async def stop(self) -> None:
        if self.consumer is not None:
            await self.consumer.stop()
            self.consumer = None

    async def next(self) -> int:
        """The mark as committed."""
        async with self.pool.connection() as connection:
            cursor = await connection.execute("select next from ledger.inbox_mark where origin = %s", (ATTENDANCE,))
            row = await cursor.fetchone()
            return row[0] if row else 0

    async def counted(self) -> tuple[int, int]:
        """Rows of the view, and the sum of its totals: equal, and equal to the mark, if nothing was lost or doubled."""
        async with self.views.reading("presence") as cursor:
            await cursor.execute("select (select count(*) from presence), (select coalesce(sum(days), 0) from total)")
            row = await cursor.fetchone()
            assert row is not None
            return int(row[0]), int(row[1])


@dataclass(slots=True)
class World:
    broker: Broker
    log: Log
    follower: Follower

    def relay(self) -> Relay:
        """A relay of the log, not running."""
        return Relay(self.log.pool, service="attendance", origin=ATTENDANCE, nats_url=self.broker.url)

    @contextlib.asynccontextmanager
    async def relaying(self) -> AsyncIterator[Relay]:
        """A relay at work; killed, not stopped, at the end of the block."""
        relay = self.relay()
        task = asyncio.create_task(relay.run(asyncio.Event()))
        try:
            yield relay
        finally:
            task.cancel()
            await finish([task], 0.5)

    async def inject(self, subject: str, payload: bytes, headers: dict[str, str] | None = None) -> int:
        """Somebody else publishes into the stream; its sequence there."""
        client = await nats.connect(self.broker.url)
        try:
            return (await client.jetstream().publish(subject, payload, headers=headers)).seq
        finally:
            await client.close()

    async def held(self) -> list[str]:
        """What the stream holds, in order: `e<index>`, `c<size>`, or `?`."""
        client = await nats.connect(self.broker.url)
        try:
            js = client.jetstream()
            info = await js.stream_info("ATTENDANCE")
            found = []
            for sequence in range(1, info.state.last_seq + 1):
                headers = (await js.get_msg("ATTENDANCE", sequence)).headers or {}
                index, size = headers.get("Zhucun-Index"), headers.get("Zhucun-Size")
                found.append(f"e{index}" if index else f"c{size}" if size else "?")
            return found
        finally:
            await client.close()


@contextlib.asynccontextmanager
async def open_world(postgres_url: str, directory: Path) -> AsyncIterator[World]:
    """Two fresh databases, a fresh bus with streams and durables applied, nothing running but the servers."""
    broker = Broker(directory)
    broker.start()
    try:
        await bus.apply(broker.url, CONSUMERS)
        async with open_log_and_follower(postgres_url, directory, broker.url) as (log, follower):
            yield World(broker, log, follower)
    finally:
        broker.kill()


@contextlib.asynccontextmanager
async def open_log_and_follower(
    postgres_url: str, directory: Path, nats_url: str
) -> AsyncIterator[tuple[Log, Follower]]:
    """Two fresh databases; the follower is not started and will follow over `nats_url`."""
    prefix = servers.fresh_prefix()
    try:
        async with contextlib.AsyncExitStack() as stack:
            pools = []
            for service in ("attendance", "assessment"):
                pool = await open_pool(await apply_schema(postgres_url, service, prefix), name=service, max_size=8)
                stack.push_async_callback(pool.close)
                pools.append(pool)
            signer = FileSigner(directory / "key", ATTENDANCE, create=True)
            url = database_url(postgres_url, "attendance", prefix=prefix)
            sealer = Sealer(url, origin=ATTENDANCE, signer=signer, state_file=directory / "state.json")
            stack.push_async_callback(sealer.close)
            log = Log(pools[0], Store(pools[0], service="attendance", origin=ATTENDANCE), signer, sealer)
            origins = {"assessment": ASSESSMENT, "attendance": ATTENDANCE}
            runner = Runner(pools[1], service="assessment", origins=origins, projections=[PRESENCE])
            await runner.ensure()
            source = Source("attendance", ATTENDANCE, (log.vkey,))
            follower = Follower(pools[1], runner, Views(pools[1], own=ASSESSMENT), source, nats_url, Feedless())
            stack.push_async_callback(follower.stop)
            yield log, follower
    finally:
        servers.drop_databases(prefix, postgres_url)


async def until(holds: Callable[[], Awaitable[object]], seconds: float = 60.0) -> None:
    """Waits until `holds` is true; fails the test after `seconds`."""
    deadline = time.monotonic() + seconds
    while not await holds():
        if time.monotonic() > deadline:
            raise AssertionError("it did not come about in time")
        await asyncio.sleep(0.02)


async def reached(follower: Follower, size: int) -> None:
    """Waits until the follower has taken `size` events, then sees that its view has each of them once."""

    async def there() -> bool:
        return await follower.next() >= size

    await until(there)
    assert await follower.next() == size
    assert await follower.counted() == (size, size)


async def stands(follower: Follower, index: int, reason: str) -> None:
    """Waits until the consumer stands still at `index` for a reason that contains the given words."""

    async def standing() -> bool:
        stop = follower.status.stop
        return stop is not None and stop.index == index and reason in stop.reason

    await until(standing)
    assert not follower.status.ready()


def checked_in(person: int, day: date) -> CheckedIn:
    """A presence of the numbered person."""
    name = f"P{person:06d}"
    return CheckedIn(
        actor=Actor(person=name, role=Role.MEMBER),
        article="9",
        ruleset="2016-1",
        place=VILLAGE,
        person=name,
        team="T0001",
        village=VILLAGE,
        date=day,
        method=CheckInMethod.GPS,
        record=f"r-{day.isoformat()}",
    )


def _stream(person: int) -> str:
    return f"attendance/P{person:06d}/2017"

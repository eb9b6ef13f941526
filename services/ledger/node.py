"""One service's ledger put together: store, sealer, relay, inboxes, views, consumers. They are wired nowhere else."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
import structlog

from services.ledger import bus
from services.ledger.connections import Pool, open_pool
from services.ledger.consumer import Consumer
from services.ledger.feed import Feed
from services.ledger.inbox import Feed as SourceFeed
from services.ledger.inbox import Inbox, Source
from services.ledger.migrations import check_schema
from services.ledger.pause import finish, pause
from services.ledger.projection import Projection
from services.ledger.rebuild import Rebuilt, rebuild
from services.ledger.relay import Relay
from services.ledger.runner import Runner
from services.ledger.sealer import Sealer, SealerRefused, Step
from services.ledger.signer import Signer
from services.ledger.stages import Stages
from services.ledger.status import Status
from services.ledger.store import Store
from services.ledger.views import Views

POOL_SIZE = 16
LOOK_SECONDS = 1.0
RESTART_SECONDS = 5.0
STOP_SECONDS = 5.0

_LOG = (
    "select s.size, (select coalesce(sum(p.count), 0)::bigint from ledger.pending p),"
    " (select r.next from ledger.relay_mark r) from ledger.log_state s"
)
_PROJECTED = (
    "select m.projection, m.origin, m.next from ledger.projection_mark m"
    " join ledger.view_current c on c.view = m.projection and c.generation = m.generation"
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Counts:
    """How far everything is, in events; `consumed` by origin of the log, `projected` by view and origin."""

    accepted: int
    sealed: int
    published: int
    consumed: Mapping[str, int]
    projected: Mapping[tuple[str, str], int]


class LedgerNode:
    """The ledger of `service`. `pool`, `store`, `views`, `feed` and `runner` are there once it has started.

    `sources` gives for every service that is followed its log's origin, the vkey that signs for it, and its feed (None:
    holes cannot be filled). `state_dir` holds the state file of the sealer, which must outlive the database.
    """

    pool: Pool
    store: Store
    views: Views
    feed: Feed
    runner: Runner
    relay: Relay
    sealer: Sealer

    def __init__(
        self,
        *,
        service: str,
        dsn: str,
        nats_url: str,
        origin: str,
        state_dir: Path,
        signer: Signer,
        also: Sequence[Signer] = (),
        sources: Mapping[str, tuple[str, str, SourceFeed | None]],
        projections: Iterable[Projection],
        stages: Stages | None = None,
    ) -> None:
        self.service = service
        self.origin = origin
        self._dsn = dsn
        self._nats_url = nats_url
        self._state_file = state_dir / f"{service}.state.json"
        self._signer, self._also = signer, also
        self._sources = {name: (Source.of(name, at, vkey), feed) for name, (at, vkey, feed) in sources.items()}
        self._projections = tuple(projections)
        self._stages = stages
        self._sealing = Status(f"{service}-sealer")
        self._consumer: Consumer | None = None
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def statuses(self) -> list[Status]:
        """Of everything that has to move: sealer, relay, views, one consumer per source."""
        if self._consumer is None:
            return [self._sealing]
        return [self._sealing, self.relay.status, self.runner.status, *self._consumer.statuses]

    async def start(self) -> None:
        """Starts everything; SchemaMismatchError, BusError, SealerRefused, NewerView say in a sentence why it cannot.

        Creates nothing but its own views: schema and bus are applied beforehand.
        """
        self._stop.clear()
        self.pool = await open_pool(self._dsn, name=f"zhucun-{self.service}", max_size=POOL_SIZE)
        try:
            await self._wire()
            await bus.check(self._nats_url, self.service, list(self._sources))
            await self.sealer.seal_once()  # a log that may not be sealed is told now, not from a task
            assert self._consumer is not None
            await self._consumer.start()
        except BaseException:
            await self.stop()
            raise
        self._tasks = [
            asyncio.create_task(self._keep("sealer", self._sealing, self.sealer.run)),
            asyncio.create_task(self._keep("relay", self.relay.status, self.relay.run)),
            asyncio.create_task(self._keep("views", self.runner.status, self.runner.run)),
            asyncio.create_task(self._keep("watch", self._sealing, self._watch_sealing)),
            asyncio.create_task(self._replace_outdated()),
        ]

    async def stop(self) -> None:
        """Stops in order: nothing new comes in, what is in hand is committed or left for the next start."""
        self._stop.set()
        if self._consumer is not None:
            await self._consumer.stop()
        await finish(self._tasks, STOP_SECONDS)
        self._tasks = []
        if hasattr(self, "sealer"):
            await self.sealer.close()
        await self.pool.close()

    async def counts(self) -> Counts:
        """Of one moment of the database, so the numbers never contradict each other."""
        async with self.pool.connection() as connection:
            row = await (await connection.execute(_LOG)).fetchone()
            marks = await (await connection.execute("select origin, next from ledger.inbox_mark")).fetchall()
            views = await (await connection.execute(_PROJECTED)).fetchall()
        assert row is not None, "log_state always has its row"
        projected = {(view, origin): position for view, origin, position in views}
        return Counts(row[0] + row[1], row[0], row[2], dict(marks), projected)

    async def rebuild(self, view: str, *, accept: bool = False) -> Rebuilt:
        """Builds a view anew beside the current one and switches; see :func:`services.ledger.rebuild.rebuild`."""
        return await rebuild(self.pool, self.runner, view, accept=accept)

    async def _wire(self) -> None:
        async with self.pool.connection() as connection:
            await check_schema(connection)
        origins = {self.service: self.origin} | {name: source.origin for name, (source, _) in self._sources.items()}
        self.sealer = Sealer(
            self._dsn,
            origin=self.origin,
            signer=self._signer,
            also=self._also,
            state_file=self._state_file,
            reached=self._sealed,
            stages=self._stages,
        )
        self.store = Store(
            self.pool,
            service=self.service,
            origin=self.origin,
            on_append=self.sealer.nudge,
            stages=self._stages,
        )
        self.feed = Feed(self.pool)
        self.views = Views(self.pool, own=self.origin)
        self.relay = Relay(
            self.pool,
            service=self.service,
            origin=self.origin,
            nats_url=self._nats_url,
            stages=self._stages,
        )
        self.runner = Runner(
            self.pool,
            service=self.service,
            origins=origins,
            projections=self._projections,
            stages=self._stages,
        )
        await self.runner.ensure()
        inboxes = [Inbox(self.pool, source, self.runner, feed) for source, feed in self._sources.values()]
        self._consumer = Consumer(self.service, self._nats_url, inboxes)

    def _sealed(self, step: Step) -> None:
        if step is Step.RECORDED:
            self.relay.wake()
            self.runner.wake()

    async def _watch_sealing(self, stop: asyncio.Event) -> None:
        """What is accepted must get sealed, by this process or by whichever holds the lock."""
        while not await pause(stop, LOOK_SECONDS):
            try:
                async with self.pool.connection() as connection:
                    row = await (await connection.execute(_LOG)).fetchone()
            except psycopg.Error as error:
                self._sealing.stand(self._sealing.next, f"database: {error}")
                continue
            assert row is not None, "log_state always has its row"
            self._sealing.known(row[0] + row[1])
            self._sealing.advanced(row[0])
            if self.sealer.refusal is None:
                self._sealing.run()

    async def _keep(self, what: str, status: Status, run: Callable[[asyncio.Event], Awaitable[None]]) -> None:
        """Runs a part until stop; if it ends by an exception says so loudly and begins it again."""
        while not self._stop.is_set():
            try:
                await run(self._stop)
            except SealerRefused as refusal:
                status.stand(status.next, str(refusal))
            except Exception as error:
                if status.stand(status.next, f"broken assumption: {error!r}"):
                    log.error(f"{what} stopped", service=self.service, reason=repr(error), exc_info=True)
            await pause(self._stop, RESTART_SECONDS)

    async def _replace_outdated(self) -> None:
        """Views that older code built are built anew beside; until then queries see them as they stand."""
        try:
            for view in await self.runner.outdated():
                done = await self.rebuild(view)
                log.info("view rebuilt", view=view, generation=done.generation, differences=done.differences)
        except Exception as error:
            self.runner.status.stand(None, f"rebuild: {error!r}")
            log.error("rebuild failed", service=self.service, reason=repr(error), exc_info=True)

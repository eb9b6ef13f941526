"""One running service: its log, its views, its readers, and what the routes need of them."""

import asyncio
import contextlib
from datetime import UTC, datetime

import psycopg
from psycopg_pool import PoolTimeout

from services.ledger.migrations import database_url
from services.ledger.node import Counts, LedgerNode
from services.ledger.own_tables import check_tables
from services.ledger.projection import Projection
from services.ledger.reactions import Reactions
from services.ledger.stages import Stages
from services.ledger.status import Status
from services.runtime.authentication import Authenticator
from services.runtime.authority import ROLES, Authorities
from services.runtime.clock import SIMULATED_TIME, Clock, apart, says_demo
from services.runtime.commands import Workbench
from services.runtime.context import HostedService
from services.runtime.directory import DIRECTORY
from services.runtime.duties import Duties
from services.runtime.feed_client import HttpFeed
from services.runtime.keys import Keys
from services.runtime.log_routes import LogReader
from services.runtime.parameters import Parameters
from services.runtime.refusals import refusals_of
from services.runtime.rulings import RULINGS, SOURCE, Rules
from services.runtime.service import Means, ServiceDefinition
from services.runtime.settings import Settings
from services.runtime.visibility import Visibility

CLOCK_SECONDS = 30.0
"""Farther from the database's clock than this, no request is to come here: recorded times cannot be taken back."""
DATABASE_SECONDS = 2.0
"""How long readiness waits for the database."""


def projections_of(definition: ServiceDefinition) -> tuple[Projection, ...]:
    """The views of a service: those that all four keep, and its own."""
    rulings = (RULINGS,) if follows_rulings(definition) else ()
    return (ROLES, DIRECTORY, *rulings, refusals_of(definition.name), *definition.projections)


def follows_rulings(definition: ServiceDefinition) -> bool:
    """Whether it hears of rulings: assessment's log is its own, or one that it follows."""
    return SOURCE in (definition.name, *definition.consumes)


def sources_of(definition: ServiceDefinition) -> tuple[str, ...]:
    """Services whose logs it follows; personnel's always, because authority comes from there."""
    return tuple(sorted({*definition.consumes, "personnel"} - {definition.name}))


class Hosted:
    """One service, started and stopped as a whole."""

    def __init__(
        self,
        definition: ServiceDefinition,
        settings: Settings,
        authenticator: Authenticator,
        stages: Stages | None = None,
    ) -> None:
        self.definition = definition
        self.name = definition.name
        self._settings = settings
        self._authenticator = authenticator
        self._stages = stages
        self._keys = Keys(settings)
        self._feeds: dict[str, HttpFeed] = {}
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._reactions: Reactions | None = None
        self.duties: Duties | None = None
        self.node: LedgerNode = self._build_node()

    def _build_node(self) -> LedgerNode:
        settings, name = self._settings, self.name
        token = self._keys.feed_token()
        sources = {}
        for source in sources_of(self.definition):
            feed = HttpFeed(settings.base_url_of(source), source, token)
            self._feeds[settings.origin_of(source)] = feed
            sources[source] = (settings.origin_of(source), self._keys.vkey(source), feed)
        return LedgerNode(
            service=name,
            dsn=database_url(settings.postgres_of(name), name, prefix=settings.database_prefix),
            nats_url=settings.nats(),
            origin=settings.origin_of(name),
            state_dir=settings.directories.state,
            signer=self._keys.signer(name),
            also=[self._keys.sm2_signer(name)] if settings.sm2 else [],
            sources=sources,
            projections=projections_of(self.definition),
            stages=self._stages,
        )

    async def start(self) -> HostedService:
        """Start the log and everything around it; returns what the routes need."""
        try:
            await self.node.start()
        except BaseException:
            await self._close_feeds()
            raise
        try:
            await self._see_to_own_tables()
        except BaseException:
            await self.stop()
            raise
        service = self._service()
        self._reactions = Reactions(
            self.node.pool,
            service=self.name,
            origins=self.origins,
            reactions=self.definition.reactions(service),
            stages=self._stages,
        )
        self.duties = Duties(service, self.definition.duties)
        self._tasks = [asyncio.create_task(self._reactions.run(self._stop), name=f"{self.name}-reactions")]
        if self.follows_real_clock:
            clock = Clock(service.origin)
            self._tasks.append(asyncio.create_task(self.duties.run(clock.now, self._stop), name=f"{self.name}-duties"))
        return service

    async def _see_to_own_tables(self) -> None:
        if self.definition.tables is not None:
            async with self.node.pool.connection() as connection:
                await check_tables(connection, self.definition.tables)

    @property
    def follows_real_clock(self) -> bool:
        """Whether duties are due by the clock on the wall: a demonstration has the time that its requests say."""
        return bool(self.definition.duties) and not says_demo(self._settings.origin_of(self.name))

    async def stop(self) -> None:
        """Stop in reverse order; what is under way is finished or left to the next start."""
        self._stop.set()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self.node.stop()
        await self._close_feeds()

    async def _close_feeds(self) -> None:
        for feed in self._feeds.values():
            await feed.close()

    @property
    def origins(self) -> dict[str, str]:
        """Origin of the own log and of every log that is followed, by service."""
        names = (self.name, *sources_of(self.definition))
        return {name: self._settings.origin_of(name) for name in names}

    @property
    def log(self) -> LogReader:
        """The own log as others may read it."""
        return LogReader(self.node.pool, self.node.feed)

    @property
    def visibility(self) -> Visibility:
        """What the views already show."""
        origin = self._settings.origin_of(self.name)
        return Visibility(self.node.pool, self.node.views, origin, self.origins, projections_of(self.definition))

    @property
    def statuses(self) -> list[Status]:
        """Every reader of this service."""
        duties = [self.duties.status] if self.duties is not None and self.follows_real_clock else []
        return [*self.node.statuses, *(self._reactions.statuses if self._reactions else ()), *duties]

    async def counts(self) -> Counts:
        """What the log and its readers have done so far."""
        return await self.node.counts()

    async def unreachable(self) -> str | None:
        """Why the database cannot be used just now, or this clock not be trusted; the bus shows in the readers."""
        try:
            async with asyncio.timeout(DATABASE_SECONDS), self.node.pool.connection() as connection:
                before = datetime.now(UTC)
                row = await (await connection.execute("select clock_timestamp()")).fetchone()
                after = datetime.now(UTC)
        except (psycopg.Error, PoolTimeout, TimeoutError) as error:
            return f"the database does not answer: {str(error) or type(error).__name__}"
        away = apart(before, row[0], after) if row is not None else 0.0
        if away > CLOCK_SECONDS:
            return f"the clocks of this machine and of the database are {away:.0f} s apart"
        return None

    def _service(self) -> HostedService:
        definition, node = self.definition, self.node
        clock = Clock(self._settings.origin_of(self.name))
        parameters = Parameters.load(definition.parameters)
        return HostedService(
            name=self.name,
            origin=self._settings.origin_of(self.name),
            store=node.store,
            views=node.views,
            workbench=Workbench(node.store, initial=definition.initial, evolve=definition.evolve),
            authenticate=self._authenticator,
            now=lambda http: clock.at(http.headers.get(SIMULATED_TIME)),
            resolve=Authorities(node.views),
            wait_for=self.visibility.wait_for,
            parameters=parameters,
            rules=Rules(parameters, node.views if follows_rulings(definition) else None),
            extras=definition.extras(
                Means(node.pool, node.store, node.origin, self._feeds, self._keys.secret, self._keys)
            ),
        )

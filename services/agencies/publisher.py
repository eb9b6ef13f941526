"""The publisher: follows the four logs as a subscriber of the services does, and serves every agency its scope.

Personnel's log also says which agencies there are; the other three are followed once there is one. It is a process of
its own kind: it can be stopped, can lag, can lose its bus, and no service notices. Each agency has a task of its own,
so one that cannot be reached holds up no other.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import nats.errors
import psycopg
import structlog
from nats.js.errors import Error as JetStreamError

from contracts.catalogue import SERVICES
from contracts.subscriber import nkey
from services.agencies import accounting, delivery, receipts, registry, scope_log
from services.agencies.accounting import server_of
from services.agencies.database import NAME as NAME
from services.agencies.database import check_database, pool_url
from services.agencies.delivery import Delivery, DeliveryFailed, quiet
from services.agencies.keys import PublisherKeys
from services.agencies.proofs import Proofs
from services.agencies.registry import Agency, RegistryError
from services.agencies.signing import Outdated, ScopeRefused
from services.ledger.checkpoints import StateFileError
from services.ledger.connections import Pool, open_pool
from services.ledger.consumer import Consumer
from services.ledger.inbox import Inbox, Source
from services.ledger.pause import finish, pause
from services.ledger.runner import Runner
from services.ledger.signer import SignerError
from services.ledger.status import Status
from services.runtime.encryption import trusted
from services.runtime.feed_client import HttpFeed
from services.runtime.keys import Keys
from services.runtime.settings import Settings

REGISTRY = "personnel"
"""Whose log says which agencies subscribe."""
LOOK_SECONDS = 0.2
REGISTRY_SECONDS = 1.0
RECEIPT_SECONDS = 2.0
RETRY_SECONDS = (0.5, 10.0)
CANCEL_SECONDS = 0.5
"""Until a task that was told to end and has not is told again."""

_TOLD = (
    DeliveryFailed,
    JetStreamError,
    RegistryError,
    ScopeRefused,
    SignerError,
    StateFileError,
    nats.errors.Error,
    psycopg.Error,
    OSError,
)
"""What is one sentence for an operator; anything else is a broken assumption."""

log = structlog.get_logger(__name__)


class Publisher:
    """Everything together; `start` it, `stop` it. `statuses` are its readers of the logs and two per agency."""

    pool: Pool

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._keys = PublisherKeys(settings)
        self._verify = trusted(settings)
        self._stop = asyncio.Event()
        self._feeds: dict[str, HttpFeed] = {}
        self._consumers: dict[str, Consumer] = {}
        """By the service that is followed."""
        self._agencies: dict[str, tuple[Agency, asyncio.Task[None]]] = {}
        self._statuses: dict[str, Status] = {}
        self._receipts: dict[str, Status] = {}
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def statuses(self) -> list[Status]:
        """Readers of the logs, then for each agency what it was sent and what it has acknowledged."""
        readers = (status for consumer in self._consumers.values() for status in consumer.statuses)
        return [*readers, *self._statuses.values(), *self._receipts.values()]

    async def start(self) -> None:
        """Starts following; raises SchemaMismatchError, PoolTimeout."""
        self.pool = await open_pool(pool_url(self._settings), name="zhucun-agency", max_size=8)
        async with self.pool.connection() as connection:
            await check_database(connection)
        self._proofs = Proofs(self.pool, self._feeds)
        self._tasks = [asyncio.create_task(self._watch_registry(), name="agencies")]

    async def stop(self) -> None:
        """What is in hand is committed or left for the next start."""
        self._stop.set()
        await finish([*self._tasks, *(task for _, task in self._agencies.values())], 5.0)
        for consumer in self._consumers.values():
            await consumer.stop()
        for feed in self._feeds.values():
            await feed.close()
        await self.pool.close()

    async def _watch_registry(self) -> None:
        while True:
            try:
                await self._follow([REGISTRY])
                await registry.bring_forward(self.pool, self._settings.origin_of(REGISTRY))
                now = datetime.now(UTC)
                known = await registry.agencies(self.pool)
                wanted = {found.name: found for found in known if found.admitted(now)}
                if known:  # also who has expired since: its user goes
                    await accounting.write_accounts(self._settings, self.pool)
                if wanted:
                    await self._follow(SERVICES)
                await self._serve(wanted)
            except (psycopg.Error, OSError, nats.errors.Error, RegistryError) as error:
                log.error("agencies cannot be looked up", reason=str(error) or type(error).__name__)
            except Exception as error:  # a broken assumption: told, and looked again, for every agency hangs on it
                log.error("agencies cannot be looked up", reason=f"broken assumption: {error!r}", exc_info=True)
            if await pause(self._stop, REGISTRY_SECONDS):
                return

    async def _follow(self, names: Sequence[str]) -> None:
        """Follows logs as a service would: verified against their checkpoints, holes filled from feeds."""
        settings, keys = self._settings, Keys(self._settings)
        for name in names:
            if name not in self._consumers:
                origin = settings.origin_of(name)
                runner = Runner(self.pool, service=NAME, origins={name: origin}, projections=())
                base = settings.base_url_of(name)
                feed = self._feeds.get(origin) or HttpFeed(base, name, keys.feed_token(), self._verify)
                self._feeds[origin] = feed
                inbox = Inbox(self.pool, Source.of(name, origin, keys.vkey(name)), runner, feed)
                consumer = Consumer(NAME, settings.nats(), [inbox])
                await consumer.start()
                self._consumers[name] = consumer

    async def _serve(self, wanted: Mapping[str, Agency]) -> None:
        for name in [*self._agencies]:
            agency, task = self._agencies[name]
            if name not in wanted or task.done() or wanted[name] != agency:
                task.cancel()
                await finish([task], CANCEL_SECONDS)  # again and again: the client below can lose a cancellation
                del self._agencies[name]
                self._statuses.pop(name, None)
                self._receipts.pop(name, None)
        for name, agency in wanted.items():
            if name not in self._agencies:
                self._statuses[name] = Status(f"agency-{name}")
                self._receipts[name] = Status(f"agency-{name}-acknowledged")
                task = asyncio.create_task(self._keep(agency, self._statuses[name]), name=f"agency-{name}")
                self._agencies[name] = (agency, task)

    async def _keep(self, agency: Agency, status: Status) -> None:
        """Serves one agency until cancelled; whatever goes wrong is told, and begun again."""
        delay = RETRY_SECONDS[0]
        while not self._stop.is_set():
            try:
                await self._session(agency, status)
                delay = RETRY_SECONDS[0]
            except Outdated:  # the registry is looked at in a moment, and another task takes this one's place
                await pause(self._stop, REGISTRY_SECONDS)
                continue
            except _TOLD as error:
                reason = str(error) or type(error).__name__
            except Exception as error:  # a broken assumption: red until it holds again
                reason = f"broken assumption: {error!r}"
            else:
                continue
            if status.stand(status.next, reason):
                log.error("agency not served", agency=agency.name, entry=status.next, reason=reason)
            await pause(self._stop, delay)
            delay = min(delay * 2, RETRY_SECONDS[1])

    async def _session(self, agency: Agency, status: Status) -> None:
        """One connection to the agency's account, from where its stream ends."""
        signer = self._keys.signer(agency.name, agency.vkeys[0])
        state = self._keys.state_file(agency.name, agency.origin)
        seed = self._keys.publisher_seed(agency.name)
        client = await nkey.connect(
            server_of(self._settings),
            seed,
            error=quiet,
            name=f"zhucun publisher {agency.name}",
            allow_reconnect=False,  # a new connection is a new session: the tail is read again
            connect_timeout=3,
        )
        try:
            js = client.jetstream(timeout=5)
            for done in await delivery.apply(js, agency.name):
                log.info(done)
            sending = Delivery(self.pool, agency, self._proofs, client)
            clock = asyncio.get_running_loop().time
            looked = 0.0
            while not self._stop.is_set():
                more = await scope_log.extend(self.pool, agency, signer, state)
                status.known(await scope_log.size_of(self.pool, agency.name))
                published = await sending.push()
                status.advanced(published)
                status.run()
                if clock() - looked >= RECEIPT_SECONDS:
                    looked = clock()
                    if await sending.moved():
                        return
                    receipt = await receipts.record(
                        self.pool, js, agency, sending.last, patience=self._settings.agency_patience
                    )
                    owed = self._receipts[agency.name]
                    owed.known(receipt.published)
                    owed.advanced(receipt.acknowledged)
                    owed.run()
                if not more and await pause(self._stop, LOOK_SECONDS):
                    return
                if not client.is_connected:
                    raise DeliveryFailed("the connection was lost")
        finally:
            await client.close()

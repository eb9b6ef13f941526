"""A log of attendance with its stream on the bus, for the rows that start with events already accepted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from nats.js.errors import NotFoundError

from contracts.proofs import VerifierKey
from services.ledger import bus
from services.ledger.connections import Pool, open_pool
from services.ledger.migrations import apply_schema
from services.ledger.pause import finish
from services.ledger.relay import Relay
from services.ledger.sealer import Sealer, Step
from services.ledger.signer import FileSigner
from services.ledger.store import NO_STREAM, Store
from tests.bench import bare, facts
from tests.bench.ground import Ground

ORIGIN = "zhucun.demo/attendance"
FOLLOWER = "zhucun.demo/assessment"
CONSUMERS: bus.Consumers = {"assessment": ["attendance"], "attendance": []}
BATCH = 1_000
STREAMS = 200


@dataclass(slots=True)
class WrittenLog:
    """Store, and a sealer and a relay that are wired as a node wires them."""

    url: str
    pool: Pool
    store: Store
    signer: FileSigner
    state_file: Path
    nats_url: str
    size: int = 0

    @property
    def vkey(self) -> VerifierKey:
        return VerifierKey.parse(self.signer.vkey)

    async def accept(self, events: int) -> None:
        """Appends so many events, in batches; nothing is sealed by this."""
        for start in range(0, events, BATCH):
            prepared = facts.prepared(self.store, min(BATCH, events - start), STREAMS)
            heads = dict.fromkeys((one.stored.stream for one in prepared), NO_STREAM)
            await self.store.write(prepared, heads=heads)
        self.size += events

    @asynccontextmanager
    async def relaying(self) -> AsyncIterator[Relay]:
        """A relay that has found the end of its stream and waits."""
        relay = Relay(self.pool, service="attendance", origin=ORIGIN, nats_url=self.nats_url)
        stop = asyncio.Event()
        task = asyncio.create_task(relay.run(stop))
        try:
            while relay.status.next is None:
                await asyncio.sleep(0.005)
            yield relay
        finally:
            stop.set()
            relay.wake()
            await finish([task], 2)

    async def seal_and_publish(self, relay: Relay) -> None:
        """Seals everything that was accepted; returns once the relay has the acknowledgement of the last checkpoint."""
        sealer = Sealer(
            self.url,
            origin=ORIGIN,
            signer=self.signer,
            state_file=self.state_file,
            reached=lambda step: relay.wake() if step is Step.RECORDED else None,
        )
        stop = asyncio.Event()
        task = asyncio.create_task(sealer.run(stop))
        try:
            while relay.status.next != self.size:
                if task.done():
                    await task
                await asyncio.sleep(0.002)
        finally:
            stop.set()
            await finish([task], 2)


@asynccontextmanager
async def written_log(ground: Ground, prefix: str) -> AsyncIterator[WrittenLog]:
    """Made for one row, dropped after it, the streams included. Fails where another log holds the stream already."""
    await _streams_gone(ground)
    await bus.apply(ground.nats_url, CONSUMERS)
    url = await apply_schema(ground.postgres_url, "attendance", prefix)
    pool = await open_pool(url, name="bench", max_size=8)
    try:
        signer = FileSigner(ground.directory / f"{prefix}key", ORIGIN, create=True)
        state = ground.directory / f"{prefix}state.json"
        store = Store(pool, service="attendance", origin=ORIGIN)
        yield WrittenLog(url, pool, store, signer, state, ground.nats_url)
    finally:
        await pool.close()
        await bare.drop(ground, prefix, "attendance")
        await _streams_gone(ground)


async def _streams_gone(ground: Ground) -> None:
    async with bus.connected(ground.nats_url) as js:
        for service in bus.services_of(CONSUMERS):
            try:
                await js.delete_stream(bus.stream_name(service))
            except NotFoundError:
                continue

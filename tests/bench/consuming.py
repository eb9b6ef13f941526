"""Row `consume`: a log on the bus is taken into an inbox and projected, nothing else; against pulling it alone."""

import time
from dataclasses import replace
from functools import partial

import nats
from nats.aio.client import Client

from services.attendance.projections import REGISTER
from services.ledger import bus
from services.ledger.admission import Source
from services.ledger.connections import open_pool
from services.ledger.consumer import Consumer
from services.ledger.inbox import Inbox
from services.ledger.migrations import apply_schema
from services.ledger.runner import Runner
from tests.bench import bare, plain_nats
from tests.bench.ground import Ground
from tests.bench.measuring import ROUNDS, Figure, Promise, compared, interleaved
from tests.bench.waiting import reached
from tests.bench.written import CONSUMERS, FOLLOWER, ORIGIN, WrittenLog, written_log

EVENTS = 20_000
PROMISE = Promise(6_000, of_ratio=False)
PREFIX = "bench_consume_"
VIEW = replace(REGISTER, sources=("attendance",))
"""Attendance's own register: rows per person and day, two indexes; here fed from the bus."""


async def measure(ground: Ground) -> list[Figure]:
    """The rate from starting the consumer until the last event is in inbox and view, in a fresh database each round."""
    events, rounds = (2_000, 2) if ground.small else (EVENTS, ROUNDS)
    client = await nats.connect(ground.nats_url)
    try:
        async with written_log(ground, PREFIX) as log:
            await log.accept(events)
            async with log.relaying() as relay:
                await log.seal_and_publish(relay)
            found = await interleaved(
                rounds, {"bare": partial(_bare, client, log), "ours": partial(_ours, ground, log)}
            )
    finally:
        await client.close()
    ours, plain, ratio = compared(found["ours"], found["bare"])
    return [
        Figure(
            row="consume",
            what=f"consume and project {events:,} published events",
            unit="events/s",
            ours=ours,
            bare=plain,
            ratio=ratio,
            promise=PROMISE,
            guarantee=f"every byte checked (canonical form, leaf, chain, order, signed root); inbox, register view and"
            f" mark in one transaction, {ground.commits}; acknowledged after it",
            against="pull of the same messages by a durable with explicit acknowledgement of each, nothing kept",
        )
    ]


async def _ours(ground: Ground, log: WrittenLog, _round: int) -> float:
    await bare.drop(ground, PREFIX, "assessment")
    url = await apply_schema(ground.postgres_url, "assessment", PREFIX)
    await _fresh_durable(ground)
    pool = await open_pool(url, name="bench", min_size=4, max_size=8)
    origins = {"assessment": FOLLOWER, "attendance": ORIGIN}
    runner = Runner(pool, service="assessment", origins=origins, projections=[VIEW])
    await runner.ensure()
    inbox = Inbox(pool, Source("attendance", ORIGIN, (log.vkey,)), runner, None)
    consumer = Consumer("assessment", ground.nats_url, [inbox])
    try:
        began = time.perf_counter()
        await consumer.start()
        await reached(consumer.statuses[0], log.size)
        seconds = time.perf_counter() - began
        async with pool.connection() as connection:
            row = await (await connection.execute("select count(*) from register_g1.check_in")).fetchone()
        assert row is not None and row[0] == log.size, "every event is a row of the view"
        return log.size / seconds
    finally:
        await consumer.stop()
        await pool.close()
        await bare.drop(ground, PREFIX, "assessment")


async def _bare(client: Client, log: WrittenLog, number: int) -> float:
    began = time.perf_counter()
    await plain_nats.pull(client, "attendance", f"bare-{number}", log.size)
    seconds = time.perf_counter() - began
    await client.jetstream().delete_consumer(bus.stream_name("attendance"), f"bare-{number}")
    return log.size / seconds


async def _fresh_durable(ground: Ground) -> None:
    async with bus.connected(ground.nats_url) as js:
        await js.delete_consumer(bus.stream_name("attendance"), bus.durable_name("assessment", "attendance"))
    await bus.apply(ground.nats_url, CONSUMERS)

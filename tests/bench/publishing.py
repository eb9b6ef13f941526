"""Row `publish`: accepted events are sealed and published, nothing else; against publishing the same bytes alone."""

import time
from functools import partial

import nats
from nats.aio.client import Client

from services.ledger.relay import Relay
from tests.bench import facts, plain_nats
from tests.bench.ground import Ground
from tests.bench.measuring import ROUNDS, Figure, Promise, compared, interleaved
from tests.bench.written import BATCH, STREAMS, WrittenLog, written_log

EVENTS = 10_000
PROMISE = Promise(6_000, of_ratio=False)


async def measure(ground: Ground) -> list[Figure]:
    """The rate from the moment the sealer starts until the last checkpoint is acknowledged by the bus."""
    events, rounds = (2_000, 2) if ground.small else (EVENTS, ROUNDS)
    await plain_nats.make_stream(ground.nats_url, "attendance")
    client = await nats.connect(ground.nats_url)
    try:
        async with written_log(ground, "bench_publish_") as log, log.relaying() as relay:
            found = await interleaved(
                rounds, {"bare": partial(_bare, client, log, events), "ours": partial(_ours, log, relay, events)}
            )
    finally:
        await client.close()
        await plain_nats.delete_stream(ground.nats_url)
    ours, bare, ratio = compared(found["ours"], found["bare"])
    return [
        Figure(
            row="publish",
            what=f"seal and publish {events:,} accepted events",
            unit="events/s",
            ours=ours,
            bare=bare,
            ratio=ratio,
            promise=PROMISE,
            guarantee=f"indexes contiguous, signed checkpoints; numbering {ground.commits}; state file synced before"
            f" each signature; every message known to stand at its own sequence, {ground.publishes}",
            against=f"pipelined publish of the same bytes with Nats-Msg-Id, {plain_nats.WINDOW} in flight, answers"
            " counted",
        )
    ]


async def _ours(log: WrittenLog, relay: Relay, events: int, _round: int) -> float:
    await log.accept(events)
    began = time.perf_counter()
    await log.seal_and_publish(relay)
    return events / (time.perf_counter() - began)


async def _bare(client: Client, log: WrittenLog, events: int, _round: int) -> float:
    stored = [one.stored for _ in range(0, events, BATCH) for one in facts.prepared(log.store, BATCH, STREAMS)]
    messages = [(event.id, event.body) for event in stored[:events]]
    began = time.perf_counter()
    await plain_nats.publish(client, messages)
    return events / (time.perf_counter() - began)

"""Row `append`: one event in one durable append, against one INSERT of the same bytes."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from services.ledger.store import Head, Prepared, Receipt, Store
from tests.bench import bare, facts
from tests.bench.bare import Tables
from tests.bench.ground import Ground
from tests.bench.measuring import ROUNDS, Figure, Promise, compared, interleaved

CLIENTS = {1: 300, 4: 120, 16: 50}
"""Parallel clients -> appends of each in one round."""
PROMISE = Promise(0.5, of_ratio=True)
AGAINST = "INSERT of the same row into a table with the columns and indexes of ledger.event, one transaction each"
DIGEST = b"\x00" * 32


async def measure(ground: Ground) -> list[Figure]:
    """Rates of 1, 4 and 16 clients, each with and without a receipt, through a pool as large as a node's."""
    rounds = 2 if ground.small else 2 * ROUNDS + 1
    figures = []
    async with bare.tables(ground, "bench_append_") as place:
        for clients, usual in CLIENTS.items():
            each = usual // 5 if ground.small else usual
            found = await interleaved(
                rounds,
                {
                    "bare": partial(_bare, place, clients, each),
                    "append": partial(_append, place.store, clients, each, False),
                    "receipt": partial(_append, place.store, clients, each, True),
                },
            )
            for arm, told in (("append", "no receipt"), ("receipt", "with receipt")):
                ours, plain, ratio = compared(found[arm], found["bare"])
                figures.append(
                    Figure(
                        row="append",
                        what=f"single append, {clients} client{'s' if clients > 1 else ''}, {told}",
                        unit="events/s",
                        ours=ours,
                        bare=plain,
                        ratio=ratio,
                        promise=PROMISE,
                        judged=ground.durable,
                        guarantee=f"{ground.commits}; expected version held, pending row for the sealer; with receipt:"
                        " a repeated key is answered, never appended twice",
                        against=AGAINST,
                    )
                )
    return figures


async def _bare(place: Tables, clients: int, each: int, _round: int) -> float:
    async def client(events: Sequence[Prepared]) -> None:
        async with place.pool.connection() as connection:
            for one in events:
                await bare.insert(connection, one.stored)

    return await _rate(place.store, clients, each, client)


async def _append(store: Store, clients: int, each: int, receipts: bool, _round: int) -> float:
    async def client(events: Sequence[Prepared]) -> None:
        for one in events:
            event = one.stored
            receipt = Receipt("P530000030", event.id, DIGEST, _answer(one)) if receipts else None
            await store.write([one], heads={event.stream: Head(event.version - 1, None, None)}, receipt=receipt)

    return await _rate(store, clients, each, client)


async def _rate(
    store: Store, clients: int, each: int, client: Callable[[Sequence[Prepared]], Awaitable[None]]
) -> float:
    """Events per second; the events are encoded before the clock starts, one stream for each client."""
    work = [facts.prepared(store, each, 1) for _ in range(clients)]
    began = time.perf_counter()
    await asyncio.gather(*(client(events) for events in work))
    return clients * each / (time.perf_counter() - began)


def _answer(one: Prepared) -> bytes:
    """What a caller is told: the same for everybody who repeats the key."""
    event = one.stored
    return b'{"events":[{"id":"%s","stream":"%s","version":%d}]}' % (
        event.id.encode(),
        event.stream.encode(),
        event.version,
    )

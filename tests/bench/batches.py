"""Row `batch`: a thousand events in one append, against COPY of the same bytes."""

import time
from collections.abc import Sequence
from functools import partial
from typing import TypeAlias
from uuid import uuid4

from services.ledger.store import NO_STREAM, Prepared, Receipt
from tests.bench import bare, facts
from tests.bench.bare import Tables
from tests.bench.ground import Ground
from tests.bench.measuring import ROUNDS, Figure, Promise, compared, interleaved

EVENTS = 1_000
BATCHES = 4
"""In one round, one after the other."""
STREAMS = (1, 100, 1_000)
PROMISE = Promise(0.4, of_ratio=True)
AGAINST = "COPY (binary) of the same rows into a table with the columns and indexes of ledger.event, one transaction"


Work: TypeAlias = Sequence[Sequence[Sequence[Prepared]]]
"""By round and batch: bare and ours get the very same bytes."""


async def measure(ground: Ground) -> list[Figure]:
    """Rates for batches over one, a hundred and a thousand streams; the last of them again with encoding included."""
    rounds, batches = (2, 1) if ground.small else (ROUNDS, BATCHES)
    figures = []
    async with bare.tables(ground, "bench_batch_") as place:
        for streams in STREAMS:
            work = [[facts.prepared(place.store, EVENTS, streams) for _ in range(batches)] for _ in range(rounds + 1)]
            found = await interleaved(
                rounds,
                {
                    "bare": partial(_copy, place, work),
                    "append": partial(_append, place, work),
                    "encoded": partial(_encode_and_append, place, streams, batches),
                },
            )
            for arm in ("append", "encoded"):
                ours, plain, ratio = compared(found[arm], found["bare"])
                figures.append(
                    Figure(
                        row="batch",
                        what=f"append of {EVENTS:,} over {streams:,} stream{'s' if streams > 1 else ''}, "
                        + ("prepared bytes" if arm == "append" else "encoding of the facts included"),
                        unit="events/s",
                        ours=ours,
                        bare=plain,
                        ratio=ratio,
                        promise=PROMISE if arm == "append" else None,
                        judged=ground.durable,
                        guarantee=f"{ground.commits}; all or nothing; expected version of every stream held; receipt",
                        against=AGAINST,
                    )
                )
    return figures


async def _copy(place: Tables, work: Work, number: int) -> float:
    batches = [[one.stored for one in batch] for batch in work[number]]
    async with place.pool.connection() as connection:
        began = time.perf_counter()
        for batch in batches:
            await bare.copy(connection, batch)
    return len(batches) * EVENTS / (time.perf_counter() - began)


async def _append(place: Tables, work: Work, number: int) -> float:
    began = time.perf_counter()
    for batch in work[number]:
        await _write(place, batch)
    return len(work[number]) * EVENTS / (time.perf_counter() - began)


async def _encode_and_append(place: Tables, streams: int, batches: int, _round: int) -> float:
    work = [facts.drafts(EVENTS, streams) for _ in range(batches)]
    began = time.perf_counter()
    for drafts in work:
        heads = dict.fromkeys((draft.stream for draft in drafts), NO_STREAM)
        await _write(place, place.store.encode(drafts, heads, facts.RECORDED, "bench"))
    return batches * EVENTS / (time.perf_counter() - began)


async def _write(place: Tables, batch: Sequence[Prepared]) -> None:
    heads = dict.fromkeys((one.stored.stream for one in batch), NO_STREAM)
    receipt = Receipt("P530000030", str(uuid4()), b"\x00" * 32, b'{"events":[]}')
    await place.store.write(batch, heads=heads, receipt=receipt)

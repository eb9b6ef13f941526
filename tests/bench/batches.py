"""Row `batch`: a thousand events in one append, against COPY of the same bytes."""

import time
from collections.abc import Sequence
from functools import partial
from uuid import uuid4

from services.ledger.store import NO_STREAM, Draft, Prepared, Receipt
from tests.bench import bare, facts
from tests.bench.bare import Tables
from tests.bench.ground import Ground
from tests.bench.measuring import ROUNDS, Figure, Promise, compared, interleaved

EVENTS = 1_000
BATCHES = 5
"""In one round, one after the other."""
STREAMS = (1, 100, 1_000)
PROMISE = Promise(0.4, of_ratio=True)
AGAINST = "COPY (binary) of the same rows into a table with the columns and indexes of ledger.event, one transaction"


async def measure(ground: Ground) -> list[Figure]:
    """Rates for batches over one, a hundred and a thousand streams; the last of them again with encoding included."""
    rounds = 2 if ground.small else ROUNDS
    figures = []
    async with bare.tables(ground, "bench_batch_", 2) as place:
        for streams in STREAMS:
            found = await interleaved(
                rounds,
                {
                    "bare": partial(_copy, place, streams),
                    "append": partial(_append, place, streams),
                    "encoded": partial(_encode_and_append, place, streams),
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


async def _copy(place: Tables, streams: int, _round: int) -> float:
    seconds = 0.0
    async with place.pool.connection() as connection:
        for _ in range(BATCHES):
            events = [one.stored for one in facts.prepared(place.store, EVENTS, streams)]
            began = time.perf_counter()
            await bare.copy(connection, events)
            seconds += time.perf_counter() - began
    return BATCHES * EVENTS / seconds


async def _append(place: Tables, streams: int, _round: int) -> float:
    seconds = 0.0
    for _ in range(BATCHES):
        prepared = facts.prepared(place.store, EVENTS, streams)
        began = time.perf_counter()
        await _write(place, prepared)
        seconds += time.perf_counter() - began
    return BATCHES * EVENTS / seconds


async def _encode_and_append(place: Tables, streams: int, _round: int) -> float:
    seconds = 0.0
    for _ in range(BATCHES):
        drafts: list[Draft] = facts.drafts(EVENTS, streams)
        began = time.perf_counter()
        heads = dict.fromkeys((draft.stream for draft in drafts), NO_STREAM)
        await _write(place, place.store.encode(drafts, heads, facts.RECORDED, "bench"))
        seconds += time.perf_counter() - began
    return BATCHES * EVENTS / seconds


async def _write(place: Tables, prepared: Sequence[Prepared]) -> None:
    heads = dict.fromkeys((one.stored.stream for one in prepared), NO_STREAM)
    receipt = Receipt("P530000030", str(uuid4()), b"\x00" * 32, b'{"events":[]}')
    await place.store.write(prepared, heads=heads, receipt=receipt)

"""Row `proof`: from commit to published checkpoint, proofs of events, a log checked, a bundle made and verified."""

import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from statistics import quantiles

from services.assessment.evidence.verdict import HOLDS
from services.assessment.evidence.verify import verify
from services.ledger.exports import export_bodies
from services.ledger.fsck import fsck
from services.ledger.proving import Prover
from services.ledger.relay import Relay
from services.ledger.sealer import Sealer, Step
from services.ledger.store import NO_STREAM
from tests.assessment.evidence.world import WHOLE_YEAR, world
from tests.bench import facts
from tests.bench.ground import Ground
from tests.bench.measuring import ROUNDS, Figure, Promise, Spread, compared, interleaved
from tests.bench.written import ORIGIN, WrittenLog, written_log

RATE = 1_000
SECONDS = 4.0
"""Of one round of delays."""
AT_ONCE = 20
PERSON_YEAR = 300
"""Events that one proof holds together."""
PROOFS = 100
DELAY = Promise(2.0, of_ratio=False, at_least=False)
ONE_SECOND = Promise(1.0, of_ratio=False, at_least=False)


async def measure(ground: Ground) -> list[Figure]:
    """Delays under load, then proofs and fsck on the log that they left, grown to its size; then the bundle."""
    rounds, seconds = (2, 0.3) if ground.small else (ROUNDS, SECONDS)
    size = 3_000 if ground.small else 1_000_000 if ground.full else 100_000
    async with written_log(ground, "bench_proof_") as log:
        async with log.relaying() as relay:
            delays = [await _delays(log, relay, seconds) for _ in range(rounds + 1)][1:]
            await log.accept(max(size - log.size, 0))
            await log.seal_and_publish(relay)
        figures = [
            Figure(
                row="proof",
                what=f"p95 from commit to published checkpoint at {RATE:,} events/s",
                unit="s",
                ours=Spread.of([quantiles(round_, n=20)[18] for round_ in delays]),
                promise=DELAY,
                guarantee=f"appends {ground.commits}; numbered, state file and checkpoint on disk before it is"
                f" published; {ground.publishes}",
            ),
            *await _proofs(log, rounds),
            await _checked(log, rounds),
        ]
    return figures + await _bundle(rounds)


async def _delays(log: WrittenLog, relay: Relay, seconds: float) -> list[float]:
    """Seconds of every append of an even stream of them."""
    sealer = Sealer(
        log.url,
        origin=ORIGIN,
        signer=log.signer,
        state_file=log.state_file,
        reached=lambda step: relay.wake() if step is Step.RECORDED else None,
    )
    stop, found, waiting = asyncio.Event(), list[float](), list[tuple[int, float]]()
    sealing = asyncio.create_task(sealer.run(stop))
    try:
        began, given = time.perf_counter(), 0
        while waiting or time.perf_counter() < began + seconds:
            published = relay.status.next or 0
            while waiting and waiting[0][0] <= published:
                found.append(time.perf_counter() - waiting.pop(0)[1])
            if began + given * AT_ONCE / RATE <= time.perf_counter() < began + seconds:
                await _append(log)
                given += 1
                waiting.append((log.size, time.perf_counter()))
            await asyncio.sleep(0.002)
    finally:
        stop.set()
        await sealing
    return found


async def _append(log: WrittenLog) -> None:
    prepared = facts.prepared(log.store, AT_ONCE, AT_ONCE)
    await log.store.write(prepared, heads=dict.fromkeys((one.stored.stream for one in prepared), NO_STREAM))
    log.size += AT_ONCE


async def _proofs(log: WrittenLog, rounds: int) -> list[Figure]:
    prover, chance = Prover(log.pool), random.Random(7)
    one = partial(_mean, PROOFS, lambda: prover.event(chance.randrange(log.size)))
    many = partial(
        _mean, 3, lambda: prover.events(chance.sample(range(log.size), min(PERSON_YEAR, log.size // 2)), log.size)
    )
    found = await interleaved(rounds, {"one": lambda _: one(), "many": lambda _: many()})
    words = {
        "one": f"proof of one event of {log.size:,} (tlog-proof)",
        "many": f"one proof for {PERSON_YEAR} events of {log.size:,}, anywhere in the log",
    }
    guarantee = "from stored leaves and nodes, below the latest signed checkpoint"
    return [
        Figure(row="proof", what=words[arm], unit="ms", ours=Spread.of(found[arm]), guarantee=guarantee)
        for arm in words
    ]


async def _mean(repeat: int, step: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    for _ in range(repeat):
        await step()
    return (time.perf_counter() - began) / repeat * 1000


async def _checked(log: WrittenLog, rounds: int) -> Figure:
    async def check(_: int) -> float:
        began = time.perf_counter()
        report = await fsck(log.pool, ORIGIN, log.signer.vkey)
        assert (report.intact, report.size) == (True, log.size), str(report.difference)
        return log.size / (time.perf_counter() - began)

    async def read(_: int) -> float:
        began, count = time.perf_counter(), 0
        async for _body in export_bodies(log.pool):
            count += 1
        assert count == log.size
        return log.size / (time.perf_counter() - began)

    found = await interleaved(min(rounds, 3), {"fsck": check, "bare": read})
    ours, plain, ratio = compared(found["fsck"], found["bare"])
    return Figure(
        row="proof",
        what=f"fsck of {log.size:,} events",
        unit="events/s",
        ours=ours,
        bare=plain,
        ratio=ratio,
        guarantee="leaves, tree, checkpoints, signatures, every stream's versions and prev, from the bytes alone",
        against="COPY of the same bytes into this process, in the order of the log",
    )


async def _bundle(rounds: int) -> list[Figure]:
    told = world(WHOLE_YEAR)
    policy = told.policy()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.zip"
        path.write_bytes(told.bundle().archive)

        async def made(_: int) -> float:
            gathered = told.gathered()
            began = time.perf_counter()
            assert told.bundle_of(gathered).archive
            return time.perf_counter() - began

        async def verified(_: int) -> float:
            began = time.perf_counter()
            assert verify(path, trusted=policy).code == HOLDS
            return time.perf_counter() - began

        found = await interleaved(rounds, {"made": made, "verified": verified})
    events = sum(len(log.events) for log in told.gathered().logs)
    words = {
        "made": f"bundle of a person-year of {events} events made: four lenses, report, list, signature",
        "verified": f"bundle of a person-year of {events} events verified offline against a policy",
    }
    guarantee = {
        "made": "from logs in memory; reading them and their proofs is in the lines above",
        "verified": "integrity, completeness relative to the manifest, rules, the outcome worked out again",
    }
    return [
        Figure(
            row="proof", what=words[arm], unit="s", ours=Spread.of(found[arm]), promise=ONE_SECOND,
            guarantee=guarantee[arm],
        )
        for arm in words
    ]  # fmt: skip

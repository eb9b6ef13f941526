"""Row `chain`: uploads of check-ins from command to view, through both servers, and the latency of single ones."""

import asyncio
import contextlib
import os
import time
from bisect import bisect_right
from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from statistics import quantiles

from tests.bench.county import TEAM_OF, TOWNSHIPS, UPLOAD_EVERY, VILLAGES_EACH, County, body_of, running_county, uploads
from tests.bench.ground import Ground
from tests.bench.measuring import ROUNDS, Figure, Promise, Spread
from tests.bench.waiting import reached

DAYS = 51
"""Uploaded in one round: 30 teams of six, a record per person and day."""
RATE = 300
SECONDS = 3.0
"""Of one round of latencies."""
PROMISE = Promise(3_000, of_ratio=False)


async def measure(ground: Ground) -> list[Figure]:
    """Throughput of the whole chain, then latency at 300 events a second."""
    days, rounds, seconds = (3, 2, 0.5) if ground.small else (DAYS, ROUNDS, SECONDS)
    async with running_county(ground) as county:
        rates = [await load(county, days) for _ in range(rounds + 1)][1:]
        samples = [await _latencies(county, seconds) for _ in range(rounds + 1)][1:]
    persons = len(TOWNSHIPS) * VILLAGES_EACH * TEAM_OF
    guarantee = (
        f"accepted {ground.commits} with receipts and held versions; sealed, signed; {ground.publishes}; inbox and"
        f" views {ground.commits}; four services and the load in one process, both servers on the same"
        f" {os.cpu_count()} cores"
    )
    uploads_of = f"bodies of {persons // len(TOWNSHIPS) * UPLOAD_EVERY} check-ins from JSON on, less HTTP"
    figures = [
        Figure(
            row="chain",
            what=f"{persons * days:,} check-ins: accepted, sealed, published, consumed by assessment, projected",
            unit="events/s",
            ours=Spread.of(rates),
            promise=PROMISE,
            guarantee=f"{guarantee}; {uploads_of}",
        )
    ]
    single = (
        f"{guarantee}; uploads of a team of"
        f" {TEAM_OF} for a day, evenly spaced; from the answer to an upload until the reader's commit is seen"
    )
    for reader, name in enumerate(("attendance's register", "assessment's inbox")):
        for percent in (50, 99):
            cuts = [quantiles(sample[reader], n=100)[percent - 1] for sample in samples]
            what = f"p{percent} from accepted to {name} at {RATE} check-ins/s"
            figures.append(Figure(row="chain", what=what, unit="ms", ours=Spread.of(cuts), guarantee=single))
    return figures


async def load(county: County, days: int) -> float:
    """Events per second from the first upload until both readers have the last event."""
    work = {township: list(uploads(county, township, days)) for township in TOWNSHIPS}

    async def lane(township: str) -> int:
        return sum([len(await county.upload(township, last_day, body)) for last_day, body in work[township]])

    began = time.perf_counter()
    recorded = sum(await asyncio.gather(*(lane(township) for township in TOWNSHIPS)))
    county.accepted += recorded
    await reached(county.inbox, county.accepted)
    await reached(county.register, county.accepted)
    seconds = time.perf_counter() - began
    county.today += timedelta(days=days)
    return recorded / seconds


async def _latencies(county: County, seconds: float) -> tuple[list[float], list[float]]:
    """Milliseconds to each of the two readers of every check-in of an even stream of them."""
    teams = [
        (township, county.people[township][start : start + TEAM_OF])
        for start in range(0, VILLAGES_EACH * TEAM_OF, TEAM_OF)
        for township in TOWNSHIPS
    ]
    accepted: dict[str, float] = {}
    own, followed = _Watch(), _Watch()

    async def give(number: int) -> None:
        days, place = divmod(number, len(teams))
        township, team = teams[place]
        day = county.today + timedelta(days=days)
        for event in await county.upload(township, day, body_of(team, [day])):
            accepted[event] = time.perf_counter()

    async def look() -> None:
        while True:
            own.see(county.register.next or 0)
            followed.see(county.inbox.next or 0)
            await asyncio.sleep(0.001)

    looking = asyncio.create_task(look())
    began, given = time.perf_counter(), []
    try:
        for number in count():
            due = began + number * TEAM_OF / RATE
            if due > began + seconds:
                break
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            given.append(asyncio.create_task(give(number)))
        await asyncio.gather(*given)
        county.accepted += len(accepted)
        await reached(county.inbox, county.accepted)
        await reached(county.register, county.accepted)
        await asyncio.sleep(0.01)
        county.today += timedelta(days=len(given) // len(teams) + 1)
    finally:
        looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await looking
    indexes = await _indexes(county, list(accepted))
    return own.milliseconds(accepted, indexes), followed.milliseconds(accepted, indexes)


class _Watch:
    """When a reader was first seen at each place."""

    def __init__(self) -> None:
        self._nexts: list[int] = []
        self._times: list[float] = []

    def see(self, next_index: int) -> None:
        if not self._nexts or next_index > self._nexts[-1]:
            self._nexts.append(next_index)
            self._times.append(time.perf_counter())

    def milliseconds(self, accepted: dict[str, float], indexes: dict[str, int]) -> list[float]:
        """Per event; 0 where the reader was faster than the answer to the command."""
        return [
            max(0.0, self._times[bisect_right(self._nexts, indexes[event])] - instant) * 1000
            for event, instant in accepted.items()
        ]


async def _indexes(county: County, events: Sequence[str]) -> dict[str, int]:
    async with county.hosted["attendance"].node.pool.connection() as connection:
        cursor = await connection.execute(
            "select e.id::text, l.idx from ledger.event e join ledger.log_index l using (position)"
            " where e.id = any(%s::uuid[])",
            (list(events),),
        )
        return dict(await cursor.fetchall())

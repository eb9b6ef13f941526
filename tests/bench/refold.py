"""Row `refold`: a city's closed year proven again, against reading the same bytes into the same process.

What is measured is what `zhucun refold --year` runs, on the databases of the services.
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

import psycopg

from services.assessment.replay.refold import refold
from services.assessment.sealed_logs import SealedLogs
from tests.bench import city, city_logs
from tests.bench.city_logs import City
from tests.bench.ground import Ground
from tests.bench.measuring import ROUNDS, Arm, Figure, Promise, Spread, compared, interleaved

PROMISE = Promise(3.0, of_ratio=True, at_least=False)
FLAT = Promise(1.25, of_ratio=True, at_least=False)
"""What the cost of one event, or the memory of a process, may grow by and still be called flat, on a machine that does
other things as well."""
UNIT = "µs/event"
GUARANTEE = (
    "as `zhucun refold --year` on the databases of the services, one process, one thread: every event below the basis"
    " read, attendance person by person by its streams, every person judged by every article, the places for 优秀"
    " given, every determination compared byte for byte, the last events of its streams hashed again for its manifest;"
    " what the log checked when it was written (canonical bytes, leaf hashes, chains, each id once) is NOT checked"
    " again; the server hands the bytes over in pages and streams, one event per line"
)
AGAINST = "COPY of the same bytes into one Python process, row by row with psycopg, counted and forgotten"
_EVENTS = "copy (select body from ledger.event) to stdout (format binary)"
_HEADER_BYTES = 19
_ROW_BYTES = 6
"""Before the bytes of a row of one column: number of columns (2) and their length (4)."""
_QUARTER, _WHOLE, _TEN = "a quarter", "whole", "ten times"


async def measure(ground: Ground) -> list[Figure]:
    """The whole against COPY, what one event costs in a quarter and in the whole, and the memory that each takes.

    Ten times the whole is measured in one round after a first one: some nine million events, ten gigabytes of disk.
    """
    people, rounds = (city.PEOPLE // 24, 2) if ground.small else (city.PEOPLE, ROUNDS)
    sizes = {_QUARTER: people // 4, _WHOLE: people}
    try:
        filled = {name: await city_logs.filled(name, ground.postgres_url, size) for name, size in sizes.items()}
        found = await interleaved(rounds, _arms(filled))
        if not ground.small:
            ten = {_TEN: await city_logs.filled(_TEN, ground.postgres_url, 10 * people)}
            found |= await interleaved(1, _arms(ten))
            filled |= ten
        figures = [_against_copy(place, found) for place in filled.values()]
        figures += [_slope(place, found) for name, place in filled.items() if name != _QUARTER]
        return [*figures, *_memory(filled)]
    finally:
        city_logs.drop(ground.postgres_url)


def _arms(filled: Mapping[str, City]) -> dict[str, Arm]:
    arms: dict[str, Arm] = {f"read {name}": partial(_read, place) for name, place in filled.items()}
    return arms | {f"fold {name}": partial(_fold, place) for name, place in filled.items()}


def _figure(
    what: str,
    ours: Sequence[float],
    bare: Sequence[float],
    promise: Promise,
    against: str,
    *,
    unit: str = UNIT,
    guarantee: str = GUARANTEE,
) -> Figure:
    mine, theirs, ratio = compared(ours, bare)
    return Figure("refold", what, unit, mine, guarantee, theirs, against, ratio, promise)


def _against_copy(place: City, found: Mapping[str, Sequence[float]]) -> Figure:
    what = f"{place.name} city-year: {place.people:,} people, {place.events:,} events, proven again in one process"
    return _figure(what, found[f"fold {place.name}"], found[f"read {place.name}"], PROMISE, AGAINST)


def _slope(place: City, found: Mapping[str, Sequence[float]]) -> Figure:
    """Cost of one event against that in the quarter, by round (against the median where rounds differ)."""
    fold, quarter = found[f"fold {place.name}"], found[f"fold {_QUARTER}"]
    base = quarter if len(quarter) == len(fold) else [Spread.of(quarter).median] * len(fold)
    what = f"slope: one event of the {place.name} city-year against one of the quarter"
    return _figure(what, fold, base, FLAT, "for the slope: the same refold of a quarter of the people")


def _memory(filled: Mapping[str, City]) -> Iterator[Figure]:
    """What a process that only refolds takes at its highest, against the quarter."""
    taken = {name: _megabytes(place) for name, place in filled.items()}
    for name, (highest, before) in taken.items():
        yield _figure(
            f"memory: {name} city-year in a fresh process, {before:.0f} MB of it before the first event",
            [highest],
            [taken[_QUARTER][0]],
            FLAT,
            "for the memory: the same of a quarter of the people",
            unit="MB resident",
            guarantee="the highest resident size that the operating system counted, in one run",
        )


async def _read(place: City, _round: int) -> float:
    """Microseconds per event of reading alone."""
    began = time.perf_counter()
    size = rows = 0
    for service in city_logs.LOGS:
        with place.connect(service) as connection:
            for body in _rows(connection):
                size += len(body)
                rows += 1
    assert rows == place.events and size > 500 * rows, "every event was read"
    return (time.perf_counter() - began) * 1e6 / place.events


def _rows(connection: psycopg.Connection) -> Iterator[bytes]:
    """Row by row as psycopg hands them out."""
    with connection.cursor() as cursor, cursor.copy(_EVENTS) as copy:
        skip = _HEADER_BYTES + _ROW_BYTES
        for chunk in copy:
            if len(chunk) > skip:  # the last one is the end mark
                yield bytes(chunk[skip:])
            skip = _ROW_BYTES


async def _fold(place: City, _round: int) -> float:
    """Microseconds per event of reading, folding and comparing."""
    began = time.perf_counter()
    refold_city(place)
    return (time.perf_counter() - began) * 1e6 / place.events


def refold_city(place: City) -> None:
    """What the command does for one year; nothing may differ."""
    with SealedLogs(place.settings) as logs:
        found = refold(logs, city.YEAR)
    assert all(one.proven and not one.undetermined for one in found), "the year comes out as it was decided"
    assert sum(one.determinations for one in found) == place.people, "everybody was judged"


def _megabytes(place: City) -> tuple[float, float]:
    """Resident megabytes at their highest of a process that only refolds, and how many of them before it began."""
    command = [sys.executable, "-m", "tests.bench.refold", json.dumps(asdict(place))]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    highest, before = json.loads(told)
    return highest, before


def _highest() -> float:
    """Not getrusage: its figure begins with the size of the process that started this one."""
    said = Path("/proc/self/status").read_text("ascii")
    return int(re.findall(r"VmHWM:\s*(\d+) kB", said)[0]) / 1024


if __name__ == "__main__":
    start = _highest()
    refold_city(City(**json.loads(sys.argv[1])))
    print(json.dumps([_highest(), start]))

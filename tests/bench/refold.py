"""Row `refold`: a city's year folded from stored bytes, against reading the same bytes into the same process."""

import time
from collections.abc import Mapping, Sequence
from functools import partial

import psycopg

from tests.bench import city
from tests.bench.folding import City, Folded, Folders, fold_city, megabytes, rows_of
from tests.bench.ground import Ground
from tests.bench.measuring import ROUNDS, Arm, Figure, Promise, Spread, compared, interleaved

PROMISE = Promise(3.0, of_ratio=True, at_least=False)
FLAT = Promise(1.25, of_ratio=True, at_least=False)
"""What the cost of one event, or the memory of a process, may grow by and still be called flat, on a machine that does
other things as well."""
UNIT = "µs/event"
GUARANTEE = (
    "one process, one thread: every event read once in the order of the log, every person judged by every article, the"
    " places for 优秀 given, each person's findings handed over as JSON and let go; what the fold reads of a fact comes"
    " from the event's own bytes; what the log checked when it was written (canonical bytes, leaf hashes, chains, each"
    " id once) is NOT checked again; the server hands the bytes over in pages, one event per line;"
    " no command of zhucun reads so yet"
)
AGAINST = "COPY of the same bytes into one Python process, row by row with psycopg, counted and forgotten"
PROCESSES = 2
IN_SEVERAL = (
    f"{PROCESSES} processes, each with whole counties, begun beforehand: finding the counties' streams and adding up"
    " what was found are in the time; otherwise as in one process, which is what the promise means"
)
_EVENTS = 'select body from "{table}"'
_QUARTER, _WHOLE, _TEN = "a quarter", "whole", "ten times"
_BY_COUNTY = "fold by county"


async def measure(ground: Ground) -> list[Figure]:
    """The whole against COPY, what one event costs in a quarter and in the whole, and the memory that each takes.

    `--full` adds ten times the whole, in one round after a first one: some nine million events, seven gigabytes.
    """
    people, rounds = (city.PEOPLE // 24, 2) if ground.small else (city.PEOPLE, ROUNDS)
    sizes = {_QUARTER: people // 4, _WHOLE: people}
    folders = Folders(PROCESSES)
    try:
        filled = {name: _fill(ground, name, size) for name, size in sizes.items()}
        arms = _arms(filled) | {_BY_COUNTY: partial(_fold_by_county, folders, filled[_WHOLE])}
        found = await interleaved(rounds, arms)
        if ground.full:
            ten = {_TEN: _fill(ground, _TEN, 10 * people)}
            found |= await interleaved(1, _arms(ten))
            filled |= ten
        figures = [_against_copy(place, found) for place in filled.values()]
        figures += [_slope(place, found) for name, place in filled.items() if name != _QUARTER]
        return [*figures, _in_several(filled[_WHOLE], found), *_memory(filled)]
    finally:
        folders.close()
        _drop(ground)


def _arms(filled: Mapping[str, City]) -> dict[str, Arm]:
    arms: dict[str, Arm] = {f"read {name}": partial(_read, place) for name, place in filled.items()}
    return arms | {f"fold {name}": partial(_fold, place) for name, place in filled.items()}


def _against_copy(place: City, found: Mapping[str, Sequence[float]]) -> Figure:
    ours, bare, ratio = compared(found[f"fold {place.name}"], found[f"read {place.name}"])
    return Figure(
        row="refold",
        what=f"{place.name} city-year: {place.people:,} people, {place.events:,} events, folded in one process",
        unit=UNIT,
        ours=ours,
        bare=bare,
        ratio=ratio,
        promise=PROMISE,
        guarantee=GUARANTEE,
        against=AGAINST,
    )


def _in_several(place: City, found: Mapping[str, Sequence[float]]) -> Figure:
    ours, bare, ratio = compared(found[_BY_COUNTY], found[f"read {place.name}"])
    return Figure(
        row="refold",
        what=f"the {place.name} city-year folded in {PROCESSES} processes by county",
        unit=UNIT,
        ours=ours,
        bare=bare,
        ratio=ratio,
        promise=PROMISE,
        guarantee=IN_SEVERAL,
        against=AGAINST,
    )


def _slope(place: City, found: Mapping[str, Sequence[float]]) -> Figure:
    """Cost of one event against that in the quarter, by round (against the median where rounds differ)."""
    fold, quarter = found[f"fold {place.name}"], found[f"fold {_QUARTER}"]
    base = quarter if len(quarter) == len(fold) else [Spread.of(quarter).median] * len(fold)
    ours, bare, ratio = compared(fold, base)
    return Figure(
        row="refold",
        what=f"slope: one event of the {place.name} city-year against one of the quarter",
        unit=UNIT,
        ours=ours,
        bare=bare,
        ratio=ratio,
        promise=FLAT,
        guarantee=GUARANTEE,
        against="for the slope: the same fold of a quarter of the people",
    )


def _memory(filled: Mapping[str, City]) -> list[Figure]:
    """What a process that only folds takes at its highest, against the quarter."""
    taken = {name: megabytes(place) for name, place in filled.items()}
    figures = []
    for name, (highest, before) in taken.items():
        ours, bare, ratio = compared([highest], [taken[_QUARTER][0]])
        figures.append(
            Figure(
                row="refold",
                what=f"memory: {name} city-year in a fresh process, {before:.0f} MB of it before the first event",
                unit="MB resident",
                ours=ours,
                bare=bare,
                ratio=ratio,
                promise=FLAT,
                guarantee="the highest resident size that the operating system counted, in one run",
                against="for the memory: the same of a quarter of the people",
            )
        )
    return figures


def _fill(ground: Ground, name: str, people: int) -> City:
    table = f"bench_city_{people}"
    return City(name, ground.postgres_url, table, people, city.fill(ground.postgres_url, table, people))


def _drop(ground: Ground) -> None:
    with psycopg.connect(ground.postgres_url, autocommit=True) as connection:
        for (table,) in connection.execute("select tablename from pg_tables where tablename like 'bench\\_city\\_%'"):
            connection.execute(f'drop table "{table}"'.encode())


async def _read(place: City, _round: int) -> float:
    """Microseconds per event of reading alone."""
    began = time.perf_counter()
    size = rows = 0
    for body in rows_of(place.url, _EVENTS.format(table=place.table)):
        size += len(body)
        rows += 1
    assert rows == place.events and size > 500 * rows, "every event was read"
    return (time.perf_counter() - began) * 1e6 / place.events


async def _fold(place: City, _round: int) -> float:
    """Microseconds per event of reading and folding."""
    return _checked(place, fold_city(place))


async def _fold_by_county(folders: Folders, place: City, _round: int) -> float:
    """The same, county by county."""
    return _checked(place, folders.fold(place))


def _checked(place: City, folded: Folded) -> float:
    assert folded.events == place.events and folded.outcomes.total() == place.people, (
        "every event and person was judged"
    )
    assert folded.listed == place.people, "everybody is on the list of a county"
    return folded.seconds * 1e6 / place.events

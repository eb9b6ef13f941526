"""Row `refold`: a city's year folded from stored bytes, against reading the same bytes into the same process."""

import time
from collections.abc import Mapping, Sequence
from functools import partial

import psycopg

from tests.bench import city
from tests.bench.folding import City, Folded, Folders, fold_city, rows_of
from tests.bench.ground import Ground
from tests.bench.measuring import ROUNDS, Arm, Figure, Promise, compared, interleaved

PROMISE = Promise(3.0, of_ratio=True, at_least=False)
FLAT = Promise(1.25, of_ratio=True, at_least=False)
"""What the cost of one event may grow by and still be called flat, on a machine that does other things as well."""
UNIT = "µs/event"
PROCESSES = 2
GUARANTEE = (
    "every event read once in the order of the log, every person judged by every article, all findings in this process;"
    " the form of every event is looked at; what the log checked when it was written (canonical bytes, leaf hashes,"
    " chains, each id once) is not checked again; the server hands the bytes over in pages, one event per line"
)
AGAINST = "COPY of the same bytes into one Python process, row by row with psycopg, counted and forgotten"
_EVENTS = 'select body from "{table}"'


async def measure(ground: Ground) -> list[Figure]:
    """The whole against COPY, and what one event costs in a quarter and in the whole (`--full`: in ten times that)."""
    people, rounds = (city.PEOPLE // 24, 2) if ground.small else (city.PEOPLE, ROUNDS)
    sizes = {"a quarter": people // 4, "whole": people}
    figures: list[Figure] = []
    folders = Folders(PROCESSES)
    try:
        filled = {name: _fill(ground, name, size) for name, size in sizes.items()}
        arms: dict[str, Arm] = {f"read {name}": partial(_read, place) for name, place in filled.items()}
        arms |= {f"fold {name}": partial(_fold, place) for name, place in filled.items()}
        arms["fold by county"] = partial(_fold_by_county, folders, filled["whole"])
        found = await interleaved(rounds, arms)
        if ground.full:
            filled["ten times"] = ten = _fill(ground, "ten times", 10 * people)
            found |= await interleaved(
                1, {"read ten times": partial(_read, ten), "fold ten times": partial(_fold, ten)}
            )
        figures.append(_figure(filled["whole"], found["fold by county"], found["read whole"], PROCESSES))
        for name, place in filled.items():
            figures.append(_figure(place, found[f"fold {name}"], found[f"read {name}"]))
        figures += _slopes(filled, found)
    finally:
        folders.close()
        _drop(ground)
    return figures


def _figure(place: City, fold: Sequence[float], read: Sequence[float], processes: int = 1) -> Figure:
    """Judged both ways: the promise does not say whether the fold may use both cores; one process is the stricter."""
    ours, bare, ratio = compared(fold, read)
    how = "folded in one process" if processes == 1 else f"folded county by county in {processes} processes"
    return Figure(
        row="refold",
        what=f"{place.name} city-year: {place.people:,} people, {place.events:,} events, {how}",
        unit=UNIT,
        ours=ours,
        bare=bare,
        ratio=ratio,
        promise=PROMISE,
        guarantee=GUARANTEE,
        against=AGAINST,
    )


def _slopes(filled: Mapping[str, City], found: Mapping[str, Sequence[float]]) -> list[Figure]:
    """Cost of one event in each size against that in the quarter, by round (the medians where rounds differ)."""
    figures = []
    quarter = found["fold a quarter"]
    for name in (name for name in filled if name != "a quarter"):
        fold = found[f"fold {name}"]
        base = quarter if len(quarter) == len(fold) else [sorted(quarter)[len(quarter) // 2]] * len(fold)
        ours, bare, ratio = compared(fold, base)
        figures.append(
            Figure(
                row="refold",
                what=f"slope: one event of the {name} city-year against one of the quarter",
                unit=UNIT,
                ours=ours,
                bare=bare,
                ratio=ratio,
                promise=FLAT,
                guarantee=GUARANTEE,
                against="for the slope: the same fold of a quarter of the people",
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
    """Microseconds per event of reading and folding in this process."""
    return _checked(place, fold_city(place))


async def _fold_by_county(folders: Folders, place: City, _round: int) -> float:
    """Microseconds per event of reading and folding in several processes, until this one has all that they found."""
    return _checked(place, folders.fold(place))


def _checked(place: City, folded: Folded) -> float:
    assert folded.events == place.events and len(folded.persons) == place.people, "every event and person was judged"
    return folded.seconds * 1e6 / place.events

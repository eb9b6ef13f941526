"""Row `refold`: a city's year folded from stored bytes, against reading the same bytes into the same process."""

import gc
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import psycopg

from services.assessment.fold import EVERYTHING, fold_read
from services.assessment.lines import read_lines
from services.assessment.reading import Reader
from services.assessment.rules import fold_rules
from tests.bench import city
from tests.bench.ground import Ground
from tests.bench.measuring import ROUNDS, Arm, Figure, Promise, compared, interleaved

PROMISE = Promise(3.0, of_ratio=True, at_least=False)
FLAT = Promise(1.25, of_ratio=True, at_least=False)
"""What the cost of one event may grow by and still be called flat, on a machine that does other things as well."""
UNIT = "µs/event"
GUARANTEE = (
    "every event read once in the order of the log, duplicates and tampered ids looked for, every person judged by"
    " every article; the server hands the bytes over in pages, one event per line"
)
AGAINST = "COPY of the same bytes into the same Python process, row by row with psycopg, counted and forgotten"
PAGE = 256
_EVENTS = 'select body from "{table}"'
_PAGES = """
    select page.lines from generate_series(0, (select max(idx) from "{table}"), {page}) start
    cross join lateral (
        select string_agg(body, '\\x0a'::bytea order by idx) as lines
        from "{table}" where idx >= start and idx < start + {page}
    ) page
"""
_HEADER_BYTES = 19
_ROW_BYTES = 6
"""Before the bytes of a row of one column: number of columns (2) and their length (4)."""


@dataclass(frozen=True, slots=True)
class City:
    """One size of a city, filled in."""

    name: str
    url: str
    table: str
    people: int
    events: int


async def measure(ground: Ground) -> list[Figure]:
    """The whole against COPY, and what one event costs in a quarter and in the whole (`--full`: in ten times that)."""
    people, rounds = (city.PEOPLE // 24, 2) if ground.small else (city.PEOPLE, ROUNDS)
    sizes = {"a quarter": people // 4, "whole": people}
    figures: list[Figure] = []
    try:
        filled = {name: _fill(ground, name, size) for name, size in sizes.items()}
        arms: dict[str, Arm] = {f"read {name}": partial(_read, place) for name, place in filled.items()}
        arms |= {f"fold {name}": partial(_fold, place) for name, place in filled.items()}
        found = await interleaved(rounds, arms)
        if ground.full:
            filled["ten times"] = ten = _fill(ground, "ten times", 10 * people)
            found |= await interleaved(
                1, {"read ten times": partial(_read, ten), "fold ten times": partial(_fold, ten)}
            )
        for name, place in filled.items():
            figures.append(_figure(place, found[f"fold {name}"], found[f"read {name}"]))
        figures += _slopes(filled, found)
    finally:
        _drop(ground)
    return figures


def _figure(place: City, fold: Sequence[float], read: Sequence[float]) -> Figure:
    ours, bare, ratio = compared(fold, read)
    return Figure(
        row="refold",
        what=f"{place.name} city-year: {place.people:,} people, {place.events:,} events",
        unit=UNIT,
        ours=ours,
        bare=bare,
        ratio=ratio,
        promise=PROMISE if place.name == "whole" else None,
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
    for body in _rows(place, _EVENTS):
        size += len(body)
        rows += 1
    assert rows == place.events and size > 500 * rows, "every event was read"
    return (time.perf_counter() - began) * 1e6 / place.events


async def _fold(place: City, _round: int) -> float:
    """Microseconds per event of reading and folding."""
    gc.collect()
    gc.disable()  # as offline.assess does: the collector would walk millions of tuples without cycles
    try:
        began = time.perf_counter()
        reader = Reader(EVERYTHING)
        count = read_lines(_lines(place), reader, {})
        result = fold_read(reader, fold_rules(city.YEAR, None, reader.common), year=city.YEAR, cut=EVERYTHING)
        seconds = time.perf_counter() - began
    finally:
        gc.enable()
    assert count == place.events and len(result["persons"]) == place.people, "every event and person was judged"
    return seconds * 1e6 / place.events


def _lines(place: City) -> Iterator[bytes]:
    """The event bytes by index. A row of COPY is a page of lines: one for every event would cost more than the bytes.

    No event holds a line break: canonical JSON writes it as an escape.
    """
    for page in _rows(place, _PAGES):
        yield from page.split(b"\n")


def _rows(place: City, query: str) -> Iterator[bytes]:
    """What a query of one column gives, row by row as psycopg hands it out."""
    statement = f"copy ({query.format(table=place.table, page=PAGE)}) to stdout (format binary)"
    with (
        psycopg.connect(place.url) as connection,
        connection.cursor() as cursor,
        cursor.copy(statement.encode()) as copy,
    ):
        skip = _HEADER_BYTES
        for chunk in copy:
            row = bytes(chunk[skip:])
            skip = 0
            if len(row) > _ROW_BYTES:  # the last one is the end mark
                yield row[_ROW_BYTES:]

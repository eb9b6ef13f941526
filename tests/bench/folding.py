"""A city-year from its table to findings, read in the order of the log and folded person by person.

In this process, or county by county in several.
"""

import gc
import json
import multiprocessing
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg

from contracts.identifiers import stream_name
from services.assessment.fold.fold import COUNTY_DIGITS, EVERYTHING
from services.assessment.fold.one_by_one import OneByOne
from services.assessment.replay.shelf import Shelf
from services.assessment.rules.rules import fold_rules
from tests.bench import city

PAGE = 256
"""A row of COPY is a page of so many events, one per line: a row for each would cost more than its bytes.

No event holds a line break: canonical JSON writes it as an escape.
"""
_PAGES = """
    select page.lines from generate_series(0, (select max(idx) from "{table}"), {page}) start
    cross join lateral (
        select string_agg(body, '\\x0a'::bytea order by idx) as lines
        from "{table}" where idx >= start and idx < start + {page} {of}
    ) page
    where page.lines is not null
"""
_OF_STREAMS = "and stream = any ('{{{streams}}}')"
_POSTINGS = """select body from "{table}" where stream >= 'posting/' and stream < 'posting0'"""
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


@dataclass(frozen=True, slots=True)
class Folded:
    """Number of events read, of people by outcome, of people on the lists of the counties, and the seconds it took."""

    events: int
    outcomes: Counter[str]
    listed: int
    seconds: float


def rows_of(url: str, query: str) -> Iterator[bytes]:
    """What a query of one column gives, row by row as psycopg hands it out."""
    with (
        psycopg.connect(url) as connection,
        connection.cursor() as cursor,
        cursor.copy(f"copy ({query}) to stdout (format binary)".encode()) as copy,
    ):
        skip = _HEADER_BYTES + _ROW_BYTES
        for chunk in copy:
            if len(chunk) > skip:  # the last one is the end mark
                yield bytes(chunk[skip:])
            skip = _ROW_BYTES


def fold_city(place: City, streams: Sequence[str] = ()) -> Folded:
    """Reads and folds the named streams, or all.

    What was found of a person is counted and let go, as a comparison would let it go.
    """
    began = time.perf_counter()
    of = _OF_STREAMS.format(streams=",".join(streams)) if streams else ""
    gc.collect()
    gc.disable()  # as offline.assess does: what is made here has no cycles, and the collector would only walk it
    try:
        with Shelf() as shelf:
            count = shelf.read(rows_of(place.url, _PAGES.format(table=place.table, page=PAGE, of=of)))
            rules = fold_rules(city.YEAR, None, shelf.common)
            passing = OneByOne(rules, shelf.common, year=city.YEAR, cut=EVERYTHING)
            outcomes = Counter(found["outcome"] for _, found in passing.persons(shelf.people()))
        listed = sum(county["quota"]["objects"] for county in passing.counties.values())
        return Folded(count, outcomes, listed, time.perf_counter() - began)
    finally:
        gc.enable()


class Folders:
    """Processes that are there before they are needed, as those of a service. Counties do not depend on each other."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._pool = ProcessPoolExecutor(number, multiprocessing.get_context("spawn"))

    def fold(self, place: City) -> Folded:
        """As :func:`fold_city`: each process reads and folds whole counties, this one adds up what they found."""
        began = time.perf_counter()
        counties: dict[str, set[str]] = {}
        for body in rows_of(place.url, _POSTINGS.format(table=place.table)):
            posting = json.loads(body)["data"]
            streams = counties.setdefault(posting["village"][:COUNTY_DIGITS], set())
            streams.add(stream_name("village", posting["village"]))
            streams.update(stream_name(kind, posting["person"], city.YEAR) for kind in city.KINDS)
        shares: list[list[str]] = [[] for _ in range(self.number)]
        for found in sorted(counties.values(), key=len, reverse=True):
            min(shares, key=len).extend(found)
        parts = [self._pool.submit(fold_city, place, share) for share in shares if share]
        folded = [part.result() for part in parts]
        outcomes = sum((one.outcomes for one in folded), Counter[str]())
        events, listed = sum(one.events for one in folded), sum(one.listed for one in folded)
        return Folded(events, outcomes, listed, time.perf_counter() - began)

    def close(self) -> None:
        self._pool.shutdown()


def megabytes(place: City) -> tuple[float, float]:
    """Resident megabytes at their highest of a process that only folds, and how many of them before it began."""
    command = [sys.executable, "-m", "tests.bench.folding", json.dumps(asdict(place))]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    highest, before = json.loads(told)
    return highest, before


def _highest() -> float:
    """Not getrusage: its figure begins with the size of the process that started this one."""
    said = Path("/proc/self/status").read_text("ascii")
    return int(re.findall(r"VmHWM:\s*(\d+) kB", said)[0]) / 1024


if __name__ == "__main__":
    start = _highest()
    fold_city(City(**json.loads(sys.argv[1])))
    print(json.dumps([_highest(), start]))

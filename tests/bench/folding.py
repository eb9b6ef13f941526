"""A city-year from its table to findings: in this process, or county by county in several."""

import gc
import json
import multiprocessing
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

import psycopg

from contracts.identifiers import stream_name
from services.assessment.fold.fold import COUNTY_DIGITS, EVERYTHING, fold_read
from services.assessment.fold.reading import Reader
from services.assessment.replay.lines import read_stored
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
    """Number of events read, person -> findings, and the seconds until they were there."""

    events: int
    persons: dict[str, Any]
    seconds: float


def rows_of(url: str, query: str) -> Iterator[bytes]:
    """What a query of one column gives, row by row as psycopg hands it out."""
    with (
        psycopg.connect(url) as connection,
        connection.cursor() as cursor,
        cursor.copy(f"copy ({query}) to stdout (format binary)".encode()) as copy,
    ):
        skip = _HEADER_BYTES
        for chunk in copy:
            row = bytes(chunk[skip:])
            skip = 0
            if len(row) > _ROW_BYTES:  # the last one is the end mark
                yield row[_ROW_BYTES:]


def fold_city(place: City, streams: Sequence[str] = ()) -> Folded:
    """Reads and folds the named streams, or all."""
    began = time.perf_counter()
    of = _OF_STREAMS.format(streams=",".join(streams)) if streams else ""
    gc.collect()
    gc.disable()  # as offline.assess does: the collector would walk millions of tuples without cycles
    try:
        reader = Reader(EVERYTHING)
        pages = rows_of(place.url, _PAGES.format(table=place.table, page=PAGE, of=of))
        count = read_stored(pages, reader, {})
        result = fold_read(reader, fold_rules(city.YEAR, None, reader.common), year=city.YEAR, cut=EVERYTHING)
        return Folded(count, result["persons"], time.perf_counter() - began)
    finally:
        gc.enable()


class Folders:
    """Processes that are there before they are needed, as those of a service. Counties do not depend on each other."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._pool = ProcessPoolExecutor(number, multiprocessing.get_context("spawn"))

    def fold(self, place: City) -> Folded:
        """As :func:`fold_city`: each process reads and folds whole counties, this one collects what they found."""
        began = time.perf_counter()
        counties: dict[str, set[str]] = {}
        for body in rows_of(place.url, _POSTINGS.format(table=place.table)):
            posting = json.loads(body)["data"]
            counties.setdefault(posting["village"][:COUNTY_DIGITS], set()).update(
                stream_name(kind, posting["person"], city.YEAR) for kind in ("attendance", "posting")
            )
            counties[posting["village"][:COUNTY_DIGITS]].add(stream_name("village", posting["village"]))
        shares: list[list[str]] = [[] for _ in range(self.number)]
        for streams in sorted(counties.values(), key=len, reverse=True):
            min(shares, key=len).extend(streams)
        parts = [self._pool.submit(fold_city, place, share) for share in shares if share]
        found = [part.result() for part in parts]
        persons = {name: person for folded in found for name, person in folded.persons.items()}
        return Folded(sum(folded.events for folded in found), persons, time.perf_counter() - began)

    def close(self) -> None:
        self._pool.shutdown()

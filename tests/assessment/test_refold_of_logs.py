"""Closed years folded again from the databases of the services, where somebody has been at the rows."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from services.assessment.fold.findings import FoldError
from services.assessment.replay.county_proof import CountyRefold
from services.assessment.replay.refold import refold
from services.assessment.sealed_logs import SealedLogs
from tests.bench import city, city_logs
from tests.bench.city_logs import City

PEOPLE = 12
STREAM = f"attendance/P00000003/{city.YEAR}"
OTHER = f"attendance/P00000004/{city.YEAR}"


@pytest.fixture(scope="module")
def place(postgres_url: str) -> Iterator[City]:
    yield asyncio.run(city_logs.filled("small", postgres_url, PEOPLE))
    city_logs.drop(postgres_url)


@contextmanager
def forged(place: City, statement: str, *values: object) -> Iterator[None]:
    """The statement, of one row, has its effect inside; afterwards everything stands as it stood."""
    with place.connect("attendance") as connection:
        connection.execute("set session_replication_role = replica")
        for table in ("event", "log_index"):
            connection.execute(f"create temp table kept_{table} as select * from ledger.{table}".encode())
        assert connection.execute(statement.encode(), values).rowcount == 1
        try:
            yield
        finally:
            for table in ("event", "log_index"):
                connection.execute(f"delete from ledger.{table}".encode())
                copied = f"insert into ledger.{table} overriding system value select * from kept_{table}"
                connection.execute(copied.encode())


def folded(place: City) -> list[CountyRefold]:
    with SealedLogs(place.settings) as logs:
        return refold(logs, city.YEAR)


def differences(place: City) -> dict[str | None, set[str]]:
    """Who differs, and in what."""
    found = [difference for county in folded(place) for difference in county.differences]
    return {one["person"]: {member["member"] for member in one["differs"]} for one in found}


def test_logs_that_nobody_was_at_come_out_as_they_were_decided(place: City) -> None:
    assert sum(county.determinations for county in folded(place)) == PEOPLE
    assert differences(place) == {}


@pytest.mark.parametrize(
    ("statement", "members"),
    [
        ("delete from ledger.event where stream = %s and version = 100", {"inputs"}),
        ("update ledger.event set stream = 'attendance/P7/2017' where stream = %s and version = 100", {"inputs"}),
        ("delete from ledger.event where stream = %s and version = 1", {"inputs"}),
        (
            "update ledger.event e set body = overlay(body placing 'x'::bytea from 20) where stream = %s"
            " and version = (select max(version) from ledger.event l where l.stream = e.stream)",
            {"manifest"},
        ),
        (
            "delete from ledger.event e where stream = %s"
            " and version = (select max(version) from ledger.event l where l.stream = e.stream)",
            {"inputs", "manifest"},
        ),
    ],
)
def test_what_was_taken_away_or_written_over_is_an_alarm(place: City, statement: str, members: set[str]) -> None:
    with forged(place, statement, STREAM):
        (person, found), *others = differences(place).items()
    assert (person, others) == ("P00000003", [])
    assert members <= found
    assert differences(place) == {}


@pytest.mark.parametrize(
    "statement",
    [
        "update ledger.event set stream = %s, version = 9999 where stream = %s and version = 100",
        "update ledger.event set body = '{' || %s::text::bytea where stream = %s and version = 100",
    ],
)
def test_what_belongs_to_another_stream_stops_the_refold_and_leaves_nothing_open(place: City, statement: str) -> None:
    with forged(place, statement, OTHER, STREAM), pytest.raises(FoldError, match="another stream"):
        folded(place)
    assert differences(place) == {}


def test_whoever_stops_in_the_middle_of_a_log_can_leave(place: City) -> None:
    """An error keeps what was being read alive, so that its connection is still sending when it is closed."""
    with pytest.raises(ValueError, match="enough"), SealedLogs(place.settings) as logs:
        pages = logs.pages()
        streams = logs.streams(place.settings.origin_of("personnel"), "posting", [("P00000003", 99)] * 9)
        assert next(pages) and next(streams)
        raise ValueError("enough")
    assert isinstance(place.connect("attendance"), psycopg.Connection)

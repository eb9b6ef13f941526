"""A year is not final while a monthly sheet is open (Art. 9, 12; W59); on a real PostgreSQL."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from psycopg import AsyncConnection

from contracts.envelope import encode
from contracts.fact import Actor
from contracts.identifiers import Role
from contracts.sheets import (
    MonthlySheetOverdue,
    MonthlySheetReturned,
    MonthlySheetReviewed,
    MonthlySheetSubmitted,
    SheetFact,
)
from services.assessment import refusals as no
from services.assessment.projections import SHEETS, apply_sheets
from services.assessment.queries import MONTHS_POSTED, SHEETS_OF_YEAR
from services.ledger.projection import Delivered, delivered
from services.runtime.directory import DIRECTORY
from tests.assessment.office import VILLAGE, Office, person, shown

ORIGIN = "zhucun.test/attendance"
NOVEMBER = "2017-11"


def sheet(cls: type[SheetFact], **members: Any) -> SheetFact:
    """A fact of the team's November."""
    said: dict[str, Any] = {
        "actor": Actor(person="P000701", role=Role.TEAM_LEADER), "article": "9.4", "ruleset": "kunming-2016-1",
        "place": VILLAGE, "team": "T0001", "month": NOVEMBER,
    }  # fmt: skip
    return cls(**said, **members)


SUBMITTED = sheet(MonthlySheetSubmitted, version=1, digest="a" * 64, date=date(2017, 12, 10), on_time=True)
RETURNED = sheet(MonthlySheetReturned, version=1, date=date(2017, 12, 12), reasons="缺签字")
REVIEWED = sheet(MonthlySheetReviewed, version=1, digest="a" * 64)
OVERDUE = sheet(MonthlySheetOverdue, due_on=date(2017, 12, 15))


def log_of(*facts: SheetFact) -> list[Delivered]:
    found = []
    for index, fact in enumerate(facts):
        event = encode(
            fact, service="attendance", event_id=str(UUID(int=index)), origin=ORIGIN, stream="sheet/T0001/2017-11",
            version=1, prev=None, recorded=datetime(2018, 1, 2, tzinfo=UTC), correlation="c", causation=None,
            salt=lambda: b"0" * 16,
        )  # fmt: skip
        found.append(delivered(ORIGIN, index, event.body, event.leaf))
    return found


@pytest.fixture
async def connection(postgres_url: str) -> AsyncIterator[AsyncConnection[Any]]:
    async with await AsyncConnection.connect(postgres_url) as opened:
        yield opened
        await opened.rollback()


@pytest.mark.parametrize(
    ("facts", "open_"),
    [
        ((), False),
        ((SUBMITTED,), True),
        ((OVERDUE,), True),
        ((SUBMITTED, RETURNED), True),
        ((SUBMITTED, REVIEWED), False),
        ((REVIEWED, OVERDUE), False),
        ((OVERDUE, SUBMITTED, REVIEWED), False),
        ((REVIEWED, SUBMITTED), True),
    ],
)
async def test_a_sheet_is_open_until_it_is_reviewed(
    connection: AsyncConnection[Any], facts: tuple[SheetFact, ...], open_: bool
) -> None:
    async with connection.cursor() as cursor:
        await cursor.execute(b"create schema sheets_test")
        await cursor.execute(b"set search_path = sheets_test, pg_catalog")
        await cursor.execute(SHEETS.ddl.format(schema="sheets_test").encode())
        await apply_sheets(cursor, log_of(*facts))
        for county, year, there in (("530113", "2017", open_), ("530114", "2017", False), ("530113", "2018", False)):
            await cursor.execute(SHEETS_OF_YEAR, {"county": county, "year": year})
            assert any(not reviewed for _, _, reviewed in await cursor.fetchall()) is there


POSTINGS = [
    ("T0001", VILLAGE, "2016-04-20", "2016-06-02"),
    ("T0001", VILLAGE, "2017-11-30", None),
    ("T0002", "530114100201", "2017-01-01", None),
]


@pytest.mark.parametrize(
    ("year", "months"),
    [
        (2016, ["2016-04", "2016-05", "2016-06"]),
        (2017, ["2017-11", "2017-12"]),
        (2015, []),
    ],
)
async def test_every_month_in_which_people_were_posted_needs_a_sheet(
    connection: AsyncConnection[Any], year: int, months: list[str]
) -> None:
    async with connection.cursor() as cursor:
        await cursor.execute(b"create schema months_test")
        await cursor.execute(b"set search_path = months_test, pg_catalog")
        await cursor.execute(DIRECTORY.ddl.format(schema="months_test").encode())
        for number, (team, village, first, last) in enumerate(POSTINGS):
            await cursor.execute(
                "insert into posting values (%s, %s, %s, 'O1', 'city', 'other', %s, %s)",
                (f"P{number}", team, village, first, last),
            )
        effective = date(2016, 4, 27)
        january = max(date(year, 1, 1), effective.replace(day=1))
        bounds = {"first": january, "last": date(year, 12, 1), "effective": effective, "county": "530113"}
        await cursor.execute(MONTHS_POSTED, bounds)
        assert sorted(await cursor.fetchall()) == [("T0001", month) for month in months]


def test_w59_with_the_sheet_of_november_open_in_january_nothing_is_final() -> None:
    done = shown(person(grounds=("D3",)), open_sheets=("T0001 2017-11",))
    assert Office().opened().finalise(done) == no.about(no.SHEETS_OPEN, ["T0001 2017-11"])

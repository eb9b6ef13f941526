"""The view `determinations` on a real PostgreSQL: the latest proposal, and every determination with its own grounds."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from psycopg import AsyncConnection

from contracts.assessment import Grade
from contracts.envelope import encode
from contracts.fact import Fact
from services.assessment.fold.quota import Candidate
from services.assessment.projections import DETERMINATIONS, apply
from services.assessment.queries import read_elsewhere
from services.assessment.year.known import ALONE, Elsewhere
from services.ledger.projection import Delivered, delivered
from tests.assessment.office import COUNTY_OFFICE, OTHER, PERSON, Office, names_of, person, shown

ORIGIN = "zhucun.test/assessment"


def log_of(facts: Sequence[Fact]) -> list[Delivered]:
    """The facts as a sealed log gives them."""
    found = []
    for index, fact in enumerate(facts):
        event = encode(
            fact,
            service="assessment",
            event_id=str(UUID(int=index)),
            origin=ORIGIN,
            stream=type(fact).STREAM.format(**{"year": 2017, **dict(fact)}),
            version=1,
            prev=None,
            recorded=datetime(2018, 1, 20, tzinfo=UTC),
            correlation="c",
            causation=None,
            salt=lambda: b"0" * 16,
        )
        found.append(delivered(ORIGIN, index, event.body, event.leaf))
    return found


@pytest.fixture
async def connection(postgres_url: str) -> AsyncIterator[AsyncConnection[Any]]:
    async with await AsyncConnection.connect(postgres_url) as opened:
        yield opened
        await opened.rollback()


async def rows_after(connection: AsyncConnection[Any], log: list[Delivered], batch: int) -> dict[str, list[Any]]:
    """All rows of the view after the log was applied in batches of that size."""
    schema, found = f"assessment_test_{batch}", {}
    async with connection.cursor() as cursor:
        await cursor.execute(f"create schema {schema}".encode())
        await cursor.execute(f"set search_path = {schema}, pg_catalog".encode())
        await cursor.execute(DETERMINATIONS.ddl.format(schema=schema).encode())
        for start in range(0, len(log), batch):
            await apply(cursor, log[start : start + batch])
        for table in ("county_year", "proposal", "ground", "determination", "dispute", "feedback"):
            await cursor.execute(f"select * from {table} order by 1, 2, 3, 4".encode())
            found[table] = await cursor.fetchall()
    return found


def reissued() -> Office:
    """Finalised 不称职 on D3, and a second time, on corrected facts, 称职."""
    office = Office().opened()
    office.propose(shown(person()), grade=Grade.BASICALLY_COMPETENT)
    office.propose(shown(short := person(grounds=("D3",))), grade=Grade.INCOMPETENT)
    assert isinstance(office.review(shown(short)), list)
    assert isinstance(office.finalise(shown(short)), list)
    names_of(office.feed_back(on=date(2018, 1, 22)))
    names_of(office.dispute(date(2018, 2, 10)))
    names_of(office.propose(shown(corrected := replace(person(), inputs="d" * 64))))
    names_of(office.review(shown(corrected)))
    names_of(office.settle(shown(replace(corrected, outcome="称职", score=8500))))
    return office


@pytest.mark.parametrize("batch", [1, 3, 100])
async def test_a_second_determination_leaves_the_first_and_its_grounds_readable(
    connection: AsyncConnection[Any], batch: int
) -> None:
    rows = await rows_after(connection, log_of(reissued().facts), batch)
    assert [row[3:6] for row in rows["determination"]] == [(1, "不称职", None), (2, "称职", 8500)]
    assert [row[:4] for row in rows["ground"]] == [(PERSON, 2017, 1, "D3")]
    assert [(row[0], row[3], row[4], row[7]) for row in rows["proposal"]] == [(PERSON, "称职", 8500, True)]
    assert [row[:2] + row[3:6] for row in rows["county_year"]] == [("530113", 2017, True, 1, 0)]
    (case,) = rows["dispute"]
    assert (case[2], case[5], case[7], case[8]) == ("YY-1", 1, False, False)
    assert (case[11], case[13], case[14]) == (COUNTY_OFFICE.person, False, 2), "who decided, and what holds since"
    assert [(row[2], row[4], row[6]) for row in rows["feedback"]] == [(1, "O0001", None)]


async def test_the_other_counties_are_known_as_far_as_they_have_come(connection: AsyncConnection[Any]) -> None:
    """What a line over the whole city is drawn from (A59): people listed, and 优秀 upheld by the county office."""
    best, waiting = person(), person(OTHER)
    office = Office().opened(listed=(PERSON, OTHER))
    known = shown(best, waiting)
    for name in (PERSON, OTHER):
        names_of(office.propose(known, name, Grade.EXCELLENT))
    names_of(office.review(known, PERSON))
    await rows_after(connection, log_of(office.facts), 100)
    async with connection.cursor() as cursor:
        found = await read_elsewhere(cursor, "530114", 2017)
        own = await read_elsewhere(cursor, "530113", 2017)
    assert found == Elsewhere(2, (Candidate(PERSON, 8500, 230, 0),), (("530113", False),))
    assert own == ALONE

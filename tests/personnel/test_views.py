"""The view `staffing` on a real PostgreSQL: strength of teams and replacements under way, in any batches."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from psycopg import AsyncConnection

from contracts.assessment import AssessmentFinalised, FindingOutcome, FindingRecorded
from contracts.envelope import encode
from contracts.example import example_fact
from services.ledger.projection import Delivered, delivered
from services.personnel import commands as cmd
from services.personnel import queries
from services.personnel.projections import STAFFING, apply
from services.personnel.teams.dating import term_ends_on
from services.personnel.term import queries as term_queries
from services.personnel.term.projection import STANDING, TERMS
from tests.personnel.registry import (
    COUNTY,
    OTHER_VILLAGE,
    PAPERS,
    TEAM,
    TOWNSHIP,
    TOWNSHIP_OFFICE,
    VILLAGE,
    Registry,
    member,
    person,
    six_strong,
)

ORIGIN = "zhucun.test/personnel"


def log_of(registry: Registry) -> list[Delivered]:
    """What was recorded, as a sealed log gives it."""
    found = []
    for index, emit in enumerate(registry.emits):
        event = encode(
            emit.fact,
            service="personnel",
            event_id=str(UUID(int=index)),
            origin=ORIGIN,
            stream=emit.stream,
            version=1,
            prev=None,
            recorded=datetime(2017, 3, 1, tzinfo=UTC),
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


async def shown(connection: AsyncConnection[Any], log: list[Delivered], batch: int = 3) -> dict[str, Any]:
    """What the queries say after the log was applied in batches of that size."""
    schema = f"personnel_test_{batch}"
    async with connection.cursor() as cursor:
        await cursor.execute(f"create schema {schema}".encode())
        await cursor.execute(f"set search_path = {schema}, pg_catalog".encode())
        await cursor.execute(STAFFING.ddl.format(schema=schema).encode())
        for start in range(0, len(log), batch):
            await apply(cursor, log[start : start + batch])
        return {
            "all": await queries.strength(cursor, COUNTY),
            "weak": await queries.strength(cursor, TOWNSHIP, weak=True),
            "elsewhere": await queries.strength(cursor, OTHER_VILLAGE[:9]),
            "at_township": await queries.forced(cursor, "township", COUNTY, 10),
            "at_county": await queries.forced(cursor, "county", COUNTY, 10),
        }


async def test_a_team_of_six_is_shown_and_not_among_the_weak(connection: AsyncConnection[Any]) -> None:
    seen = await shown(connection, log_of(six_strong()))
    assert [(row["team"], row["village"], row["strength"], row["weak_since"]) for row in seen["all"]] == [
        (TEAM, VILLAGE, 6, None)
    ]
    assert (seen["weak"], seen["elsewhere"]) == ([], [])


async def test_a_weak_team_is_weak_since_the_first_loss_until_it_is_restored(connection: AsyncConnection[Any]) -> None:
    registry = six_strong()
    registry.end(6, date(2017, 2, 1))
    registry.end(5, date(2017, 2, 10))
    registry.assign(7, date(2017, 2, 20))
    seen = await shown(connection, log_of(registry))
    assert [(row["strength"], row["weak_since"]) for row in seen["weak"]] == [(5, date(2017, 2, 1))]
    registry.assign(8, date(2017, 2, 25))
    seen = await shown(connection, log_of(registry), batch=2)
    assert (seen["weak"], seen["all"][0]["strength"]) == ([], 6)


async def test_a_forced_replacement_waits_for_the_next_level_until_it_is_decided(
    connection: AsyncConnection[Any],
) -> None:
    registry = six_strong()
    registry.misconduct()
    registry.educate()
    registry.not_corrected()
    registry.request()
    seen = await shown(connection, log_of(registry), 1)
    assert [(row["person"], row["village"]) for row in seen["at_township"]] == [(person(2), VILLAGE)]
    registry.escalate()
    seen = await shown(connection, log_of(registry), 2)
    assert (seen["at_township"], [row["person"] for row in seen["at_county"]]) == ([], [person(2)])
    registry.force()
    seen = await shown(connection, log_of(registry), 4)
    assert (seen["at_township"], seen["at_county"]) == ([], [])


async def test_the_rows_are_the_same_however_the_log_is_cut_into_batches(connection: AsyncConnection[Any]) -> None:
    registry = six_strong()
    registry.end(6)
    registry.misconduct()
    registry.educate()
    registry.not_corrected()
    registry.request()
    log = log_of(registry)
    whole = await shown(connection, log, len(log))
    for batch in (1, 2, 5):
        assert await shown(connection, log, batch) == whole


async def test_a_year_under_two_units_counts_for_each_in_proportion_and_others_are_named(
    connection: AsyncConnection[Any],
) -> None:
    registry = six_strong()
    registry.today = date(2017, 12, 31)
    registry.end(2, date(2017, 6, 30))
    second = member(2).model_copy(update={"unit": "O0002"})
    arrived = cmd.AssignMember(team=TEAM, member=second, starts_on=date(2017, 7, 1), because=PAPERS)
    assert isinstance(registry.when(arrived, TOWNSHIP_OFFICE), list)
    registry.end(3, date(2017, 3, 31))
    days = {"on_post": 300, "posted_days": 365}
    counted = (FindingRecorded(article="9.2", outcome=FindingOutcome.MET, values=days),)
    changes = {"person": person(2), "year": 2017, "findings": counted}
    determined = example_fact(AssessmentFinalised.type()).model_copy(update=changes)
    event = encode(
        determined,
        service="assessment",
        event_id=str(UUID(int=9)),
        origin="zhucun.test/assessment",
        stream="assessment/x",
        version=1,
        prev=None,
        recorded=datetime(2018, 1, 2, tzinfo=UTC),
        correlation="c",
        causation=None,
        salt=lambda: b"0" * 16,
    )
    log = [*log_of(registry), delivered("zhucun.test/assessment", 0, event.body, event.leaf)]
    async with connection.cursor() as cursor:
        await cursor.execute("create schema card; set search_path = card, pg_catalog")
        await cursor.execute(STANDING.ddl.format(schema="card").encode())
        await STANDING.apply(cursor, log)
        cards = {unit: await term_queries.scorecard(cursor, unit, 2017) for unit in ("O0001", "O0002")}
        left_out = await term_queries.left_out(cursor, "O0001", 2017, 183)
    shares = {unit: (card["on_post_days"], card["counted_days"], card["shared"]) for unit, card in cards.items()}
    assert shares == {"O0001": (300 * 181 // 365, 181, 1), "O0002": (300 * 184 // 365, 184, 1)}
    assert (cards["O0001"]["left_out"], cards["O0002"]["left_out"]) == (5, 0)
    assert {row["person"]: row["reason"] for row in left_out} == {
        person(number): "under_half_year" if number == 3 else "not_determined" for number in (1, 3, 4, 5, 6)
    }
    assert cards["O0001"]["posted_days"] == 4 * 365 + 181 + 90


async def test_a_term_runs_through_moves_and_begins_anew_after_a_gap(connection: AsyncConnection[Any]) -> None:
    registry = six_strong()
    registry.end(3, date(2017, 2, 1))
    registry.assign(3, date(2017, 2, 10))
    registry.end(4, date(2017, 2, 9))
    registry.assign(4, date(2017, 2, 10))
    async with connection.cursor() as cursor:
        await cursor.execute("create schema terms; set search_path = terms, pg_catalog")
        await cursor.execute(TERMS.ddl.format(schema="terms").encode())
        await TERMS.apply(cursor, log_of(registry))
        found = await term_queries.terms(cursor, COUNTY, 24, None, 10)
        unsaid = await term_queries.terms_unsaid(cursor, date(2018, 12, 31), 24)
        early = await term_queries.terms_unsaid(cursor, date(2018, 12, 30), 24)
        due = {row["person"]: (row["since"], row["due_on"]) for row in found}
        for row in found:
            since = registry.career(int(row["person"][1:]))
            active = since.active()
            assert active is not None
            assert row["due_on"] == term_ends_on(since.unbroken_since(active), 24), "as the decision says it"
    assert due[person(3)] == (date(2017, 2, 10), date(2019, 2, 9))
    assert due[person(4)] == (date(2017, 1, 1), date(2018, 12, 31))
    assert ([row["person"] for row in unsaid], early) == ([person(number) for number in (1, 2, 4, 5, 6)], [])

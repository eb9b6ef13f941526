"""Every view of personnel gives the same rows however its logs are cut into batches and interleaved."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from psycopg import AsyncConnection

from contracts.assessment import AssessmentFinalised, FindingOutcome, FindingRecorded
from contracts.envelope import encode
from contracts.example import example_fact
from contracts.identifiers import stream_name
from contracts.personnel import EVENTS, EndingCause, WithdrawalWish
from contracts.refusals import Code, CommandRefused
from services.ledger.projection import Delivered, Projection, delivered
from services.personnel.projections import PROJECTIONS
from tests.personnel.registry import UNIT, VILLAGE, person, six_strong
from tests.personnel.test_selection import Selection
from tests.personnel.test_term import leave
from tests.personnel.test_views import ORIGIN, log_of
from tests.personnel.test_work import log, report, with_assigned_unit

ASSESSMENT = "zhucun.test/assessment"


def lives() -> list[Delivered]:
    """People come and go in every way, report, and are selected; then a unit asks for its own work."""
    registry = with_assigned_unit(six_strong())
    report(registry)
    report(registry, "2017-03")
    log(registry)
    registry.agreed(2, WithdrawalWish.REPLACEMENT, "1")
    registry.ask_withdrawal(3, "R9")
    registry.replace()
    registry.misconduct(4)
    registry.educate(4)
    registry.not_corrected(4)
    registry.request(4)
    registry.escalate(4)
    registry.today = date(2018, 1, 2)
    registry.end(5, date(2017, 12, 31), EndingCause.TERM)
    leave(registry, 5)
    registry.end(1, date(2017, 12, 31), EndingCause.ILLNESS)
    selection = Selection()
    selection.nominate()
    selection.attest()
    selection.screen()
    selection.confirm()
    registry.emits += selection.emits[1:]
    known = log_of(registry)
    return known + _refusal(len(known)) + _occasions(len(known) + 1)


def _refusal(index: int) -> list[Delivered]:
    attempt = CommandRefused(
        actor=UNIT,
        article="8",
        ruleset="kunming-2016-1",
        place=VILLAGE,
        command="request-withdrawal",
        code=Code.NO_CITY_APPROVAL,
        target="posting/P000002/*",
        refused_article="8",
    )
    return [_delivered(attempt, index, stream_name("refusal", UNIT.person, 2018), "personnel", ORIGIN)]


_OCCASIONS = {"TrainingHeld", "TrainerSupported", "MeetingHeld", "SecondmentDetected", "ChiefCaptainAppointed"}


def _occasions(first: int) -> list[Delivered]:
    """One of some events that nobody above brings about, as its example."""
    found = [event for event in EVENTS if event.NAME in _OCCASIONS]
    return [
        _delivered(example_fact(event.type()), first + number, f"example/{event.NAME}", "personnel", ORIGIN)
        for number, event in enumerate(found)
    ]


def determinations() -> list[Delivered]:
    fact = example_fact(AssessmentFinalised.type())
    counted = (FindingRecorded(article="9.2", outcome=FindingOutcome.MET, values={"on_post": 205}),)
    changes: Sequence[dict[str, Any]] = (
        {"person": person(2), "outcome": "不称职", "determination": 1},
        {"person": person(3), "outcome": "优秀", "determination": 1, "findings": counted},
        {"person": person(2), "outcome": "称职", "determination": 2, "findings": counted},
    )
    return [
        _delivered(fact.model_copy(update={"year": 2017, **change}), index, "assessment/x", "assessment", ASSESSMENT)
        for index, change in enumerate(changes)
    ]


def _delivered(fact: Any, index: int, stream: str, service: str, origin: str) -> Delivered:
    event = encode(
        fact,
        service=service,
        event_id=str(UUID(int=1_000_000 + index)),
        origin=origin,
        stream=stream,
        version=1,
        prev=None,
        recorded=datetime(2018, 1, 2, tzinfo=UTC),
        correlation="c",
        causation=None,
        salt=lambda: b"0" * 16,
    )
    return delivered(origin, index, event.body, event.leaf)


@pytest.fixture
async def connection(postgres_url: str) -> AsyncIterator[AsyncConnection[Any]]:
    async with await AsyncConnection.connect(postgres_url) as opened:
        yield opened
        await opened.rollback()


async def rows(
    connection: AsyncConnection[Any], view: Projection, batches: list[list[Delivered]], name: str
) -> dict[str, list[str]]:
    """All rows of all tables of the view, as text in order."""
    async with connection.cursor() as cursor:
        await cursor.execute(f"create schema {name}".encode())
        await cursor.execute(f"set search_path = {name}, pg_catalog".encode())
        await cursor.execute(view.ddl.format(schema=name).encode())
        for batch in batches:
            await view.apply(cursor, batch)
        await cursor.execute("select tablename from pg_tables where schemaname = %s order by 1", (name,))
        found = {}
        for (table,) in await cursor.fetchall():
            await cursor.execute(f'select t::text from "{table}" t order by 1'.encode())
            found[table] = [row[0] for row in await cursor.fetchall()]
        return found


def cut(events: list[Delivered], size: int) -> list[list[Delivered]]:
    return [events[start : start + size] for start in range(0, len(events), size)]


@pytest.mark.parametrize("view", PROJECTIONS, ids=lambda view: view.name)
async def test_rows_do_not_depend_on_batches_nor_on_how_the_logs_interleave(
    connection: AsyncConnection[Any], view: Projection
) -> None:
    own, other = lives(), determinations() if "assessment" in view.sources else []
    whole = await rows(connection, view, [own, other], f"{view.name}_whole")
    assert any(whole.values())
    singly = [*cut(other, 1), *cut(own, 1)]
    assert await rows(connection, view, singly, f"{view.name}_singly") == whole
    threes = [batch for pair in zip(cut(own, 7), [*cut(other, 1), *[[]] * 99], strict=False) for batch in pair]
    assert await rows(connection, view, threes, f"{view.name}_mixed") == whole


def test_the_lives_fill_what_the_views_show() -> None:
    """So that the comparison above is about something."""
    names = {event.type.split(".")[2] for event in lives()}
    wanted = {
        "MemberReplaced",
        "WithdrawalRequested",
        "ReplacementEscalated",
        "GrassrootsExperienceCredited",
        "CompensatoryLeaveGranted",
        "MonthlyReportDelivered",
        "WorkLogRecorded",
        "MemberDispatched",
        "LeaderVacancyDetected",
        "TrainingHeld",
        "SecondmentDetected",
    }
    assert wanted <= names

"""The view `register` on a real PostgreSQL: the same rows in any interleaving, and the days that the fold sees."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from psycopg import AsyncConnection

from contracts.attendance import DayStatus, Level, SpotCheckFinding
from services.assessment.fold.civil import cut_at
from services.assessment.fold.fold import fold
from services.assessment.rules import rules
from services.attendance import commands as cmd
from services.attendance import queries, waiting
from services.attendance.projections import apply
from services.ledger.projection import Delivered
from tests.attendance.logs import (
    attendance_log,
    build,
    parsed,
    personnel_log,
    posted,
    postings,
    rows,
    seconded,
    trained,
)
from tests.attendance.office import (
    BY_COMMITTEE,
    BY_COUNTY,
    BY_KIOSK,
    BY_LEADER,
    BY_MEMBER,
    BY_TOWNSHIP,
    LEADER,
    MEMBER,
    NEIGHBOUR,
    PARAMETERS,
    TEAM,
    TOWNSHIP,
    VILLAGE,
    Office,
    at,
    check_in,
    days,
    granted_leave,
    leave,
    travel,
)
from tests.attendance.test_state_property import STEPS, Step, run

RULES = PARAMETERS.at(date(2017, 1, 1))
TOMORROW = timedelta(days=1)


@pytest.fixture
async def connection(postgres_url: str) -> AsyncIterator[AsyncConnection[Any]]:
    async with await AsyncConnection.connect(postgres_url) as opened:
        yield opened
        await opened.rollback()


def folded(events: list[Delivered], year: int, now: datetime) -> dict[str, Any]:
    """The year by the assessment's fold, as of the same instant."""
    used = rules.fold_rules(year, {}, ())
    persons: dict[str, Any] = fold(parsed(events), used, year=year, cut=cut_at(now.isoformat()))["persons"]
    return persons


async def assert_days_agree(
    connection: AsyncConnection[Any], events: list[Delivered], year: int, now: datetime
) -> None:
    """Every status of every posted day, and every sum, is what the fold says."""
    window = queries.window_of(year, now, RULES)
    expected = folded(events, year, now)
    async with connection.cursor() as cursor:
        sums = await queries.sums_of(cursor, postings(), window, RULES)
        for person in (MEMBER, LEADER):
            shown = await queries.days_of(cursor, postings(person), window, RULES)
            assert {row["date"].isoformat(): row["status"] for row in shown} == expected[person]["days"], person
            for name in ("on_post_days", "leave_days", "absences"):
                assert sums.get(person, {}).get(name, 0) == expected[person][name], (person, name)


def present(office: Office, first: date, last: date) -> None:
    """Daily check-ins of the member, carried by the kiosk in the evening."""
    for day in days(first, last):
        office.now = at(day, 19)
        office.when(check_in(day), BY_KIOSK)


STAFF = [posted(MEMBER), posted(LEADER)]


async def absences_of(connection: AsyncConnection[Any], office: Office, first: date, last: date) -> int:
    """Absent days of the member between two dates, with the fold's agreement for the whole year."""
    people = personnel_log(STAFF)
    log = attendance_log(office)
    await build(connection, [people, log])
    now = at(date(2017, 2, 1))
    await assert_days_agree(connection, people + log, first.year, now)
    async with connection.cursor() as cursor:
        shown = await queries.days_of(cursor, postings(MEMBER), queries.window_of(first.year, now, RULES), RULES)
    return sum(row["status"] == "ABSENT" for row in shown if first <= row["date"] <= last)


async def test_w15_whoever_overstays_is_absent_from_the_day_after(connection: AsyncConnection[Any]) -> None:
    office = Office(at(date(2016, 7, 28)))
    granted_leave(office, date(2016, 8, 1), date(2016, 8, 5))
    present(office, date(2016, 8, 29), date(2016, 8, 31))
    assert await absences_of(connection, office, date(2016, 8, 1), date(2016, 8, 31)) == 15


async def test_w17_an_extension_by_both_levels_covers_the_days(connection: AsyncConnection[Any]) -> None:
    office = Office(at(date(2016, 7, 28)))
    granted_leave(office, date(2016, 8, 1), date(2016, 8, 5))
    office.now = at(date(2016, 8, 4))
    office.when(cmd.ExtendLeave(person=MEMBER, leave="L1", ends_on=date(2016, 8, 26)), BY_MEMBER)
    for by in (BY_LEADER, BY_TOWNSHIP):
        office.when(cmd.ApproveExtension(person=MEMBER, leave="L1"), by)
    present(office, date(2016, 8, 29), date(2016, 8, 31))
    assert await absences_of(connection, office, date(2016, 8, 1), date(2016, 8, 31)) == 0


async def test_w18_make_up_workdays_count_and_the_holiday_does_not(connection: AsyncConnection[Any]) -> None:
    office = Office(at(date(2016, 9, 29)))
    present(office, date(2016, 9, 28), date(2016, 9, 29))
    present(office, date(2016, 10, 17), date(2016, 10, 18))
    assert await absences_of(connection, office, date(2016, 9, 30), date(2016, 10, 16)) == 8


async def test_w31_leave_with_the_leaders_word_alone_is_absence(connection: AsyncConnection[Any]) -> None:
    office = Office(at(date(2016, 7, 1)))
    office.when(leave(date(2016, 7, 4), date(2016, 7, 8)), BY_MEMBER)
    office.when(cmd.ApproveLeave(person=MEMBER, leave="L1"), BY_LEADER)
    assert await absences_of(connection, office, date(2016, 7, 4), date(2016, 7, 8)) == 5


async def test_w34_a_late_closing_is_a_fault_note_and_no_absence(connection: AsyncConnection[Any]) -> None:
    office = Office(at(date(2016, 7, 1)))
    granted_leave(office, date(2016, 7, 4), date(2016, 7, 8))
    present(office, date(2016, 7, 11), date(2016, 7, 18))
    office.when(cmd.CloseLeave(person=MEMBER, leave="L1", returned_on=date(2016, 7, 11)), BY_MEMBER)
    assert await absences_of(connection, office, date(2016, 7, 4), date(2016, 7, 18)) == 0
    assert queries.close_by(date(2016, 7, 8), 1) == date(2016, 7, 11)


async def test_w35_a_conflict_stays_leave_until_the_leave_is_shortened(connection: AsyncConnection[Any]) -> None:
    office = Office(at(date(2016, 7, 1)))
    granted_leave(office, date(2016, 7, 4), date(2016, 7, 8))
    present(office, date(2016, 7, 6), date(2016, 7, 6))
    people = personnel_log(STAFF)
    window = queries.window_of(2016, at(date(2016, 8, 1)), RULES)
    for shortened, expected, conflict in ((False, "LEAVE", True), (True, "ONPOST", False)):
        if shortened:
            office.when(cmd.ShortenLeave(person=MEMBER, leave="L1", ends_on=date(2016, 7, 5)), BY_MEMBER)
        await build(connection, [people, attendance_log(office)], f"reg_{shortened}".lower())
        async with connection.cursor() as cursor:
            shown = await queries.days_of(cursor, postings(MEMBER), window, RULES)
        (day,) = (row for row in shown if row["date"] == date(2016, 7, 6))
        assert (day["status"], day["leave_conflict"]) == (expected, conflict)


def a_busy_winter() -> tuple[Office, list[Delivered]]:
    """Every sort of day around New Year 2017, for the member; the leader has no record at all."""
    office = Office(at(date(2016, 12, 1)))
    present(office, date(2016, 12, 1), date(2016, 12, 14))
    granted_leave(office, date(2016, 12, 15), date(2016, 12, 16))
    office.now = at(date(2016, 12, 18))
    office.when(travel(date(2016, 12, 19), date(2016, 12, 23)), BY_MEMBER)
    office.when(cmd.ApproveTravel(person=MEMBER, travel="X1"), BY_LEADER)
    office.now = at(date(2016, 12, 22))
    office.when(cmd.CloseTravel(person=MEMBER, travel="X1", last_day=date(2016, 12, 21)), BY_MEMBER)
    office.when(travel(date(2016, 12, 26), date(2016, 12, 26), travel="X2"), BY_MEMBER)
    office.when(check_in(date(2016, 12, 22), record="two", village=NEIGHBOUR), BY_KIOSK)
    absent = cmd.Finding(person=MEMBER, finding=SpotCheckFinding.ABSENT)
    office.now = at(date(2016, 12, 25))
    office.when(cmd.RecordSpotCheck(check="C1", team=TEAM, date=date(2016, 12, 5), findings=(absent,)), BY_COUNTY)
    office.when(
        cmd.VoidCheckIn(person=MEMBER, date=date(2016, 12, 6), voids=office.recorded[5].id, reason="代签"), BY_TOWNSHIP
    )
    ruling = {"person": MEMBER, "starts_on": date(2016, 12, 5), "ends_on": date(2016, 12, 6), "reason": "病"}
    office.when(cmd.JustifyAbsence.model_validate({**ruling, "evidence": ("a" * 64,)}), BY_COMMITTEE)
    office.when(cmd.RejectJustification.model_validate({**ruling, "starts_on": date(2016, 12, 6)}), BY_COMMITTEE)
    for status in (DayStatus.ABSENT, DayStatus.TRAVEL):
        office.when(cmd.CorrectDay(person=MEMBER, date=date(2016, 12, 7), status=status, reason="x"), BY_TOWNSHIP)
    present(office, date(2016, 12, 30), date(2017, 1, 3))
    office.now = at(date(2017, 1, 5))
    office.when(cmd.RecordAbsence(person=MEMBER, date=date(2017, 1, 4)), BY_LEADER)
    people = personnel_log(
        [
            *STAFF,
            trained(MEMBER, date(2016, 12, 26), date(2016, 12, 27)),
            *seconded(MEMBER, date(2016, 12, 12), date(2016, 12, 13)),
        ]
    )
    return office, people


async def test_every_sort_of_day_is_what_the_fold_says(connection: AsyncConnection[Any]) -> None:
    office, people = a_busy_winter()
    log = attendance_log(office)
    await build(connection, [people, log])
    now = at(date(2017, 1, 6))
    await assert_days_agree(connection, people + log, 2016, now)
    await assert_days_agree(connection, people + log, 2017, now)
    async with connection.cursor() as cursor:
        sums = (await queries.sums_of(cursor, postings(), queries.window_of(2016, now, RULES), RULES))[MEMBER]
    named = ("travel_days", "training_days", "seconded_days", "leave_days", "excused_days", "two_village_days")
    assert {name: sums[name] for name in named} == {
        "travel_days": 4,
        "training_days": 2,
        "seconded_days": 2,
        "leave_days": 2,
        "excused_days": 1,
        "two_village_days": 0,
    }


@pytest.mark.parametrize(("hour", "expected"), [(23, "PENDING"), (24, "ABSENT")])
async def test_a_day_without_record_is_pending_for_72_hours(
    connection: AsyncConnection[Any], hour: int, expected: str
) -> None:
    people = personnel_log(STAFF)
    await build(connection, [people])
    now = at(date(2017, 3, 4), 0) + timedelta(hours=hour)
    await assert_days_agree(connection, people, 2017, now)
    async with connection.cursor() as cursor:
        shown = await queries.days_of(cursor, postings(MEMBER), queries.window_of(2017, now, RULES), RULES)
    assert {row["status"] for row in shown if row["date"] == date(2017, 3, 1)} == {expected}


async def test_the_rows_do_not_depend_on_batches_or_on_the_interleaving_of_logs(
    connection: AsyncConnection[Any],
) -> None:
    office, people = a_busy_winter()
    log = attendance_log(office)
    orders = {
        "one": [people, log],
        "two": [log, people],
        "three": [log[:7], people[:3], log[7:20], people[3:], log[20:]],
        "four": [[event] for event in (*log[:30], *people, *log[30:])],
    }
    found = []
    for schema, batches in orders.items():
        await build(connection, batches, schema)
        async with connection.cursor() as cursor:
            found.append(await rows(cursor))
    assert all(shown == found[0] for shown in found)
    assert sum(len(table) for table in found[0].values()) > 30


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_whatever_is_recorded_the_days_are_those_of_the_fold(postgres_url: str, steps: list[Step]) -> None:
    *_, (office, _) = run(steps)
    people = personnel_log([*STAFF, trained(MEMBER, date(2016, 12, 28), date(2016, 12, 29))])
    log = attendance_log(office)

    async def compare() -> None:
        async with await AsyncConnection.connect(postgres_url) as connection:
            await build(connection, [people, log])
            for year in (2016, 2017):
                await assert_days_agree(connection, people + log, year, office.now + TOMORROW)
            await connection.rollback()

    asyncio.run(compare())


async def test_what_waits_is_listed_at_the_level_whose_turn_it_is(connection: AsyncConnection[Any]) -> None:
    office = Office(at(date(2017, 3, 1)))
    first = date(2017, 3, 2)
    office.when(leave(first, first), BY_MEMBER)
    office.when(leave(first, first, LEADER, leave="L9"), BY_LEADER)
    office.when(travel(first, first), BY_MEMBER)

    async def seen(level: Level, led: list[str] | None = None) -> list[tuple[str, str]]:
        async with connection.cursor() as cursor:
            found = await waiting.for_approval(cursor, level, TOWNSHIP, [VILLAGE] if led is None else led)
        return [(row["command"], row["person"]) for row in found]

    await build(connection, [attendance_log(office)], "first")
    assert await seen(Level.LEADER) == [("approve-leave", MEMBER), ("approve-travel", MEMBER)]
    assert await seen(Level.TOWNSHIP) == [("approve-leave", LEADER)]
    assert await seen(Level.COUNTY) == []
    assert await seen(Level.LEADER, led=[]) == []
    assert len(await seen(Level.TOWNSHIP, led=[])) == 3
    office.when(cmd.ApproveLeave(person=MEMBER, leave="L1"), BY_LEADER)
    office.when(cmd.ApproveLeave(person=LEADER, leave="L9"), BY_TOWNSHIP)
    await build(connection, [attendance_log(office)], "second")
    assert await seen(Level.TOWNSHIP) == [("approve-leave", MEMBER)]
    assert await seen(Level.COUNTY) == [("approve-leave", LEADER)]
    office.when(cmd.ApproveLeave(person=MEMBER, leave="L1"), BY_TOWNSHIP)
    office.now += TOMORROW
    office.when(cmd.ExtendLeave(person=MEMBER, leave="L1", ends_on=first + TOMORROW), BY_MEMBER)
    await build(connection, [attendance_log(office)], "third")
    assert await seen(Level.LEADER) == [("approve-travel", MEMBER), ("approve-extension", MEMBER)]
    async with connection.cursor() as cursor:
        own = await waiting.told(cursor, waiting.Told(MEMBER, (), ()), "2017-02-01T00:00:00.000000Z")
        village = await waiting.told(cursor, waiting.Told("P000099", [VILLAGE], ()), "2017-02-01T00:00:00.000000Z")
        unit = await waiting.told(cursor, waiting.Told("P000099", (), [MEMBER]), "2017-03-02T00:00:00.000000Z")
    assert [(row["what"], row["person"]) for row in own] == [("granted", MEMBER)]
    assert own == village
    assert unit == []


async def test_a_fact_that_the_view_does_not_know_stops_it(connection: AsyncConnection[Any]) -> None:
    office = Office(at(date(2017, 3, 1)))
    office.when(check_in(date(2017, 3, 1)), BY_KIOSK)
    (known,) = attendance_log(office)
    await build(connection, [])
    for kind in ("zhucun.attendance.CheckedIn.v2", "zhucun.personnel.TrainingAttended.v2"):
        async with connection.cursor() as cursor:
            with pytest.raises(ValueError, match="unknown to the view"):
                await apply(cursor, [replace(known, type=kind)])

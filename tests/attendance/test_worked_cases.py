"""W10-W24 as attendance itself counts them, from commands: runs and totals of absence (Art. 15.4)."""

from datetime import date

import pytest

from contracts.attendance import DayStatus, SpotCheckFinding
from services.attendance import commands as cmd
from services.attendance.known import Elsewhere
from services.attendance.register.statuses import Day, frame_at
from services.attendance.year.runs import open_run, runs, statuses
from tests.attendance.office import (
    BY_COMMITTEE,
    BY_COUNTY,
    BY_KIOSK,
    BY_LEADER,
    BY_MEMBER,
    BY_TOWNSHIP,
    MEMBER,
    PAPERS,
    PARAMETERS,
    TEAM,
    Office,
    at,
    check_in,
    code_of,
    days,
    granted_leave,
    leave,
    names_of,
)

Span = tuple[date, date]
RULES = PARAMETERS.at(date(2017, 1, 1))


def year_of(*away: Span, first: date = date(2016, 5, 1), last: date = date(2016, 12, 31)) -> Office:
    """Present on every duty day but those."""
    office = Office(at(first))
    duty = office.known.calendars
    for day in days(first, last):
        office.now = at(day, 19)
        gone = any(start <= day <= end for start, end in away)
        if not gone and duty[day.year].is_duty_day(day):
            office.when(check_in(day), BY_KIOSK)
    return office


def seen(office: Office, first: date = date(2016, 5, 1), last: date = date(2016, 12, 31)) -> list[Day]:
    frame = frame_at(at(date(2017, 3, 1)), office.known.calendars, RULES)
    return statuses(office.register(), Elsewhere(), office.known.posts[MEMBER], first, last, frame)


def lengths(office: Office, first: date = date(2016, 5, 1), last: date = date(2016, 12, 31)) -> list[int]:
    return [len(run) for run in runs(seen(office, first, last))]


@pytest.mark.parametrize(
    ("case", "away", "expected"),
    [
        ("W11", [(date(2016, 6, 13), date(2016, 7, 3))], [15]),
        ("W12", [(date(2016, 6, 13), date(2016, 7, 4))], [16]),
        (
            "W13",
            [
                (date(2016, 5, 3), date(2016, 5, 16)),
                (date(2016, 7, 4), date(2016, 7, 15)),
                (date(2016, 8, 1), date(2016, 8, 12)),
            ],
            [10, 10, 10],
        ),
        (
            "W14",
            [
                (date(2016, 5, 3), date(2016, 5, 16)),
                (date(2016, 7, 4), date(2016, 7, 15)),
                (date(2016, 8, 1), date(2016, 8, 15)),
            ],
            [10, 10, 11],
        ),
        ("W18", [(date(2016, 9, 30), date(2016, 10, 16))], [8]),
    ],
)
def test_runs_of_duty_days(case: str, away: list[Span], expected: list[int]) -> None:
    assert lengths(year_of(*away)) == expected, case


def test_w10_days_voided_by_spot_checks_are_absent() -> None:
    office = year_of(last=date(2016, 6, 30))
    found = cmd.Finding(person=MEMBER, finding=SpotCheckFinding.ABSENT)
    for day in days(date(2016, 6, 13), date(2016, 6, 24)):
        office.when(cmd.RecordSpotCheck(check=f"C{day}", team=TEAM, date=day, findings=(found,)), BY_COUNTY)
    statuses_found = [day.status for day in seen(office, last=date(2016, 6, 30))]
    assert statuses_found.count(DayStatus.ABSENT) == 10
    assert lengths(office, last=date(2016, 6, 30)) == [10]


@pytest.mark.parametrize(
    ("case", "back", "expected"), [("W15", date(2016, 8, 28), [15]), ("W16", date(2016, 8, 29), [16])]
)
def test_whoever_overstays_is_absent_until_he_is_seen(case: str, back: date, expected: list[int]) -> None:
    office = year_of((date(2016, 8, 1), back))
    office.now = at(date(2016, 7, 28))
    granted_leave(office, date(2016, 8, 1), date(2016, 8, 5))
    assert lengths(office) == expected, case


def test_w17_an_extension_granted_in_time_leaves_no_absence() -> None:
    office = year_of((date(2016, 8, 1), date(2016, 8, 28)))
    office.now = at(date(2016, 7, 28))
    granted_leave(office, date(2016, 8, 1), date(2016, 8, 5))
    office.now = at(date(2016, 8, 4))
    extension = cmd.ApproveExtension(person=MEMBER, leave="L1")
    office.when(cmd.ExtendLeave(person=MEMBER, leave="L1", ends_on=date(2016, 8, 26)), BY_MEMBER)
    office.when(extension, BY_LEADER)
    assert names_of(office.when(extension, BY_TOWNSHIP)) == ["LeaveExtended"]
    assert lengths(office) == []


def test_w19_leave_breaks_a_run() -> None:
    office = year_of((date(2016, 6, 13), date(2016, 7, 12)))
    office.now = at(date(2016, 6, 24))
    granted_leave(office, date(2016, 6, 27), date(2016, 6, 28))
    assert lengths(office) == [10, 10]


def test_w20_and_w21_a_run_goes_on_over_new_year() -> None:
    for first, last, expected, carried in (
        (date(2016, 12, 19), date(2017, 1, 13), 19, 10),
        (date(2016, 12, 5), date(2017, 1, 3), 21, 20),
    ):
        office = year_of((first, last), last=date(2017, 1, 31))
        assert lengths(office, last=date(2017, 1, 31)) == [expected]
        assert open_run(seen(office)) == carried


def test_w22_accepted_proof_splits_the_run() -> None:
    office = year_of((date(2016, 6, 13), date(2016, 7, 4)))
    office.now = at(date(2016, 7, 20))
    proof = cmd.JustifyAbsence(
        person=MEMBER, starts_on=date(2016, 6, 20), ends_on=date(2016, 6, 22), reason="住院", evidence=PAPERS
    )
    assert lengths(office) == [16]
    office.when(proof, BY_COMMITTEE)
    assert lengths(office) == [5, 8]


def test_w23_a_record_uploaded_forty_hours_late_counts_on_its_day_which_was_pending_meanwhile() -> None:
    office = Office(at(date(2016, 6, 15), 10))
    day = date(2016, 6, 13)
    frame = frame_at(office.now, office.known.calendars, RULES)
    before = statuses(office.register(), Elsewhere(), office.known.posts[MEMBER], day, day, frame)
    assert [found.status for found in before] == [DayStatus.PENDING]
    assert names_of(office.when(check_in(day), BY_KIOSK)) == ["CheckedIn"]
    assert [found.status for found in seen(office, day, day)] == [DayStatus.ON_POST]


def test_w24_half_past_midnight_belongs_to_the_beijing_date() -> None:
    office = Office(at(date(2016, 6, 14), 0, 30))
    assert names_of(office.when(check_in(date(2016, 6, 14)), BY_MEMBER)) == ["CheckedIn"]
    ahead = check_in(date(2016, 6, 15))
    assert code_of(office.when(ahead, BY_MEMBER)).value == "FUTURE_DATE"


def test_w31_without_the_township_leave_is_absence() -> None:
    office = year_of((date(2016, 6, 13), date(2016, 6, 17)), last=date(2016, 6, 30))
    office.now = at(date(2016, 6, 10))
    office.when(leave(date(2016, 6, 13), date(2016, 6, 17)), BY_MEMBER)
    office.when(cmd.ApproveLeave(person=MEMBER, leave="L1"), BY_LEADER)
    assert lengths(office, last=date(2016, 6, 30)) == [5]

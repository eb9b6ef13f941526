"""The status of a day as sheets and the clock see it is the one that the assessment's fold finds, whatever happened."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from contracts.attendance import DayStatus
from services.assessment.fold.civil import cut_at
from services.assessment.fold.fold import fold
from services.assessment.rules import rules
from services.attendance.known import Elsewhere, Post
from services.attendance.register.statuses import Day, frame_at
from services.attendance.year.runs import Pace, open_run, pace, runs, statuses
from services.ledger.projection import Delivered
from tests.attendance.logs import attendance_log, parsed, personnel_log, posted, trained
from tests.attendance.office import LEADER, MEMBER, PARAMETERS, TEAM, UNIT, VILLAGE, Office
from tests.attendance.test_register_view import a_busy_winter
from tests.attendance.test_state_property import STEPS, Step, run

RULES = PARAMETERS.at(date(2017, 1, 1))
TRAINED = (date(2016, 12, 28), date(2016, 12, 29))


def days_here(office: Office, person: str, elsewhere: Elsewhere, first: date, last: date) -> list[Day]:
    frame = frame_at(office.now, office.known.calendars, RULES)
    first, last = max(first, RULES["onpost.counted_from"]), min(last, office.today)
    return statuses(office.register(person), elsewhere, office.known.posts[person], first, last, frame)


def assert_agree(office: Office, people: list[Delivered], elsewhere: Mapping[str, Elsewhere]) -> None:
    for year in (2016, 2017):
        events = parsed(people + attendance_log(office))
        cut = cut_at(office.now.isoformat())
        persons: dict[str, Any] = fold(events, rules.fold_rules(year, {}, ()), year=year, cut=cut)["persons"]
        for person in (MEMBER, LEADER):
            known = elsewhere.get(person, Elsewhere())
            year_so_far = days_here(office, person, known, date(year, 1, 1), date(year, 12, 31))
            assert {day.date.isoformat(): day.status.value for day in year_so_far} == persons[person]["days"]
            both = days_here(office, person, known, date(year - 1, 1, 1), date(year, 12, 31))
            assert open_run(both) == persons[person]["carry_out_run"]
            longest = max((len(found) for found in runs(both) if found[-1].year == year), default=0)
            assert longest == persons[person]["longest_run"]


@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_whatever_is_recorded_days_and_runs_are_those_of_the_fold(steps: list[Step]) -> None:
    *_, (office, _) = run(steps)
    office.now += timedelta(days=5)
    people = personnel_log([posted(MEMBER), posted(LEADER), trained(MEMBER, *TRAINED)])
    assert_agree(office, people, {MEMBER: Elsewhere(trainings=(TRAINED,))})


def test_every_sort_of_day_is_that_of_the_fold() -> None:
    office, people = a_busy_winter()
    training, secondment = (date(2016, 12, 26), date(2016, 12, 27)), (date(2016, 12, 12), date(2016, 12, 13))
    office.now += timedelta(days=1)
    assert_agree(office, people, {MEMBER: Elsewhere((training,), (secondment,))})
    shown = days_here(office, MEMBER, Elsewhere((training,), (secondment,)), date(2016, 12, 1), date(2017, 1, 6))
    assert {day.ground for day in shown} >= {
        *("check_in", "leave", "travel", "training", "secondment", "rest_day"),
        *("corrected", "justified", "recorded", "pending"),
    }


ABSENT, REST, PRESENT, PENDING = DayStatus.ABSENT, DayStatus.REST, DayStatus.ON_POST, DayStatus.PENDING


def in_a_row(*found: DayStatus, first: date = date(2017, 3, 1)) -> list[Day]:
    return [Day(first + timedelta(days=offset), status, "x") for offset, status in enumerate(found)]


def test_rest_and_pending_days_bridge_a_run_presence_and_a_gap_in_the_posting_end_it() -> None:
    assert [len(found) for found in runs(in_a_row(ABSENT, REST, PENDING, ABSENT, PRESENT, ABSENT))] == [2, 1]
    gap = [*in_a_row(ABSENT, ABSENT), *in_a_row(ABSENT, first=date(2017, 3, 5))]
    assert [len(found) for found in runs(gap)] == [2, 1]
    assert open_run(in_a_row(PRESENT, ABSENT, REST, REST)) == 1
    assert open_run(in_a_row(ABSENT, PRESENT, REST)) == 0
    assert open_run([]) == 0


WHOLE = (Post(TEAM, VILLAGE, UNIT, date(2016, 1, 1)),)


@pytest.mark.parametrize(
    ("posts", "absent_until", "expected"),
    [
        (WHOLE, date(2017, 6, 14), Pace(0, 200, 200)),
        (WHOLE, date(2017, 6, 15), Pace(0, 199, 200)),
        ((Post(TEAM, VILLAGE, UNIT, date(2017, 7, 1)),), date(2017, 9, 22), Pace(0, 100, 101)),
        ((Post(TEAM, VILLAGE, UNIT, date(2017, 7, 3)),), date(2017, 9, 22), None),
    ],
)
def test_the_pace_is_lost_on_the_day_from_which_presence_every_day_would_not_do(
    posts: tuple[Post, ...], absent_until: date, expected: Pace | None
) -> None:
    days = in_a_row(*[ABSENT] * ((absent_until - date(2017, 1, 1)).days + 1), first=date(2017, 1, 1))
    found = pace(days, posts, 2017, absent_until, RULES)
    if expected is None:
        assert found is None
        return
    assert found is not None
    # The day itself may still bring a check-in, so it counts among those that are possible.
    assert found == Pace(expected.on_post, expected.possible + 1, expected.needed)
    assert found.lost is (expected.possible + 1 < expected.needed)

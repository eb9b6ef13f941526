"""A county that asks for two check-ins a day in mid-year says nothing of the days before (Art. 23, A89).

Sheets, sums and the assessment's fold go by the value of each day.
"""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
from psycopg import AsyncConnection

from contracts.attendance import DayStatus
from services.assessment.fold.civil import cut_at
from services.assessment.fold.fold import fold
from services.assessment.rules import rules
from services.attendance import queries
from services.attendance.known import Elsewhere
from services.attendance.queries import close_within
from services.attendance.register.statuses import frame_at
from services.attendance.year.runs import statuses
from services.runtime.in_force import EARLIER
from tests.attendance.logs import attendance_log, build, parsed, personnel_log, posted, postings
from tests.attendance.office import LEADER, MEMBER, PARAMETERS, Office, at
from tests.attendance.test_register_view import present

TURN, LAST = date(2016, 6, 13), date(2016, 6, 12)
"""A Monday and the duty day before it; one check-in until then, two afterwards."""

NOW = at(date(2016, 6, 30))
CHANGED = {
    **PARAMETERS.at(TURN),
    "onpost.min_checkins": 2,
    "absence.sync_horizon_h": 24,
    EARLIER: {"onpost.min_checkins": ((LAST, 1),), "absence.sync_horizon_h": ((LAST, 72),)},
}


@pytest.fixture
async def connection(postgres_url: str) -> AsyncIterator[AsyncConnection[Any]]:
    async with await AsyncConnection.connect(postgres_url) as opened:
        yield opened
        await opened.rollback()


def june() -> Office:
    """The member was there, with one check-in a day, from the 6th to the 14th."""
    office = Office(at(date(2016, 6, 1)))
    present(office, date(2016, 6, 6), date(2016, 6, 14))
    office.now = NOW
    return office


def folded(office: Office) -> dict[str, str]:
    """The days by the fold, whose rules know of the change too."""
    earlier = [{"parameter": "onpost.min_checkins", "until": LAST.isoformat(), "value": 1}]
    used = rules.fold_rules(2016, {"onpost.min_checkins": 2, "rules.earlier_values": earlier}, ())
    log = parsed(personnel_log([posted(MEMBER), posted(LEADER)]) + attendance_log(office))
    found: Any = fold(log, used, year=2016, cut=cut_at(NOW.isoformat()))["persons"][MEMBER]["days"]
    return {day: status for day, status in found.items() if "2016-06-06" <= day <= "2016-06-14"}


async def test_each_day_goes_by_what_held_on_it_on_sheets_in_sums_and_in_the_fold(
    connection: AsyncConnection[Any],
) -> None:
    office, (first, last) = june(), (date(2016, 6, 6), date(2016, 6, 14))
    expected = folded(office)
    assert [expected[f"2016-06-{day:02}"] for day in (8, 12, 13, 14)] == ["ONPOST", "ONPOST", "ABSENT", "ABSENT"]
    frame = frame_at(NOW, office.known.calendars, CHANGED)
    mine = statuses(office.register(MEMBER), Elsewhere(), office.known.posts[MEMBER], first, last, frame)
    assert {day.date.isoformat(): day.status.value for day in mine} == expected
    await build(connection, [personnel_log([posted(MEMBER), posted(LEADER)]), attendance_log(office)])
    window = queries.window_of(2016, NOW, CHANGED)
    async with connection.cursor() as cursor:
        shown = await queries.days_of(cursor, postings(MEMBER), window, CHANGED)
    assert {row["date"].isoformat(): row["status"] for row in shown if first <= row["date"] <= last} == expected


def test_a_record_of_a_day_may_be_on_the_way_as_long_as_held_on_the_day() -> None:
    office = Office(at(date(2016, 6, 15), 8))
    frame = frame_at(office.now, office.known.calendars, CHANGED)
    assert [frame.is_pending(date(2016, 6, day)) for day in (11, 12, 13, 14)] == [False, True, False, True]
    posts, known = office.known.posts[MEMBER], Elsewhere()
    found = statuses(office.register(MEMBER), known, posts, LAST, date(2016, 6, 14), frame)
    assert [day.status for day in found] == [DayStatus.PENDING, DayStatus.ABSENT, DayStatus.PENDING]


def test_leave_is_closed_in_time_by_what_held_on_the_day_of_return() -> None:
    changed = {"leave.close_within_duty_days": 1, EARLIER: {"leave.close_within_duty_days": ((LAST, 3),)}}
    assert close_within(changed, date(2016, 6, 3), date(2016, 6, 6)) == 3
    assert close_within(changed, date(2016, 6, 3), TURN) == 1
    assert close_within(changed, LAST) == 1, "still open: the day after its end"

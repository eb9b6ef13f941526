"""Whatever is tried after the signature, a signed month stays as it was signed, corrections apart (A35)."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.refusals import Refusal
from services.attendance import commands as cmd
from services.attendance.sheets import commands as sheet
from services.attendance.sheets.rows import draw_up
from tests.attendance.office import (
    BY_KIOSK,
    BY_LEADER,
    BY_MEMBER,
    BY_SECRETARY,
    BY_TOWNSHIP,
    LEADER,
    MEMBER,
    TEAM,
    Office,
    at,
    check_in,
    days,
    granted_leave,
    travel,
)
from tests.attendance.test_state_property import OFFICIALS, Step, command_of

DECEMBER = "2016-12"
SIGNED_ON = date(2017, 1, 5)
WEIGHTY = (
    *(cmd.CheckIn, cmd.CheckInBatch, cmd.VoidCheckIn, cmd.RecordAbsence),
    *(cmd.RequestTravel, cmd.ApproveTravel, cmd.CloseTravel, cmd.RejectTravel, cmd.WithdrawTravel),
    *(cmd.RequestLeave, cmd.ApproveLeave, cmd.RejectLeave, cmd.WithdrawLeave, cmd.ExtendLeave),
    *(cmd.ApproveExtension, cmd.ShortenLeave, cmd.CloseLeave, cmd.RecordOverstay),
    *[cmd.ApproveTravel, cmd.CloseTravel, cmd.WithdrawTravel, cmd.CloseLeave, cmd.ShortenLeave] * 3,
)
AFTERWARDS = st.lists(
    st.builds(
        Step,
        form=st.sampled_from(WEIGHTY),
        person=st.sampled_from([MEMBER, MEMBER, MEMBER, LEADER]),
        case=st.sampled_from(["L1", "L1", "X1", "X2", "X2", "L2"]),
        first=st.integers(-25, 2),
        length=st.integers(0, 12),
        by=st.sampled_from([BY_LEADER, BY_LEADER, BY_TOWNSHIP, *OFFICIALS]),
        days_later=st.sampled_from([0, 0, 1]),
        event=st.integers(1, 40),
    ),
    min_size=10,
    max_size=40,
)


def december() -> Office:
    """Presence until the 16th, then a trip and a leave that goes on into January, a request that is still open."""
    office = Office(at(date(2016, 12, 1)))
    for day in days(date(2016, 12, 1), date(2016, 12, 16)):
        office.now = at(day, 18)
        office.when(check_in(day), BY_KIOSK)
    office.when(travel(date(2016, 12, 19), date(2016, 12, 21)), BY_MEMBER)
    office.when(cmd.ApproveTravel(person=MEMBER, travel="X1"), BY_LEADER)
    office.when(travel(date(2016, 12, 28), date(2017, 1, 3), travel="X2"), BY_MEMBER)
    granted_leave(office, date(2016, 12, 26), date(2017, 1, 20))
    office.now = at(SIGNED_ON)
    return office


def rows(office: Office) -> Any:
    found = draw_up(office.act(sheet.DraftSheet(team=TEAM, month=DECEMBER), BY_LEADER), TEAM, DECEMBER, office.states)
    assert not isinstance(found, Refusal)
    return found


@settings(max_examples=60, deadline=None)
@given(AFTERWARDS)
def test_nothing_but_a_correction_changes_a_signed_month(steps: list[Step]) -> None:
    office = december()
    office.when(sheet.DraftSheet(team=TEAM, month=DECEMBER), BY_LEADER)
    assert isinstance(office.when(sheet.SignSheet(team=TEAM, month=DECEMBER, version=1), BY_SECRETARY), list)
    signed = rows(office)
    for step in steps:
        office.now += timedelta(days=step.days_later)
        command, by = command_of(step, office.today)
        office.when(command, by)
        assert rows(office) == signed, command


def test_a_withdrawal_of_the_leave_would_have_changed_an_open_month() -> None:
    for sign in (False, True):
        office = december()
        if sign:
            office.when(sheet.DraftSheet(team=TEAM, month=DECEMBER), BY_LEADER)
            office.when(sheet.SignSheet(team=TEAM, month=DECEMBER, version=1), BY_SECRETARY)
        before = rows(office)
        outcome = office.when(cmd.WithdrawLeave(person=MEMBER, leave="L1"), BY_MEMBER)
        assert isinstance(outcome, Refusal) is sign
        assert (rows(office) == before) is sign

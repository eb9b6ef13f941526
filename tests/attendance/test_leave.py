"""Leave goes level by level, with papers, never past oneself; it is extended, shortened and closed (Art. 9)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from contracts.attendance import LeaveExtended, LeaveGranted, LeaveKind, Level
from contracts.fact import Actor
from contracts.identifiers import Role
from contracts.refusals import Code
from services.attendance import commands as cmd
from services.attendance.leave.state import Step
from tests.attendance.office import (
    BY_COLLEAGUE,
    BY_COMMITTEE,
    BY_COUNTY,
    BY_LEADER,
    BY_MEMBER,
    BY_TOWNSHIP,
    LEADER,
    MEMBER,
    Office,
    at,
    check_in,
    code_of,
    granted_leave,
    leave,
    names_of,
    only,
    somebody,
)

MONDAY, FRIDAY = date(2016, 7, 4), date(2016, 7, 8)
APPROVE = cmd.ApproveLeave(person=MEMBER, leave="L1")


def asked(person: str = MEMBER, by: Actor = BY_MEMBER) -> Office:
    office = Office(at(MONDAY - timedelta(days=3)))
    assert names_of(office.when(leave(MONDAY, FRIDAY, person), by)) == ["LeaveRequested"]
    return office


def granted(first: date = MONDAY, last: date = FRIDAY) -> Office:
    office = Office(at(first - timedelta(days=3)))
    granted_leave(office, first, last)
    return office


def test_a_members_leave_takes_leader_then_township() -> None:
    office = asked()
    assert names_of(office.when(APPROVE, BY_LEADER)) == ["LeaveApprovedByLeader"]
    grant = only(office.when(APPROVE, BY_TOWNSHIP), LeaveGranted)
    assert (grant.starts_on, grant.ends_on, grant.granted_by, grant.kind) == (
        MONDAY,
        FRIDAY,
        Level.TOWNSHIP,
        LeaveKind.PERSONAL,
    )


def test_w31_the_leaders_word_alone_grants_nothing() -> None:
    office = asked()
    office.when(APPROVE, BY_LEADER)
    assert office.register().leaves["L1"].step is Step.APPROVED
    assert not office.register().leaves["L1"].covers(MONDAY)


def test_w32_a_leaders_leave_takes_township_then_county() -> None:
    office = asked(LEADER, BY_LEADER)
    approve = cmd.ApproveLeave(person=LEADER, leave="L1")
    assert code_of(office.when(approve, BY_COUNTY)) is Code.WRONG_STATE
    assert names_of(office.when(approve, BY_COMMITTEE)) == ["LeaveApprovedByTownship"]
    assert office.register(LEADER).leaves["L1"].step is Step.APPROVED
    assert code_of(office.when(approve, BY_TOWNSHIP)) is Code.WRONG_STATE
    grant = only(office.when(approve, BY_COUNTY), LeaveGranted)
    assert grant.granted_by is Level.COUNTY


def test_no_level_is_skipped_and_none_speaks_twice() -> None:
    office = asked()
    assert code_of(office.when(APPROVE, BY_TOWNSHIP)) is Code.WRONG_STATE
    office.when(APPROVE, BY_LEADER)
    assert code_of(office.when(APPROVE, BY_LEADER)) is Code.WRONG_STATE
    office.when(APPROVE, BY_TOWNSHIP)
    assert code_of(office.when(APPROVE, BY_TOWNSHIP)) is Code.WRONG_STATE


def test_the_county_has_no_say_in_a_members_leave() -> None:
    assert code_of(asked().when(APPROVE, BY_COUNTY)) is Code.AUTH


def test_w33_a_leader_never_approves_his_own_leave() -> None:
    office = asked(LEADER, BY_LEADER)
    assert code_of(office.when(cmd.ApproveLeave(person=LEADER, leave="L1"), BY_LEADER)) is Code.SELF


def test_nobody_approves_his_own_leave_by_another_office() -> None:
    assert code_of(asked().when(APPROVE, somebody(MEMBER, Role.TOWNSHIP_LEADER))) is Code.SELF


def test_w33_leave_without_papers_is_refused() -> None:
    office = Office(at(MONDAY))
    assert code_of(office.when(leave(MONDAY, FRIDAY, evidence=()), BY_MEMBER)) is Code.NO_EVIDENCE


def test_a40_papers_of_an_emergency_may_follow_within_two_days() -> None:
    in_time = Office(at(MONDAY + timedelta(days=2), 23))
    assert names_of(in_time.when(leave(MONDAY, FRIDAY), BY_MEMBER)) == ["LeaveRequested"]
    late = Office(at(MONDAY + timedelta(days=3), 0, 1))
    assert code_of(late.when(leave(MONDAY, FRIDAY), BY_MEMBER)) is Code.HORIZON_PASSED


def test_leave_is_asked_for_by_the_person_himself() -> None:
    office = Office(at(MONDAY))
    assert code_of(office.when(leave(MONDAY, FRIDAY), BY_LEADER)) is Code.AUTH


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, Code.DUPLICATE),
        ({"leave": "L2"}, Code.OVERLAP),
        ({"leave": "L2", "starts_on": date(2016, 7, 8), "ends_on": date(2016, 7, 20)}, Code.OVERLAP),
        ({"leave": "L2", "starts_on": date(2016, 7, 9), "ends_on": date(2016, 7, 8)}, Code.WRONG_INTERVAL),
    ],
)
def test_leaves_do_not_overlap_nor_share_a_number(changed: dict[str, Any], code: Code) -> None:
    assert code_of(asked().when(leave(MONDAY, FRIDAY).model_copy(update=changed), BY_MEMBER)) is code


def test_a_rejected_leave_leaves_its_days_free() -> None:
    office = asked()
    no = cmd.RejectLeave(person=MEMBER, leave="L1", reason="工作需要")
    assert code_of(office.when(no, BY_TOWNSHIP)) is Code.WRONG_STATE
    assert names_of(office.when(no, BY_LEADER)) == ["LeaveRejected"]
    assert code_of(office.when(APPROVE, BY_LEADER)) is Code.WRONG_STATE
    assert names_of(office.when(leave(MONDAY, FRIDAY, leave="L2"), BY_MEMBER)) == ["LeaveRequested"]


def test_a41_without_a_leader_the_township_decides_alone() -> None:
    office = asked()
    office.known = replace(office.known, leaders={})
    assert names_of(office.when(APPROVE, BY_TOWNSHIP)) == ["LeaveGranted"]


def test_a_leave_whose_kind_can_no_longer_be_read_is_not_granted_under_a_guess() -> None:
    office = asked()
    office.when(APPROVE, BY_LEADER)
    office.known = replace(office.known, kind=None)
    assert code_of(office.when(APPROVE, BY_TOWNSHIP)) is Code.WRONG_STATE


def test_the_chain_is_that_of_the_day_it_was_asked_for() -> None:
    office = asked(LEADER, BY_LEADER)
    office.known = replace(office.known, leaders={})
    approve = cmd.ApproveLeave(person=LEADER, leave="L1")
    assert names_of(office.when(approve, BY_TOWNSHIP)) == ["LeaveApprovedByTownship"]


def test_w17_an_extension_takes_both_levels_again() -> None:
    office = granted(date(2016, 8, 1), date(2016, 8, 5))
    office.now = at(date(2016, 8, 4))
    later = date(2016, 8, 26)
    extension = cmd.ApproveExtension(person=MEMBER, leave="L1")
    assert code_of(office.when(extension, BY_LEADER)) is Code.WRONG_STATE
    ask = cmd.ExtendLeave(person=MEMBER, leave="L1", ends_on=later)
    assert names_of(office.when(ask, BY_MEMBER)) == ["LeaveRequested"]
    assert office.register().leaves["L1"].ends_on == date(2016, 8, 5)
    assert code_of(office.when(extension, BY_TOWNSHIP)) is Code.WRONG_STATE
    assert names_of(office.when(extension, BY_LEADER)) == ["LeaveApprovedByLeader"]
    extended = only(office.when(extension, BY_TOWNSHIP), LeaveExtended)
    assert extended.ends_on == later
    assert office.register().leaves["L1"].ends_on == later


def test_a_refused_extension_leaves_the_leave_as_it_was() -> None:
    office = granted()
    office.when(cmd.ExtendLeave(person=MEMBER, leave="L1", ends_on=date(2016, 7, 15)), BY_MEMBER)
    no = cmd.RejectLeave(person=MEMBER, leave="L1", reason="工作需要")
    assert names_of(office.when(no, BY_LEADER)) == ["LeaveRejected"]
    held = office.register().leaves["L1"]
    assert (held.step, held.ends_on, held.extension) == (Step.GRANTED, FRIDAY, None)
    assert code_of(office.when(cmd.ApproveExtension(person=MEMBER, leave="L1"), BY_LEADER)) is Code.WRONG_STATE


def test_an_extension_ends_later_than_the_leave() -> None:
    office = granted()
    assert code_of(office.when(cmd.ExtendLeave(person=MEMBER, leave="L1", ends_on=FRIDAY), BY_MEMBER)) is (
        Code.WRONG_INTERVAL
    )


def test_w34_leave_is_closed_after_the_return_even_late() -> None:
    office = granted()
    office.now = at(date(2016, 7, 18))
    close = cmd.CloseLeave(person=MEMBER, leave="L1", returned_on=date(2016, 7, 11))
    assert names_of(office.when(close, BY_MEMBER)) == ["LeaveClosed"]
    assert office.register().leaves["L1"].last_day == FRIDAY
    assert code_of(office.when(close, BY_MEMBER)) is Code.WRONG_STATE


def test_an_early_return_ends_the_leave_the_day_before() -> None:
    office = granted()
    office.now = at(date(2016, 7, 6))
    office.when(cmd.CloseLeave(person=MEMBER, leave="L1", returned_on=date(2016, 7, 6)), BY_LEADER)
    assert office.register().leaves["L1"].last_day == date(2016, 7, 5)
    assert names_of(office.when(leave(date(2016, 7, 6), FRIDAY, leave="L2"), BY_MEMBER)) == ["LeaveRequested"]


def test_nobody_returns_tomorrow_nor_before_the_leave_began() -> None:
    office = granted()
    office.now = at(date(2016, 7, 6))
    tomorrow = cmd.CloseLeave(person=MEMBER, leave="L1", returned_on=date(2016, 7, 7))
    assert code_of(office.when(tomorrow, BY_MEMBER)) is Code.FUTURE_DATE
    before = cmd.CloseLeave(person=MEMBER, leave="L1", returned_on=date(2016, 7, 3))
    assert code_of(office.when(before, BY_MEMBER)) is Code.WRONG_INTERVAL


def test_w35_a_leave_is_shortened_inside_its_days() -> None:
    office = granted()
    shorten = cmd.ShortenLeave(person=MEMBER, leave="L1", ends_on=date(2016, 7, 5))
    assert code_of(office.when(shorten, BY_COLLEAGUE)) is Code.AUTH
    assert names_of(office.when(shorten, BY_MEMBER)) == ["LeaveShortened"]
    assert office.register().leaves["L1"].last_day == date(2016, 7, 5)
    assert code_of(office.when(shorten, BY_MEMBER)) is Code.WRONG_INTERVAL


def test_a_withdrawn_leave_frees_its_days() -> None:
    office = granted()
    withdraw = cmd.WithdrawLeave(person=MEMBER, leave="L1")
    assert code_of(office.when(withdraw, BY_LEADER)) is Code.AUTH
    assert names_of(office.when(withdraw, BY_MEMBER)) == ["LeaveWithdrawn"]
    assert names_of(office.when(leave(MONDAY, FRIDAY, leave="L2"), BY_MEMBER)) == ["LeaveRequested"]


def test_w15_an_overstay_is_noted_once_and_only_while_nobody_is_back() -> None:
    office = granted(date(2016, 8, 1), date(2016, 8, 5))
    office.now = at(date(2016, 8, 9))
    inside = cmd.RecordOverstay(person=MEMBER, leave="L1", since=date(2016, 8, 5))
    assert code_of(office.when(inside, BY_TOWNSHIP)) is Code.WRONG_STATE
    since = cmd.RecordOverstay(person=MEMBER, leave="L1", since=date(2016, 8, 8))
    assert names_of(office.when(since, BY_TOWNSHIP)) == ["LeaveOverstayed"]
    assert code_of(office.when(since, BY_TOWNSHIP)) is Code.DUPLICATE


def test_whoever_checked_in_again_has_not_overstayed() -> None:
    office = granted(date(2016, 8, 1), date(2016, 8, 5))
    office.now = at(date(2016, 8, 8))
    office.when(check_in(date(2016, 8, 8)), BY_MEMBER)
    since = cmd.RecordOverstay(person=MEMBER, leave="L1", since=date(2016, 8, 8))
    assert code_of(office.when(since, BY_TOWNSHIP)) is Code.WRONG_STATE


def test_a_leave_over_new_year_stays_in_the_stream_of_its_first_day() -> None:
    office = granted(date(2016, 12, 28), date(2017, 1, 6))
    office.now = at(date(2017, 1, 9))
    office.when(cmd.CloseLeave(person=MEMBER, leave="L1", returned_on=date(2017, 1, 9)), BY_MEMBER)
    assert {recorded.stream for recorded in office.recorded} == {f"attendance/{MEMBER}/2016"}


def test_an_unknown_leave_cannot_be_approved() -> None:
    assert code_of(Office(at(MONDAY)).when(APPROVE, BY_LEADER)) is Code.UNKNOWN_CASE


def test_a_leave_over_half_a_century_is_a_mistyped_year() -> None:
    office = Office(at(date(2017, 3, 1)))
    for first in (date(2017, 3, 2), date(2071, 3, 3)):
        assert code_of(office.when(leave(first, date(2071, 3, 3)), BY_MEMBER)) is Code.WRONG_INTERVAL
    granted_leave(office, date(2017, 3, 2), date(2018, 3, 2))
    extend = cmd.ExtendLeave(person=MEMBER, leave="L1", ends_on=date(2071, 3, 3))
    assert code_of(office.when(extend, BY_MEMBER)) is Code.WRONG_INTERVAL

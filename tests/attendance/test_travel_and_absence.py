"""Official travel, absence and its reasons, corrections, spot checks (Art. 8, 9, 15.4; A23, A27, A95)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.attendance import DayStatus, DayStatusCorrected, Level, OfficialTravelRejected, SpotCheckFinding
from contracts.fact import Actor
from contracts.refusals import Code
from services.attendance import commands as cmd
from tests.attendance.office import (
    BY_COLLEAGUE,
    BY_COMMITTEE,
    BY_COUNTY,
    BY_LEADER,
    BY_MEMBER,
    BY_TOWNSHIP,
    COLLEAGUE,
    LEADER,
    MEMBER,
    PAPERS,
    TEAM,
    Office,
    at,
    check_in,
    code_of,
    names_of,
    only,
    travel,
)

DAY = date(2017, 3, 1)
END = DAY + timedelta(days=2)


def test_a_members_trip_is_approved_by_the_leader() -> None:
    office = Office(at(DAY))
    assert names_of(office.when(travel(DAY, END), BY_MEMBER)) == ["OfficialTravelRequested"]
    approve = cmd.ApproveTravel(person=MEMBER, travel="X1")
    assert code_of(office.when(approve, BY_TOWNSHIP)) is Code.AUTH
    assert names_of(office.when(approve, BY_LEADER)) == ["OfficialTravelApproved"]
    assert code_of(office.when(approve, BY_LEADER)) is Code.WRONG_STATE


def test_a_leaders_trip_is_approved_by_the_township() -> None:
    office = Office(at(DAY))
    office.when(travel(DAY, END, LEADER), BY_LEADER)
    approve = cmd.ApproveTravel(person=LEADER, travel="X1")
    assert code_of(office.when(approve, BY_LEADER)) is Code.SELF
    assert names_of(office.when(approve, BY_TOWNSHIP)) == ["OfficialTravelApproved"]


def test_a41_without_a_leader_the_township_approves_a_members_trip() -> None:
    office = Office(at(DAY))
    office.when(travel(DAY, END), BY_MEMBER)
    office.known = replace(office.known, leaders={})
    approve = cmd.ApproveTravel(person=MEMBER, travel="X1")
    assert names_of(office.when(approve, BY_COMMITTEE)) == ["OfficialTravelApproved"]


def test_a95_a_trip_is_entered_within_three_days_with_its_paper() -> None:
    in_time = Office(at(DAY + timedelta(days=3), 23))
    assert names_of(in_time.when(travel(DAY, END), BY_MEMBER)) == ["OfficialTravelRequested"]
    late = Office(at(DAY + timedelta(days=4), 0, 1))
    assert code_of(late.when(travel(DAY, END), BY_MEMBER)) is Code.HORIZON_PASSED
    assert code_of(in_time.when(travel(DAY, END, travel="X2", evidence=()), BY_MEMBER)) is Code.NO_EVIDENCE


@pytest.mark.parametrize(
    ("changed", "by", "code"),
    [
        ({}, BY_MEMBER, Code.DUPLICATE),
        ({"travel": "X2"}, BY_MEMBER, Code.OVERLAP),
        ({"travel": "X2"}, BY_COLLEAGUE, Code.AUTH),
        ({"travel": "X2", "ends_on": DAY - timedelta(days=1)}, BY_MEMBER, Code.WRONG_INTERVAL),
    ],
)
def test_trips_do_not_overlap_nor_share_a_number(changed: dict[str, Any], by: Actor, code: Code) -> None:
    office = Office(at(DAY))
    office.when(travel(DAY, END), BY_MEMBER)
    assert code_of(office.when(travel(DAY, END).model_copy(update=changed), by)) is code


def test_a_trip_is_closed_inside_its_days_and_only_once() -> None:
    office = Office(at(DAY))
    office.when(travel(DAY, END), BY_MEMBER)
    close = cmd.CloseTravel(person=MEMBER, travel="X1", last_day=DAY)
    assert code_of(office.when(close, BY_MEMBER)) is Code.WRONG_STATE
    office.when(cmd.ApproveTravel(person=MEMBER, travel="X1"), BY_LEADER)
    longer = cmd.CloseTravel(person=MEMBER, travel="X1", last_day=DAY - timedelta(days=1))
    assert code_of(office.when(longer, BY_MEMBER)) is Code.WRONG_INTERVAL
    assert code_of(office.when(close, BY_COLLEAGUE)) is Code.AUTH
    assert names_of(office.when(close, BY_MEMBER)) == ["OfficialTravelClosed"]
    assert code_of(office.when(close, BY_MEMBER)) is Code.WRONG_STATE


def test_a_trip_is_rejected_by_the_level_that_decides_on_it() -> None:
    office = Office(at(DAY))
    office.when(travel(DAY, END), BY_MEMBER)
    reject = cmd.RejectTravel(person=MEMBER, travel="X1", reason="当日另有任务")
    assert code_of(office.when(reject, BY_TOWNSHIP)) is Code.AUTH
    assert code_of(office.when(reject, BY_MEMBER)) is Code.SELF
    assert only(office.when(reject, BY_LEADER), OfficialTravelRejected).rejected_by is Level.LEADER
    for command in (reject, cmd.ApproveTravel(person=MEMBER, travel="X1")):
        assert code_of(office.when(command, BY_LEADER)) is Code.WRONG_STATE
    assert code_of(office.when(cmd.WithdrawTravel(person=MEMBER, travel="X1"), BY_MEMBER)) is Code.WRONG_STATE
    assert names_of(office.when(travel(DAY, END, travel="X2"), BY_MEMBER)) == ["OfficialTravelRequested"]


@pytest.mark.parametrize("approved", [False, True])
def test_a_trip_that_is_not_made_is_withdrawn_by_the_person_and_counts_for_nothing(approved: bool) -> None:
    office = Office(at(DAY))
    office.when(travel(DAY, END), BY_MEMBER)
    if approved:
        office.when(cmd.ApproveTravel(person=MEMBER, travel="X1"), BY_LEADER)
    withdraw = cmd.WithdrawTravel(person=MEMBER, travel="X1")
    assert code_of(office.when(withdraw, BY_LEADER)) is Code.AUTH
    assert names_of(office.when(withdraw, BY_MEMBER)) == ["OfficialTravelWithdrawn"]
    assert not office.register().travels["X1"].covers(DAY)
    for command, by in (
        (withdraw, BY_MEMBER),
        (cmd.ApproveTravel(person=MEMBER, travel="X1"), BY_LEADER),
        (cmd.CloseTravel(person=MEMBER, travel="X1", last_day=DAY), BY_MEMBER),
    ):
        assert code_of(office.when(command, by)) is Code.WRONG_STATE


def test_a_day_is_absent_only_when_it_is_over_and_nobody_was_seen() -> None:
    office = Office(at(DAY))
    absent = cmd.RecordAbsence(person=MEMBER, date=DAY)
    assert code_of(office.when(absent, BY_LEADER)) is Code.FUTURE_DATE
    office.now = at(DAY + timedelta(days=1))
    assert names_of(office.when(absent, BY_LEADER)) == ["AbsenceRecorded"]
    assert code_of(office.when(absent, BY_LEADER)) is Code.DUPLICATE
    office.when(check_in(DAY, COLLEAGUE), BY_COLLEAGUE)
    assert code_of(office.when(cmd.RecordAbsence(person=COLLEAGUE, date=DAY), BY_LEADER)) is Code.WRONG_STATE


def ruling(last: date = END, **changed: Any) -> cmd.JustifyAbsence:
    fields = {"person": MEMBER, "starts_on": DAY, "ends_on": last, "reason": "住院", "evidence": PAPERS}
    return cmd.JustifyAbsence.model_validate({**fields, **changed})


def test_w22_the_township_accepts_a_proven_reason_afterwards() -> None:
    office = Office(at(DAY + timedelta(days=30)))
    assert names_of(office.when(ruling(), BY_COMMITTEE)) == ["AbsenceJustified"]
    assert code_of(office.when(ruling(evidence=()), BY_COMMITTEE)) is Code.NO_EVIDENCE


def test_a23_on_appeal_the_county_has_the_last_word() -> None:
    office = Office(at(DAY + timedelta(days=30)))
    no = cmd.RejectJustification(person=MEMBER, starts_on=DAY, ends_on=DAY, reason="证明不实")
    assert names_of(office.when(no, BY_COMMITTEE)) == ["JustificationRejected"]
    assert names_of(office.when(ruling(), BY_COUNTY)) == ["AbsenceJustified"]
    assert code_of(office.when(no, BY_COMMITTEE)) is Code.WRONG_STATE
    assert names_of(office.when(no, BY_COUNTY)) == ["JustificationRejected"]


def test_a_reason_is_given_for_days_gone_by() -> None:
    assert code_of(Office(at(DAY)).when(ruling(), BY_COMMITTEE)) is Code.FUTURE_DATE


def test_a_correction_names_what_it_supersedes() -> None:
    office = Office(at(DAY + timedelta(days=40)))
    first = cmd.CorrectDay(person=MEMBER, date=DAY, status=DayStatus.TRAVEL, reason="会议通知后补")
    office.when(first, BY_TOWNSHIP)
    second = only(office.when(first.model_copy(update={"status": DayStatus.ABSENT}), BY_TOWNSHIP), DayStatusCorrected)
    assert second.supersedes == office.recorded[0].id
    stale = first.model_copy(update={"supersedes": office.recorded[0].id})
    assert code_of(office.when(stale, BY_TOWNSHIP)) is Code.UNKNOWN_CASE


def test_no_day_is_corrected_to_pending() -> None:
    with pytest.raises(ValidationError, match="PENDING"):
        cmd.CorrectDay(person=MEMBER, date=DAY, status=DayStatus.PENDING, reason="x")


def spot_check(*persons: str, check: str = "C1") -> cmd.RecordSpotCheck:
    found = tuple(cmd.Finding(person=person, finding=SpotCheckFinding.ABSENT) for person in persons)
    return cmd.RecordSpotCheck(check=check, team=TEAM, date=DAY, findings=found)


def test_w10_a_spot_check_leaves_one_fact_per_person() -> None:
    office = Office(at(DAY))
    facts = office.when(spot_check(MEMBER, COLLEAGUE), BY_COUNTY)
    assert names_of(facts) == ["SpotCheckConducted", "PersonSpotChecked", "PersonSpotChecked"]
    assert {recorded.stream for recorded in office.recorded} == {
        "check/C1",
        f"attendance/{MEMBER}/2017",
        f"attendance/{COLLEAGUE}/2017",
    }


def test_a_spot_check_is_recorded_once_per_person() -> None:
    office = Office(at(DAY))
    assert code_of(office.when(spot_check(MEMBER, MEMBER), BY_COUNTY)) is Code.DUPLICATE
    office.when(spot_check(MEMBER), BY_COUNTY)
    assert code_of(office.when(spot_check(MEMBER), BY_COUNTY)) is Code.DUPLICATE
    assert names_of(office.when(spot_check(MEMBER, check="C2"), BY_COUNTY))[1:] == ["PersonSpotChecked"]


def test_a_spot_check_finds_people_of_that_team_only() -> None:
    assert code_of(Office(at(DAY)).when(spot_check("P000009"), BY_COUNTY)) is Code.NOT_POSTED

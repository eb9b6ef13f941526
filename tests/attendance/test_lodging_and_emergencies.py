"""Where people sleep, leave in an emergency, a county's tiers, whose business a trip is (Art. 9; A39, A40, A95)."""

from datetime import date, timedelta
from typing import Any

from contracts.attendance import LeaveGranted, LodgingRecorded, SpotCheckFinding
from contracts.identifiers import Role
from contracts.refusals import Code
from services.attendance import commands as cmd
from services.attendance.leave.state import Step
from services.attendance.register.statuses import night_spent
from tests.attendance.office import (
    BY_COLLEAGUE,
    BY_COMMITTEE,
    BY_COUNTY,
    BY_LEADER,
    BY_MEMBER,
    BY_TOWNSHIP,
    MEMBER,
    PAPERS,
    TEAM,
    TOWNSHIP,
    VILLAGE,
    Office,
    at,
    check_in,
    code_of,
    days,
    leave,
    names_of,
    only,
    somebody,
    travel,
)

MONDAY = date(2016, 7, 4)
APPROVE = cmd.ApproveLeave(person=MEMBER, leave="L1")
SUPPLY = cmd.SupplyLeavePapers(person=MEMBER, leave="L1", evidence=PAPERS)


def lodging(first: date = MONDAY, last: date = MONDAY) -> cmd.RecordLodging:
    return cmd.RecordLodging(person=MEMBER, village=VILLAGE, starts_on=first, ends_on=last)


def test_a_person_records_where_he_eats_and_sleeps() -> None:
    office = Office(at(MONDAY + timedelta(days=7)))
    stay = only(office.when(lodging(MONDAY, MONDAY + timedelta(days=4)), BY_MEMBER), LodgingRecorded)
    assert (stay.article, stay.village) == ("9.1", VILLAGE)
    assert code_of(office.when(lodging(MONDAY + timedelta(days=4)), BY_MEMBER)) is Code.WRONG_INTERVAL
    overlapping = lodging(MONDAY + timedelta(days=4), MONDAY + timedelta(days=5))
    assert code_of(office.when(overlapping, BY_MEMBER)) is Code.OVERLAP
    assert code_of(office.when(lodging(), BY_COLLEAGUE)) is Code.AUTH
    ahead = lodging(MONDAY + timedelta(days=7), MONDAY + timedelta(days=8))
    assert code_of(office.when(ahead, BY_MEMBER)) is Code.FUTURE_DATE
    before = date(2015, 12, 30)
    assert code_of(office.when(lodging(before, before), BY_MEMBER)) is Code.NOT_POSTED


def test_nights_come_from_check_ins_and_from_lodging_but_not_where_a_spot_check_found_nobody() -> None:
    office = Office(at(MONDAY, 20))
    office.when(check_in(MONDAY, overnight=True), BY_MEMBER)
    office.now = at(MONDAY + timedelta(days=3), 20)
    office.when(check_in(MONDAY + timedelta(days=3)), BY_MEMBER)
    office.when(lodging(MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)), BY_MEMBER)
    found = cmd.Finding(person=MEMBER, finding=SpotCheckFinding.ABSENT)
    day = MONDAY + timedelta(days=2)
    office.when(cmd.RecordSpotCheck(check="C1", team=TEAM, date=day, findings=(found,)), BY_COUNTY)
    nights = [night_spent(office.register(), day) for day in days(MONDAY, MONDAY + timedelta(days=3))]
    assert nights == [True, True, False, False]


def emergency() -> Office:
    """Asked for orally on the first day, approved by the leader."""
    office = Office(at(MONDAY))
    asked = leave(MONDAY, MONDAY + timedelta(days=4), evidence=(), emergency=True)
    assert names_of(office.when(asked, BY_MEMBER)) == ["LeaveRequested"]
    assert names_of(office.when(APPROVE, BY_LEADER)) == ["LeaveApprovedByLeader"]
    return office


def test_a40_an_emergency_is_asked_for_orally_and_granted_with_its_papers() -> None:
    office = emergency()
    assert code_of(office.when(APPROVE, BY_TOWNSHIP)) is Code.NO_EVIDENCE
    office.now = at(MONDAY + timedelta(days=2))
    assert code_of(office.when(SUPPLY, BY_LEADER)) is Code.AUTH
    assert names_of(office.when(SUPPLY, BY_MEMBER)) == ["LeavePapersSupplied"]
    assert code_of(office.when(SUPPLY, BY_MEMBER)) is Code.WRONG_STATE
    only(office.when(APPROVE, BY_TOWNSHIP), LeaveGranted)


def test_a40_papers_that_come_too_late_leave_the_days_without_a_grant() -> None:
    office = emergency()
    office.now = at(MONDAY + timedelta(days=3))
    assert code_of(office.when(SUPPLY, BY_MEMBER)) is Code.HORIZON_PASSED
    assert code_of(office.when(APPROVE, BY_TOWNSHIP)) is Code.NO_EVIDENCE
    assert office.register().leaves["L1"].step is Step.APPROVED
    assert not office.register().leaves["L1"].covers(MONDAY)


def test_w33_without_an_emergency_there_is_no_leave_without_papers() -> None:
    office = Office(at(MONDAY))
    assert code_of(office.when(leave(MONDAY, MONDAY, evidence=()), BY_MEMBER)) is Code.NO_EVIDENCE


TIERS: dict[str, Any] = {
    "leave.tiers": [
        {"area": TOWNSHIP[:6], "max": 3, "by": "TL"},
        {"area": TOWNSHIP[:6], "by": "TM"},
        {"area": "530199", "by": "TP"},
    ]
}
BY_HEAD = somebody("P000012", Role.TOWNSHIP_HEAD)


def asked(days: int, rules: dict[str, Any]) -> Office:
    office = Office(at(MONDAY), rules)
    office.when(leave(MONDAY, MONDAY + timedelta(days=days - 1)), BY_MEMBER)
    office.when(APPROVE, BY_LEADER)
    return office


def test_a39_a_county_may_say_who_in_the_township_approves_how_long_a_leave() -> None:
    assert code_of(asked(3, TIERS).when(APPROVE, BY_HEAD)) is Code.AUTH
    assert names_of(asked(3, TIERS).when(APPROVE, BY_TOWNSHIP)) == ["LeaveGranted"]
    assert code_of(asked(4, TIERS).when(APPROVE, BY_TOWNSHIP)) is Code.AUTH
    assert code_of(asked(4, TIERS).when(APPROVE, BY_COMMITTEE)) is Code.AUTH
    assert names_of(asked(4, TIERS).when(APPROVE, BY_HEAD)) == ["LeaveGranted"]
    elsewhere = {"leave.tiers": TIERS["leave.tiers"][2:]}
    for by in (BY_TOWNSHIP, BY_COMMITTEE, BY_HEAD):
        assert names_of(asked(30, elsewhere).when(APPROVE, by)) == ["LeaveGranted"]


def test_an_extension_goes_to_the_tier_of_the_whole_length() -> None:
    office = asked(3, TIERS)
    office.when(APPROVE, BY_TOWNSHIP)
    longer = cmd.ExtendLeave(person=MEMBER, leave="L1", ends_on=MONDAY + timedelta(days=5))
    office.when(longer, BY_MEMBER)
    extension = cmd.ApproveExtension(person=MEMBER, leave="L1")
    office.when(extension, BY_LEADER)
    assert code_of(office.when(extension, BY_TOWNSHIP)) is Code.AUTH
    assert names_of(office.when(extension, BY_HEAD)) == ["LeaveExtended"]


def test_a95_a_trip_on_the_home_units_business_is_secondment() -> None:
    office = Office(at(MONDAY))
    for_unit = travel(MONDAY, MONDAY, business=cmd.TravelBusiness.HOME_UNIT)
    assert code_of(office.when(for_unit, BY_MEMBER)) is Code.SECONDMENT_FORBIDDEN
    assert names_of(office.when(travel(MONDAY, MONDAY), BY_MEMBER)) == ["OfficialTravelRequested"]

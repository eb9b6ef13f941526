"""A day of presence: by the person himself, in time, once; late ones with consent (Art. 9; A21, A24, A25, A27)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from contracts.attendance import CheckedIn, CheckInBackfilled, CheckInBackfillRequested
from contracts.fact import Actor
from contracts.identifiers import Role
from contracts.refusals import Code
from services.attendance import commands as cmd
from services.attendance.known import Leadership, Post
from tests.attendance.office import (
    BY_COLLEAGUE,
    BY_COMMITTEE,
    BY_COUNTY,
    BY_KIOSK,
    BY_LEADER,
    BY_MEMBER,
    BY_TOWNSHIP,
    COLLEAGUE,
    LEADER,
    MEMBER,
    NEIGHBOUR,
    PAPERS,
    TEAM,
    UNIT,
    VILLAGE,
    Office,
    at,
    check_in,
    code_of,
    days,
    granted_leave,
    names_of,
    only,
    somebody,
)

DAY = date(2017, 3, 1)


def test_a_check_in_is_authored_by_the_person_in_the_capacity_of_that_day() -> None:
    office = Office(at(DAY))
    made = only(office.when(check_in(DAY), BY_MEMBER), CheckedIn)
    assert (made.actor.person, made.actor.role, made.actor.organisation, made.actor.via) == (
        MEMBER,
        Role.MEMBER,
        UNIT,
        None,
    )
    by_leader = only(office.when(check_in(DAY, LEADER), BY_LEADER), CheckedIn)
    assert by_leader.actor.role is Role.TEAM_LEADER
    assert office.detail["status"] == "recorded"


def test_a_kiosk_carries_what_the_person_authors() -> None:
    made = only(Office(at(DAY)).when(check_in(DAY), BY_KIOSK), CheckedIn)
    assert (made.actor.person, made.actor.via) == (MEMBER, BY_KIOSK.person)


@pytest.mark.parametrize("by", [BY_COLLEAGUE, BY_LEADER, BY_TOWNSHIP])
def test_nobody_signs_in_for_another(by: Any) -> None:
    assert code_of(Office(at(DAY)).when(check_in(DAY), by)) is Code.AUTH


def test_a_batch_with_one_record_of_another_person_is_refused_whole() -> None:
    office = Office(at(DAY))
    batch = cmd.CheckInBatch(records=(check_in(DAY), check_in(DAY, COLLEAGUE)))
    assert code_of(office.when(batch, BY_MEMBER)) is Code.AUTH
    assert office.recorded == []


def test_the_same_device_record_is_answered_with_the_first_event() -> None:
    office = Office(at(DAY))
    office.when(check_in(DAY), BY_MEMBER)
    assert names_of(office.when(check_in(DAY), BY_MEMBER)) == []
    assert office.detail == {"status": "repeated", "event": office.recorded[0].id}


def test_a_retry_is_answered_even_after_the_horizon() -> None:
    office = Office(at(DAY))
    office.when(check_in(DAY), BY_MEMBER)
    office.now = at(DAY + timedelta(days=30))
    assert names_of(office.when(check_in(DAY), BY_MEMBER)) == []


def test_one_device_record_cannot_stand_for_two_days() -> None:
    office = Office(at(DAY))
    office.when(check_in(DAY - timedelta(days=1), record="r"), BY_MEMBER)
    assert code_of(office.when(check_in(DAY, record="r"), BY_MEMBER)) is Code.DUPLICATE
    office.now = at(date(2017, 4, 1))
    assert code_of(office.when(check_in(date(2017, 4, 1), record="r"), BY_MEMBER)) is Code.DUPLICATE


def test_a_second_record_of_the_same_day_and_village_adds_nothing() -> None:
    office = Office(at(DAY))
    office.when(check_in(DAY, record="a"), BY_MEMBER)
    assert names_of(office.when(check_in(DAY, record="b"), BY_MEMBER)) == []
    assert office.detail == {"status": "repeated", "event": office.recorded[0].id}


def test_a_second_record_that_shows_a_night_in_the_village_is_kept() -> None:
    office = Office(at(DAY))
    office.when(check_in(DAY, record="a"), BY_MEMBER)
    assert names_of(office.when(check_in(DAY, record="b", overnight=True), BY_MEMBER)) == ["CheckedIn"]
    assert names_of(office.when(check_in(DAY, record="c", overnight=True), BY_MEMBER)) == []


def test_a_stricter_county_keeps_as_many_records_as_a_day_needs() -> None:
    office = Office(at(DAY), {"onpost.min_checkins": 2})
    outcomes = [names_of(office.when(check_in(DAY, record=record), BY_MEMBER)) for record in "abc"]
    assert outcomes == [["CheckedIn"], ["CheckedIn"], []]


def test_a21_a_second_village_on_one_day_is_recorded_and_flagged() -> None:
    office = Office(at(DAY))
    office.when(check_in(DAY, record="a"), BY_MEMBER)
    assert names_of(office.when(check_in(DAY, record="b", village=NEIGHBOUR), BY_MEMBER)) == ["CheckedIn"]
    assert office.detail["flags"] == ["two_villages", "other_village"]


def test_a20_a_check_in_during_leave_is_recorded_as_a_conflict() -> None:
    office = Office(at(DAY))
    granted_leave(office, DAY, DAY + timedelta(days=4))
    office.now = at(DAY + timedelta(days=2))
    assert names_of(office.when(check_in(DAY + timedelta(days=2)), BY_MEMBER)) == ["CheckedIn"]
    assert office.detail["flags"] == ["leave_conflict"]


def test_a28_half_past_midnight_in_the_village_belongs_to_the_new_day() -> None:
    office = Office(at(DAY, 0, 30))
    assert names_of(office.when(check_in(DAY), BY_MEMBER)) == ["CheckedIn"]
    assert code_of(office.when(check_in(DAY + timedelta(days=1)), BY_MEMBER)) is Code.FUTURE_DATE


def test_a24_an_upload_exactly_72_hours_after_the_end_of_the_day_is_in_time() -> None:
    after = DAY + timedelta(days=4)
    assert names_of(Office(at(after, 0)).when(check_in(DAY), BY_MEMBER)) == ["CheckedIn"]
    late = Office(at(after, 0, 0, 1)).when(check_in(DAY), BY_MEMBER)
    assert code_of(late) is Code.HORIZON_PASSED


def test_w23_an_upload_40_hours_late_counts_on_its_own_date() -> None:
    office = Office(at(DAY + timedelta(days=2), 16))
    made = only(office.when(check_in(DAY), BY_MEMBER), CheckedIn)
    assert made.date == DAY
    assert office.recorded[0].stream == f"attendance/{MEMBER}/2017"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"person": "P000009"}, Code.UNKNOWN_PERSON),
        ({"team": "T0002"}, Code.NOT_POSTED),
        ({"date": date(2017, 2, 28)}, Code.NOT_POSTED),
    ],
)
def test_only_somebody_posted_in_that_team_on_that_day_checks_in(changed: dict[str, Any], code: Code) -> None:
    office = Office(at(DAY))
    office.known = replace(office.known, posts={MEMBER: (Post(TEAM, VILLAGE, UNIT, DAY),)})
    assert code_of(office.when(check_in(DAY, **changed), BY_KIOSK)) is code


def test_a_late_upload_counts_although_the_posting_has_ended_since() -> None:
    office = Office(at(DAY + timedelta(days=1)))
    office.known = replace(office.known, posts={MEMBER: (Post(TEAM, VILLAGE, UNIT, date(2017, 1, 1), DAY),)})
    assert names_of(office.when(check_in(DAY), BY_MEMBER)) == ["CheckedIn"]


def test_each_record_of_a_batch_gets_its_own_answer_in_order() -> None:
    office = Office(at(DAY))
    office.when(check_in(DAY, COLLEAGUE), BY_KIOSK)
    records = (
        check_in(DAY, record="a"),
        check_in(DAY, record="a"),
        check_in(DAY, record="b"),
        check_in(DAY + timedelta(days=1), record="c"),
        check_in(DAY, COLLEAGUE),
        check_in(DAY, "P000009"),
        check_in(DAY, LEADER),
    )
    facts = office.when(cmd.CheckInBatch(records=records), BY_KIOSK)
    assert names_of(facts) == ["CheckedIn", "CheckedIn"]
    answers = office.detail["records"]
    assert [answer["status"] for answer in answers] == [
        "recorded",
        "repeated",
        "repeated",
        "refused",
        "repeated",
        "refused",
        "recorded",
    ]
    first, second = office.recorded[1].id, office.recorded[2].id
    assert [answer.get("event") for answer in answers] == [
        first,
        first,
        first,
        None,
        office.recorded[0].id,
        None,
        second,
    ]
    assert [answers[3]["problem"]["code"], answers[5]["problem"]["code"]] == ["FUTURE_DATE", "UNKNOWN_PERSON"]
    assert [(answer["person"], answer["record"]) for answer in answers] == [(r.person, r.record) for r in records]


def test_a_batch_over_new_year_goes_to_the_streams_of_both_years() -> None:
    office = Office(at(date(2017, 1, 2)))
    records = tuple(check_in(day) for day in days(date(2016, 12, 30), date(2017, 1, 2)))
    office.when(cmd.CheckInBatch(records=records), BY_MEMBER)
    assert [recorded.stream[-4:] for recorded in office.recorded] == ["2016", "2016", "2017", "2017"]


LATE = at(DAY + timedelta(days=10))


def backfill(**changed: Any) -> cmd.RequestBackfill:
    fields = {
        "person": MEMBER,
        "team": TEAM,
        "village": VILLAGE,
        "date": DAY,
        "record": "paper-1",
        "evidence": PAPERS,
    }
    return cmd.RequestBackfill.model_validate({**fields, **changed})


def step(form: Any, person: str = MEMBER, **more: Any) -> Any:
    return form(person=person, record="paper-1", **more)


CONSENT, ENTER, REJECT = (
    step(cmd.ConsentToBackfill),
    step(cmd.BackfillCheckIn),
    step(cmd.RejectBackfill, reason="当日在外"),
)


def test_a24_after_the_horizon_a_presence_is_asked_for_consented_to_and_entered() -> None:
    office = Office(LATE)
    assert code_of(office.when(ENTER, BY_COMMITTEE)) is Code.UNKNOWN_CASE, (
        "nobody enters what its person did not ask for"
    )
    asked = only(office.when(backfill(), BY_MEMBER), CheckInBackfillRequested)
    assert asked.actor == BY_MEMBER
    assert code_of(office.when(ENTER, BY_COMMITTEE)) is Code.NO_CONSENT
    assert names_of(office.when(CONSENT, BY_LEADER)) == ["CheckInBackfillConsented"]
    assert code_of(office.when(CONSENT, BY_LEADER)) is Code.WRONG_STATE
    made = only(office.when(ENTER, BY_COMMITTEE), CheckInBackfilled)
    assert (made.leader_consent, made.township_consent) == (LEADER, BY_COMMITTEE.person)
    assert (made.date, made.evidence, made.village) == (DAY, PAPERS, VILLAGE)
    assert [seen.record for seen in office.register().on(DAY)] == ["paper-1"]
    for command, by in ((ENTER, BY_COMMITTEE), (CONSENT, BY_LEADER), (REJECT, BY_COMMITTEE)):
        assert code_of(office.when(command, by)) is Code.WRONG_STATE


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"evidence": ()}, Code.NO_EVIDENCE),
        ({"person": COLLEAGUE}, Code.AUTH),
        ({"date": date(2015, 12, 31)}, Code.NOT_POSTED),
        ({"date": date(2017, 5, 1)}, Code.FUTURE_DATE),
    ],
)
def test_a_late_presence_is_the_persons_own_word_with_papers(changed: dict[str, Any], code: Code) -> None:
    assert code_of(Office(LATE).when(backfill(**changed), BY_MEMBER)) is code


def test_each_gives_his_own_word_and_nobody_two() -> None:
    office = Office(LATE)
    office.when(backfill(), BY_MEMBER)
    assert code_of(office.when(backfill(), BY_MEMBER)) is Code.DUPLICATE
    assert code_of(office.when(CONSENT, somebody(COLLEAGUE, Role.TEAM_LEADER))) is Code.AUTH
    assert code_of(office.when(CONSENT, BY_MEMBER)) is Code.SELF
    office.when(CONSENT, BY_LEADER)
    both = somebody(LEADER, Role.TOWNSHIP)
    assert code_of(office.when(ENTER, both)) is Code.SELF, "one person in two offices is one person"


@pytest.mark.parametrize("by", [BY_LEADER, BY_COMMITTEE])
def test_a_no_ends_it_and_the_person_may_ask_again_with_other_papers(by: Actor) -> None:
    office = Office(LATE)
    office.when(backfill(), BY_MEMBER)
    assert names_of(office.when(REJECT, by)) == ["CheckInBackfillRejected"]
    assert code_of(office.when(ENTER, BY_COMMITTEE)) is Code.WRONG_STATE
    assert names_of(office.when(backfill(evidence=("b" * 64,)), BY_MEMBER)) == ["CheckInBackfillRequested"]


def test_an_acting_leader_consents_to_the_leaders_own_and_without_any_the_township_decides() -> None:
    office = Office(LATE)
    office.when(backfill(person=LEADER), BY_LEADER)
    enter = step(cmd.BackfillCheckIn, LEADER)
    assert code_of(office.when(enter, BY_COMMITTEE)) is Code.NO_CONSENT
    acting = Leadership(COLLEAGUE, date(2017, 3, 5), date(2017, 4, 3), acting=True)
    office.known = replace(office.known, leaders={TEAM: (Leadership(LEADER, date(2016, 1, 1)), acting)})
    consent = step(cmd.ConsentToBackfill, LEADER)
    assert names_of(office.when(consent, somebody(COLLEAGUE, Role.TEAM_LEADER))) == ["CheckInBackfillConsented"]
    assert names_of(office.when(enter, BY_COMMITTEE)) == ["CheckInBackfilled"]
    headless = Office(LATE)
    headless.known = replace(headless.known, leaders={})
    headless.when(backfill(), BY_MEMBER)
    assert only(headless.when(ENTER, BY_COMMITTEE), CheckInBackfilled).leader_consent is None


def test_a_day_that_is_shown_already_is_not_asked_for_again() -> None:
    office = Office(at(DAY))
    office.when(check_in(DAY), BY_MEMBER)
    office.now = LATE
    assert code_of(office.when(backfill(), BY_MEMBER)) is Code.DUPLICATE


def test_w10_a_check_in_is_voided_once_and_the_day_is_open_again() -> None:
    office = Office(at(DAY))
    office.when(check_in(DAY, record="a"), BY_MEMBER)
    void = cmd.VoidCheckIn(person=MEMBER, date=DAY, voids=office.recorded[0].id, reason="代签")
    assert names_of(office.when(void, BY_TOWNSHIP)) == ["CheckInVoided"]
    assert code_of(office.when(void, BY_TOWNSHIP)) is Code.DUPLICATE
    assert names_of(office.when(check_in(DAY, record="b"), BY_MEMBER)) == ["CheckedIn"]


def test_only_a_check_in_of_that_person_and_day_can_be_voided() -> None:
    office = Office(at(DAY))
    office.when(check_in(DAY), BY_MEMBER)
    event = office.recorded[0].id
    elsewhere = cmd.VoidCheckIn(person=COLLEAGUE, date=DAY, voids=event, reason="代签")
    assert code_of(office.when(elsewhere, BY_TOWNSHIP)) is Code.UNKNOWN_CASE
    another_day = cmd.VoidCheckIn(person=MEMBER, date=DAY - timedelta(days=1), voids=event, reason="代签")
    assert code_of(office.when(another_day, BY_TOWNSHIP)) is Code.UNKNOWN_CASE


def test_a_check_in_far_away_is_no_day_in_the_village_and_a_neighbouring_village_is_marked() -> None:
    office = Office(at(DAY))
    far = check_in(DAY, village="110101001001")
    assert code_of(office.when(far, BY_MEMBER)) is Code.UNKNOWN_PLACE
    assert names_of(office.when(check_in(DAY, village=NEIGHBOUR), BY_MEMBER)) == ["CheckedIn"]
    assert office.detail["flags"] == ["other_village"]


def test_dates_of_other_ages_are_refused_like_any_other() -> None:
    office = Office(at(DAY))
    assert code_of(office.when(check_in(date(1, 1, 1)), BY_MEMBER)) is Code.NOT_POSTED
    assert code_of(office.when(check_in(date(9999, 12, 31)), BY_MEMBER)) is Code.FUTURE_DATE


SUNDAY = date(2017, 3, 5)


def mark(without: bool, since: date) -> cmd.MarkSignal:
    return cmd.MarkSignal(village=VILLAGE, without_signal=without, starts_on=since, reason="基站未通")


def test_a25_paper_counts_only_in_a_village_that_is_marked_as_without_signal() -> None:
    office = Office(at(date(2017, 3, 3), 12))
    paper = {day: check_in(date(2017, 3, day), method="paper") for day in (1, 2, 3)}
    assert code_of(office.when(paper[2], BY_MEMBER)) is Code.NO_EVIDENCE
    assert names_of(office.when(mark(True, date(2017, 3, 2)), BY_COUNTY)) == ["VillageSignalMarked"]
    assert code_of(office.when(mark(True, date(2017, 3, 2)), BY_COUNTY)) is Code.DUPLICATE
    assert code_of(office.when(paper[1], BY_MEMBER)) is Code.NO_EVIDENCE
    assert names_of(office.when(paper[2], BY_MEMBER)) == ["CheckedIn"]
    assert names_of(office.when(mark(False, date(2017, 3, 3)), BY_COUNTY)) == ["VillageSignalMarked"]
    assert code_of(office.when(paper[3], BY_MEMBER)) is Code.NO_EVIDENCE
    elsewhere = check_in(date(2017, 3, 2), village=NEIGHBOUR, method="paper", record="p-2")
    assert code_of(office.when(elsewhere, BY_MEMBER)) is Code.NO_EVIDENCE


def test_a_day_of_rest_is_one_by_the_calendar_and_is_entered_once_by_the_person() -> None:
    office = Office(at(SUNDAY, 20))
    rest = cmd.RecordRestDay(person=MEMBER, date=SUNDAY)
    assert code_of(office.when(rest, BY_LEADER)) is Code.AUTH
    assert names_of(office.when(rest, BY_MEMBER)) == ["RestDayRecorded"]
    assert code_of(office.when(rest, BY_MEMBER)) is Code.DUPLICATE
    on_duty = cmd.RecordRestDay(person=MEMBER, date=SUNDAY - timedelta(days=2))
    assert code_of(office.when(on_duty, BY_MEMBER)) is Code.WRONG_STATE
    tomorrow = cmd.RecordRestDay(person=MEMBER, date=SUNDAY + timedelta(days=7))
    assert code_of(office.when(tomorrow, BY_MEMBER)) is Code.FUTURE_DATE


def test_a25_a_way_of_checking_in_that_is_not_accepted_is_refused_and_the_others_count() -> None:
    office = Office(at(date(2017, 3, 1), 12), {"checkin.methods": ["gps", "kiosk"]})
    assert code_of(office.when(check_in(date(2017, 3, 1), method="paper"), BY_MEMBER)) is Code.NO_EVIDENCE
    assert names_of(office.when(check_in(date(2017, 3, 1), method="gps"), BY_MEMBER)) == ["CheckedIn"]

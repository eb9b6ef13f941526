"""The monthly sheet: from the register, signed by the village, reviewed, filed twice, fed back (Art. 9; W25-W30)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from contracts import sheets as fact
from contracts.attendance import DayStatus, SpotCheckFinding
from contracts.fact import Actor
from contracts.identifiers import Role
from contracts.refusals import Code, Refusal
from contracts.sheets import SheetRow, sheet_digest
from services.attendance import commands as cmd
from services.attendance.known import Elsewhere, Post
from services.attendance.sheets import commands as sheet
from services.attendance.sheets import letters
from services.attendance.sheets.rows import draw_up
from services.attendance.sheets.state import FILED_WITH, SheetStep
from tests.attendance.office import (
    BY_COMMITTEE,
    BY_COUNTY,
    BY_DIRECTOR,
    BY_KIOSK,
    BY_LEADER,
    BY_MEMBER,
    BY_SECRETARY,
    BY_TOWNSHIP,
    COLLEAGUE,
    LEADER,
    MEMBER,
    OTHER_UNIT,
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
    leave,
    names_of,
    only,
    somebody,
    travel,
)

APRIL, MAY = "2017-04", "2017-05"
FIRST, LAST = date(2017, 4, 1), date(2017, 4, 30)
DRAFT = sheet.DraftSheet(team=TEAM, month=APRIL)
SIGN = sheet.SignSheet(team=TEAM, month=APRIL, version=1)
SUBMIT = sheet.SubmitSheet(team=TEAM, month=APRIL)
RETURN = sheet.ReturnSheet(team=TEAM, month=APRIL, reasons="四月三日实为因公出差")
REVIEW = sheet.ReviewSheets(month=APRIL, teams=(TEAM,))
FILE = sheet.FileSheets(month=APRIL, teams=(TEAM,))
FEED_BACK = sheet.FeedBackSheets(month=APRIL, teams=(TEAM,))
CORRECT = cmd.CorrectDay(person=MEMBER, date=date(2017, 4, 5), status=DayStatus.TRAVEL, reason="会议签到表为证")


def april(now: Any = None) -> Office:
    """A member on post on every duty day of April, a colleague of another unit absent, the leader on two trips."""
    office = Office(at(FIRST))
    office.known = replace(
        office.known,
        posts={**office.known.posts, COLLEAGUE: (Post(TEAM, VILLAGE, OTHER_UNIT, FIRST + timedelta(days=9)),)},
    )
    for day in days(FIRST, LAST):
        office.now = at(day, 18)
        if day not in (date(2017, 4, 5), date(2017, 4, 6)):
            office.when(check_in(day), BY_KIOSK)
    office.now = at(date(2017, 4, 4))
    office.when(travel(date(2017, 4, 5), date(2017, 4, 6), LEADER), BY_LEADER)
    office.when(cmd.ApproveTravel(person=LEADER, travel="X1"), BY_TOWNSHIP)
    office.now = now or at(date(2017, 5, 5))
    return office


def signed() -> Office:
    office = april()
    only(office.when(DRAFT, BY_LEADER), fact.MonthlySheetDrafted)
    only(office.when(SIGN, BY_DIRECTOR), fact.MonthlySheetSigned)
    return office


def reviewed() -> Office:
    office = signed()
    office.when(SUBMIT, BY_LEADER)
    assert names_of(office.when(REVIEW, BY_TOWNSHIP)) == ["MonthlySheetReviewed"]
    return office


def test_it_is_drawn_up_from_the_register_with_a_row_for_each_person_posted() -> None:
    office = april()
    drafted = only(office.when(DRAFT, BY_LEADER), fact.MonthlySheetDrafted)
    assert [(row.person, row.unit, row.leader, row.posted) for row in drafted.rows] == [
        (LEADER, UNIT, True, 30),
        (MEMBER, UNIT, False, 30),
        (COLLEAGUE, OTHER_UNIT, False, 21),
    ]
    rows = {row.person: row.days for row in drafted.rows}
    assert rows[MEMBER] == "PPPPAAPPPPPPPPPPPPPPPPPPPPPPPP"
    assert rows[LEADER] == "ARRRTTARRAAAAARRAAAAARRAAAAARR"
    assert rows[COLLEAGUE] == "---------AAAAARRAAAAARRAAAAARR"
    assert all(len(row.days) - row.days.count("-") == row.posted for row in drafted.rows)
    assert drafted.digest == sheet_digest(TEAM, APRIL, 1, drafted.rows)
    assert office.detail == {"version": 1, "digest": drafted.digest}


def test_no_sheet_before_the_month_is_over_nor_while_a_day_may_still_come() -> None:
    assert code_of(april(at(LAST, 23)).when(DRAFT, BY_LEADER)) is Code.FUTURE_DATE
    early = april(at(date(2017, 5, 1)))
    assert code_of(early.when(DRAFT, BY_LEADER)) is Code.WRONG_STATE
    early.now = at(date(2017, 5, 2))  # 28 April, the last duty day, was over 72 hours before
    assert names_of(early.when(DRAFT, BY_LEADER)) == ["MonthlySheetDrafted"]


def claimed(**counts: int) -> sheet.DraftSheet:
    return DRAFT.model_copy(update={"rows": (sheet.ClaimedRow(person=MEMBER, **counts),)})


def test_w25_a_paper_that_does_not_add_up_or_claims_what_nobody_recorded_is_refused() -> None:
    office = april()
    assert code_of(office.when(claimed(on_post=22, rest=9), BY_LEADER)) is Code.ROW_SUM
    assert code_of(office.when(claimed(on_post=30), BY_LEADER)) is Code.AUTH
    assert code_of(office.when(claimed(on_post=27, absent=3), BY_LEADER)) is Code.ROW_SUM
    twice = claimed(on_post=28, absent=2)
    assert code_of(office.when(twice.model_copy(update={"rows": twice.rows * 2}), BY_LEADER)) is Code.DUPLICATE
    stranger = DRAFT.model_copy(update={"rows": (sheet.ClaimedRow(person="P000099", on_post=30),)})
    assert code_of(office.when(stranger, BY_LEADER)) is Code.NOT_POSTED
    assert names_of(office.when(claimed(on_post=28, absent=2), BY_LEADER)) == ["MonthlySheetDrafted"]


def test_w26_february_of_a_leap_year_has_29_statuses() -> None:
    office = Office(at(date(2016, 3, 5)))
    command = sheet.DraftSheet(team=TEAM, month="2016-02")
    drafted = only(office.when(command, BY_LEADER), fact.MonthlySheetDrafted)
    assert {(len(row.days), row.posted) for row in drafted.rows} == {(29, 29)}
    thirty = command.model_copy(update={"rows": (sheet.ClaimedRow(person=MEMBER, absent=21, rest=9),)})
    assert code_of(office.when(thirty, BY_LEADER)) is Code.ROW_SUM
    with pytest.raises(ValidationError, match="as many days"):
        fields = drafted.model_dump()
        fields["rows"][0]["days"] += "R"
        fields["rows"][0]["posted"] += 1
        fact.MonthlySheetDrafted.model_validate(fields)
    with pytest.raises(ValidationError, match="add up"):
        SheetRow.model_validate({**drafted.rows[0].model_dump(), "posted": 28})


def test_w27_unsigned_signed_by_the_director_alone_signed_by_the_first_secretary() -> None:
    office = april()
    assert code_of(office.when(SUBMIT, BY_LEADER)) is Code.UNKNOWN_CASE
    office.when(DRAFT, BY_LEADER)
    assert code_of(office.when(SUBMIT, BY_LEADER)) is Code.SIG_MISSING
    assert code_of(office.when(REVIEW, BY_TOWNSHIP)) is Code.SIG_MISSING
    assert code_of(office.when(SIGN, BY_LEADER)) is Code.SIG_NOT_ALLOWED
    assert code_of(office.when(SIGN, BY_MEMBER)) is Code.SIG_NOT_ALLOWED
    assert code_of(office.when(SIGN, somebody("P000077", Role.TEAM_LEADER))) is Code.SIG_NOT_ALLOWED
    as_secretary = somebody(LEADER, Role.VILLAGE_SECRETARY)
    assert code_of(office.when(SIGN, as_secretary)) is Code.SIG_NOT_ALLOWED
    assert names_of(office.when(SIGN, BY_DIRECTOR)) == ["MonthlySheetSigned"]
    assert code_of(office.when(SIGN, BY_SECRETARY)) is Code.WRONG_STATE
    assert names_of(office.when(SUBMIT, BY_LEADER)) == ["MonthlySheetSubmitted"]
    assert code_of(office.when(SUBMIT, BY_LEADER)) is Code.WRONG_STATE


def test_what_is_signed_is_what_lies_there() -> None:
    office = april()
    assert code_of(office.when(SIGN, BY_DIRECTOR)) is Code.UNKNOWN_CASE
    drafted = only(office.when(DRAFT, BY_LEADER), fact.MonthlySheetDrafted)
    assert code_of(office.when(SIGN.model_copy(update={"version": 2}), BY_DIRECTOR)) is Code.INPUTS_CHANGED
    assert code_of(office.when(SIGN.model_copy(update={"digest": "0" * 64}), BY_DIRECTOR)) is Code.INPUTS_CHANGED
    assert code_of(office.when(DRAFT, BY_LEADER)) is Code.DUPLICATE
    office.when(CORRECT, BY_COMMITTEE)
    assert code_of(office.when(SIGN, BY_DIRECTOR)) is Code.INPUTS_CHANGED
    assert only(office.when(DRAFT, BY_LEADER), fact.MonthlySheetDrafted).corrects is None
    second = SIGN.model_copy(update={"version": 2})
    assert (
        code_of(office.when(second.model_copy(update={"digest": drafted.digest}), BY_DIRECTOR)) is Code.INPUTS_CHANGED
    )
    assert names_of(office.when(second, BY_DIRECTOR)) == ["MonthlySheetSigned"]


COMMITTEE_MEMBER = somebody("P000042", Role.VILLAGE_COMMITTEES)
DELEGATE = sheet.DelegateSignature(
    team=TEAM, month=APRIL, delegated_by=BY_SECRETARY.person, delegate=COMMITTEE_MEMBER.person, evidence=PAPERS
)


def test_a33_a_committee_member_signs_where_the_signature_was_delegated_in_writing() -> None:
    office = april()
    office.known = replace(
        office.known,
        village_roles={
            BY_SECRETARY.person: frozenset({Role.VILLAGE_SECRETARY}),
            COMMITTEE_MEMBER.person: frozenset({Role.VILLAGE_COMMITTEES}),
        },
    )
    office.when(DRAFT, BY_LEADER)
    assert code_of(office.when(SIGN, COMMITTEE_MEMBER)) is Code.SIG_NOT_ALLOWED
    assert code_of(office.when(DELEGATE.model_copy(update={"evidence": ()}), BY_COMMITTEE)) is Code.NO_EVIDENCE
    for wrong in ({"delegated_by": BY_COUNTY.person}, {"delegate": MEMBER}):
        assert code_of(office.when(DELEGATE.model_copy(update=wrong), BY_COMMITTEE)) is Code.SIG_NOT_ALLOWED
    own = DELEGATE.model_copy(update={"delegate": BY_COMMITTEE.person})
    assert code_of(office.when(own, BY_COMMITTEE)) is Code.SELF
    assert names_of(office.when(DELEGATE, BY_COMMITTEE)) == ["SignatureDelegated"]
    assert only(office.when(SIGN, COMMITTEE_MEMBER), fact.MonthlySheetSigned).delegated is True


@pytest.mark.parametrize(
    ("now", "on_time"), [(at(date(2017, 5, 15), 23, 50), True), (at(date(2017, 5, 16), 0, 10), False)]
)
def test_w28_the_15th_is_in_time_the_16th_is_taken_and_marked(now: Any, on_time: bool) -> None:
    office = signed()
    office.now = now
    assert only(office.when(SUBMIT, BY_LEADER), fact.MonthlySheetSubmitted).on_time is on_time


def test_the_clock_finds_a_sheet_overdue_on_the_16th_and_once() -> None:
    clock = Actor(person="P000000", role=Role.CLOCK)
    declare = sheet.DeclareSheetOverdue(team=TEAM, month=APRIL, due_on=date(2017, 5, 15))
    office = signed()
    office.now = at(date(2017, 5, 15), 23, 59)
    assert code_of(office.when(declare, clock)) is Code.WRONG_STATE
    office.now = at(date(2017, 5, 16), 0)
    overdue = only(office.when(declare, clock), fact.MonthlySheetOverdue)
    assert overdue.due_on == date(2017, 5, 15)
    assert code_of(office.when(declare, clock)) is Code.WRONG_STATE
    in_time = signed()
    in_time.when(SUBMIT, BY_LEADER)
    in_time.now = at(date(2017, 5, 20))
    assert code_of(in_time.when(declare, clock)) is Code.WRONG_STATE


def test_a37_a_returned_sheet_is_in_time_by_its_first_submission() -> None:
    for later, on_time in ((5, True), (6, False)):
        office = signed()
        office.now = at(date(2017, 5, 14))
        office.when(SUBMIT, BY_LEADER)
        office.now = at(date(2017, 5, 17))
        assert names_of(office.when(RETURN, BY_TOWNSHIP)) == ["MonthlySheetReturned"]
        assert not office.sheet(APRIL).closed
        assert names_of(office.when(CORRECT, BY_COMMITTEE)) == ["DayStatusCorrected"]
        assert code_of(office.when(SUBMIT, BY_LEADER)) is Code.SIG_MISSING
        assert only(office.when(DRAFT, BY_LEADER), fact.MonthlySheetDrafted).corrects == 1
        office.when(SIGN.model_copy(update={"version": 2}), BY_SECRETARY)
        office.now = at(date(2017, 5, 17) + timedelta(days=later))
        assert only(office.when(SUBMIT, BY_LEADER), fact.MonthlySheetSubmitted).on_time is on_time


def test_w29_complete_takes_both_departments_and_every_unit() -> None:
    office = reviewed()
    only_xz = FILE.model_copy(update={"recipients": (Role.COUNTY_ORGANISATION,)})
    filed = only(office.when(only_xz, BY_COMMITTEE), fact.MonthlySheetFiled)
    outcome = office.when(FEED_BACK, BY_COMMITTEE)
    told = [made.fact for made in office.recorded if isinstance(made.fact, fact.MonthlySheetFedBack)]
    assert len(told) == len(names_of(outcome)) == 2
    assert {made.unit: {row.person for row in made.rows} for made in told} == {
        UNIT: {LEADER, MEMBER},
        OTHER_UNIT: {COLLEAGUE},
    }
    current = office.sheet(APRIL).current
    assert current is not None and not current.complete
    rest = only(office.when(FILE, BY_COMMITTEE), fact.MonthlySheetFiled)
    assert {filed.recipient, rest.recipient} == FILED_WITH
    assert filed.digest == rest.digest == current.digest
    current = office.sheet(APRIL).current
    assert current is not None and current.complete
    assert code_of(office.when(FILE, BY_COMMITTEE)) is Code.DUPLICATE
    assert code_of(office.when(FEED_BACK, BY_COMMITTEE)) is Code.DUPLICATE


def test_nothing_is_filed_or_fed_back_before_the_review() -> None:
    office = signed()
    office.when(SUBMIT, BY_LEADER)
    assert code_of(office.when(FILE, BY_COMMITTEE)) is Code.WRONG_STATE
    assert code_of(office.when(FEED_BACK, BY_COMMITTEE)) is Code.WRONG_STATE
    assert code_of(april().when(FILE, BY_COMMITTEE)) is Code.UNKNOWN_CASE


def test_w30_an_error_in_a_reviewed_sheet_makes_a_second_version_and_keeps_the_first() -> None:
    office = reviewed()
    office.when(FILE, BY_COMMITTEE)
    office.when(FEED_BACK, BY_COMMITTEE)
    first = office.sheet(APRIL).current
    assert first is not None
    assert code_of(office.when(DRAFT, BY_LEADER)) is Code.DUPLICATE
    request = cmd.RequestCorrection(**CORRECT.model_dump(exclude={"supersedes"}))
    assert names_of(office.when(request, BY_COMMITTEE)) == ["DayCorrectionRequested"]
    assert code_of(office.when(CORRECT, BY_COMMITTEE)) is Code.AUTH
    assert names_of(office.when(CORRECT, BY_TOWNSHIP)) == ["DayStatusCorrected"]
    assert only(office.when(DRAFT, BY_LEADER), fact.MonthlySheetDrafted).corrects == 1
    assert office.sheet(APRIL).closed, "the first version is in force until the second is reviewed"
    office.when(SIGN.model_copy(update={"version": 2}), BY_SECRETARY)
    office.when(SUBMIT, BY_LEADER)
    assert names_of(office.when(REVIEW, BY_TOWNSHIP)) == ["MonthlySheetReviewed", "MonthlySheetSuperseded"]
    second = office.sheet(APRIL).reviewed
    assert second is not None and second.number == 2 and not second.filed and not second.fed_back
    assert office.sheet(APRIL).versions[0].rows == first.rows
    rows = {row.person: row.days for row in second.rows}
    assert rows[MEMBER][4] == "T"
    assert names_of(office.when(FILE, BY_COMMITTEE)) == ["MonthlySheetFiled"] * 2
    assert names_of(office.when(FEED_BACK, BY_COMMITTEE)) == ["MonthlySheetFedBack"] * 2


def test_a_register_that_changed_since_is_sent_back_by_the_review() -> None:
    office = signed()
    office.when(SUBMIT, BY_LEADER)
    found = cmd.Finding(person=MEMBER, finding=SpotCheckFinding.ABSENT)
    check = cmd.RecordSpotCheck(check="C1", team=TEAM, date=date(2017, 4, 20), findings=(found,))
    assert names_of(office.when(check, BY_COUNTY)) == ["SpotCheckConducted", "PersonSpotChecked"]
    assert code_of(office.when(REVIEW, BY_TOWNSHIP)) is Code.INPUTS_CHANGED
    office.when(RETURN, BY_TOWNSHIP)
    office.when(DRAFT, BY_LEADER)
    office.when(SIGN.model_copy(update={"version": 2}), BY_SECRETARY)
    office.when(SUBMIT, BY_LEADER)
    assert names_of(office.when(REVIEW, BY_TOWNSHIP)) == ["MonthlySheetReviewed"]


BACKFILL = cmd.RequestBackfill(
    person=MEMBER, team=TEAM, village=VILLAGE, date=date(2017, 4, 5), record="late", evidence=PAPERS
)


def late_writings() -> list[tuple[cmd.Command, Actor]]:
    """What would change a day of April."""
    day = date(2017, 4, 5)
    return [
        (BACKFILL, BY_MEMBER),
        (cmd.RecordAbsence(person=MEMBER, date=day), BY_LEADER),
        (travel(day, day, travel="X9"), BY_MEMBER),
        (leave(day, day, leave="L9"), BY_MEMBER),
    ]


@pytest.mark.parametrize(("command", "by"), late_writings(), ids=lambda made: type(made).__name__)
def test_a_signature_closes_the_month(command: cmd.Command, by: Actor) -> None:
    assert code_of(signed().when(command, by)) is Code.PERIOD_CLOSED
    open_office = april()
    outcome = open_office.when(command, by)
    assert isinstance(outcome, list) or outcome.code is not Code.PERIOD_CLOSED


def test_a_late_upload_is_told_of_the_signature_and_a_repeated_one_of_its_event() -> None:
    office = signed()
    repeated = check_in(date(2017, 4, 28))
    outcome = office.when(cmd.CheckInBatch(records=(repeated, check_in(date(2017, 4, 5)))), BY_KIOSK)
    assert outcome == []
    answers = office.detail["records"]
    assert [answer["status"] for answer in answers] == ["repeated", "refused"]
    assert answers[1]["problem"]["code"] == "PERIOD_CLOSED"


def test_leave_that_ended_before_is_closed_late_but_its_days_do_not_move() -> None:
    office = Office(at(date(2017, 4, 20)))
    granted_leave(office, date(2017, 4, 24), date(2017, 5, 3))
    office.now = at(date(2017, 5, 8))
    office.when(DRAFT, BY_LEADER)
    office.when(SIGN, BY_SECRETARY)
    back_in_april = cmd.CloseLeave(person=MEMBER, leave="L1", returned_on=date(2017, 4, 28))
    assert code_of(office.when(back_in_april, BY_MEMBER)) is Code.PERIOD_CLOSED
    shorter = cmd.ShortenLeave(person=MEMBER, leave="L1", ends_on=date(2017, 4, 27))
    assert code_of(office.when(shorter, BY_MEMBER)) is Code.PERIOD_CLOSED
    assert code_of(office.when(cmd.WithdrawLeave(person=MEMBER, leave="L1"), BY_MEMBER)) is Code.PERIOD_CLOSED
    in_may = back_in_april.model_copy(update={"returned_on": date(2017, 5, 2)})
    assert names_of(office.when(in_may, BY_MEMBER)) == ["LeaveClosed"]


def test_a23_reasons_of_absence_are_ruled_on_until_the_review_and_corrected_afterwards() -> None:
    day = date(2017, 4, 5)
    justify = cmd.JustifyAbsence(person=MEMBER, starts_on=day, ends_on=day, reason="急诊", evidence=PAPERS)
    assert names_of(signed().when(justify, BY_COMMITTEE)) == ["AbsenceJustified"]
    assert code_of(reviewed().when(justify, BY_COMMITTEE)) is Code.PERIOD_CLOSED
    reject = cmd.RejectJustification(person=MEMBER, starts_on=day, ends_on=day, reason="无据")
    assert code_of(reviewed().when(reject, BY_COUNTY)) is Code.PERIOD_CLOSED


def test_a_request_for_correction_is_for_signed_months() -> None:
    request = cmd.RequestCorrection(person=MEMBER, date=CORRECT.date, status=DayStatus.TRAVEL, reason="会议")
    assert code_of(april().when(request, BY_COMMITTEE)) is Code.WRONG_STATE
    assert names_of(april().when(CORRECT, BY_COMMITTEE)) == ["DayStatusCorrected"]


def test_one_bad_sheet_refuses_the_whole_round() -> None:
    office = signed()
    office.when(SUBMIT, BY_LEADER)
    office.known = replace(office.known, villages={TEAM: VILLAGE, "T0002": VILLAGE})
    both = REVIEW.model_copy(update={"teams": (TEAM, "T0002")})
    assert code_of(office.when(both, BY_TOWNSHIP)) is Code.UNKNOWN_CASE
    current = office.sheet(APRIL).current
    assert current is not None and current.step is SheetStep.SUBMITTED


def test_nobody_posted_no_sheet() -> None:
    office = Office(at(date(2017, 5, 5)))
    office.known = replace(office.known, posts={})
    assert code_of(office.when(DRAFT, BY_LEADER)) is Code.NOT_POSTED
    assert code_of(Office(at(date(2017, 5, 5))).when(RETURN, BY_TOWNSHIP)) is Code.UNKNOWN_CASE


def test_a_month_drawn_up_before_is_drawn_up_anew_by_all_that_bears_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    office = april()

    def drawn() -> dict[str, str]:
        rows = draw_up(office.act(DRAFT, BY_LEADER), TEAM, APRIL, office.states)
        assert not isinstance(rows, Refusal)
        return {row.person: row.days for row in rows}

    def changed() -> dict[str, str]:
        """What is drawn up now, after it was seen that this is what would be drawn up without any memory."""
        remembered = drawn()
        with monkeypatch.context() as forgetting:
            forgetting.setattr(letters, "MOST_REMEMBERED", 0)
            drawn()
            assert drawn() == remembered
        return drawn()

    before = changed()
    office.when(check_in(date(2017, 5, 4)), BY_KIOSK)
    office.when(leave(date(2017, 5, 8), date(2017, 5, 9)), BY_MEMBER)
    assert changed() == before
    office.when(CORRECT, BY_COMMITTEE)
    assert (corrected := changed())[MEMBER] == "PPPPTAPPPPPPPPPPPPPPPPPPPPPPPP"
    office.known = replace(office.known, elsewhere={COLLEAGUE: Elsewhere(trainings=((LAST, LAST),))})
    assert (trained := changed())[COLLEAGUE][-1] == "C" != corrected[COLLEAGUE][-1]
    office.known = replace(office.known, posts={**office.known.posts, MEMBER: (Post(TEAM, VILLAGE, UNIT, LAST),)})
    assert changed()[MEMBER] == "-" * 29 + "P"
    office.rules["onpost.min_checkins"] = 2
    assert changed()[MEMBER] == "-" * 29 + "R" != trained[MEMBER]

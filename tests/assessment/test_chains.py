"""Facts that take the words of others: the replay reports those that came without (Art. 8-10, 12-15, 23)."""

from typing import Any

import pytest

from services.assessment.replay import chains
from services.assessment.replay.before import Before, Record

PERSON, LEADER, TEAM = "P000001", "P000002", "T530113100201"


def event(name: str, role: str, by: str = "P000901", person: str = PERSON, **data: Any) -> dict[str, Any]:
    members = {"actor": {"person": by, "role": role}, "person": person, "place": "530113100201", **data}
    return {"type": f"zhucun.x.{name}.v1", "data": members}


def chain_broken(said: dict[str, Any], before: list[dict[str, Any]]) -> str | None:
    """Why it does not rest on the words before it."""
    return chains.chain_broken(said, Before(Record([*before, said]), len(before)))


def leave(name: str, role: str, case: str = "QJ-1", **data: Any) -> dict[str, Any]:
    return event(name, role, leave=case, **data)


POSTED = event("TeamMemberAssigned", "TP", team=TEAM, unit_level="county", starts_on="2017-01-01")
LED = event("LeaderAppointed", "TP", person=LEADER, team=TEAM, starts_on="2017-01-01")
LEADER_LEFT = event("PostingEnded", "TP", person=LEADER, team=TEAM, last_day="2017-03-31")
BY_MEMBER, BY_LEADER = leave("LeaveRequested", "MB"), leave("LeaveRequested", "LD")
TOWNSHIP_AGREED = leave("LeaveApprovedByTownship", "TP")


@pytest.mark.parametrize(
    ("before", "role", "why"),
    [
        ([BY_MEMBER], "TL", None),
        ([BY_MEMBER], "XO", "not_the_level"),
        ([BY_LEADER, TOWNSHIP_AGREED], "XO", None),
        ([BY_LEADER, TOWNSHIP_AGREED], "TL", "not_the_level"),
        ([BY_LEADER], "XO", "level_skipped"),
        ([BY_LEADER, leave("LeaveApprovedByTownship", "TP", "QJ-2")], "XO", "level_skipped"),
        ([BY_LEADER, leave("LeaveApprovedByTownship", "TP", person="P000002")], "XO", "level_skipped"),
        ([], "TL", None),
        ([POSTED, LED, BY_MEMBER], "TL", "level_skipped"),
        ([POSTED, LED, BY_MEMBER, leave("LeaveApprovedByLeader", "LD")], "TL", None),
        ([POSTED, LED, leave("LeaveApprovedByLeader", "LD"), BY_MEMBER], "TL", "level_skipped"),
        ([POSTED, LED, LEADER_LEFT, BY_MEMBER], "TL", None),
        ([BY_LEADER, TOWNSHIP_AGREED, BY_LEADER], "XO", "level_skipped"),
    ],
)
@pytest.mark.parametrize("name", ["LeaveGranted", "LeaveExtended"])
def test_a_leaders_leave_is_for_the_county_office_after_the_township(
    name: str, before: list[dict[str, Any]], role: str, why: str | None
) -> None:
    assert chain_broken(leave(name, role), before) == why


def test_where_somebody_stands_in_as_leader_his_word_comes_first() -> None:
    acting = event("ActingLeaderDesignated", "TP", person="P000003", team=TEAM, starts_on="2017-04-01",
                   ends_on="2017-04-30")  # fmt: skip
    for starts_on, why in (("2017-04-10", "level_skipped"), ("2017-05-10", None)):
        asked = leave("LeaveRequested", "MB", starts_on=starts_on)
        assert chain_broken(leave("LeaveGranted", "TL"), [POSTED, LED, LEADER_LEFT, acting, asked]) == why


def test_the_first_word_on_leave_is_of_the_level_of_whoever_asks() -> None:
    assert chain_broken(leave("LeaveApprovedByLeader", "LD"), [BY_MEMBER]) is None
    assert chain_broken(leave("LeaveApprovedByLeader", "LD"), [BY_LEADER]) == "not_the_level"
    assert chain_broken(leave("LeaveApprovedByTownship", "TP"), [BY_LEADER]) is None
    assert chain_broken(leave("LeaveApprovedByTownship", "TP"), [BY_MEMBER]) == "not_the_level"


def backfill(name: str, role: str, by: str = "P000901", **data: Any) -> dict[str, Any]:
    return event(name, role, by, record="R-1", **data)


ASKED_LATE, CONSENTED = backfill("CheckInBackfillRequested", "MB"), backfill("CheckInBackfillConsented", "LD", LEADER)


@pytest.mark.parametrize(
    ("before", "consent", "by", "why"),
    [
        ([ASKED_LATE, CONSENTED], LEADER, "P000901", None),
        ([ASKED_LATE], None, "P000901", None),
        ([], LEADER, "P000901", "not_asked"),
        ([ASKED_LATE], LEADER, "P000901", "level_skipped"),
        ([ASKED_LATE, CONSENTED], "P000003", "P000901", "level_skipped"),
        ([ASKED_LATE, CONSENTED], LEADER, LEADER, "not_joint"),
    ],
)
def test_a_presence_entered_late_takes_the_persons_word_and_the_leaders_own(
    before: list[dict[str, Any]], consent: str | None, by: str, why: str | None
) -> None:
    assert chain_broken(backfill("CheckInBackfilled", "TP", by, leader_consent=consent), before) == why


def test_a_leaders_trip_is_not_for_another_leader() -> None:
    asked = event("OfficialTravelRequested", "LD", travel="CC-1")
    assert chain_broken(event("OfficialTravelApproved", "LD", travel="CC-1"), [asked]) == "not_the_level"
    assert chain_broken(event("OfficialTravelApproved", "TP", travel="CC-1"), [asked]) is None
    asked = event("OfficialTravelRequested", "MB", travel="CC-1")
    assert chain_broken(event("OfficialTravelApproved", "LD", travel="CC-1"), [asked]) is None


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (("CP", "P000902"), None),
        (("CZ", "P000902"), "not_joint"),
        (("CP", "P000901"), "not_joint"),
        (None, "not_joint"),
    ],
)
def test_a_ruling_takes_two_bodies_and_two_people(asked: tuple[str, str] | None, why: str | None) -> None:
    before = [] if asked is None else [event("InterpretationProposed", *asked, ruling="JS-1")]
    assert chain_broken(event("InterpretationIssued", "CZ", ruling="JS-1"), before) == why
    assert chain_broken(event("InterpretationIssued", "CZ", ruling="JS-2"), before) == "not_joint"


def test_only_the_city_office_lets_a_unit_have_its_person_back() -> None:
    withdrawn = event("MemberWithdrawn", "TP", approval="PF-1")
    assert chain_broken(withdrawn, [event("WithdrawalApproved", "CO", approval="PF-1")]) is None
    assert chain_broken(withdrawn, [event("WithdrawalApproved", "XO", approval="PF-1")]) == "not_approved"
    assert chain_broken(withdrawn, [event("WithdrawalApproved", "CO", approval="PF-2")]) == "not_approved"
    assert chain_broken(withdrawn, []) == "not_approved"


@pytest.mark.parametrize("name", ["WithdrawalApproved", "WithdrawalRefused", "WithdrawalCountyOpinionGiven"])
def test_nobody_decides_on_a_withdrawal_that_no_unit_asked_for(name: str) -> None:
    said = event(name, "CO", request="SQ-1")
    assert chain_broken(said, [event("WithdrawalRequested", "DU", request="SQ-1")]) is None
    assert chain_broken(said, [event("WithdrawalRequested", "DU", request="SQ-2")]) == "not_asked"


@pytest.mark.parametrize(("kind", "wish"), [("ordinary", "replacement"), ("rotation", "rotation")])
def test_an_ordinary_replacement_rests_on_the_city_office(kind: str, wish: str) -> None:
    said = event("MemberReplaced", "TP", team=TEAM, kind=kind)
    approved = {role: event("WithdrawalApproved", role, team=TEAM, wish=wish) for role in ("CO", "XO")}
    assert chain_broken(said, [approved["CO"]]) is None
    assert chain_broken(said, [approved["XO"]]) == "not_approved"
    assert chain_broken(said, [event("WithdrawalApproved", "CO", team=TEAM, wish="withdrawal")]) == "not_approved"
    assert chain_broken(said, []) == "not_approved"


def step(name: str, role: str, person: str = PERSON, **data: Any) -> dict[str, Any]:
    return event(name, role, person=person, team=TEAM, **data)


SEEN, EDUCATED, FAILED, ASKED = (
    step(name, "LD")
    for name in ("MisconductRecorded", "EducationGiven", "NonCorrectionRecorded", "ReplacementRequested")
)
TOWNSHIP_PASSED = step("ReplacementEscalated", "TP", level="township")
COUNTY_PASSED = step("ReplacementEscalated", "XO", level="county")
REJECTED = step("ReplacementRejected", "TP", level="township")
DECIDED = step("ReplacementDecided", "XO", kind="forced")
OF_THE_CITY = event("TeamMemberAssigned", "TP", team=TEAM, unit_level="city", starts_on="2017-01-01")
IN_VAIN = [SEEN, EDUCATED, FAILED]


@pytest.mark.parametrize(
    ("said", "before", "why"),
    [
        # Educated in vain: each of the three after the one before it
        (EDUCATED, [SEEN], None),
        (EDUCATED, [], "step_missing"),
        (FAILED, [SEEN, EDUCATED], None),
        (FAILED, [SEEN], "step_missing"),
        (ASKED, IN_VAIN, None),
        (ASKED, [SEEN, FAILED], "step_missing"),
        (ASKED, [SEEN, EDUCATED], "step_missing"),
        (ASKED, [*IN_VAIN, ASKED, REJECTED], "step_missing"),
        (ASKED, [*IN_VAIN, ASKED, REJECTED, FAILED], None),
        # Who asks: the leader; the township of a leader, and where there is none
        (step("ReplacementRequested", "TP"), [LED, *IN_VAIN], "not_the_level"),
        (step("ReplacementRequested", "TP"), [LED, LEADER_LEFT, *IN_VAIN], None),
        (step("ReplacementRequested", "LD", LEADER), [LED], "not_the_level"),
        # Level by level, each in its own name
        (TOWNSHIP_PASSED, [ASKED], None),
        (TOWNSHIP_PASSED, [], "level_skipped"),
        (TOWNSHIP_PASSED, [ASKED, TOWNSHIP_PASSED], "level_skipped"),
        (COUNTY_PASSED, [ASKED], "level_skipped"),
        (COUNTY_PASSED, [ASKED, TOWNSHIP_PASSED], None),
        (step("ReplacementEscalated", "XO", level="township"), [ASKED], "not_the_level"),
        (REJECTED, [ASKED], None),
        (step("ReplacementRejected", "XO", level="county"), [ASKED], "level_skipped"),
        # Who decides: the county office, the city office of whom a unit above the county sent
        (DECIDED, [POSTED, ASKED, TOWNSHIP_PASSED], None),
        (DECIDED, [POSTED, ASKED], "level_skipped"),
        (DECIDED, [POSTED, ASKED, TOWNSHIP_PASSED, REJECTED], "level_skipped"),
        (DECIDED, [OF_THE_CITY, ASKED, TOWNSHIP_PASSED], "not_the_level"),
        (step("ReplacementDecided", "CO", kind="forced"), [OF_THE_CITY, ASKED, TOWNSHIP_PASSED], "level_skipped"),
        (step("ReplacementDecided", "CO", kind="forced"), [OF_THE_CITY, ASKED, TOWNSHIP_PASSED, COUNTY_PASSED], None),
        # Who leaves by force: as it was decided
        (step("MemberReplaced", "XO", kind="forced"), [POSTED, DECIDED], None),
        (step("MemberReplaced", "XO", kind="forced"), [POSTED], "not_decided"),
        (step("MemberReplaced", "TP", kind="forced"), [POSTED, event("WithdrawalApproved", "CO")], "not_decided"),
    ],
)
def test_nobody_is_replaced_by_force_but_level_by_level(
    said: dict[str, Any], before: list[dict[str, Any]], why: str | None
) -> None:
    assert chain_broken(said, before) == why


def test_a_successor_of_another_level_is_for_the_city_office() -> None:
    """His posting stands on record from the same moment, behind the replacement."""
    said = step("MemberReplaced", "XO", kind="forced", successor="P000009")
    for level, why in (("county", None), ("city", "not_the_level")):
        comes = step("TeamMemberAssigned", "XO", "P000009", unit_level=level)
        record = Record([POSTED, DECIDED, said, comes])
        assert chains.chain_broken(said, Before(record, 2)) == why


def result(name: str, role: str, person: str = PERSON, **data: Any) -> dict[str, Any]:
    said = event(name, role, person=person, county="530113", year=2017, **data)
    return {**said, "stream": f"assessment/{person}/2017"}


PROPOSED, REVIEWED = (
    result("GradeProposed", "TP", grade="称职"),
    result("GradeReviewed", "XO", grade="称职", upheld=True),
)
RETURNED = result("GradeReviewed", "XO", grade="称职", upheld=False)
SEEN_LIST = result("SensitiveListAcknowledged", "XO")
GROUND = result("DisqualificationDetermined", "XO", ground="D1")
FINAL = result("AssessmentFinalised", "XO", outcome="称职", determination=1)
ISSUED_AGAIN = result("AssessmentFinalised", "XO", outcome="称职", determination=2, inputs="b" * 64)
COPIED = result("AssessmentFinalised", "XO", outcome="称职", determination=2)
TOLD = result("ResultFedBack", "XO", determination=1, unit="O0001")
RAISED = result("DisputeRaised", "MB", case="YY-1")
ORDERED = result("ReassessmentOrdered", "XO", case="YY-1")
REISSUED = result("AssessmentReissued", "XO", case="YY-1", determination=2)
IMPACT = result("SevereImpactFindingMade", "XO", case="YX-1")
READY = [PROPOSED, REVIEWED, SEEN_LIST]


def final(outcome: str, **data: Any) -> dict[str, Any]:
    return result("AssessmentFinalised", "XO", outcome=outcome, determination=1, **data)


@pytest.mark.parametrize(
    ("said", "before", "why"),
    [
        (REVIEWED, [PROPOSED], None),
        (REVIEWED, [], "not_proposed"),
        (REVIEWED, [result("GradeProposed", "TP", grade="优秀")], "not_proposed"),
        (FINAL, READY, None),
        (FINAL, [PROPOSED, REVIEWED], "not_acknowledged"),
        (FINAL, [PROPOSED, SEEN_LIST], "not_reviewed"),
        (FINAL, [SEEN_LIST], "not_reviewed"),
        (FINAL, [PROPOSED, RETURNED, SEEN_LIST], "not_reviewed"),
        (FINAL, [*READY, PROPOSED], "not_reviewed"),
        (final("优秀"), READY, "not_reviewed"),
        (final("不称职"), READY, "not_reviewed"),
        (final("不称职"), [*READY, GROUND], None),
        (final("不称职"), [SEEN_LIST, GROUND], None),
        (FINAL, [*READY, GROUND], "ground_set_aside"),
        (final("未定等次"), [SEEN_LIST], None),
        (ISSUED_AGAIN, [*READY, FINAL, RAISED, PROPOSED, REVIEWED, REISSUED], None),
        (ISSUED_AGAIN, [*READY, GROUND, final("不称职"), PROPOSED, REVIEWED, REISSUED], None),
        (ISSUED_AGAIN, [*READY, FINAL, RAISED, PROPOSED, REVIEWED], "not_raised"),
        (TOLD, [FINAL], None),
        (TOLD, [], "not_final"),
        (result("ResultFiledInPersonalFile", "DU", determination=1, unit="O0001"), [TOLD], None),
        (result("ResultFiledInPersonalFile", "DU", determination=1, unit="O0002"), [TOLD], "not_told"),
        (result("ResultFiledInPersonalFile", "DU", determination=2, unit="O0001"), [TOLD], "not_told"),
        (RAISED, [TOLD], None),
        (RAISED, [FINAL], "not_told"),
        (REISSUED, [RAISED], None),
        (REISSUED, [ORDERED], None),
        (REISSUED, [FINAL], "not_raised"),
        (REISSUED, [], None),
        (COPIED, [*READY, FINAL, RAISED, REISSUED], "nothing_changed"),
        (IMPACT, [result("SevereImpactProposed", "TP", case="YX-1")], None),
        (IMPACT, [result("SevereImpactProposed", "TP", case="YX-2")], "not_asked"),
        (result("DisputeDecided", "XO", case="YY-1"), [RAISED], None),
        (result("DisputeDecided", "XO", case="YY-2"), [RAISED], "not_raised"),
        (result("DisputeOpinionGiven", "TP", case="YY-2"), [RAISED], "not_raised"),
        (result("InvestigationClosed", "DI", case="DC-1"), [result("InvestigationOpened", "DI", case="DC-1")], None),
        (result("InvestigationClosed", "DI", case="DC-1"), [], "not_raised"),
    ],
)
def test_a_result_rests_on_the_words_of_the_others(
    said: dict[str, Any], before: list[dict[str, Any]], why: str | None
) -> None:
    said = {**said, "stream": "county/530113/2017"} if "Reissued" in said["type"] else said
    assert chain_broken(said, before) == why


def test_whoever_is_tied_does_not_break_the_tie() -> None:
    tied: dict[str, Any] = {"chosen": (PERSON,), "tied": (PERSON, "P000901")}
    assert chain_broken(result("TieResolved", "XO", **tied), []) == "own_case"
    assert (
        chain_broken({"type": "zhucun.x.TieResolved.v1", "data": {"actor": {"person": "P1", "role": "XO"}, **tied}}, [])
        is None
    )


@pytest.mark.parametrize("name", ["ExcellentCirculated", "ExcellentCircularWithdrawn", "AwardWithdrawn"])
def test_each_office_praises_at_its_own_level(name: str) -> None:
    for area, role, other in (("5301", "CO", "XO"), ("530113", "XO", "CO")):
        assert chain_broken(event(name, role, area=area), []) is None
        assert chain_broken(event(name, other, area=area), []) == "not_the_level"


@pytest.mark.parametrize(
    "name", ["AdvancedWorkerNominated", "AdvancedWorkerSelected", "CommendationProposed", "CountyCommendationAwarded"]
)
def test_only_whoever_was_graded_excellent_is_put_forward_or_given_an_award(name: str) -> None:
    said = event(name, "XO", year=2017)
    assert chain_broken(said, [final("优秀")]) is None
    assert chain_broken(said, [FINAL]) == "not_excellent"
    assert chain_broken(said, []) is None


def test_a_county_adopts_measures_for_itself() -> None:
    assert chain_broken(event("CountyMeasureAdopted", "XO", place="530113", county="530113"), []) is None
    assert chain_broken(event("CountyMeasureAdopted", "XO", place="530114", county="530113"), []) == "not_the_level"


def test_what_takes_one_word_alone_is_left_to_the_matrix() -> None:
    assert chain_broken(event("CheckedIn", "MB"), []) is None

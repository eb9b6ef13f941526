"""A result is disputed, looked at on corrected facts, issued anew; and replayed with all that made the difference."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from contracts.assessment import (
    AssessmentFinalised,
    AssessmentReissued,
    DisputeDecided,
    Grade,
    InvestigationClosed,
    InvestigationOpened,
    InvestigationResult,
    ListRecipient,
    ReassessmentCause,
)
from contracts.identifiers import Role
from contracts.refusals import Code
from services.assessment import refusals as no
from services.assessment.commands import DecideDispute, FileLists, GiveDisputeOpinion, OrderReassessment, ReviewDispute
from services.assessment.results.filing import list_digest
from services.assessment.year.known import Concerned, Persons
from tests.assessment.kept import Kept, ruled
from tests.assessment.office import (
    COUNTY,
    COUNTY_OFFICE,
    OTHER,
    PERSON,
    TOWNSHIP,
    UNIT,
    VILLAGE,
    YEAR,
    code_of,
    facts_of,
    names_of,
    person,
    shown,
    somebody,
)

ALL_YEAR = "2017-01-01..2017-12-31"
SHORT: dict[str, Any] = {
    "posted": ALL_YEAR,
    "present": "199 duty days of 2017",
    "leave": [
        {"days": "other duty days of 2017", "kind": "personal"},
    ],
}
FED_BACK = date(2018, 1, 20)


def finalised(**given: Any) -> Kept:
    """One person's year, final on 20 January 2018 and fed back the same day."""
    kept = Kept().given(**given)
    office = kept.office.opened()
    kept.record(office.facts)
    grade = Grade.INCOMPETENT if kept.shown().persons[PERSON].grounds else Grade.COMPETENT
    kept.record(office.propose(kept.shown(), grade=grade))
    kept.record(office.review(kept.shown()))
    office.today = FED_BACK
    kept.record(office.finalise(kept.shown()))
    kept.record(office.feed_back())
    return kept


def reissued(kept: Kept, on: date = date(2018, 2, 12)) -> Kept:
    """The township proposes 称职 on the facts of now, the county office upholds it and issues the result anew."""
    office = kept.office
    office.today = on
    kept.record(office.propose(kept.shown()))
    kept.record(office.review(kept.shown()))
    kept.record(office.settle(kept.again()))
    return kept


def w57() -> Kept:
    """199 days; on 10 February proof arrives that two days were official travel, and the result is issued anew."""
    kept = finalised(**SHORT)
    kept.record(kept.office.dispute(date(2018, 2, 10)))
    two_days = [{"days": day, "status": "TRAVEL"} for day in ("2017-12-27", "2017-12-28")]
    kept.given(recorded=date(2018, 2, 11), corrected=two_days)
    ruled(kept, "onpost.travel_counts", True, date(2017, 1, 1))
    return reissued(kept)


def test_w57_two_corrected_days_lead_to_a_second_determination() -> None:
    kept = w57()
    first, second = (f for f in kept.office.facts if isinstance(f, AssessmentFinalised))
    assert (first.outcome, first.determination, first.supersedes) == ("不称职", 1, None)
    assert (second.outcome, second.determination) == ("称职", 2)
    assert second.supersedes is not None
    (county,) = (f for f in kept.office.facts if isinstance(f, AssessmentReissued))
    assert (county.before, county.after, county.supersedes) == ("不称职", "称职", second.supersedes)
    assert kept.office.file().open_case(2017) is None


def test_w57_both_versions_come_out_again_byte_for_byte() -> None:
    kept = w57()
    for version, outcome in ((1, "不称职"), (2, "称职")):
        found = kept.replayed("2018-03-01", version=version, search=False)
        assert (found["differs"], found["decided"]["outcome"]) == ([], outcome)
        assert found["lenses"]["then-then"]["standing"] == outcome


def test_w57_the_replay_says_what_came_later_how_late_and_that_facts_made_the_difference() -> None:
    found = w57().replayed("2018-03-01", version=1)
    standing = {lens: shown["standing"] for lens, shown in found["lenses"].items()}
    assert standing == {"then-then": "不称职", "now-then": "称职", "then-now": "不称职", "now-now": "称职"}
    later = [(one["kind"], one["about"], one["lag_days"]) for one in found["became_known"]]
    assert later == [("correction", "2017-12-27", 46), ("correction", "2017-12-28", 45)]
    by_article = {one["article"]: one["because"] for one in found["differences"]}
    assert by_article["15.3"] == by_article["9.2"] == by_article["15.0"] == "facts"
    assert "12.11" not in by_article


def test_w57_one_of_the_two_corrections_known_in_time_would_have_changed_the_outcome() -> None:
    found = w57().replayed("2018-03-01", version=1)["flips"]
    enough = [one for one in found["sets"] if one["changes"][0]["type"] == "DayStatusCorrected"]
    assert [(one["size"], one["alike"], one["grounds"]) for one in enough] == [(1, 2, [])]
    assert enough[0]["changes"][0]["move"] == "known_in_time"


def test_two_facts_that_only_together_change_the_outcome_are_found_as_a_pair() -> None:
    kept = finalised(**{**SHORT, "present": "198 duty days of 2017"})
    days = [{"days": day, "status": "TRAVEL"} for day in ("2017-12-27", "2017-12-28")]
    kept.given(recorded=date(2018, 2, 11), corrected=days)
    found = kept.replayed("2018-03-01")["flips"]
    pairs = [one for one in found["sets"] if one["size"] == 2]
    assert [{change["type"] for change in one["changes"]} for one in pairs] == [{"DayStatusCorrected"}]
    assert [(one["alike"], one["grounds"]) for one in pairs] == [(1, [])]
    assert found["pairs"]["tried"] <= found["pairs"]["of"]


def test_w57_the_same_proof_on_1_march_opens_the_case_only_as_new_decisive_evidence() -> None:
    kept = finalised(**SHORT)
    assert kept.office.dispute(date(2018, 3, 1)) == no.TOO_LATE_TO_DISPUTE
    assert kept.office.dispute(FED_BACK + timedelta(days=31)) == no.TOO_LATE_TO_DISPUTE
    (raised,) = facts_of(kept.office.dispute(date(2018, 3, 1), decisive=True))
    assert raised.model_dump()["late"] is True
    assert names_of(finalised(**SHORT).office.dispute(FED_BACK + timedelta(days=30))) == ["DisputeRaised"]


def test_nobody_disputes_what_was_not_fed_back_or_is_disputed_already() -> None:
    office = Kept().office.opened().graded(person())
    assert code_of(office.dispute(FED_BACK)) is Code.WRONG_STATE
    facts_of(office.finalise(shown(person(outcome="称职", score=8500))))
    assert office.dispute(FED_BACK) == no.NOT_FED_BACK
    facts_of(office.feed_back(on=FED_BACK))
    facts_of(office.dispute(FED_BACK))
    assert office.dispute(FED_BACK, case="YY-2") == no.CASE_OPEN
    assert office.dispute(FED_BACK) == no.ALREADY_RECORDED


def test_a_result_that_hangs_on_a_reading_is_not_issued_anew_before_the_ruling() -> None:
    kept = finalised(**SHORT)
    kept.record(kept.office.dispute(date(2018, 2, 10)))
    kept.given(recorded=date(2018, 2, 11), corrected=[{"days": "2017-12-27..2017-12-28", "status": "TRAVEL"}])
    kept.record(kept.office.propose(kept.shown()))
    kept.record(kept.office.review(kept.shown()))
    assert kept.office.settle(kept.again()) == no.about(no.NOT_RULED, ["onpost.travel_counts"])
    ruled(kept, "onpost.travel_counts", True, date(2017, 1, 1))
    assert "AssessmentReissued" in names_of(kept.office.settle(kept.again()))


def test_a_death_that_became_known_after_the_year_was_final_takes_the_person_off_the_list() -> None:
    """Nobody is there to be graded again, so no new proposal is waited for (A52)."""
    kept = finalised(posted="2017-01-01..", present=f"{ALL_YEAR} duty")
    kept.office.today = date(2018, 2, 12)
    kept.record(kept.office.order(ReassessmentCause.DECISIVE_EVIDENCE))
    kept.given(recorded=date(2018, 2, 11), posted={"days": "2017-01-01..2017-12-15", "ended_by": "death"})
    issued = kept.record(kept.office.settle(kept.again(), case="FH-1"))
    expected = ["AssessmentReissued", "AssessmentObjectRemoved", "AssessmentFinalised", "DisputeDecided"]
    assert names_of(issued) == expected
    (second,) = (one for one in issued if isinstance(one, AssessmentFinalised))
    assert (second.outcome, second.determination) == ("OFF_LIST", 2)
    assert (COUNTY, YEAR) not in kept.office.file().listed
    for version in (1, 2):
        assert kept.replayed("2018-03-01", version=version, search=False)["differs"] == []
    nobody, to = list_digest(()), ListRecipient.CITY_OFFICE
    lists = FileLists(county=COUNTY, year=YEAR, recipient=to, objects_digest=nobody, excellent_digest=nobody)
    (filed,) = facts_of(kept.office.when(lists, COUNTY_OFFICE, Persons((PERSON,))))
    assert filed.model_dump()["objects"] == 0


def test_an_upheld_result_stands_and_nothing_is_issued() -> None:
    kept = finalised(**SHORT)
    kept.record(kept.office.dispute(date(2018, 2, 10)))
    known = kept.again()
    (decided,) = facts_of(kept.office.settle(known, upheld=True))
    assert isinstance(decided, DisputeDecided)
    assert (decided.upheld, decided.determination, decided.actor.person) == (True, 1, COUNTY_OFFICE.person)
    assert (decided.inputs, decided.basis) == (known.persons[PERSON].inputs, known.basis)
    latest = kept.office.file().determination(2017)
    assert latest is not None and latest.number == 1
    assert kept.office.settle(known, upheld=True) == no.UNKNOWN_CASE


def test_without_a_new_proposal_on_the_new_facts_nothing_is_issued_anew() -> None:
    kept = finalised(**SHORT)
    kept.record(kept.office.dispute(date(2018, 2, 10)))
    kept.given(recorded=date(2018, 2, 11), corrected=[{"days": "2017-12-27..2017-12-28", "status": "TRAVEL"}])
    assert kept.office.settle(kept.again()) == no.about(no.INPUTS_CHANGED, [PERSON])
    kept.record(kept.office.propose(kept.shown()))
    assert kept.office.settle(kept.again()) == no.about(no.GRADE_UNREVIEWED, [PERSON])


def test_only_the_disputed_result_is_graded_again() -> None:
    kept = finalised(**SHORT)
    known = kept.shown()
    assert kept.office.propose(known, grade=Grade.INCOMPETENT) == no.ALREADY_FINAL
    kept.record(kept.office.dispute(date(2018, 2, 10)))
    assert kept.office.propose(shown(person(OTHER)), OTHER) == no.ALREADY_FINAL


def cleared(kept: Kept) -> InvestigationClosed:
    """Discipline inspection clears the person."""
    (opened,) = (one.event["data"] for one in kept.known if one.event["type"] == InvestigationOpened.type())
    said = {name: opened[name] for name in ("actor", "article", "ruleset", "place", "person", "case")}
    return InvestigationClosed(**said, closed_on=date(2018, 4, 9), result=InvestigationResult.CLEARED)


def w56(score: int, grade: Grade, others: int) -> Kept:
    """Under investigation at the end of the year, with so many others who are 优秀 or 称职; cleared in April."""
    kept = Kept().given(posted=ALL_YEAR, present=f"{ALL_YEAR} duty", investigation={"opened": date(2017, 11, 20)})
    office = kept.office.opened()
    kept.record(office.facts)
    names = [f"P{number:06}" for number in range(2, 2 + others)]
    for name in names:
        kept.given(name=name, posted=ALL_YEAR, present=f"{ALL_YEAR} duty")
        best = Grade.EXCELLENT if name == names[0] and others > 3 else Grade.COMPETENT
        kept.record(office.propose(kept.shown(), name, best))
    kept.record(office.review(kept.shown(), *names))
    office.today = FED_BACK
    kept.record(office.finalise(kept.shown()))
    office.today = date(2018, 4, 10)
    kept.write(cleared(kept), f"assessment/{PERSON}/2018", kept.now() - timedelta(days=1))
    kept.record(office.order(ReassessmentCause.INVESTIGATION_CLOSED))
    office.today = date(2018, 4, 12)
    kept.record(office.propose(kept.shown(), grade=grade))
    kept.record(office.review(kept.shown()))
    kept.record(office.settle(kept.again(), case="FH-1"))
    return kept


@pytest.mark.parametrize(("others", "outcome"), [(4, "称职"), (9, "优秀")])
def test_w56_cleared_later_and_excellent_only_where_there_is_head_room(others: int, outcome: str) -> None:
    kept = w56(9000, Grade.EXCELLENT, others)
    mine = [f for f in kept.office.facts if isinstance(f, AssessmentFinalised) and f.person == PERSON]
    assert [final.outcome for final in mine] == ["未定等次", outcome]
    assert len([f for f in kept.office.facts if isinstance(f, AssessmentFinalised)]) == others + 2
    for version in (1, 2):
        assert kept.replayed("2018-05-01", version=version, search=False)["differs"] == []
    quota = kept.replayed("2018-05-01", version=1, search=False)["quota"]
    assert (quota["objects"], quota["maximum"]) == (others + 1, (others + 1) // 5)


def lists_filed(kept: Kept, names: Sequence[str], excellent: Sequence[str]) -> None:
    """Both lists go to both recipients."""
    digests = {"objects_digest": list_digest(names), "excellent_digest": list_digest(excellent)}
    for to in ListRecipient:
        command = FileLists(county=COUNTY, year=YEAR, recipient=to, **digests)
        kept.record(kept.office.when(command, COUNTY_OFFICE, Persons(tuple(names))))


@pytest.mark.parametrize(("filed", "head_room", "standing"), [(False, 1, "优秀"), (True, 0, "称职")])
def test_a_place_that_was_lost_later_does_not_change_what_was_decided_before(
    filed: bool, head_room: int, standing: str
) -> None:
    """Lost before the lists were filed it is free again, though nobody moves by himself; later it is gone (A62)."""
    kept = w56(9000, Grade.EXCELLENT, 4)
    holder, office = "P000002", kept.office
    if filed:
        lists_filed(kept, [f"P{number:06}" for number in range(1, 6)], [holder])
    kept.given(name=holder, recorded=date(2018, 5, 2), sanction={"decided": date(2017, 6, 1)})
    ruled(kept, "d1.year_by", "decision", date(2017, 1, 1))
    office.today = date(2018, 5, 3)
    who: dict[str, Any] = {"person": holder, "county": COUNTY, "year": YEAR, "case": "FH-2"}
    ordered = OrderReassessment(**who, cause=ReassessmentCause.DECISIVE_EVIDENCE, reasons="受处分")
    kept.record(office.when(ordered, COUNTY_OFFICE, Concerned(COUNTY_OFFICE.person, VILLAGE, UNIT)))
    kept.record(office.propose(kept.shown(), holder, Grade.INCOMPETENT))
    kept.record(office.review(kept.shown(), holder))
    decided = DecideDispute(**who, upheld=False, reasons="受处分")
    kept.record(office.when(decided, COUNTY_OFFICE, kept.again(holder)))
    found = kept.replayed("2018-06-01", version=2, search=False)
    assert (found["differs"], found["decided"]["outcome"]) == ([], "称职")
    assert (found["quota"]["excellent"], found["quota"]["now"]["head_room"]) == (1, head_room)
    assert found["lenses"]["now-then"]["standing"] == standing
    assert kept.replayed("2018-06-01", name=holder, version=1, search=False)["differs"] == []


def test_township_and_unit_are_heard_once_each_and_decide_nothing() -> None:
    kept = finalised(**SHORT)
    office = kept.office
    who = {"person": PERSON, "county": COUNTY, "year": YEAR, "case": "YY-1", "upheld": False, "opinion": "情况属实"}
    unit = somebody(701, Role.DISPATCHING_UNIT)
    here = Concerned(TOWNSHIP.person, VILLAGE, UNIT)
    both = ((ReviewDispute(**who), TOWNSHIP), (GiveDisputeOpinion(**who), unit))
    for command, by in both:
        assert office.when(command, by, here) == no.UNKNOWN_CASE, "nothing is open"
    facts_of(office.dispute(date(2018, 2, 10)))
    for command, by in both:
        assert names_of(office.when(command, by, here)) == ["DisputeOpinionGiven"]
        assert office.when(command, by, here) == no.ALREADY_RECORDED
    own = somebody(1, Role.TOWNSHIP)
    assert office.when(ReviewDispute(**who), own, here) == no.SELF
    assert office.file().open_case(YEAR) is not None
    assert names_of(office.settle(kept.again(), upheld=True)) == ["DisputeDecided"]
    assert office.when(*both[0], here) == no.UNKNOWN_CASE

"""When a disputed result is upheld, when it is issued anew, and who may dispute it again (A56, A62, A66)."""

from copy import deepcopy
from datetime import date, timedelta

from contracts.assessment import DisputeDecided, Grade, ReassessmentCause
from contracts.fact import Actor, Fact
from contracts.identifiers import Role
from contracts.refusals import Refusal
from services.assessment import refusals as no
from services.assessment.commands import RaiseDispute
from services.assessment.replay.text import replay_text
from services.assessment.year.known import Concerned
from services.runtime.decisions import RULESET
from tests.assessment.kept import ruled
from tests.assessment.office import COUNTY, COUNTY_OFFICE, PERSON, UNIT, VILLAGE, YEAR, facts_of, names_of, somebody
from tests.assessment.test_disputes import ALL_YEAR, SHORT, finalised, w57


def test_a_result_on_which_nothing_has_changed_is_upheld_and_never_issued_again_as_a_copy() -> None:
    kept = finalised(**SHORT)
    kept.record(kept.office.dispute(date(2018, 2, 10)))
    assert kept.office.settle(kept.again()) == no.about(no.NOTHING_CHANGED, [PERSON])
    kept.record(kept.office.propose(kept.shown(), grade=Grade.INCOMPETENT))
    kept.record(kept.office.review(kept.shown()))
    again = kept.office.settle(kept.again())
    assert again == no.about(no.NOTHING_CHANGED, [PERSON]), "the same grade on the same facts is no other result"
    assert names_of(kept.office.settle(kept.again(), upheld=True)) == ["DisputeDecided"]


def test_what_the_facts_no_longer_bear_is_not_upheld() -> None:
    """Nobody is kept in a ground that has gone, and nobody out of one that stands (A56)."""
    kept = finalised(**SHORT)
    kept.record(kept.office.dispute(date(2018, 2, 10)))
    kept.given(recorded=date(2018, 2, 11), corrected=[{"days": "2017-12-27..2017-12-28", "status": "TRAVEL"}])
    refused = no.about(no.NO_LONGER_STANDS, [PERSON])
    assert kept.office.settle(kept.again(), upheld=True) == refused
    ruled(kept, "onpost.travel_counts", True, date(2017, 1, 1))
    assert kept.office.settle(kept.again(), upheld=True) == refused
    graded = finalised(posted=ALL_YEAR, present=f"{ALL_YEAR} duty")
    graded.record(graded.office.order(ReassessmentCause.DECISIVE_EVIDENCE))
    graded.given(recorded=date(2018, 2, 11), sanction={"decided": date(2017, 6, 1)})
    assert graded.office.settle(graded.again(), case="FH-1", upheld=True) == refused


def test_a_grade_stands_on_other_facts_too_unless_another_was_upheld_since() -> None:
    kept = finalised(posted=ALL_YEAR, present=f"{ALL_YEAR} duty")
    kept.record(kept.office.dispute(date(2018, 2, 10)))
    kept.given(recorded=date(2018, 2, 11), corrected={"days": "2017-12-28", "status": "TRAVEL"})
    known = kept.again()
    kept.record(kept.office.propose(kept.shown(), grade=Grade.BASICALLY_COMPETENT))
    waiting = kept.again()
    kept.record(kept.office.review(kept.shown()))
    assert kept.office.settle(kept.again(), upheld=True) == no.about(no.NO_LONGER_STANDS, [PERSON])
    for before in (known, waiting):
        office = deepcopy(kept.office)
        (decided,) = facts_of(office.settle(before, upheld=True))
        assert isinstance(decided, DisputeDecided)
        assert decided.inputs == known.persons[PERSON].inputs


def test_a_result_that_was_upheld_is_disputed_again_only_on_new_decisive_evidence() -> None:
    kept = finalised(**SHORT)
    kept.record(kept.office.dispute(date(2018, 2, 1)))
    kept.record(kept.office.settle(kept.again(), upheld=True))
    assert kept.office.dispute(date(2018, 2, 5), case="YY-2") == no.DECIDED_ALREADY
    (raised,) = facts_of(kept.office.dispute(date(2018, 2, 5), case="YY-2", decisive=True))
    assert (raised.model_dump()["late"], raised.model_dump()["again"]) == (False, True)


def test_a_review_of_the_offices_own_accord_takes_nobodys_dispute_away() -> None:
    kept = finalised(**SHORT)
    kept.record(kept.office.order(ReassessmentCause.DECISIVE_EVIDENCE))
    kept.record(kept.office.settle(kept.again(), case="FH-1", upheld=True))
    assert names_of(kept.office.dispute(date(2018, 2, 5))) == ["DisputeRaised"]


def test_number_two_is_disputed_within_thirty_days_of_its_own_feedback() -> None:
    kept = w57()
    office = kept.office
    assert office.dispute(date(2018, 2, 13), case="YY-2") == no.NOT_FED_BACK
    office.feed_back(on=date(2018, 2, 14))
    assert office.dispute(date(2018, 3, 17), case="YY-2") == no.TOO_LATE_TO_DISPUTE
    (raised,) = facts_of(office.dispute(date(2018, 3, 16), case="YY-2"))
    assert (raised.model_dump()["determination"], raised.model_dump()["again"]) == (2, False)


def test_a_replay_says_who_disputed_the_result_who_upheld_it_and_that_the_facts_of_then_bear_it() -> None:
    kept = finalised(**SHORT)
    kept.record(kept.office.dispute(date(2018, 2, 10)))
    assert kept.replayed("2018-03-01", search=False)["disputes"][0]["decided"] is None
    (decided,) = kept.record(kept.office.settle(kept.again(), upheld=True))
    kept.given(recorded=date(2018, 3, 2), corrected=[{"days": "2017-12-27..2017-12-28", "status": "TRAVEL"}])
    found = kept.replayed("2018-04-01")
    (case,) = found["disputes"]
    assert (case["case"], case["cause"], case["by"]) == ("YY-1", "dispute", {"person": PERSON, "role": "MB"})
    told = case["decided"]
    assert isinstance(decided, DisputeDecided)
    assert (told["upheld"], told["determination"], told["by"]["person"]) == (True, 1, decided.actor.person)
    assert (told["same_facts"], told["reproduced"], told["bears"], told["grounds"]) == (True, True, True, ["15.3"])
    assert "维持 upheld" in replay_text(found)


def test_a_replay_says_so_where_a_result_was_upheld_that_the_facts_did_not_bear() -> None:
    """As a log would show it that another program wrote."""
    kept = finalised(**SHORT)
    kept.record(kept.office.dispute(date(2018, 2, 10)))
    kept.given(recorded=date(2018, 2, 11), corrected=[{"days": "2017-12-27..2017-12-28", "status": "TRAVEL"}])
    known = kept.again()
    who = {"person": PERSON, "county": COUNTY, "year": YEAR, "case": "YY-1", "ruleset": RULESET}
    wrong = DisputeDecided(
        **who, actor=COUNTY_OFFICE, article="12.3", place=COUNTY, upheld=True, reasons="维持", determination=1,
        inputs=known.persons[PERSON].inputs, basis=known.basis,
    )  # fmt: skip
    kept.write(wrong, f"assessment/{PERSON}/{YEAR}", kept.now() + timedelta(days=2))
    (case,) = kept.replayed("2018-04-01", search=False)["disputes"]
    told = case["decided"]
    assert (told["same_facts"], told["reproduced"], told["grounds"], told["bears"]) == (False, True, [], False)


def test_the_unit_objects_for_somebody_who_has_left_and_uses_up_nothing_of_the_persons_own() -> None:
    kept = finalised(**SHORT)
    office, unit = kept.office, somebody(701, Role.DISPATCHING_UNIT)
    office.today = date(2018, 2, 5)

    def objects(case: str, *, by: Actor, posted_now: str | None) -> list[Fact] | Refusal:
        who = {"person": PERSON, "county": COUNTY, "year": YEAR, "case": case}
        command = RaiseDispute(**who, claim="两日系出差", evidence=("e" * 64,))
        return office.when(command, by, Concerned(by.person, VILLAGE, UNIT, posted_now, date(2018, 1, 31)))

    member = Actor(person=PERSON, role=Role.MEMBER)
    assert objects("YY-1", by=unit, posted_now=VILLAGE) == no.THE_PERSONS_OWN
    kept.record(objects("YY-1", by=unit, posted_now=None))
    kept.record(office.settle(kept.again(), upheld=True))
    assert objects("YY-2", by=unit, posted_now=None) == no.DECIDED_ALREADY
    kept.record(objects("YY-3", by=member, posted_now=None))
    kept.record(office.settle(kept.again(), case="YY-3", upheld=True))
    assert objects("YY-4", by=member, posted_now=None) == no.DECIDED_ALREADY

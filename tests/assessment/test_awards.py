"""Advanced workers and commendations: put forward, opined on, given, capped, taken back (Art. 13; A62, A68; W58)."""

from typing import Any

import pytest

from contracts.assessment import Grade, ReassessmentCause
from contracts.fact import Fact
from contracts.identifiers import Role
from contracts.refusals import Code, Refusal
from contracts.results import AdvancedWorkerNominated, AwardWithdrawn
from services.assessment import commands as cmd
from services.assessment import refusals as no
from services.assessment.year.known import Concerned
from tests.assessment.office import (
    COUNTY,
    COUNTY_OFFICE,
    INTERPRETER,
    OTHER,
    PERSON,
    TOWNSHIP,
    UNIT,
    VILLAGE,
    YEAR,
    Office,
    code_of,
    facts_of,
    names_of,
    person,
    shown,
    somebody,
)
from tests.assessment.test_results import finished

BEST, GOOD = PERSON, OTHER
CITY_OFFICE = somebody(105, Role.CITY_OFFICE)
POVERTY = somebody(106, Role.CITY_POVERTY)
WHO: dict[str, Any] = {"year": YEAR, "person": BEST}
AT: dict[str, Any] = {**WHO, "county": COUNTY}


def nominate(office: Office, name: str = BEST) -> list[Fact] | Refusal:
    return office.when(cmd.NominateAdvanced(**AT | {"person": name}, reasons="实绩突出"), COUNTY_OFFICE, None)


def select(office: Office, name: str = BEST) -> list[Fact] | Refusal:
    return office.when(cmd.SelectAdvanced(**WHO | {"person": name}), CITY_OFFICE, None)


def propose(office: Office, name: str = BEST) -> list[Fact] | Refusal:
    concerned = Concerned("P000701", VILLAGE, UNIT)
    return office.when(cmd.ProposeCommendation(**AT | {"person": name}, reasons="实绩突出"), TOWNSHIP, concerned)


def award(office: Office, name: str = BEST) -> list[Fact] | Refusal:
    return office.when(cmd.AwardCommendation(**AT | {"person": name}), COUNTY_OFFICE, None)


def withdraw(office: Office, area: str = COUNTY) -> list[Fact] | Refusal:
    return office.when(cmd.WithdrawAward(area=area, **WHO, reasons="结果重新认定"), COUNTY_OFFICE, None)


def both_excellent() -> Office:
    """Two of ten people are 优秀."""
    names = [f"P{number:06}" for number in range(1, 11)]
    office = Office().opened().graded(*(person(name) for name in names))
    done = [person(name, "优秀" if name in (BEST, GOOD) else "称职", score=8500) for name in names]
    facts_of(office.finalise(shown(*done)))
    return office


def no_more_excellent(office: Office, name: str = BEST) -> Office:
    """The result is looked at again and is 称职 now."""
    who = {"person": name, "county": COUNTY, "year": YEAR, "case": "FH-1"}
    assert names_of(office.order(ReassessmentCause.DECISIVE_EVIDENCE)) == ["ReassessmentOrdered"]
    again = shown(person(name, "称职", score=8500))
    office.propose(again, name, Grade.COMPETENT)
    office.review(again, name)
    decided = office.when(cmd.DecideDispute(**who, upheld=False, reasons="复核"), COUNTY_OFFICE, again)
    assert "AssessmentReissued" in names_of(decided)
    return office


@pytest.mark.parametrize(("first", "then"), [(nominate, select), (propose, award)])
def test_w58_only_the_excellent_are_put_forward_and_only_those_are_chosen(first: Any, then: Any) -> None:
    office = both_excellent()
    assert first(office, "P000003") == no.NOT_EXCELLENT
    assert then(office, "P000003") == no.NOT_EXCELLENT
    refused = then(office)
    assert code_of(refused) is Code.WRONG_STATE and refused.zh == no.NOT_PUT_FORWARD.zh
    assert len(facts_of(first(office))) == 1
    assert first(office) == no.ALREADY_RECORDED
    assert len(facts_of(then(office))) == 1
    assert then(office) == no.ALREADY_RECORDED


def test_a_nomination_lies_with_the_citys_awards_and_says_whose_it_is() -> None:
    office = finished()
    (nominated,) = facts_of(nominate(office))
    assert isinstance(nominated, AdvancedWorkerNominated)
    assert (nominated.area, nominated.county, nominated.place) == ("5301", COUNTY, COUNTY)
    assert office.emits[-1].stream == "award/5301/2017"
    own = cmd.NominateAdvanced(**AT, reasons="-")
    assert office.when(own, somebody(1, Role.COUNTY_OFFICE), None) == no.SELF
    elsewhere = cmd.NominateAdvanced(**AT | {"county": "530129"}, reasons="-")
    assert office.when(elsewhere, COUNTY_OFFICE, None) == no.NOT_EXCELLENT


def test_a_township_puts_somebody_forward_where_he_is_posted() -> None:
    (proposed,) = facts_of(propose(both_excellent()))
    assert proposed.place == VILLAGE


def test_each_of_the_two_offices_says_once_what_it_thinks_and_the_selection_waits_for_neither() -> None:
    office = finished()
    opinion = cmd.GiveAwardOpinion(**WHO, agrees=False, opinion="另有人选")
    assert code_of(office.when(opinion, INTERPRETER, None)) is Code.WRONG_STATE
    facts_of(nominate(office))
    for by in (INTERPRETER, POVERTY):
        assert names_of(office.when(opinion, by, None)) == ["AdvancedWorkerOpinionGiven"]
        assert office.when(opinion, by, None) == no.ALREADY_RECORDED
    assert names_of(select(office)) == ["AdvancedWorkerSelected"]


@pytest.mark.parametrize(
    ("first", "then", "number"), [(nominate, select, "award.city_number"), (propose, award, "award.county_number")]
)
def test_no_more_than_the_number_and_none_is_no_number(first: Any, then: Any, number: str) -> None:
    office = both_excellent()
    for name in (BEST, GOOD):
        facts_of(first(office, name))
    office.rules[number] = 1
    facts_of(then(office, BEST))
    assert code_of(then(office, GOOD)) is Code.QUOTA
    office.rules[number] = 0
    facts_of(then(office, GOOD))


def test_by_the_other_reading_nobody_has_to_be_put_forward() -> None:
    office = finished()
    office.rules["award.proposed_first"] = False
    assert names_of(select(office)) == ["AdvancedWorkerSelected"]
    assert nominate(office) == no.ALREADY_RECORDED


@pytest.mark.parametrize(
    ("first", "then", "area"), [(nominate, select, "5301"), (propose, award, COUNTY)], ids=["city", "county"]
)
def test_a62_an_award_is_taken_back_when_its_grade_was_issued_anew(first: Any, then: Any, area: str) -> None:
    office = finished()
    facts_of(first(office))
    assert withdraw(office, area) == no.NOT_AWARDED
    facts_of(then(office))
    assert withdraw(office, area) == no.STILL_EXCELLENT
    no_more_excellent(office)
    office.rules["award.after_reissue"] = "keep"
    assert withdraw(office, area) == no.AWARD_STANDS
    del office.rules["award.after_reissue"]
    (withdrawn,) = facts_of(withdraw(office, area))
    assert isinstance(withdrawn, AwardWithdrawn)
    assert (withdrawn.award.value, withdrawn.determination) == ("advanced" if area == "5301" else "commended", 2)
    assert withdraw(office, area) == no.NOT_AWARDED
    assert then(office) == no.NOT_EXCELLENT


def test_a_place_that_was_taken_back_is_free_again() -> None:
    office = both_excellent()
    office.rules["award.city_number"] = 1
    for name in (BEST, GOOD):
        facts_of(nominate(office, name))
    facts_of(select(office))
    no_more_excellent(office)
    facts_of(withdraw(office, "5301"))
    assert names_of(select(office, GOOD)) == ["AdvancedWorkerSelected"]

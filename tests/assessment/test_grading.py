"""Proposals, reviews, ties and shortfalls: nobody grades round Art. 15, and nothing is graded on facts that changed."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from contracts.assessment import Grade
from contracts.refusals import Code
from services.assessment import commands as cmd
from services.assessment import refusals as no
from tests.assessment.office import (
    COUNTY,
    COUNTY_OFFICE,
    OTHER,
    PERSON,
    TOWNSHIP,
    VILLAGE,
    YEAR,
    Office,
    code_of,
    facts_of,
    names_of,
    person,
    shown,
)

NINE = [f"P{number:06}" for number in range(1, 10)]


def test_a_proposal_names_the_facts_it_was_made_on() -> None:
    summary, proposed = facts_of(Office().opened().propose(shown(person(inputs="c" * 64))))
    assert proposed.model_dump()["inputs"] == "c" * 64
    assert (summary.model_dump()["on_post"], summary.model_dump()["days"]) == (230, "c" * 64)


@pytest.mark.parametrize("reasons", ["", "  ", "\u3000\n"])
def test_reasons_say_something(reasons: str) -> None:
    with pytest.raises(ValidationError):
        cmd.ResolveTie(county=COUNTY, year=YEAR, chosen=(PERSON,), reasons=reasons)


def _lines(*names: str, grade: Grade = Grade.COMPETENT, township: str = VILLAGE[:9]) -> cmd.ProposeGrades:
    lines = tuple(cmd.ProposedGrade(person=name, grade=grade, score=8500, reasons="综合考核") for name in names)
    return cmd.ProposeGrades(township=township, county=COUNTY, year=YEAR, proposals=lines)


def test_a_township_proposes_for_several_at_once_what_it_would_propose_for_each() -> None:
    known = shown(person(), person(OTHER))
    alone = [fact for name in (PERSON, OTHER) for fact in facts_of(Office().opened().propose(known, name))]
    assert facts_of(Office().opened().when(_lines(PERSON, OTHER), TOWNSHIP, known)) == alone


def test_of_several_proposals_all_stand_or_none_and_the_refusal_names_who_is_in_the_way() -> None:
    known = shown(person(), person(OTHER, grounds=("D1",)))
    refused = Office().opened().when(_lines(PERSON, OTHER), TOWNSHIP, known)
    assert refused == no.about(no.DISQUALIFIED, [OTHER])
    elsewhere = Office().opened().when(_lines(PERSON, township="530113999"), TOWNSHIP, known)
    assert elsewhere == no.about(no.NOT_THE_TOWNSHIPS, [PERSON])
    assert Office().opened().when(_lines(PERSON, PERSON), TOWNSHIP, known) == no.NAMED_TWICE


def test_nothing_is_proposed_before_the_year_is_open_and_over() -> None:
    assert code_of(Office().propose(shown(person()))) is Code.WRONG_STATE
    assert Office().opened().propose(shown(person(), over=False)) == no.YEAR_NOT_OVER


def test_w51_a_person_with_a_ground_gets_no_other_grade() -> None:
    for ground in ("D1", "D2", "D3", "D4", "D5"):
        known = shown(person(grounds=(ground,)))
        for grade in (Grade.EXCELLENT, Grade.COMPETENT, Grade.BASICALLY_COMPETENT):
            assert code_of(Office().opened().propose(known, grade=grade)) is Code.DISQUALIFIED
        assert names_of(Office().opened().propose(known, grade=Grade.INCOMPETENT))[-1:] == ["GradeProposed"]


def test_people_who_are_not_on_the_list_are_not_graded() -> None:
    office = Office().opened()
    assert office.propose(shown(person(listed=False, outcome="NOT_ASSESSED_HERE"))) == no.NOT_AN_OBJECT
    assert office.propose(shown(person(OTHER))) == no.NOT_AN_OBJECT


def test_where_no_grade_is_due_or_none_can_be_told_nothing_is_proposed() -> None:
    office = Office().opened()
    assert office.propose(shown(person(outcome="未定等次"))) == no.NO_GRADE_DUE
    long_leave = replace(person(grounds=("D3",)), outcome="未定等次", flags=("long_leave",))
    assert office.propose(shown(long_leave)) == no.NO_GRADE_DUE
    assert office.propose(shown(person(outcome="undetermined"))) == no.UNCLEAR


def test_nobody_proposes_reviews_or_excuses_himself() -> None:
    office = Office().opened()
    known = shown(person(flags=("shortfall_review_required",)))
    oneself = TOWNSHIP.model_copy(update={"person": PERSON})
    assert code_of(office.propose(known, by=oneself)) is Code.SELF
    office.propose(known)
    assert code_of(office.review(known, by=oneself)) is Code.SELF
    assert code_of(office.look_at_shortfall(known, by=oneself)) is Code.SELF


def test_the_county_office_upholds_what_was_proposed() -> None:
    office = Office().opened()
    known = shown(person(), person(OTHER))
    office.propose(known, grade=Grade.EXCELLENT)
    office.propose(known, OTHER)
    first, second = facts_of(office.review(known, PERSON, OTHER, PERSON))
    assert first.model_dump()["grade"] is Grade.EXCELLENT
    assert second.model_dump()["grade"] is Grade.COMPETENT


def test_a_review_is_given_once_and_again_after_a_new_proposal() -> None:
    office = Office().opened()
    known = shown(person(), person(OTHER))
    office.propose(known)
    office.propose(known, OTHER)
    office.review(known)
    assert code_of(office.review(known)) is Code.DUPLICATE
    assert [fact.model_dump()["person"] for fact in facts_of(office.review(known, PERSON, OTHER))] == [OTHER]
    office.propose(known, grade=Grade.BASICALLY_COMPETENT)
    assert names_of(office.review(known)) == ["GradeReviewed"]


def test_a_review_without_a_proposal_or_of_a_stranger_is_refused_whole() -> None:
    office = Office().opened()
    known = shown(person(), person(OTHER))
    office.propose(known)
    answer = office.review(known, PERSON, OTHER)
    assert code_of(answer) is Code.WRONG_STATE
    assert answer == no.about(no.UNGRADED, [OTHER])
    assert office.review(shown(person()), OTHER) == no.about(no.NOT_AN_OBJECT, [OTHER])


def test_a_review_is_refused_when_facts_came_after_the_proposal() -> None:
    office = Office().opened()
    office.propose(shown(person(inputs="b" * 64)))
    changed = shown(person(inputs="c" * 64))
    assert code_of(office.review(changed)) is Code.INPUTS_CHANGED
    office.propose(changed)
    assert names_of(office.review(changed)) == ["GradeReviewed"]


def test_w49_of_two_equals_for_one_place_one_is_chosen_and_naming_both_is_refused() -> None:
    office = Office().opened()
    people = [person(name, "称职") for name in NINE[2:]] + [person("P000010", "优秀")]
    people += [person(PERSON), person(OTHER)]
    known = shown(*people, waiting_tie=(PERSON, OTHER))
    assert (known.objects, known.maximum, known.excellent) == (10, 2, ("P000010",))
    assert code_of(office.resolve(known, PERSON, OTHER)) is Code.QUOTA
    assert code_of(office.resolve(known, NINE[5])) is Code.QUOTA
    (resolved,) = facts_of(office.resolve(known, PERSON, PERSON))
    assert resolved.model_dump()["chosen"] == (PERSON,)


def test_no_tie_is_resolved_where_there_is_none_or_while_others_are_ungraded() -> None:
    office = Office().opened()
    assert office.resolve(shown(person()), PERSON) == no.NO_TIE
    known = shown(*(person(name) for name in NINE), waiting_tie=(PERSON, OTHER))
    assert office.resolve(known, PERSON) == no.about(no.UNFINISHED, NINE[2:])


def test_nobody_in_a_tie_resolves_it() -> None:
    known = shown(person(), person(OTHER), waiting_tie=(PERSON, OTHER), maximum=1)
    oneself = COUNTY_OFFICE.model_copy(update={"person": OTHER})
    assert code_of(Office().opened().resolve(known, PERSON, by=oneself)) is Code.SELF


def test_a_shortfall_is_reviewed_where_there_is_one_also_a_second_time() -> None:
    office = Office().opened()
    assert office.look_at_shortfall(shown(person())) == no.NO_SHORTFALL
    required = shown(person(grounds=("D3",), flags=("shortfall_review_required",)))
    assert names_of(office.look_at_shortfall(required)) == ["ShortfallReviewed"]
    referred = shown(person(grounds=("D3",), flags=("shortfall_review_referred",)))
    assert names_of(office.look_at_shortfall(referred)) == ["ShortfallReviewed"]


def test_the_county_of_another_proposal_does_not_count() -> None:
    office = Office().opened()
    office.propose(shown(person()))
    assert office.file().proposal(2017, "530113") is not None
    assert office.file().proposal(2017, "530114") is None


def test_each_township_with_places_of_its_own_has_a_line_and_a_tie_of_its_own() -> None:
    names = [f"P{number:06}" for number in range(1, 11)]
    near, far = names[:5], names[5:]
    people = [person(name, outcome="AWAITING_GRADE" if name in (*near[:2], *far[:2]) else "称职") for name in names]
    rules = {"quota.pct": 20, "quota.round": "floor"}
    groups = (("530113100", 5, tuple(near[:2])), ("530113101", 5, tuple(far[:2])))
    known = shown(*people, waiting_tie=(*near[:2], *far[:2]), groups=groups, parameters=rules)
    office = Office().opened()
    assert office.resolve(known, near[0], far[0]) == no.OVER_QUOTA, "two lines are two decisions"
    assert office.resolve(known, *near[:2]) == no.OVER_QUOTA, "each has one place"
    [resolved] = facts_of(office.resolve(known, far[0]))
    assert resolved.model_dump()["tied"] == tuple(far[:2])

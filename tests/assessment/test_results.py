"""Lists, feedback, files, praise: what becomes of a final result, and who may not (Art. 12-14; W52, W53, W58)."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from contracts.assessment import (
    AssessmentListsFiled,
    ExcellentCirculated,
    ListRecipient,
    ResultFedBack,
    TermAssessmentRecorded,
)
from contracts.fact import Fact
from contracts.refusals import Code, Refusal
from contracts.results import ExcellentCircularWithdrawn
from services.assessment import commands as cmd
from services.assessment import refusals as no
from services.assessment.results.filing import list_digest
from services.assessment.year.known import Concerned, Ended, Persons
from tests.assessment.office import (
    COUNTY,
    COUNTY_OFFICE,
    OTHER,
    PERSON,
    UNIT,
    VILLAGE,
    YEAR,
    Office,
    code_of,
    facts_of,
    names_of,
    person,
    shown,
)

BEST, GOOD = PERSON, OTHER
EVERYBODY = tuple(f"P{number:06}" for number in range(1, 6))


def finished() -> Office:
    """Five people, the first of them 优秀."""
    people = [person(name) for name in EVERYBODY]
    office = Office().opened().graded(*people)
    done = [replace(one, outcome="优秀" if one.person == BEST else "称职", score=8500) for one in people]
    facts_of(office.finalise(shown(*done)))
    return office


def file(
    office: Office, recipient: ListRecipient, objects: tuple[str, ...] = EVERYBODY, excellent: tuple[str, ...] = (BEST,)
) -> list[Fact] | Refusal:
    command = cmd.FileLists(
        county=COUNTY,
        year=YEAR,
        recipient=recipient,
        objects_digest=list_digest(objects),
        excellent_digest=list_digest(excellent),
    )
    return office.when(command, COUNTY_OFFICE, Persons(EVERYBODY))


def test_w52_both_recipients_get_the_same_two_lists() -> None:
    office = finished()
    (first,) = facts_of(file(office, ListRecipient.CITY_OFFICE))
    (second,) = facts_of(file(office, ListRecipient.CITY_ORGANISATION))
    assert isinstance(first, AssessmentListsFiled) and isinstance(second, AssessmentListsFiled)
    assert (first.objects_digest, first.excellent_digest) == (second.objects_digest, second.excellent_digest)
    assert (first.objects, first.excellent) == (5, 1)
    assert file(office, ListRecipient.CITY_OFFICE) == no.ALREADY_RECORDED


@pytest.mark.parametrize(("objects", "excellent"), [(EVERYBODY[1:], (BEST,)), (EVERYBODY, (GOOD,)), (EVERYBODY, ())])
def test_w52_lists_that_are_not_the_final_ones_are_refused(
    objects: tuple[str, ...], excellent: tuple[str, ...]
) -> None:
    answer = file(finished(), ListRecipient.CITY_OFFICE, objects, excellent)
    assert code_of(answer) is Code.LIST_MISMATCH


def test_nothing_is_filed_or_fed_back_before_the_year_is_final() -> None:
    office = Office().opened().graded(person())
    assert file(office, ListRecipient.CITY_OFFICE) == no.NOT_FINAL
    assert office.feed_back() == no.NOT_FINAL


def test_w53_each_unit_is_told_of_its_own_people_and_excellent_takes_no_place_of_its_quota() -> None:
    office = finished()
    facts = facts_of(office.feed_back(BEST, GOOD))
    told = {fact.person: fact for fact in facts if isinstance(fact, ResultFedBack)}
    assert {name: (fact.outcome, fact.outside_unit_quota) for name, fact in told.items()} == {
        BEST: ("优秀", True),
        GOOD: ("称职", False),
    }
    assert {fact.unit for fact in told.values()} == {UNIT}
    assert office.feed_back(BEST, GOOD) == no.NOTHING_TO_FEED_BACK


def in_file(office: Office) -> list[Fact] | Refusal:
    command = cmd.FileResult(person=BEST, county=COUNTY, year=YEAR)
    return office.when(command, COUNTY_OFFICE, Concerned("P000701", VILLAGE, UNIT))


def test_the_unit_files_what_it_was_told_once() -> None:
    office = finished()
    assert in_file(office) == no.NOT_FED_BACK
    facts_of(office.feed_back(BEST))
    assert names_of(in_file(office)) == ["ResultFiledInPersonalFile"]
    assert in_file(office) == no.ALREADY_RECORDED


def test_only_the_excellent_are_circulated_and_only_once() -> None:
    office = finished()
    command = cmd.CirculateExcellent(area=COUNTY, year=YEAR)
    assert office.when(command, COUNTY_OFFICE, Persons(())) == no.NO_EXCELLENT
    (circular,) = facts_of(office.when(command, COUNTY_OFFICE, Persons((BEST,))))
    assert isinstance(circular, ExcellentCirculated) and circular.persons == (BEST,)
    assert office.when(command, COUNTY_OFFICE, Persons((BEST,))) == no.ALREADY_RECORDED


def test_a_circular_is_issued_again_when_a_new_result_has_changed_who_is_excellent() -> None:
    office = finished()
    command = cmd.CirculateExcellent(area=COUNTY, year=YEAR)
    facts_of(office.when(command, COUNTY_OFFICE, Persons((BEST,))))
    before = str(UUID(int=len(office.facts)))
    (again,) = facts_of(office.when(command, COUNTY_OFFICE, Persons((BEST, GOOD))))
    assert isinstance(again, ExcellentCirculated)
    assert (again.persons, again.supersedes) == ((BEST, GOOD), before)
    assert office.when(command, COUNTY_OFFICE, Persons((BEST, GOOD))) == no.ALREADY_RECORDED


def test_a_circular_is_withdrawn_only_when_nobody_is_left() -> None:
    office = finished()
    again, back = (
        cmd.CirculateExcellent(area=COUNTY, year=YEAR),
        cmd.WithdrawCircular(area=COUNTY, year=YEAR, reasons="结果重新认定"),
    )
    assert office.when(back, COUNTY_OFFICE, Persons(())) == no.NO_CIRCULAR
    facts_of(office.when(again, COUNTY_OFFICE, Persons((BEST,))))
    circular = str(UUID(int=len(office.facts)))
    assert office.when(back, COUNTY_OFFICE, Persons((GOOD,))) == no.CIRCULATE_AGAIN
    (withdrawn,) = facts_of(office.when(back, COUNTY_OFFICE, Persons(())))
    assert isinstance(withdrawn, ExcellentCircularWithdrawn) and withdrawn.supersedes == circular
    assert office.when(back, COUNTY_OFFICE, Persons(())) == no.NO_CIRCULAR
    (anew,) = facts_of(office.when(again, COUNTY_OFFICE, Persons((GOOD,))))
    assert isinstance(anew, ExcellentCirculated) and anew.supersedes == str(UUID(int=len(office.facts) - 1))


def test_the_end_of_a_term_uses_the_yearly_results_again() -> None:
    office = finished()
    office.today = date(2018, 12, 31)
    ended = Ended(date(2017, 1, 1), date(2018, 12, 30), VILLAGE)
    command = cmd.RecordTermAssessment(person=BEST, county=COUNTY, year=2018, opinion="圆满")
    (recorded,) = facts_of(office.when(command, COUNTY_OFFICE, ended))
    assert isinstance(recorded, TermAssessmentRecorded)
    assert [(one.year, one.determination, one.outcome) for one in recorded.years] == [(2017, 1, "优秀")]
    assert office.when(command, COUNTY_OFFICE, ended) == no.ALREADY_RECORDED
    none = cmd.RecordTermAssessment(person="P000099", county=COUNTY, year=2018, opinion="-")
    assert office.when(none, COUNTY_OFFICE, ended) == no.NO_RESULTS_OF_TERM

"""Rules, calendars, years and cases: what is put on record, and what is refused (Art. 12, 15.1, 15.2, 23)."""

from datetime import date
from typing import Any

import pytest

from contracts.assessment import InvestigationResult, SanctionBody
from contracts.calendar import available_years
from contracts.fact import Actor
from contracts.refusals import Code
from services.assessment import commands as cmd
from services.assessment import refusals as no
from services.assessment.year import gathering
from services.assessment.year.known import CalendarRevision, Opening
from services.runtime.decisions import RULESET
from tests.assessment.office import (
    COUNTY,
    COUNTY_OFFICE,
    DIGESTS,
    DISCIPLINE,
    INTERPRETER,
    PERSON,
    TOWNSHIP,
    YEAR,
    Office,
    code_of,
    facts_of,
    names_of,
)


def sanction(case: str = "JW-1", decided_on: date = date(2017, 6, 1)) -> cmd.RecordSanction:
    return cmd.RecordSanction(
        person=PERSON, county=COUNTY, case=case, body=SanctionBody.PARTY, sanction="党内警告", decided_on=decided_on
    )


def opened_on(day: date, case: str = "JW-2") -> cmd.OpenInvestigation:
    return cmd.OpenInvestigation(person=PERSON, county=COUNTY, case=case, opened_on=day)


def closed_on(day: date, case: str = "JW-2") -> cmd.CloseInvestigation:
    result = InvestigationResult.CLEARED
    return cmd.CloseInvestigation(person=PERSON, county=COUNTY, case=case, closed_on=day, result=result)


def impact(found_on: date = date(2017, 9, 12)) -> cmd.RecordSevereImpact:
    return cmd.RecordSevereImpact(person=PERSON, county=COUNTY, case="YX-1", found_on=found_on, finding="影响恶劣")


def test_the_measures_are_adopted_with_their_digests_once() -> None:
    office = Office()
    (adopted,) = facts_of(office.when(cmd.AdoptRules(ruleset=RULESET), INTERPRETER, DIGESTS))
    assert adopted.model_dump()["text_digest"] == DIGESTS.text
    assert adopted.model_dump()["document"] == "昆联发〔2016〕1号"
    assert code_of(office.when(cmd.AdoptRules(ruleset=RULESET), INTERPRETER, DIGESTS)) is Code.DUPLICATE


def test_rules_that_the_service_does_not_run_are_refused() -> None:
    answer = Office().when(cmd.AdoptRules(ruleset="kunming-2015-1"), INTERPRETER, DIGESTS)
    assert code_of(answer) is Code.NO_RULE_SET


def test_a_year_is_opened_under_adopted_rules_once_and_never_in_advance() -> None:
    office = Office()
    opening = cmd.OpenYear(county=COUNTY, year=YEAR)
    assert code_of(office.when(opening, COUNTY_OFFICE, Opening(DIGESTS, ()))) is Code.NO_RULE_SET
    office.opened()
    assert code_of(office.when(opening, COUNTY_OFFICE, Opening(DIGESTS, ()))) is Code.DUPLICATE
    later = cmd.OpenYear(county=COUNTY, year=office.today.year + 1)
    assert code_of(office.when(later, COUNTY_OFFICE, Opening(DIGESTS, ()))) is Code.FUTURE_DATE


def test_a_later_notice_is_published_beside_the_first_and_nothing_twice() -> None:
    office = Office()
    first, second = CalendarRevision(1, "国办发明电〔2019〕16号", "a" * 64), CalendarRevision(2, "延长假期", "b" * 64)
    command = cmd.PublishCalendar(year=2020)
    assert names_of(office.when(command, INTERPRETER, (first,))) == ["DutyCalendarPublished"]
    (event,) = facts_of(office.when(command, INTERPRETER, (first, second)))
    assert event.model_dump()["revision"] == 2
    assert code_of(office.when(command, INTERPRETER, (first, second))) is Code.DUPLICATE


@pytest.mark.parametrize("year", available_years())
def test_every_committed_calendar_can_be_published_each_revision_under_its_own_digest(year: int) -> None:
    command = cmd.PublishCalendar(year=year)
    revisions = gathering.calendar(command)
    assert isinstance(revisions, tuple)
    assert len({revision.digest for revision in revisions}) == len(revisions)
    assert len(names_of(Office().when(command, INTERPRETER, revisions))) == len(revisions)


def test_a_sanction_is_recorded_in_the_year_of_its_decision() -> None:
    office = Office()
    assert names_of(office.when(sanction(), DISCIPLINE, True)) == ["DisciplinarySanctionRecorded"]
    assert office.file().versions == ((f"assessment/{PERSON}/2017", 1),)


def test_one_case_is_one_sanction_over_all_years() -> None:
    office = Office()
    office.when(sanction(), DISCIPLINE, True)
    assert code_of(office.when(sanction(decided_on=date(2016, 12, 1)), DISCIPLINE, True)) is Code.DUPLICATE


@pytest.mark.parametrize(
    ("command", "by"),
    [
        (sanction(decided_on=date(2018, 1, 11)), DISCIPLINE),
        (impact(date(2018, 1, 11)), COUNTY_OFFICE),
        (opened_on(date(2018, 1, 11)), DISCIPLINE),
    ],
)
def test_nothing_is_recorded_of_days_to_come(command: Any, by: Actor) -> None:
    assert code_of(Office().when(command, by, True)) is Code.FUTURE_DATE


@pytest.mark.parametrize("command", [sanction(), impact(), opened_on(date(2017, 1, 5)), closed_on(date(2017, 1, 5))])
def test_no_body_records_a_case_of_somebody_never_posted_in_its_county_or_of_itself(command: Any) -> None:
    assert code_of(Office().when(command, DISCIPLINE, False)) is Code.NOT_POSTED
    oneself = DISCIPLINE.model_copy(update={"person": PERSON})
    assert code_of(Office().when(command, oneself, True)) is Code.SELF


def asked(observed_on: date = date(2017, 9, 5)) -> cmd.ProposeSevereImpact:
    return cmd.ProposeSevereImpact(
        person=PERSON, county=COUNTY, case="YX-1", observed_on=observed_on, finding="不服从管理"
    )


def test_the_county_office_finds_only_what_the_township_or_discipline_inspection_asked_for() -> None:
    for by in (TOWNSHIP, DISCIPLINE):
        office = Office()
        assert office.when(impact(), COUNTY_OFFICE, True) == no.IMPACT_NOT_PROPOSED
        assert names_of(office.when(asked(), by, True)) == ["SevereImpactProposed"]
        assert office.when(impact(date(2017, 9, 4)), COUNTY_OFFICE, True) == no.IMPACT_NOT_PROPOSED
        assert names_of(office.when(impact(date(2017, 9, 5)), COUNTY_OFFICE, True)) == ["SevereImpactFindingMade"]


def test_a_finding_of_severe_effect_is_recorded_once() -> None:
    office = Office()
    facts_of(office.when(asked(), TOWNSHIP, True))
    assert names_of(office.when(impact(), COUNTY_OFFICE, True)) == ["SevereImpactFindingMade"]
    assert code_of(office.when(impact(), COUNTY_OFFICE, True)) is Code.DUPLICATE


def test_an_investigation_is_closed_once_and_not_before_it_was_opened() -> None:
    office = Office()
    assert code_of(office.when(closed_on(date(2017, 12, 1)), DISCIPLINE, True)) is Code.UNKNOWN_CASE
    office.when(opened_on(date(2017, 11, 20)), DISCIPLINE, True)
    assert code_of(office.when(opened_on(date(2017, 11, 21)), DISCIPLINE, True)) is Code.DUPLICATE
    assert code_of(office.when(closed_on(date(2017, 11, 19)), DISCIPLINE, True)) is Code.WRONG_INTERVAL
    assert names_of(office.when(closed_on(date(2018, 1, 5)), DISCIPLINE, True)) == ["InvestigationClosed"]
    assert code_of(office.when(closed_on(date(2018, 1, 6)), DISCIPLINE, True)) is Code.UNKNOWN_CASE

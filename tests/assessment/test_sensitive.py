"""Whose outcome hangs on a reading, what a ruling settles, and whom a missing one holds up (Art. 23, A17, W76)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest

from contracts.assessment import AssessmentFinalised, Grade, QuotaComputed, ReassessmentCause, ShortfallOutcome
from contracts.refusals import Refusal
from services.assessment import refusals as no
from services.assessment.commands import (
    AcknowledgeSensitive,
    FinaliseYear,
    ProposeGrade,
    ProposeInterpretation,
    ReviewShortfall,
    Setting,
)
from services.assessment.fold.civil import cut_at
from services.assessment.fold.fold import EVERYTHING, fold_read
from services.assessment.fold.quota import Candidate
from services.assessment.fold.reading import Reader
from services.assessment.rules import gathering as rules_gathering
from services.assessment.rules import rules
from services.assessment.year.judgements import Judgements
from services.assessment.year.known import ALONE, Elsewhere
from services.assessment.year.sensitive import CITY_WIDE, alternatives
from services.assessment.year.showing import heads_of, show_read
from tests.assessment.kept import Kept, ruled
from tests.assessment.office import COUNTY, COUNTY_OFFICE, OTHER, PERSON, TOWNSHIP, YEAR, facts_of
from tests.assessment.test_disputes import ALL_YEAR
from tests.assessment.test_replay import RUN_OF_15

PLAIN: dict[str, Any] = {"posted": ALL_YEAR, "present": f"{ALL_YEAR} duty"}


def two_people() -> Kept:
    """One with a run of 15 duty days, over which rest days decide, and one whom no reading touches."""
    kept = Kept().given(**RUN_OF_15).given(name=OTHER, **PLAIN)
    kept.record(kept.office.opened().facts)
    for name in (PERSON, OTHER):
        kept.record(kept.office.propose(kept.shown(), name))
    kept.record(kept.office.review(kept.shown(), PERSON, OTHER))
    return kept


def readings(kept: Kept) -> dict[str, set[tuple[str, Any]]]:
    found = kept.shown(sensitive=True).sensitive
    return {one.person: {(reading.parameter, reading.value) for reading in one.readings} for one in found}


def test_w76_those_on_the_list_are_those_whom_the_other_reading_changes() -> None:
    kept = two_people()
    assert readings(kept) == {PERSON: {("absence.basis", "calendar"), ("absence.rest_in_run", "count")}}
    reader = Reader(EVERYTHING)
    reader.read(one.event for one in kept.known)

    def outcomes(**overrides: Any) -> dict[str, str]:
        folding = rules.fold_rules(2017, {"absence.basis": "duty", **overrides})
        people = fold_read(reader, folding, year=2017, cut=EVERYTHING)["persons"]
        return {name: value["outcome"] for name, value in people.items()}

    before, after = outcomes(), outcomes(**{"absence.basis": "calendar"})
    assert {name for name in before if before[name] != after[name]} == set(readings(kept))


def test_half_a_year_is_read_in_three_ways() -> None:
    """1 January to 30 June are six months and 181 days: whoever counts days alone does not assess here (A04)."""
    months, days = ("half_year.rule", {"days": 366, "months": 6}), ("half_year.rule", {"days": 183, "months": 12})
    kept = Kept()
    for name, posted in ((PERSON, "2017-01-01..2017-06-30"), (OTHER, "2017-03-02..2017-08-31")):
        kept.given(name=name, posted=posted, present=f"{posted} duty")
    kept.record(kept.office.opened().facts)
    for name in (PERSON, OTHER):
        kept.record(kept.office.propose(kept.shown(), name))
    kept.record(kept.office.review(kept.shown(), PERSON, OTHER))
    found = {one.person: one.readings for one in kept.shown(sensitive=True).sensitive}
    assert [(r.parameter, r.value) for r in found[PERSON] if r.outcome == "NOT_ASSESSED_HERE"] == [days]
    assert [(r.parameter, r.value) for r in found[OTHER] if r.outcome == "NOT_ASSESSED_HERE"] == [months]
    ruled(kept, "half_year.rule.days", 183, date(2017, 1, 1))
    again = {one.person: one.readings for one in kept.shown(sensitive=True).sensitive}
    assert {r.ruling for one in again.values() for r in one if r.parameter == "half_year.rule"} == {"JS-9"}


def test_half_a_year_of_leave_does_not_hang_on_what_makes_half_a_year_of_posting() -> None:
    """Ill for 184 days: no grade (A17). No reading of A04 makes anything else of it, of a whole year or of a part."""
    kept = Kept()
    for name, posted in ((PERSON, "2017-01-01..2017-11-30"), (OTHER, ALL_YEAR)):
        leave = {"days": "2017-01-01..2017-07-03", "kind": "sick"}
        kept.given(name=name, posted=posted, leave=leave, present="2017-07-04..2017-12-31 duty")
    kept.record(kept.office.opened().facts)
    assert {one.person: one.outcome for one in kept.shown().listed} == {PERSON: "未定等次", OTHER: "未定等次"}
    hanging = kept.shown(sensitive=True).sensitive
    assert "half_year.rule" not in {reading.parameter for one in hanging for reading in one.readings}


def ten_people() -> Kept:
    """Ten people, two proposed as 优秀 with different scores: both have a place of the county's two."""
    kept = Kept()
    names = [f"P{number:06}" for number in range(1, 11)]
    for name in names:
        kept.given(name=name, **PLAIN)
    kept.record(kept.office.opened().facts)
    for name in names:
        best = name in (PERSON, OTHER)
        grade, score = (Grade.EXCELLENT, 9000 if name == PERSON else 8600) if best else (Grade.COMPETENT, 8000)
        command = ProposeGrade(person=name, county=COUNTY, year=YEAR, grade=grade, score=score, reasons="综合考核")
        kept.record(kept.office.when(command, TOWNSHIP, kept.shown()))
    kept.record(kept.office.review(kept.shown(), *names))
    return kept


def test_a_line_over_the_whole_city_is_varied_with_the_other_counties_as_far_as_they_have_come() -> None:
    kept = ten_people()

    def hanging(elsewhere: Elsewhere) -> dict[str, set[tuple[str, Any, str]]]:
        known = kept.shown(sensitive=True, elsewhere=elsewhere)
        assert known.elsewhere == elsewhere
        return {
            one.person: {(r.parameter, r.value, r.outcome) for r in one.readings if r.parameter == "quota.scope"}
            for one in known.sensitive
        }

    assert CITY_WIDE not in {(name, value) for one in hanging(ALONE).values() for name, value, _ in one}
    better = tuple(Candidate(f"P0001{number:02}", 8700, 250, 0) for number in range(10))
    crowded = hanging(Elsewhere(objects=20, candidates=better))  # six places for twelve candidates, one of them first
    assert ("quota.scope", "city", "称职") in crowded[OTHER]
    assert ("quota.scope", "city", "称职") not in crowded.get(PERSON, set())
    tied = tuple(Candidate(f"P0001{number:02}", 8600, 250, 0) for number in range(10))
    assert ("quota.scope", "city", "AWAITING_GRADE") in hanging(Elsewhere(objects=20, candidates=tied))[OTHER]
    roomy = hanging(Elsewhere(objects=90, candidates=better))
    assert all((name, value) != ("quota.scope", "city") for one in roomy.values() for name, value, _ in one)


def test_a_ruling_cannot_draw_one_line_over_the_city_for_counties_that_are_final_one_by_one() -> None:
    setting = Setting(parameter="quota.scope", value="city")
    command = ProposeInterpretation(ruling="JS-1", settings=(setting,), valid_from=date(2017, 1, 1), reasons="-")
    refused = rules_gathering.ruling(command)
    assert refused == no.BEYOND_ONE_COUNTY


def test_every_listed_value_of_every_reading_is_tried_once() -> None:
    current = rules.fold_rules(2017).parameters
    tried = list(alternatives(current))
    assert len(tried) == len(set(map(str, tried)))
    for listed in (("absence.basis", "calendar"), ("half_year.rule", {"days": 183, "months": 12}), CITY_WIDE):
        assert listed in tried
    assert not {name for name, _ in tried} & {"onpost.threshold", "quota.pct", "absence.run_limit"}
    for name, value in tried:
        assert rules.load().parameter(name).check(value) != current[name]


def test_nothing_is_final_before_the_list_is_acknowledged_by_its_digest() -> None:
    kept = two_people()
    kept.office.today = date(2018, 1, 20)
    known = kept.shown(sensitive=True)
    final, seen = (
        FinaliseYear(county=COUNTY, year=YEAR),
        AcknowledgeSensitive(county=COUNTY, year=YEAR, digest="0" * 64),
    )
    assert kept.office.when(final, COUNTY_OFFICE, known) == no.about(no.UNACKNOWLEDGED, [PERSON])
    assert kept.office.when(seen, COUNTY_OFFICE, known) == no.ANOTHER_LIST
    facts_of(kept.office.acknowledge(known))
    assert kept.office.acknowledge(known) == no.ALREADY_RECORDED
    changed = replace(known, sensitive=())
    assert kept.office.when(final, COUNTY_OFFICE, changed) == no.about(no.UNACKNOWLEDGED, [])
    assert isinstance(kept.office.when(final, COUNTY_OFFICE, known), list)


def test_a_person_without_a_ruling_holds_up_nobody_else() -> None:
    kept = two_people()
    kept.office.today = date(2018, 1, 20)
    facts = kept.record(kept.office.finalise(kept.shown(sensitive=True)))
    finals = {fact.person: fact.outcome for fact in facts if isinstance(fact, AssessmentFinalised)}
    assert finals == {PERSON: "未定等次", OTHER: "称职"}
    (quota,) = (fact for fact in facts if isinstance(fact, QuotaComputed))
    assert (quota.objects, quota.deferred) == (2, (PERSON,))
    found = kept.replayed("2018-02-01", search=False)
    assert (found["reproduced"], found["lenses"]["then-then"]["standing"]) == (True, "未定等次")


def test_with_the_ruling_the_person_gets_a_grade_as_number_two() -> None:
    kept = two_people()
    kept.office.today = date(2018, 1, 20)
    kept.record(kept.office.finalise(kept.shown(sensitive=True)))
    for parameter, value in (("absence.basis", "duty"), ("absence.rest_in_run", "bridge")):
        ruled(kept, parameter, value, date(2017, 1, 1))
    kept.office.today = date(2018, 3, 5)
    kept.record(kept.office.order(ReassessmentCause.RULING_ISSUED))
    kept.record(kept.office.settle(kept.again(), case="FH-1"))
    latest = kept.office.file().determination(2017)
    assert latest is not None and (latest.number, latest.outcome) == (2, "称职")


def test_a_ruling_settles_the_reading_and_nobody_waits_for_it_any_more() -> None:
    kept = two_people()
    for parameter, value in (("absence.basis", "duty"), ("absence.rest_in_run", "bridge")):
        ruled(kept, parameter, value, date(2017, 1, 1))
    known = kept.shown(sensitive=True)
    (hanging,) = known.sensitive
    assert (hanging.waits, known.deferred) == (False, ())
    assert {reading.ruling for reading in hanging.readings} == {"JS-9"}
    kept.office.today = date(2018, 1, 20)
    facts = facts_of(kept.office.finalise(known))
    assert {f.outcome for f in facts if isinstance(f, AssessmentFinalised)} == {"称职"}


MATERNITY: dict[str, Any] = {
    "posted": ALL_YEAR,
    "present": "190 duty days of 2017",
    "leave": {"days": "other duty days of 2017", "kind": "maternity"},
}


def look(kept: Kept, outcome: ShortfallOutcome) -> None:
    """The county office reviews the shortfall of the first person."""
    who = {"person": PERSON, "county": COUNTY, "year": YEAR}
    command = ReviewShortfall(**who, outcome=outcome, reasons="产假")
    kept.record(kept.office.when(command, COUNTY_OFFICE, kept.shown()))


def test_a_shortfall_referred_to_the_interpreters_waits_alone_until_it_is_reviewed_again() -> None:
    kept = Kept().given(**MATERNITY).given(name=OTHER, **PLAIN)
    kept.record(kept.office.opened().facts)
    kept.record(kept.office.propose(kept.shown(), OTHER))
    kept.record(kept.office.review(kept.shown(), OTHER))
    kept.office.today = date(2018, 1, 20)
    assert kept.office.finalise(kept.shown(sensitive=True)) == no.about(no.UNREVIEWED, [PERSON])
    look(kept, ShortfallOutcome.REFERRED)
    facts = kept.record(kept.office.finalise(kept.shown(sensitive=True)))
    finals = {fact.person: fact.outcome for fact in facts if isinstance(fact, AssessmentFinalised)}
    assert finals == {PERSON: "未定等次", OTHER: "称职"}
    assert kept.replayed("2018-02-01", search=False)["differs"] == []
    kept.office.today = date(2018, 3, 5)
    kept.record(kept.office.order(ReassessmentCause.RULING_ISSUED))
    assert isinstance(kept.office.settle(kept.again(), case="FH-1"), Refusal)
    look(kept, ShortfallOutcome.UPHELD)
    kept.record(kept.office.settle(kept.again(), case="FH-1"))
    latest = kept.office.file().determination(2017)
    assert latest is not None and (latest.number, latest.outcome) == (2, "不称职")


@pytest.mark.parametrize("history", [two_people, ten_people])
def test_what_is_remembered_of_people_is_what_would_be_found_anew(history: Callable[[], Kept]) -> None:
    """However far the facts have come in, and whichever moment is asked about."""
    kept = history()
    events, heads = [one.event for one in kept.known], heads_of(kept.pieces)
    share = len(events) // 4
    judgements = Judgements()
    for moment in ("2017-07-03", "2018-01-04T01:00:00Z", "2018-01-20"):
        cut, reader = replace(cut_at(moment), recorded=None), Reader(EVERYTHING)
        for read in range(0, len(events), share):
            reader.read(events[read : read + share])
            for sensitive in (False, True, False):
                asked = partial(show_read, COUNTY, YEAR, reader, heads, cut, sensitive=sensitive)
                assert asked(judgements=judgements) == asked()
        judgements = Judgements()


def test_a_grade_that_a_ground_left_no_choice_over_hides_nobody_from_the_list() -> None:
    leave = {"days": "other duty days of 2017", "kind": "personal"}
    kept = Kept().given(posted="2017-07-01..2017-12-31", present="100 duty days from 2017-07-01", leave=leave)
    kept.record(kept.office.opened().facts)
    before = readings(kept)
    assert ("partial_year.mode", "exempt") in before[PERSON], "D3 by a day; no ground where part of a year is exempt"
    kept.record(kept.office.propose(kept.shown(), PERSON, Grade.INCOMPETENT))
    kept.record(kept.office.review(kept.shown(), PERSON))
    assert readings(kept) == before
    ruled(kept, "partial_year.mode", "exempt", date(2017, 1, 1))
    kept.office.today = date(2018, 3, 1)
    known = kept.shown(sensitive=True)
    assert (known.persons[PERSON].outcome, known.persons[PERSON].grounds) == ("AWAITING_GRADE", ())
    kept.office.acknowledge(known)
    assert kept.office.finalise(known) == no.about(no.INPUTS_CHANGED, [PERSON])
    assert kept.office.review(known, PERSON) == no.about(no.INPUTS_CHANGED, [PERSON])
    kept.record(kept.office.propose(kept.shown(), PERSON, Grade.INCOMPETENT))
    kept.record(kept.office.review(kept.shown(), PERSON))
    assert kept.shown().persons[PERSON].outcome == "不称职", "proposed again, without any ground, it is a grade"


def _standings(found: dict[str, Any]) -> dict[str, str]:
    return {lens: shown["standing"] for lens, shown in found["lenses"].items()}


def test_who_waits_for_a_ruling_waits_in_every_lens_until_there_is_one() -> None:
    kept = two_people()
    kept.record(kept.office.acknowledge(kept.shown(sensitive=True)))
    kept.record(kept.office.finalise(kept.shown(sensitive=True)))
    waiting = kept.replayed("2018-02-01", search=False)
    assert set(_standings(waiting).values()) == {"未定等次"} and waiting["reproduced"]
    assert waiting["differences"] == []
    supposed = kept.replayed("2018-02-01", settings=["absence.basis=calendar"], search=False)
    assert _standings(supposed)["then-then"] == _standings(supposed)["now-then"] == "未定等次"
    assert _standings(supposed)["then-now"] == _standings(supposed)["now-now"] == "不称职"
    ruled(kept, "absence.basis", "duty", date(2017, 1, 1))
    settled = kept.replayed("2018-06-01", search=False)
    assert _standings(settled)["now-then"] == "未定等次", "by the rules of then nobody had ruled"
    assert _standings(settled)["then-now"] == _standings(settled)["now-now"] == "称职"
    (lifted,) = settled["differences"]
    assert (lifted["article"], lifted["because"], lifted["now"]) == ("23.2", "rules", None)

"""What would change a result beside the person's own facts: rulings, county measures, ties, the places of others."""

from datetime import date, timedelta
from typing import Any

from contracts.assessment import CountyMeasureAdopted, Grade
from services.assessment.commands import ProposeGrade, ResolveTie
from services.runtime.decisions import RULESET
from tests.assessment.kept import Kept, ruled
from tests.assessment.office import COUNTY, COUNTY_OFFICE, OTHER, PERSON, TOWNSHIP, YEAR
from tests.assessment.test_disputes import ALL_YEAR, FED_BACK, w57
from tests.assessment.test_sensitive import PLAIN, two_people

NOW = "2018-06-01"
SHARED = {"InterpretationIssued", "CountyMeasureAdopted", "TieResolved", "QuotaComputed", "AssessmentReissued"}
Shown = tuple[tuple[str, ...], str, tuple[str, ...]]


def shared(found: dict[str, Any]) -> list[Shown]:
    """What changes the outcome together with something common: names and moves, outcome, the people concerned."""
    return [
        (
            tuple(f"{change['type']} {change['move']}" for change in one["changes"]),
            one["outcome"],
            tuple(change["of"] for change in one["changes"] if "of" in change),
        )
        for one in found["flips"]["sets"]
        if any(change["type"] in SHARED for change in one["changes"])
    ]


def five_people(scores: dict[str, int], *, chosen: str | None = None) -> Kept:
    """A county of five with one place: those of `scores` are proposed as 优秀; final, a tie resolved for `chosen`."""
    kept = Kept()
    names = [f"P{number:06}" for number in range(1, 6)]
    for name in names:
        kept.given(name=name, **PLAIN)
    kept.record(kept.office.opened().facts)
    for name in names:
        grade = Grade.EXCELLENT if name in scores else Grade.COMPETENT
        command = ProposeGrade(
            person=name, county=COUNTY, year=YEAR, grade=grade, score=scores.get(name, 8000), reasons="综合考核"
        )
        kept.record(kept.office.when(command, TOWNSHIP, kept.shown()))
    kept.record(kept.office.review(kept.shown(), *names))
    kept.office.today = FED_BACK
    if chosen is not None:
        command_of = ResolveTie(county=COUNTY, year=YEAR, chosen=(chosen,), reasons="择优")
        kept.record(kept.office.when(command_of, COUNTY_OFFICE, kept.shown()))
    kept.record(kept.office.finalise(kept.shown()))
    return kept


def test_who_stood_before_somebody_at_the_line_is_named_and_who_stood_behind_is_not() -> None:
    kept = five_people({OTHER: 9500, PERSON: 9200, "P000003": 9000})
    found = kept.replayed(NOW)
    assert found["decided"]["outcome"] == "称职"
    assert shared(found) == [(("QuotaComputed removed",), "优秀", (OTHER,))]
    assert shared(kept.replayed(NOW, name=OTHER)) == []
    pair = [(("QuotaComputed removed", "QuotaComputed removed"), "优秀", (PERSON, OTHER))]
    assert shared(kept.replayed(NOW, name="P000003")) == pair
    assert shared(kept.replayed(NOW, name="P000004")) == [], "who was not proposed stands at no line"


def test_a_tie_that_was_resolved_would_have_left_both_waiting() -> None:
    kept = five_people({PERSON: 9200, OTHER: 9200}, chosen=PERSON)
    assert shared(kept.replayed(NOW)) == [(("TieResolved removed",), "AWAITING_GRADE", ())]
    outcomes = {(names, outcome) for names, outcome, _ in shared(kept.replayed(NOW, name=OTHER))}
    assert outcomes == {(("TieResolved removed",), "AWAITING_GRADE"), (("QuotaComputed removed",), "优秀")}


def test_without_the_ruling_the_outcome_would_have_waited_for_it() -> None:
    found = w57().replayed(NOW, version=2)
    assert found["decided"]["outcome"] == "称职"
    assert shared(found) == [(("InterpretationIssued removed",), "未定等次", ())]
    assert found["flips"]["common"] == 1


def test_with_the_ruling_in_time_nobody_would_have_waited() -> None:
    kept = two_people()
    kept.office.today = FED_BACK
    kept.record(kept.office.finalise(kept.shown(sensitive=True)))
    for parameter, value in (("absence.basis", "duty"), ("absence.rest_in_run", "bridge")):
        ruled(kept, parameter, value, date(2017, 1, 1))
    found = kept.replayed(NOW)
    assert found["decided"]["outcome"] == "未定等次"
    both = ("InterpretationIssued known_in_time", "InterpretationIssued known_in_time")
    assert shared(found) == [(both, "称职", ())], "one reading settled leaves the other open"


def adopted(kept: Kept, parameter: str, value: Any, county: str = COUNTY) -> None:
    measure = CountyMeasureAdopted(
        actor=COUNTY_OFFICE, article="23.4", ruleset=RULESET, place=county, county=county, measure="XZ-1",
        parameter=parameter, value=value, valid_from=date(2017, 1, 1),
    )  # fmt: skip
    kept.write(measure, f"rules/{RULESET}", kept.now() - timedelta(days=500))


def test_a_measure_of_the_own_county_is_tried_and_one_of_another_county_is_not() -> None:
    kept = Kept()
    adopted(kept, "onpost.min_checkins", 2)
    adopted(kept, "onpost.min_checkins", 3, county="530114")
    kept.given(**PLAIN)
    office = kept.office.opened()
    kept.record(office.facts)
    kept.record(office.propose(kept.shown(), grade=Grade.INCOMPETENT))
    kept.record(office.review(kept.shown()))
    office.today = FED_BACK
    kept.record(office.finalise(kept.shown()))
    found = kept.replayed(NOW)
    assert found["decided"]["outcome"] == "不称职"
    alone = [(change, outcome) for change, outcome, _ in shared(found) if len(change) == 1]
    assert alone == [(("CountyMeasureAdopted removed",), "AWAITING_GRADE")]
    assert found["flips"]["common"] == 1


def test_a_fact_and_a_ruling_that_only_together_change_the_outcome_are_found_as_a_pair() -> None:
    """198 days and a day of travel that a ruling does not count; a day that was corrected later."""
    kept = Kept()
    ruled(kept, "onpost.travel_counts", False, date(2017, 1, 1))
    kept.given(
        posted=ALL_YEAR, present="198 duty days of 2017", travel="2017-12-27", leave={"days": "other duty days of 2017"}
    )
    office = kept.office.opened()
    kept.record(office.facts)
    kept.record(office.propose(kept.shown(), grade=Grade.INCOMPETENT))
    kept.record(office.review(kept.shown()))
    office.today = FED_BACK
    kept.record(office.finalise(kept.shown()))
    assert kept.office.file().determination(YEAR) is not None
    kept.given(recorded=date(2018, 2, 11), corrected={"days": "2017-12-28", "status": "ONPOST"})
    both = ("InterpretationIssued removed", "DayStatusCorrected known_in_time")
    assert [(names, people) for names, _, people in shared(kept.replayed(NOW)) if len(names) == 2] == [(both, ())]

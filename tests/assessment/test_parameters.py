"""Parameters are dated, sourced and typed; an unknown name or value is refused in words."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contracts import canonical
from services.assessment.fold.by_day import on_day
from services.assessment.fold.civil import cut_at, ordinal
from services.assessment.fold.findings import FoldError
from services.assessment.fold.reading import Fact
from services.assessment.rules import rules
from services.assessment.rules.values import Domain
from services.runtime.parameters import Parameters

RULES = rules.load()

NAMED_IN_2_1 = re.findall(
    r"\S+",
    """
    year.mode onpost.travel_counts partial_year.mode assess.min_half_year half_year.rule transition.2016
    onpost.training_counts onpost.count_rest_days onpost.min_checkins day.unit absence.basis
    absence.rest_in_run absence.cumulative_window absence.cross_year leave.resets_run shortfall.review
    longleave.no_grade overstay.counts conflict.leave_checkin checkin.multi_village absence.sync_horizon_h
    justify.authority backfill.grace_h checkin.methods secondment.day spotcheck.wins travel.approver
    travel.retro_days move.grade_owner report.due_day report.clip report.du_scope sheet.scope sheet.delegation
    sheet.due_day deadline.rollover sheet.file_within sheet.return_grace leave.township_approver leave.tiers
    leave.retro_days leader.acting_max_days leader.must_be_fs team.min team.refill_days
    withdrawal.county_opinion replace.leader_by replace.decider replace.min_education forced.year_by comp.days
    comp.unit comp.forced term.months experience.forced training.days_scope grade.map d1.year_by d2.finder
    quota.scope quota.pct quota.round quota.tie quota.after_final unit.opinion_days fs.assess
    lists.before_feedback dispute.days bar.start bar.months term.assess cvo.unit special.recipients
    county.match_min workfund.basis fund.kinds use.other spend.approvers board.proration carry.max_years
    notice.days vr.quorum project.change_pct special.as_other rules.floor rules.assess_at reference.mode
    audit.refusals
    """,
)
NAMED_IN_2_2: dict[str, Any] = {
    "onpost.threshold": 200, "absence.run_limit": 15, "absence.year_limit": 30, "absence.basis": "duty",
    "absence.rest_in_run": "bridge", "absence.cross_year": "crossing_day", "absence.sync_horizon_h": 72,
    "leave.resets_run": True, "leave.close_within_duty_days": 1, "leave.retro_days": 2, "leave.tiers": [],
    "half_year.rule": {"months": 6, "days": 183}, "transition.2016": "prorate_from_effective", "year.mode": "calendar",
    "partial_year.mode": "prorate", "shortfall.review": True, "report.due_day": 30, "sheet.due_day": 15,
    "deadline.rollover": False, "team.min": 6, "team.refill_days": 30, "replace.min_education": 1, "comp.days": 15,
    "comp.forced": False, "training.county": 1, "training.township": 2, "training.days": 5, "quota.pct": 20,
    "quota.scope": "county", "quota.round": "floor", "quota.tie": "manual", "quota.after_final": "freeze",
    "dispute.days": 30, "bar.months": 12, "bar.start": "finalised", "special.amount_fen": 10_000_000,
    "workfund_fen": {"city": 1_000_000, "county": 500_000}, "workfund.basis": "post", "board_fen": 90_000,
    "board.proration": "posted_days", "spend.segregation": True, "carry.over": True, "notice.days": 10,
    "reference.mode": "warn", "onpost.travel_counts": True, "onpost.training_counts": True,
    "onpost.count_rest_days": True, "onpost.min_checkins": 1,
}  # fmt: skip


def test_every_parameter_of_the_analysis_exists_with_its_default() -> None:
    values = RULES.parameters_at(date(2017, 12, 31))
    assert set(NAMED_IN_2_1) <= values.keys()
    assert {name: values[name] for name in NAMED_IN_2_2} == NAMED_IN_2_2


def test_every_interpretation_is_a_parameter_or_says_why_it_is_none() -> None:
    """The ninety-five of the analysis, each in one place or the other."""
    named = {name for one in RULES.parameters.values() for name in re.findall(r"A[0-9]{2}", one.source)}
    assert named | RULES.fixed.keys() == {f"A{number:02d}" for number in range(1, 96)}
    for name, entry in RULES.fixed.items():
        assert entry.keys() == {"article", "what", "where"} and entry["article"] in rules.clauses(), name


def test_every_family_that_the_analysis_leaves_open_has_members() -> None:
    for family in ("award.", "meeting.", "spotcheck.", "share."):
        assert any(name.startswith(family) for name in RULES.parameters)


@pytest.mark.parametrize("name", sorted(RULES.parameters))
def test_a_parameter_says_where_it_comes_from(name: str) -> None:
    parameter = RULES.parameter(name)
    assert parameter.article in rules.clauses()
    if parameter.source.startswith("“"):
        quoted = parameter.source[1 : parameter.source.index("”（")]
        assert quoted.replace("”", "") in "".join(rules.measures_text().split())
    else:
        assert parameter.source.startswith(("A", "2.0.1"))
    assert parameter.values[0][0] == date(2016, 4, 27)


def test_what_the_measures_were_made_under_is_said_alike_in_both_files() -> None:
    own = Parameters.load(Path("services/assessment/parameters.yaml")).at(date(2017, 1, 1))
    assert tuple(own["rules.legal_basis"]) == RULES.legal_basis
    assert all(document in rules.measures_text() for document in RULES.legal_basis)


def test_parameters_are_canonical_json_with_a_digest() -> None:
    values = RULES.parameters_at(date(2017, 12, 31))
    assert canonical.decode(canonical.encode(values)) == values
    assert rules.parameters_digest(values) == rules.parameters_digest(dict(reversed(values.items())))
    assert rules.parameters_digest(values) != rules.parameters_digest({**values, "quota.pct": 25})


def test_a_later_value_holds_from_its_date() -> None:
    dated = rules.Parameter(
        "x.y", ((date(2016, 4, 27), 1), (date(2018, 1, 1), 2)), Domain("int"), "i", "9.2", "A", True
    )
    assert [dated.at(date(2016, 1, 1)), dated.at(date(2017, 12, 31)), dated.at(date(2018, 1, 1))] == [1, 1, 2]


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("absence.basis=calendar", {"absence.basis": "calendar"}),
        (" onpost.travel_counts = false", {"onpost.travel_counts": False}),
        ("onpost.threshold=220", {"onpost.threshold": 220}),
        ("half_year.rule.days=184", {"half_year.rule": {"months": 6, "days": 184}}),
        ('half_year.rule={"months": 7, "days": 200}', {"half_year.rule": {"months": 7, "days": 200}}),
        ('leave.medical_kinds=["sick"]', {"leave.medical_kinds": ["sick"]}),
        ("rules.effective_from=2016-05-01", {"rules.effective_from": "2016-05-01"}),
    ],
)
def test_a_setting_is_read_by_the_type_of_its_parameter(setting: str, expected: dict[str, Any]) -> None:
    assert RULES.parse_set([setting]) == expected


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("absence.bases=calendar", "did you mean absence.basis"),
        ("nonsense=1", "there is no parameter nonsense"),
        ("notice.days=20", "no outcome hangs on notice.days"),
        ("absence.basis", "write parameter=value"),
        ("absence.basis=lunar", "duty | calendar"),
        ("onpost.travel_counts=ja", "true | false"),
        ("onpost.travel_counts=1", "true | false"),
        ("onpost.threshold=many", "an integer from 0 to 10000"),
        ("onpost.threshold=-1", "an integer from 0 to 10000"),
        ("onpost.threshold=200.5", "an integer from 0 to 10000"),
        ("onpost.min_checkins=0", "an integer from 1 to 10000"),
        ("absence.run_limit=99999999999999999999", "an integer from 0 to 10000"),
        ("half_year.rule.months=999999", "half_year.rule takes"),
        ("half_year.rule.weeks=26", "there is no parameter half_year.rule.weeks"),
        ('half_year.rule={"days": 183}', "half_year.rule takes"),
        ("half_year.rule.days=x", "half_year.rule takes"),
        ("rules.effective_from=yesterday", "rules.effective_from takes"),
        ("leave.medical_kinds=sick", "leave.medical_kinds takes"),
    ],
)
def test_what_cannot_be_set_is_refused_in_words(setting: str, said: str) -> None:
    with pytest.raises(rules.RulesError) as refused:
        RULES.parse_set([setting])
    assert said in str(refused.value)


def test_another_number_of_days_is_supposed_of_the_duty_and_of_the_ground() -> None:
    names = "onpost.threshold", "shortfall.threshold"
    supposed = RULES.parameters_at(date(2017, 12, 31), {"onpost.threshold": 190})
    assert [supposed[name] for name in names] == [190, 190]
    apart = RULES.parameters_at(date(2017, 12, 31), {"onpost.threshold": 220, "shortfall.threshold": 200})
    assert [apart[name] for name in names] == [220, 200]


@pytest.mark.parametrize("as_of", ["9999-12-31", "9999-12-31T23:00:00Z", "0001-01-01T00:00:00+14:00"])
def test_a_moment_at_an_end_of_the_calendar_is_refused_in_words(as_of: str) -> None:
    with pytest.raises(FoldError, match="too far away"):
        cut_at(as_of)


def test_an_early_moment_is_before_every_record() -> None:
    assert (cut_at("0300-01-01").recorded or "") < "2016-04-27T00:00:00.000000Z"


def ruling(parameter: str, value: Any, valid_from: str, recorded: str = "2017-01-01T00:00:00.000000Z") -> Fact:
    data = {"parameter": parameter, "value": value, "valid_from": valid_from}
    return Fact(
        recorded, "zhucun.demo/assessment", "rules/x", 1, f"{recorded}{parameter}", "InterpretationIssued", data
    )


def test_of_two_rulings_the_one_in_force_later_counts() -> None:
    issued = [ruling("absence.basis", "calendar", "2017-03-01"), ruling("absence.basis", "duty", "2017-06-01")]
    assert RULES.rulings_at(date(2017, 2, 28), issued) == {}
    assert RULES.rulings_at(date(2017, 3, 1), issued) == {"absence.basis": "calendar"}
    assert RULES.rulings_at(date(2017, 12, 31), issued[::-1]) == {"absence.basis": "duty"}


def test_a_ruling_cannot_touch_what_the_text_fixes() -> None:
    with pytest.raises(rules.RulesError, match="fixed by the text"):
        RULES.rulings_at(date(2017, 12, 31), [ruling("onpost.threshold", 150, "2017-01-01")])
    with pytest.raises(rules.RulesError, match="there is no parameter"):
        RULES.rulings_at(date(2017, 12, 31), [ruling("onpost.treshold", 150, "2017-01-01")])


def test_an_override_wins_over_a_ruling() -> None:
    issued = [ruling("absence.basis", "calendar", "2017-03-01")]
    assert rules.fold_rules(2017, {}, issued).parameters["absence.basis"] == "calendar"
    assert rules.fold_rules(2017, {"absence.basis": "duty"}, issued).parameters["absence.basis"] == "duty"


def _measure(value: int, valid_from: str, version: int, county: str = "530113") -> Fact:
    data = {"county": county, "parameter": "onpost.min_checkins", "value": value, "valid_from": valid_from}
    return Fact(f"{valid_from}T00:00:00.000000Z", "o", "rules/x", version, str(version), "CountyMeasureAdopted", data)


MID_YEAR, AFTER = _measure(2, "2017-10-01", 1), _measure(3, "2018-03-01", 2)


@pytest.mark.parametrize(
    ("facts", "on", "value", "before"),
    [
        ([], None, 1, []),
        ([MID_YEAR], None, 2, [("2017-09-30", 1)]),
        # asked under the rules of a later day: what changed since is asked for the year as it ended
        ([MID_YEAR], date(2018, 6, 1), 2, [("2017-09-30", 1)]),
        ([MID_YEAR, AFTER], date(2018, 6, 1), 3, [("2017-09-30", 1)]),
        ([AFTER], date(2018, 6, 1), 3, []),
        ([AFTER], None, 1, []),
        ([_measure(2, "2017-10-01", 1, "530114")], None, 1, []),
    ],
)
def test_what_held_before_is_worked_out_from_the_record(
    facts: list[Fact], on: date | None, value: int, before: list[tuple[str, int]]
) -> None:
    found = rules.fold_rules(2017, None, facts, "530113", on).parameters
    assert found["onpost.min_checkins"] == value
    named = [{"parameter": "onpost.min_checkins", "until": until, "value": held} for until, held in before]
    assert found["rules.earlier_values"] == named


def test_what_is_set_for_a_question_is_asked_for_every_day() -> None:
    found = rules.fold_rules(2017, {"onpost.min_checkins": 3}, [MID_YEAR], "530113").parameters
    assert (found["onpost.min_checkins"], found["rules.earlier_values"]) == (3, [])


@pytest.mark.parametrize(
    ("reading", "on", "value"),
    [("event_date", "2017-09-30", 1), ("event_date", "2017-10-01", 2), ("year_end", "2017-09-30", 2)],
)
def test_a_day_goes_by_the_rule_of_that_day_or_by_that_of_the_last(reading: str, on: str, value: int) -> None:
    p = rules.fold_rules(2017, {"rules.assess_at": reading}, [MID_YEAR], "530113").parameters
    assert on_day(p, "onpost.min_checkins", ordinal(on)) == value

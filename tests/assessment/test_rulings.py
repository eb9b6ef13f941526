"""How rules change: two interpreters, two people; a county where it may; the text never (Art. 23)."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contracts.assessment import CountyMeasureAdopted, Grade, InterpretationIssued
from contracts.fact import Fact
from contracts.identifiers import Role
from contracts.refusals import Code, Refusal
from services.assessment import commands as cmd
from services.assessment import refusals as no
from services.assessment.fold.civil import cut_at
from services.assessment.fold.fold import fold_read
from services.assessment.fold.reading import Reader
from services.assessment.replay import offline
from services.assessment.rules import gathering as rules_gathering
from services.assessment.rules import rules
from services.assessment.rules.values import plain
from services.assessment.state import RuleBook
from services.runtime.decisions import RULESET
from tests.assessment.kept import Kept
from tests.assessment.office import (
    COUNTY,
    COUNTY_OFFICE,
    INTERPRETER,
    PERSON,
    TODAY,
    Office,
    code_of,
    facts_of,
    person,
    shown,
    somebody,
)
from tests.assessment.test_disputes import ALL_YEAR
from tests.assessment.test_refold import written

POVERTY = somebody(109, Role.CITY_POVERTY)
SETTINGS = (
    cmd.Setting(parameter="absence.basis", value="calendar"),
    cmd.Setting(parameter="quota.tie", value="all_out"),
)


def proposed(office: Office, ruling: str = "JS-1") -> list[Fact] | Refusal:
    command = cmd.ProposeInterpretation(
        ruling=ruling, settings=SETTINGS, valid_from=date(2018, 1, 1), reasons="会同解释"
    )
    return office.when(command, INTERPRETER, None)


def issue(office: Office, by: Any, ruling: str = "JS-1") -> list[Fact] | Refusal:
    return office.when(cmd.IssueInterpretation(ruling=ruling), by, None)


def test_a_ruling_holds_only_when_the_other_interpreter_agrees() -> None:
    office = Office().opened()
    assert len(facts_of(proposed(office))) == 2
    for alone in (INTERPRETER, somebody(110, Role.CITY_ORGANISATION), somebody(101, Role.CITY_POVERTY)):
        assert issue(office, alone) == no.NOT_JOINT
    issued = facts_of(issue(office, POVERTY))
    assert [(f.parameter, f.value, f.joint_with) for f in issued if isinstance(f, InterpretationIssued)] == [
        ("absence.basis", "calendar", INTERPRETER.person),
        ("quota.tie", "all_out", INTERPRETER.person),
    ]


def test_a_ruling_is_proposed_and_issued_once() -> None:
    office = Office().opened()
    assert issue(office, POVERTY) == no.UNKNOWN_CASE
    facts_of(proposed(office))
    assert proposed(office) == no.ALREADY_RECORDED
    facts_of(issue(office, POVERTY))
    assert (proposed(office), issue(office, POVERTY)) == (no.ALREADY_RECORDED, no.ALREADY_RECORDED)


def test_without_rules_on_record_nothing_is_interpreted() -> None:
    assert proposed(Office()) == no.NO_RULES


def measure(parameter: str, value: Any, valid_from: date = TODAY) -> cmd.AdoptCountyMeasure:
    return cmd.AdoptCountyMeasure(
        county=COUNTY, measure=f"XB-{parameter}", parameter=parameter, value=value, valid_from=valid_from
    )


def adopted(office: Office, command: cmd.AdoptCountyMeasure) -> list[Fact] | Refusal:
    """The measure adopted by the county office, or why it is refused."""
    known = rules_gathering.county_measure(command)
    return known if isinstance(known, Refusal) else office.when(command, COUNTY_OFFICE, known)


def ruled(office: Office, setting: cmd.Setting, number: str = "JS-7") -> list[Fact]:
    """What both interpreters have ruled, in force from 2017 on."""
    command = cmd.ProposeInterpretation(ruling=number, settings=(setting,), valid_from=date(2017, 1, 1), reasons="解释")
    facts_of(office.when(command, INTERPRETER, None))
    return facts_of(issue(office, POVERTY, number))


@pytest.mark.parametrize(
    ("parameter", "value", "article"),
    [
        ("onpost.threshold", 180, "9.2"),
        ("onpost.min_checkins.x", 1, "23"),
        ("shortfall.threshold", 220, "15.3"),
        ("absence.run_limit", 10, "15.4"),
        ("absence.year_limit", 20, "15.4"),
        ("bar.months", 24, "16.1"),
        ("comp.days", 20, "9.15"),
        ("quota.pct", 25, "12.6"),
        ("team.min", 5, "5.3"),
        ("training.days", 4, "11.3"),
        ("sheet.due_day", 16, "9.5"),
        ("report.due_day", 31, "7.2"),
        ("report.due_day", 0, "23"),
        ("absence.run_limit", 20, "15.4"),
        ("absence.basis", "calendar", "15.4"),
        ("absence.sync_horizon_h", 96, "9.3"),
        ("onpost.min_checkins", 0, "23"),
        ("no.such", 1, "23"),
    ],
)
def test_a_county_cannot_weaken_the_text_and_the_refusal_names_the_article(
    parameter: str, value: Any, article: str
) -> None:
    refused = adopted(Office().opened(), measure(parameter, value))
    assert isinstance(refused, Refusal)
    assert refused.article == article


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("onpost.min_checkins", 2),
        ("absence.sync_horizon_h", 48),
        ("onpost.threshold", 220),
        ("quota.pct", 15),
        ("team.min", 7),
        ("training.county", 2),
        ("training.township", 3),
        ("training.days", 6),
        ("sheet.due_day", 10),
        ("report.due_day", 25),
    ],
)
def test_a_county_may_be_stricter(parameter: str, value: Any) -> None:
    (fact,) = facts_of(adopted(Office().opened(), measure(parameter, value)))
    assert isinstance(fact, CountyMeasureAdopted) and fact.value == value


def test_a_countys_measure_holds_for_no_day_before_it_was_issued() -> None:
    early = measure("onpost.min_checkins", 2, date(2018, 1, 9))
    assert adopted(Office().opened(), early) == no.LOOKS_BACK
    facts_of(adopted(Office().opened(), measure("onpost.min_checkins", 2)))


def test_a_countys_stricter_duty_moves_no_ground_of_article_15() -> None:
    kept = Kept().given(posted=ALL_YEAR, present="210 duty days of 2017", leave={"days": "other duty days of 2017"})
    office = kept.office.opened()
    office.today = date(2017, 3, 1)
    kept.record(adopted(office, measure("onpost.threshold", 220, office.today)))
    office.today = TODAY
    found = kept.shown().persons[PERSON]
    said = {one.article: (one.outcome, one.values.get("threshold")) for one in found.findings}
    assert (said["9.2"], said["15.3"]) == (("not_met", 220), ("not_met", 200))
    assert (found.grounds, found.outcome) == ((), "AWAITING_GRADE")


def test_stricter_than_the_city_means_than_its_ruling() -> None:
    office = Office().opened()
    ruled(office, cmd.Setting(parameter="onpost.min_checkins", value=3))
    refused = adopted(office, measure("onpost.min_checkins", 2))
    assert isinstance(refused, Refusal) and refused.article == "9.3"
    facts_of(adopted(office, measure("onpost.min_checkins", 4)))
    ruled(office, cmd.Setting(parameter="onpost.min_checkins", value=5), number="JS-8")
    book = office.states[f"rules/{RULESET}"]
    assert isinstance(book, RuleBook)
    assert book.in_force("onpost.min_checkins", COUNTY, TODAY, 1, "higher") == 5


def test_one_number_of_several_can_be_ruled_on() -> None:
    kept = Kept()
    office = kept.office.opened()
    setting = cmd.Setting(parameter="half_year.rule.days", value=184)
    command = cmd.ProposeInterpretation(ruling="JS-5", settings=(setting,), valid_from=date(2017, 1, 1), reasons="-")
    assert rules_gathering.ruling(command) is None
    kept.record(ruled(office, setting))
    reader = Reader(cut_at(None))
    reader.read(one.event for one in kept.known)
    assert rules.fold_rules(2017, None, reader.common).parameters["half_year.rule"] == {"days": 184, "months": 6}


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("leave.medical_kinds", ["sick", "maternity", "injury", "family"]),
        ("checkin.methods", ["gps", "paper"]),
        ("half_year.rule", {"days": 180, "months": 6}),
        ("vr.quorum", {"present": "1/2+", "yes": "2/3"}),
        ("leave.tiers", [{"max": 3, "by": "TL"}, {"by": "TM"}]),
        ("grade.map", ["优秀=优秀", "称职=合格", "基本称职=合格", "不称职=不合格"]),
    ],
)
def test_lists_and_tables_can_be_ruled_on_whole(parameter: str, value: Any) -> None:
    kept = Kept()
    office = kept.office.opened()
    setting = cmd.Setting(parameter=parameter, value=value)
    command = cmd.ProposeInterpretation(ruling="JS-6", settings=(setting,), valid_from=date(2017, 1, 1), reasons="-")
    assert rules_gathering.ruling(command) is None
    kept.record(ruled(office, setting))
    reader = Reader(cut_at(None))
    reader.read(one.event for one in kept.known)
    assert rules.fold_rules(2017, None, reader.common).parameters[parameter] == value


@pytest.mark.parametrize(
    ("parameter", "value", "said"),
    [
        ("leave.medical_kinds", ["sick", "hangover"], "a list of: sick | maternity | injury"),
        ("leave.medical_kinds", ["sick", "sick"], "a list of"),
        ("leave.medical_kinds", "sick", "a list of"),
        ("checkin.methods", [], "a list at least 1 of"),
        ("leave.tiers", [{"max": 3}], "by: TL | TP | TM"),
        ("leave.tiers", [{"max": 0, "by": "TL"}], "max (if wanted): an integer from 1 to 10000"),
        ("leave.tiers", [{"by": "CO"}], "by: TL | TP | TM"),
        ("half_year.rule", {"days": 180}, "months: an integer from 1 to 12"),
        ("half_year.rule", {"days": 180, "months": 6, "weeks": 1}, "a table of days"),
        ("vr.quorum", {"present": "3/2", "yes": "1/2+"}, "a share such as 2/3"),
        ("vr.quorum", {"present": "2/3", "yes": "most"}, "a share such as 2/3"),
        ("vr.quorum.yes", "1/1+", "a share such as 2/3"),
        ("grade.map", ["优秀=优秀"], "a list 4 of"),
        ("grade.map", ["优秀=好", "称职=合格", "基本称职=合格", "不称职=不合格"], "a list 4 of: a text like"),
        ("spend.approvers", ["LD", "TM", "TF"], "['LD', 'TL', 'TF']"),
        ("absence.basis", ["duty"], "duty | calendar"),
    ],
)
def test_a_list_or_table_that_cannot_be_is_refused_in_words(parameter: str, value: Any, said: str) -> None:
    setting = cmd.Setting(parameter=parameter, value=value)
    command = cmd.ProposeInterpretation(ruling="JS-6", settings=(setting,), valid_from=date(2017, 1, 1), reasons="-")
    refused = rules_gathering.ruling(command)
    assert isinstance(refused, Refusal) and refused.code is Code.MALFORMED
    assert said in refused.en


def test_a_ruling_gives_every_parameter_one_value() -> None:
    settings = tuple(cmd.Setting(parameter="dispute.days", value=days) for days in (31, 32))
    command = cmd.ProposeInterpretation(ruling="JS-7", settings=settings, valid_from=date(2017, 1, 1), reasons="-")
    assert rules_gathering.ruling(command) == no.SETTING_TWICE


def test_a_county_draws_up_its_own_tiers_of_leave() -> None:
    office = Office().opened()
    tiers = [{"max": 3, "by": "TL"}, {"by": "TM"}]
    (fact,) = facts_of(adopted(office, measure("leave.tiers", tiers)))
    assert isinstance(fact, CountyMeasureAdopted) and plain(fact.value) == tiers
    refused = adopted(office, measure("checkin.methods", ["gps"]))
    assert isinstance(refused, Refusal) and refused.article == "9.3"


def test_who_is_ill_is_what_the_interpreters_say() -> None:
    """A list-valued ruling decides an outcome: leave for the family counts as medical, so the shortfall is reviewed."""
    days = "2017-01-01..2017-08-31 duty"
    kept = Kept().given(posted=ALL_YEAR, present=days, leave={"days": "2017-09-01..2017-12-31", "kind": "family"})
    office = kept.office.opened()
    kept.record(office.facts)
    assert "shortfall_review_required" not in kept.shown().persons[PERSON].flags
    kept.record(ruled(office, cmd.Setting(parameter="leave.medical_kinds", value=["sick", "family"])))
    assert "shortfall_review_required" in kept.shown().persons[PERSON].flags


def test_what_the_text_fixes_nobody_interprets() -> None:
    setting = cmd.Setting(parameter="quota.pct", value=30)
    command = cmd.ProposeInterpretation(ruling="JS-2", settings=(setting,), valid_from=date(2018, 1, 1), reasons="-")
    refused = rules_gathering.ruling(command)
    assert isinstance(refused, Refusal) and refused.article == "12.6"


def test_a_measure_is_adopted_once_and_holds_for_the_countys_own_people_alone() -> None:
    kept = Kept().given(posted=ALL_YEAR, present=f"{ALL_YEAR} duty")
    office = kept.office.opened()
    kept.record(office.facts)
    office.today = date(2017, 1, 1)
    command = measure("onpost.min_checkins", 2, office.today)
    (fact,) = kept.record(adopted(office, command))
    office.today = TODAY
    assert isinstance(fact, CountyMeasureAdopted)
    assert adopted(office, command) == no.ALREADY_RECORDED
    assert "D3" in {ground.ground for ground in kept.shown().persons[PERSON].grounds}
    reader = Reader(cut_at(None))
    reader.read(one.event for one in kept.known)
    for county, days in ((COUNTY, 0), ("530114", 249), (None, 249)):
        used = rules.fold_rules(2017, None, reader.common, county)
        assert fold_read(reader, used, year=2017, cut=cut_at(None))["persons"][PERSON]["on_post_days"] == days


def test_who_may_speak_is_decided_by_role() -> None:
    office = Office().opened()
    facts_of(proposed(office))
    assert code_of(issue(office, COUNTY_OFFICE)) is Code.AUTH
    assert office.states[f"rules/{RULESET}"] is not None


def test_a_countys_own_days_for_opinions_and_disputes_are_those_that_count() -> None:
    office = Office(date(2018, 1, 10)).opened()
    facts_of(adopted(office, measure("unit.opinion_days", 20)))
    facts_of(adopted(office, measure("dispute.days", 40)))
    known = shown(person(grounds=("D3",)))
    assert office.propose(known, grade=Grade.INCOMPETENT) == no.UNIT_NOT_HEARD
    office.today = date(2018, 1, 18)
    facts_of(office.propose(known, grade=Grade.INCOMPETENT))
    facts_of(office.review(known))
    facts_of(office.finalise(known))
    facts_of(office.feed_back(on=date(2018, 1, 20)))
    assert office.dispute(date(2018, 3, 2)) == no.TOO_LATE_TO_DISPUTE
    facts_of(office.dispute(date(2018, 3, 1)))


def test_offline_every_county_is_folded_by_its_own_measures(tmp_path: Path) -> None:
    elsewhere = [{"days": ALL_YEAR, "village": "530114100201"}]
    kept = Kept().given(posted=ALL_YEAR, present=f"{ALL_YEAR} duty")
    kept.given(name="P000002", posted=elsewhere, present=f"{ALL_YEAR} duty")
    office = kept.office.opened()
    kept.record(office.facts)
    office.today = date(2017, 1, 1)
    kept.record(adopted(office, measure("onpost.min_checkins", 2, office.today)))
    events, disclosures = written(kept, tmp_path)
    found = offline.assess(events, 2017, disclosures=disclosures)["persons"]
    assert {name: person["on_post_days"] for name, person in found.items()} == {PERSON: 0, "P000002": 249}
    alone = offline.assess(events, 2017, county=COUNTY, disclosures=disclosures)["persons"]
    assert alone == {PERSON: found[PERSON]}
    text = offline.explain(events, PERSON, 2017, disclosures=disclosures)
    assert "onpost.min_checkins = 2（2016-12-31 及以前 until: 1）" in text, "explained by the rules that were applied"
    explained = offline.explain_events([one.event for one in kept.known], person=PERSON, year=2017)
    assert explained["result"]["on_post_days"] == 0
    before = {"parameter": "onpost.min_checkins", "until": "2016-12-31", "value": 1}
    assert explained["rules"]["changed"] == {"onpost.min_checkins": 2, "rules.earlier_values": [before]}
    assert "onpost.min_checkins = 2（2016-12-31 及以前 until: 1）" in explained["text"]

"""Replay: the same bytes in any order, rules apart from facts, what differs is named, who acted without a role."""

import json
import random
from datetime import date, timedelta
from typing import Any

import pytest

from contracts import assessment as asm
from contracts import canonical
from contracts import personnel as per
from contracts.assessment import Grade
from contracts.fact import Actor
from contracts.identifiers import Role
from services.assessment.cases.script import official
from services.assessment.commands import ProposeGrade
from services.assessment.fold.fold import canonical_bytes
from services.assessment.replay.lenses import Known
from services.assessment.replay.replay import NoDetermination, replay
from services.assessment.replay.text import replay_text
from services.assessment.rules.rules import RulesError
from services.runtime.decisions import RULESET
from tests.assessment.kept import Kept, ruled
from tests.assessment.office import COUNTY, COUNTY_OFFICE, DISCIPLINE, INTERPRETER, PERSON, TOWNSHIP, VILLAGE
from tests.assessment.test_disputes import ALL_YEAR, SHORT, finalised

RUN_OF_15: dict[str, Any] = {
    "posted": ALL_YEAR,
    "present": f"{ALL_YEAR} duty",
    "no_record": "2017-06-05..2017-06-23",
}
NOW = "2018-06-01"


def test_w75_a_replay_does_not_depend_on_the_order_in_which_logs_arrived() -> None:
    known = finalised(**RUN_OF_15).known
    once = canonical_bytes(replay(known, PERSON, 2017, now=NOW))
    shuffled = list(known)
    random.Random(20_170_101).shuffle(shuffled)
    assert canonical_bytes(replay(shuffled, PERSON, 2017, now=NOW)) == once


def test_another_reading_changes_the_lenses_of_now_and_the_rules_are_named_as_the_reason() -> None:
    found = finalised(**RUN_OF_15).replayed(NOW, settings=["absence.basis=calendar"])
    standing = {lens: shown["standing"] for lens, shown in found["lenses"].items()}
    assert standing == {"then-then": "称职", "now-then": "称职", "then-now": "不称职", "now-now": "不称职"}
    assert {(one["article"], one["because"]) for one in found["differences"]} == {("15.0", "rules"), ("15.4", "rules")}
    assert found["rules"]["now"]["changed"] == {"absence.basis": "calendar"}
    assert found["reproduced"]


def test_a_ruling_issued_afterwards_is_a_rule_of_now_only() -> None:
    kept = finalised(**RUN_OF_15)
    ruling = ruled(kept, "absence.basis", "calendar", date(2018, 3, 1))
    assert ruling["parameter"] == "absence.basis"
    found = kept.replayed(NOW, search=False)
    assert (found["lenses"]["then-then"]["standing"], found["lenses"]["now-now"]["standing"]) == ("称职", "不称职")
    assert found["reproduced"]
    before = kept.replayed("2018-02-28", search=False)
    assert before["lenses"]["now-now"]["standing"] == "称职"


def altered(known: list[Known], event_type: str, **members: Any) -> list[Known]:
    """The history with other members in the events of a type."""
    return [
        Known({**one.event, "data": {**one.event["data"], **members}}, one.index, one.leaf)
        if one.event["type"].split(".")[2] == event_type
        else one
        for one in known
    ]


@pytest.mark.parametrize(
    ("member", "value"),
    [("outcome", "优秀"), ("inputs", "0" * 64), ("fold_digest", "0" * 64), ("calendars_digest", "0" * 64)],
)
def test_what_does_not_come_out_again_is_named(member: str, value: str) -> None:
    known = altered(finalised(**SHORT).known, "AssessmentFinalised", **{member: value})
    found = replay(known, PERSON, 2017, now=NOW, search=False)
    assert not found["reproduced"]
    assert [one["member"] for one in found["differs"]] == [member]
    assert member in replay_text(found)


def test_an_event_that_vanished_from_below_the_basis_is_noticed() -> None:
    kept = finalised(**SHORT)
    last = max(n for n, one in enumerate(kept.known) if one.event["stream"] == f"attendance/{PERSON}/2017")
    found = replay([one for n, one in enumerate(kept.known) if n != last], PERSON, 2017, now=NOW, search=False)
    assert {one["member"] for one in found["differs"]} >= {"inputs", "manifest"}


def test_parameters_that_the_files_no_longer_hold_are_taken_from_the_log() -> None:
    known = finalised(**RUN_OF_15).known
    recorded = next(one.event["data"] for one in known if one.event["type"].endswith(".ParametersRecorded.v1"))
    strict = {**recorded["parameters"], "shortfall.threshold": 260}
    digest = "d" * 64
    changed = altered(known, "ParametersRecorded", parameters=strict, digest=digest)
    found = replay(altered(changed, "AssessmentFinalised", parameters_digest=digest), PERSON, 2017, now=NOW)
    assert "D3" in found["lenses"]["then-then"]["result"]["grounds"]


def test_what_is_not_there_or_not_a_parameter_is_refused() -> None:
    known = finalised(**SHORT).known
    with pytest.raises(NoDetermination):
        replay(known, PERSON, 2016, now=NOW)
    with pytest.raises(NoDetermination):
        replay(known, PERSON, 2017, now=NOW, version=2)
    with pytest.raises(RulesError):
        replay(known, PERSON, 2017, now=NOW, settings=["absence.basis=lunar"])


def staffed(kept: Kept, **until: date) -> Kept:
    """Roles of those who act, from the start of 2016; `until`: last day of a role by its code."""
    for actor, area in (
        (TOWNSHIP, VILLAGE[:9]),
        (COUNTY_OFFICE, COUNTY),
        (DISCIPLINE, COUNTY),
        (INTERPRETER, "5301"),
        *((Actor(person=official(role), role=role), "5301") for role in Role if role not in (Role.MEMBER, Role.NONE)),
    ):
        said: dict[str, Any] = {
            "actor": Actor(person="P000900", role=Role.REGISTRY_KEEPER), "article": "8.1", "ruleset": RULESET,
            "place": area,
        }  # fmt: skip
        granted = per.RoleGranted(
            **said, grant=f"G-{actor.role}", person=actor.person, role=actor.role, area=area, starts_on=date(2016, 1, 1)
        )
        kept.write(granted, f"role/{actor.person}", kept.now() - timedelta(days=700))
        if actor.role.value in until:
            revoked = per.RoleRevoked(
                **said, grant=granted.grant, person=actor.person, last_day=until[actor.role.value]
            )
            kept.write(revoked, f"role/{actor.person}", kept.now())
    return kept


def acts(found: dict[str, Any]) -> list[tuple[str, str]]:
    """What was done without the role."""
    return [(one["type"], one["why"]) for one in found["violations"]]


def test_everybody_held_the_role_that_the_record_names() -> None:
    kept = staffed(finalised(**SHORT))
    assert acts(kept.replayed(NOW, search=False)) == []


def test_w78_an_event_authored_by_a_role_that_was_revoked_the_day_before_is_reported() -> None:
    kept = staffed(finalised(**SHORT), TP=date(2018, 1, 9))
    found = kept.replayed(NOW, search=False)
    assert ("GradeProposed", "role_ended") in acts(found)
    proposal = next(one for one in found["violations"] if one["type"] == "GradeProposed")
    assert (proposal["person"], proposal["last_day"]) == (TOWNSHIP.person, "2018-01-09")
    assert "职责已终止" in replay_text(found)
    assert acts(staffed(finalised(**SHORT), TP=date(2018, 1, 10)).replayed(NOW, search=False)) == []


def test_a_sanction_that_does_not_come_from_discipline_inspection_is_reported() -> None:
    kept = staffed(finalised(**SHORT, sanction={"decided": date(2017, 6, 1)}))
    assert kept.replayed(NOW, search=False)["violations"] == []
    sanction = asm.DisciplinarySanctionRecorded(
        actor=TOWNSHIP, article="15.1", ruleset=RULESET, place=COUNTY, person=PERSON, case="JW-9", sanction="警告",
        body=asm.SanctionBody.PARTY, decided_on=date(2017, 8, 1),
    )  # fmt: skip
    kept.write(sanction, f"assessment/{PERSON}/2017", kept.now())
    reasons = [(one["type"], one["why"]) for one in kept.replayed(NOW, search=False)["violations"]]
    assert reasons == [("DisciplinarySanctionRecorded", "not_for_this_role")]


def test_somebody_who_has_moved_still_speaks_of_the_own_year() -> None:
    kept = finalised(**{**SHORT, "posted": {"days": ALL_YEAR, "ended_by": "move"}})
    kept.given(posted={"days": "2018-01-01..", "village": "530113200301", "team": "T0002"})
    kept.record(kept.office.dispute(date(2018, 2, 10)))
    assert acts(staffed(kept).replayed(NOW, search=False)) == []


def test_without_role_events_authority_is_not_judged() -> None:
    assert finalised(**SHORT).replayed(NOW, search=False)["violations"] is None


def test_a_scope_of_the_quota_that_one_replay_cannot_apply_is_said() -> None:
    found = finalised(**SHORT).replayed(NOW, settings=["quota.scope=township"], search=False)
    assert found["not_varied"] == ["quota.scope"]
    assert "仍用当时划定的名额线" in replay_text(found)
    assert finalised(**SHORT).replayed(NOW, search=False)["not_varied"] == []


def test_the_text_for_people_says_the_clause_and_every_lens() -> None:
    text = replay_text(finalised(**RUN_OF_15).replayed(NOW, settings=["absence.basis=calendar"]))
    assert "逐字节一致" in text
    assert "无正当理由离岗连续超过15天" in text
    assert text.count("facts then") == text.count("facts now") == 2
    json.dumps(text)


def test_a_candidate_is_replayed_with_the_frozen_line_alone() -> None:
    kept = Kept()
    names = [f"P{number:06}" for number in range(1, 6)]
    for name in names:
        kept.given(name=name, posted=ALL_YEAR, present=f"{ALL_YEAR} duty")
    office = kept.office.opened()
    kept.record(office.facts)
    for name in names:
        kept.record(office.propose(kept.shown(), name, Grade.EXCELLENT if name in names[:1] else Grade.COMPETENT))
    kept.record(office.review(kept.shown(), *names))
    kept.record(office.finalise(kept.shown()))
    others = [one for one in kept.known if one.event["data"].get("person") not in names[1:]]
    found = replay(others, PERSON, 2017, now=NOW, search=False)
    assert (found["reproduced"], found["lenses"]["then-then"]["standing"]) == (True, "优秀")
    assert found["quota"] | {"now": None} == {
        "objects": 5, "maximum": 1, "excellent": 1, "lowest_score": 8500, "own_score": 8500, "own_place": True,
        "now": None,
    }  # fmt: skip


def test_places_of_each_township_are_replayed_from_the_line_of_that_township() -> None:
    """A ruling gives each township its own places (A59): one of five each, where the county would have had two."""
    kept = Kept()
    names = [f"P{number:06}" for number in range(1, 11)]
    for number, name in enumerate(names):
        village = "530113100201" if number < 5 else "530113101201"
        kept.given(name=name, posted={"days": ALL_YEAR, "village": village}, present=f"{ALL_YEAR} duty")
    ruled(kept, "quota.scope", "township", date(2017, 1, 1))
    office = kept.office.opened()
    kept.record(office.facts)
    best = {names[0]: 9000, names[1]: 8900, names[5]: 8000}
    for name in names:
        grade, score = (Grade.EXCELLENT, best[name]) if name in best else (Grade.COMPETENT, 7000)
        command = ProposeGrade(person=name, county=COUNTY, year=2017, grade=grade, score=score, reasons="综合考核")
        kept.record(office.when(command, TOWNSHIP, kept.shown()))
    kept.record(office.review(kept.shown(), *names))
    facts = kept.record(office.finalise(kept.shown()))
    outcomes = {f.person: f.outcome for f in facts if isinstance(f, asm.AssessmentFinalised) and f.person in best}
    assert outcomes == {names[0]: "优秀", names[1]: "称职", names[5]: "优秀"}
    (quota,) = (f for f in facts if isinstance(f, asm.QuotaComputed))
    assert [(g.area, g.objects, len(g.candidates)) for g in quota.groups] == [
        ("530113100", 5, 2), ("530113101", 5, 1),
    ]  # fmt: skip
    for name, outcome in outcomes.items():
        found = kept.replayed(NOW, name, search=False)
        assert (found["differs"], found["lenses"]["then-then"]["standing"]) == ([], outcome), name
        assert (found["quota"]["objects"], found["quota"]["maximum"]) == (5, 1)


def test_a_parameter_that_no_rule_set_had_then_is_as_committed_and_said() -> None:
    known = finalised(**SHORT).known
    recorded = next(one.event["data"] for one in known if one.event["type"].endswith(".ParametersRecorded.v1"))
    fewer = {name: value for name, value in recorded["parameters"].items() if name != "shortfall.threshold"}
    digest = canonical.digest(fewer)
    changed = altered(known, "ParametersRecorded", parameters=fewer, digest=digest)
    earlier = altered(changed, "AssessmentFinalised", parameters_digest=digest, fold_digest="f" * 64)
    found = replay(earlier, PERSON, 2017, now=NOW, search=True)
    assert [one["member"] for one in found["differs"]] == ["fold_digest"], "what was recorded is what is compared"
    assert found["lenses"]["then-then"]["standing"] == "不称职"
    assert found["code"]["parameters_added"] == ["shortfall.threshold"]
    assert "当时尚无的参数" in replay_text(found)

"""W41, W42, W44: how a part-year ends is said here once; what it means for the grade is assessment's (tests/cases)."""

from datetime import date, timedelta

from contracts.personnel import GrassrootsExperienceCredited, MemberReplaced, ReplacementDecided, ReplacementKind
from contracts.refusals import Code
from services.personnel import commands as cmd
from tests.personnel.registry import UNIT, Registry, code_of, members, names_of, person

AUGUST = date(2017, 8, 31)
DECIDED = AUGUST


def since(first: date, today: date) -> Registry:
    """A team of six that came on that day."""
    registry = Registry(today)
    registry.village()
    formed = registry.form(members=members(1, 2, 3, 4, 5, 6), formed_on=first)
    assert isinstance(formed, list), formed
    return registry


def forced_out(registry: Registry, last_day: date) -> list[object]:
    """Person 2 leaves by force, step by step."""
    for step, days in ((registry.misconduct, 30), (registry.educate, 20), (registry.not_corrected, 10)):
        assert isinstance(step(on=last_day - timedelta(days=days)), list)
    registry.request()
    registry.escalate()
    facts = registry.force(last_day=last_day)
    assert isinstance(facts, list), facts
    return list(facts)


def leave(registry: Registry) -> Code | list[str]:
    command = cmd.GrantCompensatoryLeave(person=person(2), unit="O0001", leave="B1")
    result = registry.when(command, UNIT)
    return names_of(result) if isinstance(result, list) else code_of(result)


def test_w41_replaced_with_the_citys_approval_after_eight_months_is_an_ordinary_replacement() -> None:
    registry = since(date(2017, 1, 1), DECIDED)
    registry.agreed()
    facts = registry.replace(last_day=AUGUST)
    assert isinstance(facts, list)
    replaced = next(fact for fact in facts if isinstance(fact, MemberReplaced))
    assert (replaced.kind, replaced.last_day) == (ReplacementKind.ORDINARY, AUGUST)
    posting = registry.career(2).postings[0]
    assert posting.last_day is not None
    assert (posting.last_day - posting.starts_on).days + 1 == 243
    credited = next(fact for fact in facts if isinstance(fact, GrassrootsExperienceCredited))
    assert not credited.forced
    registry.today = date(2017, 9, 1)
    assert leave(registry) is Code.WRONG_STATE, "no term came to its end"


def test_w42_the_same_eight_months_ended_by_force_are_recorded_as_force() -> None:
    registry = since(date(2017, 1, 1), DECIDED)
    facts = forced_out(registry, AUGUST)
    decided = next(fact for fact in facts if isinstance(fact, ReplacementDecided))
    replaced = next(fact for fact in facts if isinstance(fact, MemberReplaced))
    assert (decided.decided_on, replaced.kind) == (DECIDED, ReplacementKind.FORCED)
    credited = next(fact for fact in facts if isinstance(fact, GrassrootsExperienceCredited))
    assert credited.forced, "credited with a flag (A53)"
    registry.today = date(2017, 9, 1)
    assert leave(registry) is Code.WRONG_STATE, "no compensatory leave after force (A50)"


def test_w44_forced_out_after_forty_days_is_force_and_no_experience() -> None:
    first = date(2017, 7, 23)
    registry = since(first, DECIDED)
    facts = forced_out(registry, AUGUST)
    replaced = next(fact for fact in facts if isinstance(fact, MemberReplaced))
    assert (replaced.kind, (AUGUST - first).days + 1) == (ReplacementKind.FORCED, 40)
    assert not [fact for fact in facts if isinstance(fact, GrassrootsExperienceCredited)]

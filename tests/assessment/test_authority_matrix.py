"""The authority matrix as data: every fact that a replay looks at has its line, held against acts."""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from contracts.catalogue import EVENTS
from contracts.identifiers import Role
from services.assessment.replay.authority import LINES, MATRIX, line
from services.assessment.replay.lenses import PERSON_KINDS, Known
from services.assessment.replay.violations import violations

SEEN = (*PERSON_KINDS, "county", "rules", "parameters")
"""Kinds of streams that a replay looks at for authority, and where the parameters lie."""
ASKED = "2017-05-30T00:00:00.000000Z"
GRANTED, ACTED = "2017-01-01T08:00:00.000000Z", "2017-06-01T08:00:00.000000Z"
OFFICER, PERSON = "P000900", "P000001"


def test_every_fact_that_a_replay_looks_at_has_a_line_and_no_line_is_of_nothing() -> None:
    seen = {cls.NAME for cls in EVENTS.values() if cls.STREAM.split("/")[0] in SEEN}
    assert seen == MATRIX.keys()


def test_a_line_names_roles_that_exist_each_once() -> None:
    codes = {role.value for role in Role}
    for name, text in MATRIX.items():
        roles = [word.rstrip("=!") for word in text.split()]
        assert set(roles) <= codes, name
        assert len(roles) == len(set(roles)), name
        assert text.split() == text.split(" "), name


def test_what_a_line_says() -> None:
    read = line("MB= TP! CK")
    assert [read.why_not(role, own=True) for role in ("MB", "TP", "CK", "XO")] == [
        None, "own_case", None, "not_for_this_role",
    ]  # fmt: skip
    assert [read.why_not(role, own=False) for role in ("MB", "TP", "CK", "XO")] == [
        "not_ones_own", None, None, "not_for_this_role",
    ]  # fmt: skip


def known(index: int, name: str, recorded: str, actor: str, capacity: str, **data: Any) -> Known:
    members = {"actor": {"person": actor, "role": capacity}, "place": "530113", **data}
    event = {"id": str(index), "origin": "o", "type": f"zhucun.x.{name}.v1", "recordedtime": recorded, "data": members}
    return Known(event, index, "")


WORDS_BEFORE = (
    known(2, "InterpretationProposed", ASKED, "P000098", "RK"),
    known(3, "WithdrawalApproved", ASKED, "P000098", "CO", person=OFFICER),
    known(4, "WithdrawalApproved", ASKED, "P000098", "CO", person=PERSON),
)
"""The other word of facts that take two (`chains.py`), about the same case: they name none."""


def reported(name: str, role: str, *, own: bool) -> list[str]:
    """Why the fact is reported when it is said by an officer who holds the role all along."""
    granted = known(0, "RoleGranted", GRANTED, "P0", "RK", person=OFFICER, role=role, grant="G", area="5301",
                    starts_on="2017-01-01")  # fmt: skip
    act = known(1, name, ACTED, OFFICER, role, person=OFFICER if own else PERSON, date="2017-06-01",
                team="T", village="530113100201", starts_on="2017-01-01", last_day="2017-12-31")  # fmt: skip
    found = violations([granted, *WORDS_BEFORE, act], [act])
    assert found is not None
    return [one["why"] for one in found]


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_the_matrix_holds_both_ways(name: str) -> None:
    """Whoever may say it is not reported, and everybody else is, for every role and about oneself and others."""
    for role in Role:
        if role is Role.NONE:
            continue
        for own in (True, False):
            expected = LINES[name].why_not(role.value, own=own)
            assert reported(name, role.value, own=own) == ([] if expected is None else [expected]), (role, own)


@pytest.mark.parametrize(
    ("name", "may", "may_not"),
    [
        # The lines of domain.md 3.1 and 3.2 that are most easily got wrong.
        ("WithdrawalApproved", ["CO"], ["XO", "TP", "DU"]),
        ("ReplacementDecided", ["XO", "CO"], ["TP", "LD"]),
        ("LeaveGranted", ["TL", "XO"], ["LD", "DU"]),
        ("DisciplinarySanctionRecorded", ["DI"], ["XO", "TP"]),
        ("GradeProposed", ["TP"], ["XO", "DU", "CO"]),
        ("AssessmentFinalised", ["XO"], ["TP", "CO", "CZ"]),
        ("ResultFedBack", ["XO"], ["TP"]),
        ("InterpretationIssued", ["CZ", "CP"], ["XO", "CO"]),
        ("DisputeDecided", ["XO"], ["CO", "TP"]),
        ("CompensatoryLeaveGranted", ["DU"], ["TP", "XO"]),
    ],
)
def test_lines_of_the_matrix(name: str, may: list[str], may_not: list[str]) -> None:
    assert [role for role in may if LINES[name].why_not(role, own=False)] == []
    assert [role for role in may_not if not LINES[name].why_not(role, own=False)] == []


def test_the_clock_needs_no_role_for_what_it_may_say_and_may_say_nothing_else() -> None:
    granted = known(0, "RoleGranted", GRANTED, "P0", "RK", person=OFFICER, role="XO", grant="G", area="5301",
                    starts_on=str(date(2017, 1, 1) - timedelta(days=1)))  # fmt: skip
    warned = known(1, "AbsenceWarned", ACTED, "P000000", "CK", person=PERSON)
    graded = known(2, "GradeProposed", ACTED, "P000000", "CK", person=PERSON)
    found = violations([granted, warned, graded], [warned, graded])
    assert json.dumps(found).count("not_for_this_role") == 1

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

SEEN = (*PERSON_KINDS, "county", "rules", "parameters", "award", "bar", "calendar", "circular")
"""Kinds of streams that a replay looks at for authority, and where the parameters lie."""
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


OF_THE_MATRIX = ("role_not_held", "role_ended", "not_for_this_role", "own_case", "not_ones_own")
"""Why a fact is reported whatever was said before it; the rest is `chains.py`."""


def reported(name: str, role: str, *, own: bool) -> list[str]:
    """Why the fact is reported when it is said by an officer who holds the role all along."""
    granted = known(0, "RoleGranted", GRANTED, "P0", "RK", person=OFFICER, role=role, grant="G", area="5301",
                    starts_on="2017-01-01")  # fmt: skip
    act = known(1, name, ACTED, OFFICER, role, person=OFFICER if own else PERSON, date="2017-06-01",
                team="T", village="530113100201", starts_on="2017-01-01", last_day="2017-12-31")  # fmt: skip
    found = violations([granted, act], [act])
    assert found is not None
    return [one["why"] for one in found if one["why"] in OF_THE_MATRIX]


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
        ("WithdrawalRefused", ["CO"], ["DU", "XO"]),
        ("CountyOpinionGiven", ["XZ"], ["XP", "XO", "TP"]),
        ("AdvancedWorkerSelected", ["CO"], ["XO", "CZ", "CP"]),
        ("CountyCommendationAwarded", ["XO"], ["TP", "CO"]),
        ("PromotionBarStarted", ["CK"], ["XO", "DU"]),
        ("DutyCalendarPublished", ["CZ", "CP"], ["XO", "CO"]),
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


VILLAGE, ELSEWHERE = "530113100201", "530114100201"


def posted(village: str = VILLAGE, unit: str = "O0001") -> Known:
    return known(1, "TeamMemberAssigned", GRANTED, "P0", "TP", person=PERSON, team="T", village=village, unit=unit,
                 starts_on="2017-01-01")  # fmt: skip


def why_of(role: str, name: str, place: str, unit: str | None = None, granted_to: str | None = None) -> list[str]:
    """Why an act is reported of an officer who holds the role in the whole city, for the body `granted_to` if any."""
    body = {} if granted_to is None else {"organisation": granted_to}
    granted = known(0, "RoleGranted", GRANTED, "P0", "RK", person=OFFICER, role=role, grant="G", area="5301",
                    starts_on="2017-01-01", **body)  # fmt: skip
    actor = {"person": OFFICER, "role": role} | ({} if unit is None else {"organisation": unit})
    act = known(2, name, ACTED, OFFICER, role, person=PERSON, place=place)
    act.event["data"]["actor"] = actor
    found = violations([granted, posted(), act], [act])
    assert found is not None
    return [one["why"] for one in found]


def test_a_unit_speaks_for_its_own_people_in_its_own_name() -> None:
    assert why_of("DU", "UnitOpinionGiven", VILLAGE, "O0001", "O0001") == []
    assert why_of("DU", "UnitOpinionGiven", VILLAGE, "O0002", "O0002") == ["not_its_person"]
    assert why_of("DU", "UnitOpinionGiven", VILLAGE, "O0001", "O0002") == ["role_not_held"]
    assert why_of("DU", "UnitOpinionGiven", VILLAGE) == ["not_its_person"]


@pytest.mark.parametrize(
    ("role", "name"),
    [("TP", "GradeProposed"), ("LD", "MisconductRecorded"), ("XO", "ShortfallReviewed"), ("DI", "InvestigationOpened")],
)
def test_an_office_acts_on_people_posted_in_its_area(role: str, name: str) -> None:
    assert why_of(role, name, VILLAGE) == []
    assert why_of(role, name, ELSEWHERE) == ["not_posted_there"]


def test_what_is_said_of_a_course_is_said_where_it_was_held() -> None:
    assert why_of("TP", "TrainingAttended", ELSEWHERE) == []

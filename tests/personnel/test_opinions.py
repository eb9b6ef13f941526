"""Bodies that are heard and decide nothing (matrix 3.1, mark C): who, on what, and that nothing waits for them."""

from typing import Any

import pytest

from contracts.fact import Actor, Fact
from contracts.identifiers import Role
from contracts.personnel import JointOpinionGiven, Matter, UnitLevel, UnitRelation
from contracts.refusals import Code, Refusal
from services.personnel import commands as cmd
from services.personnel.registry.state import Organisation
from services.personnel.teams.opinions import HEARD
from services.personnel.teams.routes import Consulted
from tests.personnel.registry import (
    FORMED,
    KEEPER,
    TEAM,
    TOWNSHIP_OFFICE,
    UNIT,
    VILLAGE,
    Registry,
    code_of,
    member,
    members,
    names_of,
    person,
    six_strong,
)

ORGANISATION = Actor(person="P000920", role=Role.COUNTY_ORGANISATION)
CITY_ORGANISATION = Actor(person="P000921", role=Role.CITY_ORGANISATION)
ASSIGNED = Actor(person="P000922", role=Role.ASSIGNED_UNIT, organisation="O0007")


def say(registry: Registry, matter: Matter, by: Actor, about: int | None = None, **more: Any) -> list[Fact] | Refusal:
    fields: dict[str, Any] = {"opinion": f"Y{len(registry.emits)}", "supports": True, "text": "同意"} | more
    who = None if about is None else person(about)
    command = cmd.GiveJointOpinion(team=TEAM, matter=matter, person=who, unit=by.organisation, **fields)
    return registry.when(command, by, Consulted(VILLAGE, registry.team().members))


def asked_to_replace(level: UnitLevel = UnitLevel.COUNTY) -> Registry:
    """Person 2, of a unit of that level, is to be replaced by force."""
    registry = Registry()
    registry.village()
    sent = member(2).model_copy(update={"unit": "O0003", "unit_level": level})
    registry.form(members=(member(1), sent, *members(3, 4, 5, 6)))
    registry.misconduct()
    registry.educate()
    registry.not_corrected()
    assert names_of(registry.request()) == ["ReplacementRequested"]
    return registry


def test_who_is_heard_is_what_the_matrix_marks() -> None:
    marks = {matter.value: {role.value for role in roles} for matter, roles in HEARD.items()}
    assert marks == {
        "formation": {"XZ", "XP", "DU", "AU"},
        "leader": {"XZ"},
        "plan": {"MB"},
        "report": {"MB"},
        "withdrawal": {"CZ"},
        "replacement": {"XZ", "XP", "CZ"},
        "successor": {"AU"},
    }


def test_an_opinion_says_who_was_heard_and_is_no_step() -> None:
    registry = six_strong()
    given = say(registry, Matter.FORMATION, ORGANISATION, supports=False, text="人选偏少")
    assert isinstance(given, list)
    (fact,) = given
    assert isinstance(fact, JointOpinionGiven)
    assert (fact.article, fact.supports, fact.actor.role) == ("5.1", False, Role.COUNTY_ORGANISATION)
    confirmed = registry.when(cmd.ConfirmTeam(team=TEAM), Actor(person="P000902", role=Role.COUNTY_OFFICE))
    assert names_of(confirmed) == ["TeamFormationConfirmed"]


def test_a_member_adds_to_the_report_of_a_month() -> None:
    registry = six_strong()
    member = Actor(person=person(2), role=Role.MEMBER)
    given = say(registry, Matter.REPORT, member, month="2017-02")
    assert isinstance(given, list)
    assert (given[0].article, given[0].month) == ("7.2", "2017-02")  # type: ignore[attr-defined] # it is the opinion
    assert code_of(say(registry, Matter.REPORT, member)) is Code.MALFORMED
    assert code_of(say(registry, Matter.PLAN, member, month="2017-02")) is Code.MALFORMED


def test_a_number_is_used_once() -> None:
    registry = six_strong()
    assert names_of(say(registry, Matter.LEADER, ORGANISATION, opinion="Y1")) == ["JointOpinionGiven"]
    assert code_of(say(registry, Matter.LEADER, ORGANISATION, opinion="Y1")) is Code.DUPLICATE


def test_units_speak_where_they_have_people_or_the_village() -> None:
    registry = six_strong()
    assert names_of(say(registry, Matter.FORMATION, UNIT)) == ["JointOpinionGiven"]
    stranger = UNIT.model_copy(update={"organisation": "O0002"})
    assert code_of(say(registry, Matter.FORMATION, stranger)) is Code.AUTH
    assert code_of(say(registry, Matter.FORMATION, ASSIGNED)) is Code.AUTH
    registry.states["organisation/O0007"] = Organisation(True, UnitLevel.CITY)
    link = cmd.LinkUnit(village=VILLAGE, unit="O0007", relation=UnitRelation.ASSIGNED, starts_on=FORMED)
    registry.when(link, KEEPER)
    assert names_of(say(registry, Matter.FORMATION, ASSIGNED)) == ["JointOpinionGiven"]


def test_a_member_is_heard_on_the_plan_of_his_own_team() -> None:
    registry = six_strong()
    assert names_of(say(registry, Matter.PLAN, Actor(person=person(2), role=Role.MEMBER))) == ["JointOpinionGiven"]
    assert code_of(say(registry, Matter.PLAN, Actor(person=person(9), role=Role.MEMBER))) is Code.AUTH


@pytest.mark.parametrize("matter", [Matter.WITHDRAWAL, Matter.REPLACEMENT, Matter.SUCCESSOR])
def test_an_opinion_about_a_person_names_him_and_something_is_under_way(matter: Matter) -> None:
    registry = six_strong()
    by = ASSIGNED if matter is Matter.SUCCESSOR else ORGANISATION
    registry.states["organisation/O0007"] = Organisation(True, UnitLevel.CITY)
    link = cmd.LinkUnit(village=VILLAGE, unit="O0007", relation=UnitRelation.ASSIGNED, starts_on=FORMED)
    registry.when(link, KEEPER)
    assert code_of(say(registry, matter, by)) is Code.MALFORMED
    assert code_of(say(registry, matter, by, 9)) is Code.NOT_POSTED
    assert code_of(say(registry, matter, by, 2)) is Code.WRONG_STATE
    assert code_of(say(registry, Matter.LEADER, ORGANISATION, 2)) is Code.MALFORMED


def test_the_city_organisation_department_is_heard_on_withdrawals_and_on_the_citys_cadres() -> None:
    registry = six_strong()
    registry.ask_withdrawal()
    assert names_of(say(registry, Matter.WITHDRAWAL, CITY_ORGANISATION, 2)) == ["JointOpinionGiven"]
    registry.approve_withdrawal()
    assert code_of(say(registry, Matter.WITHDRAWAL, CITY_ORGANISATION, 2)) is Code.WRONG_STATE
    countys = asked_to_replace()
    assert names_of(say(countys, Matter.REPLACEMENT, ORGANISATION, 2)) == ["JointOpinionGiven"]
    assert code_of(say(countys, Matter.REPLACEMENT, CITY_ORGANISATION, 2)) is Code.AUTH
    citys = asked_to_replace(UnitLevel.CITY)
    assert names_of(say(citys, Matter.REPLACEMENT, CITY_ORGANISATION, 2)) == ["JointOpinionGiven"]


def test_nobody_is_heard_in_his_own_case_or_on_a_team_that_is_no_more() -> None:
    registry = asked_to_replace()
    himself = Actor(person=person(2), role=Role.COUNTY_ORGANISATION)
    assert code_of(say(registry, Matter.REPLACEMENT, himself, 2)) is Code.SELF
    gone = six_strong()
    for number in range(1, 7):
        gone.end(number)
    gone.when(cmd.DissolveTeam(team=TEAM, on=gone.today), TOWNSHIP_OFFICE)
    assert code_of(say(gone, Matter.FORMATION, ORGANISATION)) is Code.WRONG_STATE

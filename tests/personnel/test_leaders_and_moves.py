"""Leaders and acting leaders, moves between teams, confirmation and dissolution, open secondments (Art. 5, 9)."""

from datetime import date
from typing import Any

import pytest

from contracts.fact import Fact
from contracts.identifiers import Role
from contracts.personnel import (
    EndingCause,
    MemberSource,
    PostingEnded,
    SecondmentEnded,
    TeamMemberAssigned,
    TeamRosterChanged,
)
from contracts.refusals import Code, Refusal
from services.personnel import commands as cmd
from tests.personnel.registry import (
    COUNTY_OFFICE,
    FORMED,
    OTHER_TEAM,
    OTHER_VILLAGE,
    PAPERS,
    SPECS,
    TEAM,
    TODAY,
    TOWNSHIP_OFFICE,
    VILLAGE,
    Registry,
    code_of,
    member,
    members,
    names_of,
    person,
    six_strong,
)


def leaderless() -> Registry:
    """The leader has left; a new first secretary, person 7, has come."""
    registry = six_strong()
    assert names_of(registry.end(1, date(2017, 2, 10), EndingCause.RETIREMENT)) == [
        "PostingEnded",
        "TeamRosterChanged",
        "LeaderVacancyDetected",
        "TeamUnderstrengthDetected",
    ]
    first_secretary = member(7, MemberSource.FIRST_SECRETARY)
    arrived = cmd.AssignMember(team=TEAM, member=first_secretary, starts_on=date(2017, 2, 20), because=PAPERS)
    assert names_of(registry.when(arrived, TOWNSHIP_OFFICE))[-1] == "TeamStrengthRestored"
    return registry


def appoint(registry: Registry, number: int, starts_on: date = date(2017, 2, 20)) -> list[Fact] | Refusal:
    return registry.when(cmd.AppointLeader(team=TEAM, person=person(number), starts_on=starts_on), TOWNSHIP_OFFICE)


def act_for(
    registry: Registry, number: int, first: date = TODAY, last: date = date(2017, 3, 30)
) -> list[Fact] | Refusal:
    command = cmd.DesignateActingLeader(team=TEAM, person=person(number), starts_on=first, ends_on=last)
    return registry.when(command, TOWNSHIP_OFFICE)


def test_after_a_leader_has_left_the_first_secretary_who_came_is_appointed() -> None:
    registry = leaderless()
    assert code_of(appoint(registry, 2)) is Code.LEADER_NOT_FS
    assert code_of(appoint(registry, 7, date(2017, 2, 19))) is Code.WRONG_INTERVAL
    assert code_of(appoint(registry, 7, date(2017, 3, 2))) is Code.FUTURE_DATE
    assert names_of(appoint(registry, 7)) == ["LeaderAppointed"]
    assert registry.team().leader == person(7)
    assert code_of(appoint(registry, 7)) is Code.DUPLICATE


def test_a_leader_is_succeeded_by_a_later_first_secretary_not_by_an_earlier_day() -> None:
    registry = six_strong()
    first_secretary = member(7, MemberSource.FIRST_SECRETARY)
    arrived = cmd.AssignMember(team=TEAM, member=first_secretary, starts_on=FORMED, because=PAPERS)
    registry.when(arrived, TOWNSHIP_OFFICE)
    assert code_of(appoint(registry, 7, FORMED)) is Code.WRONG_INTERVAL
    assert names_of(appoint(registry, 7, date(2017, 2, 1))) == ["LeaderAppointed"]


def test_a41_somebody_of_the_team_stands_in_for_thirty_days_at_most() -> None:
    registry = leaderless()
    assert code_of(act_for(registry, 2, last=date(2017, 3, 31))) is Code.WRONG_INTERVAL
    assert code_of(act_for(registry, 9)) is Code.NOT_POSTED
    assert names_of(act_for(registry, 2)) == ["ActingLeaderDesignated"]
    assert code_of(act_for(six_strong(), 1)) is Code.DUPLICATE


def two_teams() -> Registry:
    registry = six_strong()
    registry.village(OTHER_VILLAGE)
    others = (member(11, MemberSource.FIRST_SECRETARY), *members(12, 13, 14, 15, 16))
    formed = registry.form(team=OTHER_TEAM, village=OTHER_VILLAGE, formed_on=FORMED, members=others, leader=person(11))
    assert isinstance(formed, list), formed
    return registry


def move(registry: Registry, number: int = 2, **changed: Any) -> list[Fact] | Refusal:
    fields = {"team": TEAM, "to_team": OTHER_TEAM, "last_day": date(2017, 2, 20), "source": MemberSource.OTHER}
    fields["because"] = PAPERS
    return registry.when(cmd.MoveMember(person=person(number), **(fields | changed)), TOWNSHIP_OFFICE)


def test_a_move_ends_one_posting_and_begins_the_next_on_the_day_after_in_one_transaction() -> None:
    registry = two_teams()
    facts = move(registry)
    assert isinstance(facts, list)
    ended, arrived, left, weak, joined = facts
    assert isinstance(ended, PostingEnded)
    assert isinstance(arrived, TeamMemberAssigned)
    assert isinstance(left, TeamRosterChanged)
    assert isinstance(joined, TeamRosterChanged)
    assert (ended.cause, ended.last_day) == (EndingCause.MOVE, date(2017, 2, 20))
    assert (arrived.team, arrived.village, arrived.unit) == (OTHER_TEAM, OTHER_VILLAGE, "O0001")
    assert arrived.starts_on == date(2017, 2, 21)
    assert type(weak).NAME == "TeamUnderstrengthDetected"
    assert (left.strength, joined.strength) == (5, 7)
    assert registry.career(2).active(OTHER_TEAM) is not None


def test_a_move_is_between_two_teams_that_are_there_within_the_posting() -> None:
    registry = two_teams()
    assert code_of(move(registry, to_team=TEAM)) is Code.WRONG_STATE
    assert code_of(move(registry, to_team="T0009")) is Code.UNKNOWN_TEAM
    assert code_of(move(registry, number=12)) is Code.NOT_POSTED
    for last_day in (date(2016, 12, 31), date(2017, 3, 2)):
        assert code_of(move(registry, last_day=last_day)) is Code.WRONG_INTERVAL


def test_nobody_is_moved_out_of_a_forced_replacement_that_is_under_way() -> None:
    registry = two_teams()
    registry.misconduct()
    registry.educate()
    registry.not_corrected()
    registry.request()
    assert code_of(move(registry)) is Code.WRONG_STATE


def test_a_team_is_confirmed_once_by_the_county_office() -> None:
    registry = six_strong()
    confirm = cmd.ConfirmTeam(team=TEAM)
    assert names_of(registry.when(confirm, COUNTY_OFFICE)) == ["TeamFormationConfirmed"]
    assert code_of(registry.when(confirm, COUNTY_OFFICE)) is Code.DUPLICATE
    assert SPECS[cmd.ConfirmTeam].authority(confirm, VILLAGE).roles == (Role.COUNTY_OFFICE,)


def test_a_village_has_one_team_until_that_one_is_dissolved() -> None:
    registry = six_strong()
    again: dict[str, Any] = {"team": OTHER_TEAM, "formed_on": TODAY}
    others = (member(21, MemberSource.FIRST_SECRETARY), *members(22, 23, 24, 25, 26))
    assert code_of(registry.form(members=others, leader=person(21), **again)) is Code.DUPLICATE
    dissolve = cmd.DissolveTeam(team=TEAM, on=TODAY)
    assert code_of(registry.when(dissolve, COUNTY_OFFICE)) is Code.WRONG_STATE
    for number in range(1, 7):
        registry.end(number)
    assert names_of(registry.when(dissolve, COUNTY_OFFICE)) == ["TeamDissolved", "TeamUnseated"]
    assert code_of(registry.assign(30)) is Code.WRONG_STATE
    formed = registry.form(members=others, leader=person(21), **again)
    assert names_of(formed)[0] == "TeamFormed"


def seconded(registry: Registry, **changed: Any) -> list[Fact] | Refusal:
    fields = {"unit": "O0001", "starts_on": date(2017, 2, 1)} | changed
    return registry.when(cmd.RecordSecondment(person=person(2), team=TEAM, **fields), TOWNSHIP_OFFICE)


def returned(registry: Registry, last_day: date, unit: str = "O0001") -> list[Fact] | Refusal:
    command = cmd.EndSecondment(person=person(2), team=TEAM, unit=unit, last_day=last_day)
    return registry.when(command, TOWNSHIP_OFFICE)


def test_a_secondment_that_goes_on_is_recorded_when_found_out_and_ended_when_it_ends() -> None:
    registry = six_strong()
    assert names_of(seconded(registry)) == ["SecondmentDetected"]
    assert code_of(seconded(registry)) is Code.DUPLICATE
    assert code_of(returned(registry, date(2017, 1, 31))) is Code.WRONG_INTERVAL
    assert code_of(returned(registry, date(2017, 2, 10), unit="O0002")) is Code.UNKNOWN_CASE
    facts = returned(registry, date(2017, 2, 10))
    assert isinstance(facts, list)
    assert isinstance(facts[0], SecondmentEnded)
    assert (facts[0].last_day, facts[0].place) == (date(2017, 2, 10), VILLAGE)
    assert code_of(returned(registry, date(2017, 2, 10))) is Code.UNKNOWN_CASE


@pytest.mark.parametrize("role", [Role.DISPATCHING_UNIT, Role.CITY_OFFICE, Role.CITY_ORGANISATION, Role.COUNTY_OFFICE])
def test_a45_whoever_asks_for_a_secondment_gets_the_same_answer(role: Role) -> None:
    assert role in SPECS[cmd.SecondMember].authority(None, VILLAGE).roles

"""A team of six, its leader the first secretary; people come and go; training is attended (Art. 3-5, 11)."""

from datetime import date
from typing import Any

import pytest

from contracts.identifiers import Role
from contracts.personnel import EndingCause, TeamRosterChanged, TeamUnderstrengthDetected, TrainingLevel
from contracts.refusals import Code
from services.personnel import commands as cmd
from tests.personnel.registry import (
    COUNTY,
    COUNTY_OFFICE,
    FORMED,
    LEADER,
    OTHER_TEAM,
    OTHER_VILLAGE,
    SPECS,
    TEAM,
    TODAY,
    TOWNSHIP,
    TOWNSHIP_OFFICE,
    UNIT,
    VILLAGE,
    Registry,
    code_of,
    members,
    names_of,
    person,
    six_strong,
)


def in_a_village() -> Registry:
    registry = Registry()
    registry.village()
    return registry


def test_w36_a_team_of_six_with_its_leader_is_formed() -> None:
    registry = in_a_village()
    formed = registry.form(1, 2, 3, 4, 5, 6)
    assert names_of(formed) == ["TeamFormed", "LeaderAppointed", "TeamSeated", *["TeamMemberAssigned"] * 6]
    assert (registry.team().leader, len(registry.team().members)) == (LEADER, 6)


def test_w36_a_team_of_five_is_refused() -> None:
    assert code_of(in_a_village().form(1, 2, 3, 4, 5)) is Code.SIZE


def test_w36_the_leader_is_the_first_secretary() -> None:
    assert code_of(in_a_village().form(1, 2, 3, 4, 5, 6, leader=person(2))) is Code.LEADER_NOT_FS
    assert code_of(in_a_village().form(1, 2, 3, 4, 5, 6, leader=person(7))) is Code.LEADER_NOT_FS


def test_nobody_counts_twice_towards_the_six() -> None:
    assert code_of(in_a_village().form(1, 2, 3, 4, 5, 5)) is Code.DUPLICATE
    assert code_of(in_a_village().form(1, 2, 3, 4, 5, 6, 6)) is Code.DUPLICATE


def test_a_team_is_formed_once_in_a_registered_village_and_not_ahead_of_time() -> None:
    assert code_of(Registry().form(1, 2, 3, 4, 5, 6)) is Code.UNKNOWN_PLACE
    assert code_of(in_a_village().form(1, 2, 3, 4, 5, 6, formed_on=date(2017, 3, 2))) is Code.FUTURE_DATE
    assert code_of(six_strong().form(1, 2, 3, 4, 5, 6)) is Code.DUPLICATE


def test_a_person_is_active_in_one_team_at_a_time() -> None:
    registry = six_strong()
    registry.village(OTHER_VILLAGE)
    elsewhere: dict[str, Any] = {"team": OTHER_TEAM, "village": OTHER_VILLAGE, "formed_on": TODAY}
    assert code_of(registry.form(1, 7, 8, 9, 10, 11, **elsewhere)) is Code.ALREADY_POSTED
    assert code_of(registry.assign(2)) is Code.ALREADY_POSTED


def test_a_new_posting_begins_on_the_day_after_the_last_at_the_earliest() -> None:
    registry = six_strong()
    registry.end(2, date(2017, 2, 10))
    assert code_of(registry.assign(2, date(2017, 2, 10))) is Code.ALREADY_POSTED
    assert names_of(registry.assign(2, date(2017, 2, 11)))[0] == "TeamMemberAssigned"


def test_nobody_joins_an_unknown_team_or_tomorrow() -> None:
    assert code_of(Registry().assign(7)) is Code.UNKNOWN_TEAM
    assert code_of(six_strong().assign(7, date(2017, 3, 2))) is Code.FUTURE_DATE


def test_w37_the_death_of_the_sixth_is_a_fact_and_leaves_the_team_weak() -> None:
    registry = six_strong()
    ended = registry.end(6, cause=EndingCause.DEATH)
    assert names_of(ended) == ["PostingEnded", "TeamRosterChanged", "TeamUnderstrengthDetected"]
    assert isinstance(ended, list)
    assert isinstance(ended[1], TeamRosterChanged)
    assert isinstance(ended[2], TeamUnderstrengthDetected)
    assert (ended[1].left, ended[2].strength) == ((person(6),), 5)
    assert registry.team().understrength


def test_a_weak_team_is_restored_by_whoever_joins() -> None:
    registry = six_strong()
    registry.end(6)
    registry.end(5)
    assert names_of(registry.assign(7))[1:] == ["TeamRosterChanged", "TeamUnderstrengthDetected"]
    assert names_of(registry.assign(8))[1:] == ["TeamRosterChanged", "TeamStrengthRestored"]
    assert names_of(registry.assign(9))[1:] == ["TeamRosterChanged"]


def test_a_team_whose_leader_leaves_has_none() -> None:
    registry = six_strong()
    registry.end(1)
    assert registry.team().leader is None


@pytest.mark.parametrize("last_day", [date(2016, 12, 31), date(2017, 3, 2)])
def test_a_posting_ends_between_its_first_day_and_today(last_day: date) -> None:
    assert code_of(six_strong().end(2, last_day)) is Code.WRONG_INTERVAL
    assert names_of(six_strong().end(2, FORMED))[0] == "PostingEnded"


def test_a_posting_ends_once() -> None:
    registry = six_strong()
    registry.end(2)
    assert code_of(registry.end(2)) is Code.NOT_POSTED
    assert code_of(registry.end(7)) is Code.NOT_POSTED


def test_w39_nobody_may_allow_a_secondment() -> None:
    asked = cmd.SecondMember(person=person(2), team=TEAM, to_unit="O0002")
    for by in (UNIT, TOWNSHIP_OFFICE, COUNTY_OFFICE):
        assert code_of(six_strong().when(asked, by)) is Code.SECONDMENT_FORBIDDEN
    roles = SPECS[cmd.SecondMember].authority(asked, VILLAGE).roles
    assert Role.CITY_OFFICE in roles


def secondment(**changed: Any) -> cmd.RecordSecondment:
    fields = {"unit": "O0001", "starts_on": date(2017, 2, 1), "last_day": date(2017, 2, 10)} | changed
    return cmd.RecordSecondment(person=person(2), team=TEAM, **fields)


def test_a_secondment_found_out_is_recorded_with_both_ends() -> None:
    found = six_strong().when(secondment(), TOWNSHIP_OFFICE)
    assert names_of(found) == ["SecondmentDetected", "SecondmentEnded"]


@pytest.mark.parametrize(
    "changed",
    [
        {"starts_on": date(2016, 12, 31)},
        {"last_day": date(2017, 1, 31)},
        {"last_day": date(2017, 3, 2)},
    ],
)
def test_a_secondment_lies_within_the_posting(changed: dict[str, Any]) -> None:
    assert code_of(six_strong().when(secondment(**changed), TOWNSHIP_OFFICE)) is Code.WRONG_INTERVAL
    assert code_of(Registry().when(secondment(), TOWNSHIP_OFFICE)) is Code.NOT_POSTED


def training(*numbers: int, **changed: Any) -> cmd.RecordTraining:
    fields = {
        "training": "X1",
        "area": TOWNSHIP,
        "organiser": TrainingLevel.TOWNSHIP,
        "starts_on": date(2017, 2, 1),
        "ends_on": date(2017, 2, 2),
    }
    return cmd.RecordTraining(persons=tuple(person(number) for number in numbers), **{**fields, **changed})


def test_attendance_of_a_training_is_recorded_once_for_each_person() -> None:
    registry = six_strong()
    assert names_of(registry.when(training(2, 3, 2), TOWNSHIP_OFFICE)) == ["TrainingHeld", *["TrainingAttended"] * 2]
    assert code_of(registry.when(training(3), TOWNSHIP_OFFICE)) is Code.DUPLICATE
    assert names_of(registry.when(training(4), TOWNSHIP_OFFICE)) == ["TrainingAttended"]


@pytest.mark.parametrize("changed", [{"ends_on": date(2017, 1, 31)}, {"ends_on": date(2017, 3, 2)}])
def test_a_training_has_ended_and_did_not_end_before_it_began(changed: dict[str, Any]) -> None:
    assert code_of(six_strong().when(training(2, **changed), TOWNSHIP_OFFICE)) is Code.WRONG_INTERVAL


def test_only_those_posted_there_on_its_first_day_attend_a_training() -> None:
    registry = six_strong()
    registry.end(2, date(2017, 2, 10))
    assert names_of(registry.when(training(2), TOWNSHIP_OFFICE)) == ["TrainingHeld", "TrainingAttended"]
    assert code_of(registry.when(training(7), TOWNSHIP_OFFICE)) is Code.NOT_POSTED
    early = training(3, training="X2", starts_on=date(2016, 12, 30))
    assert code_of(registry.when(early, TOWNSHIP_OFFICE)) is Code.NOT_POSTED
    elsewhere = training(3, training="X3", area=OTHER_VILLAGE[:9])
    assert code_of(registry.when(elsewhere, TOWNSHIP_OFFICE)) is Code.NOT_POSTED


@pytest.mark.parametrize(
    ("organiser", "roles"),
    [
        (TrainingLevel.TOWNSHIP, {Role.TOWNSHIP}),
        (TrainingLevel.COUNTY, {Role.COUNTY_ORGANISATION, Role.COUNTY_POVERTY, Role.COUNTY_AGRICULTURE}),
    ],
)
def test_each_level_records_its_own_trainings(organiser: TrainingLevel, roles: set[Role]) -> None:
    command = training(2, organiser=organiser, area=COUNTY)
    authority = SPECS[cmd.RecordTraining].authority(command, None)
    assert (set(authority.roles), authority.place) == (roles, COUNTY)


def test_a_team_is_formed_by_the_township_of_its_village() -> None:
    command = cmd.FormTeam(team=TEAM, village=VILLAGE, formed_on=FORMED, members=members(1), leader=LEADER)
    authority = SPECS[cmd.FormTeam].authority(command, None)
    assert (authority.roles, authority.place) == ((Role.TOWNSHIP,), VILLAGE)

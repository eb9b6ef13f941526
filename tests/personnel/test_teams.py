"""A team of six, its leader the first secretary; people come and go; training is attended (Art. 3-5, 11)."""

from datetime import date, timedelta
from typing import Any

import pytest

from contracts.fact import Actor
from contracts.identifiers import Role
from contracts.personnel import (
    EndingCause,
    MemberSource,
    RuleMode,
    TeamRosterChanged,
    TeamUnderstrengthDetected,
    TrainingLevel,
    UnitLevel,
)
from contracts.refusals import Code, Refusal
from services.personnel import commands as cmd
from services.personnel.registry.state import Organisation
from services.personnel.teams.joining import Joining
from tests.personnel.registry import (
    COUNTY,
    COUNTY_OFFICE,
    FORMED,
    KEEPER,
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
    member,
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


def test_r3_1_nobody_joins_for_a_unit_that_is_not_registered_or_at_another_level() -> None:
    registry = in_a_village()
    registry.unregistered = {"O0009"}
    stranger = member(6).model_copy(update={"unit": "O0009"})
    refused = registry.form(members=(*members(1, 2, 3, 4, 5), stranger))
    assert code_of(refused) is Code.UNKNOWN_ORGANISATION
    assert isinstance(refused, Refusal)
    assert "登记" in refused.remedy_zh
    registry.form(1, 2, 3, 4, 5, 6)
    arriving = cmd.AssignMember(team=TEAM, member=stranger, starts_on=TODAY)
    assert code_of(registry.when(arriving, TOWNSHIP_OFFICE)) is Code.UNKNOWN_ORGANISATION
    promoted = member(7).model_copy(update={"unit_level": UnitLevel.CITY})
    arriving = cmd.AssignMember(team=TEAM, member=promoted, starts_on=TODAY)
    assert code_of(registry.when(arriving, TOWNSHIP_OFFICE)) is Code.LIST_MISMATCH
    registry.agreed(2)
    replacing = cmd.ReplaceMember(person=person(2), team=TEAM, approval="S1", last_day=TODAY, successor=promoted)
    assert code_of(registry.when(replacing, TOWNSHIP_OFFICE)) is Code.LIST_MISMATCH


def test_a71_a_college_official_without_a_unit_stands_under_the_county_organisation_department() -> None:
    registry = in_a_village()
    official = cmd.NewMember(person=person(6), source=MemberSource.COLLEGE_VILLAGE_OFFICIAL)
    people = (*members(1, 2, 3, 4, 5), official)
    forming = cmd.FormTeam(team=TEAM, village=VILLAGE, formed_on=FORMED, members=people, leader=LEADER)
    assert code_of(registry.when(forming, TOWNSHIP_OFFICE, Joining(VILLAGE))) is Code.UNKNOWN_ORGANISATION
    registry.states["organisation/O0801"] = Organisation(True, UnitLevel.COUNTY)
    formed = registry.when(forming, TOWNSHIP_OFFICE, Joining(VILLAGE, "O0801"))
    assert names_of(formed).count("TeamMemberAssigned") == 6
    posting = registry.career(6).active()
    assert posting is not None
    assert (posting.unit, posting.unit_level) == ("O0801", UnitLevel.COUNTY)
    other = cmd.NewMember(person=person(7), source=MemberSource.OTHER)
    arriving = cmd.AssignMember(team=TEAM, member=other, starts_on=TODAY)
    assert code_of(registry.when(arriving, TOWNSHIP_OFFICE, Joining(VILLAGE, "O0801"))) is Code.UNKNOWN_ORGANISATION


def test_a90_where_the_measures_hold_by_reference_a_small_team_is_a_warning() -> None:
    registry = Registry()
    registry.village(registered_poor=False)
    formed = registry.form(1, 2, 3, 4, 5)
    assert names_of(formed)[-1] == "TeamUnderstrengthDetected"
    assert registry.team().understrength
    bound = Registry()
    bound.village(registered_poor=False, rule_mode=RuleMode.MANDATORY)
    assert code_of(bound.form(1, 2, 3, 4, 5)) is Code.SIZE


def test_a90_a_registered_poor_village_is_bound_and_never_by_reference() -> None:
    registry = Registry()
    by_reference = cmd.RegisterVillage(village=VILLAGE, registered_poor=True, rule_mode=RuleMode.REFERENCE)
    assert code_of(registry.when(by_reference, KEEPER)) is Code.WRONG_STATE
    registry.village()
    status = {"village": VILLAGE, "rule_mode": RuleMode.REFERENCE, "valid_from": FORMED, "document": "1号"}
    assert code_of(registry.when(cmd.ChangeVillageStatus(registered_poor=True, **status), KEEPER)) is Code.WRONG_STATE
    left = registry.when(cmd.ChangeVillageStatus(registered_poor=False, **status), KEEPER)
    assert names_of(left) == ["VillageStatusChanged"]
    assert names_of(registry.form(1, 2, 3, 4, 5))[-1] == "TeamUnderstrengthDetected"


def test_a90_where_the_measures_hold_by_reference_another_may_lead_which_is_on_record() -> None:
    registry = Registry()
    registry.village(registered_poor=False)
    formed = registry.form(1, 2, 3, 4, 5, 6, leader=person(2))
    assert names_of(formed)[1:3] == ["LeaderAppointed", "LeaderNotFirstSecretaryDetected"]
    registry.today = date(2017, 3, 2)
    third = cmd.AppointLeader(team=TEAM, person=person(3), starts_on=TODAY)
    assert names_of(registry.when(third, TOWNSHIP_OFFICE)) == ["LeaderAppointed", "LeaderNotFirstSecretaryDetected"]
    first_secretary = cmd.AppointLeader(team=TEAM, person=person(1), starts_on=date(2017, 3, 2))
    assert names_of(registry.when(first_secretary, TOWNSHIP_OFFICE)) == ["LeaderAppointed"]
    assert code_of(registry.form(1, 2, team="T0003", leader=person(9))) is Code.DUPLICATE
    nobody = Registry()
    nobody.village(registered_poor=False)
    assert code_of(nobody.form(1, 2, 3, 4, 5, 6, leader=person(9))) is Code.LEADER_NOT_FS


def test_a90_a_village_that_becomes_bound_has_its_next_leader_from_the_first_secretaries() -> None:
    registry = Registry()
    registry.village(registered_poor=False)
    registry.form(1, 2, 3, 4, 5, 6)
    bound = {"village": VILLAGE, "registered_poor": True, "rule_mode": RuleMode.MANDATORY, "document": "2号"}
    registry.when(cmd.ChangeVillageStatus(valid_from=date(2017, 2, 1), **bound), KEEPER)
    third = cmd.AppointLeader(team=TEAM, person=person(3), starts_on=TODAY)
    assert code_of(registry.when(third, TOWNSHIP_OFFICE)) is Code.LEADER_NOT_FS


def test_nobody_arrives_before_the_team_was_formed() -> None:
    registry = six_strong()
    assert code_of(registry.assign(7, FORMED - timedelta(days=1))) is Code.WRONG_INTERVAL
    assert names_of(registry.assign(7, FORMED))[0] == "TeamMemberAssigned"


def test_nobody_acts_in_his_own_posting() -> None:
    registry = six_strong()
    himself = Actor(person=person(2), role=Role.TOWNSHIP)
    ending = cmd.EndPosting(person=person(2), team=TEAM, cause=EndingCause.TERM, last_day=TODAY)
    assert code_of(registry.when(ending, himself)) is Code.SELF
    arriving = cmd.AssignMember(team=TEAM, member=member(7), starts_on=TODAY)
    newcomer = Actor(person=person(7), role=Role.TOWNSHIP)
    assert code_of(registry.when(arriving, newcomer)) is Code.SELF
    second = cmd.SecondMember(person=person(2), team=TEAM, to_unit="O0002")
    assert code_of(registry.when(second, himself)) is Code.SECONDMENT_FORBIDDEN

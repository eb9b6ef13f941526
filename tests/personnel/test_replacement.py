"""Who may be taken out of a team: for a special reason the city approved, or by force level by level (Art. 8, 10)."""

from datetime import date

import pytest

from contracts.fact import Actor
from contracts.identifiers import Role
from contracts.personnel import MemberReplaced, ReplacementKind, TeamMemberAssigned
from contracts.refusals import Code
from services.personnel import commands as cmd
from tests.personnel.registry import (
    LEADER_ACTS,
    SPECS,
    TODAY,
    TOWNSHIP_OFFICE,
    VILLAGE,
    Registry,
    code_of,
    names_of,
    person,
    six_strong,
)


def test_w38_a_unit_may_not_take_a_member_back_for_its_own_work() -> None:
    registry = six_strong()
    assert code_of(registry.approve_withdrawal(reason_class="work")) is Code.NO_CITY_APPROVAL
    assert code_of(registry.replace()) is Code.NO_CITY_APPROVAL


def test_w38_the_countys_yes_is_no_approval() -> None:
    assert SPECS[cmd.ApproveWithdrawal].authority(None, VILLAGE).roles == (Role.CITY_OFFICE,)
    assert code_of(six_strong().replace()) is Code.NO_CITY_APPROVAL


def test_w38_with_the_citys_approval_the_member_leaves_and_the_successor_arrives_the_day_after() -> None:
    registry = six_strong()
    assert names_of(registry.approve_withdrawal()) == ["WithdrawalApproved"]
    facts = registry.replace()
    assert names_of(facts) == ["MemberReplaced", "TeamMemberAssigned", "TeamRosterChanged"]
    assert isinstance(facts, list)
    replaced, arrived = facts[0], facts[1]
    assert isinstance(replaced, MemberReplaced)
    assert isinstance(arrived, TeamMemberAssigned)
    assert (replaced.kind, replaced.last_day, replaced.successor) == (ReplacementKind.ORDINARY, TODAY, person(7))
    assert arrived.starts_on == date(2017, 3, 2)
    assert registry.career(2).active() is None


def test_w38_without_a_successor_the_strength_of_the_team_is_checked() -> None:
    registry = six_strong()
    registry.approve_withdrawal()
    facts = registry.replace(successor=None)
    assert names_of(facts) == ["MemberReplaced", "TeamRosterChanged", "TeamUnderstrengthDetected"]


def test_an_approval_is_about_one_posting_and_given_once() -> None:
    registry = six_strong()
    registry.approve_withdrawal()
    assert code_of(registry.approve_withdrawal()) is Code.DUPLICATE
    registry.replace(successor=7, last_day=date(2017, 2, 1))
    registry.assign(2, date(2017, 2, 15))
    assert code_of(registry.replace(successor=None)) is Code.NO_CITY_APPROVAL


@pytest.mark.parametrize("successor", [2, 3])
def test_a_successor_is_somebody_who_is_free(successor: int) -> None:
    registry = six_strong()
    registry.approve_withdrawal()
    assert code_of(registry.replace(successor=successor)) is Code.ALREADY_POSTED


def test_a_member_does_not_leave_before_arriving() -> None:
    registry = six_strong()
    registry.approve_withdrawal()
    assert code_of(registry.replace(last_day=date(2016, 12, 31))) is Code.WRONG_INTERVAL


def test_w40_without_education_there_is_no_request() -> None:
    registry = six_strong()
    assert code_of(registry.request()) is Code.WRONG_STATE
    assert names_of(registry.misconduct()) == ["MisconductRecorded"]
    assert code_of(registry.request()) is Code.NOT_EDUCATED
    assert code_of(registry.not_corrected()) is Code.NOT_EDUCATED


def test_w40_without_a_later_failure_to_correct_there_is_no_request() -> None:
    registry = six_strong()
    registry.misconduct()
    assert names_of(registry.educate()) == ["EducationGiven"]
    assert code_of(registry.request()) is Code.NO_NONCORRECTION
    assert code_of(registry.not_corrected(on=date(2017, 2, 5))) is Code.NO_NONCORRECTION


def demanded() -> Registry:
    """Misconduct, education and a failure to correct are on record."""
    registry = six_strong()
    registry.misconduct()
    registry.educate()
    assert names_of(registry.not_corrected()) == ["NonCorrectionRecorded"]
    return registry


def test_w40_with_both_the_request_goes_from_the_township_to_the_county() -> None:
    registry = demanded()
    assert names_of(registry.request()) == ["ReplacementRequested"]
    assert names_of(registry.escalate()) == ["ReplacementEscalated"]
    facts = registry.force(successor=7)
    assert names_of(facts) == ["ReplacementDecided", "MemberReplaced", "TeamMemberAssigned", "TeamRosterChanged"]
    assert isinstance(facts, list)
    assert isinstance(facts[1], MemberReplaced)
    assert facts[1].kind is ReplacementKind.FORCED


def test_no_level_is_skipped() -> None:
    registry = demanded()
    assert code_of(registry.escalate()) is Code.WRONG_STATE
    registry.request()
    assert code_of(registry.force()) is Code.WRONG_STATE


def test_w43_a_decision_may_take_effect_on_a_later_day() -> None:
    registry = demanded()
    registry.request()
    registry.escalate()
    facts = registry.force(last_day=date(2017, 3, 9))
    assert isinstance(facts, list)
    assert isinstance(facts[1], MemberReplaced)
    assert (facts[1].decided_on, facts[1].last_day) == (TODAY, date(2017, 3, 9))


def test_a_forced_replacement_needs_a_free_successor_and_a_possible_last_day() -> None:
    registry = demanded()
    registry.request()
    registry.escalate()
    assert code_of(registry.force(successor=3)) is Code.ALREADY_POSTED
    assert code_of(registry.force(last_day=date(2016, 12, 31))) is Code.WRONG_INTERVAL


def test_education_comes_after_the_misconduct_it_is_about() -> None:
    registry = six_strong()
    assert code_of(registry.educate()) is Code.WRONG_STATE
    registry.misconduct(on=date(2017, 2, 6))
    assert code_of(registry.educate(on=date(2017, 2, 5))) is Code.WRONG_STATE
    assert names_of(registry.educate(on=date(2017, 2, 6))) == ["EducationGiven"]


def test_later_misconduct_does_not_undo_the_education_before_it() -> None:
    registry = demanded()
    registry.misconduct(on=date(2017, 2, 25))
    assert names_of(registry.educate(on=date(2017, 2, 24))) == ["EducationGiven"]
    assert names_of(registry.request()) == ["ReplacementRequested"]


def test_a_failure_to_correct_is_recorded_with_evidence() -> None:
    registry = six_strong()
    registry.misconduct()
    registry.educate()
    assert code_of(registry.not_corrected(evidence=())) is Code.NO_EVIDENCE


@pytest.mark.parametrize(
    ("on", "code"), [(date(2017, 3, 2), Code.FUTURE_DATE), (date(2016, 12, 31), Code.WRONG_INTERVAL)]
)
def test_what_is_observed_lies_between_the_arrival_and_today(on: date, code: Code) -> None:
    assert code_of(six_strong().misconduct(on=on)) is code


def test_nobody_acts_in_his_own_case() -> None:
    registry = six_strong()
    assert code_of(registry.misconduct(1)) is Code.SELF
    assert code_of(registry.approve_withdrawal(2, by=Actor(person=person(2), role=Role.CITY_OFFICE))) is Code.SELF


def test_a46_the_township_may_demand_the_replacement_of_a_leader() -> None:
    registry = six_strong()
    assert names_of(registry.misconduct(1, by=TOWNSHIP_OFFICE)) == ["MisconductRecorded"]
    assert Role.TOWNSHIP in SPECS[cmd.RequestReplacement].authority(None, VILLAGE).roles


def test_a_chain_that_ended_with_the_posting_does_not_reach_into_the_next() -> None:
    registry = demanded()
    registry.end(2, date(2017, 2, 20))
    registry.assign(2, date(2017, 2, 25))
    assert code_of(registry.request()) is Code.WRONG_STATE


def test_nobody_is_replaced_who_is_not_posted() -> None:
    registry = six_strong()
    assert code_of(registry.approve_withdrawal(7)) is Code.NOT_POSTED
    assert code_of(registry.misconduct(7, by=LEADER_ACTS)) is Code.NOT_POSTED
    assert code_of(registry.force(7)) is Code.NOT_POSTED


@pytest.mark.parametrize(
    ("command", "roles"),
    [
        (cmd.ReplaceMember, {Role.TOWNSHIP, Role.COUNTY_OFFICE}),
        (cmd.RecordMisconduct, {Role.TEAM_LEADER, Role.TOWNSHIP}),
        (cmd.GiveEducation, {Role.TEAM_LEADER, Role.TOWNSHIP}),
        (cmd.RecordNonCorrection, {Role.TEAM_LEADER, Role.TOWNSHIP}),
        (cmd.RequestReplacement, {Role.TEAM_LEADER, Role.TOWNSHIP}),
        (cmd.EscalateReplacement, {Role.TOWNSHIP}),
        (cmd.DecideReplacement, {Role.COUNTY_OFFICE}),
        (cmd.EndPosting, {Role.TOWNSHIP}),
        (cmd.AssignMember, {Role.TOWNSHIP}),
    ],
)
def test_who_may_do_what_is_the_authority_matrix(command: type, roles: set[Role]) -> None:
    authority = SPECS[command].authority(None, VILLAGE)
    assert (set(authority.roles), authority.place) == (roles, VILLAGE)

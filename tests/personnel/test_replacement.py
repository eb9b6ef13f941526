"""Who may be taken out of a team: for a special reason the city approved, or by force level by level (Art. 8, 10)."""

from datetime import date, timedelta

import pytest

from contracts.fact import Actor
from contracts.identifiers import Role
from contracts.personnel import MemberReplaced, ReplacementKind, TeamMemberAssigned, UnitLevel, WithdrawalWish
from contracts.refusals import Code
from services.personnel import commands as cmd
from tests.personnel.registry import (
    CITY_OFFICE,
    COUNTY_OFFICE,
    LEADER_ACTS,
    SPECS,
    TEAM,
    TODAY,
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


def test_w38_a_unit_may_not_take_a_member_back_for_its_own_work() -> None:
    registry = six_strong()
    assert code_of(registry.ask_withdrawal(reason_class="work")) is Code.NO_CITY_APPROVAL
    assert code_of(registry.approve_withdrawal()) is Code.UNKNOWN_CASE
    assert code_of(registry.replace()) is Code.NO_CITY_APPROVAL


def test_w38_the_countys_yes_is_no_approval() -> None:
    registry = six_strong()
    registry.ask_withdrawal()
    opinion = cmd.GiveCountyOpinion(person=person(2), team=TEAM, request="R1", supports=True, opinion="同意")
    assert names_of(registry.when(opinion, COUNTY_OFFICE)) == ["WithdrawalCountyOpinionGiven"]
    assert code_of(registry.replace()) is Code.NO_CITY_APPROVAL
    assert SPECS[cmd.ApproveWithdrawal].authority(None, VILLAGE).roles == (Role.CITY_OFFICE,)


def test_w38_with_the_citys_approval_the_member_leaves_and_the_successor_arrives_the_day_after() -> None:
    registry = six_strong()
    assert names_of(registry.ask_withdrawal()) == ["WithdrawalRequested"]
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
    registry.agreed(wish=WithdrawalWish.WITHDRAWAL)
    facts = registry.withdraw()
    assert names_of(facts) == ["MemberWithdrawn", "TeamRosterChanged", "TeamUnderstrengthDetected"]


def test_what_is_carried_out_is_what_was_approved() -> None:
    registry = six_strong()
    registry.agreed(2, WithdrawalWish.WITHDRAWAL, "1")
    registry.agreed(3, WithdrawalWish.REPLACEMENT, "2")
    assert code_of(registry.replace(2, "S1")) is Code.WRONG_STATE
    assert code_of(registry.withdraw(3, "S2")) is Code.WRONG_STATE
    assert code_of(registry.withdraw(3, "S9")) is Code.NO_CITY_APPROVAL


def test_a_rotation_that_the_city_approved_is_a_rotation() -> None:
    registry = six_strong()
    registry.agreed(wish=WithdrawalWish.ROTATION)
    facts = registry.replace()
    assert isinstance(facts, list)
    assert isinstance(facts[0], MemberReplaced)
    assert facts[0].kind is ReplacementKind.ROTATION


def test_a_unit_asks_for_its_own_people_with_papers_and_once_under_a_number() -> None:
    registry = six_strong()
    assert code_of(registry.ask_withdrawal(unit="O0002")) is Code.AUTH
    assert code_of(registry.ask_withdrawal(evidence=())) is Code.NO_EVIDENCE
    registry.ask_withdrawal()
    assert code_of(registry.ask_withdrawal()) is Code.DUPLICATE
    needed = SPECS[cmd.RequestWithdrawal].authority(
        cmd.RequestWithdrawal(
            person=person(2),
            team=TEAM,
            unit="O0001",
            request="R1",
            wish=WithdrawalWish.REPLACEMENT,
            reason_class=cmd.ReasonClass.SPECIAL,
            reason="患病",
        ),
        VILLAGE,
    )
    assert (needed.roles, needed.organisation) == ((Role.DISPATCHING_UNIT,), "O0001")


def test_a_request_is_decided_once() -> None:
    registry = six_strong()
    registry.ask_withdrawal()
    refused = cmd.RefuseWithdrawal(person=person(2), team=TEAM, request="R1", reason="理由不充分")
    assert names_of(registry.when(refused, CITY_OFFICE)) == ["WithdrawalRefused"]
    assert code_of(registry.approve_withdrawal()) is Code.WRONG_STATE
    registry.ask_withdrawal(request="R2")
    assert names_of(registry.approve_withdrawal(request="R2")) == ["WithdrawalApproved"]
    registry.ask_withdrawal(request="R3")
    assert code_of(registry.approve_withdrawal(request="R3")) is Code.DUPLICATE


def test_an_approval_is_about_one_posting() -> None:
    registry = six_strong()
    registry.agreed()
    assert names_of(registry.replace(successor=7))[0] == "MemberReplaced"
    registry.today = date(2017, 3, 15)
    registry.assign(2, date(2017, 3, 15))
    assert code_of(registry.replace(successor=None, last_day=registry.today)) is Code.NO_CITY_APPROVAL


def test_nobody_leaves_before_the_day_of_the_approval_or_decision() -> None:
    """Otherwise days of absence could be taken out of a posting afterwards (Art. 15)."""
    registry = six_strong()
    registry.agreed()
    yesterday = TODAY - timedelta(days=1)
    assert code_of(registry.replace(last_day=yesterday)) is Code.WRONG_INTERVAL
    registry.agreed(3, WithdrawalWish.WITHDRAWAL, "2")
    assert code_of(registry.withdraw(3, "S2", yesterday)) is Code.WRONG_INTERVAL
    registry.today = TODAY + timedelta(days=9)
    assert names_of(registry.withdraw(3, "S2", TODAY))[0] == "MemberWithdrawn", "recorded later, effective then"
    forced = demanded()
    forced.request()
    forced.escalate()
    assert code_of(forced.force(last_day=yesterday)) is Code.WRONG_INTERVAL
    assert names_of(forced.force(last_day=TODAY))[0] == "ReplacementDecided"


@pytest.mark.parametrize("successor", [2, 3])
def test_a_successor_is_somebody_who_is_free(successor: int) -> None:
    registry = six_strong()
    registry.agreed()
    assert code_of(registry.replace(successor=successor)) is Code.ALREADY_POSTED


def test_a_member_does_not_leave_before_arriving() -> None:
    registry = six_strong()
    registry.agreed()
    assert code_of(registry.replace(last_day=date(2016, 12, 31))) is Code.WRONG_INTERVAL


def test_the_unit_names_a_successor_once_somebody_is_to_leave() -> None:
    registry = six_strong()
    named = cmd.ProposeSuccessor(person=person(2), team=TEAM, unit="O0001", successor=member(7))
    assert code_of(registry.when(named, UNIT)) is Code.WRONG_STATE
    registry.agreed()
    assert code_of(registry.when(named.model_copy(update={"successor": member(3)}), UNIT)) is Code.ALREADY_POSTED
    assert names_of(registry.when(named, UNIT)) == ["SuccessorProposed"]
    assert registry.career(2).chain.proposed == person(7)


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
    registry.ask_withdrawal()
    assert code_of(registry.approve_withdrawal(2, by=Actor(person=person(2), role=Role.CITY_OFFICE))) is Code.SELF


def against_the_leader() -> Registry:
    registry = six_strong()
    registry.misconduct(1, by=TOWNSHIP_OFFICE)
    registry.educate(1, by=TOWNSHIP_OFFICE)
    assert names_of(registry.not_corrected(1, by=TOWNSHIP_OFFICE)) == ["NonCorrectionRecorded"]
    return registry


def test_a46_the_township_asks_for_the_replacement_of_a_leader_and_nobody_else_does() -> None:
    registry = against_the_leader()
    stands_in = Actor(person=person(2), role=Role.TEAM_LEADER)
    assert code_of(registry.request(1, by=LEADER_ACTS)) is Code.SELF
    assert code_of(registry.request(1, by=stands_in)) is Code.AUTH
    assert names_of(registry.request(1, by=TOWNSHIP_OFFICE)) == ["ReplacementRequested"]
    registry.escalate(1)
    assert "LeaderVacancyDetected" in names_of(registry.force(1))
    assert registry.team().leader is None


def test_the_leader_asks_for_the_replacement_of_a_member_and_the_township_only_where_there_is_none() -> None:
    registry = demanded()
    assert code_of(registry.request(by=TOWNSHIP_OFFICE)) is Code.AUTH
    registry.end(1)
    assert names_of(registry.request(by=TOWNSHIP_OFFICE)) == ["ReplacementRequested"]


def city_cadre() -> Registry:
    """The chain stands against somebody whom a city unit sent."""
    registry = Registry()
    registry.village()
    sent = member(2).model_copy(update={"unit": "O0003", "unit_level": UnitLevel.CITY})
    registry.form(members=(member(1), sent, *members(3, 4, 5, 6)))
    registry.misconduct()
    registry.educate()
    registry.not_corrected()
    assert names_of(registry.request()) == ["ReplacementRequested"]
    return registry


def test_a47_the_city_decides_on_its_own_cadres_after_township_and_county() -> None:
    registry = city_cadre()
    assert code_of(registry.force(by=CITY_OFFICE)) is Code.WRONG_STATE
    registry.escalate()
    assert code_of(registry.force(by=CITY_OFFICE)) is Code.WRONG_STATE
    assert code_of(registry.force(by=COUNTY_OFFICE)) is Code.WRONG_STATE
    assert names_of(registry.escalate(by=COUNTY_OFFICE)) == ["ReplacementEscalated"]
    assert names_of(registry.force(by=CITY_OFFICE))[:2] == ["ReplacementDecided", "MemberReplaced"]


def test_a47_a_successor_of_another_level_takes_the_citys_word() -> None:
    registry = demanded()
    registry.request()
    registry.escalate()
    other = member(7).model_copy(update={"unit": "O0003", "unit_level": UnitLevel.CITY})
    decision = cmd.DecideReplacement(person=person(2), team=TEAM, last_day=TODAY, successor=other)
    assert code_of(registry.when(decision, COUNTY_OFFICE)) is Code.WRONG_STATE
    registry.escalate(by=COUNTY_OFFICE)
    assert names_of(registry.when(decision, CITY_OFFICE))[0] == "ReplacementDecided"


def test_a_level_acts_once_and_only_in_its_turn() -> None:
    registry = demanded()
    registry.request()
    assert code_of(registry.request()) is Code.WRONG_STATE
    assert code_of(registry.reject(by=COUNTY_OFFICE)) is Code.WRONG_STATE
    registry.escalate()
    assert code_of(registry.escalate()) is Code.WRONG_STATE
    assert code_of(registry.reject(by=TOWNSHIP_OFFICE)) is Code.WRONG_STATE
    registry.escalate(by=COUNTY_OFFICE)
    assert code_of(registry.force(by=COUNTY_OFFICE)) is Code.WRONG_STATE


def test_after_a_rejection_another_failure_to_correct_must_come() -> None:
    registry = demanded()
    registry.request()
    registry.escalate()
    assert names_of(registry.reject()) == ["ReplacementRejected"]
    assert code_of(registry.request()) is Code.NO_NONCORRECTION
    assert names_of(registry.not_corrected(on=date(2017, 2, 27))) == ["NonCorrectionRecorded"]
    assert names_of(registry.request()) == ["ReplacementRequested"]


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
        (cmd.EscalateReplacement, {Role.TOWNSHIP, Role.COUNTY_OFFICE}),
        (cmd.DecideReplacement, {Role.COUNTY_OFFICE, Role.CITY_OFFICE}),
        (cmd.EndPosting, {Role.TOWNSHIP}),
    ],
)
def test_who_may_do_what_is_the_authority_matrix(command: type, roles: set[Role]) -> None:
    authority = SPECS[command].authority(None, VILLAGE)
    assert (set(authority.roles), authority.place) == (roles, VILLAGE)

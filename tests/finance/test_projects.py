"""Projects go through their chain, and no money of theirs moves before it is complete (Art. 20)."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.fact import Actor
from contracts.finance import FundKind, FundSource, Use
from contracts.identifiers import Role
from contracts.projects import NoticePhase, ProjectChanged
from contracts.refusals import Code
from services.finance import commands as cmd
from services.finance.known import Known
from services.finance.projects import commands as pcmd
from tests.finance.treasury import (
    CASHIER,
    COUNTY_FINANCE,
    NEIGHBOUR,
    TODAY,
    VILLAGE,
    VILLAGES,
    code_of,
    fen,
    names_of,
    somebody,
)
from tests.finance.village import DONOR, GIVERS, PROJECT, Village

FISCAL = FundKind.FISCAL_POVERTY


def test_w69_a_fiscal_project_is_paid_only_after_every_step_of_its_chain() -> None:
    village = Village()
    village.propose(fen("50000"))
    assert code_of(village.ask(1)) is Code.NO_VR_MEETING
    village.meet()
    assert code_of(village.ask(1)) is Code.NO_VR_MEETING
    village.determine()
    assert code_of(village.ask(1)) is Code.NO_TWP_DOC
    village.review()
    assert code_of(village.ask(1)) is Code.NO_TWP_DOC
    village.document()
    assert code_of(village.ask(1)) is Code.NO_PROJECT_APPROVAL
    village.decide()
    assert names_of(village.ask(1)) == ["SpendingRequested"]


def test_fiscal_money_needs_a_project_that_exists() -> None:
    village = Village()
    assert code_of(village.request(1, kind=FISCAL, use=Use.PROJECT)) is Code.NO_PROJECT_APPROVAL
    village.propose(1)
    assert code_of(village.request(1, kind=FISCAL, use=Use.PROJECT, project="X9")) is Code.CROSS_KIND


def test_no_step_is_taken_before_the_one_it_rests_on() -> None:
    village = Village()
    assert code_of(village.review()) is Code.UNKNOWN_CASE
    village.propose(1)
    assert code_of(village.determine()) is Code.NO_VR_MEETING
    assert code_of(village.review()) is Code.NO_VR_MEETING
    assert code_of(village.document()) is Code.NO_VR_MEETING
    assert code_of(village.decide()) is Code.NO_VR_MEETING
    village.meet()
    village.determine()
    assert code_of(village.document()) is Code.NO_TWP_DOC
    assert code_of(village.decide()) is Code.NO_TWP_DOC
    assert code_of(village.start()) is Code.NO_TWP_DOC
    village.review()
    village.document()
    assert code_of(village.start()) is Code.NO_PROJECT_APPROVAL
    village.decide()
    assert names_of(village.start()) == ["ProjectStarted"]
    for again in (village.determine(), village.meet(), village.review(), village.document(), village.decide()):
        assert code_of(again) in (Code.WRONG_STATE, Code.DUPLICATE)


@pytest.mark.parametrize(
    ("changed", "valid"),
    [
        ({}, True),
        ({"present": 19, "in_favour": 19}, False),
        ({"present": 20, "in_favour": 10}, False),
        ({"team_present": False}, False),
        ({"committees_present": False}, False),
        ({"representatives": 0, "present": 0, "in_favour": 0}, False),
    ],
)
def test_a_meeting_determines_with_two_thirds_present_and_most_of_those_in_favour(
    changed: dict[str, Any], valid: bool
) -> None:
    village = Village()
    village.propose(1)
    assert names_of(village.meet(**changed)) == ["VillageRepresentativesMeetingHeld"]
    result = village.determine()
    assert names_of(result) == ["ProjectDetermined"] if valid else code_of(result) is Code.NO_VR_MEETING


@pytest.mark.parametrize("changed", [{"in_favour": 21}, {"present": 31, "in_favour": 1}])
def test_a_meeting_with_impossible_numbers_is_malformed(changed: dict[str, Any]) -> None:
    village = Village()
    village.propose(1)
    assert code_of(village.meet(**changed)) is Code.MALFORMED
    assert code_of(village.meet(held_on=TODAY + timedelta(days=1))) is Code.FUTURE_DATE


def test_the_county_rejects_with_a_reason_and_approves_with_a_document() -> None:
    village = Village()
    village.propose(1)
    for done in (village.meet(), village.determine(), village.review(), village.document()):
        assert isinstance(done, list)
    assert code_of(village.decide(approve=True, reason="可行")) is Code.NO_EVIDENCE
    assert code_of(village.decide(approve=False, document="东扶领〔2017〕4号")) is Code.NO_EVIDENCE
    assert names_of(village.decide(approve=False)) == ["CountyLeadingGroupRejected"]
    assert code_of(village.ask(1)) is Code.NO_PROJECT_APPROVAL
    assert names_of(village.change(2)) == ["ProjectChanged"]
    assert code_of(village.ask(1)) is Code.NO_VR_MEETING


def test_w70_other_money_needs_the_investors_consent_and_no_county_approval() -> None:
    village = Village()
    village.propose_other(fen("8000"))
    village.meet()
    village.determine()
    assert code_of(village.start()) is Code.NO_CONSENT
    assert code_of(village.ask(1, kind=FundKind.OTHER)) is Code.NO_CONSENT
    assert code_of(village.decide()) is Code.WRONG_STATE
    assert code_of(village.give_consent(somebody(16, Role.INVESTOR))) is Code.AUTH
    assert names_of(village.give_consent()) == ["InvestorConsentGiven"]
    assert names_of(village.start()) == ["ProjectStarted"]
    village.assist(fen("8000"), kind=FundKind.OTHER, source=FundSource.INVESTOR, giver=DONOR.person)
    assert names_of(village.ask(fen("8000"), kind=FundKind.OTHER)) == ["SpendingRequested"]
    assert names_of(village.approve(kind=FundKind.OTHER)) == ["FundReserved"]
    assert names_of(village.pay(kind=FundKind.OTHER)) == ["FundDisbursed"]


@pytest.mark.parametrize(("money", "by"), GIVERS.items(), ids=lambda value: str(value)[:40])
def test_whoever_gives_the_money_consents(money: tuple[FundKind, FundSource, str | None], by: Actor) -> None:
    village = Village()
    kind, source, giver = money
    village.propose(1, kind=kind, source=source, giver=giver)
    assert code_of(village.give_consent(by)) is Code.NO_VR_MEETING
    village.meet()
    village.determine()
    assert code_of(village.give_consent(by, on=TODAY + timedelta(days=1))) is Code.FUTURE_DATE
    assert names_of(village.give_consent(by)) == ["InvestorConsentGiven"]
    assert code_of(village.give_consent(by)) is Code.DUPLICATE


def test_fiscal_projects_are_not_consented_to() -> None:
    village = Village()
    village.propose(1)
    village.meet()
    village.determine()
    assert code_of(village.give_consent(COUNTY_FINANCE)) is Code.WRONG_STATE


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"kind": FundKind.WORK}, Code.USE_NOT_ALLOWED),
        ({"source": FundSource.UNIT, "giver": "O0001"}, Code.CROSS_KIND),
        ({"giver": "O0001"}, Code.NO_CONSENT),
        ({"kind": FundKind.OTHER, "source": FundSource.INVESTOR}, Code.NO_CONSENT),
        ({"kind": FundKind.OTHER, "source": FundSource.CITY}, Code.CROSS_KIND),
    ],
)
def test_a_project_is_of_a_kind_and_source_that_belong_together(changed: dict[str, Any], code: Code) -> None:
    assert code_of(Village().propose(1, **changed)) is code


def test_fiscal_money_goes_to_poor_villages_unless_there_is_a_reason() -> None:
    village = Village()
    village.poor = False
    assert code_of(village.propose(1)) is Code.NO_EVIDENCE
    assert names_of(village.propose(1, reason="跨村连片水源")) == ["ProjectProposed"]
    assert code_of(village.propose(1, reason="跨村连片水源")) is Code.DUPLICATE


def test_a_leader_proposes_for_his_own_team_only() -> None:
    village = Village()
    leader = somebody(4, Role.TEAM_LEADER)
    village.propose(1)
    command = pcmd.DetermineProject(project=PROJECT)
    assert code_of(village.step(command, leader, caller_team=NEIGHBOUR)) is Code.AUTH


def test_fiscal_money_is_appropriated_for_an_approved_project_of_that_place_alone() -> None:
    village = Village()
    given = {
        "appropriation": "AX",
        "kind": FISCAL,
        "source": FundSource.COUNTY,
        "year": 2017,
        "amount": 1,
    }

    def appropriate(recipient: str = VILLAGE[:9], project: str | None = PROJECT) -> Any:
        command = cmd.Appropriate(**given, recipient=recipient, project=project)
        return village.when(command, COUNTY_FINANCE, Known(recipient, project=project))

    assert code_of(appropriate(project=None)) is Code.NO_PROJECT_APPROVAL
    village.propose(1)
    assert code_of(appropriate()) is Code.NO_VR_MEETING
    village.meet()
    village.determine()
    assert code_of(appropriate()) is Code.NO_TWP_DOC
    village.review()
    village.document()
    assert code_of(appropriate()) is Code.NO_PROJECT_APPROVAL
    village.decide()
    assert code_of(appropriate(recipient="530113101")) is Code.USE_NOT_ALLOWED
    assert names_of(appropriate()) == ["FundAppropriated"]


def test_fiscal_money_is_allotted_to_the_team_of_its_project_alone() -> None:
    village = Village()
    village.approved(100)
    village.fund_project(50)
    given = cmd.Appropriate(
        appropriation="AY",
        kind=FISCAL,
        source=FundSource.COUNTY,
        recipient=VILLAGE[:9],
        year=2017,
        amount=50,
        project=PROJECT,
    )
    village.when(given, COUNTY_FINANCE, Known(VILLAGE[:9], project=PROJECT))
    received = cmd.Receive(appropriation="AY", amount=50, received_on=village.today)
    village.when(received, CASHIER, Known(VILLAGE[:9]))
    allotted = cmd.Allot(appropriation="AY", allotment="L1", team=NEIGHBOUR, amount=50)
    known = Known(VILLAGES[NEIGHBOUR], kind=FISCAL, project=PROJECT)
    assert code_of(village.when(allotted, COUNTY_FINANCE, known)) is Code.USE_NOT_ALLOWED


def test_money_given_for_a_project_pays_for_nothing_else() -> None:
    village = Village()
    village.approved(fen("50000"))
    village.fund_project(fen("50000"))
    village.posted()
    # Another project of the same team and kind, approved and posted, finds no money of its own.
    village.states["project/X2"] = village.project()
    other = village.request(1, "Y2", FISCAL, Use.PROJECT, project="X2")
    assert names_of(other) == ["SpendingRequested"]
    assert code_of(village.approve("Y2", FISCAL)) is Code.OVERSPEND
    village.ask(fen("50000"))
    assert names_of(village.approve(kind=FISCAL)) == ["FundReserved"]


def test_a_donors_money_pays_for_his_project_and_no_strangers() -> None:
    village = Village()
    village.propose_other(100)
    village.meet()
    village.determine()
    village.give_consent()
    kind = FundKind.OTHER
    village.assist(100, "R1", kind=kind, source=FundSource.INVESTOR, giver="P000777")
    village.ask(100, kind=kind)
    assert code_of(village.approve(kind=kind)) is Code.OVERSPEND
    named = village.assist(60, "R2", kind=kind, source=FundSource.INVESTOR, giver=DONOR.person, project=PROJECT)
    assert names_of(named) == ["AssistanceFundReceived"]
    assert code_of(village.approve(kind=kind)) is Code.OVERSPEND
    village.assist(40, "R3", kind=kind, source=FundSource.INVESTOR, giver=DONOR.person)
    assert names_of(village.approve(kind=kind)) == ["FundReserved"]


def test_a_projects_payments_never_exceed_its_amount() -> None:
    village = Village()
    village.approved(100)
    village.fund_project(150)
    village.posted()
    village.ask(60, "Y1")
    village.ask(60, "Y2")
    assert names_of(village.approve("Y1", FISCAL)) == ["FundReserved"]
    assert code_of(village.approve("Y2", FISCAL)) is Code.OVERSPEND


def test_a_small_change_stays_within_the_chain_and_a_big_one_or_a_new_site_goes_through_it_again() -> None:
    village = Village()
    village.approved(1000)
    assert code_of(village.change(1000)) is Code.WRONG_STATE
    small = village.change(1100)
    assert isinstance(small, list)
    assert isinstance(small[0], ProjectChanged)
    assert not small[0].chain_again
    assert names_of(village.ask(1)) == ["SpendingRequested"]
    # 10 percent is measured from what was approved, not from the last change.
    big = village.change(1101)
    assert isinstance(big, list)
    assert isinstance(big[0], ProjectChanged)
    assert big[0].chain_again
    assert code_of(village.ask(1, "Y2")) is Code.NO_VR_MEETING
    assert code_of(village.determine()) is Code.NO_VR_MEETING


def test_another_site_goes_through_the_chain_again_and_is_posted_anew() -> None:
    village = Village()
    village.approved(1000)
    village.posted()
    village.change(1000, "三组水源点")
    for done in (village.meet(), village.determine(), village.review(), village.document(), village.decide()):
        assert isinstance(done, list), done
    village.fund_project(1000)
    village.ask(1)
    assert code_of(village.approve(kind=FISCAL)) is Code.NO_NOTICE
    village.posted("N2")
    assert names_of(village.approve(kind=FISCAL)) == ["FundReserved"]


def test_a_project_is_not_changed_below_what_was_spent() -> None:
    village = Village()
    village.approved(1000)
    village.fund_project(1000)
    village.posted()
    village.ask(950)
    village.approve(kind=FISCAL)
    assert code_of(village.change(949)) is Code.OVERSPEND


def test_work_does_not_start_before_its_approval() -> None:
    village = Village()
    village.approved(1)
    assert code_of(village.start(TODAY - timedelta(days=1))) is Code.NO_PROJECT_APPROVAL
    assert code_of(village.start(TODAY + timedelta(days=1))) is Code.FUTURE_DATE
    assert names_of(village.start()) == ["ProjectStarted"]


def test_a_special_subsidy_project_may_be_paid_with_consent_of_the_finance_body() -> None:
    village = Village()
    village.fund(500)
    village.propose(500, kind=FundKind.SPECIAL, source=FundSource.CITY)
    village.meet()
    village.determine()
    assert code_of(village.request(500, project=PROJECT)) is Code.NO_CONSENT
    village.give_consent(somebody(1, Role.CITY_FINANCE))
    assert names_of(village.request(500, project=PROJECT)) == ["SpendingRequested"]
    assert names_of(village.approve()) == ["FundReserved"]
    assert code_of(village.request(1, "Y2", kind=FundKind.WORK, use=Use.OFFICE, project=PROJECT)) is Code.CROSS_KIND


@pytest.fixture
def under_way() -> Village:
    """A fiscal project whose plan stood its ten days; money is there, one payment approved, one asked for."""
    village = Village()
    village.approved(1000)
    village.fund_project(1000)
    village.posted()
    village.start()
    village.ask(400, "Y1")
    village.approve("Y1", FISCAL)
    village.ask(300, "Y2")
    return village


def test_the_plan_stands_ten_days_in_the_village_before_money_is_spent() -> None:
    village = Village()
    village.propose(1000)
    assert code_of(village.post()) is Code.NO_VR_MEETING
    village = Village()
    village.approved(1000)
    village.fund_project(1000)
    village.ask(1)
    assert code_of(village.approve(kind=FISCAL)) is Code.NO_NOTICE
    assert code_of(village.post(days=9)) is Code.NO_NOTICE
    assert names_of(village.post()) == ["ProjectFundsPublicised"]
    assert code_of(village.post()) is Code.DUPLICATE
    village.today += timedelta(days=9)
    assert code_of(village.complete()) is Code.WRONG_INTERVAL
    assert code_of(village.approve(kind=FISCAL)) is Code.NO_NOTICE
    village.today += timedelta(days=1)
    assert names_of(village.complete()) == ["NoticePeriodCompleted"]
    assert code_of(village.complete()) is Code.WRONG_STATE
    assert names_of(village.approve(kind=FISCAL)) == ["FundReserved"]


def test_w71_an_open_objection_holds_the_next_payment_until_it_is_answered(under_way: Village) -> None:
    assert code_of(under_way.object(notice="N9")) is Code.UNKNOWN_CASE
    under_way.object()
    assert code_of(under_way.object()) is Code.DUPLICATE
    assert code_of(under_way.pay("Y1", FISCAL)) is Code.NO_NOTICE
    assert code_of(under_way.approve("Y2", FISCAL)) is Code.NO_NOTICE
    assert names_of(under_way.resolve()) == ["NoticeObjectionResolved"]
    assert code_of(under_way.resolve()) is Code.UNKNOWN_CASE
    assert names_of(under_way.pay("Y1", FISCAL)) == ["FundDisbursed"]
    assert names_of(under_way.approve("Y2", FISCAL)) == ["FundReserved"]


def test_an_upheld_objection_to_the_plan_strikes_its_notice(under_way: Village) -> None:
    under_way.object()
    under_way.resolve(upheld=True)
    assert code_of(under_way.pay("Y1", FISCAL)) is Code.NO_NOTICE
    under_way.posted("N2")
    assert names_of(under_way.pay("Y1", FISCAL)) == ["FundDisbursed"]


def test_a_notice_with_an_open_objection_is_not_completed() -> None:
    village = Village()
    village.approved(1)
    village.post()
    village.object()
    village.today += timedelta(days=10)
    assert code_of(village.complete()) is Code.NO_NOTICE
    village.resolve()
    assert names_of(village.complete()) == ["NoticePeriodCompleted"]


def test_uses_are_posted_after_payment_and_a_project_is_accepted_only_when_all_are(under_way: Village) -> None:
    use = NoticePhase.USE
    assert code_of(under_way.post("U1", use, "Y1")) is Code.WRONG_STATE
    assert code_of(under_way.post("U1", use)) is Code.WRONG_STATE
    assert code_of(under_way.accept()) is Code.WRONG_STATE
    under_way.pay("Y1", FISCAL)
    assert code_of(under_way.post("P2", NoticePhase.PLAN, "Y1")) is Code.WRONG_STATE
    assert code_of(under_way.accept()) is Code.NO_NOTICE
    under_way.posted("U1", use, "Y1")
    assert names_of(under_way.accept()) == ["ProjectAccepted"]
    assert code_of(under_way.ask(1, "Y3")) is Code.WRONG_STATE
    assert code_of(under_way.change(1)) is Code.WRONG_STATE


def test_a_project_that_has_not_started_is_not_accepted() -> None:
    village = Village()
    village.approved(1)
    assert code_of(village.accept()) is Code.WRONG_STATE


def test_assistance_money_for_a_project_names_that_projects_giver() -> None:
    village = Village()
    village.propose_other(1)
    wrong = village.assist(1, kind=FundKind.OTHER, source=FundSource.INVESTOR, giver="P000777", project=PROJECT)
    assert code_of(wrong) is Code.USE_NOT_ALLOWED


def test_the_leader_may_propose_and_determine_as_the_committees_may() -> None:
    leader = somebody(4, Role.TEAM_LEADER)
    village = Village()
    village.propose(1, by=leader)
    village.meet()
    assert names_of(village.determine(leader)) == ["ProjectDetermined"]

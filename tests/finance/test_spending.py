"""Money leaves a book by request, approval and payment, each by another person (Art. 19)."""

from datetime import date

import pytest

from contracts.fact import Actor
from contracts.finance import FundDisbursed, FundKind, FundReserved, FundSource, Use
from contracts.identifiers import Role
from contracts.refusals import Code
from services.finance import commands as cmd
from services.finance.known import Known
from services.finance.words import yuan
from tests.finance.treasury import (
    APPROVER,
    CASHIER,
    COUNTY_FINANCE,
    LEADER,
    NEIGHBOUR,
    TEAM,
    UNIT_CLERK,
    VILLAGE,
    Treasury,
    code_of,
    fen,
    names_of,
    somebody,
)


@pytest.fixture
def treasury() -> Treasury:
    """The team's special book holds 30 000.00 yuan."""
    treasury = Treasury()
    treasury.fund(fen("30000"))
    return treasury


def test_w60_the_whole_balance_can_be_paid(treasury: Treasury) -> None:
    assert names_of(treasury.request(fen("30000"))) == ["SpendingRequested"]
    assert names_of(treasury.approve()) == ["FundReserved"]
    assert names_of(treasury.pay()) == ["FundDisbursed"]
    assert (treasury.book().available, treasury.book().disbursed) == (0, fen("30000"))


def test_w60_one_fen_more_than_the_balance_is_refused(treasury: Treasury) -> None:
    treasury.request(fen("30000.01"))
    refusal = treasury.approve()
    assert code_of(refusal) is Code.OVERSPEND
    assert "30000.00" in str(refusal)
    assert "30000.01" in str(refusal)
    assert treasury.book().available == fen("30000")


def test_w61_of_two_requests_that_do_not_fit_together_the_first_approved_is_reserved() -> None:
    treasury = Treasury()
    treasury.fund(fen("100000"))
    treasury.request(fen("60000"), "Y1")
    treasury.request(fen("60000"), "Y2")
    assert names_of(treasury.approve("Y2")) == ["FundReserved"]
    assert code_of(treasury.approve("Y1")) is Code.OVERSPEND


def test_an_approval_refused_for_want_of_money_succeeds_once_there_is_money(treasury: Treasury) -> None:
    treasury.request(fen("40000"))
    assert code_of(treasury.approve()) is Code.OVERSPEND
    treasury.fund(fen("10000"))
    assert names_of(treasury.approve()) == ["FundReserved"]


@pytest.mark.parametrize(
    ("kind", "use"),
    [
        (FundKind.SPECIAL, Use.OFFICE),
        (FundKind.WORK, Use.INFRASTRUCTURE),
        (FundKind.SPECIAL, Use.PROJECT),
        (FundKind.WORK, Use.BOARD),
        (FundKind.ASSISTANCE, Use.OTHER),
    ],
)
def test_w62_each_kind_of_money_has_its_own_uses(treasury: Treasury, kind: FundKind, use: Use) -> None:
    assert code_of(treasury.request(1, kind=kind, use=use)) is Code.USE_NOT_ALLOWED


@pytest.mark.parametrize(
    ("kind", "use"),
    [
        *((FundKind.SPECIAL, use) for use in list(Use)[:4]),
        *((FundKind.WORK, use) for use in list(Use)[4:8]),
    ],
)
def test_the_uses_that_article_19_names_are_open(treasury: Treasury, kind: FundKind, use: Use) -> None:
    assert names_of(treasury.request(1, kind=kind, use=use)) == ["SpendingRequested"]


def test_another_use_needs_a_reason_and_the_consent_of_county_finance_and_of_the_unit(treasury: Treasury) -> None:
    assert code_of(treasury.request(1, use=Use.OTHER)) is Code.NO_EVIDENCE
    assert code_of(treasury.consent(COUNTY_FINANCE)) is Code.UNKNOWN_CASE
    treasury.request(1, use=Use.OTHER, reason="山洪后抢修便道")
    refusal = treasury.approve()
    assert code_of(refusal) is Code.USE_NOT_ALLOWED
    assert "县级财政部门" in str(refusal)
    assert "派出单位" in str(refusal)
    assert names_of(treasury.consent(COUNTY_FINANCE)) == ["OtherUseConsented"]
    assert code_of(treasury.consent(COUNTY_FINANCE)) is Code.DUPLICATE
    assert code_of(treasury.approve()) is Code.USE_NOT_ALLOWED
    stranger = somebody(9, Role.DISPATCHING_UNIT, "O0009")
    assert code_of(treasury.consent(stranger)) is Code.NOT_POSTED
    assert names_of(treasury.consent(UNIT_CLERK)) == ["OtherUseConsented"]
    assert names_of(treasury.approve()) == ["FundReserved"]


def test_consent_is_asked_for_other_uses_only(treasury: Treasury) -> None:
    treasury.request(1)
    assert code_of(treasury.consent(COUNTY_FINANCE)) is Code.WRONG_STATE


def test_who_asked_does_not_consent(treasury: Treasury) -> None:
    treasury.request(1, use=Use.OTHER, reason="抢修")
    assert code_of(treasury.consent(somebody(4, Role.COUNTY_FINANCE))) is Code.SELF


def test_a_refused_request_is_over(treasury: Treasury) -> None:
    treasury.request(1)
    assert code_of(treasury.refuse(by=somebody(4, Role.TOWNSHIP_LEADER))) is Code.SELF
    assert names_of(treasury.refuse()) == ["SpendingRefused"]
    assert code_of(treasury.approve()) is Code.WRONG_STATE
    assert code_of(treasury.refuse()) is Code.WRONG_STATE


@pytest.mark.parametrize("from_kind", list(FundKind))
@pytest.mark.parametrize("to_kind", list(FundKind))
def test_w63_money_never_changes_its_kind(from_kind: FundKind, to_kind: FundKind) -> None:
    move = cmd.Move(team=TEAM, from_kind=from_kind, to_kind=to_kind, amount=fen("5000"))
    assert code_of(Treasury().when(move, CASHIER, Known(VILLAGE))) is Code.CROSS_KIND


@pytest.mark.parametrize("use", list(Use)[4:8])
def test_assistance_money_is_not_spent_as_work_fund(use: Use) -> None:
    assert code_of(Treasury().request(1, kind=FundKind.ASSISTANCE, use=use)) is Code.CROSS_KIND


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (FundKind.FISCAL_POVERTY, Code.NO_PROJECT_APPROVAL),
        (FundKind.ASSISTANCE, Code.NO_VR_MEETING),
        (FundKind.OTHER, Code.NO_VR_MEETING),
    ],
)
def test_project_money_waits_for_its_project(kind: FundKind, code: Code) -> None:
    assert code_of(Treasury().request(1, kind=kind, use=Use.PROJECT)) is code


def test_only_the_teams_own_leader_asks(treasury: Treasury) -> None:
    assert code_of(treasury.request(1, caller_team=NEIGHBOUR)) is Code.AUTH


def test_who_asks_does_not_approve(treasury: Treasury) -> None:
    treasury.request(1)
    both = somebody(4, Role.TOWNSHIP_LEADER)
    assert code_of(treasury.approve(by=both)) is Code.SELF


@pytest.mark.parametrize("person", [4, 5])
def test_neither_who_asked_nor_who_approved_pays(treasury: Treasury, person: int) -> None:
    treasury.request(1)
    treasury.approve()
    assert code_of(treasury.pay(by=somebody(person, Role.TOWNSHIP_FINANCE))) is Code.SELF
    assert names_of(treasury.pay()) == ["FundDisbursed"]


def test_acting_for_somebody_counts_as_that_somebody(treasury: Treasury) -> None:
    treasury.request(1)
    deputy = Actor(person="P000099", role=Role.TOWNSHIP_LEADER, on_behalf_of=LEADER.person)
    assert code_of(treasury.approve(by=deputy)) is Code.SELF


def test_a_payment_names_who_asked_and_who_approved(treasury: Treasury) -> None:
    treasury.request(1)
    treasury.approve()
    paid = treasury.pay()
    assert isinstance(paid, list)
    assert isinstance(paid[0], FundDisbursed)
    assert (paid[0].requested_by, paid[0].approved_by) == (LEADER.person, APPROVER.person)
    assert paid[0].actor == CASHIER


def test_each_step_is_taken_once_and_in_order(treasury: Treasury) -> None:
    assert code_of(treasury.approve()) is Code.UNKNOWN_CASE
    treasury.request(1)
    assert code_of(treasury.request(1)) is Code.DUPLICATE
    assert code_of(treasury.pay()) is Code.WRONG_STATE
    assert code_of(treasury.release()) is Code.WRONG_STATE
    treasury.approve()
    assert code_of(treasury.approve()) is Code.WRONG_STATE
    treasury.pay()
    assert code_of(treasury.pay()) is Code.WRONG_STATE
    assert code_of(treasury.release()) is Code.WRONG_STATE


def test_a_payment_of_one_kind_is_unknown_in_the_book_of_another(treasury: Treasury) -> None:
    treasury.request(1)
    assert code_of(treasury.approve(kind=FundKind.WORK)) is Code.UNKNOWN_CASE


def test_what_is_released_can_be_committed_again(treasury: Treasury) -> None:
    treasury.request(fen("30000"), "Y1")
    treasury.approve("Y1")
    assert treasury.book().available == 0
    assert names_of(treasury.release("Y1")) == ["FundReleased"]
    assert treasury.book().available == fen("30000")
    assert code_of(treasury.pay("Y1")) is Code.WRONG_STATE


def test_nothing_is_paid_on_a_day_to_come(treasury: Treasury) -> None:
    treasury.request(1)
    treasury.approve()
    assert code_of(treasury.pay(on=date(2017, 3, 2))) is Code.FUTURE_DATE


def test_nothing_is_paid_on_a_day_before_its_approval(treasury: Treasury) -> None:
    treasury.request(1)
    treasury.approve()
    assert code_of(treasury.pay(on=date(2017, 2, 28))) is Code.WRONG_INTERVAL


def test_a_payment_is_borne_source_by_source_in_the_order_of_the_rules() -> None:
    treasury = Treasury()
    treasury.appropriate(100, "B", source=FundSource.COUNTY)
    treasury.receive(100, "B")
    treasury.allot(100, "B1", name="B")
    treasury.fund(50)
    treasury.request(120)
    reserved = treasury.approve()
    assert isinstance(reserved, list)
    assert isinstance(reserved[0], FundReserved)
    assert [(part.source, part.amount) for part in reserved[0].parts] == [
        (FundSource.CITY, 50),
        (FundSource.COUNTY, 70),
    ]
    treasury.pay()
    assert {str(pot): treasury.book().held(pot, "available") for pot in treasury.book().pots.values()} == {
        "county": 30,
        "city": 0,
    }


def test_w66_what_a_year_leaves_opens_the_next_in_the_same_team_and_kind() -> None:
    treasury = Treasury(date(2016, 6, 1))
    treasury.contribute(fen("20000"))
    treasury.request(fen("7654.33"), kind=FundKind.WORK, use=Use.TRAVEL)
    treasury.approve(kind=FundKind.WORK)
    treasury.pay(kind=FundKind.WORK)
    treasury.today = date(2017, 1, 1)
    assert treasury.book(kind=FundKind.WORK).available == fen("12345.67")
    assert treasury.book(kind=FundKind.SPECIAL).available == 0
    treasury.request(fen("12345.67"), "Y2", kind=FundKind.WORK, use=Use.OFFICE)
    assert names_of(treasury.approve("Y2", kind=FundKind.WORK)) == ["FundReserved"]


@pytest.mark.parametrize(("amount", "written"), [(1, "0.01"), (100, "1.00"), (3_000_001, "30000.01")])
def test_money_is_written_to_the_fen(amount: int, written: str) -> None:
    assert yuan(amount) == written

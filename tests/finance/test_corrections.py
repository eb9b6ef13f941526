"""What comes back, what was booked wrongly, and the end of a year: always new entries, never an edit (Art. 19)."""

from datetime import date
from typing import Any

import pytest

from contracts.finance import (
    BalanceCarriedOver,
    BooksClosed,
    DisbursementReversed,
    FundKind,
    FundSource,
    RefundReceived,
    Use,
    WorkFundContributed,
)
from contracts.identifiers import Role
from contracts.refusals import Code
from services.finance import commands as cmd
from services.finance.known import Known
from services.finance.state import BrokenBooks, evolve
from services.runtime.decisions import Recorded
from tests.finance.treasury import (
    APPROVER,
    CASHIER,
    NEIGHBOUR,
    TEAM,
    VILLAGE,
    Treasury,
    code_of,
    fen,
    names_of,
    somebody,
)

WORK = FundKind.WORK


@pytest.fixture
def treasury() -> Treasury:
    """Special book 30 000.00 and work book 20 000.00; 5 000.00 paid out of the work book."""
    treasury = Treasury()
    treasury.fund(fen("30000"))
    treasury.contribute(fen("20000"))
    treasury.request(fen("5000"), kind=WORK, use=Use.OFFICE)
    treasury.approve(kind=WORK)
    treasury.pay(kind=WORK)
    return treasury


def test_w73_a_payment_in_the_wrong_book_is_reversed_and_booked_anew(treasury: Treasury) -> None:
    before = list(treasury.facts)
    assert names_of(treasury.reverse(kind=WORK)) == ["DisbursementReversed"]
    assert treasury.book(kind=WORK).available == fen("20000")
    assert names_of(treasury.request(fen("5000"), "Y2")) == ["SpendingRequested"]
    treasury.approve("Y2")
    assert names_of(treasury.pay("Y2")) == ["FundDisbursed"]
    assert (treasury.book().available, treasury.book().disbursed) == (fen("25000"), fen("5000"))
    assert (treasury.book(kind=WORK).available, treasury.book(kind=WORK).disbursed) == (fen("20000"), 0)
    assert treasury.facts[: len(before)] == before
    assert code_of(treasury.reverse(kind=WORK)) is Code.WRONG_STATE


def test_who_asked_or_approved_does_not_reverse(treasury: Treasury) -> None:
    assert code_of(treasury.reverse(kind=WORK, by=somebody(5, Role.TOWNSHIP_FINANCE))) is Code.SELF
    assert code_of(treasury.reverse(kind=WORK, by=somebody(4, Role.TOWNSHIP_FINANCE))) is Code.SELF


def test_only_what_was_paid_comes_back(treasury: Treasury) -> None:
    treasury.request(fen("100"), "Y2")
    assert code_of(treasury.refund(1, payment="Y2")) is Code.WRONG_STATE
    assert code_of(treasury.reverse("Y2")) is Code.WRONG_STATE
    assert code_of(treasury.refund(1, payment="Y9")) is Code.UNKNOWN_CASE


def test_refunds_go_back_to_the_book_and_never_exceed_the_payment(treasury: Treasury) -> None:
    assert names_of(treasury.refund(fen("2000"), "F1", kind=WORK)) == ["RefundReceived"]
    assert treasury.book(kind=WORK).available == fen("17000")
    assert code_of(treasury.refund(1, "F1", kind=WORK)) is Code.DUPLICATE
    assert code_of(treasury.refund(fen("3000.01"), "F2", kind=WORK)) is Code.OVERSPEND
    assert code_of(treasury.refund(1, "F2", kind=WORK, received_on=date(2017, 3, 2))) is Code.FUTURE_DATE
    assert code_of(treasury.refund(1, "F2", kind=WORK, received_on=date(2017, 2, 28))) is Code.WRONG_INTERVAL
    reversed_ = treasury.reverse(kind=WORK)
    assert isinstance(reversed_, list)
    assert isinstance(reversed_[0], DisbursementReversed)
    assert reversed_[0].amount == fen("3000")
    assert treasury.book(kind=WORK).available == fen("20000")


def test_a_payment_wholly_refunded_has_nothing_left_to_reverse(treasury: Treasury) -> None:
    treasury.refund(fen("5000"), kind=WORK)
    assert code_of(treasury.reverse(kind=WORK)) is Code.WRONG_STATE


def test_the_books_of_a_year_are_closed_after_its_end_and_once(treasury: Treasury) -> None:
    assert code_of(treasury.close(2017, WORK)) is Code.FUTURE_DATE
    treasury.today = date(2018, 1, 10)
    closed = treasury.close(2017, WORK)
    assert isinstance(closed, list)
    books, carried = closed
    assert isinstance(books, BooksClosed)
    assert (books.opening, books.received, books.spent, books.reserved, books.closing) == (
        0,
        fen("20000"),
        fen("5000"),
        0,
        fen("15000"),
    )
    assert isinstance(carried, BalanceCarriedOver)
    assert (carried.amount, [part.amount for part in carried.parts]) == (fen("15000"), [fen("15000")])
    assert code_of(treasury.close(2017, WORK)) is Code.DUPLICATE
    assert code_of(treasury.close(2016, WORK)) is Code.DUPLICATE
    assert treasury.book(kind=WORK).available == fen("15000")


def test_nothing_is_dated_into_a_closed_year(treasury: Treasury) -> None:
    treasury.request(fen("100"), "Y2", WORK, Use.TRAVEL)
    treasury.approve("Y2", WORK)
    treasury.today = date(2018, 1, 10)
    treasury.close(2017, WORK)
    treasury.close(2017, FundKind.ASSISTANCE)
    assert code_of(treasury.pay("Y2", WORK, on=date(2017, 12, 31))) is Code.PERIOD_CLOSED
    assert code_of(treasury.refund(1, kind=WORK, received_on=date(2017, 12, 31))) is Code.PERIOD_CLOSED
    assert code_of(treasury.assist(1, received_on=date(2017, 12, 31))) is Code.PERIOD_CLOSED
    assert names_of(treasury.pay("Y2", WORK, on=date(2018, 1, 1))) == ["FundDisbursed"]
    assert names_of(treasury.refund(1, kind=WORK, received_on=date(2018, 1, 1))) == ["RefundReceived"]


def test_what_is_committed_at_the_years_end_is_carried_over_with_it(treasury: Treasury) -> None:
    treasury.request(fen("100"), "Y2", WORK, Use.TRAVEL)
    treasury.approve("Y2", WORK)
    treasury.today = date(2018, 1, 10)
    closed = treasury.close(2017, WORK)
    assert isinstance(closed, list)
    assert isinstance(closed[0], BooksClosed)
    assert (closed[0].reserved, closed[0].closing) == (fen("100"), fen("15000"))


def test_closing_one_book_closes_no_other(treasury: Treasury) -> None:
    treasury.today = date(2018, 1, 10)
    treasury.close(2017, WORK)
    assert treasury.book().closed_through == 0
    assert treasury.book(team=NEIGHBOUR, kind=WORK).closed_through == 0


def test_a_refund_goes_to_the_source_that_was_drawn_on_last() -> None:
    treasury = Treasury()
    treasury.fund(50)
    treasury.appropriate(100, "B", source=FundSource.COUNTY)
    treasury.receive(100, "B")
    treasury.allot(100, "B1", name="B")
    treasury.request(120)
    treasury.approve()
    treasury.pay()
    back = treasury.refund(80)
    assert isinstance(back, list)
    assert isinstance(back[0], RefundReceived)
    assert [(part.source, part.amount) for part in back[0].parts] == [(FundSource.COUNTY, 70), (FundSource.CITY, 10)]


def test_a_log_that_dates_an_entry_into_a_closed_year_is_broken(treasury: Treasury) -> None:
    earlier = next(one for one in treasury.facts if isinstance(one, WorkFundContributed))
    treasury.today = date(2018, 1, 10)
    treasury.close(2017, WORK)
    again = Recorded("-", "fund/T0001/work", 9, earlier.model_copy(update={"contribution": "C9"}))
    with pytest.raises(BrokenBooks, match="closed"):
        evolve(treasury.book(kind=WORK), again)


def test_a_log_whose_parts_are_not_the_amount_is_broken(treasury: Treasury) -> None:
    treasury.request(100, "Y2", WORK, Use.TRAVEL)
    reserved = treasury.approve("Y2", WORK)
    assert isinstance(reserved, list)
    wrong = reserved[0].model_copy(update={"amount": 99})
    with pytest.raises(BrokenBooks, match="parts"):
        evolve(treasury.book(kind=WORK), Recorded("-", "fund/T0001/work", 9, wrong))


def test_a79_a_dissolved_teams_books_are_frozen_and_county_finance_hands_on_what_they_hold(treasury: Treasury) -> None:
    treasury.request(fen("1000"), "Y2", WORK, Use.TRAVEL)
    assert code_of(treasury.hand_over(1, kind=WORK, dissolved=False)) is Code.CROSS_KIND
    assert code_of(treasury.hand_over(1, kind=WORK, to_village=None)) is Code.PERIOD_CLOSED
    assert code_of(treasury.hand_over(1, kind=WORK, to_team=TEAM)) is Code.PERIOD_CLOSED
    assert code_of(treasury.hand_over(1, kind=WORK, to_village="530128100201")) is Code.USE_NOT_ALLOWED
    assert code_of(treasury.hand_over(fen("15000.01"), kind=WORK)) is Code.OVERSPEND
    handed = treasury.hand_over(fen("15000"), kind=WORK)
    assert names_of(handed) == ["FundHandedOut", "FundTakenOver"]
    assert treasury.book(kind=WORK).available == 0
    taken = treasury.book(NEIGHBOUR, WORK)
    assert {str(pot): taken.held(pot, "available") for pot in taken.pots.values()} == {"unit.O0001": fen("15000")}
    assert treasury.book(NEIGHBOUR).available == 0


@pytest.mark.parametrize(
    "command",
    [
        cmd.RequestSpending(payment="Y9", team=TEAM, kind=WORK, use=Use.OFFICE, amount=1, purpose="办公"),
        cmd.ApproveSpending(payment="Y2", team=TEAM, kind=WORK),
        cmd.ContributeWorkFund(
            contribution="C9", unit="O0001", team=TEAM, year=2017, persons=1, amount=1, from_kind=WORK
        ),
        cmd.ReceiveAssistance(
            receipt="R9",
            team=TEAM,
            kind=FundKind.ASSISTANCE,
            source=FundSource.UNIT,
            giver="O0001",
            amount=1,
            received_on=date(2017, 3, 1),
        ),
    ],
    ids=lambda command: type(command).__name__,
)
def test_a79_nothing_enters_or_is_committed_in_a_frozen_book(treasury: Treasury, command: Any) -> None:
    treasury.request(fen("1000"), "Y2", WORK, Use.TRAVEL)
    known = Known(VILLAGE, caller_team=TEAM, posts=1, dissolved=True)
    assert code_of(treasury.when(command, APPROVER, known)) is Code.PERIOD_CLOSED


def test_a79_what_was_committed_before_the_dissolution_is_still_paid(treasury: Treasury) -> None:
    treasury.request(fen("1000"), "Y2", WORK, Use.TRAVEL)
    treasury.approve("Y2", WORK)
    command = cmd.Disburse(payment="Y2", team=TEAM, kind=WORK, paid_on=treasury.today)
    assert names_of(treasury.when(command, CASHIER, Known(VILLAGE, dissolved=True))) == ["FundDisbursed"]

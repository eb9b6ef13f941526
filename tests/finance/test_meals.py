"""A78: one meal allowance for a person and day, whoever pays it: two payments, or a payment and the unit's board."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest

from contracts.fact import Fact
from contracts.finance import BoardSubsidyPaid, FundKind, Use
from contracts.meals import MealDaysFreed, MealDaysTaken
from contracts.money import MealClaim
from contracts.refusals import Code, Refusal
from services.finance import commands as cmd
from services.finance.known import Known
from services.finance.oversight.board import days_in
from services.finance.oversight.queries import Posted, board_lines
from tests.finance.treasury import TEAM, UNIT, UNIT_CLERK, VILLAGE, Treasury, code_of, fen, names_of

WORK = FundKind.WORK
MEMBER, OTHER = "P000002", "P000003"


def claim(person: str = MEMBER, *days: str) -> MealClaim:
    return MealClaim(person=person, days=tuple(map(date.fromisoformat, days or ("2017-05-10", "2017-05-11"))))


@pytest.fixture
def treasury() -> Treasury:
    treasury = Treasury(date(2017, 6, 1))
    treasury.contribute(fen("10000"))
    return treasury


def travel(treasury: Treasury, payment: str, *meals: MealClaim) -> list[Fact] | Refusal:
    return treasury.request(fen("600"), payment, WORK, Use.TRAVEL, meals=meals)


def board(treasury: Treasury, amount: str, month: str = "2017-05") -> list[Fact] | Refusal:
    first, last = days_in(month)
    days = frozenset(first + timedelta(days=number) for number in range((last - first).days + 1))
    command = cmd.PayBoard(person=MEMBER, unit=UNIT, month=month, amount=fen(amount), paid_on=treasury.today)
    return treasury.when(command, UNIT_CLERK, Known(VILLAGE, team=TEAM, board_days=days))


def test_travel_says_for_whom_and_which_days_it_holds_a_meal_allowance(treasury: Treasury) -> None:
    assert code_of(treasury.request(1, "Y1", WORK, Use.TRAVEL, meals=None)) is Code.NO_EVIDENCE
    assert code_of(treasury.request(1, "Y1", WORK, Use.OFFICE, meals=(claim(),))) is Code.USE_NOT_ALLOWED
    assert code_of(travel(treasury, "Y1", claim(), claim())) is Code.DUPLICATE
    assert code_of(travel(treasury, "Y1", claim(MEMBER, "2017-08-01"))) is Code.FUTURE_DATE
    assert names_of(travel(treasury, "Y0", claim(MEMBER, "2017-07-31"))) == ["SpendingRequested"]
    assert names_of(travel(treasury, "Y1")) == ["SpendingRequested"]
    assert names_of(treasury.approve("Y1", WORK)) == ["FundReserved"]


def test_who_is_named_is_posted_in_the_team_on_each_day(treasury: Treasury) -> None:
    command = cmd.RequestSpending(
        payment="Y1", team=TEAM, kind=WORK, use=Use.TRAVEL, amount=1, purpose="参会", meals=(claim(),)
    )
    known = Known(VILLAGE, caller_team=TEAM, meals=command.meals or (), strangers=frozenset({MEMBER}))
    assert code_of(treasury.when(command, UNIT_CLERK, known)) is Code.NOT_POSTED


def test_of_two_payments_for_one_day_the_first_approved_holds_it(treasury: Treasury) -> None:
    travel(treasury, "Y1", claim(), claim(OTHER))
    travel(treasury, "Y2", claim(MEMBER, "2017-05-11", "2017-05-12"))
    approved = treasury.approve("Y2", WORK)
    assert names_of(approved) == ["FundReserved", "MealDaysTaken"]
    refused = treasury.approve("Y1", WORK)
    assert code_of(refused) is Code.DUPLICATE
    assert isinstance(refused, Refusal)
    assert "2017-05-11" in refused.zh
    assert code_of(travel(treasury, "Y3", claim(MEMBER, "2017-05-12"))) is Code.DUPLICATE
    assert names_of(travel(treasury, "Y3", claim(OTHER, "2017-05-12"))) == ["SpendingRequested"]


def test_a_day_is_free_again_when_its_payment_is_given_back_reversed_or_wholly_refunded(treasury: Treasury) -> None:
    ways: dict[str, Callable[[], list[Fact] | Refusal]] = {
        "Y1": lambda: treasury.release("Y1", WORK),
        "Y2": lambda: (treasury.pay("Y2", WORK), treasury.reverse("Y2", WORK))[1],
        "Y3": lambda: (treasury.pay("Y3", WORK), treasury.refund(fen("600"), payment="Y3", kind=WORK))[1],
    }
    for payment, way in ways.items():
        travel(treasury, payment, claim())
        assert names_of(treasury.approve(payment, WORK))[1:] == ["MealDaysTaken"]
        assert names_of(way())[1:] == ["MealDaysFreed"]


def test_a_refund_of_a_part_frees_nothing(treasury: Treasury) -> None:
    travel(treasury, "Y1", claim())
    treasury.approve("Y1", WORK)
    treasury.pay("Y1", WORK)
    assert names_of(treasury.refund(fen("599.99"), payment="Y1", kind=WORK)) == ["RefundReceived"]
    assert code_of(travel(treasury, "Y2", claim())) is Code.DUPLICATE
    assert names_of(treasury.refund(1, "F2", "Y1", WORK)) == ["RefundReceived", "MealDaysFreed"]


def test_days_over_a_years_end_stand_beside_the_board_of_each_year(treasury: Treasury) -> None:
    travel(treasury, "Y1", claim(MEMBER, "2016-12-31", "2017-01-01"))
    taken = treasury.approve("Y1", WORK)
    assert isinstance(taken, list)
    assert [one.days for one in taken if isinstance(one, MealDaysTaken)] == [
        (date(2016, 12, 31),),
        (date(2017, 1, 1),),
    ]
    freed = treasury.release("Y1", WORK)
    assert isinstance(freed, list)
    assert sum(isinstance(one, MealDaysFreed) for one in freed) == 2


def test_a_month_whose_board_is_paid_takes_no_other_meal_allowance(treasury: Treasury) -> None:
    travel(treasury, "Y1", claim())
    assert names_of(board(treasury, "900")) == ["BoardSubsidyPaid"]
    assert code_of(treasury.approve("Y1", WORK)) is Code.DUPLICATE
    assert code_of(travel(treasury, "Y2", claim())) is Code.DUPLICATE
    assert names_of(travel(treasury, "Y2", claim(MEMBER, "2017-04-30"))) == ["SpendingRequested"]
    assert names_of(travel(treasury, "Y3", claim(OTHER))) == ["SpendingRequested"]


def test_no_board_is_due_for_days_with_a_meal_allowance(treasury: Treasury) -> None:
    travel(treasury, "Y1", claim())
    treasury.approve("Y1", WORK)
    assert code_of(board(treasury, "841.95")) is Code.OVERSPEND
    paid = board(treasury, "841.94")
    assert isinstance(paid, list)
    (fact,) = paid
    assert isinstance(fact, BoardSubsidyPaid)
    assert (fact.days, fact.due) == (29, fen("841.94"))


def test_a_month_that_is_all_meal_allowance_owes_no_board(treasury: Treasury) -> None:
    days = [f"2017-05-{day:02d}" for day in range(1, 32)]
    travel(treasury, "Y1", claim(MEMBER, *days))
    treasury.approve("Y1", WORK)
    assert code_of(board(treasury, "0.01")) is Code.DUPLICATE


def test_the_list_of_unpaid_board_leaves_those_days_out() -> None:
    postings: Sequence[Posted] = [Posted(MEMBER, TEAM, VILLAGE, UNIT, date(2017, 5, 16), None)]
    meals = {(MEMBER, date(2017, 5, day)) for day in (10, 20, 21)}
    (line,) = board_lines(postings, {}, ["2017-05"], 90_000, meals)
    assert (len(line.posted), line.days, line.left) == (16, 14, fen("406.45"))

"""Meal allowances inside payments: one for a person and day, whoever pays it (Art. 17, A78).

A payment of a use that can hold them says for whom and which days. The days are taken when it is approved, beside the
board of that person, and are free again when it is given back, reversed or wholly refunded.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from contracts.finance import DisbursementReversed, FundReleased, FundReserved, PaymentFact, RefundReceived
from contracts.finance import SpendingRequested as Requested
from contracts.meals import MealDaysFreed, MealDaysTaken
from contracts.money import MealClaim
from contracts.refusals import Refusal
from services.finance import refusals as no
from services.finance.books import refusals as entry_no
from services.finance.books.account import Account
from services.finance.known import Known
from services.finance.saying import said
from services.finance.state import Board, State, held
from services.finance.streams import board_stream, fund_stream
from services.runtime.decisions import Act, Decided, Decision, Emit


def stream_keys(claims: Iterable[MealClaim]) -> list[str]:
    """The streams in which those days are kept."""
    return sorted({board_stream(claim.person, day.isoformat()) for claim in claims for day in claim.days})


def unsound(
    claims: Sequence[MealClaim] | None, use: str, known: Known, rules: Mapping[str, Any], today: date
) -> Refusal | None:
    """Why a request may not say this of its meal allowances: nothing where it must, or something where it cannot."""
    if use not in rules["meal.uses"]:
        return None if claims is None else entry_no.MEALS_NOT_IN_THIS_USE
    if claims is None:
        return entry_no.MEALS_UNSAID
    days = [(claim.person, day) for claim in claims for day in claim.days]
    if any(day > today + timedelta(days=rules["meal.days_ahead"]) for _, day in days):
        return no.FUTURE
    if len(set(days)) < len(days):
        return entry_no.MEAL_DAY_TWICE
    return entry_no.MEALS_OF_A_STRANGER if known.strangers else None


def with_meals(act: Act[Any, Known], step: PaymentFact, account: Account, states: Mapping[str, State]) -> Decision:
    """The step of a payment and what it does to its meal days; `account` is the book before the step."""
    also = _beside(act, step, account, states)
    if isinstance(also, Refusal):
        return also
    return Decided([Emit(fund_stream(step.team, step.kind), step), *also])


def _beside(
    act: Act[Any, Known], step: PaymentFact, account: Account, states: Mapping[str, State]
) -> list[Emit] | Refusal:
    payment = account.payments.get(step.payment)
    match step:
        case Requested(meals=claims):
            return _already_given(claims or (), states) or []
        case FundReserved() if payment is not None:
            return _already_given(payment.meals, states) or list(_days(act, step, payment.meals, MealDaysTaken))
        case FundReleased() | DisbursementReversed() if payment is not None:
            return list(_days(act, step, payment.meals, MealDaysFreed))
        case RefundReceived(amount=amount) if payment is not None and amount == payment.borne:
            return list(_days(act, step, payment.meals, MealDaysFreed))
    return []


def _already_given(claims: Sequence[MealClaim], states: Mapping[str, State]) -> Refusal | None:
    for claim in claims:
        for day in claim.days:
            board = held(states, board_stream(claim.person, day.isoformat()), Board)
            if day in board.meals:
                return entry_no.second_meal(claim.person, day)
            if any(month == day.isoformat()[:7] for month, _ in board.paid):
                return entry_no.board_is_paid(claim.person, day)
    return None


def _days(
    act: Act[Any, Known],
    step: PaymentFact,
    claims: Sequence[MealClaim],
    what: type[MealDaysTaken | MealDaysFreed],
) -> Iterator[Emit]:
    """One fact for each person and year."""
    for claim in claims:
        for _, days in groupby(sorted(claim.days), key=lambda day: day.year):
            own: tuple[date, ...] = tuple(days)
            fact = what(
                **said(act, "17.1"),
                person=claim.person,
                team=step.team,
                kind=step.kind,
                payment=step.payment,
                days=own,
            )
            yield Emit(board_stream(claim.person, own[0].isoformat()), fact)

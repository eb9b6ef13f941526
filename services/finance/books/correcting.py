"""What comes back, what was booked wrongly, and the end of a year in one book (Art. 19)."""

from collections.abc import Mapping
from typing import Any, TypeAlias, assert_never

from contracts import finance as fact
from contracts.refusals import Refusal
from services.finance import commands as cmd
from services.finance import refusals as no
from services.finance.books.account import part_of
from services.finance.books.accounts import AVAILABLE, RESERVED
from services.finance.books.meals import with_meals
from services.finance.known import Known
from services.finance.saying import fields, one, said, same_person
from services.finance.state import Account, Payment, PaymentState, State, held
from services.finance.streams import fund_stream
from services.runtime.decisions import Act, Decision

Correction: TypeAlias = cmd.RecordRefund | cmd.ReverseDisbursement | cmd.CloseBooks


def decide(act: Act[Any, Known], command: Correction, states: Mapping[str, State]) -> Decision:
    """The facts of a refund, a reversal or a year's end, or why there are none."""
    key = fund_stream(command.team, command.kind)
    account = held(states, key, Account)
    match command:
        case cmd.CloseBooks():
            decided = _close(act, command, account)
            return decided if isinstance(decided, Refusal) else one(key, *decided)
        case cmd.RecordRefund() | cmd.ReverseDisbursement():
            payment = account.payments.get(command.payment)
            if payment is None:
                return no.PAYMENT_UNKNOWN
            if payment.state is not PaymentState.DISBURSED:
                return no.NOT_DISBURSED
            if isinstance(command, cmd.RecordRefund):
                back: fact.PaymentFact | Refusal = _refund(act, command, account, payment)
            else:
                back = _reverse(act, command, payment)
            return back if isinstance(back, Refusal) else with_meals(act, back, account, states)
    assert_never(command)


def _refund(
    act: Act[Any, Known], command: cmd.RecordRefund, account: Account, payment: Payment
) -> fact.RefundReceived | Refusal:
    if command.refund in payment.refunds:
        return no.REFUND_EXISTS
    if command.received_on > act.today:
        return no.FUTURE
    if payment.paid_on is not None and command.received_on < payment.paid_on:
        return no.BACK_BEFORE_PAID
    if command.received_on.year <= account.closed_through:
        return no.year_closed(account.closed_through)
    if command.amount > payment.borne:
        return no.more_than_paid(payment.borne, command.amount)
    parts = _last_first(payment, command.amount)
    return fact.RefundReceived(**said(act, "19.1"), **fields(command), use=payment.use, parts=parts)


def _last_first(payment: Payment, amount: int) -> tuple[fact.Part, ...]:
    """What each source gets back: the one that was drawn on last comes first."""
    parts: list[fact.Part] = []
    for part in reversed(payment.parts):
        share = min(amount, part.amount)
        if share > 0:
            parts.append(part.model_copy(update={"amount": share}))
            amount -= share
    return tuple(parts)


def _reverse(
    act: Act[Any, Known], command: cmd.ReverseDisbursement, payment: Payment
) -> fact.DisbursementReversed | Refusal:
    before = [actor for actor in (payment.requested_by, payment.approved_by) if actor is not None]
    if act.rules["spend.segregation"] and any(same_person(act.by, actor) for actor in before):
        return no.SELF_PAYMENT
    if payment.borne == 0:
        return no.NOT_DISBURSED
    return fact.DisbursementReversed(
        **said(act, "19.2"),
        **fields(command),
        use=payment.use,
        amount=payment.borne,
        parts=payment.parts,
        reversed_on=act.today,
    )


def _close(
    act: Act[Any, Known], command: cmd.CloseBooks, account: Account
) -> tuple[fact.BooksClosed, fact.BalanceCarriedOver] | Refusal:
    year = command.year
    if year >= act.today.year:
        return no.YEAR_NOT_OVER
    if year <= account.closed_through:
        return no.BOOKS_CLOSED
    open_before = [at for at in account.by_year if account.closed_through < at < year]
    if open_before:
        return no.year_open(min(open_before))
    opening = account.total(AVAILABLE, year - 1) + account.total(RESERVED, year - 1)
    reserved = account.total(RESERVED, year)
    closing = account.total(AVAILABLE, year) + reserved
    spent = account.spent_in(year)
    header = said(act, "19.1") | fields(command)
    closed = fact.BooksClosed(
        **header, opening=opening, received=closing - opening + spent, spent=spent, reserved=reserved, closing=closing
    )
    parts = []
    for pot in account.pots.values():
        left = account.held(pot, AVAILABLE, year) + account.held(pot, RESERVED, year)
        if left > 0:
            parts.append(part_of(pot, left))
    return closed, fact.BalanceCarriedOver(**header, amount=closing, parts=tuple(parts))

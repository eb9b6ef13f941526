"""What stands beside the books: board that units pay themselves (Art. 17), supervision and misuse (Art. 19)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, assert_never

from contracts import finance as fact
from contracts.fact import Fact
from contracts.identifiers import Role
from contracts.refusals import Refusal
from services.finance import commands as cmd
from services.finance import refusals as no
from services.finance.known import Known
from services.finance.oversight.board import days_in, due_fen
from services.finance.saying import fields, one, said
from services.finance.state import Account, Board, Named, PaymentState, State, held
from services.finance.streams import board_stream, fund_stream, shortfall_stream, supervision_stream
from services.runtime.decisions import Act, Decision

States = Mapping[str, State]


@dataclass(frozen=True, slots=True)
class SayBoardOverdue:
    """The clock's own: the month is over, and what is due for it is not paid."""

    person: str
    unit: str
    month: str


@dataclass(frozen=True, slots=True)
class SayShortfall:
    """The clock's own: the year is over, and a body provided less than it owes. Fen."""

    duty: fact.FundingDuty
    year: int
    owed: int
    provided: int
    team: str | None = None
    unit: str | None = None


def decide(act: Act[Any, Known], command: cmd.Overseeing, states: States) -> Decision:
    """The one fact of a command, or why it is refused."""
    match command:
        case cmd.PayBoard():
            key = board_stream(command.person, command.month)
            paid = _pay_board(act, command, held(states, key, Board))
            return paid if isinstance(paid, Refusal) else one(key, paid)
        case cmd.GiveOpinion() | cmd.FlagMisuse():
            key = supervision_stream(command.team)
            given = _supervise(act, command, states, held(states, key, Named))
            return given if isinstance(given, Refusal) else one(key, given)
    assert_never(command)


def say_board_overdue(act: Act[Any, Any], states: Mapping[str, Any]) -> Decision:
    """What the clock says of one person's month; a refusal where it is paid or was never due."""
    command: SayBoardOverdue = act.command
    key = board_stream(command.person, command.month)
    board = held(states, key, Board)
    due = due_fen(len(act.known.board_days - board.meals.keys()), command.month, act.rules["board_fen"])
    paid = board.paid.get((command.month, command.unit), 0)
    if paid >= due or (command.month, command.unit) in board.overdue:
        return no.BOARD_PAID
    names = {"person": command.person, "unit": command.unit, "month": command.month}
    return one(key, fact.BoardSubsidyOverdue(**said(act, "17.1"), **names, due=due, paid=paid))


def say_shortfall(act: Act[Any, Any], states: Mapping[str, Any]) -> Decision:
    """What the clock says of one duty of a year that is over."""
    command: SayShortfall = act.command
    key = shortfall_stream(act.known.place, command.year)
    if f"{command.duty.value}/{command.team}/{command.unit}" in held(states, key, Named).names:
        return no.SHORTFALL_SAID
    clause = {
        fact.FundingDuty.CITY_SPECIAL: "18.1",
        fact.FundingDuty.COUNTY_MATCH: "18.3",
        fact.FundingDuty.ALLOTMENT: "18.4",
        fact.FundingDuty.WORK_FUND: "18.5",
    }[command.duty]
    members = {name: getattr(command, name) for name in ("duty", "year", "team", "unit", "owed", "provided")}
    return one(key, fact.FundingShortfallFound(**said(act, clause), **members))


def _pay_board(act: Act[Any, Known], command: cmd.PayBoard, board: Board) -> Fact | Refusal:
    if command.from_kind is not None:
        return no.BOARD_FROM_A_BOOK
    if command.paid_on > act.today or days_in(command.month)[0] > act.today:
        return no.FUTURE
    if not act.known.board_days or act.known.team is None:
        return no.NOT_POSTED_BY_UNIT
    days = len(act.known.board_days - board.meals.keys())
    due = due_fen(days, command.month, act.rules["board_fen"])
    left = due - board.paid.get((command.month, command.unit), 0)
    if left <= 0:
        return no.BOARD_PAID
    if command.amount > left:
        return no.more_than_board(left, command.amount)
    return fact.BoardSubsidyPaid(
        **said(act, "17.1"),
        **fields(command, "from_kind"),
        team=act.known.team,
        days=days,
        due=due,
    )


def _supervise(
    act: Act[Any, Known], command: cmd.GiveOpinion | cmd.FlagMisuse, states: States, said_before: Named
) -> Fact | Refusal:
    if act.by.role is Role.DISPATCHING_UNIT and act.by.organisation not in act.known.units:
        return no.UNIT_WITHOUT_PEOPLE
    match command:
        case cmd.GiveOpinion():
            if command.opinion in said_before.names:
                return no.OPINION_EXISTS
            return fact.SupervisionOpinionRecorded(**said(act, "19.3"), **fields(command, "unit"))
        case cmd.FlagMisuse():
            if command.flag in said_before.names:
                return no.OPINION_EXISTS
            payment = held(states, fund_stream(command.team, command.kind), Account).payments.get(command.payment)
            if payment is None:
                return no.PAYMENT_UNKNOWN
            if payment.state not in (PaymentState.RESERVED, PaymentState.DISBURSED):
                return no.NOT_DISBURSED
            if command.amount > payment.amount:
                return no.more_than_paid(payment.amount, command.amount)
            told = tuple(sorted(act.known.units))
            return fact.MisuseFlagged(**said(act, "19.6"), **fields(command, "unit"), units=told)
    assert_never(command)

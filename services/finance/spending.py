"""A payment's way through one book: requested, approved and committed, paid or given back (Art. 19).

Three people: who asks does not approve, and neither of the two pays (A77). The amount is checked when it is committed,
on the account as it then stands (A81); what was committed can always be paid.
"""

from typing import Any, assert_never

from contracts import finance as fact
from contracts.fact import Actor, Fact
from contracts.refusals import Refusal
from services.finance import commands as cmd
from services.finance import refusals as no
from services.finance.known import Known
from services.finance.state import Account, Payment, PaymentState
from services.runtime.decisions import RULESET, Act

_KIND_ZH = {
    fact.FundKind.SPECIAL: "专项补助资金",
    fact.FundKind.WORK: "工作经费",
    fact.FundKind.ASSISTANCE: "帮扶资金",
    fact.FundKind.FISCAL_POVERTY: "财政专项扶贫资金",
    fact.FundKind.OTHER: "其他到村资金",
}


def decide(act: Act[Any, Known], command: cmd.Spending, account: Account) -> Fact | Refusal:
    """The one fact that a step of a payment leads to, or why it is refused."""
    if isinstance(command, cmd.RequestSpending):
        return _request(act, command, account)
    payment = account.payments.get(command.payment)
    if payment is None:
        return no.PAYMENT_UNKNOWN
    match command:
        case cmd.ApproveSpending():
            return _approve(act, command, account, payment)
        case cmd.Disburse():
            return _disburse(act, command, payment)
        case cmd.Release():
            return _release(act, command, payment)
    assert_never(command)


def _request(act: Act[Any, Known], command: cmd.RequestSpending, account: Account) -> Fact | Refusal:
    if act.known.caller_team != command.team:
        return no.NOT_THIS_TEAM
    if command.payment in account.payments:
        return no.PAYMENT_EXISTS
    wrong = _wrong_use(act, command)
    if wrong is not None:
        return wrong
    return fact.SpendingRequested(**_said(act, _uses_clause(command.kind)), **dict(command))


def _wrong_use(act: Act[Any, Known], command: cmd.RequestSpending) -> Refusal | None:
    allowed: dict[str, list[str]] = act.rules["fund.uses"]
    if command.kind is fact.FundKind.ASSISTANCE and command.use.value in allowed["work"]:
        return no.ASSISTANCE_AS_WORK_FUND
    if command.use is fact.Use.OTHER:
        return no.OTHER_USE
    if command.use.value not in allowed[command.kind.value]:
        uses = ", ".join(allowed[command.kind.value])
        return no.use_not_allowed(_KIND_ZH[command.kind], uses, _uses_clause(command.kind))
    match command.kind:
        case fact.FundKind.FISCAL_POVERTY:
            return no.NO_FISCAL_PROJECT
        case fact.FundKind.ASSISTANCE | fact.FundKind.OTHER:
            return no.NO_VILLAGE_MEETING
    return None


def _approve(act: Act[Any, Known], command: cmd.ApproveSpending, account: Account, payment: Payment) -> Fact | Refusal:
    if payment.state is not PaymentState.REQUESTED:
        return no.NOT_REQUESTED
    if act.rules["spend.segregation"] and _same_person(act.by, payment.requested_by):
        return no.SELF_APPROVAL
    if payment.amount > account.available:
        return no.overspend(account.available, payment.amount)
    return fact.FundReserved(**_said(act, "19.1"), **dict(command), amount=payment.amount)


def _disburse(act: Act[Any, Known], command: cmd.Disburse, payment: Payment) -> Fact | Refusal:
    if payment.state is not PaymentState.RESERVED or payment.approved_by is None:
        return no.NOT_RESERVED
    before = (payment.requested_by, payment.approved_by)
    if act.rules["spend.segregation"] and any(_same_person(act.by, other) for other in before):
        return no.SELF_PAYMENT
    if command.paid_on > act.today:
        return no.FUTURE
    return fact.FundDisbursed(
        **_said(act, _uses_clause(command.kind)),
        **dict(command),
        use=payment.use,
        amount=payment.amount,
        requested_by=payment.requested_by.person,
        approved_by=payment.approved_by.person,
    )


def _release(act: Act[Any, Known], command: cmd.Release, payment: Payment) -> Fact | Refusal:
    if payment.state is not PaymentState.RESERVED:
        return no.NOT_RESERVED
    return fact.FundReleased(**_said(act, "19.1"), **dict(command), amount=payment.amount)


def _uses_clause(kind: fact.FundKind) -> str:
    """The clause that says what the kind may be spent on."""
    match kind:
        case fact.FundKind.SPECIAL:
            return "19.4"
        case fact.FundKind.WORK:
            return "19.5"
        case fact.FundKind.FISCAL_POVERTY:
            return "20.1"
        case fact.FundKind.ASSISTANCE | fact.FundKind.OTHER:
            return "20.6"
    assert_never(kind)


def _same_person(one: Actor, other: Actor) -> bool:
    """Acting for somebody counts as that somebody acting: a deputy is no second pair of eyes."""
    return bool({one.person, one.on_behalf_of} & {other.person, other.on_behalf_of} - {None})


def _said(act: Act[Any, Known], article: str) -> dict[str, Any]:
    return {"actor": act.by, "article": article, "ruleset": RULESET, "place": act.known.place}

"""A payment's way through one book: requested, approved and committed, paid or given back (Art. 19).

Three people: who asks does not approve, and neither of the two pays (A77). The amount is checked when it is committed,
on the account as it then stands (A81); what was committed can always be paid.
"""

from typing import Any, TypeAlias, assert_never

from contracts import finance as fact
from contracts.identifiers import Role
from contracts.refusals import Refusal
from services.finance import commands as cmd
from services.finance import refusals as no
from services.finance.books.accounts import Pot
from services.finance.books.meals import unsound
from services.finance.known import Known
from services.finance.projects import refusals as chain_no
from services.finance.projects.rules import beyond_budget, held_back, missing_step
from services.finance.projects.state import Project, Stage
from services.finance.saying import fields, said, same_person
from services.finance.state import Account, Payment, PaymentState
from services.finance.words import KINDS
from services.runtime.decisions import Act

Step: TypeAlias = (
    cmd.RequestSpending | cmd.ConsentOtherUse | cmd.ApproveSpending | cmd.RefuseSpending | cmd.Disburse | cmd.Release
)
_OTHER_CONSENTS = {Role.COUNTY_FINANCE, Role.DISPATCHING_UNIT}


def decide(
    act: Act[Any, Known], command: Step, account: Account, project: Project | None
) -> fact.PaymentFact | Refusal:
    """The one fact that a step of a payment leads to, or why it is refused. `project` is the payment's, if any."""
    if isinstance(command, cmd.RequestSpending):
        return _request(act, command, account, project)
    payment = account.payments.get(command.payment)
    if payment is None:
        return no.PAYMENT_UNKNOWN
    match command:
        case cmd.ConsentOtherUse():
            return _consent(act, command, payment)
        case cmd.ApproveSpending():
            return _approve(act, command, account, payment, project)
        case cmd.RefuseSpending():
            return _refuse(act, command, payment)
        case cmd.Disburse():
            return _disburse(act, command, account, payment, project)
        case cmd.Release():
            return _release(act, command, payment)
    assert_never(command)


def _request(
    act: Act[Any, Known], command: cmd.RequestSpending, account: Account, project: Project | None
) -> fact.PaymentFact | Refusal:
    if act.known.caller_team != command.team:
        return no.NOT_THIS_TEAM
    if act.known.dissolved:
        return no.TEAM_DISSOLVED
    if command.payment in account.payments:
        return no.PAYMENT_EXISTS
    wrong = _wrong_use(act, command) or _wrong_project(command, project)
    wrong = wrong or unsound(command.meals, command.use.value, act.known, act.rules, act.today)
    if wrong is not None:
        return wrong
    return fact.SpendingRequested(**said(act, uses_clause(command.kind)), **dict(command))


def _wrong_use(act: Act[Any, Known], command: cmd.RequestSpending) -> Refusal | None:
    allowed: dict[str, list[str]] = act.rules["fund.uses"]
    if command.use is fact.Use.BOARD:
        return no.BOARD_FROM_A_BOOK
    if command.kind is fact.FundKind.ASSISTANCE and command.use.value in allowed["work"]:
        return no.ASSISTANCE_AS_WORK_FUND
    named = command.kind in (fact.FundKind.SPECIAL, fact.FundKind.WORK)
    if command.use is fact.Use.OTHER and named and act.rules["use.other"] == "consent":
        return no.OTHER_WITHOUT_REASON if command.reason is None else None
    if command.use.value not in allowed[command.kind.value]:
        uses = ", ".join(allowed[command.kind.value])
        return no.use_not_allowed(KINDS[command.kind.value], uses, uses_clause(command.kind))
    return None


def _wrong_project(command: cmd.RequestSpending, project: Project | None) -> Refusal | None:
    """Project money is spent on a project of its own kind; special subsidy may be, the work fund never is."""
    if project is None:
        match command.kind:
            case fact.FundKind.FISCAL_POVERTY:
                return no.NO_FISCAL_PROJECT
            case fact.FundKind.ASSISTANCE | fact.FundKind.OTHER:
                return no.NO_VILLAGE_MEETING
        return None
    if project.kind is not command.kind:
        return chain_no.OTHER_KIND
    if project.team != command.team:
        return chain_no.PROJECT_UNKNOWN
    if project.stage is Stage.ACCEPTED:
        return chain_no.ALREADY_ACCEPTED
    return missing_step(project)


def _consent(act: Act[Any, Known], command: cmd.ConsentOtherUse, payment: Payment) -> fact.PaymentFact | Refusal:
    if payment.state is not PaymentState.REQUESTED or payment.use is not fact.Use.OTHER:
        return no.NO_CONSENT_ASKED
    if act.by.role is Role.DISPATCHING_UNIT and act.by.organisation not in act.known.units:
        return no.UNIT_WITHOUT_PEOPLE
    if same_person(act.by, payment.requested_by):
        return no.SELF_APPROVAL
    if act.by.role in payment.consents:
        return no.CONSENT_GIVEN
    if any(same_person(act.by, other) for other in payment.consents.values()):
        return no.BOTH_CONSENTS
    return fact.OtherUseConsented(**said(act, uses_clause(command.kind)), **fields(command, "unit"))


def _approve(
    act: Act[Any, Known], command: cmd.ApproveSpending, account: Account, payment: Payment, project: Project | None
) -> fact.PaymentFact | Refusal:
    if payment.state is not PaymentState.REQUESTED:
        return no.NOT_REQUESTED
    if act.known.dissolved:
        return no.TEAM_DISSOLVED
    if act.rules["spend.segregation"] and same_person(act.by, payment.requested_by):
        return no.SELF_APPROVAL
    if payment.use is fact.Use.OTHER and not payment.consents.keys() >= _OTHER_CONSENTS:
        return no.OTHER_USE
    if project is not None and payment.project is not None:
        waits = missing_step(project) or held_back(project, act.rules)
        waits = waits or beyond_budget(project, account, payment.project, payment.amount)
        if waits is not None:
            return waits
    parts = account.draw(payment.amount, act.rules["fund.draw_order"], lambda pot: _may_bear(pot, payment, project))
    fits = sum(part.amount for part in parts)
    if fits < payment.amount:
        return no.overspend(fits, payment.amount)
    return fact.FundReserved(
        **said(act, "19.1"), **dict(command), amount=payment.amount, parts=parts, reserved_on=act.today
    )


def _may_bear(pot: Pot, payment: Payment, project: Project | None) -> bool:
    """Money given for a project pays for that project alone; a project takes no stranger's money."""
    if project is None or pot.project is not None:
        return pot.project == payment.project
    return project.kind is not fact.FundKind.FISCAL_POVERTY and (pot.source, pot.giver) == (
        project.source,
        project.giver,
    )


def _refuse(act: Act[Any, Known], command: cmd.RefuseSpending, payment: Payment) -> fact.PaymentFact | Refusal:
    if payment.state is not PaymentState.REQUESTED:
        return no.NOT_REQUESTED
    if act.rules["spend.segregation"] and same_person(act.by, payment.requested_by):
        return no.SELF_APPROVAL
    return fact.SpendingRefused(**said(act, "19.1"), **dict(command))


def _disburse(
    act: Act[Any, Known], command: cmd.Disburse, account: Account, payment: Payment, project: Project | None
) -> fact.PaymentFact | Refusal:
    if payment.state is not PaymentState.RESERVED or payment.approved_by is None or payment.approved_on is None:
        return no.NOT_RESERVED
    before = (payment.requested_by, payment.approved_by)
    if act.rules["spend.segregation"] and any(same_person(act.by, other) for other in before):
        return no.SELF_PAYMENT
    if command.paid_on > act.today:
        return no.FUTURE
    if command.paid_on < payment.approved_on:
        return no.PAID_BEFORE_APPROVAL
    if command.paid_on.year <= account.closed_through:
        return no.year_closed(account.closed_through)
    waits = None if project is None else missing_step(project) or held_back(project, act.rules)
    if waits is not None:
        return waits
    return fact.FundDisbursed(
        **said(act, uses_clause(command.kind)),
        **dict(command),
        use=payment.use,
        amount=payment.amount,
        parts=payment.parts,
        project=payment.project,
        requested_by=payment.requested_by.person,
        approved_by=payment.approved_by.person,
    )


def _release(act: Act[Any, Known], command: cmd.Release, payment: Payment) -> fact.PaymentFact | Refusal:
    if payment.state is not PaymentState.RESERVED:
        return no.NOT_RESERVED
    return fact.FundReleased(
        **said(act, "19.1"), **dict(command), amount=payment.amount, parts=payment.parts, released_on=act.today
    )


def uses_clause(kind: fact.FundKind) -> str:
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

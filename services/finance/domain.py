"""Finance decides: each command goes to the part of the measures that it belongs to (Art. 17-20)."""

from collections.abc import Mapping
from typing import Any, TypeAlias, assert_never

from contracts.refusals import Refusal
from services.finance import commands as cmd
from services.finance import refusals as no
from services.finance.books import correcting, entering, handing, spending
from services.finance.books.meals import with_meals
from services.finance.known import Known
from services.finance.oversight import deciding as overseeing
from services.finance.projects import chain, notices
from services.finance.projects import commands as pcmd
from services.finance.state import Account, Project, State, held
from services.finance.streams import fund_stream, project_stream
from services.runtime.decisions import Act, Decision

Command: TypeAlias = (
    cmd.Entering
    | cmd.Spending
    | cmd.Move
    | cmd.CloseBooks
    | cmd.HandOver
    | cmd.ReturnFunds
    | cmd.Overseeing
    | pcmd.Chain
    | pcmd.Noticing
    | pcmd.HandOverProject
)
States: TypeAlias = Mapping[str, State]


def decide(act: Act[Any, Known], states: States) -> Decision:
    """The facts that a command leads to, or why it is refused. Pure and total."""
    command: Command = act.command
    match command:
        case (
            cmd.NameRecipients()
            | cmd.Appropriate()
            | cmd.Receive()
            | cmd.Allot()
            | cmd.ContributeWorkFund()
            | cmd.ReceiveAssistance()
        ):
            return entering.decide(act, command, states)
        case (
            cmd.RequestSpending()
            | cmd.ConsentOtherUse()
            | cmd.ApproveSpending()
            | cmd.RefuseSpending()
            | cmd.Disburse()
            | cmd.Release()
        ):
            return _on_book(act, command, states)
        case cmd.RecordRefund() | cmd.ReverseDisbursement() | cmd.CloseBooks():
            return correcting.decide(act, command, states)
        case cmd.Move():
            return no.CROSS_KIND
        case cmd.HandOver() | cmd.ReturnFunds() | pcmd.HandOverProject():
            return handing.decide(act, command, states)
        case cmd.PayBoard() | cmd.GiveOpinion() | cmd.FlagMisuse():
            return overseeing.decide(act, command, states)
        case pcmd.Publicise() | pcmd.RaiseObjection() | pcmd.ResolveObjection() | pcmd.CompleteNotice():
            return notices.decide(act, command, states)
        case (
            pcmd.ProposeProject()
            | pcmd.HoldMeeting()
            | pcmd.DetermineProject()
            | pcmd.ReviewProject()
            | pcmd.IssueTownshipDocument()
            | pcmd.DecideProject()
            | pcmd.GiveConsent()
            | pcmd.StartProject()
            | pcmd.ChangeProject()
            | pcmd.AcceptProject()
        ):
            return chain.decide(act, command, states)
    assert_never(command)


def _on_book(act: Act[Any, Known], command: spending.Step, states: States) -> Decision:
    key = fund_stream(command.team, command.kind)
    account = held(states, key, Account)
    project = None if act.known.project is None else held(states, project_stream(act.known.project), Project)
    decided = spending.decide(act, command, account, project)
    return decided if isinstance(decided, Refusal) else with_meals(act, decided, account, states)

"""What is posted in the village about a project's money, and what is said against it (Art. 20, A82)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, assert_never

from contracts import projects as fact
from contracts.fact import Fact
from contracts.identifiers import Role
from contracts.refusals import Refusal
from services.finance.known import Known
from services.finance.projects import commands as cmd
from services.finance.projects import refusals as no
from services.finance.projects.state import Project, Stage
from services.finance.saying import fields, one, said, same_person
from services.finance.state import Account, PaymentState, State, held
from services.finance.streams import fund_stream, project_stream
from services.runtime.decisions import Act, Decision


def decide(act: Act[Any, Known], command: cmd.Noticing, states: Mapping[str, State]) -> Decision:
    """The one fact that a command about a notice leads to, or why it is refused."""
    key = project_stream(command.project)
    project = held(states, key, Project)
    if project.stage is Stage.UNKNOWN:
        return no.PROJECT_UNKNOWN
    decided = _decide(act, command, project, states)
    return decided if isinstance(decided, Refusal) else one(key, decided)


def _decide(
    act: Act[Any, Known], command: cmd.Noticing, project: Project, states: Mapping[str, State]
) -> Fact | Refusal:
    match command:
        case cmd.Publicise():
            book = held(states, fund_stream(project.team, project.kind), Account)
            return _publicise(act, command, project, book)
        case cmd.RaiseObjection():
            if command.notice not in project.notices:
                return no.NOTICE_UNKNOWN
            if project.notices[command.notice].struck:
                return no.NOTICE_OVER
            if command.objection in project.raised:
                return no.OBJECTION_EXISTS
            return fact.NoticeObjectionRaised(**said(act, "20.5"), **fields(command))
        case cmd.ResolveObjection():
            if command.objection not in project.objections:
                return no.OBJECTION_UNKNOWN
            if same_person(act.by, project.raised[command.objection]):
                return no.OWN_OBJECTION
            return fact.NoticeObjectionResolved(**said(act, "20.5"), **fields(command))
        case cmd.CompleteNotice():
            return _complete(act, command, project)
    assert_never(command)


def _publicise(act: Act[Any, Known], command: cmd.Publicise, project: Project, book: Account) -> Fact | Refusal:
    if act.by.role is Role.TEAM_LEADER and act.known.caller_team != project.team:
        return no.NOT_THIS_TEAM
    if project.stage < Stage.DETERMINED:
        return no.NO_MEETING
    if command.notice in project.notices:
        return no.NOTICE_EXISTS
    if command.starts_on > act.today:
        return no.FUTURE
    days: int = act.rules["notice.days"]
    if command.ends_on < command.starts_on + timedelta(days=days - 1):
        return no.too_short(days)
    if (command.phase is fact.NoticePhase.USE) is not bool(command.payments):
        return no.WRONG_PAYMENTS
    paid = {
        name
        for name, payment in book.payments.items()
        if payment.project == command.project and payment.state is PaymentState.DISBURSED
    }
    if not set(command.payments) <= paid:
        return no.WRONG_PAYMENTS
    return fact.ProjectFundsPublicised(**said(act, "20.5"), **fields(command))


def _complete(act: Act[Any, Known], command: cmd.CompleteNotice, project: Project) -> Fact | Refusal:
    notice = project.notices.get(command.notice)
    if notice is None:
        return no.NOTICE_UNKNOWN
    if notice.completed or notice.struck:
        return no.NOTICE_OVER
    if notice.ends_on >= act.today:
        return no.PERIOD_RUNS
    if command.notice in project.objections.values():
        return no.OBJECTION_OPEN
    return fact.NoticePeriodCompleted(**said(act, "20.5"), **fields(command))

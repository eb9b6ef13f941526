"""The chain of a project (Art. 20).

Proposed, met on, determined; then reviewed, documented and approved where the money is fiscal, or consented to by
whoever gives it; then started, changed, accepted.
"""

from collections.abc import Mapping
from typing import Any, assert_never

from contracts import projects as fact
from contracts.fact import Fact
from contracts.identifiers import Role
from contracts.money import FundKind, FundSource
from contracts.refusals import Refusal
from services.finance.known import Known
from services.finance.projects import commands as cmd
from services.finance.projects import refusals as no
from services.finance.projects.rules import missing_step, quorate, unsettled, weighs
from services.finance.projects.state import Project, Stage
from services.finance.saying import fields, one, said
from services.finance.state import Account, State, held
from services.finance.streams import fund_stream, project_stream
from services.runtime.decisions import Act, Decision

_GIVERS = {
    FundKind.FISCAL_POVERTY: (FundSource.CITY, FundSource.COUNTY),
    FundKind.SPECIAL: (FundSource.CITY, FundSource.COUNTY),
    FundKind.ASSISTANCE: (FundSource.UNIT, FundSource.INVESTOR),
    FundKind.OTHER: (FundSource.UNIT, FundSource.INVESTOR),
}
_WITH_GIVER = (FundSource.UNIT, FundSource.INVESTOR)


def decide(act: Act[Any, Known], command: cmd.Chain, states: Mapping[str, State]) -> Decision:
    """The fact of one step, or the step that is missing before it."""
    key = project_stream(command.project)
    project = held(states, key, Project)
    decided = _decide(act, command, project, states)
    return decided if isinstance(decided, Refusal) else one(key, decided)


def _decide(act: Act[Any, Known], command: cmd.Chain, project: Project, states: Mapping[str, State]) -> Fact | Refusal:
    if isinstance(command, cmd.ProposeProject):
        return _propose(act, command, project)
    if project.stage is Stage.UNKNOWN:
        return no.PROJECT_UNKNOWN
    if project.stage is Stage.ACCEPTED:
        return no.ALREADY_ACCEPTED
    match command:
        case cmd.HoldMeeting():
            return _meet(act, command, project)
        case cmd.DetermineProject():
            return _determine(act, command, project)
        case cmd.ReviewProject() | cmd.IssueTownshipDocument() | cmd.DecideProject():
            return _fiscal_step(act, command, project)
        case cmd.GiveConsent():
            return _consent(act, command, project)
        case cmd.StartProject():
            return _start(act, command, project)
        case cmd.ChangeProject():
            return _change(act, command, project, _book(project, states))
        case cmd.AcceptProject():
            return _accept(act, command, project, _book(project, states))
    assert_never(command)


def _book(project: Project, states: Mapping[str, State]) -> Account:
    return held(states, fund_stream(project.team, project.kind), Account)


def _of_another_team(act: Act[Any, Known], team: str) -> bool:
    """A leader speaks for his own team only; the village committees speak for their village."""
    return act.by.role is Role.TEAM_LEADER and act.known.caller_team != team


def _propose(act: Act[Any, Known], command: cmd.ProposeProject, project: Project) -> Fact | Refusal:
    if project.stage is not Stage.UNKNOWN:
        return no.PROJECT_EXISTS
    if _of_another_team(act, command.team):
        return no.NOT_THIS_TEAM
    if command.kind is FundKind.WORK or (command.kind is FundKind.SPECIAL and not act.rules["special.as_other"]):
        return no.NO_PROJECTS_OF_THIS_KIND
    if command.source not in _GIVERS[command.kind]:
        return no.NOT_ITS_SOURCE
    if (command.giver is not None) is not (command.source in _WITH_GIVER):
        return no.GIVER_MISSING
    poor = act.known.registered_poor
    if command.kind is FundKind.FISCAL_POVERTY and not poor and command.reason is None:
        return no.NOT_A_POOR_VILLAGE
    clause = "20.1" if command.kind is FundKind.FISCAL_POVERTY else "20.6"
    return fact.ProjectProposed(**said(act, clause), **fields(command), village=act.known.place, registered_poor=poor)


def _meet(act: Act[Any, Known], command: cmd.HoldMeeting, project: Project) -> Fact | Refusal:
    if _of_another_team(act, project.team):
        return no.NOT_THIS_TEAM
    if project.stage > Stage.PROPOSED:
        return no.ALREADY_DETERMINED
    if command.held_on > act.today:
        return no.FUTURE
    if not command.in_favour <= command.present <= command.representatives:
        return no.IMPOSSIBLE_COUNT
    return fact.VillageRepresentativesMeetingHeld(**said(act, "20.2"), **fields(command))


def _determine(act: Act[Any, Known], command: cmd.DetermineProject, project: Project) -> Fact | Refusal:
    if _of_another_team(act, project.team):
        return no.NOT_THIS_TEAM
    if project.stage > Stage.PROPOSED:
        return no.ALREADY_DETERMINED
    if project.meeting is None:
        return no.NO_MEETING
    if not quorate(project.meeting, act.rules):
        return no.NOT_QUORATE
    return fact.ProjectDetermined(
        **said(act, "20.2"), project=command.project, amount=project.amount, site=project.site
    )


def _fiscal_step(
    act: Act[Any, Known],
    command: cmd.ReviewProject | cmd.IssueTownshipDocument | cmd.DecideProject,
    project: Project,
) -> Fact | Refusal:
    if project.kind is not FundKind.FISCAL_POVERTY:
        return no.NOT_FISCAL
    if project.stage < Stage.DETERMINED:
        return no.REJECTED if project.stage is Stage.REJECTED else no.NO_MEETING
    match command:
        case cmd.ReviewProject():
            if project.stage > Stage.DETERMINED:
                return no.STEP_TAKEN
            return fact.TownshipReviewPassed(**said(act, "20.3"), project=command.project)
        case cmd.IssueTownshipDocument():
            if project.stage is Stage.DETERMINED:
                return no.NOT_REVIEWED
            if project.stage > Stage.REVIEWED:
                return no.STEP_TAKEN
            return fact.TownshipDocumentIssued(**said(act, "20.3"), **fields(command))
        case cmd.DecideProject():
            return _county(act, command, project)
    assert_never(command)


def _county(act: Act[Any, Known], command: cmd.DecideProject, project: Project) -> Fact | Refusal:
    if project.stage < Stage.DOCUMENTED:
        return no.NO_TOWNSHIP_DOCUMENT
    if project.stage > Stage.DOCUMENTED:
        return no.STEP_TAKEN
    header = said(act, "20.4") | {"project": command.project}
    if command.approve:
        if command.document is None:
            return no.DECISION_WITHOUT_PAPER
        return fact.CountyLeadingGroupApproved(**header, document=command.document, approved_on=act.today)
    if command.reason is None:
        return no.DECISION_WITHOUT_PAPER
    return fact.CountyLeadingGroupRejected(**header, reason=command.reason)


def _consent(act: Act[Any, Known], command: cmd.GiveConsent, project: Project) -> Fact | Refusal:
    if project.kind is FundKind.FISCAL_POVERTY:
        return no.NOT_BY_CONSENT
    if project.stage < Stage.DETERMINED:
        return no.NO_MEETING
    if project.stage > Stage.DETERMINED:
        return no.STEP_TAKEN
    if project.giver is not None and project.giver not in (act.by.organisation, act.by.person):
        return no.NOT_THE_INVESTOR
    if command.consented_on > act.today:
        return no.FUTURE
    return fact.InvestorConsentGiven(**said(act, "20.6"), **fields(command))


def _start(act: Act[Any, Known], command: cmd.StartProject, project: Project) -> Fact | Refusal:
    if _of_another_team(act, project.team):
        return no.NOT_THIS_TEAM
    missing = missing_step(project)
    if missing is not None:
        return missing
    if project.stage is Stage.STARTED:
        return no.STEP_TAKEN
    if command.started_on > act.today:
        return no.FUTURE
    if project.settled_on is not None and command.started_on < project.settled_on:
        return no.STARTED_BEFORE_APPROVAL
    clause = "20.4" if project.kind is FundKind.FISCAL_POVERTY else "20.6"
    return fact.ProjectStarted(**said(act, clause), **fields(command))


def _change(act: Act[Any, Known], command: cmd.ChangeProject, project: Project, book: Account) -> Fact | Refusal:
    if _of_another_team(act, project.team):
        return no.NOT_THIS_TEAM
    if (command.amount, command.site) == (project.amount, project.site) and project.stage is not Stage.REJECTED:
        return no.NOTHING_CHANGED
    borne = project.borne_before + book.borne_by_project(command.project)
    if command.amount < borne:
        return no.beyond_the_project(command.amount, borne)
    again = project.stage <= Stage.REJECTED or weighs(project, command.amount, command.site, act.rules)
    return fact.ProjectChanged(**said(act, "20.2"), **fields(command), chain_again=again)


def _accept(act: Act[Any, Known], command: cmd.AcceptProject, project: Project, book: Account) -> Fact | Refusal:
    if project.stage is not Stage.STARTED:
        return missing_step(project) or no.NOT_STARTED
    if command.accepted_on > act.today:
        return no.FUTURE
    waits = unsettled(project, book, command.project, act.rules)
    if waits is not None:
        return waits
    return fact.ProjectAccepted(**said(act, "20.5"), **fields(command))

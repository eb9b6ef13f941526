"""What becomes of money that its team or its project cannot use any more (A79).

A dissolved team's books are frozen, until county finance hands on what they hold. Money that was given for one project
goes where the project goes, and back to whoever gave it where the project cannot use it any more.
"""

from collections.abc import Mapping
from typing import Any, assert_never

from contracts import finance as fact
from contracts.identifiers import county_of
from contracts.projects import ProjectHandedOver
from services.finance import commands as cmd
from services.finance import refusals as no
from services.finance.books import refusals as entry_no
from services.finance.books.accounts import AVAILABLE
from services.finance.known import Known
from services.finance.projects import commands as pcmd
from services.finance.projects import refusals as chain_no
from services.finance.projects.rules import unsettled
from services.finance.projects.state import Project, Stage
from services.finance.saying import fields, one, said
from services.finance.state import Account, State, held
from services.finance.streams import fund_stream, project_stream
from services.runtime.decisions import Act, Decided, Decision, Emit

States = Mapping[str, State]


def decide(
    act: Act[Any, Known], command: cmd.HandOver | cmd.ReturnFunds | pcmd.HandOverProject, states: States
) -> Decision:
    """The facts by which money leaves a book in another way than by a payment, or why it does not."""
    match command:
        case cmd.HandOver():
            return _hand_over(act, command, states)
        case cmd.ReturnFunds():
            return _return(act, command, states)
        case pcmd.HandOverProject():
            return _hand_over_project(act, command, states)
    assert_never(command)


def _hand_over(act: Act[Any, Known], command: cmd.HandOver, states: States) -> Decision:
    """Out of one team's book and into another's: two facts, one transaction, kind and sources unchanged."""
    account = held(states, fund_stream(command.team, command.kind), Account)
    if not act.known.dissolved:
        return no.NOT_DISSOLVED
    to_village = act.known.to_village
    if to_village is None or command.to_team == command.team:
        return no.TEAM_DISSOLVED
    if county_of(to_village) != county_of(act.known.place):
        return no.OTHER_COUNTY
    if f"handover {command.handover}" in account.names:
        return no.HANDOVER_EXISTS
    parts = account.draw(command.amount, act.rules["fund.draw_order"], lambda pot: pot.project is None)
    fits = sum(part.amount for part in parts)
    if fits < command.amount:
        return no.overspend(fits, command.amount)
    return Decided(_moved(act, account, command.handover, command.to_team, to_village, parts))


def _hand_over_project(act: Act[Any, Known], command: pcmd.HandOverProject, states: States) -> Decision:
    """The project and all money bound to it, once its former team's payments are settled."""
    key = project_stream(command.project)
    project = held(states, key, Project)
    account = held(states, fund_stream(project.team, project.kind), Account)
    if project.stage is Stage.ACCEPTED:
        return chain_no.ALREADY_ACCEPTED
    if not act.known.dissolved:
        return no.NOT_DISSOLVED
    to_village = act.known.to_village
    if to_village != project.village or command.to_team == project.team:
        return entry_no.NOT_THAT_VILLAGES_TEAM
    if f"handover {command.handover}" in account.names:
        return no.HANDOVER_EXISTS
    waits = unsettled(project, account, command.project, act.rules)
    if waits is not None:
        return waits
    handed = ProjectHandedOver(
        **said(act, "19.1"),
        project=command.project,
        from_team=project.team,
        to_team=command.to_team,
        borne=account.borne_by_project(command.project),
        handed_on=act.today,
    )
    bound = [pot for pot in account.pots.values() if pot.project == command.project]
    left = sum(account.held(pot, AVAILABLE) for pot in bound)
    parts = account.draw(left, act.rules["fund.draw_order"], lambda pot: pot.project == command.project)
    money = _moved(act, account, command.handover, command.to_team, to_village, parts) if parts else []
    return Decided([Emit(key, handed), *money])


def _return(act: Act[Any, Known], command: cmd.ReturnFunds, states: States) -> Decision:
    key = fund_stream(command.team, command.kind)
    account, project = held(states, key, Account), held(states, project_stream(command.project), Project)
    if project.stage is Stage.UNKNOWN:
        return chain_no.PROJECT_UNKNOWN
    if project.kind is not command.kind:
        return chain_no.OTHER_KIND
    if f"return {command.returning}" in account.names:
        return entry_no.RETURN_EXISTS
    if not act.known.dissolved and project.stage not in (Stage.ACCEPTED, Stage.REJECTED):
        return entry_no.STILL_ITS_PROJECTS
    order = act.rules["fund.draw_order"]
    parts = account.draw(command.amount, order, lambda pot: pot.project == command.project)
    fits = sum(part.amount for part in parts)
    if fits < command.amount:
        return no.overspend(fits, command.amount)
    return one(key, fact.FundReturned(**said(act, "19.1"), **fields(command), parts=parts, returned_on=act.today))


def _moved(
    act: Act[Any, Known], account: Account, handover: str, to_team: str, to_village: str, parts: tuple[fact.Part, ...]
) -> list[Emit]:
    amount = sum(part.amount for part in parts)
    members = {"handover": handover, "kind": account.kind, "amount": amount, "parts": parts}
    handed = fact.FundHandedOut(**said(act, "19.1"), **members, team=account.team, to_team=to_team, handed_on=act.today)
    taken = fact.FundTakenOver(
        **said(act, "19.1", to_village), **members, team=to_team, from_team=account.team, taken_on=act.today
    )
    return [
        Emit(fund_stream(account.team, account.kind), handed),
        Emit(fund_stream(to_team, account.kind), taken),
    ]

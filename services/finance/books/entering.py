"""Money comes in: named, appropriated, received, allotted, contributed (Art. 18), each kind by its own way."""

from collections.abc import Mapping
from typing import Any, assert_never

from contracts import finance as fact
from contracts.identifiers import county_of, lies_in, township_of
from contracts.refusals import Refusal
from services.finance import commands as cmd
from services.finance import refusals as no
from services.finance.books import refusals as entry_no
from services.finance.known import Known
from services.finance.projects import refusals as chain_no
from services.finance.projects.rules import missing_step
from services.finance.saying import fields, one, said
from services.finance.state import Account, Appropriation, Named, Project, State, held
from services.finance.streams import appropriation_stream, fund_stream, project_stream, recipients_stream
from services.runtime.decisions import Act, Decided, Decision, Emit

States = Mapping[str, State]

_GIVERS = {
    fact.FundKind.ASSISTANCE: (fact.FundSource.UNIT, fact.FundSource.INVESTOR),
    fact.FundKind.OTHER: (fact.FundSource.UNIT, fact.FundSource.INVESTOR),
}
"""Kinds that reach the township's books straight from their givers (Art. 18, 20, 21)."""


def decide(act: Act[Any, Known], command: cmd.Entering, states: States) -> Decision:
    """The facts by which money enters, or why it does not."""
    match command:
        case cmd.NameRecipients():
            return _name_recipients(act, command, states)
        case cmd.Appropriate():
            return _appropriate(act, command, states)
        case cmd.Receive():
            return _receive(act, command, states)
        case cmd.Allot():
            return _allot(act, command, states)
        case cmd.ContributeWorkFund():
            return _contribute(act, command, states)
        case cmd.ReceiveAssistance():
            return _receive_assistance(act, command, states)
    assert_never(command)


def receiving_township(recipient: str, named: str | None) -> str | Refusal:
    """The township whose finance department keeps the money: the recipient's own, or the one named within a county."""
    own = township_of(recipient)
    if own is None:
        return named if named is not None and lies_in(named, recipient) else entry_no.TOWNSHIP_MISSING
    return own if named in (None, own) else entry_no.TOWNSHIP_MISSING


def _name_recipients(act: Act[Any, Known], command: cmd.NameRecipients, states: States) -> Decision:
    key = recipients_stream(act.known.place, command.year)
    if held(states, key, Named).names:
        return entry_no.RECIPIENTS_NAMED
    numbers: dict[str, int] = act.rules["special.recipient_numbers"]
    if (len(set(command.counties)), len(set(command.townships))) != (numbers["counties"], numbers["townships"]):
        return entry_no.not_the_number(numbers["counties"], numbers["townships"])
    if not all(lies_in(place, act.known.place) for place in (*command.counties, *command.townships)):
        return entry_no.RECIPIENT_ELSEWHERE
    return one(key, fact.SpecialRecipientsNamed(**said(act, "18.1"), **fields(command)))


def _appropriate(act: Act[Any, Known], command: cmd.Appropriate, states: States) -> Decision:
    key = appropriation_stream(command.appropriation)
    if command.covers is not None:
        return no.NO_TOPUP
    if held(states, key, Appropriation).kind is not None:
        return entry_no.APPROPRIATION_EXISTS
    of_a_finance_body = command.source in (fact.FundSource.CITY, fact.FundSource.COUNTY)
    fiscal = command.kind is fact.FundKind.FISCAL_POVERTY
    if not of_a_finance_body or not (fiscal or command.kind is fact.FundKind.SPECIAL):
        return entry_no.NOT_APPROPRIATED
    wrong = _project_barrier(command, states) if fiscal else None
    if wrong is not None:
        return wrong
    if not fiscal and command.project is not None:
        return entry_no.SPECIAL_FOR_A_PROJECT
    if county_of(command.recipient) is None:
        return entry_no.RECIPIENT_TOO_WIDE
    if command.year > act.today.year + act.rules["fund.years_ahead"]:
        return entry_no.TOO_EARLY
    header = said(act, _clause(command), command.recipient)
    return one(key, fact.FundAppropriated(**header, **fields(command, "covers")))


def _project_barrier(command: cmd.Appropriate, states: States) -> Refusal | None:
    """Fiscal poverty money is given for a project that has gone the whole way, and to where it lies (Art. 20)."""
    if command.project is None:
        return no.NO_FISCAL_PROJECT
    project = held(states, project_stream(command.project), Project)
    if project.kind is not command.kind:
        return chain_no.OTHER_KIND
    if not lies_in(project.village, command.recipient):
        return entry_no.NOT_FOR_THIS_PLACE
    return missing_step(project)


def _clause(command: cmd.Appropriate) -> str:
    """City to county or township 18.1, city to a village 18.2, a county's own 18.3; fiscal poverty money 20.1."""
    if command.kind is fact.FundKind.FISCAL_POVERTY:
        return "20.1"
    if command.source is fact.FundSource.COUNTY:
        return "18.3"
    to_a_village = township_of(command.recipient) not in (None, command.recipient)
    return "18.2" if to_a_village else "18.1"


def _receive(act: Act[Any, Known], command: cmd.Receive, states: States) -> Decision:
    key = appropriation_stream(command.appropriation)
    state = held(states, key, Appropriation)
    if state.kind is None:
        return entry_no.APPROPRIATION_UNKNOWN
    township = receiving_township(state.recipient, command.township)
    if isinstance(township, Refusal):
        return township
    if command.received_on > act.today:
        return no.FUTURE
    if command.amount > state.outstanding:
        return entry_no.more_than_appropriated(state.outstanding, command.amount)
    return one(key, fact.FundReceivedByTownship(**said(act, "19.2", township), **fields(command, "township")))


def _allot(act: Act[Any, Known], command: cmd.Allot, states: States) -> Decision:
    """Out of the appropriation and into the team's book: two facts, one transaction, nothing lost between them."""
    source_key = appropriation_stream(command.appropriation)
    state = held(states, source_key, Appropriation)
    village = act.known.place
    township = township_of(village)
    if township is None:
        raise ValueError(f"a team sits in a village, not in {village}")
    if command.covers is not None:
        return no.NO_TOPUP
    if act.known.dissolved:
        return no.TEAM_DISSOLVED
    if state.kind is None or state.source is None:
        return entry_no.APPROPRIATION_UNKNOWN
    if command.allotment in state.allotments:
        return entry_no.ALLOTMENT_EXISTS
    if not lies_in(village, state.recipient):
        return entry_no.NOT_FOR_THIS_PLACE
    if state.project is not None and held(states, project_stream(state.project), Project).team != command.team:
        return entry_no.NOT_FOR_THIS_PLACE
    at_hand = state.at_hand(township)
    if command.amount > at_hand:
        return entry_no.more_than_received(at_hand, command.amount)
    header = said(act, "18.4" if state.project is None else "20.1", village) | {"allotted_on": act.today}
    members = fields(command, "covers")
    went_out = fact.FundAllottedOut(**header, **members)
    came_in = fact.FundAllotted(
        **header, **members, kind=state.kind, source=state.source, year=state.year, project=state.project
    )
    return Decided([Emit(source_key, went_out), Emit(fund_stream(command.team, state.kind), came_in)])


def _contribute(act: Act[Any, Known], command: cmd.ContributeWorkFund, states: States) -> Decision:
    if command.covers is not None:
        return no.NO_TOPUP
    if command.from_kind is not fact.FundKind.WORK:
        return entry_no.SUBSTITUTION
    if act.known.dissolved:
        return no.TEAM_DISSOLVED
    key = fund_stream(command.team, fact.FundKind.WORK)
    if command.contribution in held(states, key, Account).names:
        return entry_no.CONTRIBUTION_EXISTS
    if command.year > act.today.year + act.rules["fund.years_ahead"]:
        return entry_no.TOO_EARLY
    if act.known.posts == 0:
        return no.UNIT_WITHOUT_PEOPLE
    if command.persons > act.known.posts:
        return entry_no.MORE_PERSONS_THAN_POSTED
    given = fact.WorkFundContributed(
        **said(act, "18.5"),
        **fields(command, "from_kind", "covers"),
        kind=fact.FundKind.WORK,
        contributed_on=act.today,
    )
    return one(key, given)


def _receive_assistance(act: Act[Any, Known], command: cmd.ReceiveAssistance, states: States) -> Decision:
    if command.covers is not None:
        return no.NO_TOPUP
    if command.source not in _GIVERS.get(command.kind, ()):
        return entry_no.NOT_RECEIVED_SO
    if act.known.dissolved:
        return no.TEAM_DISSOLVED
    key = fund_stream(command.team, command.kind)
    account = held(states, key, Account)
    if command.receipt in account.names:
        return entry_no.RECEIPT_EXISTS
    if command.received_on > act.today:
        return no.FUTURE
    if command.received_on.year <= account.closed_through:
        return no.year_closed(account.closed_through)
    if command.project is not None:
        project = held(states, project_stream(command.project), Project)
        if (project.team, project.kind, project.giver) != (command.team, command.kind, command.giver):
            return entry_no.NOT_THE_PROJECTS_GIVER
    received = fact.AssistanceFundReceived(**said(act, "20.6"), **fields(command, "covers"))
    return one(key, received)

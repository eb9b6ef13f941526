"""Finance decides: what is appropriated, received, allotted and contributed (Art. 18). Spending is beside this file."""

from collections.abc import Mapping
from typing import Any, TypeAlias, assert_never

from contracts import finance as fact
from contracts.fact import Fact
from contracts.identifiers import county_of, lies_in, township_of
from contracts.refusals import Refusal
from services.finance import commands as cmd
from services.finance import refusals as no
from services.finance import spending
from services.finance.known import Known
from services.finance.state import Account, Appropriation, State, held
from services.runtime.decisions import RULESET, Act, Decided, Decision, Emit

States: TypeAlias = Mapping[str, State]


def decide(act: Act[Any, Known], states: States) -> Decision:
    """The facts that a command leads to, or why it is refused. Pure and total."""
    command: cmd.Command = act.command
    match command:
        case cmd.Appropriate():
            return _appropriate(act, command, states)
        case cmd.Receive():
            return _receive(act, command, states)
        case cmd.Allot():
            return _allot(act, command, states)
        case cmd.ContributeWorkFund():
            return _contribute(act, command, states)
        case cmd.RequestSpending() | cmd.ApproveSpending() | cmd.Disburse() | cmd.Release():
            key = fund_stream(command.team, command.kind)
            decided = spending.decide(act, command, held(states, key, Account))
            return decided if isinstance(decided, Refusal) else _one(key, decided)
        case cmd.Move():
            return no.CROSS_KIND
    assert_never(command)


def appropriation_stream(appropriation: str) -> str:
    return f"appropriation/{appropriation}"


def fund_stream(team: str, kind: fact.FundKind) -> str:
    return f"fund/{team}/{kind.value}"


def receiving_township(recipient: str, named: str | None) -> str | Refusal:
    """The township whose finance department keeps the money: the recipient's own, or the one named within a county."""
    own = township_of(recipient)
    if own is None:
        return named if named is not None and lies_in(named, recipient) else no.TOWNSHIP_MISSING
    return own if named in (None, own) else no.TOWNSHIP_MISSING


def _appropriate(act: Act[Any, Known], command: cmd.Appropriate, states: States) -> Decision:
    key = appropriation_stream(command.appropriation)
    if command.covers is not None:
        return no.NO_TOPUP
    if held(states, key, Appropriation).kind is not None:
        return no.APPROPRIATION_EXISTS
    if command.kind is fact.FundKind.FISCAL_POVERTY:
        return no.NO_FISCAL_PROJECT
    of_a_finance_body = command.source in (fact.FundSource.CITY, fact.FundSource.COUNTY)
    if command.kind is not fact.FundKind.SPECIAL or not of_a_finance_body:
        return no.NOT_APPROPRIATED
    if county_of(command.recipient) is None:
        return no.RECIPIENT_TOO_WIDE
    if command.year > act.today.year + act.rules["fund.years_ahead"]:
        return no.TOO_EARLY
    header = _said(act, _clause(command), command.recipient)
    return _one(key, fact.FundAppropriated(**header, **_fields(command, "covers")))


def _clause(command: cmd.Appropriate) -> str:
    """City to county or township 18.1, city to a village 18.2, a county's own 18.3."""
    if command.source is fact.FundSource.COUNTY:
        return "18.3"
    to_a_village = township_of(command.recipient) not in (None, command.recipient)
    return "18.2" if to_a_village else "18.1"


def _receive(act: Act[Any, Known], command: cmd.Receive, states: States) -> Decision:
    key = appropriation_stream(command.appropriation)
    state = held(states, key, Appropriation)
    if state.kind is None:
        return no.APPROPRIATION_UNKNOWN
    township = receiving_township(state.recipient, command.township)
    if isinstance(township, Refusal):
        return township
    if command.received_on > act.today:
        return no.FUTURE
    if command.amount > state.outstanding:
        return no.more_than_appropriated(state.outstanding, command.amount)
    return _one(key, fact.FundReceivedByTownship(**_said(act, "19.2", township), **_fields(command, "township")))


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
    if state.kind is None or state.source is None:
        return no.APPROPRIATION_UNKNOWN
    if command.allotment in state.allotments:
        return no.ALLOTMENT_EXISTS
    if not lies_in(village, state.recipient):
        return no.NOT_FOR_THIS_PLACE
    at_hand = state.at_hand(township)
    if command.amount > at_hand:
        return no.more_than_received(at_hand, command.amount)
    header = _said(act, "18.4", village)
    fields = _fields(command, "covers")
    went_out = fact.FundAllottedOut(**header, **fields)
    came_in = fact.FundAllotted(**header, **fields, kind=state.kind, source=state.source, year=state.year)
    return Decided([Emit(source_key, went_out), Emit(fund_stream(command.team, state.kind), came_in)])


def _contribute(act: Act[Any, Known], command: cmd.ContributeWorkFund, states: States) -> Decision:
    if command.covers is not None:
        return no.NO_TOPUP
    if command.from_kind is not fact.FundKind.WORK:
        return no.SUBSTITUTION
    key = fund_stream(command.team, fact.FundKind.WORK)
    if command.contribution in held(states, key, Account).contributions:
        return no.CONTRIBUTION_EXISTS
    if command.year > act.today.year + act.rules["fund.years_ahead"]:
        return no.TOO_EARLY
    if act.known.posts == 0:
        return no.UNIT_WITHOUT_PEOPLE
    if command.persons > act.known.posts:
        return no.MORE_PERSONS_THAN_POSTED
    given = fact.WorkFundContributed(
        **_said(act, "18.5", act.known.place), **_fields(command, "from_kind", "covers"), kind=fact.FundKind.WORK
    )
    return _one(key, given)


def _said(act: Act[Any, Known], article: str, place: str) -> dict[str, Any]:
    return {"actor": act.by, "article": article, "ruleset": RULESET, "place": place}


def _fields(command: Any, *without: str) -> dict[str, Any]:
    return {name: value for name, value in command if name not in without}


def _one(stream: str, recorded: Fact) -> Decided:
    return Decided([Emit(stream, recorded)])

"""What becomes of a dissolved team's money: frozen, until county finance hands it to another team (A79)."""

from collections.abc import Mapping
from typing import Any

from contracts import finance as fact
from contracts.identifiers import county_of
from services.finance import commands as cmd
from services.finance import refusals as no
from services.finance.known import Known
from services.finance.saying import said
from services.finance.state import Account, State, held
from services.finance.streams import fund_stream
from services.runtime.decisions import Act, Decided, Decision, Emit


def decide(act: Act[Any, Known], command: cmd.HandOver, states: Mapping[str, State]) -> Decision:
    """Out of one team's book and into another's: two facts, one transaction, kind and sources unchanged.

    Money that was given for one project stays where that project is.
    """
    source_key, target_key = fund_stream(command.team, command.kind), fund_stream(command.to_team, command.kind)
    account = held(states, source_key, Account)
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
    members = {"handover": command.handover, "kind": command.kind, "amount": command.amount, "parts": parts}
    handed = fact.FundHandedOut(
        **said(act, "19.1"), **members, team=command.team, to_team=command.to_team, handed_on=act.today
    )
    taken = fact.FundTakenOver(
        **said(act, "19.1", to_village), **members, team=command.to_team, from_team=command.team, taken_on=act.today
    )
    return Decided([Emit(source_key, handed), Emit(target_key, taken)])

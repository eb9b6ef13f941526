"""Chief captains and their deputies: posts in a poor county's leadership, no members of any team (Art. 4, A71)."""

from collections.abc import Mapping
from datetime import date
from typing import Any, assert_never

from contracts import personnel as fact
from contracts.identifiers import Role
from services.personnel.held import fields, held, one, said
from services.personnel.registry.refusals import ORGANISATION_UNKNOWN
from services.personnel.registry.state import Organisation
from services.personnel.selection import commands as cmd
from services.personnel.selection import refusals as no
from services.personnel.teams.refusals import ALREADY_POSTED, WRONG_INTERVAL
from services.personnel.teams.state import Career, ChiefCaptaincy
from services.runtime.decisions import Act, Decided, Decision, Emit


def decide(
    act: Act[Any, Any],
    command: cmd.ProposeChiefCaptain | cmd.AppointChiefCaptain | cmd.EndChiefCaptain,
    states: Mapping[str, Any],
) -> Decision:
    """A proposal; the appointment or its end with the role that comes and goes with it, in one transaction."""
    key, role = f"chief-captain/{command.person}", f"role/{command.person}"
    present = held(states, key, ChiefCaptaincy)
    header = said(act, "4.2", command.county)
    match command:
        case cmd.ProposeChiefCaptain():
            return _propose(act, command, present, states)
        case cmd.AppointChiefCaptain():
            if command.county not in act.rules["poor.counties"]:
                return no.NOT_A_POOR_COUNTY
            if present.county is not None:
                return no.IS_CHIEF_CAPTAIN
            if held(states, f"posting/{command.person}/*", Career).active() is not None:
                return ALREADY_POSTED
            granted = fact.RoleGranted(
                **header,
                grant=_grant(command.county, command.starts_on),
                person=command.person,
                role=Role.CHIEF_CAPTAIN,
                area=command.county,
                starts_on=command.starts_on,
            )
            appointed = fact.ChiefCaptainAppointed(**header, **fields(command))
            return Decided([Emit(key, appointed), Emit(role, granted)])
        case cmd.EndChiefCaptain():
            if present.county != command.county or present.starts_on is None:
                return no.NOT_CHIEF_CAPTAIN
            if command.last_day < present.starts_on:
                return WRONG_INTERVAL
            revoked = fact.RoleRevoked(
                **header,
                grant=_grant(command.county, present.starts_on),
                person=command.person,
                last_day=command.last_day,
            )
            return Decided([Emit(key, fact.ChiefCaptainEnded(**header, **fields(command))), Emit(role, revoked)])
    assert_never(command)


def _propose(
    act: Act[Any, Any], command: cmd.ProposeChiefCaptain, present: ChiefCaptaincy, states: Mapping[str, Any]
) -> Decision:
    if command.person == act.by.person:
        return no.OWN_NAME
    if command.county not in act.rules["poor.counties"]:
        return no.NOT_A_POOR_COUNTY
    if present.county is not None:
        return no.IS_CHIEF_CAPTAIN
    if present.proposed == command.county:
        return no.CAPTAIN_PROPOSED
    if not held(states, f"organisation/{command.unit}", Organisation).registered:
        return ORGANISATION_UNKNOWN
    named = fact.ChiefCaptainProposed(**said(act, "4.2", command.county), **fields(command), on=act.today)
    return one(f"chief-captain/{command.person}", named)


def _grant(county: str, starts_on: date) -> str:
    """The number of the role grant that goes with an appointment."""
    return f"chief-captain-{county}-{starts_on.isoformat()}"

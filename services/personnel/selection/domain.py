"""Selection decides: who is nominated, attested, screened, confirmed; who leads a county's teams (Art. 3, 4).

Preferences order a shortlist and never bar anybody.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias, assert_never

from contracts import personnel as fact
from contracts.identifiers import Role
from services.personnel.held import fields, held, one, said
from services.personnel.registry.refusals import ORGANISATION_UNKNOWN, VILLAGE_UNKNOWN
from services.personnel.registry.state import Organisation, Village
from services.personnel.selection import captains
from services.personnel.selection import commands as cmd
from services.personnel.selection import refusals as no
from services.personnel.selection.state import Candidate, Round
from services.personnel.teams.refusals import ALREADY_POSTED, OTHER_LEVEL, WRONG_INTERVAL
from services.personnel.teams.state import Career
from services.runtime.decisions import Act, Decision

_COUNTY_DIGITS, _CITY_DIGITS = 6, 4
_SPEAKS_AS = {
    Role.CITY_POVERTY: fact.CooperatingBody.POVERTY,
    Role.COUNTY_POVERTY: fact.CooperatingBody.POVERTY,
    Role.COUNTY_AGRICULTURE: fact.CooperatingBody.AGRICULTURE,
}
"""Offices that hold a role of their own; the organisation department records what the others say (Art. 4)."""
OfRound: TypeAlias = cmd.OpenSelectionRound | cmd.GiveSelectionOpinion | cmd.CloseSelectionRound
OfCandidate: TypeAlias = cmd.NominateCandidate | cmd.AttestCandidate | cmd.ScreenCandidate | cmd.ConfirmDispatch


def decide(act: Act[Any, Any], command: cmd.SelectionCommand, states: Mapping[str, Any]) -> Decision:
    """The facts that a command about selection leads to, or why it is refused."""
    match command:
        case cmd.OpenSelectionRound() | cmd.GiveSelectionOpinion() | cmd.CloseSelectionRound():
            return _round(act, command, held(states, f"round/{command.round}", Round))
        case cmd.NominateCandidate() | cmd.AttestCandidate() | cmd.ScreenCandidate() | cmd.ConfirmDispatch():
            return _candidate(act, command, states)
        case cmd.ProposeChiefCaptain() | cmd.AppointChiefCaptain() | cmd.EndChiefCaptain():
            return captains.decide(act, command, states)
    assert_never(command)


def _round(act: Act[Any, Any], command: OfRound, known: Round) -> Decision:
    key = f"round/{command.round}"
    if isinstance(command, cmd.OpenSelectionRound):
        if known.area is not None:
            return no.ROUND_EXISTS
        digits = _CITY_DIGITS if command.level is fact.SelectionLevel.CITY else _COUNTY_DIGITS
        if len(command.area) != digits:
            return no.WRONG_LEVEL
        if command.closes_on < act.today:
            return WRONG_INTERVAL
        opened = fact.SelectionRoundOpened(
            **said(act, "4.1", command.area), **fields(command, "area"), opened_on=act.today
        )
        return one(key, opened)
    if known.area is None:
        return no.ROUND_UNKNOWN
    if known.closed:
        return no.ROUND_OVER
    header = said(act, "4.1", known.area)
    if isinstance(command, cmd.GiveSelectionOpinion):
        if _SPEAKS_AS.get(act.by.role, command.body) is not command.body:
            return no.OTHER_BODY
        return one(key, fact.SelectionOpinionGiven(**header, **fields(command)))
    return one(key, fact.SelectionRoundClosed(**header, round=command.round, closed_on=act.today))


def _candidate(act: Act[Any, Any], command: OfCandidate, states: Mapping[str, Any]) -> Decision:
    known = held(states, f"round/{command.round}", Round)
    if known.area is None:
        return no.ROUND_UNKNOWN
    key = f"candidate/{command.person}"
    nominated = held(states, key, Candidate).nominations.get(command.round)
    header = said(act, "3", known.area)
    if isinstance(command, cmd.NominateCandidate):
        return _nominate(act, command, known, states)
    if nominated is None:
        return no.NOT_NOMINATED
    match command:
        case cmd.AttestCandidate():
            if command.unit != nominated.unit:
                return no.OTHER_UNIT
            return one(key, fact.CandidateAttested(**header, **fields(command, "unit")))
        case cmd.ScreenCandidate():
            if not nominated.attested:
                return no.NOT_ATTESTED
            distinct = tuple(dict.fromkeys(command.preferences))
            screened = fact.CandidateScreened(**header, **fields(command, "preferences"), preferences=distinct)
            return one(key, screened)
        case cmd.ConfirmDispatch():
            return _confirm(act, command, states)
    assert_never(command)


def _nominate(act: Act[Any, Any], command: cmd.NominateCandidate, known: Round, states: Mapping[str, Any]) -> Decision:
    key = f"candidate/{command.person}"
    if not known.takes_names(act.today):
        return no.ROUND_OVER
    if command.person == act.by.person:
        return no.OWN_NAME
    unit = held(states, f"organisation/{command.unit}", Organisation)
    if not unit.registered:
        return ORGANISATION_UNKNOWN
    if unit.level is not command.unit_level:
        return OTHER_LEVEL
    if command.round in held(states, key, Candidate).nominations:
        return no.NOMINATED
    header = said(act, "3", known.area or "")
    return one(key, fact.CandidateNominated(**header, **fields(command), nominated_on=act.today))


def _confirm(act: Act[Any, Any], command: cmd.ConfirmDispatch, states: Mapping[str, Any]) -> Decision:
    key = f"candidate/{command.person}"
    nominated = held(states, key, Candidate).nominations[command.round]
    if not nominated.screened:
        return no.NOT_SCREENED
    if nominated.village is not None:
        return no.DISPATCHED
    if not held(states, f"village/{command.village}", Village).registered:
        return VILLAGE_UNKNOWN
    if held(states, f"posting/{command.person}/*", Career).active() is not None:
        return ALREADY_POSTED
    dispatched = fact.MemberDispatched(
        **said(act, "4.1", command.village),
        **fields(command),
        unit=nominated.unit,
        unit_level=nominated.unit_level,
        confirmed_on=act.today,
    )
    return one(key, dispatched)

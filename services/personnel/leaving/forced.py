"""Replacement by force: misconduct, education, no correction, request, township, county, city, each in turn (Art. 10).

The county office decides; for people whom a unit of city level or above sent, or whose successor comes from another
level of unit, it passes the case on and the city office decides (A47). Against a leader the township asks (A46).
"""

from collections.abc import Mapping
from typing import Any, TypeAlias, assert_never

from contracts import personnel as fact
from contracts.identifiers import Role
from contracts.refusals import Refusal
from services.personnel.held import fields, held, one, person_stream, said
from services.personnel.leaving import commands as cmd
from services.personnel.leaving import refusals as no
from services.personnel.leaving.departing import replaced
from services.personnel.leaving.state import ReplacementChain
from services.personnel.teams.refusals import FUTURE, WRONG_INTERVAL
from services.personnel.teams.state import Career, Posting, Team
from services.runtime.decisions import Act, Decided, Decision, Emit

Observation: TypeAlias = cmd.RecordMisconduct | cmd.GiveEducation | cmd.RecordNonCorrection
ForcedCommand: TypeAlias = (
    Observation | cmd.RequestReplacement | cmd.EscalateReplacement | cmd.RejectReplacement | cmd.DecideReplacement
)

TOWNSHIP, COUNTY, CITY = fact.ReplacementLevel.TOWNSHIP, fact.ReplacementLevel.COUNTY, fact.ReplacementLevel.CITY
_LEVEL_OF = {Role.TOWNSHIP: TOWNSHIP, Role.COUNTY_OFFICE: COUNTY, Role.CITY_OFFICE: CITY}
_BEFORE: dict[fact.ReplacementLevel, tuple[fact.ReplacementLevel, ...]] = {
    TOWNSHIP: (),
    COUNTY: (TOWNSHIP,),
    CITY: (TOWNSHIP, COUNTY),
}
"""The levels that must have passed a request on before this one acts on it: exactly these, in this order."""


def decide(
    act: Act[Any, Any], command: ForcedCommand, career: Career, current: Posting, states: Mapping[str, Any]
) -> Decision:
    """The facts that a step of a forced replacement leads to, or why it is refused."""
    match command:
        case cmd.RecordMisconduct() | cmd.GiveEducation() | cmd.RecordNonCorrection():
            return _observe(act, command, career.chain, current)
        case cmd.RequestReplacement():
            return _request(act, command, career.chain, current, held(states, f"team/{command.team}", Team))
        case cmd.EscalateReplacement() | cmd.RejectReplacement():
            return _pass_judgement(act, command, career.chain, current)
        case cmd.DecideReplacement():
            return _force(act, command, career, current, states)
    assert_never(command)


def _observe(act: Act[Any, Any], command: Observation, chain: ReplacementChain, current: Posting) -> Decision:
    if command.on > act.today:
        return FUTURE
    if command.on < current.starts_on:
        return WRONG_INTERVAL
    header = said(act, "10", current.village)
    stream = person_stream(act, command.person)
    match command:
        case cmd.RecordMisconduct():
            return one(stream, fact.MisconductRecorded(**header, **fields(command)))
        case cmd.GiveEducation():
            if chain.misconduct_on is None or command.on < chain.misconduct_on:
                return no.NO_MISCONDUCT
            return one(stream, fact.EducationGiven(**header, **fields(command)))
        case cmd.RecordNonCorrection():
            if not command.evidence:
                return no.NO_PROOF
            if chain.educated_on is None:
                return no.NOT_EDUCATED
            if command.on <= chain.educated_on:
                return no.NO_NONCORRECTION
            return one(stream, fact.NonCorrectionRecorded(**header, **fields(command)))
    assert_never(command)


def _request(
    act: Act[Any, Any], command: cmd.RequestReplacement, chain: ReplacementChain, current: Posting, team: Team
) -> Decision:
    asks = Role.TEAM_LEADER
    if command.person == team.leader:
        asks = Role(act.rules["replace.leader_by"])
    elif team.leader is None and act.by.role is Role.TOWNSHIP:
        asks = Role.TOWNSHIP
    if act.by.role is not asks:
        return no.LEADER_REQUESTS
    if chain.requested_on is not None:
        return no.ALREADY_REQUESTED
    gap = _gap(act, chain)
    if gap is not None:
        return gap
    asked = fact.ReplacementRequested(**said(act, "10", current.village), **fields(command), on=act.today)
    return one(person_stream(act, command.person), asked)


def _gap(act: Act[Any, Any], chain: ReplacementChain) -> Refusal | None:
    if chain.misconduct_on is None:
        return no.NO_MISCONDUCT
    if chain.education_count < act.rules["replace.min_education"]:
        return no.NOT_EDUCATED
    if chain.not_corrected_on is None:
        return no.NO_NONCORRECTION
    if chain.used_up is not None and chain.not_corrected_on <= chain.used_up:
        return no.NO_NONCORRECTION
    return None


def _pass_judgement(
    act: Act[Any, Any],
    command: cmd.EscalateReplacement | cmd.RejectReplacement,
    chain: ReplacementChain,
    current: Posting,
) -> Decision:
    level = _LEVEL_OF[act.by.role]
    if chain.requested_on is None or chain.passed != _BEFORE[level]:
        return no.LEVEL_SKIPPED
    if level is CITY and isinstance(command, cmd.EscalateReplacement):
        return no.NO_LEVEL_ABOVE
    said_here = said(act, "10", current.village) | {"level": level, "on": act.today}
    stream = person_stream(act, command.person)
    match command:
        case cmd.EscalateReplacement():
            return one(stream, fact.ReplacementEscalated(**said_here, **fields(command)))
        case cmd.RejectReplacement():
            return one(stream, fact.ReplacementRejected(**said_here, **fields(command)))
    assert_never(command)


def _force(
    act: Act[Any, Any], command: cmd.DecideReplacement, career: Career, current: Posting, states: Mapping[str, Any]
) -> Decision:
    level = _LEVEL_OF[act.by.role]
    if career.chain.requested_on is None or career.chain.passed != _BEFORE[level] or level is TOWNSHIP:
        return no.LEVEL_SKIPPED
    ordinarily = _LEVEL_OF[Role(act.rules["replace.decider"])]
    if level is ordinarily and _is_the_citys(act, command, current):
        return no.CITY_DECIDES
    if command.last_day < act.today:
        return no.BEFORE_THE_DECISION
    departure = replaced(act, command, career, current, states, fact.ReplacementKind.FORCED, "10")
    if isinstance(departure, Refusal):
        return departure
    decided = fact.ReplacementDecided(
        **said(act, "10", current.village),
        person=command.person,
        team=command.team,
        kind=fact.ReplacementKind.FORCED,
        decided_on=act.today,
    )
    return Decided([Emit(person_stream(act, command.person), decided), *departure.emits])


def _is_the_citys(act: Act[Any, Any], command: cmd.DecideReplacement, current: Posting) -> bool:
    across = command.successor is not None and command.successor.unit_level is not current.unit_level
    return across or current.unit_level.value in act.rules["replace.city_levels"]

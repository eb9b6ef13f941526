"""Who may be taken out of a team, and how (Art. 8 and 10).

At the unit's wish only for a special reason that the city office approved; never for the unit's own work. By force
only level by level: misconduct, education, no correction, the leader's request, the township, the county office.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeAlias, assert_never

from contracts import personnel as fact
from contracts.refusals import Refusal
from services.personnel import commands as cmd
from services.personnel import refusals as no
from services.personnel.state import Career, Posting, State, Team, held
from services.personnel.teams import free_on, person_stream, posting, roster, said
from services.runtime.decisions import Act, Decided, Decision, Emit

ReplacementCommand: TypeAlias = (
    cmd.ApproveWithdrawal
    | cmd.ReplaceMember
    | cmd.RecordMisconduct
    | cmd.GiveEducation
    | cmd.RecordNonCorrection
    | cmd.RequestReplacement
    | cmd.EscalateReplacement
    | cmd.DecideReplacement
)


def decide(act: Act[Any, Any], command: ReplacementCommand, states: Mapping[str, State]) -> Decision:
    """The facts that a step of a replacement leads to, or why it is refused."""
    career = held(states, f"posting/{command.person}/*", Career)
    current = career.active(command.team)
    if current is None:
        return no.NOT_POSTED
    if command.person == act.by.person:
        return no.OWN_CASE
    match command:
        case cmd.ApproveWithdrawal():
            return _approve(act, command, career, current)
        case cmd.ReplaceMember():
            return _replace(act, command, career, current, states)
        case cmd.RecordMisconduct() | cmd.GiveEducation() | cmd.RecordNonCorrection():
            return _observe(act, command, career, current)
        case cmd.RequestReplacement() | cmd.EscalateReplacement():
            return _ask(act, command, career, current)
        case cmd.DecideReplacement():
            return _force(act, command, career, current, states)
    assert_never(command)


def _approve(act: Act[Any, Any], command: cmd.ApproveWithdrawal, career: Career, current: Posting) -> Decision:
    if command.reason_class == "work":
        return no.WORK_IS_NO_REASON
    if command.approval in career.approvals:
        return no.APPROVAL_EXISTS
    approved = fact.WithdrawalApproved(
        **said(act, "8", current.village),
        person=command.person,
        team=command.team,
        approval=command.approval,
        decided_on=act.today,
        reason=command.reason,
    )
    return Decided([Emit(person_stream(act, command.person), approved)])


def _replace(
    act: Act[Any, Any], command: cmd.ReplaceMember, career: Career, current: Posting, states: Mapping[str, State]
) -> Decision:
    if command.approval not in career.approvals:
        return no.NO_CITY_APPROVAL
    return _departure(act, command, current, states, fact.ReplacementKind.ORDINARY, "8")


def _observe(
    act: Act[Any, Any],
    command: cmd.RecordMisconduct | cmd.GiveEducation | cmd.RecordNonCorrection,
    career: Career,
    current: Posting,
) -> Decision:
    if command.on > act.today:
        return no.FUTURE
    if command.on < current.starts_on:
        return no.WRONG_INTERVAL
    header = said(act, "10", current.village)
    fields = dict(command)
    stream = person_stream(act, command.person)
    match command:
        case cmd.RecordMisconduct():
            return Decided([Emit(stream, fact.MisconductRecorded(**header, **fields))])
        case cmd.GiveEducation():
            misconduct = career.chain.misconduct_on
            if misconduct is None or command.on < misconduct:
                return no.NO_MISCONDUCT
            return Decided([Emit(stream, fact.EducationGiven(**header, **fields))])
        case cmd.RecordNonCorrection():
            if not command.evidence:
                return no.NO_PROOF
            educated = career.chain.educated_on
            if educated is None:
                return no.NOT_EDUCATED
            if command.on <= educated:
                return no.NO_NONCORRECTION
            return Decided([Emit(stream, fact.NonCorrectionRecorded(**header, **fields))])
    assert_never(command)


def _ask(
    act: Act[Any, Any],
    command: cmd.RequestReplacement | cmd.EscalateReplacement,
    career: Career,
    current: Posting,
) -> Decision:
    header = said(act, "10", current.village)
    stream = person_stream(act, command.person)
    fields = {"person": command.person, "team": command.team, "on": act.today}
    if isinstance(command, cmd.RequestReplacement):
        missing = _chain_gap(act, career)
        if missing is not None:
            return missing
        return Decided([Emit(stream, fact.ReplacementRequested(**header, **fields))])
    if career.chain.requested_on is None:
        return no.LEVEL_SKIPPED
    return Decided([Emit(stream, fact.ReplacementEscalated(**header, **fields))])


def _chain_gap(act: Act[Any, Any], career: Career) -> Refusal | None:
    chain = career.chain
    if chain.misconduct_on is None:
        return no.NO_MISCONDUCT
    if chain.education_count < act.rules["replace.min_education"]:
        return no.NOT_EDUCATED
    if chain.not_corrected_on is None:
        return no.NO_NONCORRECTION
    return None


def _force(
    act: Act[Any, Any], command: cmd.DecideReplacement, career: Career, current: Posting, states: Mapping[str, State]
) -> Decision:
    if career.chain.escalated_on is None:
        return no.LEVEL_SKIPPED
    departure = _departure(act, command, current, states, fact.ReplacementKind.FORCED, "10")
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


def _departure(
    act: Act[Any, Any],
    command: cmd.ReplaceMember | cmd.DecideReplacement,
    current: Posting,
    states: Mapping[str, State],
    kind: fact.ReplacementKind,
    article: str,
) -> Decision:
    """The member leaves, the successor arrives the day after, the team's strength is checked: one transaction."""
    team = held(states, f"team/{command.team}", Team)
    if command.last_day < current.starts_on:
        return no.WRONG_INTERVAL
    successor = command.successor
    arrival = date.fromordinal(command.last_day.toordinal() + 1)
    if successor is not None:
        free = free_on(held(states, f"posting/{successor.person}/*", Career), arrival)
        if not free or successor.person == command.person:
            return no.ALREADY_POSTED
    replaced = fact.MemberReplaced(
        **said(act, article, current.village),
        person=command.person,
        team=command.team,
        kind=kind,
        decided_on=act.today,
        last_day=command.last_day,
        successor=successor.person if successor else None,
    )
    emits = [Emit(person_stream(act, command.person), replaced)]
    if successor is not None:
        emits.append(posting(act, command.team, current.village, successor, arrival))
    joined = (successor.person,) if successor else ()
    return Decided([*emits, *roster(act, command.team, team, arrival, joined=joined, left=(command.person,))])

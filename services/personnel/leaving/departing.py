"""A member leaves, a successor arrives the day after, the team's strength is checked: one transaction."""

from collections.abc import Mapping
from typing import Any

from contracts import personnel as fact
from services.personnel.held import held, said
from services.personnel.leaving import commands as cmd
from services.personnel.leaving import refusals as no
from services.personnel.teams.dating import dated, unexplained
from services.personnel.teams.refusals import WRONG_INTERVAL
from services.personnel.teams.roster import arrival_after, departure, hindrance, posting, roster
from services.personnel.teams.state import Career, Posting, Team
from services.runtime.decisions import Act, Decided, Decision


def withdrawn(
    act: Act[Any, Any], command: cmd.WithdrawMember, career: Career, current: Posting, states: Mapping[str, Any]
) -> Decision:
    """Somebody is withdrawn, and nobody comes instead."""
    if command.last_day < current.starts_on:
        return WRONG_INTERVAL
    undated = unexplained(act, command.last_day, command.because)
    if undated is not None:
        return undated
    team = held(states, f"team/{command.team}", Team)
    ending = fact.MemberWithdrawn(
        **said(act, "8", current.village),
        **dated(act, command.last_day, command.because),
        person=command.person,
        team=command.team,
        approval=command.approval,
        decided_on=act.today,
        last_day=command.last_day,
    )
    changed = roster(act, command.team, team, arrival_after(command.last_day), left=(command.person,))
    return Decided([*departure(act, career, current, ending), *changed])


def replaced(
    act: Act[Any, Any],
    command: cmd.ReplaceMember | cmd.DecideReplacement,
    career: Career,
    current: Posting,
    states: Mapping[str, Any],
    kind: fact.ReplacementKind,
    article: str,
) -> Decision:
    """Somebody is replaced; whether by force is what was decided, never inferred (A49)."""
    team = held(states, f"team/{command.team}", Team)
    if command.last_day < current.starts_on:
        return WRONG_INTERVAL
    because = command.because if isinstance(command, cmd.ReplaceMember) else None
    undated = unexplained(act, command.last_day, because)
    if undated is not None:
        return undated
    successor = command.successor
    arrival = arrival_after(command.last_day)
    if successor is not None:
        if successor.person == command.person:
            return no.SAME_PERSON
        problem = hindrance(states, successor, arrival)
        if problem is not None:
            return problem
    ending = fact.MemberReplaced(
        **said(act, article, current.village),
        **dated(act, command.last_day, because),
        person=command.person,
        team=command.team,
        kind=kind,
        decided_on=act.today,
        last_day=command.last_day,
        successor=successor.person if successor else None,
    )
    emits = departure(act, career, current, ending)
    if successor is not None:
        emits.append(posting(act, command.team, current.village, successor, arrival, because))
    joined = (successor.person,) if successor else ()
    return Decided([*emits, *roster(act, command.team, team, arrival, joined=joined, left=(command.person,))])

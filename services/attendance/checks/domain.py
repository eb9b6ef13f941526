"""Spot checks: planned or drawn by lot, and what was found of each person (Art. 8, 9; A27)."""

from collections.abc import Mapping
from typing import Any, assert_never

from contracts import sheets as occasion
from contracts.attendance import PersonSpotChecked
from contracts.identifiers import lies_in
from contracts.sheets import SpotCheckKind, draw
from services.attendance import refusals as refused
from services.attendance.checks import commands as cmd
from services.attendance.checks import refusals as no
from services.attendance.checks.state import Check
from services.attendance.known import Known
from services.attendance.said import check_of, emit, said, too_long
from services.attendance.state import State, register_in
from services.runtime.decisions import Act, Decided, Decision, Emit


def decide(act: Act[Any, Known], command: cmd.SpotCheckCommand, states: Mapping[str, State]) -> Decision:
    """The facts that a plan or a visit leads to, or why it is refused."""
    check = states[check_of(command.check)]
    if not isinstance(check, Check):
        raise TypeError(f"{command.check}: not a check")
    match command:
        case cmd.PlanSpotCheck():
            return _plan(act, command, check)
        case cmd.RecordSpotCheck():
            return _record(act, command, check, states)
    assert_never(command)


def _plan(act: Act[Any, Known], command: cmd.PlanSpotCheck, check: Check) -> Decision:
    """Teams are named by whoever plans, or drawn: then the seed comes from outside and stands in the log (R8.4)."""
    if check.planned or check.conducted:
        return no.CHECK_EXISTS
    if command.ends_on < command.starts_on:
        return refused.WRONG_INTERVAL
    if too_long(act, command.starts_on, command.ends_on):
        return refused.TOO_LONG
    if command.ends_on < act.today:
        return no.CHECK_PAST
    if bool(command.teams) is bool(command.count):
        return no.TEAMS_OR_NUMBER
    drawn = command.count is not None
    if drawn is not (command.kind is SpotCheckKind.RANDOM):
        return no.TEAMS_OR_NUMBER
    known = act.known.teams
    if not known or not set(command.teams) <= set(known):
        return no.TEAM_NOT_THERE
    seed = act.known.seed
    assert seed is not None, "gathered with every plan"
    teams = tuple(dict.fromkeys(command.teams)) if command.count is None else draw(seed, known, command.count)
    planned = occasion.SpotCheckPlanned(
        **said(act.by, "8.4", command.area),
        check=command.check,
        kind=command.kind,
        area=command.area,
        starts_on=command.starts_on,
        ends_on=command.ends_on,
        teams=teams,
        seed=seed if drawn else None,
        candidates=tuple(sorted(known)) if drawn else None,
    )
    return Decided([Emit(check_of(command.check), planned)], lambda _: {"teams": list(teams)})


def _record(act: Act[Any, Known], command: cmd.RecordSpotCheck, check: Check, states: Mapping[str, State]) -> Decision:
    """The occasion, and one fact per person: a finding "absent" takes away that day's check-ins by itself (A27)."""
    if command.date > act.today:
        return refused.FUTURE
    village = act.known.villages[command.team]
    if check.area is not None and not lies_in(village, check.area):
        return no.TEAM_NOT_THERE
    if not check.allows(command.team, command.date):
        return no.NOT_IN_PLAN
    emits = []
    for found in command.findings:
        if found.person == act.by.person:
            return refused.OWN_CASE
        post = act.known.post_in(found.person, command.team, command.date)
        if post is None:
            return refused.NOT_POSTED
        if (command.check, command.date) in register_in(states, found.person).spot_checks:
            return no.SPOT_CHECK_RECORDED
        checked = PersonSpotChecked(
            **said(act.by, "8.4", post.village),
            person=found.person,
            date=command.date,
            check=command.check,
            finding=found.finding,
        )
        emits.append(emit(checked, command.date))
    if len({found.person for found in command.findings}) < len(emits):
        return no.SPOT_CHECK_RECORDED
    visit = occasion.SpotCheckConducted(
        **said(act.by, "8.4", village),
        check=command.check,
        team=command.team,
        date=command.date,
        persons=len(emits),
        finding=command.work,
    )
    return Decided([Emit(check_of(command.check), visit), *emits])

"""Absence and what is found out about it: recorded, justified or not, corrected, spot checks (Art. 8, 9, 15.4)."""

from collections.abc import Mapping
from typing import Any, assert_never

from contracts import attendance as fact
from contracts.identifiers import Role
from services.attendance import commands as cmd
from services.attendance import refusals as no
from services.attendance.known import Known
from services.attendance.said import emit, one, register_of, said
from services.attendance.state import Register
from services.runtime.decisions import Act, Decided, Decision


def decide(act: Act[Any, Known], command: cmd.AbsenceCommand, states: Mapping[str, Register]) -> Decision:
    """The facts that a finding about somebody's days leads to, or why it is refused."""
    match command:
        case cmd.RecordAbsence():
            return _record(act, command, states[register_of(command.person)])
        case cmd.JustifyAbsence() | cmd.RejectJustification():
            return _rule(act, command, states[register_of(command.person)])
        case cmd.CorrectDay():
            return _correct(act, command, states[register_of(command.person)])
        case cmd.RecordSpotCheck():
            return _spot_check(act, command, states)
    assert_never(command)


def _record(act: Act[Any, Known], command: cmd.RecordAbsence, register: Register) -> Decision:
    """Says before the sync horizon is over that a day is absent; afterwards it is so without anybody saying it."""
    if command.date >= act.today:
        return no.DAY_NOT_OVER
    post = act.known.post_on(command.person, command.date)
    if post is None:
        return no.NOT_POSTED
    if any(not presence.voided for presence in register.on(command.date)):
        return no.PRESENT_THAT_DAY
    if command.date in register.absences:
        return no.ABSENCE_RECORDED
    return one(fact.AbsenceRecorded(**said(act.by, "9.3", post.village), **dict(command)), command.date)


def _rule(act: Act[Any, Known], command: cmd.JustifyAbsence | cmd.RejectJustification, register: Register) -> Decision:
    """The township rules on the reason of an absence, the county office on appeal; the later ruling counts (A23)."""
    if act.by.person == command.person:
        return no.OWN_CASE
    if command.ends_on < command.starts_on:
        return no.WRONG_INTERVAL
    if command.ends_on > act.today:
        return no.FUTURE
    post = act.known.post_on(command.person, command.starts_on)
    if post is None:
        return no.NOT_POSTED
    overlapping = (r for r in register.rulings if r.starts_on <= command.ends_on and command.starts_on <= r.ends_on)
    if act.by.role is not Role.COUNTY_OFFICE and any(ruling.by_county for ruling in overlapping):
        return no.COUNTY_DECIDED
    header = said(act.by, "15.4", post.village)
    if isinstance(command, cmd.RejectJustification):
        return one(fact.JustificationRejected(**header, **dict(command)), command.starts_on)
    if not command.evidence:
        return no.NO_JUSTIFICATION
    return one(fact.AbsenceJustified(**header, **dict(command)), command.starts_on)


def _correct(act: Act[Any, Known], command: cmd.CorrectDay, register: Register) -> Decision:
    if act.by.person == command.person:
        return no.OWN_CASE
    if command.date > act.today:
        return no.FUTURE
    post = act.known.post_on(command.person, command.date)
    if post is None:
        return no.NOT_POSTED
    latest = register.corrections.get(command.date)
    present = {presence.event for presence in register.on(command.date)}
    if command.supersedes is not None and command.supersedes not in {latest, *present}:
        return no.NOT_SUPERSEDED
    fields = {**dict(command), "supersedes": command.supersedes or latest}
    return one(fact.DayStatusCorrected(**said(act.by, "9.3", post.village), **fields), command.date)


def _spot_check(act: Act[Any, Known], command: cmd.RecordSpotCheck, states: Mapping[str, Register]) -> Decision:
    """One fact per person. A finding "absent" takes away that day's check-ins by itself: the fold sees to it (A27)."""
    if command.date > act.today:
        return no.FUTURE
    emits = []
    for found in command.findings:
        if found.person == act.by.person:
            return no.OWN_CASE
        post = act.known.post_in(found.person, command.team, command.date)
        if post is None:
            return no.NOT_POSTED
        checked = fact.PersonSpotChecked(
            **said(act.by, "8.4", post.village),
            person=found.person,
            date=command.date,
            check=command.check,
            finding=found.finding,
        )
        if (command.check, command.date) in states[register_of(found.person)].spot_checks:
            return no.SPOT_CHECK_RECORDED
        emits.append(emit(checked, command.date))
    if len({found.person for found in command.findings}) < len(emits):
        return no.SPOT_CHECK_RECORDED
    return Decided(emits)

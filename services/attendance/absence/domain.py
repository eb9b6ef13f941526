"""Absence and what is found out about it: recorded, justified or not, the day corrected (Art. 9, 15.4)."""

from collections.abc import Mapping
from typing import Any, assert_never

from contracts import attendance as fact
from contracts.identifiers import Role
from services.attendance import refusals as refused
from services.attendance.absence import commands as cmd
from services.attendance.absence import refusals as no
from services.attendance.known import Known
from services.attendance.periods import closed
from services.attendance.said import one, said
from services.attendance.sheets import refusals as no_sheet
from services.attendance.state import Register, State, register_in
from services.runtime.decisions import Act, Decision


def decide(act: Act[Any, Known], command: cmd.AbsenceCommand, states: Mapping[str, State]) -> Decision:
    """The facts that a finding about somebody's days leads to, or why it is refused."""
    match command:
        case cmd.RecordAbsence():
            return _record(act, command, register_in(states, command.person))
        case cmd.JustifyAbsence() | cmd.RejectJustification():
            return _rule(act, command, register_in(states, command.person))
        case cmd.CorrectDay():
            return _correct(act, command, states)
        case cmd.RequestCorrection():
            return _request_correction(act, command, states)
    assert_never(command)


def _record(act: Act[Any, Known], command: cmd.RecordAbsence, register: Register) -> Decision:
    """Says before the sync horizon is over that a day is absent; afterwards it is so without anybody saying it."""
    if command.date >= act.today:
        return no.DAY_NOT_OVER
    post = act.known.post_on(command.person, command.date)
    if post is None:
        return refused.NOT_POSTED
    if any(not presence.voided for presence in register.on(command.date)):
        return no.PRESENT_THAT_DAY
    if command.date in register.found.absences:
        return no.ABSENCE_RECORDED
    return one(fact.AbsenceRecorded(**said(act.by, "9.3", post.village), **dict(command)), command.date)


def _rule(act: Act[Any, Known], command: cmd.JustifyAbsence | cmd.RejectJustification, register: Register) -> Decision:
    """The township rules on the reason of an absence, the county office on appeal; the later ruling counts (A23)."""
    if act.by.person == command.person:
        return refused.OWN_CASE
    if command.ends_on < command.starts_on:
        return refused.WRONG_INTERVAL
    if command.ends_on > act.today:
        return refused.FUTURE
    post = act.known.post_on(command.person, command.starts_on)
    if post is None:
        return refused.NOT_POSTED
    overlapping = (
        r for r in register.found.rulings if r.starts_on <= command.ends_on and command.starts_on <= r.ends_on
    )
    if act.by.role is not Role.COUNTY_OFFICE and any(ruling.by_county for ruling in overlapping):
        return no.COUNTY_DECIDED
    header = said(act.by, "15.4", post.village)
    if isinstance(command, cmd.RejectJustification):
        return one(fact.JustificationRejected(**header, **dict(command)), command.starts_on)
    if not command.evidence:
        return no.NO_JUSTIFICATION
    return one(fact.AbsenceJustified(**header, **dict(command)), command.starts_on)


def _request_correction(act: Act[Any, Known], command: cmd.RequestCorrection, states: Mapping[str, State]) -> Decision:
    """The township's committee asks; its leader in charge decides (3.1, row "correct after signature")."""
    post = act.known.post_on(command.person, command.date)
    if post is None:
        return refused.NOT_POSTED
    if not closed(states, act.known.sheets):
        return no_sheet.NOT_CLOSED
    return one(fact.DayCorrectionRequested(**said(act.by, "9.4", post.village), **dict(command)), command.date)


def _correct(act: Act[Any, Known], command: cmd.CorrectDay, states: Mapping[str, State]) -> Decision:
    """Before the signature the township corrects; afterwards its leader in charge alone (A35)."""
    register = register_in(states, command.person)
    if act.by.person == command.person:
        return refused.OWN_CASE
    if act.by.role is not Role.TOWNSHIP_LEADER and closed(states, act.known.sheets):
        return no_sheet.CORRECTION_NEEDS_TL
    if command.date > act.today:
        return refused.FUTURE
    post = act.known.post_on(command.person, command.date)
    if post is None:
        return refused.NOT_POSTED
    correction = register.found.corrections.get(command.date)
    latest = None if correction is None else correction.event
    present = {presence.event for presence in register.on(command.date)}
    if command.supersedes is not None and command.supersedes not in {latest, *present}:
        return no.NOT_SUPERSEDED
    fields = {**dict(command), "supersedes": command.supersedes or latest}
    return one(fact.DayStatusCorrected(**said(act.by, "9.3", post.village), **fields), command.date)

"""What the team's book holds beside check-ins: nights in the village, days of rest, the village's network (Art. 9)."""

from collections.abc import Mapping
from typing import Any

from contracts import attendance as fact
from contracts.sheets import VillageSignalMarked
from services.attendance import refusals as refused
from services.attendance.known import Known
from services.attendance.register import commands as cmd
from services.attendance.register import refusals as no
from services.attendance.register.state import Signal
from services.attendance.said import one, said, signal_of
from services.attendance.state import Register, State
from services.runtime.decisions import Act, Decided, Decision, Emit


def lodging(act: Act[Any, Known], command: cmd.RecordLodging, register: Register) -> Decision:
    """Where somebody eats and sleeps, in his own word; spot checks look at it (Art. 9)."""
    if act.by.person != command.person:
        return refused.NOT_APPLICANT
    if command.ends_on < command.starts_on:
        return refused.WRONG_INTERVAL
    if command.ends_on > act.today:
        return refused.FUTURE
    post = act.known.post_on(command.person, command.starts_on)
    if post is None or act.known.post_on(command.person, command.ends_on) is None:
        return refused.NOT_POSTED
    if any(first <= command.ends_on and command.starts_on <= last for first, last in register.lodgings):
        return no.LODGING_OVERLAPS
    return one(fact.LodgingRecorded(**said(act.by, "9.1", post.village), **dict(command)), command.starts_on)


def rest_day(act: Act[Any, Known], command: cmd.RecordRestDay, register: Register) -> Decision:
    """The team's book of a day of rest, in the person's own word; what the day counts as follows from the calendar."""
    if act.by.person != command.person:
        return refused.NOT_APPLICANT
    if command.date > act.today:
        return refused.FUTURE
    post = act.known.post_on(command.person, command.date)
    if post is None:
        return refused.NOT_POSTED
    if act.known.calendars[command.date.year].is_duty_day(command.date, act.now):
        return no.DUTY_DAY
    if command.date in register.rest_days:
        return no.REST_DAY_RECORDED
    return one(fact.RestDayRecorded(**said(act.by, "9.3", post.village), **dict(command)), command.date)


def mark_signal(act: Act[Any, Known], command: cmd.MarkSignal, signal: Signal) -> Decision:
    """The county office says from when on phones reach the network there, or do not (A25)."""
    latest = signal.markings[-1][1] if signal.markings else False
    if latest is command.without_signal and signal.missing(command.starts_on) is command.without_signal:
        return no.SIGNAL_UNCHANGED
    marked = VillageSignalMarked(**said(act.by, "9.3", command.village), **dict(command))
    return Decided([Emit(signal_of(command.village), marked)])


def signal_in(states: Mapping[str, State], village: str) -> Signal:
    """What is marked about the village, among the loaded states."""
    state = states[signal_of(village)]
    if not isinstance(state, Signal):
        raise TypeError(f"{village}: not a village")
    return state

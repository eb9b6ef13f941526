"""Attendance decides: who was on post, who is on official travel, who has leave, who was absent (Art. 8, 9)."""

from collections.abc import Callable, Mapping
from typing import Any, get_args

from services.attendance import periods
from services.attendance.absence import domain as absence
from services.attendance.absence.commands import AbsenceCommand
from services.attendance.checks import domain as checks
from services.attendance.checks.commands import SpotCheckCommand
from services.attendance.known import Known
from services.attendance.leave import domain as leave
from services.attendance.leave.commands import LeaveCommand
from services.attendance.register import domain as register
from services.attendance.register.commands import CheckInCommand
from services.attendance.sheets import domain as sheets
from services.attendance.sheets.commands import SheetCommand
from services.attendance.state import State
from services.attendance.travel import domain as travel
from services.attendance.travel.commands import TravelCommand
from services.attendance.year import domain as year
from services.attendance.year.commands import YearCommand
from services.runtime.decisions import Act, Decision

_SUBJECTS: tuple[tuple[Any, Callable[..., Decision]], ...] = (
    (CheckInCommand, register.decide),
    (TravelCommand, travel.decide),
    (LeaveCommand, leave.decide),
    (AbsenceCommand, absence.decide),
    (SpotCheckCommand, checks.decide),
    (SheetCommand, sheets.decide),
    (YearCommand, year.decide),
)
_DECIDES: Mapping[type, Callable[..., Decision]] = {
    form: decides for commands, decides in _SUBJECTS for form in get_args(commands)
}


def decide(act: Act[Any, Known], states: Mapping[str, State]) -> Decision:
    """The facts that a command leads to, or why it is refused. Pure; total over all commands of all subjects."""
    past = periods.refusal(act.command, states, act.known.sheets)
    return past if past is not None else _DECIDES[type(act.command)](act, act.command, states)

"""Which days a command would change, and whether a signed sheet has closed them (Art. 9; A23, A24, A35). Pure.

Up to the signature the team and the township enter what was missing; afterwards a day changes by correction alone, and
the correction makes a new version of the sheet. Findings of spot checks are never refused: they come from outside.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, TypeAlias

from contracts.refusals import Refusal
from services.attendance import commands as cmd
from services.attendance.known import Known
from services.attendance.leave.state import Leave
from services.attendance.said import bounds_of, month_of, sheet_of
from services.attendance.sheets import refusals as no
from services.attendance.sheets.state import Sheet
from services.attendance.state import State
from services.attendance.travel.state import Travel

Days: TypeAlias = tuple[date, date]
"""First and last day, both included; a first day after the last one means no day."""

_DAY = timedelta(days=1)


def days_of_leave(command: Any, leave: Leave) -> Days | None:
    """Days whose status a step of a leave that is asked for would change."""
    match command:
        case cmd.ApproveLeave():
            return leave.starts_on, leave.ends_on
        case cmd.ApproveExtension() if leave.extension is not None:
            return leave.ends_on + _DAY, leave.extension.ends_on
        case cmd.ShortenLeave(ends_on=last):
            return last + _DAY, leave.ends_on
        case cmd.CloseLeave(returned_on=returned):
            return returned, leave.ends_on
        case cmd.WithdrawLeave() if leave.covers(leave.starts_on):
            return leave.starts_on, leave.last_day
    return None


def days_of_travel(command: Any, travel: Travel) -> Days | None:
    """Days whose status a step of a trip that is asked for would change."""
    match command:
        case cmd.ApproveTravel():
            return travel.starts_on, travel.ends_on
        case cmd.CloseTravel(last_day=last):
            return last + _DAY, travel.ends_on
        case cmd.WithdrawTravel() if travel.covers(travel.starts_on):
            return travel.starts_on, travel.last_day
    return None


def sheets_over(known: Known, person: str, days: Days, today: date) -> tuple[str, ...]:
    """Keys of the sheets on which these days of the person stand; a month that is not over has none to look at."""
    found: dict[str, None] = {}
    for post in known.posts.get(person, ()):
        first, last = max(days[0], post.starts_on), min(days[1], post.last_day or today, today)
        while first <= last:
            found[sheet_of(post.team, month_of(first))] = None
            first = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    return tuple(found)


def sheet_in_reach(team: str, day: date, today: date) -> tuple[str, ...]:
    """The key of the day's sheet, where it can be drawn up before a check-in that came in today is recorded.

    Nobody draws up a month before it is over, and no request is under way for a day: most check-ins look at no sheet.
    """
    month = month_of(day)
    return (sheet_of(team, month),) if bounds_of(month)[1] <= today else ()


def closed(states: Mapping[str, State], keys: tuple[str, ...]) -> bool:
    """Whether a signature stands on one of the sheets."""
    return any(isinstance(sheet := states[key], Sheet) and sheet.closed for key in keys)


def refusal(command: Any, states: Mapping[str, State], keys: tuple[str, ...]) -> Refusal | None:
    """Why the days cannot be changed by this command any more."""
    match command:
        case cmd.JustifyAbsence() | cmd.RejectJustification():
            reviewed = any(isinstance(sheet := states[key], Sheet) and sheet.reviewed for key in keys)
            return no.REVIEWED_PERIOD if reviewed else None
        case cmd.CorrectDay() | cmd.RequestCorrection() | cmd.RecordLodging() | cmd.RecordRestDay():
            return None
    return no.PERIOD_CLOSED if closed(states, keys) else None

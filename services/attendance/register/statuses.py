"""What each posted day counts as, worked out from a person's register (`domain.md` 2.0). Pure.

Monthly sheets, calendars and clock duties rest on this. The sums of `views.sql` and the assessment's fold are written
without a look at it: the tests hold all three against each other, day by day.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from contracts.attendance import DayStatus
from contracts.calendar import DutyCalendar
from services.attendance.known import Elsewhere
from services.attendance.said import BEIJING
from services.attendance.state import Register
from services.runtime.in_force import held

ON_POST = frozenset({DayStatus.ON_POST, DayStatus.TRAVEL, DayStatus.TRAINING})
"""What counts towards the 200 days (Art. 9, A02, A07)."""


@dataclass(frozen=True, slots=True)
class Frame:
    """From where the days are looked at: which are duty days, and of which a missing record may still come."""

    is_pending: Callable[[date], bool]
    """Whether a record of the day may still come."""
    is_duty_day: Callable[[date], bool]
    needed: Callable[[date], int]
    """Check-ins that make the day (A09)."""


@dataclass(frozen=True, slots=True)
class Day:
    """A status and what it rests on: the kind of ground, and the event or case that stands for it where one does."""

    date: date
    status: DayStatus
    ground: str
    reference: str | None = None
    conflict: bool = False
    """A check-in during leave: the leave stands until it is shortened or closed (A20)."""


def frame_at(now: datetime, calendars: Mapping[int, DutyCalendar], rules: Mapping[str, Any]) -> Frame:
    """The frame at an instant: revisions of a calendar count from their publication."""

    @cache  # a sheet asks for the same days of each of its people
    def is_duty_day(day: date) -> bool:
        return calendars[day.year].is_duty_day(day, now)

    @cache
    def is_pending(day: date) -> bool:
        return day >= pending_from(now, rules, day)

    return Frame(is_pending, is_duty_day, lambda day: int(held(rules, "onpost.min_checkins", day)))


def pending_from(now: datetime, rules: Mapping[str, Any], day: date) -> date:
    """The first day of which a record may still come, by what held on `day`."""
    return (now - timedelta(hours=held(rules, "absence.sync_horizon_h", day))).astimezone(BEIJING).date()


def days_between(first: date, last: date) -> Iterable[date]:
    """Every day, both ends included."""
    return (date.fromordinal(ordinal) for ordinal in range(first.toordinal(), last.toordinal() + 1))


def bearing_on(register: Register, first: date, last: date) -> Register:
    """The register without the trips and leaves that touch no day from `first` to `last`: those days stay the same."""
    trips = {case: trip for case, trip in register.travels.items() if trip.claims(first, last)}
    leaves = {case: leave for case, leave in register.leaves.items() if leave.claims(first, last)}
    return replace(register, travels=trips, leaves=leaves)


def day_of(register: Register, elsewhere: Elsewhere, day: date, frame: Frame) -> Day:
    """The status of one posted day; the first that applies."""
    correction = register.found.corrections.get(day)
    if correction is not None:
        return Day(day, correction.status, "corrected", correction.event)
    for case, trip in register.travels.items():
        if trip.covers(day):
            return Day(day, DayStatus.TRAVEL, "travel", case)
    if elsewhere.trained(day):
        return Day(day, DayStatus.TRAINING, "training")
    if elsewhere.seconded(day):
        return Day(day, DayStatus.SECONDED, "secondment")
    shown = [] if day in register.found_absent else [seen for seen in register.on(day) if not seen.voided]
    for case, leave in register.leaves.items():
        if leave.covers(day):
            return Day(day, DayStatus.LEAVE, "leave", case, conflict=bool(shown))
    if len({seen.record for seen in shown}) >= frame.needed(day):
        return Day(day, DayStatus.ON_POST, "check_in", shown[0].event)
    if not frame.is_duty_day(day):
        return Day(day, DayStatus.REST, "rest_day")
    return _without_presence(register, day, frame)


@dataclass(frozen=True, slots=True)
class Marks:
    """What is known of a day's presence besides its status."""

    village: str | None
    two_villages: bool
    overnight: bool


def marks_of(register: Register, day: date) -> Marks:
    """Where the person was shown to be, in one village or two (A21), and whether a check-in says: overnight."""
    shown = [] if day in register.found_absent else [seen for seen in register.on(day) if not seen.voided]
    villages = sorted({seen.village for seen in shown})
    return Marks(villages[0] if villages else None, len(villages) > 1, any(seen.overnight for seen in shown))


def night_spent(register: Register, day: date) -> bool:
    """Whether the night was spent in the village: by a check-in, or where the person said that he stays (Art. 9)."""
    if day in register.found_absent:
        return False
    lodged = any(first <= day <= last for first, last in register.lodgings)
    return lodged or any(seen.overnight and not seen.voided for seen in register.on(day))


def _without_presence(register: Register, day: date, frame: Frame) -> Day:
    ruling = next((r for r in reversed(register.found.rulings) if r.starts_on <= day <= r.ends_on), None)
    if ruling is not None and ruling.justified:
        return Day(day, DayStatus.EXCUSED, "justified")
    if frame.is_pending(day) and day not in register.found.absences:
        return Day(day, DayStatus.PENDING, "pending")
    if day in register.found_absent:
        return Day(day, DayStatus.ABSENT, "spot_check", register.found_absent[day])
    if ruling is not None:
        return Day(day, DayStatus.ABSENT, "justification_rejected")
    return Day(day, DayStatus.ABSENT, "recorded" if day in register.found.absences else "no_record")

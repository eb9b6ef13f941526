"""Civil days and instants of the demonstration: which days are duty days, and what 09:30 in Beijing is in UTC."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from contracts.calendar import CIVIL_TIME, DutyCalendar, load_calendar

YEAR = 2017
FIRST_DAY = date(YEAR, 1, 1)
LAST_DAY = date(YEAR, 12, 31)

Span = tuple[date, date]
"""First and last day, both included."""


@cache
def _calendar(year: int) -> DutyCalendar:
    return load_calendar(year)


@cache
def is_duty_day(day: date) -> bool:
    """Whether the State Council's arrangement makes `day` a duty day, make-up workdays included."""
    return _calendar(day.year).is_duty_day(day)


def days(first: date, last: date) -> Iterator[date]:
    """Every day of an interval, both ends included."""
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(ordinal)


def duty_days(first: date, last: date) -> list[date]:
    """The duty days of an interval."""
    return [day for day in days(first, last) if is_duty_day(day)]


def later(day: date, count: int) -> date:
    """The day `count` days after (negative: before)."""
    return day + timedelta(days=count)


def next_duty_day(day: date) -> date:
    """The first duty day after `day`."""
    return next(found for found in days(later(day, 1), later(day, 30)) if is_duty_day(found))


def in_spans(day: date, spans: Iterable[Span]) -> bool:
    """Whether the day lies in one of the spans."""
    return any(first <= day <= last for first, last in spans)


def instant(day: date, clock: str) -> datetime:
    """The UTC instant of a Beijing wall clock time such as `09:30`."""
    hour, minute = clock.split(":")
    return datetime.combine(day, time(int(hour), int(minute)), CIVIL_TIME).astimezone(UTC)

"""Board of 900 yuan a month by posted days (Art. 17, A78)."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import Protocol


class PostedAt(Protocol):
    """A posting: both days belong to it, None while it lasts."""

    @property
    def starts_on(self) -> date: ...
    @property
    def last_day(self) -> date | None: ...


def days_in(month: str) -> tuple[date, date]:
    """First and last day of `2017-05`."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, 1), date(year, number, monthrange(year, number)[1])


def posted_days(postings: Sequence[PostedAt], month: str) -> frozenset[date]:
    """Calendar days of the month that the postings cover."""
    first, last = days_in(month)
    days: set[int] = set()
    for posting in postings:
        start, end = max(posting.starts_on, first), min(posting.last_day or last, last)
        days |= set(range(start.toordinal(), end.toordinal() + 1))
    return frozenset(map(date.fromordinal, days))


def due_fen(days: int, month: str, monthly_fen: int) -> int:
    """The monthly sum for that share of the month's days, rounded to the nearest fen (half upwards)."""
    length = days_in(month)[1].day
    return (2 * monthly_fen * days + length) // (2 * length)

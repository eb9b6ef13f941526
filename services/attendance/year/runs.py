"""How long somebody was absent: runs, totals, and how many days can still be reached (Art. 9, 15.3, 15.4). Pure.

A run counts ABSENT days; rest and pending days neither count nor break it, every other day does, and so does a gap in
the posting (A12, A16). It goes on over New Year (A15).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from contracts.attendance import DayStatus
from services.attendance.known import Elsewhere, Post
from services.attendance.register.statuses import ON_POST, Day, Frame, day_of, days_between
from services.attendance.state import Register

_TRANSPARENT = frozenset({DayStatus.REST, DayStatus.PENDING})


@dataclass(frozen=True, slots=True)
class Pace:
    """Days on post so far, days of the year that could still count, and what Art. 9 asks for."""

    on_post: int
    possible: int
    needed: int

    @property
    def lost(self) -> bool:
        return self.on_post + self.possible < self.needed


def posted_days(posts: Iterable[Post], first: date, last: date) -> list[date]:
    """Every posted day from `first` to `last`, once and in order."""
    found: set[date] = set()
    for post in posts:
        found.update(days_between(max(first, post.starts_on), min(last, post.last_day or last)))
    return sorted(found)


def statuses(
    register: Register, elsewhere: Elsewhere, posts: Sequence[Post], first: date, last: date, frame: Frame
) -> list[Day]:
    """The status of every posted day from `first` to `last`."""
    return [day_of(register, elsewhere, day, frame) for day in posted_days(posts, first, last)]


def runs(days: Iterable[Day]) -> list[list[date]]:
    """The absent days of each run, in order; the last one may still go on."""
    found: list[list[date]] = []
    before: date | None = None
    broken = True
    for day in days:
        broken = broken or (before is not None and day.date != before + timedelta(days=1))
        before = day.date
        if day.status is DayStatus.ABSENT:
            if broken:
                found.append([])
            found[-1].append(day.date)
            broken = False
        elif day.status not in _TRANSPARENT:
            broken = True
    return found


def open_run(days: Sequence[Day]) -> int:
    """Length of the run that the last day hands on: 0 where presence, leave or the end of the posting broke it."""
    for day in reversed(days):
        if day.status is DayStatus.ABSENT:
            return len(runs(days)[-1])
        if day.status not in _TRANSPARENT:
            return 0
    return 0


def pace(days: Sequence[Day], posts: Sequence[Post], year: int, today: date, rules: Mapping[str, Any]) -> Pace | None:
    """Whether the days of Art. 9 can still be reached; None where the year is too short to be assessed (A03, A04).

    `days` are those of the year up to today. A posting without end is taken to last until the year does.
    """
    first = max(date(year, 1, 1), rules["onpost.counted_from"])
    last = date(year, 12, 31)
    posted = posted_days(posts, first, last)
    if not _half_a_year(posted, rules["half_year.rule"]):
        return None
    whole = (last - date(year, 1, 1)).days + 1
    needed = -(-rules["onpost.threshold"] * len(posted) // whole)
    on_post = sum(day.status in ON_POST for day in days)
    open_days = sum(
        day.status is DayStatus.PENDING or (day.date == today and day.status not in ON_POST) for day in days
    )
    return Pace(on_post, open_days + sum(day > today for day in posted), needed)


def _half_a_year(posted: Sequence[date], rule: Mapping[str, int]) -> bool:
    """At least so many days, or one interval of so many calendar months (A04)."""
    if len(posted) >= rule["days"]:
        return True
    start = before = None
    for day in posted:
        if before is None or day != before + timedelta(days=1):
            start = day
        before = day
        assert start is not None
        month = start.month - 1 + rule["months"]
        if month // 12 == 0 and day + timedelta(days=1) >= start.replace(month=month + 1, day=min(start.day, 28)):
            return True
    return False

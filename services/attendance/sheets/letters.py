"""A person's month in letters, and those that were drawn up already (Art. 9). Pure: the memory saves time, no more.

A sheet is drawn up when it is drafted, signed and reviewed. In between its people go on with the next month, and their
registers are other values; but what bears on the month is the very same, for nothing that is kept of a person changes.
"""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from contracts.attendance import DayStatus
from contracts.sheets import LETTERS, NOT_POSTED
from services.attendance.known import Elsewhere, Post
from services.attendance.register.state import month_number
from services.attendance.register.statuses import Frame, bearing_on, day_of
from services.attendance.state import Register

MOST_REMEMBERED = 20_000
"""Months of people: the sheets that a city has under way."""


class _Grounds(NamedTuple):
    """All that the letters of a month rest on."""

    facts: tuple[object, ...]
    """What is kept of the person and bears on it: held as long as it is remembered, so that it can be known again."""
    rest: tuple[object, ...]
    """Where he was posted and was elsewhere, and how days are counted."""

    def are(self, others: "_Grounds") -> bool:
        """Whether the facts are the very same and the rest is equal."""
        return self.rest == others.rest and all(mine is its for mine, its in zip(self.facts, others.facts, strict=True))


_remembered: OrderedDict[tuple[str, str, date], tuple[_Grounds, str]] = OrderedDict()


def letters(
    person: str, register: Register, elsewhere: Elsewhere, posts: Sequence[Post], days: Sequence[date], frame: Frame
) -> str | None:
    """A letter for each day of a month, posted in the team or not; None while one of them is PENDING.

    `posts`: the person's postings in the one team.
    """
    first, last = days[0], days[-1]
    elsewhere = elsewhere.within(first, last)
    if frame.is_pending(last):
        return _drawn(bearing_on(register, first, last), elsewhere, posts, days, frame)
    presences = register.months.get(month_number(first))
    facts = (presences, register.leaves, register.travels, register.found, register.found_absent)
    grounds = _Grounds(facts, (tuple(posts), elsewhere, *map(frame.needed, days), *map(frame.is_duty_day, days)))
    key = (person, posts[0].team, first)
    known = _remembered.pop(key, None)
    if known is None or not known[0].are(grounds):
        found = _drawn(bearing_on(register, first, last), elsewhere, posts, days, frame)
        assert found is not None, "no day is waited for any more"
        known = grounds, found
    _remembered[key] = known
    while len(_remembered) > MOST_REMEMBERED:
        _remembered.popitem(last=False)
    return known[1]


def _drawn(
    register: Register, elsewhere: Elsewhere, posts: Sequence[Post], days: Sequence[date], frame: Frame
) -> str | None:
    found = []
    for day in days:
        if not any(post.covers(day) for post in posts):
            found.append(NOT_POSTED)
            continue
        status = day_of(register, elsewhere, day, frame).status
        if status is DayStatus.PENDING:
            return None
        found.append(LETTERS[status])
    return "".join(found)

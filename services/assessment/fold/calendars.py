"""The published duty calendars as known at the cut (`domain.md` 2.0, 2.0.1).

A calendar that is not yet published is used nevertheless; a revision counts from its publication, for the days of
which it speaks.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from services.assessment.fold.civil import Cut, first_of, last_of, ordinal
from services.assessment.fold.findings import FoldError

REST = 1
DUTY = 0

_WEEK = 7
_WORKING = 5
_MONDAY_OFFSET = 6
"""Ordinal 1 was a Monday."""


class Calendars:
    """Year -> a byte per day, 1 = rest day, as known at one cut.

    `published`: year as text -> `{"year", "revisions": [{"published", "holidays": [{"first", "last"}], "workdays"}]}`,
    the canonical form of `contracts.calendar.DutyCalendar`.
    """

    def __init__(self, published: Mapping[str, Mapping[str, Any]], cut: Cut) -> None:
        self._published = published
        self._cut = cut
        self._years: dict[int, bytes] = {}
        self._spans: dict[tuple[int, int], bytes] = {}

    def year(self, year: int) -> bytes:
        """One byte per day of the year. Raises FoldError where no calendar was published."""
        known = self._years.get(year)
        if known is None:
            known = self._years[year] = _marks(year, self._revisions(year))
        return known

    def span(self, start: int, end: int, first_year: int, last_year: int) -> bytes:
        """One byte per day from `start` to `end`, both included, which lie in `first_year` and `last_year`."""
        known = self._spans.get((start, end))
        if known is None:
            whole = b"".join(self.year(year) for year in range(first_year, last_year + 1))
            offset = first_of(first_year)
            known = self._spans[start, end] = whole[start - offset : end - offset + 1]
        return known

    def _revisions(self, year: int) -> Sequence[Mapping[str, Any]]:
        calendar = self._published.get(str(year))
        if calendar is None:
            raise FoldError(
                f"没有{year}年的工作日历 / no duty calendar for {year}: write contracts/calendars/{year}.yaml from the "
                "State Council's notice on the holidays of that year"
            )
        first, *later = calendar["revisions"]
        return [first, *(revision for revision in later if self._cut.day_reached(ordinal(revision["published"])))]


def _marks(year: int, revisions: Sequence[Mapping[str, Any]]) -> bytes:
    start, end = first_of(year), last_of(year)
    marks = bytearray(REST if (day + _MONDAY_OFFSET) % _WEEK >= _WORKING else DUTY for day in range(start, end + 1))
    for revision in revisions:
        for holiday in revision["holidays"]:
            for day in range(ordinal(holiday["first"]), ordinal(holiday["last"]) + 1):
                marks[_inside(day, year) - start] = REST
        for text in revision["workdays"]:
            marks[_inside(ordinal(text), year) - start] = DUTY
    return bytes(marks)


def _inside(day: int, year: int) -> int:
    if not first_of(year) <= day <= last_of(year):
        raise FoldError(f"the duty calendar of {year} speaks of a day that is not in it")
    return day

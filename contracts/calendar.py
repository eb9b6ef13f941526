"""Duty calendars: which days of a year are duty days (工作日) by the arrangements of the State Council.

A day is a duty day if it is Monday to Friday and no holiday, or if it is a make-up workday (调休上班). The arrangement
of a year is revised by later notices: each revision speaks of some days, and for those days the latest one counts.
The classes read nothing; :func:`load_calendar` reads the YAML in `contracts/calendars`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from importlib import resources
from itertools import pairwise
from typing import Any, Self

from contracts import canonical, plain_yaml

CIVIL_TIME = timezone(timedelta(hours=8), "Asia/Shanghai")
"""One offset since 1992, so no time zone database is needed to know which day it is."""
_SATURDAY = 5


class NoCalendar(LookupError):
    """No duty calendar for a year; the message says what to do about it."""

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(
            f"没有{year}年的工作日历：请依据国务院办公厅关于{year}年部分节假日安排的通知编制"
            f" contracts/calendars/{year}.yaml。 / There is no duty calendar for {year}: write"
            f" contracts/calendars/{year}.yaml from the State Council's notice (copy the form of another year)"
            " and install the new contracts package."
        )


@dataclass(frozen=True, slots=True)
class Holiday:
    """Consecutive days off, both ends included."""

    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Revision:
    """What one notice says about the days of one year. It counts from the day it was published."""

    published: date
    title: str
    notice: str | None
    """Document number; None where no source for it was at hand, and then `source_note` says so."""
    holidays: tuple[Holiday, ...]
    workdays: tuple[date, ...]
    source_note: str | None = None

    def speaks_of(self, day: date) -> bool | None:
        """True for a make-up workday, False for a holiday, None for a day this notice does not mention."""
        if day in self.workdays:
            return True
        return False if any(holiday.first <= day <= holiday.last for holiday in self.holidays) else None


class DutyCalendar:
    """The duty days of one year, as known at any instant.

    Raises ValueError if a revision mentions days of another year, contradicts itself, or comes before its forerunner.
    """

    def __init__(self, year: int, revisions: tuple[Revision, ...]) -> None:
        self.year = year
        self.revisions = revisions
        _check(year, revisions)

    def is_duty_day(self, day: date, known_at: datetime | None = None) -> bool:
        """Whether `day` (a civil date of this year) is a duty day by what was published at `known_at`.

        Without `known_at` all revisions count. The first one always counts: a year whose arrangement was not yet
        published is judged by it nevertheless, because there is no other.
        """
        if day.year != self.year:
            raise ValueError(f"{day} is not a day of {self.year}")
        for revision in reversed(self.known(known_at)):
            said = revision.speaks_of(day)
            if said is not None:
                return said
        return day.weekday() < _SATURDAY

    def known(self, known_at: datetime | None = None) -> tuple[Revision, ...]:
        """The revisions published at `known_at` (civil time), never less than the first."""
        if known_at is None:
            return self.revisions
        if known_at.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        today = known_at.astimezone(CIVIL_TIME).date()
        return tuple(revision for at, revision in enumerate(self.revisions) if at == 0 or revision.published <= today)

    def canonical(self) -> dict[str, Any]:
        """The calendar as JSON members, dates as `YYYY-MM-DD`: what the offline fold reads and what is digested."""
        return {"year": self.year, "revisions": [_members(revision) for revision in self.revisions]}

    def digest(self) -> str:
        """SHA-256 of the canonical JSON, hexadecimal."""
        return canonical.digest(self.canonical())

    @classmethod
    def from_canonical(cls, members: Mapping[str, Any]) -> Self:
        """The inverse of :meth:`canonical`; raises ValueError or KeyError for anything else."""
        return cls(members["year"], tuple(_revision(revision, date.fromisoformat) for revision in members["revisions"]))


def available_years() -> tuple[int, ...]:
    """The years that have a calendar, ascending."""
    names = (entry.name for entry in _folder().iterdir())
    return tuple(sorted(int(name.removesuffix(".yaml")) for name in names if name.endswith(".yaml")))


def load_calendar(year: int) -> DutyCalendar:
    """The calendar of `year` from the package's data; raises NoCalendar if there is none."""
    file = _folder() / f"{year}.yaml"
    if not file.is_file():
        raise NoCalendar(year)
    document = plain_yaml.mapping(plain_yaml.load(file.read_text(encoding="utf-8")), "year", "revisions")
    if document["year"] != year:
        raise ValueError(f"{file.name} is about {document['year']}")
    return DutyCalendar(year, tuple(_revision(revision, _date) for revision in document["revisions"]))


def _folder() -> Any:
    return resources.files("contracts") / "calendars"


def _date(value: Any) -> date:
    if not isinstance(value, date):
        raise ValueError(f"{value!r} is not a date")
    return value


def _revision(value: Any, read_date: Any) -> Revision:
    members = plain_yaml.mapping(
        value, "published", "title", "notice", optional=("holidays", "workdays", "source_note")
    )
    holidays = [plain_yaml.mapping(item, "name", "first", "last") for item in members.get("holidays", [])]
    return Revision(
        published=read_date(members["published"]),
        title=members["title"],
        notice=members["notice"],
        holidays=tuple(Holiday(item["name"], read_date(item["first"]), read_date(item["last"])) for item in holidays),
        workdays=tuple(read_date(day) for day in members.get("workdays", [])),
        source_note=members.get("source_note"),
    )


def _members(revision: Revision) -> dict[str, Any]:
    members: dict[str, Any] = {
        "published": revision.published.isoformat(),
        "title": revision.title,
        "notice": revision.notice,
        "holidays": [
            {"name": holiday.name, "first": holiday.first.isoformat(), "last": holiday.last.isoformat()}
            for holiday in revision.holidays
        ],
        "workdays": [day.isoformat() for day in revision.workdays],
    }
    if revision.source_note is not None:
        members["source_note"] = revision.source_note
    return members


def _check(year: int, revisions: tuple[Revision, ...]) -> None:
    if not revisions:
        raise ValueError(f"the calendar of {year} has no revision")
    if any(later.published < earlier.published for earlier, later in pairwise(revisions)):
        raise ValueError(f"the revisions of {year} are not in the order of their publication")
    for revision in revisions:
        ends = [day for holiday in revision.holidays for day in (holiday.first, holiday.last)]
        if any(day.year != year for day in (*ends, *revision.workdays)):
            raise ValueError(f"{revision.title} mentions a day that is not in {year}")
        if any(holiday.last < holiday.first for holiday in revision.holidays):
            raise ValueError(f"{revision.title} has a holiday that ends before it begins")
        both = [day for day in revision.workdays if any(item.first <= day <= item.last for item in revision.holidays)]
        if both:
            raise ValueError(f"{revision.title} makes {both[0]} both a holiday and a workday")

"""What people ask of the register: one person's year day by day, and the sums of a place.

The sums are worked out here in SQL from this service's own views, independently of the assessment's fold.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from psycopg import AsyncCursor
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from contracts.calendar import DutyCalendar, load_calendar
from services.attendance.said import BEIJING
from services.ledger.views import Views
from services.runtime.directory import PostingRow
from services.runtime.in_force import EARLIER, held

_DAYS = """
    select date, status, village, two_villages, overnight, leave_conflict
    from day_status(%(postings)s, %(first)s, %(last)s, %(first_pending)s, %(duty)s, %(needed)s, %(needed_before)s)
    order by date
"""
_SUMS = """
    select person, count(*)::int as days_so_far,
        count(*) filter (where status in ('ONPOST', 'TRAVEL', 'TRAINING'))::int as on_post_days,
        count(*) filter (where status = 'TRAVEL')::int as travel_days,
        count(*) filter (where status = 'TRAINING')::int as training_days,
        count(*) filter (where status = 'LEAVE')::int as leave_days,
        count(*) filter (where status = 'ABSENT')::int as absences,
        count(*) filter (where status = 'EXCUSED')::int as excused_days,
        count(*) filter (where status = 'SECONDED')::int as seconded_days,
        count(*) filter (where status = 'REST')::int as rest_days,
        count(*) filter (where status = 'PENDING')::int as pending_days,
        count(*) filter (where overnight)::int as nights,
        count(*) filter (where leave_conflict)::int as leave_conflicts,
        count(*) filter (where two_villages)::int as two_village_days
    from day_status(%(postings)s, %(first)s, %(last)s, %(first_pending)s, %(duty)s, %(needed)s, %(needed_before)s)
    group by person
"""
SUMS = (
    "days_so_far",
    "on_post_days",
    "travel_days",
    "training_days",
    "leave_days",
    "absences",
    "excused_days",
    "seconded_days",
    "rest_days",
    "pending_days",
    "nights",
    "leave_conflicts",
    "two_village_days",
)
_ON_DAY = """
    select person, status, village, two_villages, overnight, leave_conflict
    from day_status(%(postings)s, %(first)s, %(last)s, %(first_pending)s, %(duty)s, %(needed)s, %(needed_before)s)
"""
_WITHOUT_SIGNAL = """
    select village, starts_on as since from (
        select distinct on (village) village, starts_on, without_signal from signal
        where starts_with(village, %(place)s) and starts_on <= %(day)s order by village, version desc
    ) latest where without_signal order by village
"""
POSTED = """
    select person, team, village, unit, starts_on, last_day from posting where person in (
        select person from posting
        where starts_with(village, %(place)s) and starts_on <= %(last)s and (last_day is null or last_day >= %(first)s))
    order by person, starts_on
"""
_LEAVES = """
    select leave, starts_on, ends_on, step, of_leader, extension_ends_on, returned_on, closed_on, overstayed_since
    from leave where person = %(person)s and starts_on <= %(last)s and ends_on >= %(first)s order by starts_on, leave
"""
_TRAVELS = """
    select travel, starts_on, ends_on, last_day, step, step = 'approved' as approved
    from travel where person = %(person)s and starts_on <= %(last)s and ends_on >= %(first)s order by starts_on, travel
"""


@dataclass(frozen=True, slots=True)
class Window:
    """The days of a year that have a status now, and the first that a phone may still send."""

    year: int
    first: date
    last: date
    first_pending: date
    duty: tuple[date, ...]


def window_of(year: int, now: datetime, rules: Mapping[str, Any]) -> Window:
    """The window of `year` at the instant `now`; raises NoCalendar for a year without duty calendar."""
    begun = (now - timedelta(microseconds=1)).astimezone(BEIJING).date()
    first = max(date(year, 1, 1), rules["onpost.counted_from"])
    last = min(date(year, 12, 31), begun)
    pending = (now - timedelta(hours=held(rules, "absence.sync_horizon_h", last))).astimezone(BEIJING).date()
    calendar = _calendar(year)
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return Window(year, first, last, pending, tuple(day for day in days if calendar.is_duty_day(day, now)))


async def summary(views: Views, place: str, window: Window, rules: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row per person with a posting in the place during the year; the sums are of the person's whole year."""
    async with views.reading("directory") as cursor:
        postings = await _rows(cursor, POSTED, {"place": place, "first": window.first, "last": window.last})
    async with views.reading("register") as cursor:
        sums = await sums_of(cursor, postings, window, rules)
    here = [row for row in postings if row["village"].startswith(place) and row["starts_on"] <= window.last]
    latest = {row["person"]: row for row in here}
    return [
        {
            "person": person,
            "team": posting["team"],
            "village": posting["village"],
            **sums.get(person, dict.fromkeys(SUMS, 0)),
        }
        for person, posting in sorted(latest.items())
    ]


async def on_day(views: Views, place: str, window: Window, rules: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row per person posted in the place on the one day of the window: team, village, status and marks."""
    async with views.reading("directory") as cursor:
        postings = await _rows(cursor, POSTED, {"place": place, "first": window.first, "last": window.last})
    async with views.reading("register") as cursor:
        found = await _rows(cursor, _ON_DAY, _parameters(postings, window, rules))
    days = {row.pop("person"): row for row in found}
    return [
        {"person": row["person"], "team": row["team"], "posted_in": row["village"], **days[row["person"]]}
        for row in postings
        if row["village"].startswith(place)
        and row["starts_on"] <= window.first
        and (row["last_day"] is None or row["last_day"] >= window.last)
    ]


async def without_signal(views: Views, place: str, day: date) -> list[dict[str, Any]]:
    """Villages of the place that are marked as without signal on the day, and since which day."""
    async with views.reading("register") as cursor:
        return await _rows(cursor, _WITHOUT_SIGNAL, {"place": place, "day": day})


async def sums_of(
    cursor: AsyncCursor[Any], postings: Sequence[Mapping[str, Any]], window: Window, rules: Mapping[str, Any]
) -> dict[str, dict[str, int]]:
    """Days by status for each person who has a posted day in the window."""
    rows = await _rows(cursor, _SUMS, _parameters(postings, window, rules))
    return {row["person"]: {name: row[name] for name in SUMS} for row in rows}


async def days_of(
    cursor: AsyncCursor[Any], postings: Sequence[Mapping[str, Any]], window: Window, rules: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Date, status and marks of every posted day, in order; the postings are those of one person."""
    return await _rows(cursor, _DAYS, _parameters(postings, window, rules))


async def register(
    views: Views, person: str, postings: Iterable[PostingRow], window: Window, rules: Mapping[str, Any]
) -> dict[str, Any]:
    """One person's year: the status of every posted day, and the leaves and trips that touch the year."""
    spans = [{"person": person, "starts_on": post.starts_on, "last_day": post.last_day} for post in postings]
    asked = {"person": person, "first": window.first, "last": date(window.year, 12, 31)}
    async with views.reading("register") as cursor:
        days = await days_of(cursor, spans, window, rules)
        leaves = await _rows(cursor, _LEAVES, asked)
        travels = await _rows(cursor, _TRAVELS, asked)
    for leave in leaves:
        closed, within = leave["closed_on"], close_within(rules, leave["ends_on"], leave["returned_on"])
        leave["late_cancellation"] = closed is not None and closed > close_by(leave["ends_on"], within)
    return {"person": person, "year": window.year, "days": days, "leaves": leaves, "travels": travels}


def close_within(rules: Mapping[str, Any], ends_on: date, returned_on: date | None = None) -> int:
    """Duty days for 销假 after a leave, by what held on the day of return; while it is open, on the day after it."""
    return int(held(rules, "leave.close_within_duty_days", returned_on or ends_on + timedelta(days=1)))


def close_by(last_day: date, within: int) -> date:
    """The last day for timely 销假: the end of the `within`-th duty day after the leave (A19)."""
    day = last_day
    while within > 0:
        day += timedelta(days=1)
        within -= _calendar(day.year).is_duty_day(day)
    return day


async def _rows(cursor: AsyncCursor[Any], query: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    async with cursor.connection.cursor(row_factory=dict_row) as rows:
        await rows.execute(query, parameters)
        return await rows.fetchall()


def _parameters(postings: Sequence[Mapping[str, Any]], window: Window, rules: Mapping[str, Any]) -> dict[str, Any]:
    spans = [
        {
            "person": posting["person"],
            "starts_on": posting["starts_on"].isoformat(),
            "last_day": posting["last_day"] and posting["last_day"].isoformat(),
        }
        for posting in postings
    ]
    return {
        "postings": Jsonb(spans),
        "first": window.first,
        "last": window.last,
        "first_pending": window.first_pending,
        "duty": list(window.duty),
        "needed": rules["onpost.min_checkins"],
        "needed_before": _needed_before(rules),
    }


def _needed_before(rules: Mapping[str, Any]) -> Jsonb | None:
    """What `needed` was up to and including a day, oldest first; None where it has always been the same."""
    before = rules.get(EARLIER, {}).get("onpost.min_checkins", ())
    return Jsonb([{"until": until.isoformat(), "needed": value} for until, value in before]) if before else None


@cache
def _calendar(year: int) -> DutyCalendar:
    return load_calendar(year)

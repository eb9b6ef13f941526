"""The days of everybody in a place as they were known at an instant: folded person by person from the bytes of then.

What the view `register` sums up for now (`queries.py`), with the same rows; tests hold the two against each other.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from services.attendance import refusals as refused
from services.attendance.as_known import registers_of, states_at, whereabouts_at
from services.attendance.gathering import calendars
from services.attendance.known import Elsewhere, Known, Post
from services.attendance.queries import SUMS, Window
from services.attendance.register.statuses import ON_POST, Day, Frame, frame_at, marks_of
from services.attendance.state import Register, register_in
from services.attendance.year.runs import statuses
from services.runtime.commands import Refused
from services.runtime.context import Context

PERSONS = 1_000
"""More people than a county has: folding them takes seconds, folding a city's would take minutes."""
_AT_ONCE = 25
"""People folded between two looks at other requests."""

_EVER_POSTED = "select distinct person from posting where starts_with(village, %(place)s) order by person"

_COUNTED = {
    "travel_days": "TRAVEL",
    "training_days": "TRAINING",
    "leave_days": "LEAVE",
    "absences": "ABSENT",
    "excused_days": "EXCUSED",
    "seconded_days": "SECONDED",
    "rest_days": "REST",
    "pending_days": "PENDING",
}


async def summary(
    context: Context, place: str, window: Window, rules: Mapping[str, Any], at: datetime
) -> list[dict[str, Any]]:
    """A row per person with a posting in the place during the year, as it was known then; sums of the whole year."""
    found, frame = [], frame_at(at, calendars(), rules)
    async for person, known, register in people(context, place, at):
        here = [post for post in known.posts[person] if _meets(post, place, window)]
        if here:
            days = _days(person, known, register, window, frame)
            found.append(
                {"person": person, "team": here[-1].team, "village": here[-1].village, **_sums(days, register)}
            )
    return found


async def on_day(
    context: Context, place: str, window: Window, rules: Mapping[str, Any], at: datetime
) -> list[dict[str, Any]]:
    """A row per person posted in the place on the one day of the window, as it was known then."""
    found, frame = [], frame_at(at, calendars(), rules)
    async for person, known, register in people(context, place, at):
        for post in known.posts[person]:
            if _meets(post, place, window):
                (day,) = _days(person, known, register, window, frame)
                marks = marks_of(register, day.date)
                found.append(
                    {
                        "person": person,
                        "team": post.team,
                        "posted_in": post.village,
                        "status": day.status,
                        "village": marks.village,
                        "two_villages": marks.two_villages,
                        "overnight": marks.overnight,
                        "leave_conflict": day.conflict,
                    }
                )
    return found


async def people(context: Context, place: str, at: datetime) -> AsyncIterator[tuple[str, Known, Register]]:
    """Everybody of whom it was known then that he was posted, among those ever posted in the place."""
    async with context.service.views.reading("directory") as cursor:
        await cursor.execute(_EVER_POSTED, {"place": place})
        persons = [row[0] for row in await cursor.fetchall()]
    if len(persons) > PERSONS:
        raise Refused(refused.TOO_MANY_TO_FOLD)
    rest = iter(persons)
    while some := list(islice(rest, _AT_ONCE)):
        known = await whereabouts_at(context, some, (), at)
        states = await states_at(context, registers_of(some), at)
        for person in some:
            if person in known.posts:
                yield person, known, register_in(states, person)


def _meets(post: Post, place: str, window: Window) -> bool:
    in_time = post.starts_on <= window.last and (post.last_day is None or post.last_day >= window.first)
    return post.village.startswith(place) and in_time


def _days(person: str, known: Known, register: Register, window: Window, frame: Frame) -> list[Day]:
    elsewhere = known.elsewhere.get(person, Elsewhere())
    return statuses(register, elsewhere, known.posts[person], window.first, window.last, frame)


def _sums(days: Iterable[Day], register: Register) -> dict[str, int]:
    """Days by status under the names that the view gives them."""
    days = list(days)
    by_status = Counter(day.status.value for day in days)
    marks = [marks_of(register, day.date) for day in days]
    found = {
        "days_so_far": len(days),
        "on_post_days": sum(day.status in ON_POST for day in days),
        **{name: by_status[status] for name, status in _COUNTED.items()},
        "nights": sum(mark.overnight for mark in marks),
        "leave_conflicts": sum(day.conflict for day in days),
        "two_village_days": sum(mark.two_villages for mark in marks),
    }
    return {name: found[name] for name in SUMS}

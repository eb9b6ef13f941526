"""A person's year as a calendar with reasons, a team's month as it stands, who is on post today (Art. 9).

Calendars are folded from the log, so they can be asked for as they were known at an instant.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Depends, Path, Query

from contracts.calendar import NoCalendar
from contracts.identifiers import Role
from contracts.refusals import Refusal
from services.attendance import queries
from services.attendance import refusals as refused
from services.attendance.as_known import registers_of, states_at, whereabouts_at
from services.attendance.gathering import calendars, no_calendar, whereabouts
from services.attendance.known import Elsewhere, Known
from services.attendance.register import then
from services.attendance.register.statuses import ON_POST, Day, days_between, frame_at, night_spent
from services.attendance.said import begun, bounds_of
from services.attendance.sheets.reading import (
    OF_THE_VILLAGE,
    READERS,
    Month,
    Team,
    as_of_instant,
    may_read_place,
    team_row,
)
from services.attendance.state import register_in
from services.attendance.year.runs import Pace, pace, runs, statuses
from services.runtime.commands import Refused
from services.runtime.context import Context, request_of
from services.runtime.directory import postings_of

Person = Path(pattern=r"^P[0-9]{6,12}$")

_CREW = """
    select distinct person from posting
    where team = %(team)s and starts_on <= %(last)s and (last_day is null or last_day >= %(first)s) order by person
"""


def register_router() -> APIRouter:
    """`GET /register/{person}`, `/summary`, `/calendar/{person}`, `/team-month/{team}/{month}`, `/on-post`."""
    routes = APIRouter(tags=["register"])
    routes.add_api_route("/register/{person}", _register, summary="逐日考勤登记")
    routes.add_api_route("/summary", _summary, summary="在岗、请假、缺岗天数汇总")
    routes.add_api_route("/calendar/{person}", _calendar, summary="个人全年考勤日历（逐日状态与依据）")
    routes.add_api_route("/team-month/{team}/{month}", _team_month, summary="工作队当月逐日状态")
    routes.add_api_route("/on-post", _on_post, summary="当日在岗情况")
    routes.add_api_route("/villages-without-signal", _without_signal, summary="标明无信号的村")
    return routes


async def _register(
    person: str = Person, year: int = Query(ge=2016, le=2200), context: Context = Depends(request_of)
) -> dict[str, Any]:
    postings = (await postings_of(context.service.views, [person]))[person]
    if not postings:
        raise Refused(refused.PERSON_UNKNOWN)
    await _may_read_posted(context, person, postings[-1].village, postings[-1].unit)
    rules = await context.rules(postings[-1].village)
    return await queries.register(context.service.views, person, postings, _year_so_far(context, year, rules), rules)


async def _summary(
    place: str = Query(pattern=r"^[0-9]{4,12}$"),
    year: int = Query(ge=2016, le=2200),
    as_of: str | None = Query(None, max_length=40),
    context: Context = Depends(request_of),
) -> dict[str, Any]:
    await may_read_place(context, place)
    at, rules = as_of_instant(context, as_of), await context.rules(place)
    window = _year_so_far(context, year, rules, at)
    if at is None:
        persons = await queries.summary(context.service.views, place, window, rules)
    else:
        persons = await then.summary(context, place, window, rules, at)
    return {"place": place, "year": year, "as_of": at, "persons": persons}


async def _calendar(
    person: str = Person,
    year: int = Query(ge=2016, le=2200),
    as_of: str | None = Query(None, max_length=40),
    context: Context = Depends(request_of),
) -> dict[str, Any]:
    at = as_of_instant(context, as_of)
    known = await _known(context, [person], at)
    if person not in known.posts:
        raise Refused(refused.PERSON_UNKNOWN)
    await may_read_person(context, person, known)
    return await _year(context, person, year, known, at)


async def _team_month(
    team: str = Team,
    month: str = Month,
    as_of: str | None = Query(None, max_length=40),
    context: Context = Depends(request_of),
) -> dict[str, Any]:
    village = (await team_row(context, team)).village
    reader = await context.authority((*READERS, *OF_THE_VILLAGE), village, None, "9.3")
    if isinstance(reader, Refusal):
        raise Refused(reader)
    return await _month(context, team, village, month, as_of_instant(context, as_of))


async def _on_post(
    place: str = Query(pattern=r"^[0-9]{4,12}$"),
    day: date | None = Query(None),
    as_of: str | None = Query(None, max_length=40),
    context: Context = Depends(request_of),
) -> dict[str, Any]:
    await may_read_place(context, place)
    at, rules = as_of_instant(context, as_of), await context.rules(place)
    asked = day or (context.request.today if at is None else begun(at))
    window = _window_of(asked, at or context.request.now, rules)
    if at is None:
        people = await queries.on_day(context.service.views, place, window, rules)
    else:
        people = await then.on_day(context, place, window, rules, at)
    counts = Counter(row["status"] for row in people)
    return {
        "place": place,
        "date": asked,
        "as_of": at,
        "posted": len(people),
        "by_status": counts,
        "persons": people,
    }


async def _without_signal(
    place: str = Query(pattern=r"^[0-9]{4,12}$"),
    day: date | None = Query(None),
    context: Context = Depends(request_of),
) -> dict[str, Any]:
    await may_read_place(context, place)
    asked = day or context.request.today
    villages = await queries.without_signal(context.service.views, place, asked)
    return {"place": place, "date": asked, "villages": villages}


async def may_read_person(context: Context, person: str, known: Known) -> None:
    """The person himself, his leader, whoever oversees the place, and the unit that sent him; raises Refused."""
    post = known.posts[person][-1]
    await _may_read_posted(context, person, post.village, post.unit)


async def _may_read_posted(context: Context, person: str, village: str, unit: str) -> None:
    if context.request.caller == person:
        return
    reader = await context.authority((*READERS, Role.TEAM_LEADER), village, None, "9.3")
    if isinstance(reader, Refusal):
        reader = await context.authority((Role.DISPATCHING_UNIT,), village, unit, "9.3")
    if isinstance(reader, Refusal):
        raise Refused(reader)


def _year_so_far(context: Context, year: int, rules: Mapping[str, Any], at: datetime | None = None) -> queries.Window:
    try:
        return queries.window_of(year, at or context.request.now, rules)
    except NoCalendar as error:
        raise Refused(no_calendar(error)) from error


async def _known(context: Context, persons: Sequence[str], at: datetime | None) -> Known:
    known = await whereabouts(context, persons)
    if at is None:
        return known
    teams = {post.team for posts in known.posts.values() for post in posts}
    return await whereabouts_at(context, persons, teams, at)


async def _year(context: Context, person: str, year: int, known: Known, at: datetime | None) -> dict[str, Any]:
    now = at or context.request.now
    if year not in calendars():
        raise Refused(no_calendar(NoCalendar(year)))
    rules = await context.rules(known.posts[person][-1].village)
    register = register_in(await states_at(context, registers_of([person]), at), person)
    first = max(date(year, 1, 1), rules["onpost.counted_from"])
    last = min(date(year, 12, 31), begun(now))
    elsewhere = known.elsewhere.get(person, Elsewhere())
    before = max(date(year - 1, 1, 1), rules["onpost.counted_from"])
    both = statuses(register, elsewhere, known.posts[person], before, last, frame_at(now, calendars(), rules))
    days = [day for day in both if day.date >= first]
    found = pace(days, known.posts[person], year, last, rules)
    longest = max((run for run in runs(both) if run[-1].year == year), key=len, default=[])
    return {
        "person": person,
        "year": year,
        "as_of": at,
        "led": _led(known, person),
        "days": [_day(day) for day in days],
        "by_status": Counter(day.status for day in days),
        "nights": sum(night_spent(register, day.date) for day in days),
        "on_post": sum(day.status in ON_POST for day in days),
        "longest_run": {"days": len(longest), "since": longest[0] if longest else None},
        "pace": None if found is None else _pace(found),
    }


def _led(known: Known, person: str) -> list[dict[str, Any]]:
    """When the person headed which team, acting or not, as it was known."""
    return [
        {"team": team, "starts_on": who.starts_on, "last_day": who.last_day, "acting": who.acting}
        for team, heads in sorted(known.leaders.items())
        for who in heads
        if who.person == person
    ]


def _day(day: Day) -> dict[str, Any]:
    shown = {"date": day.date, "status": day.status, "ground": day.ground}
    if day.reference is not None:
        shown["reference"] = day.reference
    if day.conflict:
        shown["leave_conflict"] = True
    return shown


def _pace(found: Pace) -> dict[str, Any]:
    return {"on_post": found.on_post, "possible": found.possible, "needed": found.needed, "out_of_reach": found.lost}


async def _month(context: Context, team: str, village: str, month: str, at: datetime | None) -> dict[str, Any]:
    first, last = bounds_of(month)
    if first.year not in calendars():
        raise Refused(no_calendar(NoCalendar(first.year)))
    async with context.service.views.reading("directory") as cursor:
        await cursor.execute(_CREW, {"team": team, "first": first, "last": last})
        crew = [row[0] for row in await cursor.fetchall()]
    known = await _known(context, crew, at)
    states = await states_at(context, registers_of(crew), at)
    now = at or context.request.now
    frame = frame_at(now, calendars(), await context.rules(village))
    rows = []
    for person in known.crew(team, first, last):
        posted = [d for d in days_between(first, min(last, begun(now))) if known.post_in(person, team, d)]
        posts = [post for post in known.posts[person] if post.team == team]
        span = (posted[0], posted[-1]) if posted else (last, first)
        elsewhere = known.elsewhere.get(person, Elsewhere())
        days = statuses(register_in(states, person), elsewhere, posts, *span, frame)
        counts: Mapping[str, int] = Counter(day.status for day in days)
        head = known.headship(person, team, span[1]) if posted else None
        rows.append({"person": person, "head": head, "days": [_day(day) for day in days], "by_status": counts})
    return {"team": team, "month": month, "as_of": at, "persons": rows}


def _window_of(day: date, now: datetime, rules: Mapping[str, Any]) -> queries.Window:
    """One day: it has a status once it has begun."""
    if day > begun(now):
        raise Refused(refused.FUTURE)
    try:
        year = queries.window_of(day.year, now, rules)
    except NoCalendar as error:
        raise Refused(no_calendar(error)) from error
    duty = tuple(found for found in year.duty if found == day)
    return queries.Window(day.year, day, day, year.first_pending, duty)

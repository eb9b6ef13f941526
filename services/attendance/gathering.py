"""What a command needs to know before it can be decided, looked up in this service's views of personnel's facts."""

import secrets
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from contracts import disclosure
from contracts.attendance import LeaveKind
from contracts.calendar import DutyCalendar, NoCalendar, available_years, load_calendar
from contracts.refusals import Code, Refusal
from services.attendance import commands as cmd
from services.attendance import refusals as refused
from services.attendance.known import Elsewhere, Known, Leadership, Post
from services.attendance.leave.refusals import LEAVE_UNKNOWN
from services.attendance.periods import Days, days_of_leave, days_of_travel, sheets_over
from services.attendance.register.refusals import BACKFILL_UNKNOWN
from services.attendance.said import register_of
from services.attendance.state import Register, register_in
from services.attendance.travel.refusals import TRAVEL_UNKNOWN
from services.ledger.views import Question
from services.runtime.authority import ROLES
from services.runtime.context import Context
from services.runtime.directory import team_of

_ELSEWHERE = frozenset(
    f"zhucun.personnel.{name}.v1" for name in ("TrainingAttended", "SecondmentDetected", "SecondmentEnded")
)
"""What these answers depend on, in a view that holds attendance's own facts as well."""

_POSTED = """
    with held as (
        select person, team, area, organisation, starts_on, ends_on from role_held
        where person = any(%s::text[]) and starts_with(held_by, 'posting ')
    )
    select person, false, team, area, organisation, starts_on, ends_on, false from held
    union all
    select person, true, team, area, organisation, starts_on, ends_on, starts_with(held_by, 'acting ') from role_held
    where role = 'LD' and team in (select team from held)
    order by starts_on
"""
_PRESENT = """
    select person, role = 'LD', team, area, organisation, starts_on, ends_on, starts_with(held_by, 'acting ')
    from role_held
    where (person = any(%(persons)s::text[]) and starts_with(held_by, 'posting '))
        or (role = 'LD' and team = any(%(teams)s::text[]))
    order by starts_on
"""
_TEAMS_IN = """
    select distinct team from posting
    where starts_with(village, %(area)s) and starts_on <= %(today)s and (last_day is null or last_day >= %(today)s)
    order by team
"""
_TRAININGS = "select person, starts_on, ends_on from training where person = any(%s::text[])"
_SECONDMENTS = "select person, starts_on, last_day from secondment where person = any(%s::text[])"


async def personnel(context: Context, persons: Collection[str]) -> Known:
    """Postings of the persons and leaders of the teams that they were in. The place is left to the caller.

    A posting stands in the view `roles` too, as the role it gives, so one query tells both.
    """
    return posted(await context.service.views.ask(ROLES.name, _POSTED, (list(persons),)))


async def presence(context: Context, persons: Collection[str], teams: Collection[str]) -> Known:
    """The same for check-ins, with the leaders of the teams that are named and no others."""
    asked = {"persons": sorted(persons), "teams": sorted(teams)}
    return posted(await context.service.views.ask(ROLES.name, _PRESENT, asked))


def posted(rows: Iterable[Any]) -> Known:
    """What rows of the view `roles` say, in the order of their first days."""
    posts: dict[str, tuple[Post, ...]] = {}
    leaders: dict[str, tuple[Leadership, ...]] = {}
    for person, leads, team, village, unit, starts_on, ends_on, acting in rows:
        if leads:
            leaders[team] = (*leaders.get(team, ()), Leadership(person, starts_on, ends_on, acting))
        else:
            posts[person] = (*posts.get(person, ()), Post(team, village, unit, starts_on, ends_on))
    return Known(place="", posts=posts, leaders=leaders)


@cache
def calendars() -> Mapping[int, DutyCalendar]:
    """Every duty calendar that there is."""
    return {year: load_calendar(year) for year in available_years()}


async def whereabouts(context: Context, persons: Collection[str]) -> Known:
    """Postings, leaders, trainings, secondments and calendars: all that a status depends on besides the register."""
    asked = (list(persons),)
    rows, trainings, secondments = await context.service.views.answers(
        Question(ROLES.name, _POSTED, asked),
        Question("register", _TRAININGS, asked, types=_ELSEWHERE),
        Question("register", _SECONDMENTS, asked, types=_ELSEWHERE),
    )
    spans: dict[str, Elsewhere] = {}
    for person, first, last in trainings:
        held = spans.get(person, Elsewhere())
        spans[person] = replace(held, trainings=(*held.trainings, (first, last)))
    for person, first, last in secondments:
        held = spans.get(person, Elsewhere())
        spans[person] = replace(held, secondments=(*held.secondments, (first, last)))
    return replace(posted(rows), elsewhere=spans, calendars=calendars())


def no_calendar(error: NoCalendar) -> Refusal:
    """The refusal for a year without duty calendar."""
    zh, _, en = str(error).partition(" / ")
    return Refusal(Code.NO_CALENDAR, zh, en, "补充该年工作日历", "add that year's duty calendar", "9.3")


def of_person(days_of: Callable[[Any], Days]) -> Callable[[Context, Any], Awaitable[Known | Refusal]]:
    """For commands about a person's days: the place is the village of the posting of the first, else of the last."""

    async def gather(context: Context, command: Any) -> Known | Refusal:
        known = await personnel(context, [command.person])
        posts = known.posts.get(command.person)
        if posts is None:
            return refused.PERSON_UNKNOWN
        days = days_of(command)
        post = known.post_on(command.person, days[0]) or posts[-1]
        known = replace(known.at(post.village), calendars=calendars())
        return known.touching(sheets_over(known, command.person, days, context.request.today))

    return gather


async def of_leave(context: Context, command: Any) -> Known | Refusal:
    """For commands about a leave that was asked for: the place is the one it was asked for in."""
    register = await _register(context, command.person)
    leave = register.leaves.get(command.leave)
    if leave is None:
        return LEAVE_UNKNOWN
    known = (await personnel(context, [command.person])).at(leave.place)
    days = days_of_leave(command, leave)
    if days is not None:
        known = known.touching(sheets_over(known, command.person, days, context.request.today))
    if isinstance(command, cmd.ApproveLeave | cmd.ExtendLeave):
        return known.with_kind(await _kind(context, leave.request))
    return known


async def of_travel(context: Context, command: Any) -> Known | Refusal:
    """For commands about a trip that was asked for."""
    register = await _register(context, command.person)
    travel = register.travels.get(command.travel)
    if travel is None:
        return TRAVEL_UNKNOWN
    known = (await personnel(context, [command.person])).at(travel.place)
    days = days_of_travel(command, travel)
    return known if days is None else known.touching(sheets_over(known, command.person, days, context.request.today))


async def of_backfill(context: Context, command: Any) -> Known | Refusal:
    """For commands about a presence that was asked to be entered late."""
    register = await _register(context, command.person)
    asked = register.backfills.get(command.record)
    if asked is None:
        return BACKFILL_UNKNOWN
    known = (await personnel(context, [command.person])).at(asked.village)
    return known.touching(sheets_over(known, command.person, (asked.date, asked.date), context.request.today))


async def of_spot_check(context: Context, command: cmd.RecordSpotCheck) -> Known | Refusal:
    """For a spot check of a team: the place is the team's village."""
    team = await team_of(context.service.views, command.team)
    if team is None:
        return refused.TEAM_UNKNOWN
    known = await personnel(context, [found.person for found in command.findings])
    return replace(known, place=team.village, villages={team.team: team.village})


async def of_plan(context: Context, command: cmd.PlanSpotCheck) -> Known | Refusal:
    """For planning a spot check: the teams of the area, and the randomness of the draw."""
    async with context.service.views.reading("directory") as cursor:
        await cursor.execute(_TEAMS_IN, {"area": command.area, "today": context.request.today})
        teams = tuple(row[0] for row in await cursor.fetchall())
    return Known(place=command.area, posts={}, teams=teams, seed=secrets.token_hex(32))


async def _register(context: Context, person: str) -> Register:
    key = register_of(person)
    return register_in(await context.states([key]), person)


async def _kind(context: Context, request: str) -> LeaveKind | None:
    """The kind of leave as disclosed beside its request; None where it can no longer be read."""
    for text in (await context.service.store.disclosures([request])).values():
        name, value = disclosure.read(text)
        if name == "kind":
            return LeaveKind(value)
    return None

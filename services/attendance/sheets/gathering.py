"""What commands about monthly sheets need to know: the team's people, their trainings, the offices of the village."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

from contracts.calendar import NoCalendar
from contracts.identifiers import Role, stream_name
from contracts.refusals import Refusal
from services.attendance import refusals as refused
from services.attendance.gathering import calendars, no_calendar, whereabouts
from services.attendance.known import Known
from services.attendance.said import bounds_of, register_of, sheet_of
from services.attendance.sheets import commands as cmd
from services.ledger.views import Question
from services.runtime.context import Context
from services.runtime.directory import DIRECTORY

_CREW = "select distinct person from posting where team = any(%(teams)s::text[]) and starts_on <= %(last)s"
_VILLAGES = "select team, village from team where team = any(%s::text[])"
_OFFICES = """
    select person, role from role_held
    where area = %(village)s and role = any(%(roles)s) and starts_on <= %(today)s
        and (ends_on is null or ends_on >= %(today)s)
"""


async def of_sheet(context: Context, command: cmd.OneSheetCommand) -> Known | Refusal:
    """For one team's sheet as it stands: the place is its village."""
    known = await _of_teams(context, (command.team,), command.month)
    if isinstance(known, Refusal):
        return known
    known = known.at(known.villages[command.team])
    if isinstance(command, cmd.DelegateSignature):
        return replace(known, village_roles=await _offices(context, known.place))
    return known


async def of_sheet_and_days(context: Context, command: cmd.OneSheetCommand) -> Known | Refusal:
    """The same where the month is drawn up: with all that its days depend on."""
    known = await _with_days(context, (command.team,), command.month)
    return known if isinstance(known, Refusal) else known.at(known.villages[command.team])


async def of_sheets(context: Context, command: cmd.SheetsCommand) -> Known | Refusal:
    """For several: the place is the smallest area around all their villages, so whoever acts must cover them all."""
    known = await _of_teams(context, command.teams, command.month)
    return known if isinstance(known, Refusal) else known.at(_common_area(known.villages.values()))


async def of_sheets_and_days(context: Context, command: cmd.ReviewSheets) -> Known | Refusal:
    """The same where the month is drawn up."""
    known = await _with_days(context, command.teams, command.month)
    return known if isinstance(known, Refusal) else known.at(_common_area(known.villages.values()))


def sheet_keys(command: Any, _known: Known) -> Collection[str]:
    """The sheet alone, for steps that do not look at the days again."""
    return [sheet_of(command.team, command.month)]


def sheets_keys(command: Any, _known: Known) -> Collection[str]:
    """The sheets alone."""
    return [sheet_of(team, command.month) for team in dict.fromkeys(command.teams)]


def with_registers(command: Any, known: Known) -> Collection[str]:
    """The sheets and the registers of everybody on them: what is signed or reviewed must still be what they say."""
    teams = dict.fromkeys(getattr(command, "teams", None) or (command.team,))
    crew = dict.fromkeys(person for team in teams for person in known.crew(team, *bounds_of(command.month)))
    sheets = [sheet_of(team, command.month) for team in teams]
    # Days of a month stand in the stream of its year, or of the year before for what began then. They are named, so
    # that a person of whom nothing is recorded counts as that too: his first record makes it be decided again.
    year = bounds_of(command.month)[0].year
    streams = [stream_name("attendance", person, each) for person in crew for each in (year - 1, year)]
    return [*sheets, *(register_of(person) for person in crew), *streams]


async def _of_teams(context: Context, teams: Collection[str], month: str) -> Known | Refusal:
    """Where the teams are: all that a step needs which does not look at the days again."""
    if bounds_of(month)[0].year not in calendars():
        return _no_calendar(month)
    villages = dict(await context.service.views.ask(DIRECTORY.name, _VILLAGES, (list(teams),)))
    if set(teams) - villages.keys():
        return refused.TEAM_UNKNOWN
    return Known(place="", posts={}, villages=villages, calendars=calendars())


async def _with_days(context: Context, teams: Collection[str], month: str) -> Known | Refusal:
    """The same with their people, and where these were and are."""
    first, last = bounds_of(month)
    if first.year not in calendars():
        return _no_calendar(month)
    seats, crew = await context.service.views.answers(
        Question(DIRECTORY.name, _VILLAGES, (list(teams),)),
        Question(DIRECTORY.name, _CREW, {"teams": list(teams), "last": last}),
    )
    villages = dict(seats)
    if set(teams) - villages.keys():
        return refused.TEAM_UNKNOWN
    known = await whereabouts(context, sorted({person for (person,) in crew}))
    return replace(known, villages=villages)


def _no_calendar(month: str) -> Refusal:
    return no_calendar(NoCalendar(bounds_of(month)[0].year))


async def _offices(context: Context, village: str) -> dict[str, frozenset[Role]]:
    roles = (Role.VILLAGE_SECRETARY, Role.VILLAGE_DIRECTOR, Role.VILLAGE_COMMITTEES)
    asked: dict[str, Any] = {"village": village, "roles": [role.value for role in roles], "today": _today(context)}
    held: dict[str, frozenset[Role]] = {}
    async with context.service.views.reading("roles") as cursor:
        await cursor.execute(_OFFICES, asked)
        for person, role in await cursor.fetchall():
            held[person] = held.get(person, frozenset()) | {Role(role)}
    return held


def _today(context: Context) -> date:
    return context.request.today


def _common_area(villages: Collection[str]) -> str:
    """The longest code of village, township, county or city that begins all of them."""
    first = min(villages)
    shared = (first[:size] for size in (12, 9, 6) if all(code.startswith(first[:size]) for code in villages))
    return next(shared, first[:4])

"""Who reads which sheet: overseers and the team all of it, a dispatching unit the rows of its own people."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import HTMLResponse
from psycopg.rows import dict_row
from pydantic import Field

from contracts.fact import Actor, Frozen
from contracts.identifiers import PersonId, Role
from contracts.refusals import Refusal
from contracts.sheets import SheetRow
from services.attendance import refusals as refused
from services.attendance.as_known import instant_of, states_at
from services.attendance.gathering import calendars
from services.attendance.known import Known
from services.attendance.register.statuses import days_between, frame_at
from services.attendance.said import TOWNSHIP, begun, bounds_of, civil_date, sheet_of
from services.attendance.sheets import queries as sheet_queries
from services.attendance.sheets import refusals as no
from services.attendance.sheets.commands import DraftSheet
from services.attendance.sheets.gathering import of_sheet_and_days, with_registers
from services.attendance.sheets.page import Printed, page
from services.attendance.sheets.rows import draw_up
from services.attendance.sheets.state import Sheet, Version
from services.attendance.sheets.then import standing_at
from services.runtime.authority import Authorities
from services.runtime.commands import Refused
from services.runtime.context import Context, request_of
from services.runtime.decisions import Act
from services.runtime.directory import TeamRow, team_of

READERS = (
    Role.CITY_OFFICE,
    Role.COUNTY_OFFICE,
    Role.COUNTY_ORGANISATION,
    Role.COUNTY_POVERTY,
    *TOWNSHIP,
    Role.AUDIT,
)
"""Who reads the register and the sheets of a whole place (3.1)."""
OF_THE_VILLAGE = (Role.VILLAGE_SECRETARY, Role.VILLAGE_DIRECTOR, Role.VILLAGE_COMMITTEES, Role.TEAM_LEADER, Role.MEMBER)

Team = Path(pattern=r"^T[0-9]{4,16}$")
Month = Path(pattern=r"^2[01][0-9]{2}-(0[1-9]|1[0-2])$")
Place = Query(pattern=r"^[0-9]{4,12}$")


class Names(Frozen):
    """What attendance does not know and only prints: whoever asks has read it from personnel, for a stated purpose."""

    people: dict[PersonId, Annotated[str, Field(min_length=1, max_length=40)]] = Field(default={}, max_length=70)
    village: Annotated[str, Field(max_length=40)] | None = None


def reading_router() -> APIRouter:
    """`GET /sheets`, `/sheets/{team}/{month}` and its printed form, `/overdue`."""
    routes = APIRouter(tags=["sheets"])
    routes.add_api_route("/sheets", _of_place, summary="月考勤表办理情况")
    routes.add_api_route("/sheets/{team}/{month}", _of_team, summary="月考勤表")
    paper = "/sheets/{team}/{month}/print"
    routes.add_api_route(paper, _printed, summary="月考勤表（打印）", response_class=HTMLResponse)
    routes.add_api_route(
        paper, _printed_with_names, methods=["POST"], summary="月考勤表（打印，附姓名）", response_class=HTMLResponse
    )
    routes.add_api_route("/overdue", _overdue, summary="逾期事项")
    return routes


async def _of_place(
    place: str = Place,
    month: str = Query(pattern=r"^2[01][0-9]{2}-(0[1-9]|1[0-2])$"),
    context: Context = Depends(request_of),
) -> dict[str, Any]:
    await may_read_place(context, place)
    teams = await sheet_queries.month_of_place(context.service.views, place, month)
    return {"place": place, "month": month, "teams": teams}


async def _of_team(
    team: str = Team,
    month: str = Month,
    version: int | None = Query(None, ge=1),
    as_of: str | None = Query(None, max_length=40),
    context: Context = Depends(request_of),
) -> dict[str, Any]:
    sheet, found = await _version(context, team, month, version, as_of)
    rows = await _readable(context, team, found)
    return {
        "team": team,
        "month": month,
        "version": found.number,
        "versions": [{"version": each.number, "step": each.step, "digest": each.digest} for each in sheet.versions],
        "step": found.step,
        "digest": found.digest,
        "rows": [row.model_dump(mode="json") for row in rows],
        "filed": sorted(found.filed),
        "fed_back": sorted(found.fed_back),
        "complete": found.complete,
        "overdue": sheet.overdue,
        "register_changed": None if as_of or version else await _changed(context, team, month, found),
    }


async def _printed(
    team: str = Team,
    month: str = Month,
    version: int | None = Query(None, ge=1),
    context: Context = Depends(request_of),
) -> str:
    _, found = await _version(context, team, month, version, None)
    rows = await _readable(context, team, found)
    return page(await _on_paper(context, team, month, found, rows, Names()))


async def _printed_with_names(
    names: Names,
    team: str = Team,
    month: str = Month,
    version: int | None = Query(None, ge=1),
    context: Context = Depends(request_of),
) -> str:
    _, found = await _version(context, team, month, version, None)
    rows = await _readable(context, team, found)
    return page(await _on_paper(context, team, month, found, rows, names))


async def _overdue(
    place: str = Place, as_of: str | None = Query(None, max_length=40), context: Context = Depends(request_of)
) -> dict[str, Any]:
    await may_read_place(context, place)
    at, rules = as_of_instant(context, as_of), await context.rules(place)
    if at is None:
        today = context.request.today
        standing = await sheet_queries.standing(context.service.views, place, today)
    else:
        today = begun(at)
        standing = await standing_at(context, place, at)
    found = sheet_queries.overdue(standing, place, today, rules)
    return {"place": place, "today": today, "as_of": at, **found}


async def may_read_place(context: Context, place: str) -> None:
    """Raises Refused unless the caller oversees the place."""
    reader = await context.authority(READERS, place, None, "9.3")
    if isinstance(reader, Refusal):
        raise Refused(reader)


def as_of_instant(context: Context, text: str | None) -> datetime | None:
    """The instant that an `as_of` names, today's date standing for now.

    Raises Refused for one that cannot be read or is still to come: nobody knows what will be known.
    """
    try:
        at = None if text is None else instant_of(text)
    except ValueError as error:
        raise Refused(refused.UNREADABLE_INSTANT) from error
    now = context.request.now
    if at is None or at <= now:
        return at
    if begun(at) > context.request.today:
        raise Refused(refused.FUTURE)
    return now


async def team_row(context: Context, team: str) -> TeamRow:
    """The team; raises Refused for one that nobody formed."""
    found = await team_of(context.service.views, team)
    if found is None:
        raise Refused(refused.TEAM_UNKNOWN)
    return found


async def _version(
    context: Context, team: str, month: str, version: int | None, as_of: str | None
) -> tuple[Sheet, Version]:
    key = sheet_of(team, month)
    sheet = (await states_at(context, [key], as_of_instant(context, as_of)))[key]
    assert isinstance(sheet, Sheet), "the key is a sheet's"
    # What people ask for is the version in force: the latest reviewed one, else the one that is being worked on.
    asked = next((each for each in sheet.versions if each.number == version), None) if version else None
    found = asked if version else (sheet.reviewed or sheet.current)
    if found is None:
        raise Refused(no.SHEET_UNKNOWN)
    return sheet, found


async def _readable(context: Context, team: str, version: Version) -> Sequence[SheetRow]:
    """All rows, or those of the units for which the caller speaks and to which this version was fed back."""
    village = (await team_row(context, team)).village
    reader = await context.authority((*READERS, *OF_THE_VILLAGE), village, None, "9.4")
    if not isinstance(reader, Refusal):
        return version.rows
    units = await _units(context)
    rows = [row for row in version.rows if row.unit in units and row.unit in version.fed_back]
    if not rows:
        raise Refused(reader)
    return rows


async def _changed(context: Context, team: str, month: str, found: Version) -> bool:
    """Whether the month drawn up now would be another: a correction, or what personnel told later, such as training."""
    command = DraftSheet(team=team, month=month)
    known = await of_sheet_and_days(context, command)
    if isinstance(known, Refusal):
        return False
    states = await context.workbench.states(with_registers(command, known))
    request, nobody = context.request, Actor(person=context.request.caller, role=Role.NONE)
    act: Act[Any, Known] = Act(command, nobody, request.now, request.today, await context.rules(known.place), known)
    return draw_up(act, team, month, states) != found.rows


async def _units(context: Context) -> Collection[str]:
    roles = await Authorities(context.service.views).roles_of(context.request.caller, context.request.today)
    return {role["organisation"] for role in roles if Role(role["role"]) is Role.DISPATCHING_UNIT}


async def _on_paper(
    context: Context, team: str, month: str, version: Version, rows: Sequence[SheetRow], names: Names
) -> Printed:
    village = (await team_row(context, team)).village
    frame = frame_at(context.request.now, calendars(), await context.rules(village))
    async with context.service.views.reading("sheets", dict_row) as cursor:
        await cursor.execute(
            "select signed, signer, submitted_on, reviewed, superseded from sheet"
            " where team = %s and month = %s and version = %s",
            (team, month, version.number),
        )
        steps = await cursor.fetchone() or {}
    signer = steps.get("signer")
    who = names.people.get(signer, signer) if signer else None
    return Printed(
        team=team,
        village=village,
        month=month,
        version=version.number,
        digest=version.digest,
        rows=rows,
        rest_days=frozenset(day for day in days_between(*bounds_of(month)) if not frame.is_duty_day(day)),
        names=names.people,
        village_name=names.village,
        superseded=steps.get("superseded") is not None,
        signed=None if who is None else f"{who}　{civil_date(steps['signed'])}",
        submitted=None if steps.get("submitted_on") is None else steps["submitted_on"].isoformat(),
        reviewed=None if steps.get("reviewed") is None else f"已审核　{civil_date(steps['reviewed'])}",
    )

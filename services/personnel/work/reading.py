"""What people read of the daily work over HTTP."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from contracts.identifiers import Role
from contracts.personnel import Activity
from contracts.refusals import Refusal
from services.personnel.specs import PlaceAsked, YearAsked, is_own_case, marked_by_reference, may_read
from services.personnel.term.experience import later_by_months
from services.personnel.words import reads_words, with_words
from services.personnel.work import queries
from services.personnel.work.refusals import REPORT_UNKNOWN
from services.personnel.work.reports import due_on
from services.runtime.commands import Refused
from services.runtime.context import Context, request_of

Month = Annotated[str, Query(pattern=r"^2[0-9]{3}-(0[1-9]|1[0-2])$")]
_TEAM = (Role.TEAM_LEADER, Role.MEMBER)
_UNIT_ROLES = {"dispatching_unit": Role.DISPATCHING_UNIT, "assigned_unit": Role.ASSIGNED_UNIT}
COUNTY_DIGITS = 6
ENTRIES = 1_000


def next_meeting(area: str, latest: date | None, rules: Mapping[str, Any]) -> date | None:
    """The day by which the area's office should meet again: a warning, nothing more (A91); None before the first."""
    level = "county" if len(area) == COUNTY_DIGITS else "city"
    return None if latest is None else later_by_months(latest, rules[f"meeting.{level}_interval_months"])


def work_router() -> APIRouter:
    """Plans, reports, duty coverage, open matters, support."""
    routes = APIRouter()
    _add_plans(routes)
    _add_log(routes)
    _add_support(routes)
    return routes


def _add_plans(routes: APIRouter) -> None:
    @routes.get("/plans", summary="年度工作计划")
    async def plans(place: PlaceAsked, year: YearAsked, context: Context = Depends(request_of)) -> dict[str, Any]:
        await may_read(context, place, *_TEAM)
        async with context.service.views.reading("work") as cursor:
            found = await queries.plans(cursor, place, year)
            of_villages = await queries.village_plans(cursor, place, year)
        reads = await reads_words(context, place, Role.MEMBER)
        told = await with_words(context, found, "summary", shown=lambda _: reads)
        return {
            "place": place,
            "year": year,
            "plans": await with_words(context, told, "opinion", event="reviewed_by", shown=lambda _: reads),
            "village_plans": of_villages,
        }

    @routes.get("/plans/missing", summary="尚无年度计划的工作队")
    async def without_plan(
        place: PlaceAsked, year: YearAsked, context: Context = Depends(request_of)
    ) -> dict[str, Any]:
        await may_read(context, place, *_TEAM)
        async with context.service.views.reading("work") as cursor:
            found = await queries.without_plan(cursor, place, year)
        return {"place": place, "year": year, "teams": await marked_by_reference(context, place, found)}

    @routes.get("/reports", summary="月报报送情况")
    async def reports(place: PlaceAsked, month: Month, context: Context = Depends(request_of)) -> dict[str, Any]:
        await may_read(context, place, *_TEAM)
        due = due_on(month, (await context.rules(place))["report.due_day"])
        async with context.service.views.reading("work") as cursor:
            teams = await queries.reports(cursor, place, month, min(due, context.request.today))
        return {
            "place": place,
            "month": month,
            "due_on": due,
            "teams": await marked_by_reference(context, place, teams),
        }

    @routes.get("/reports/{team}", summary="月报内容（报送对象可阅）")
    async def report(team: str, month: Month, context: Context = Depends(request_of)) -> dict[str, Any]:
        """The latest edition with what it says, for those who read the place and every recipient."""
        async with context.service.views.reading("work") as cursor:
            found = await queries.report(cursor, team, month)
        if found is None:
            raise Refused(REPORT_UNKNOWN)
        await _may_read_report(context, found)
        (told,) = await with_words(context, [found], "progress", "problems", "experience")
        return told


async def _may_read_report(context: Context, report: Mapping[str, Any]) -> None:
    """Offices and the team by their place; a unit where it is one of the recipients."""
    for one in report["delivered"]:
        role = _UNIT_ROLES.get(one["recipient"])
        if role is not None:
            body = await context.authority((role,), report["village"], one["organisation"], "7.2")
            if not isinstance(body, Refusal):
                return
    await may_read(context, report["village"], *_TEAM)


def _add_log(routes: APIRouter) -> None:
    @routes.get("/duties", summary="职责履行情况（第六、七条）")
    async def coverage(place: PlaceAsked, month: Month, context: Context = Depends(request_of)) -> dict[str, Any]:
        await may_read(context, place, *_TEAM)
        async with context.service.views.reading("work") as cursor:
            return {"place": place, "month": month, **await queries.coverage(cursor, place, month)}

    @routes.get("/worklog", summary="工作日志（按职责、事项、人员）")
    async def worklog(
        place: PlaceAsked,
        first: date,
        last: date,
        duty: Annotated[str | None, Query(pattern=r"^[67]\.[1-6]$")] = None,
        activity: Activity | None = None,
        person: str | None = None,
        context: Context = Depends(request_of),
    ) -> dict[str, Any]:
        """Entries of those days, at most `limit`; `duty` is a numbered item of Article 6 or 7.

        With `person` also for that person and the unit that dispatched him. The text is for those who read the place,
        the leader, the author and his unit.
        """
        own = person is not None and await is_own_case(context, person)
        if not own:
            await may_read(context, place, *_TEAM)
        all_words = own or await reads_words(context, place)
        asked = {"place": place, "first": first, "last": last, "duty": duty, "activity": activity, "person": person}
        async with context.service.views.reading("work") as cursor:
            found = await queries.entries(cursor, **asked, limit=ENTRIES)
        caller = context.request.caller
        told = await with_words(context, found, "text", shown=lambda row: all_words or row["person"] == caller)
        return {**asked, "limit": ENTRIES, "entries": told}


def _add_support(routes: APIRouter) -> None:
    @routes.get("/open", summary="待解决的条件、支持与议定事项")
    async def still_open(place: PlaceAsked, context: Context = Depends(request_of)) -> dict[str, Any]:
        await may_read(context, place, *_TEAM)
        async with context.service.views.reading("work") as cursor:
            found = await queries.still_open(cursor, place)
        reads = await reads_words(context, place)
        for name, member in (("conditions", "description"), ("requests", "reason")):
            found[name] = await with_words(context, found[name], member, shown=lambda _: reads)
        return {"place": place, **found}

    @routes.get("/support", summary="包村单位支持、乡镇主要负责同志调研、例会")
    async def support(place: PlaceAsked, year: YearAsked, context: Context = Depends(request_of)) -> dict[str, Any]:
        await may_read(context, place, *_TEAM)
        async with context.service.views.reading("work") as cursor:
            given = await queries.support_given(cursor, place, year)
        rules = await context.rules(place)
        meetings = [row | {"next_by": next_meeting(row["area"], row["latest"], rules)} for row in given["meetings"]]
        return {"place": place, "year": year, **given, "meetings": meetings}

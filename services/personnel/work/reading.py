"""What people read of the daily work over HTTP."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from contracts.identifiers import Role
from contracts.personnel import Activity
from services.personnel.specs import PlaceAsked, YearAsked, may_read
from services.personnel.term.experience import later_by_months
from services.personnel.work import queries
from services.personnel.work.reports import due_on
from services.runtime.context import Context, request_of

Month = Annotated[str, Query(pattern=r"^2[0-9]{3}-(0[1-9]|1[0-2])$")]
_TEAM = (Role.TEAM_LEADER, Role.MEMBER)
COUNTY_DIGITS = 6
ENTRIES = 1_000


def next_meeting(area: str, latest: date | None, rules: Mapping[str, Any]) -> date | None:
    """The day by which the area's office should meet again: a warning, nothing more (A91); None before the first."""
    level = "county" if len(area) == COUNTY_DIGITS else "city"
    return None if latest is None else later_by_months(latest, rules[f"meeting.{level}_interval_months"])


def work_router() -> APIRouter:
    """Plans, reports, duty coverage, open matters, support."""
    routes = APIRouter()

    @routes.get("/plans", summary="年度工作计划")
    async def plans(place: PlaceAsked, year: YearAsked, context: Context = Depends(request_of)) -> dict[str, Any]:
        await may_read(context, place, *_TEAM)
        async with context.service.views.reading("work") as cursor:
            return {"place": place, "year": year, "plans": await queries.plans(cursor, place, year)}

    @routes.get("/plans/missing", summary="尚无年度计划的工作队")
    async def without_plan(
        place: PlaceAsked, year: YearAsked, context: Context = Depends(request_of)
    ) -> dict[str, Any]:
        await may_read(context, place, *_TEAM)
        async with context.service.views.reading("work") as cursor:
            return {"place": place, "year": year, "teams": await queries.without_plan(cursor, place, year)}

    @routes.get("/reports", summary="月报报送情况")
    async def reports(place: PlaceAsked, month: Month, context: Context = Depends(request_of)) -> dict[str, Any]:
        await may_read(context, place, *_TEAM)
        due = due_on(month, (await context.rules(place))["report.due_day"])
        async with context.service.views.reading("work") as cursor:
            teams = await queries.reports(cursor, place, month, due)
        return {"place": place, "month": month, "due_on": due, "teams": teams}

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
        """Entries of those days, at most `limit`; `duty` is a numbered item of Article 6 or 7."""
        await may_read(context, place, *_TEAM)
        asked = {"place": place, "first": first, "last": last, "duty": duty, "activity": activity, "person": person}
        async with context.service.views.reading("work") as cursor:
            found = await queries.entries(cursor, **asked, limit=ENTRIES)
        return {**asked, "limit": ENTRIES, "entries": found}

    @routes.get("/open", summary="待解决的条件、支持与议定事项")
    async def still_open(place: PlaceAsked, context: Context = Depends(request_of)) -> dict[str, Any]:
        await may_read(context, place, *_TEAM)
        async with context.service.views.reading("work") as cursor:
            return {"place": place, **await queries.still_open(cursor, place)}

    @routes.get("/support", summary="包村单位支持、乡镇主要负责同志调研、例会")
    async def support(place: PlaceAsked, year: YearAsked, context: Context = Depends(request_of)) -> dict[str, Any]:
        await may_read(context, place, *_TEAM)
        async with context.service.views.reading("work") as cursor:
            given = await queries.support_given(cursor, place, year)
        rules = await context.rules(place)
        meetings = [row | {"next_by": next_meeting(row["area"], row["latest"], rules)} for row in given["meetings"]]
        return {"place": place, "year": year, **given, "meetings": meetings}

    return routes

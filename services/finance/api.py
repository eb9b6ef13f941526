"""Finance over HTTP: one endpoint per command, and the books, projects and duties as people read them."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from contracts.finance import FundKind
from contracts.identifiers import Role
from contracts.refusals import Code
from services.finance import queries
from services.finance.books.routes import MONEY
from services.finance.domain import decide
from services.finance.oversight import queries as oversight_queries
from services.finance.oversight.funding import board_of, match_of, plan_of, shortfalls_of
from services.finance.projects.listing import project_list
from services.finance.projects.notice_board import notice_board
from services.finance.projects.routes import PROJECTS
from services.finance.reading import BOOK_READERS, PROJECT_READERS, READERS, books_watched, may_read, may_read_unit
from services.finance.statements.routes import book_pages
from services.runtime.command_routes import command_router
from services.runtime.context import Context, request_of
from services.runtime.routing import include

COMMANDS = (*MONEY, *PROJECTS)
DIVERTING = (Code.CROSS_KIND, Code.SUBSTITUTION, Code.USE_NOT_ALLOWED, Code.NO_TOPUP)
"""What tried to send money another way than Art. 18 and 19 do."""
ATTEMPTS = 500
SUPERVISORS = (Role.CITY_FINANCE, Role.COUNTY_FINANCE, Role.DISCIPLINE, Role.AUDIT)
Place = Annotated[str, Query(pattern=r"^[0-9]{4,12}$")]
AnyUnit = Annotated[str | None, Query(pattern=r"^O[0-9]{4,12}$")]
YearAsked = Annotated[int, Query(ge=2016, le=2200)]


def router() -> APIRouter:
    """All routes of the service."""
    routes = APIRouter()
    include(routes, command_router(COMMANDS, decide))
    include(routes, book_pages())
    include(routes, notice_board())
    _add_money(routes)
    _add_oversight(routes)
    return routes


def _add_money(routes: APIRouter) -> None:
    @routes.get("/balances", summary="各队各类资金余额（单位：分）")
    async def balances(place: Place, context: Context = Depends(request_of)) -> dict[str, Any]:
        await may_read(context, READERS, place)
        async with context.service.views.reading("balances") as cursor:
            return {"place": place, **await queries.balances(cursor, place)}

    @routes.get("/trial-balance", summary="试算平衡：全部账户合计为零（单位：分）")
    async def trial_balance(context: Context = Depends(request_of)) -> dict[str, Any]:
        await may_read(context, (Role.CITY_FINANCE, Role.AUDIT), "5301")
        async with context.service.views.reading("balances") as cursor:
            return await queries.trial_balance(cursor)

    @routes.get("/projects", summary="项目进度、公示及未公示的使用（单位：分）")
    async def projects(place: Place, context: Context = Depends(request_of)) -> dict[str, Any]:
        await may_read(context, PROJECT_READERS, place)
        found = await project_list(context, place)
        fiscal = [one for one in found if one["kind"] == FundKind.FISCAL_POVERTY]
        return {
            "place": place,
            "projects": found,
            "unposted_uses": [
                {"project": one["project"], "village": one["village"], **use}
                for one in found
                for use in one["unposted"]
            ],
            "fiscal": {
                "total": sum(one["amount"] for one in fiscal),
                "in_poor_villages": sum(one["amount"] for one in fiscal if one["registered_poor"]),
            },
        }


def _add_oversight(routes: APIRouter) -> None:
    @routes.get("/shortfalls", summary="年度资金安排与到位、未足额安排清单（单位：分）")
    async def shortfalls(
        place: Place, year: YearAsked, unit: AnyUnit = None, context: Context = Depends(request_of)
    ) -> dict[str, Any]:
        await may_read_unit(context, place, unit)
        found = await shortfalls_of(context.service, place, year, unit)
        async with context.service.views.reading("oversight") as cursor:
            named = await oversight_queries.recipients(cursor, year, place)
            said = await oversight_queries.said(cursor, place)
        plan = await plan_of(context.service, place, year) if unit is None else []
        return {
            "place": place,
            "year": year,
            "special_recipients": len(named),
            "plan": plan,
            "county_match": match_of(plan),
            "shortfalls": [one.shown() for one in found],
            "said_by_the_clock": [one for one in said if unit is None or one["unit"] == unit],
        }

    @routes.get("/attempts", summary="挪用、串用、代替、追补等未遂行为（第十八、十九条）")
    async def attempts(place: Place, unit: AnyUnit = None, context: Context = Depends(request_of)) -> dict[str, Any]:
        teams = await books_watched(context, place, unit, SUPERVISORS)
        villages = None if unit is None else sorted(set(teams.values()))
        async with context.service.views.reading("refusals") as cursor:
            found = await oversight_queries.attempts(cursor, place, DIVERTING, ATTEMPTS, villages)
        return {"place": place, "unit": unit, "attempts": found}

    @routes.get("/board", summary="食宿补助：按派驻天数应发、已发、未发（单位：分）")
    async def board(
        place: Place, year: YearAsked, unit: AnyUnit = None, context: Context = Depends(request_of)
    ) -> dict[str, Any]:
        await may_read_unit(context, place, unit)
        today = context.request.today
        months = [f"{year}-{month:02d}" for month in range(1, 13) if (year, month) <= (today.year, today.month)]
        lines = await board_of(context.service, place, unit, months) if months else []
        return {
            "place": place,
            "year": year,
            "months": [
                {
                    "person": one.person,
                    "unit": one.unit,
                    "team": one.team,
                    "month": one.month,
                    "days": one.days,
                    "due": one.due,
                    "paid": one.paid,
                    "left": one.left,
                }
                for one in lines
            ],
        }

    @routes.get("/supervision", summary="监督意见与挪用登记")
    async def supervision(place: Place, unit: AnyUnit = None, context: Context = Depends(request_of)) -> dict[str, Any]:
        teams = await books_watched(context, place, unit, (*BOOK_READERS, Role.DISCIPLINE))
        async with context.service.views.reading("oversight") as cursor:
            return {"place": place, "remarks": await oversight_queries.remarks(cursor, place, list(teams))}

"""The books as JSON, as a sheet and as a printed page; one book for its keepers, all books for a supervisor."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import HTMLResponse

from contracts.finance import FundKind
from services.finance import queries
from services.finance.books.work_fund import due
from services.finance.reading import READERS, books_watched, may_read_book
from services.finance.statements import sheets
from services.finance.statements.pages import statement_page, supervision_page
from services.finance.statements.statement import Statement, statement_of, statements_of
from services.runtime.context import Context, request_of

Year = Annotated[int, Query(ge=2016, le=2200)]
Place = Annotated[str, Query(pattern=r"^[0-9]{4,12}$")]
Unit = Annotated[str | None, Query(pattern=r"^O[0-9]{4,12}$")]


def book_pages() -> APIRouter:
    """Routes of statements."""
    routes = APIRouter(tags=["statements"])

    @routes.get("/statement/{team}/{kind}", summary="单独核算明细账（单位：分）")
    async def statement(
        team: str,
        kind: FundKind,
        year: Annotated[int | None, Query(ge=2016, le=2200)] = None,
        context: Context = Depends(request_of),
    ) -> dict[str, Any]:
        await may_read_book(context, team)
        if year is None:
            async with context.service.views.reading("balances") as cursor:
                return {
                    "team": team,
                    "kind": kind,
                    "year": None,
                    "lines": await queries.lines(cursor, team, kind, None),
                }
        found, lines = await _book(context, team, kind, year)
        shown = {**found.shown(), "lines": lines, "closed": await _closed(context, team, kind, year)}
        return shown | (await _work_fund(context, team, year) if kind is FundKind.WORK else {})

    @routes.get("/statement/{team}/{kind}/sheet.csv", summary="单独核算明细账（电子表格，单位：元）")
    async def sheet(team: str, kind: FundKind, year: Year, context: Context = Depends(request_of)) -> Response:
        await may_read_book(context, team)
        return _csv(sheets.book_csv(*await _book(context, team, kind, year)), f"{team}-{kind.value}-{year}")

    @routes.get("/statement/{team}/{kind}/page.html", summary="单独核算明细账（打印件）", response_class=HTMLResponse)
    async def page(team: str, kind: FundKind, year: Year, context: Context = Depends(request_of)) -> str:
        await may_read_book(context, team)
        found, lines = await _book(context, team, kind, year)
        return statement_page(found, lines, printed_on=context.request.today)

    @routes.get("/statements", summary="监督用各账年度汇总（单位：分）")
    async def statements(
        place: Place, year: Year, unit: Unit = None, context: Context = Depends(request_of)
    ) -> dict[str, Any]:
        found = await _watched(context, place, unit, year)
        return {"place": place, "unit": unit, "year": year, "books": [one.shown() for one in found]}

    @routes.get("/statements/sheet.csv", summary="监督用各账年度汇总（电子表格，单位：元）")
    async def statements_sheet(
        place: Place, year: Year, unit: Unit = None, context: Context = Depends(request_of)
    ) -> Response:
        found = await _watched(context, place, unit, year)
        return _csv(sheets.supervision_csv(found), f"{unit or place}-{year}")

    @routes.get("/statements/page.html", summary="监督用各账年度汇总（打印件）", response_class=HTMLResponse)
    async def statements_page(
        place: Place, year: Year, unit: Unit = None, context: Context = Depends(request_of)
    ) -> str:
        found = await _watched(context, place, unit, year)
        return supervision_page(found, year=year, supervised=place, by=unit, printed_on=context.request.today)

    return routes


async def _book(context: Context, team: str, kind: FundKind, year: int) -> tuple[Statement, queries.Rows]:
    async with context.service.views.reading("balances") as cursor:
        flows = await queries.flows(cursor, [team], kind, year)
        lines = await queries.lines(cursor, team, kind, year)
    return statement_of(team, kind.value, year, flows), lines


async def _watched(context: Context, place: str, unit: str | None, year: int) -> list[Statement]:
    teams = await books_watched(context, place, unit, READERS)
    async with context.service.views.reading("balances") as cursor:
        return statements_of(year, await queries.flows(cursor, list(teams), None, year))


async def _closed(context: Context, team: str, kind: FundKind, year: int) -> bool:
    async with context.service.views.reading("balances") as cursor:
        return (await queries.closed_through(cursor, team, kind) or 0) >= year


async def _work_fund(context: Context, team: str, year: int) -> dict[str, Any]:
    """What each unit owed and gave; a successor of the same unit is no second post (A74)."""
    async with context.service.views.reading("balances") as cursor:
        given = await queries.contributed(cursor, [team], year)
    postings = await queries.unit_postings(context.service.views, team)
    by_unit = {unit: amount for (_, unit), amount in given.items()}
    lines = due(postings, year, by_unit, await context.service.rules.at(date(year, 12, 31)))
    return {"work_fund": [{**asdict(line), "shortfall": line.shortfall} for line in lines]}


def _csv(text: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(text.encode(), headers=headers, media_type=sheets.MEDIA_TYPE)

"""Spot checks as people read them: what visits found, and whether a lot was drawn as the log says (Art. 8, 9)."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from fastapi import APIRouter, Depends, Path, Query
from psycopg.rows import dict_row

from contracts.catalogue import read_open
from contracts.fact import Fact
from contracts.sheets import SpotCheckConducted, SpotCheckPlanned, draw
from services.attendance.checks import refusals as no
from services.attendance.said import check_of
from services.attendance.sheets import queries as sheet_queries
from services.attendance.sheets.reading import Place, may_read_place
from services.runtime.commands import Refused
from services.runtime.context import Context, request_of

Check = Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")


def check_router() -> APIRouter:
    """`GET /spot-checks` and `/spot-checks/{check}`."""
    routes = APIRouter(tags=["spot checks"])
    routes.add_api_route("/spot-checks", _of_place, summary="抽查情况")
    routes.add_api_route("/spot-checks/{check}", _one, summary="一次抽查：计划、抽签、到访")
    return routes


async def _of_place(
    place: str = Place, year: int = Query(ge=2016, le=2200), context: Context = Depends(request_of)
) -> dict[str, Any]:
    await may_read_place(context, place)
    async with context.service.views.reading("sheets", dict_row) as cursor:
        found = await sheet_queries.checks(cursor, place, date(year, 1, 1), date(year, 12, 31))
    return {"place": place, "year": year, "checks": found}


async def _one(check: str = Check, context: Context = Depends(request_of)) -> dict[str, Any]:
    events = await context.service.store.read_in_order({check_of(check): 0})
    facts = [_fact(event.body) for event in events]
    if not facts:
        raise Refused(no.CHECK_UNKNOWN)
    plan = next((fact for fact in facts if isinstance(fact, SpotCheckPlanned)), None)
    await may_read_place(context, facts[0].place)
    visits = [
        {"team": fact.team, "date": fact.date, "persons": fact.persons}
        for fact in facts
        if isinstance(fact, SpotCheckConducted)
    ]
    return {"check": check, "plan": None if plan is None else _plan(plan, visits), "visits": visits}


def _fact(body: bytes) -> Fact:
    envelope = json.loads(body)
    return read_open(envelope["type"], envelope["data"])


def _plan(plan: SpotCheckPlanned, visits: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The plan; of a drawn one also whether the draw, made again, gives the same teams."""
    shown = plan.model_dump(mode="json", include={"kind", "area", "starts_on", "ends_on", "teams"}, exclude_none=True)
    visited = {visit["team"] for visit in visits}
    shown["not_visited"] = [team for team in plan.teams if team not in visited]
    if plan.seed is not None and plan.candidates is not None:
        again = draw(plan.seed, plan.candidates, len(plan.teams))
        shown |= {"seed": plan.seed, "candidates": plan.candidates, "draw_holds": again == plan.teams}
    return shown

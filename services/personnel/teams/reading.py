"""What people read of teams over HTTP: who is in them, how strong they are, where there is none (Art. 5)."""

from typing import Any

from fastapi import APIRouter, Depends

from contracts.identifiers import Role
from services.personnel import queries
from services.personnel.registry import queries as registry_queries
from services.personnel.specs import PlaceAsked, may_read, may_read_about
from services.runtime.context import Context, request_of
from services.runtime.directory import postings_of, team_of


def teams_router() -> APIRouter:
    """Teams and their strength, villages without one, opinions, postings."""
    routes = APIRouter()
    _add_teams(routes)
    _add_people(routes)
    return routes


def _add_teams(routes: APIRouter) -> None:
    @routes.get("/teams", summary="工作队名册")
    async def list_teams(place: PlaceAsked, context: Context = Depends(request_of)) -> dict[str, Any]:
        await may_read(context, place)
        async with context.service.views.reading("directory") as cursor:
            teams = await queries.teams(cursor, place)
        by_reference = await _by_reference(context, place)
        return {"teams": [team | {"by_reference": team["village"] in by_reference} for team in teams]}

    @routes.get("/strength", summary="各队人数与缺员")
    async def strength(place: PlaceAsked, weak: bool = False, context: Context = Depends(request_of)) -> dict[str, Any]:
        await may_read(context, place)
        days = (await context.rules(place))["team.refill_days"]
        async with context.service.views.reading("staffing") as cursor:
            teams = await queries.strength(cursor, place, weak=weak, refill_days=days)
        by_reference = await _by_reference(context, place)
        marked = [team | {"by_reference": team["village"] in by_reference} for team in teams]
        return {"place": place, "teams": marked}

    @routes.get("/villages/without-team", summary="尚未组建工作队的村")
    async def without_team(place: PlaceAsked, context: Context = Depends(request_of)) -> dict[str, Any]:
        """Registered poor villages without a team, then others that follow by reference."""
        await may_read(context, place)
        async with context.service.views.reading("staffing") as cursor:
            seated = {team["village"] for team in await queries.strength(cursor, place)}
        async with context.service.views.reading("registry") as cursor:
            villages = await registry_queries.villages(cursor, place, context.request.today)
        empty = [one for one in villages if one["village"] not in seated]
        kept = ("village", "registered_poor", "rule_mode", "assigned_units")
        return {
            "place": place,
            "villages": [
                {name: one[name] for name in kept} for one in sorted(empty, key=lambda one: not one["registered_poor"])
            ],
        }


def _add_people(routes: APIRouter) -> None:
    @routes.get("/opinions", summary="会同、配合部门的意见")
    async def opinions(team: str, context: Context = Depends(request_of)) -> dict[str, Any]:
        async with context.service.views.reading("directory") as cursor:
            found = await team_of(cursor, team)
        await may_read(context, found.village if found else "5301", Role.TEAM_LEADER)
        async with context.service.views.reading("staffing") as cursor:
            return {"team": team, "opinions": await queries.opinions(cursor, team)}

    @routes.get("/postings/{person}", summary="派驻经历")
    async def postings(person: str, context: Context = Depends(request_of)) -> dict[str, Any]:
        async with context.service.views.reading("directory") as cursor:
            found = (await postings_of(cursor, [person]))[person]
        last = found[-1] if found else None
        village, unit = (last.village, last.unit) if last else ("5301", None)
        await may_read_about(context, person, village, unit, Role.TEAM_LEADER)
        return {"person": person, "postings": found}


async def _by_reference(context: Context, place: str) -> frozenset[str]:
    """Villages whose reports are marked: the measures hold there by reference only (A90)."""
    async with context.service.views.reading("registry") as cursor:
        return await registry_queries.by_reference(cursor, place, context.request.today)

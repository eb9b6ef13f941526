"""What people read of teams over HTTP: who is in them, how strong they are, where there is none (Art. 5)."""

from collections.abc import Collection
from typing import Any

from fastapi import APIRouter, Depends

from contracts.identifiers import Role
from services.personnel import queries
from services.personnel.registry import queries as registry_queries
from services.personnel.specs import PlaceAsked, YearAsked, is_own_case, marked_by_reference, may_read, may_read_about
from services.personnel.words import reads_words, with_words
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
        return {"teams": await marked_by_reference(context, place, teams)}

    @routes.get("/strength", summary="各队人数与缺员")
    async def strength(place: PlaceAsked, weak: bool = False, context: Context = Depends(request_of)) -> dict[str, Any]:
        await may_read(context, place)
        days = (await context.rules(place))["team.refill_days"]
        async with context.service.views.reading("staffing") as cursor:
            teams = await queries.strength(cursor, place, weak=weak, refill_days=days)
        return {"place": place, "teams": await marked_by_reference(context, place, teams)}

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
        found = await team_of(context.service.views, team)
        place = found.village if found else "5301"
        await may_read(context, place, Role.TEAM_LEADER)
        reads = await reads_words(context, place)
        async with context.service.views.reading("staffing") as cursor:
            said = await queries.opinions(cursor, team)
        return {"team": team, "opinions": await with_words(context, said, "text", shown=lambda _: reads)}

    @routes.get("/education", summary="教育帮助与调整更换台账（第十条）")
    async def education(
        place: PlaceAsked, year: YearAsked, person: str | None = None, context: Context = Depends(request_of)
    ) -> dict[str, Any]:
        """Misconduct, education, failure to correct, requests and decisions of the year, with what was written."""
        return await _register(context, queries.EDUCATION, place, year, person)

    @routes.get("/movements", summary="到队、离队与撤回申请台账（第五、八条）")
    async def movements(
        place: PlaceAsked, year: YearAsked, person: str | None = None, context: Context = Depends(request_of)
    ) -> dict[str, Any]:
        """Arrivals, departures and requests of units of the year, with reasons; `late` marks what was dated back."""
        return await _register(context, queries.MOVEMENTS, place, year, person)

    @routes.get("/postings/{person}", summary="派驻经历")
    async def postings(person: str, context: Context = Depends(request_of)) -> dict[str, Any]:
        found = (await postings_of(context.service.views, [person]))[person]
        last = found[-1] if found else None
        village, unit = (last.village, last.unit) if last else ("5301", None)
        await may_read_about(context, person, village, unit, Role.TEAM_LEADER)
        return {"person": person, "postings": found}


async def _register(
    context: Context, names: Collection[str], place: str, year: int, person: str | None
) -> dict[str, Any]:
    """For those who read the place and the leader; of one person also for him and the unit that dispatched him."""
    own = person is not None and await is_own_case(context, person)
    if not own:
        await may_read(context, place, Role.TEAM_LEADER)
    reads = own or await reads_words(context, place)
    async with context.service.views.reading("staffing") as cursor:
        found = await queries.steps(cursor, names, place, year, person)
    words = ("description", "content", "reason", "opinion")
    return {"place": place, "year": year, "steps": await with_words(context, found, *words, shown=lambda _: reads)}

"""Personnel over HTTP: one endpoint per command, and the queries that people ask of it."""

from typing import Any

from fastapi import APIRouter, Depends

from contracts.identifiers import Role
from services.personnel import queries
from services.personnel.domain import decide
from services.personnel.leaving import routes as leaving
from services.personnel.people.importing import people_import_router
from services.personnel.people.routes import people_router
from services.personnel.registry import routes as registry
from services.personnel.registry.importing import import_router
from services.personnel.registry.reading import registry_router
from services.personnel.selection import routes as selection
from services.personnel.specs import may_read, may_read_about
from services.personnel.teams import routes as teams
from services.personnel.term import routes as term
from services.personnel.term.asking import asking_router
from services.personnel.training import routes as training
from services.personnel.work import routes as work
from services.personnel.work.reading import work_router
from services.runtime.command_routes import CommandSpec, command_router
from services.runtime.context import Context, request_of
from services.runtime.directory import postings_of

COMMANDS: tuple[CommandSpec[Any, Any], ...] = (
    *registry.COMMANDS,
    *selection.COMMANDS,
    *teams.COMMANDS,
    *leaving.COMMANDS,
    *work.COMMANDS,
    *training.COMMANDS,
    *term.COMMANDS,
)


def router() -> APIRouter:
    """All routes of the service."""
    routes = APIRouter()
    routes.include_router(command_router(COMMANDS, decide))
    for subject in (
        registry_router,
        people_import_router,
        import_router,
        people_router,
        selection.selection_router,
        work_router,
        training.training_router,
        term.term_router,
        asking_router,
    ):
        routes.include_router(subject())

    @routes.get("/teams", summary="工作队名册")
    async def list_teams(place: str, context: Context = Depends(request_of)) -> dict[str, Any]:
        await may_read(context, place)
        async with context.service.views.reading("directory") as cursor:
            await cursor.execute(
                "select t.team, t.village, t.leader, coalesce(array_agg(p.person order by p.person)"
                " filter (where p.last_day is null), '{}') from team t left join posting p using (team)"
                " where t.village like %s group by t.team order by t.team",
                (place + "%",),
            )
            rows = await cursor.fetchall()
        names = ("team", "village", "leader", "members")
        return {"teams": [dict(zip(names, row, strict=True)) for row in rows]}

    @routes.get("/strength", summary="各队人数与缺员")
    async def strength(place: str, weak: bool = False, context: Context = Depends(request_of)) -> dict[str, Any]:
        await may_read(context, place)
        days = (await context.rules(place))["team.refill_days"]
        async with context.service.views.reading("staffing") as cursor:
            return {"place": place, "teams": await queries.strength(cursor, place, weak=weak, refill_days=days)}

    @routes.get("/postings/{person}", summary="派驻经历")
    async def postings(person: str, context: Context = Depends(request_of)) -> dict[str, Any]:
        async with context.service.views.reading("directory") as cursor:
            found = (await postings_of(cursor, [person]))[person]
        last = found[-1] if found else None
        village, unit = (last.village, last.unit) if last else ("5301", None)
        await may_read_about(context, person, village, unit, Role.TEAM_LEADER)
        return {"person": person, "postings": found}

    return routes

"""What people read of the registry over HTTP."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Depends

from contracts.identifiers import Role
from contracts.personnel import OrganisationKind
from services.personnel.registry import queries
from services.personnel.specs import PlaceAsked, may_read
from services.runtime.context import Context, request_of

_OF_UNITS = (Role.DISPATCHING_UNIT, Role.ASSIGNED_UNIT, Role.TEAM_LEADER, Role.MEMBER)


def registry_router() -> APIRouter:
    """Organisations, villages, and who answers for a place."""
    routes = APIRouter()

    @routes.get("/organisations", summary="单位名录")
    async def organisations(
        place: PlaceAsked, kind: OrganisationKind | None = None, context: Context = Depends(request_of)
    ) -> dict[str, Any]:
        await may_read(context, place, *_OF_UNITS)
        async with context.service.views.reading("registry") as cursor:
            return {"place": place, "organisations": await queries.organisations(cursor, place, kind)}

    @routes.get("/villages", summary="村名册（某日的贫困状态与包村、投入单位）")
    async def villages(
        place: PlaceAsked, on: date | None = None, context: Context = Depends(request_of)
    ) -> dict[str, Any]:
        await may_read(context, place, *_OF_UNITS)
        day = on or context.request.today
        async with context.service.views.reading("registry") as cursor:
            return {"place": place, "on": day, "villages": await queries.villages(cursor, place, day)}

    @routes.get("/responsible", summary="某日谁对该地负责（第八条）")
    async def responsible(
        place: PlaceAsked, on: date | None = None, context: Context = Depends(request_of)
    ) -> dict[str, Any]:
        await may_read(context, place, *_OF_UNITS)
        day = on or context.request.today
        async with context.service.views.reading("roles") as cursor:
            return {"place": place, "on": day, "responsible": await queries.who_answers(cursor, place, day)}

    return routes

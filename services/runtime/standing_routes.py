"""Routes that every service has: the caller's roles and open work, refused commands, a round of the clock duties."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi import Request as HttpRequest

from contracts.identifiers import Role
from contracts.refusals import Refusal
from services.runtime.authority import Authorities
from services.runtime.commands import Refused
from services.runtime.context import Context, request_of
from services.runtime.duties import Duties
from services.runtime.refusals import list_refusals
from services.runtime.service import ServiceDefinition, WorkItem

CITY = "5301"


def standing_router(definition: ServiceDefinition) -> APIRouter:
    """`/me`, `/work`, `/refusals` and `/duties/run` of one service."""
    router = APIRouter()

    @router.get("/me", summary="我的职责", tags=["standing"])
    async def me(context: Context = Depends(request_of), on: date | None = None) -> dict[str, Any]:
        day = on or context.request.today
        roles = await Authorities(context.service.views).roles_of(context.request.caller, day)
        return {"person": context.request.caller, "on": day, "roles": roles}

    @router.get("/work", summary="待办：等我办理的和通知我的", tags=["standing"])
    async def work(context: Context = Depends(request_of)) -> list[WorkItem]:
        return list(await definition.work(context))

    @router.get("/refusals", summary="被拒绝的命令（审计）", tags=["standing"])
    async def refusals(
        context: Context = Depends(request_of),
        place: str = CITY,
        person: str | None = None,
        before: int | None = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> dict[str, Any]:
        await auditor(context, place)
        found = await list_refusals(context.service.views, place=place, person=person, before=before, limit=limit)
        return {"refusals": found}

    @router.post("/duties/run", summary="按时间应发生的事项，立即核对一遍", tags=["standing"])
    async def run_duties(http: HttpRequest, context: Context = Depends(request_of)) -> dict[str, Any]:
        keeper = await context.authority((Role.REGISTRY_KEEPER,), CITY, None, "0")
        if isinstance(keeper, Refusal):
            raise Refused(keeper)
        duties: Duties = http.app.state.duties
        return {"at": context.request.now, "said": await duties.round(context.request.now)}

    return router


async def auditor(context: Context, place: str) -> None:
    """Raises Refused unless the caller audits `place`."""
    found = await context.authority((Role.AUDIT, Role.DISCIPLINE), place, None, "0")
    if isinstance(found, Refusal):
        raise Refused(found)

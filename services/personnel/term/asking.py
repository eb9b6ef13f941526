"""Asking for compensatory leave: by the person himself, whose role ended with the posting (Art. 9).

Hosted by hand, because no role that is held today gives the right to ask: the ended term does.
"""

from typing import Any

from fastapi import APIRouter, Depends, Response

from contracts.fact import Actor
from contracts.identifiers import Role
from contracts.refusals import Refusal
from services.personnel.term import commands as cmd
from services.personnel.term.domain import decide
from services.personnel.term.routes import last_village
from services.runtime.command_routes import response
from services.runtime.commands import Refused, Weight
from services.runtime.context import Context, request_of
from services.runtime.decisions import Act


def asking_router() -> APIRouter:
    """`POST /commands/request-compensatory-leave`."""
    routes = APIRouter(prefix="/commands", tags=["commands"])

    @routes.post(
        "/request-compensatory-leave", status_code=201, summary="本人申请一次性补假", responses={403: {}, 409: {}}
    )
    async def ask(command: cmd.RequestCompensatoryLeave, context: Context = Depends(request_of)) -> Response:
        village = await last_village(context, command)
        if isinstance(village, Refusal):
            raise Refused(village)
        request, key = context.request, f"posting/{command.person}/*"
        rules = await context.rules(village)
        by = Actor(person=request.caller, role=Role.MEMBER)
        act: Act[Any, Any] = Act(command, by, request.now, request.today, rules, None)
        weight = Weight("request-compensatory-leave", key, village, Actor(person=request.caller, role=Role.NONE))
        return response(
            await context.workbench.execute(request, [key], lambda states: decide(act, command, states), weight=weight)
        )

    return routes

"""The endpoints of check-ins, single and in bulk.

They differ from other commands in who may give them. The author is the person, by the posting of the day that the
record is about: a late upload counts although the posting has ended since. A kiosk carries it by its role of today.
"""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Depends, Response

from contracts.fact import Actor
from contracts.identifiers import Role, place_around
from contracts.refusals import Refusal
from services.attendance import commands as cmd
from services.attendance import gathering
from services.attendance import refusals as no
from services.attendance.check_ins import decide
from services.attendance.known import Known
from services.attendance.said import month_of, register_of, sheet_of
from services.runtime.command_routes import response
from services.runtime.commands import Answer, Weight
from services.runtime.context import Context, request_of
from services.runtime.decisions import Act


def check_in_router() -> APIRouter:
    """`POST /commands/check-in` and `POST /commands/check-in-batch`."""
    routes = APIRouter(prefix="/commands", tags=["commands"])
    described = "Article 9.3 of the measures."
    responses: dict[int | str, dict[str, Any]] = {202: {"description": "recorded, not yet sealed"}, 403: {}, 422: {}}

    @routes.post("/check-in", status_code=201, summary="签到", description=described, responses=responses)
    async def check_in(command: cmd.CheckIn, context: Context = Depends(request_of)) -> Response:
        return response(await run_check_ins(context, command, (command,)))

    @routes.post("/check-in-batch", status_code=201, summary="批量签到", description=described, responses=responses)
    async def check_in_batch(command: cmd.CheckInBatch, context: Context = Depends(request_of)) -> Response:
        return response(await run_check_ins(context, command, command.records))

    return routes


async def run_check_ins(
    context: Context, command: cmd.CheckIn | cmd.CheckInBatch, records: Sequence[cmd.CheckIn]
) -> Answer:
    """Authorises, gathers, decides, records. Raises Refused. Signing in for another is a refusal that is kept."""
    by = await _carrier(context, records)
    keys = [register_of(person) for person in dict.fromkeys(record.person for record in records)]
    sheets = dict.fromkeys(sheet_of(record.team, month_of(record.date)) for record in records)
    if isinstance(by, Refusal):
        weight = Weight("check-in", keys[0], records[0].village)
        return await context.workbench.refuse(context.request, by, weight)
    known = await gathering.presence(
        context, {record.person for record in records}, {record.team for record in records}
    )
    rules = await context.rules(records[0].village)
    act: Act[Any, Known] = Act(command, by, context.request.now, context.request.today, rules, known)
    return await context.workbench.execute(
        context.request, [*keys, *sheets], lambda states: decide(act, command, states)
    )


async def _carrier(context: Context, records: Sequence[cmd.CheckIn]) -> Actor | Refusal:
    """In which capacity the caller hands in the records: as their author, or as a kiosk of all their villages."""
    caller = context.request.caller
    carrier = Actor(person=caller, role=Role.MEMBER)
    villages = sorted({record.village for record in records if record.person != caller})
    if len(villages) > 1:  # a township's kiosk covers them all at once
        kiosk = await context.authority((Role.KIOSK,), place_around(villages), None, "9.3")
        if not isinstance(kiosk, Refusal):
            return kiosk
    for village in villages:
        kiosk = await context.authority((Role.KIOSK,), village, None, "9.3")
        if isinstance(kiosk, Refusal):
            return no.NOT_AUTHOR
        carrier = kiosk
    return carrier

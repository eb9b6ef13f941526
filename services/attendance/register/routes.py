"""Presence over HTTP: who may give which command.

Check-ins, single and in bulk, differ from other commands in who may give them. The author is the person, by the
posting of the day that the record is about: a late upload counts although the posting has ended since. A kiosk carries
it by its role of today.
"""

from collections.abc import Collection, Sequence
from typing import Any

from fastapi import APIRouter, Depends, Response

from contracts.fact import Actor
from contracts.identifiers import Role, place_around
from contracts.refusals import Refusal
from services.attendance import gathering
from services.attendance.known import Known
from services.attendance.periods import sheet_in_reach
from services.attendance.register import commands as cmd
from services.attendance.register import refusals as no
from services.attendance.register.domain import decide
from services.attendance.said import TOWNSHIP, register_of, signal_of
from services.attendance.specs import CO, COMMITTEE, FROM_START, LD, ON_DATE, OWN, XO, spec
from services.runtime.command_routes import CommandSpec, response
from services.runtime.commands import Answer, Weight
from services.runtime.context import Context, request_of
from services.runtime.decisions import Act
from services.runtime.routing import CommandRoute


async def _of_village(_context: Context, command: cmd.MarkSignal) -> Known:
    return Known(place=command.village, posts={})


def _signal_key(command: cmd.MarkSignal, _known: Known) -> Collection[str]:
    return [signal_of(command.village)]


COMMANDS: tuple[CommandSpec[Any, Known], ...] = (
    spec("request-backfill", cmd.RequestBackfill, "9.3", "申请补登签到", ON_DATE, *OWN),
    spec("consent-to-backfill", cmd.ConsentToBackfill, "9.3", "同意补登签到", gathering.of_backfill, LD),
    spec("reject-backfill", cmd.RejectBackfill, "9.3", "不同意补登签到", gathering.of_backfill, LD, *COMMITTEE),
    spec("backfill-check-in", cmd.BackfillCheckIn, "9.3", "补登签到", gathering.of_backfill, *COMMITTEE),
    spec("record-lodging", cmd.RecordLodging, "9.1", "登记食宿", FROM_START, *OWN),
    spec("record-rest-day", cmd.RecordRestDay, "9.3", "登记休息日", ON_DATE, *OWN),
    spec("mark-signal", cmd.MarkSignal, "9.3", "标明村有无信号", _of_village, XO, keys=_signal_key),
    spec("void-check-in", cmd.VoidCheckIn, "8.4", "签到作废", ON_DATE, *TOWNSHIP, XO, CO),
)


def check_in_router() -> APIRouter:
    """`POST /commands/check-in` and `POST /commands/check-in-batch`."""
    routes = APIRouter(prefix="/commands", tags=["commands"], route_class=CommandRoute)
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
    today = context.request.today
    rules = await context.rules(records[0].village)
    second_best = [record.village for record in records if record.method in rules["checkin.without_signal_only"]]
    days = dict.fromkeys((record.team, record.date) for record in records)
    sheets = dict.fromkeys(key for team, day in days for key in sheet_in_reach(team, day, today))
    if isinstance(by, Refusal):
        name = "check-in" if isinstance(command, cmd.CheckIn) else "check-in-batch"
        weight = Weight(name, keys[0], records[0].village)
        return await context.workbench.refuse(context.request, by, weight)
    known = await gathering.presence(
        context, {record.person for record in records}, {record.team for record in records}
    )
    act: Act[Any, Known] = Act(command, by, context.request.now, today, rules, known)
    return await context.workbench.execute(
        context.request,
        [*keys, *sheets, *map(signal_of, dict.fromkeys(second_best))],
        lambda states: decide(act, command, states),
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

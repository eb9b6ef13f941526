"""Attendance over HTTP: one endpoint per command, and the register as people read it."""

from collections.abc import Collection, Mapping
from typing import Any

from fastapi import APIRouter, Depends, Query

from contracts.calendar import NoCalendar
from contracts.identifiers import Role
from contracts.refusals import Code, Refusal
from services.attendance import commands as cmd
from services.attendance import gathering, queries
from services.attendance import refusals as no
from services.attendance.calendar_reading import calendar_router
from services.attendance.check_in_routes import check_in_router
from services.attendance.check_reading import check_router
from services.attendance.domain import decide
from services.attendance.known import Known
from services.attendance.said import TOWNSHIP, check_of, register_of
from services.attendance.sheet_reading import READERS, may_read_place, reading_router
from services.attendance.sheet_routes import COMMITTEE, SHEET_COMMANDS
from services.runtime.command_routes import Authority, CommandSpec, command_router
from services.runtime.commands import Refused
from services.runtime.context import Context, request_of
from services.runtime.directory import postings_of

LD, MB, XO, CO = Role.TEAM_LEADER, Role.MEMBER, Role.COUNTY_OFFICE, Role.CITY_OFFICE

OWN = (LD, MB)
CHAIN = (LD, *TOWNSHIP, XO)
"""Whoever has a say in leave: which level it is, and whether it is its turn, is for the decision to say."""


def _person(command: Any, known: Known) -> Collection[str]:
    return [register_of(command.person), *known.sheets]


def _checked(command: cmd.RecordSpotCheck, _known: Known) -> Collection[str]:
    persons = dict.fromkeys(found.person for found in command.findings)
    return [check_of(command.check), *(register_of(person) for person in persons)]


def _check(command: cmd.PlanSpotCheck, _known: Known) -> Collection[str]:
    return [check_of(command.check)]


def _spec(
    name: str, command: type[Any], article: str, summary: str, gather: Any, *roles: Role, keys: Any = _person
) -> CommandSpec[Any, Known]:
    """A command that one of `roles` gives at the place that `gather` finds."""
    return CommandSpec(name, command, article, lambda _, known: Authority(roles, known.place), keys, gather, summary)


_ON_DATE = gathering.of_person(lambda command: (command.date, command.date))
_FROM_START = gathering.of_person(lambda command: (command.starts_on, command.ends_on))
_LEAVE = gathering.of_leave
_TRAVEL = gathering.of_travel

COMMANDS: tuple[CommandSpec[Any, Known], ...] = (
    _spec("backfill-check-in", cmd.BackfillCheckIn, "9.3", "补登签到", _ON_DATE, *COMMITTEE),
    _spec("record-lodging", cmd.RecordLodging, "9.1", "登记食宿", _FROM_START, *OWN),
    _spec("void-check-in", cmd.VoidCheckIn, "8.4", "签到作废", _ON_DATE, *TOWNSHIP, XO, CO),
    _spec("request-travel", cmd.RequestTravel, "9.2", "申请因公出差", _FROM_START, *OWN),
    _spec("approve-travel", cmd.ApproveTravel, "9.2", "批准因公出差", _TRAVEL, LD, *COMMITTEE),
    _spec("close-travel", cmd.CloseTravel, "9.2", "出差返回", _TRAVEL, *OWN, *COMMITTEE),
    _spec("request-leave", cmd.RequestLeave, "9.9", "请假", _FROM_START, *OWN),
    _spec("supply-leave-papers", cmd.SupplyLeavePapers, "9.9", "补交请假证明材料", _LEAVE, *OWN),
    _spec("approve-leave", cmd.ApproveLeave, "9.10", "批准请假（逐级）", _LEAVE, *CHAIN),
    _spec("reject-leave", cmd.RejectLeave, "9.10", "不批准请假或续假", _LEAVE, *CHAIN),
    _spec("withdraw-leave", cmd.WithdrawLeave, "9.9", "撤回请假", _LEAVE, *OWN),
    _spec("extend-leave", cmd.ExtendLeave, "9.12", "申请续假", _LEAVE, *OWN),
    _spec("approve-extension", cmd.ApproveExtension, "9.12", "批准续假（逐级）", _LEAVE, *CHAIN),
    _spec("shorten-leave", cmd.ShortenLeave, "9.12", "缩短假期", _LEAVE, *OWN, *COMMITTEE),
    _spec("close-leave", cmd.CloseLeave, "9.12", "销假", _LEAVE, *OWN, *COMMITTEE),
    _spec("record-overstay", cmd.RecordOverstay, "9.12", "记录逾期不归", _LEAVE, *CHAIN),
    _spec("record-absence", cmd.RecordAbsence, "9.3", "记录缺岗", _ON_DATE, *CHAIN),
    _spec("justify-absence", cmd.JustifyAbsence, "15.4", "认定缺岗有正当理由", _FROM_START, *COMMITTEE, XO),
    _spec("reject-justification", cmd.RejectJustification, "15.4", "认定无正当理由", _FROM_START, *COMMITTEE, XO),
    _spec("correct-day", cmd.CorrectDay, "9.3", "更正当日状态", _ON_DATE, *TOWNSHIP),
    _spec("request-correction", cmd.RequestCorrection, "9.4", "请求更正已签字月份的一日", _ON_DATE, *COMMITTEE),
    _spec("plan-spot-check", cmd.PlanSpotCheck, "8.4", "计划抽查、随机抽取", gathering.of_plan, XO, CO, keys=_check),
    _spec("record-spot-check", cmd.RecordSpotCheck, "8.4", "记录抽查", gathering.of_spot_check, XO, CO, keys=_checked),
)


def router() -> APIRouter:
    """All routes of the service."""
    routes = APIRouter()
    routes.include_router(check_in_router())
    routes.include_router(reading_router())
    routes.include_router(check_router())
    routes.include_router(calendar_router())
    routes.include_router(command_router((*COMMANDS, *SHEET_COMMANDS), decide))

    @routes.get("/register/{person}", summary="逐日考勤登记")
    async def register(
        person: str, year: int = Query(ge=2016, le=2200), context: Context = Depends(request_of)
    ) -> dict[str, Any]:
        async with context.service.views.reading("directory") as cursor:
            postings = (await postings_of(cursor, [person]))[person]
        if not postings:
            raise Refused(no.PERSON_UNKNOWN)
        await _may_read_person(context, person, postings[-1].village, postings[-1].unit)
        rules = await context.rules(postings[-1].village)
        return await queries.register(context.service.views, person, postings, _window(context, year, rules), rules)

    @routes.get("/summary", summary="在岗、请假、缺岗天数汇总")
    async def summary(
        place: str = Query(pattern=r"^[0-9]{4,12}$"),
        year: int = Query(ge=2016, le=2200),
        context: Context = Depends(request_of),
    ) -> dict[str, Any]:
        await may_read_place(context, place)
        rules = await context.rules(place)
        persons = await queries.summary(context.service.views, place, _window(context, year, rules), rules)
        return {"place": place, "year": year, "persons": persons}

    return routes


def _window(context: Context, year: int, rules: Mapping[str, Any]) -> queries.Window:
    try:
        return queries.window_of(year, context.request.now, rules)
    except NoCalendar as error:
        zh, _, en = str(error).partition(" / ")
        raise Refused(
            Refusal(Code.NO_CALENDAR, zh, en, "补充该年工作日历", "add that year's duty calendar", "9.3")
        ) from error


async def _may_read_person(context: Context, person: str, village: str, unit: str) -> None:
    """The person himself, his leader, whoever oversees the place, and the unit that sent him."""
    if context.request.caller == person:
        return
    reader = await context.authority((*READERS, LD), village, None, "9.3")
    if isinstance(reader, Refusal):
        reader = await context.authority((Role.DISPATCHING_UNIT,), village, unit, "9.3")
    if isinstance(reader, Refusal):
        raise Refused(reader)

"""The end of a term and the bar on promotion over HTTP (Art. 9, 12, 16)."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from contracts.identifiers import Role
from contracts.refusals import Refusal
from services.personnel.held import held
from services.personnel.registry.queries import area_of
from services.personnel.specs import PlaceAsked, YearAsked, may_read
from services.personnel.teams.state import Career
from services.personnel.term import commands as cmd
from services.personnel.term import queries
from services.personnel.term import refusals as no
from services.personnel.term.certificate import certificate
from services.personnel.term.state import Bars, LastPosting
from services.runtime.authority import Authorities
from services.runtime.command_routes import Authority, CommandSpec
from services.runtime.commands import Refused
from services.runtime.context import Context, request_of

CITY = "5301"
TERMS = 5_000
LEFT_OUT = {
    "under_half_year": "当年派驻不满半年，由派出单位考核",
    "not_determined": "当年尚无考核结论",
    "without_days": "考核结论未以在岗天数为据",
}
"""Why somebody's days on post are not in the unit's record."""
PERSONNEL_BODIES = (
    Role.CITY_ORGANISATION,
    Role.COUNTY_ORGANISATION,
    Role.CITY_OFFICE,
    Role.COUNTY_OFFICE,
)
"""Who asks before promoting; a dispatching unit asks about its own people (Art. 16)."""


async def last_village(context: Context, command: Any) -> str | Refusal:
    """Where the person was posted last: the place of the act."""
    key = f"posting/{command.person}/*"
    career = held(await context.workbench.states([key]), key, Career)
    return career.postings[-1].village if career.postings else no.PERSON_UNKNOWN


async def _last_posting(context: Context, command: Any) -> LastPosting | Refusal:
    key = f"posting/{command.person}/*"
    career = held(await context.workbench.states([key]), key, Career)
    if not career.postings:
        return no.PERSON_UNKNOWN
    return LastPosting(career.postings[-1].village, career.postings[-1].unit)


async def _counted(context: Context, command: cmd.PublishUnitBasis) -> dict[str, int]:
    async with context.service.views.reading("standing") as cursor:
        return await queries.scorecard(cursor, command.unit, command.year)


def _unit(command: Any, village: str) -> Authority:
    return Authority((Role.DISPATCHING_UNIT,), village, command.unit)


COMMANDS: tuple[CommandSpec[Any, Any], ...] = (
    CommandSpec(
        name="grant-compensatory-leave",
        command=cmd.GrantCompensatoryLeave,
        article="9.15",
        authority=_unit,
        keys=lambda c, _: [f"posting/{c.person}/*"],
        gather=last_village,
        summary="给予一次性补假",
    ),
    CommandSpec(
        name="take-compensatory-leave",
        command=cmd.TakeCompensatoryLeave,
        article="9.15",
        authority=_unit,
        keys=lambda c, _: [f"posting/{c.person}/*"],
        gather=last_village,
        summary="登记补假已休",
    ),
    CommandSpec(
        name="credit-experience",
        command=cmd.CreditExperience,
        article="12.11",
        authority=lambda _, village: Authority((Role.COUNTY_ORGANISATION, Role.COUNTY_OFFICE), village),
        keys=lambda c, _: [f"posting/{c.person}/*"],
        gather=last_village,
        summary="认定基层工作经历",
    ),
    CommandSpec(
        name="check-promotion",
        command=cmd.CheckPromotion,
        article="16.1",
        authority=lambda _, last: Authority((*PERSONNEL_BODIES, Role.DISPATCHING_UNIT), last.village),
        keys=lambda c, _: [f"bar/{c.person}"],
        gather=_last_posting,
        summary="提拔任用前核查",
    ),
    CommandSpec(
        name="record-promotion-priority",
        command=cmd.RecordPromotionPriority,
        article="14",
        authority=lambda _, last: Authority(PERSONNEL_BODIES, last.village),
        keys=lambda c, _: [f"bar/{c.person}"],
        gather=_last_posting,
        summary="记录优先提拔任用依据",
    ),
    CommandSpec(
        name="publish-unit-basis",
        command=cmd.PublishUnitBasis,
        article="16.2",
        authority=lambda c, _: Authority((Role.COUNTY_OFFICE, Role.CITY_OFFICE), c.area),
        keys=lambda c, _: [f"unit/{c.unit}/{c.year}"],
        gather=_counted,
        summary="公布派出单位驻村情况（评优评先依据之一）",
    ),
)


def term_router() -> APIRouter:
    """What people ask about bars, certificates, terms, leave and units."""
    routes = APIRouter()
    _add_people(routes)
    _add_places(routes)
    return routes


def _add_people(routes: APIRouter) -> None:
    @routes.get("/promotion-bar/{person}", summary="是否在一年内不得提拔任用")
    async def promotion_bar(
        person: str, on: date | None = None, context: Context = Depends(request_of)
    ) -> dict[str, Any]:
        """Yes or no on the day (today by default), until when, and on which assessment."""
        await _may_ask_about(context, person)
        key = f"bar/{person}"
        bar = held(await context.workbench.states([key]), key, Bars).on(on or context.request.today)
        answer: dict[str, Any] = {"person": person, "on": on or context.request.today, "barred": bar is not None}
        if bar is not None:
            answer |= {
                "until": bar.last_day,
                "year": bar.year,
                "assessment": bar.assessment,
                "determination": bar.determination,
                "determined_on": bar.determined_on,
            }
        return answer

    @routes.get("/experience/{person}", summary="基层工作经历证明")
    async def experience(person: str, context: Context = Depends(request_of)) -> dict[str, Any]:
        await _may_ask_about(context, person)
        async with context.service.views.reading("standing") as cursor:
            return {"person": person, "credited": await queries.experience(cursor, person)}

    @routes.get("/experience/{person}/certificate", summary="基层工作经历证明（可打印）", response_class=HTMLResponse)
    async def printed(person: str, context: Context = Depends(request_of)) -> str:
        await _may_ask_about(context, person)
        async with context.service.views.reading("standing") as cursor:
            credited = await queries.experience(cursor, person)
        if not credited:
            raise Refused(no.NOTHING_CREDITED)
        return certificate(person, credited, origin=context.service.origin, on=context.request.today)

    @routes.get("/promotion-priority/{person}", summary="同等条件下优先的依据（第十四条）")
    async def priority(person: str, context: Context = Depends(request_of)) -> dict[str, Any]:
        await _may_ask_about(context, person)
        async with context.service.views.reading("standing") as cursor:
            return {"person": person, **await queries.priorities(cursor, person)}


def _add_places(routes: APIRouter) -> None:
    @routes.get("/compensatory-leave", summary="尚未休的补假")
    async def outstanding(place: PlaceAsked, context: Context = Depends(request_of)) -> dict[str, Any]:
        await may_read(context, place)
        async with context.service.views.reading("standing") as cursor:
            return {"place": place, "outstanding": await queries.outstanding_leave(cursor, place)}

    @routes.get("/terms", summary="在队人员与任期届满日期")
    async def terms(
        place: PlaceAsked, by: date | None = None, context: Context = Depends(request_of)
    ) -> dict[str, Any]:
        """Everybody who is posted, with the last day of the term (A51); with `by` those whose term ends by then."""
        await may_read(context, place, Role.TEAM_LEADER)
        months = (await context.rules(place))["term.months"]
        async with context.service.views.reading("terms") as cursor:
            found = await queries.terms(cursor, place, months, by, TERMS)
        return {"place": place, "months": months, "limit": TERMS, "terms": found}

    @routes.get("/units/{unit}/scorecard", summary="派出单位驻村情况")
    async def scorecard(unit: str, year: YearAsked, context: Context = Depends(request_of)) -> dict[str, Any]:
        roles = await Authorities(context.service.views).roles_of(context.request.caller, context.request.today)
        if not any((held["role"], held["organisation"]) == (Role.DISPATCHING_UNIT, unit) for held in roles):
            async with context.service.views.reading("registry") as cursor:
                await may_read(context, await area_of(cursor, unit) or CITY)
        half_year = (await context.rules())["half_year.rule"]["days"]
        async with context.service.views.reading("standing") as cursor:
            metrics = await queries.scorecard(cursor, unit, year)
            without = await queries.left_out(cursor, unit, year, half_year)
        left_out = [row | {"reason_zh": LEFT_OUT[row["reason"]]} for row in without]
        return {"unit": unit, "year": year, "metrics": metrics, "left_out": left_out}


async def _may_ask_about(context: Context, person: str) -> None:
    """The person, a personnel body of the place, or the unit that dispatched the person."""
    if person == context.request.caller:
        return
    key = f"posting/{person}/*"
    career = held(await context.workbench.states([key]), key, Career)
    if not career.postings:
        raise Refused(no.PERSON_UNKNOWN)
    last = career.postings[-1]
    asked = await context.authority(PERSONNEL_BODIES, last.village, None, "16.1")
    if isinstance(asked, Refusal):
        asked = await context.authority((Role.DISPATCHING_UNIT,), last.village, last.unit, "16.1")
    if isinstance(asked, Refusal):
        raise Refused(asked)

"""Selection over HTTP (Art. 3, 4)."""

from collections.abc import Callable, Collection
from typing import Any

from fastapi import APIRouter, Depends

from contracts.identifiers import Role
from contracts.personnel import SelectionLevel, UnitLevel
from contracts.refusals import Refusal
from services.personnel.held import held
from services.personnel.registry import queries as registry_queries
from services.personnel.selection import commands as cmd
from services.personnel.selection import queries
from services.personnel.selection import refusals as no
from services.personnel.selection.state import Candidate, Round
from services.personnel.specs import PlaceAsked, at_place, may_read
from services.personnel.words import reads_words, with_words
from services.runtime.command_routes import Authority, CommandSpec, nothing_to_gather
from services.runtime.commands import Refused
from services.runtime.context import Context, request_of

_COUNTY_BODIES = (Role.COUNTY_ORGANISATION, Role.COUNTY_POVERTY, Role.COUNTY_AGRICULTURE)
_LEADS = {SelectionLevel.CITY: Role.CITY_OFFICE, SelectionLevel.COUNTY: Role.COUNTY_OFFICE}
_SCREENS = {SelectionLevel.CITY: Role.CITY_ORGANISATION, SelectionLevel.COUNTY: Role.COUNTY_ORGANISATION}


async def _round_of(context: Context, command: Any) -> Round | Refusal:
    """The round that the command names; its area is the place of the act."""
    key = f"round/{command.round}"
    known = held(await context.workbench.states([key]), key, Round)
    return known if known.area is not None else no.ROUND_UNKNOWN


async def _confirming_body(context: Context, command: cmd.ConfirmDispatch) -> Role | Refusal:
    """The city organisation department confirms people of city units, the county's the others (Art. 4)."""
    key = f"candidate/{command.person}"
    nominations = held(await context.workbench.states([key]), key, Candidate).nominations
    if command.round not in nominations:
        return no.NOT_NOMINATED
    of_city = nominations[command.round].unit_level is UnitLevel.CITY
    return Role.CITY_ORGANISATION if of_city else Role.COUNTY_ORGANISATION


def _by(role_of: Callable[[Round], tuple[Role, ...]]) -> Callable[[Any, Round], Authority]:
    return lambda _command, known: Authority(role_of(known), known.area or "")


def _by_unit(command: Any, known: Round) -> Authority:
    return Authority((Role.DISPATCHING_UNIT,), known.area or "", command.unit)


def _keys(command: Any, _: Any) -> Collection[str]:
    keys = [f"round/{command.round}"]
    person, unit = getattr(command, "person", None), getattr(command, "unit", None)
    if person is not None:
        keys.append(f"candidate/{person}")
    if unit is not None:
        keys.append(f"organisation/{unit}")
    return keys


def _in_round(
    name: str, command: type[Any], article: str, summary: str, authority: Callable[[Any, Any], Authority]
) -> CommandSpec[Any, Any]:
    return CommandSpec(
        name=name,
        command=command,
        article=article,
        authority=authority,
        keys=_keys,
        gather=_round_of,
        summary=summary,
    )


_CAPTAIN = ("chief-captain/{0.person}", "role/{0.person}", "posting/{0.person}/*")

COMMANDS: tuple[CommandSpec[Any, Any], ...] = (
    CommandSpec(
        name="open-selection-round",
        command=cmd.OpenSelectionRound,
        article="4.1",
        authority=lambda c, _: Authority((_LEADS[c.level],), c.area),
        keys=_keys,
        gather=nothing_to_gather,
        summary="开始选派批次",
    ),
    _in_round(
        "give-selection-opinion",
        cmd.GiveSelectionOpinion,
        "4.1",
        "配合部门意见",
        _by(lambda known: (_SCREENS[known.level or SelectionLevel.CITY], Role.CITY_POVERTY, *_COUNTY_BODIES)),
    ),
    _in_round(
        "close-selection-round",
        cmd.CloseSelectionRound,
        "4.1",
        "结束选派批次",
        _by(lambda known: (_LEADS[known.level or SelectionLevel.CITY],)),
    ),
    _in_round("nominate-candidate", cmd.NominateCandidate, "3", "派出单位提名", _by_unit),
    _in_round("attest-candidate", cmd.AttestCandidate, "3", "派出单位证明", _by_unit),
    _in_round(
        "screen-candidate",
        cmd.ScreenCandidate,
        "3",
        "审查人选（优先条件只排序）",
        _by(lambda known: (_SCREENS[known.level or SelectionLevel.CITY],)),
    ),
    CommandSpec(
        name="confirm-dispatch",
        command=cmd.ConfirmDispatch,
        article="4.1",
        authority=lambda c, confirms: Authority((confirms,), c.village),
        keys=lambda c, _: [*_keys(c, None), f"village/{c.village}", f"posting/{c.person}/*"],
        gather=_confirming_body,
        summary="确定选派人选",
    ),
    CommandSpec(
        name="propose-chief-captain",
        command=cmd.ProposeChiefCaptain,
        article="4.2",
        authority=lambda c, _: Authority((Role.DISPATCHING_UNIT,), c.county, c.unit),
        keys=lambda c, _: [f"chief-captain/{c.person}", f"organisation/{c.unit}"],
        gather=nothing_to_gather,
        summary="派出单位推荐总队长、副总队长",
    ),
    at_place(
        "appoint-chief-captain",
        cmd.AppointChiefCaptain,
        "4.2",
        "选派总队长、副总队长",
        "county",
        Role.CITY_ORGANISATION,
        keys=_CAPTAIN,
    ),
    at_place(
        "end-chief-captain",
        cmd.EndChiefCaptain,
        "4.2",
        "结束总队长、副总队长任职",
        "county",
        Role.CITY_ORGANISATION,
        keys=_CAPTAIN,
    ),
)


def selection_router() -> APIRouter:
    """Shortlists and the counties' leadership."""
    routes = APIRouter()

    @routes.get("/selection/{number}", summary="选派批次与人选排序")
    async def shortlist(number: str, context: Context = Depends(request_of)) -> dict[str, Any]:
        async with context.service.views.reading("selection") as cursor:
            area = await queries.round_area(cursor, number)
        if area is None:
            raise Refused(no.ROUND_UNKNOWN)
        await may_read(context, area)
        async with context.service.views.reading("selection") as cursor:
            shown = await queries.shortlist(cursor, number)
        reads = await reads_words(context, area)
        candidates = await with_words(
            context, shown["candidates"], "reasons", event="screened_by", shown=lambda _: reads
        )
        shown["candidates"] = await with_words(
            context, candidates, "attestation", event="attested_by", shown=lambda _: reads
        )
        shown["opinions"] = await with_words(context, shown["opinions"], "opinion", shown=lambda _: reads)
        async with context.service.views.reading("registry") as cursor:
            named = shown["nominating_units"]
            return shown | {"units_without": await registry_queries.units_without(cursor, area, shown["level"], named)}

    @routes.get("/chief-captains", summary="总队长、副总队长")
    async def captains(place: PlaceAsked, context: Context = Depends(request_of)) -> dict[str, Any]:
        await may_read(context, place)
        async with context.service.views.reading("selection") as cursor:
            captains = await queries.captains(cursor, place)
            proposed = await queries.proposed_captains(cursor, place)
        reads = await reads_words(context, place)
        named = await with_words(context, proposed, "reason", shown=lambda _: reads)
        return {"place": place, "captains": captains, "proposed": named}

    return routes

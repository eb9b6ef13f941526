"""Queries on readings, lists, units, disputes and rulings over HTTP."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query

from contracts.identifiers import Role
from contracts.refusals import Refusal
from services.assessment import queries
from services.assessment import refusals as no
from services.assessment.results import queries as awards
from services.assessment.year import gathering
from services.runtime.authority import Authorities
from services.runtime.commands import Refused
from services.runtime.context import Context, request_of
from services.runtime.directory import PostingRow
from services.runtime.routing import include

READERS = (Role.COUNTY_OFFICE, Role.CITY_OFFICE, Role.CITY_ORGANISATION, Role.CITY_POVERTY, Role.AUDIT)
WHO_DECIDES = (Role.COUNTY_OFFICE, Role.AUDIT)
"""Who reads besides the person what was claimed and why it was decided so; audit reads everything."""
HEARD = (*READERS, Role.COUNTY_ORGANISATION)
"""Who reads a county's list, grades and lists to be filed: the county organisation department is heard on them."""

CountyPath = Annotated[str, Path(pattern=r"^[0-9]{6}$")]
YearPath = Annotated[int, Path(ge=2016, le=2200)]
PersonPath = Annotated[str, Path(pattern=r"^P[0-9]{6,12}$")]
AreaPath = Annotated[str, Path(pattern=r"^[0-9]{4}([0-9]{2})?$")]
UnitPath = Annotated[str, Path(pattern=r"^O[0-9]{4,12}$")]


def result_routes() -> APIRouter:
    """Everything that is asked beside the list of a year and the explanation of one person."""
    routes = APIRouter()
    include(routes, _of_one_person())
    include(routes, _of_places_and_awards())

    @routes.get("/sensitive/{county}/{year}", summary="结果取决于条文读法的人员")
    async def sensitive(county: CountyPath, year: YearPath, context: Context = Depends(request_of)) -> dict[str, Any]:
        await may_read(context, READERS, [county])
        shown = await gathering.whole_county(context, county, year, sensitive=True)
        if isinstance(shown, Refusal):
            raise Refused(shown)
        persons = [one.as_json() | {"waits": one.waits} for one in shown.sensitive]
        said = {"county": county, "year": year, "digest": shown.sensitive_digest, "persons": persons}
        other = shown.elsewhere
        counties = [{"county": code, "final": final} for code, final in other.counties]
        return {**said, "elsewhere": {"objects": other.objects, "counties": counties}}

    @routes.get("/lists/{county}/{year}", summary="考核对象名单和优秀名单")
    async def lists(county: CountyPath, year: YearPath, context: Context = Depends(request_of)) -> dict[str, Any]:
        await may_read(context, HEARD, [county])
        return await queries.lists(context.service.views, county, year)

    @routes.get("/unit/{unit}/{year}", summary="派出单位本单位人员的结果")
    async def unit(unit: UnitPath, year: YearPath, context: Context = Depends(request_of)) -> dict[str, Any]:
        own = await queries.people_of_unit(context.service.views, unit, year, "")
        villages = {posting.village for person in own for posting in await gathering.postings(context, person)}
        answers = [
            await context.authority((Role.DISPATCHING_UNIT,), village, unit, "12.8") for village in sorted(villages)
        ]
        if not answers:
            raise Refused(no.NOTHING_TO_FEED_BACK)
        if all(isinstance(answer, Refusal) for answer in answers):
            await may_read(context, READERS, sorted(villages))
        scale = (await context.rules())["grade.map"]
        return await queries.of_unit(context.service.views, unit, year, own, scale)

    @routes.get("/disputes/{county}/{year}", summary="异议与重新考核")
    async def disputes(
        county: CountyPath,
        year: YearPath,
        context: Context = Depends(request_of),
        person: Annotated[str | None, Query(pattern=r"^P[0-9]{6,12}$", description="只看一人，并附主张和理由")] = None,
    ) -> dict[str, Any]:
        allowed = await context.authority(READERS, county, None, "12.8")
        only = context.request.caller if isinstance(allowed, Refusal) else person
        rows = await queries.disputes(context.service.views, county, year, only)
        may_open = not isinstance(allowed, Refusal) and allowed.role in WHO_DECIDES
        if only is not None and (only == context.request.caller or may_open):
            rows = await _in_words(context, rows)
        return {"county": county, "year": year, "disputes": rows}

    @routes.get("/rulings", summary="解释与县级办法")
    async def rulings(context: Context = Depends(request_of)) -> dict[str, Any]:
        return {"rulings": await queries.rulings(context.service.views)}

    return routes


async def _in_words(context: Context, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each case with what was claimed or why it was ordered, and the reasons of the decision; null what was erased."""
    told = await context.service.store.opened(
        {row[name] for row in rows for name in ("event", "decision") if row[name]}
    )

    def word(event: str | None, *names: str) -> Any:
        values = told[event][0] if event is not None else {}
        return next((values[name] for name in names if name in values), None)

    return [
        {**row, "claim": word(row["event"], "claim", "reasons"), "reasons": word(row["decision"], "reasons")}
        for row in rows
    ]


def _of_one_person() -> APIRouter:
    routes = APIRouter()

    @routes.get("/replay/{person}/{year}", summary="一次认定的复现：四个镜头")
    async def replayed(
        person: PersonPath,
        year: YearPath,
        context: Context = Depends(request_of),
        version: Annotated[int | None, Query(ge=1, le=99, description="第几次认定，不写为最近一次")] = None,
        settings: Annotated[list[str] | None, Query(alias="set", max_length=20, description="参数=值")] = None,
        search: Annotated[bool, Query(description="是否找出会改变结果的最小事实组合")] = True,
    ) -> dict[str, Any]:
        postings = await gathering.postings(context, person)
        if not postings:
            raise Refused(no.UNKNOWN_PERSON)
        if person != context.request.caller:
            await may_read(context, (*READERS, Role.TOWNSHIP), villages_of(postings, year))
        return await gathering.replayed(context, person, year, version, settings or (), search=search)

    @routes.get("/determinations/{person}/{year}", summary="一人一年的历次认定")
    async def determinations(
        person: PersonPath, year: YearPath, context: Context = Depends(request_of)
    ) -> dict[str, Any]:
        postings = await gathering.postings(context, person)
        if not postings:
            raise Refused(no.UNKNOWN_PERSON)
        if person != context.request.caller:
            await may_read(context, READERS, villages_of(postings, year))
        found = await queries.history(context.service.views, person, year)
        return {"person": person, "year": year, "determinations": found}

    @routes.get("/profile/{person}", summary="一人历年考核、任期考核与表彰")
    async def profile(person: PersonPath, context: Context = Depends(request_of)) -> dict[str, Any]:
        postings = await gathering.postings(context, person)
        if not postings:
            raise Refused(no.UNKNOWN_PERSON)
        if person != context.request.caller:
            await may_read(context, (*READERS, Role.COUNTY_ORGANISATION), [one.village for one in postings])
        return await awards.profile(context.service.views, person)

    return routes


def _of_places_and_awards() -> APIRouter:
    routes = APIRouter()

    @routes.get("/quota/{county}/{year}", summary="优秀名额：考核总数、名额、现有人选")
    async def quota(county: CountyPath, year: YearPath, context: Context = Depends(request_of)) -> dict[str, Any]:
        area, views = await readable_area(context, READERS, county), context.service.views
        places = await awards.places(views, county, year) or await _places_now(context, county, year)
        tied, candidates = places["waiting_tie"], places["candidates"]
        if area != county:
            candidates = [one for one in candidates if one["person"] in tied or await _of(context, one, area, year)]
        return {
            "county": county,
            "year": year,
            **places,
            "tie_opinions": await queries.tie_opinions(views, county, year, tied),
            "candidates": sorted(candidates, key=lambda row: (-(row["score"] or 0), row["person"])),
            "outcomes": dict(sorted(places["outcomes"].items())),
        }

    @routes.get("/awards/{area}/{year}", summary="评选、表彰：推荐、意见、作出、撤销")
    async def awards_of(area: AreaPath, year: YearPath, context: Context = Depends(request_of)) -> dict[str, Any]:
        await readable_area(context, READERS, area)
        return await awards.awards(context.service.views, area, year)

    return routes


async def _places_now(context: Context, county: str, year: int) -> dict[str, Any]:
    """The quota as it would be, on the facts and proposals of now; raises Refused."""
    shown = await gathering.whole_county(context, county, year)
    if isinstance(shown, Refusal):
        raise Refused(shown)
    return {
        "objects": shown.objects,
        "maximum": shown.maximum,
        "excellent": shown.excellent,
        "waiting_tie": shown.waiting_tie,
        "candidates": [{"person": one.person, "score": one.score} for one in shown.listed if one.candidate],
        "outcomes": Counter(one.outcome for one in shown.listed),
    }


async def _of(context: Context, candidate: Mapping[str, Any], township: str, year: int) -> bool:
    """Whether a candidate is one of a township's own people."""
    villages = villages_of(await gathering.postings(context, candidate["person"]), year)
    return any(village.startswith(township) for village in villages)


def villages_of(postings: list[PostingRow], year: int) -> list[str]:
    """Where the person was posted in the year; where there was none, the latest village: its bodies may look."""
    of_year = [p for p in postings if p.starts_on.year <= year and (p.last_day is None or p.last_day.year >= year)]
    return [posting.village for posting in of_year] or [postings[-1].village]


async def readable_area(context: Context, roles: tuple[Role, ...], county: str) -> str:
    """The county for whoever holds one of the roles there; for a township inside it the township. Raises Refused."""
    answer = await context.authority(roles, county, None, "12")
    if not isinstance(answer, Refusal):
        return county
    held = await Authorities(context.service.views).roles_of(context.request.caller, context.request.today)
    areas = [role["area"] for role in held if role["role"] == Role.TOWNSHIP and role["area"].startswith(county)]
    if not areas:
        raise Refused(answer)
    return str(areas[0])


async def may_read(context: Context, roles: tuple[Role, ...], places: Collection[str]) -> None:
    """Raises Refused unless the caller holds one of the roles in one of the places."""
    answers = [await context.authority(roles, place, None, "12") for place in places]
    if all(isinstance(answer, Refusal) for answer in answers):
        raise Refused(next(answer for answer in answers if isinstance(answer, Refusal)))

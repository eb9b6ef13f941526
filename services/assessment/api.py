"""Assessment over HTTP: one endpoint per command, the county's list, and the explanation of one person's year."""

from collections.abc import Callable, Collection, Mapping
from typing import Annotated, Any

import httpx
from fastapi import APIRouter, Depends, Path, Query
from psycopg.rows import dict_row

from contracts.identifiers import Role, format_instant, stream_name
from contracts.refusals import Refusal
from services.assessment import commands as cmd
from services.assessment import gathering
from services.assessment import refusals as no
from services.assessment.civil import cut_at
from services.assessment.domain import decide
from services.assessment.dossier import Dossiers
from services.assessment.findings import FoldError
from services.assessment.known import YearShown
from services.assessment.said import CITY
from services.assessment.state import State
from services.ledger.material import NotSealedError
from services.runtime import problems
from services.runtime.command_routes import Authority, CommandSpec, command_router
from services.runtime.commands import Refused
from services.runtime.context import Context, request_of
from services.runtime.decisions import RULESET, Act, Decision
from services.runtime.directory import PostingRow
from services.runtime.feed_client import FeedError

INTERPRETERS = (Role.CITY_ORGANISATION, Role.CITY_POVERTY)
COUNTY_OFFICE = (Role.COUNTY_OFFICE,)
INVESTIGATORS = (Role.DISCIPLINE, Role.COUNTY_OFFICE)
READERS = (Role.COUNTY_OFFICE, Role.CITY_OFFICE, Role.CITY_ORGANISATION, Role.CITY_POVERTY, Role.AUDIT)

CountyPath = Annotated[str, Path(pattern=r"^[0-9]{6}$")]
YearPath = Annotated[int, Path(ge=2016, le=2200)]


def decide_on_present(act: Act[Any, Any], states: Mapping[str, State]) -> Decision:
    """Decides, unless the own log has moved on since it was folded for this command (raises Refused)."""
    gathering.assert_present(act.known, states)
    return decide(act, states)


def _county(command: Any, _known: Any) -> Collection[str]:
    return [stream_name("county", command.county, command.year)]


def _person_file(command: Any, _known: Any) -> Collection[str]:
    return [f"assessment/{command.person}/*"]


def _person_and_county(command: Any, known: Any) -> Collection[str]:
    return [*_person_file(command, known), *_county(command, known)]


def _persons_named(command: cmd.ReviewGrades, known: Any) -> Collection[str]:
    return [*_county(command, known), *(f"assessment/{person}/*" for person in dict.fromkeys(command.persons))]


def _all_listed(command: cmd.FinaliseYear, known: YearShown | None) -> Collection[str]:
    listed = known.listed if known else ()
    return [*_county(command, known), *(f"assessment/{person.person}/*" for person in listed)]


def _township_of_person(command: cmd.ProposeGrade, known: YearShown) -> Authority:
    return Authority((Role.TOWNSHIP,), known.persons[command.person].village or command.county)


def _in_county(*roles: Role) -> Callable[[Any, Any], Authority]:
    return lambda command, _known: Authority(roles, command.county)


def _by_interpreters(_command: Any, _known: Any) -> Authority:
    return Authority(INTERPRETERS, CITY)


def _case(name: str, command: type[Any], article: str, summary: str, *roles: Role) -> CommandSpec[Any, Any]:
    """A case of one person, recorded by a body of the county named."""
    return CommandSpec(name, command, article, _in_county(*roles), _person_file, gathering.posted_in_county, summary)


def _by_county(
    name: str, command: type[Any], article: str, summary: str, keys: Callable[[Any, Any], Collection[str]], gather: Any
) -> CommandSpec[Any, Any]:
    """A step of the county office on the fold of its people."""
    known = gathering.for_those_who_may(gather, COUNTY_OFFICE, article)
    return CommandSpec(name, command, article, _in_county(*COUNTY_OFFICE), keys, known, summary)


COMMANDS: tuple[CommandSpec[Any, Any], ...] = (
    CommandSpec(
        name="adopt-rules",
        command=cmd.AdoptRules,
        article="23.1",
        authority=_by_interpreters,
        keys=lambda c, _: [stream_name("rules", c.ruleset)],
        gather=gathering.rules_in_force,
        summary="登记考核办法",
    ),
    CommandSpec(
        name="publish-calendar",
        command=cmd.PublishCalendar,
        article="9.2",
        authority=_by_interpreters,
        keys=lambda c, _: [stream_name("calendar", str(c.year))],
        gather=gathering.calendar,
        summary="登记工作日安排",
    ),
    CommandSpec(
        name="open-year",
        command=cmd.OpenYear,
        article="12.1",
        authority=_in_county(*COUNTY_OFFICE),
        keys=lambda c, _: [stream_name("county", c.county, c.year), stream_name("rules", RULESET)],
        gather=gathering.rules_of_year,
        summary="启动年度考核",
    ),
    _case("record-sanction", cmd.RecordSanction, "15.1", "登记党纪政纪处分", Role.DISCIPLINE),
    _case("record-severe-impact", cmd.RecordSevereImpact, "15.2", "认定严重不良影响", *COUNTY_OFFICE),
    _case("open-investigation", cmd.OpenInvestigation, "15.1", "立案", *INVESTIGATORS),
    _case("close-investigation", cmd.CloseInvestigation, "15.1", "结案", *INVESTIGATORS),
    CommandSpec(
        name="propose-grade",
        command=cmd.ProposeGrade,
        article="12.2",
        authority=_township_of_person,
        keys=_person_and_county,
        gather=gathering.person_year,
        summary="提出考核等次",
    ),
    _by_county("review-grades", cmd.ReviewGrades, "12.3", "审核考核等次", _persons_named, gathering.persons_named),
    _by_county("resolve-tie", cmd.ResolveTie, "12.6", "确定同分人选", _county, gathering.county_year),
    _by_county(
        "review-shortfall", cmd.ReviewShortfall, "15.3", "复核天数不足", _person_and_county, gathering.person_year
    ),
    _by_county("finalise-year", cmd.FinaliseYear, "12.3", "审定全县结果", _all_listed, gathering.county_year),
)


def router() -> APIRouter:
    """All routes of the service."""
    routes = APIRouter()
    routes.include_router(command_router(COMMANDS, decide_on_present))

    @routes.get("/year/{county}/{year}", summary="全县考核结果")
    async def county_year(county: CountyPath, year: YearPath, context: Context = Depends(request_of)) -> dict[str, Any]:
        await _may_read(context, READERS, [county])
        async with context.service.views.reading("determinations", dict_row) as cursor:
            await cursor.execute("select * from county_year where county = %s and year = %s", (county, year))
            head = await cursor.fetchone()
            await cursor.execute(
                "select distinct on (d.person) d.person, d.determination, d.outcome, d.score, d.event,"
                " (select coalesce(array_agg(g.ground order by g.ground), '{}') from ground g"
                " where (g.person, g.year, g.determination) = (d.person, d.year, d.determination)) as grounds"
                " from determination d where d.county = %s and d.year = %s order by d.person, d.determination desc",
                (county, year),
            )
            persons = await cursor.fetchall()
        return {"county": county, "year": year, "state": head, "persons": persons}

    @routes.get("/explain/{person}/{year}", summary="逐条说明一人一年")
    async def explain(
        person: Annotated[str, Path(pattern=r"^P[0-9]{6,12}$")],
        year: YearPath,
        context: Context = Depends(request_of),
        as_of: Annotated[str | None, Query(max_length=40, description="截至的时刻或日期")] = None,
    ) -> dict[str, Any]:
        postings = await gathering.postings(context, person)
        if not postings:
            raise Refused(no.UNKNOWN_PERSON)
        if person != context.request.caller:
            await _may_read(context, (*READERS, Role.TOWNSHIP), _villages(postings, year))
        return await _explained(context, person, year, as_of or format_instant(context.request.now))

    return routes


def _villages(postings: list[PostingRow], year: int) -> list[str]:
    """Where the person was posted in the year; where there was none, the latest village: its bodies may look."""
    of_year = [p for p in postings if p.starts_on.year <= year and (p.last_day is None or p.last_day.year >= year)]
    return [posting.village for posting in of_year] or [postings[-1].village]


async def _explained(context: Context, person: str, year: int, as_of: str) -> dict[str, Any]:
    dossiers: Dossiers = context.service.extras["dossiers"]
    try:
        cut_at(as_of)
    except FoldError as error:
        raise Refused(problems.MALFORMED) from error
    roster = await gathering.roster_of(context, person)
    try:
        found = await dossiers.explanation(
            person, year, roster, as_of, lambda county: gathering.county_roster(context, county, year)
        )
    except NotSealedError as error:
        raise Refused(no.NOT_SEALED) from error
    except (FeedError, httpx.HTTPError) as error:
        raise Refused(no.SOURCE_SILENT) from error
    if found is None:
        raise Refused(no.UNKNOWN_PERSON)
    return found


async def _may_read(context: Context, roles: tuple[Role, ...], places: Collection[str]) -> None:
    """Raises Refused unless the caller holds one of the roles in one of the places."""
    answers = [await context.authority(roles, place, None, "12") for place in places]
    if all(isinstance(answer, Refusal) for answer in answers):
        raise Refused(next(answer for answer in answers if isinstance(answer, Refusal)))

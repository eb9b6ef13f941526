"""Assessment over HTTP: one endpoint per command, the county's list, and the explanation of one person's year."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Depends
from psycopg.rows import dict_row

from contracts.calendar import NoCalendar, load_calendar
from contracts.identifiers import Role, county_of, stream_name
from contracts.refusals import Refusal
from services.assessment import commands as cmd
from services.assessment import refusals as no
from services.assessment.domain import decide
from services.assessment.dossier import Dossiers, digests_of
from services.assessment.known import YearShown
from services.assessment.offline import explain_events
from services.assessment.rules import fold_rules
from services.ledger.material import NotSealedError
from services.runtime.command_routes import Authority, CommandSpec, command_router
from services.runtime.commands import Refused
from services.runtime.context import Context, request_of
from services.runtime.decisions import RULESET
from services.runtime.directory import postings_of

CITY = "5301"
"""Kunming: what the two interpreters publish holds for the whole city."""

INTERPRETERS = (Role.CITY_ORGANISATION, Role.CITY_POVERTY)
COUNTY_OFFICE = (Role.COUNTY_OFFICE,)


@dataclass(frozen=True, slots=True)
class Published:
    """One revision of a duty calendar, ready to be put on record."""

    revision: int
    notice: str
    digest: str


async def _rules(context: Context, command: Any) -> Any:
    year = getattr(command, "year", None) or context.request.today.year
    return digests_of(fold_rules(year))


async def _calendar(_context: Context, command: cmd.PublishCalendar) -> list[Published] | Refusal:
    try:
        calendar = load_calendar(command.year)
    except NoCalendar:
        return no.NO_CALENDAR
    return [
        Published(number, revision.notice or revision.title, calendar.digest())
        for number, revision in enumerate(calendar.revisions, 1)
    ]


async def _knows_person(context: Context, command: Any) -> bool:
    async with context.service.views.reading("directory") as cursor:
        return bool((await postings_of(cursor, [command.person]))[command.person])


async def _person_year(context: Context, command: Any) -> YearShown | Refusal:
    return await _shown(context, command.county, command.year, [command.person])


async def _county_year(context: Context, command: Any) -> YearShown | Refusal:
    persons = await _persons_of(context, command.county, command.year)
    return await _shown(context, command.county, command.year, persons)


async def _persons_named(context: Context, command: cmd.ReviewGrades) -> YearShown | Refusal:
    return await _shown(context, command.county, command.year, command.persons)


async def _shown(context: Context, county: str, year: int, persons: Collection[str]) -> YearShown | Refusal:
    dossiers: Dossiers = context.service.extras["dossiers"]
    try:
        return await dossiers.year(county, year, persons, context.request.now)
    except NotSealedError:
        return no.NOT_SEALED


async def _persons_of(context: Context, county: str, year: int) -> list[str]:
    """Everybody who was ever posted in the county up to the end of the year and had not left before it began."""
    async with context.service.views.reading("directory") as cursor:
        await cursor.execute(
            "select distinct person from posting where starts_with(village, %s)"
            " and starts_on <= make_date(%s, 12, 31) and (last_day is null or last_day >= make_date(%s, 1, 1))"
            " order by person",
            (county, year, year),
        )
        return [row[0] for row in await cursor.fetchall()]


def _county(command: Any, _known: Any) -> Collection[str]:
    return [stream_name("county", command.county, command.year)]


def _person_file(command: Any, _known: Any) -> Collection[str]:
    return [f"assessment/{command.person}/*"]


def _person_and_county(command: Any, known: Any) -> Collection[str]:
    return [*_person_file(command, known), *_county(command, known)]


def _all_of(command: Any, known: YearShown) -> Collection[str]:
    return [*_county(command, known), *(f"assessment/{person.person}/*" for person in known.listed)]


def _township_of_person(command: cmd.ProposeGrade, known: YearShown) -> Authority:
    person = known.persons.get(command.person)
    return Authority((Role.TOWNSHIP,), (person.village if person else None) or command.county)


def _in_county(*roles: Role) -> Any:
    return lambda command, _known: Authority(roles, command.county)


def _case(name: str, command: type[Any], article: str, summary: str, *roles: Role) -> CommandSpec[Any, Any]:
    return CommandSpec(name, command, article, _in_county(*roles), _person_file, _knows_person, summary)


COMMANDS: tuple[CommandSpec[Any, Any], ...] = (
    CommandSpec(
        name="adopt-rules",
        command=cmd.AdoptRules,
        article="23.1",
        authority=lambda _c, _k: Authority(INTERPRETERS, CITY),
        keys=lambda c, _: [stream_name("rules", c.ruleset)],
        gather=_rules,
        summary="登记考核办法",
    ),
    CommandSpec(
        name="publish-calendar",
        command=cmd.PublishCalendar,
        article="9.2",
        authority=lambda _c, _k: Authority(INTERPRETERS, CITY),
        keys=lambda c, _: [stream_name("calendar", str(c.year))],
        gather=_calendar,
        summary="登记工作日安排",
    ),
    CommandSpec(
        name="open-year",
        command=cmd.OpenYear,
        article="12.1",
        authority=_in_county(Role.COUNTY_OFFICE),
        keys=lambda c, _: [stream_name("county", c.county, c.year), stream_name("rules", RULESET)],
        gather=_rules,
        summary="启动年度考核",
    ),
    _case("record-sanction", cmd.RecordSanction, "15.1", "登记党纪政纪处分", Role.DISCIPLINE),
    _case("record-severe-impact", cmd.RecordSevereImpact, "15.2", "认定严重不良影响", Role.COUNTY_OFFICE),
    _case("open-investigation", cmd.OpenInvestigation, "15.1", "立案", Role.DISCIPLINE, Role.COUNTY_OFFICE),
    _case("close-investigation", cmd.CloseInvestigation, "15.1", "结案", Role.DISCIPLINE, Role.COUNTY_OFFICE),
    CommandSpec(
        name="propose-grade",
        command=cmd.ProposeGrade,
        article="12.2",
        authority=_township_of_person,
        keys=_person_and_county,
        gather=_person_year,
        summary="提出考核等次",
    ),
    CommandSpec(
        name="review-grades",
        command=cmd.ReviewGrades,
        article="12.3",
        authority=_in_county(Role.COUNTY_OFFICE),
        keys=lambda c, _: [stream_name("county", c.county, c.year), *(f"assessment/{p}/*" for p in dict.fromkeys(c.persons))],
        gather=_persons_named,
        summary="审核考核等次",
    ),
    CommandSpec("resolve-tie", cmd.ResolveTie, "12.6", _in_county(Role.COUNTY_OFFICE), _county, _county_year, "确定同分人选"),
    CommandSpec(
        "review-shortfall",
        cmd.ReviewShortfall,
        "15.3",
        _in_county(Role.COUNTY_OFFICE),
        _person_and_county,
        _person_year,
        "复核天数不足",
    ),
    CommandSpec(
        "finalise-year", cmd.FinaliseYear, "12.3", _in_county(Role.COUNTY_OFFICE), _all_of, _county_year, "审定全县结果"
    ),
)

READERS = (Role.COUNTY_OFFICE, Role.CITY_OFFICE, Role.CITY_ORGANISATION, Role.CITY_POVERTY, Role.AUDIT)


def router() -> APIRouter:
    """All routes of the service."""
    routes = APIRouter()
    routes.include_router(command_router(COMMANDS, decide))

    @routes.get("/year/{county}/{year}", summary="全县考核结果")
    async def county_year(county: str, year: int, context: Context = Depends(request_of)) -> dict[str, Any]:
        await _may_read(context, READERS, county)
        async with context.service.views.reading("determinations", dict_row) as cursor:
            await cursor.execute("select * from county_year where county = %s and year = %s", (county, year))
            head = await cursor.fetchone()
            await cursor.execute(
                "select distinct on (d.person) d.person, d.determination, d.outcome, d.score, d.event,"
                " (select coalesce(array_agg(g.ground order by g.ground), '{}') from ground g"
                " where g.person = d.person and g.year = d.year) as grounds"
                " from determination d where d.county = %s and d.year = %s order by d.person, d.determination desc",
                (county, year),
            )
            persons = await cursor.fetchall()
        return {"county": county, "year": year, "state": head, "persons": persons}

    @routes.get("/explain/{person}/{year}", summary="逐条说明一人一年")
    async def explain(person: str, year: int, context: Context = Depends(request_of)) -> dict[str, Any]:
        async with context.service.views.reading("directory") as cursor:
            postings = (await postings_of(cursor, [person]))[person]
        if not postings:
            raise Refused(no.UNKNOWN_PERSON)
        county = county_of(postings[-1].village) or CITY
        if person != context.request.caller:
            await _may_read(context, (*READERS, Role.TOWNSHIP), county)
        return await _explained(context, person, county, year)

    return routes


async def _explained(context: Context, person: str, county: str, year: int) -> dict[str, Any]:
    dossiers: Dossiers = context.service.extras["dossiers"]
    try:
        events: Sequence[dict[str, Any]] = await dossiers.events([person], county)
    except NotSealedError as error:
        raise Refused(no.NOT_SEALED) from error
    return explain_events(events, person=person, year=year, as_of=context.request.now)


async def _may_read(context: Context, roles: tuple[Role, ...], place: str) -> None:
    reader = await context.authority(roles, place, None, "12")
    if isinstance(reader, Refusal):
        raise Refused(reader)

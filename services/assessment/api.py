"""Assessment over HTTP: one endpoint per command, the county's list, and the explanation of one person's year."""

from typing import Annotated, Any

import httpx
from fastapi import APIRouter, Depends, Query
from psycopg.rows import dict_row

from contracts.identifiers import Role, format_instant
from services.assessment import refusals as no
from services.assessment.evidence_routes import evidence_routes
from services.assessment.fold.civil import cut_at
from services.assessment.fold.findings import FoldError
from services.assessment.results.routes import (
    HEARD,
    READERS,
    CountyPath,
    PersonPath,
    YearPath,
    may_read,
    result_routes,
    villages_of,
)
from services.assessment.specs import COMMANDS, decide_on_present
from services.assessment.year import gathering
from services.assessment.year.dossier import Dossiers
from services.ledger.material import NotSealedError
from services.runtime import problems
from services.runtime.command_routes import command_router
from services.runtime.commands import Refused
from services.runtime.context import Context, request_of
from services.runtime.feed_client import FeedError
from services.runtime.routing import include


def router() -> APIRouter:
    """All routes of the service."""
    routes = APIRouter()
    include(routes, command_router(COMMANDS, decide_on_present))

    @routes.get("/year/{county}/{year}", summary="全县考核结果")
    async def county_year(county: CountyPath, year: YearPath, context: Context = Depends(request_of)) -> dict[str, Any]:
        await may_read(context, HEARD, [county])
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
            await cursor.execute(
                "select matter, agrees, given from county_opinion where county = %s and year = %s order by given",
                (county, year),
            )
            opinions = await cursor.fetchall()
        return {"county": county, "year": year, "state": head, "persons": persons, "opinions": opinions}

    @routes.get("/explain/{person}/{year}", summary="逐条说明一人一年")
    async def explain(
        person: PersonPath,
        year: YearPath,
        context: Context = Depends(request_of),
        as_of: Annotated[str | None, Query(max_length=40, description="截至的时刻或日期")] = None,
    ) -> dict[str, Any]:
        postings = await gathering.postings(context, person)
        if not postings:
            raise Refused(no.UNKNOWN_PERSON)
        if person != context.request.caller:
            await may_read(context, (*READERS, Role.TOWNSHIP), villages_of(postings, year))
        return await _explained(context, person, year, as_of or format_instant(context.request.now))

    include(routes, result_routes())
    include(routes, evidence_routes())
    return routes


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

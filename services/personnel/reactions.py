"""What personnel's facts ask of people, and what it does because of events.

Of postings it does nothing by itself: whoever leaves or comes does so on somebody's word. It hears what assessment
determined, and a bar on promotion starts or ends (Art. 16).
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from contracts.identifiers import Role
from services.ledger.reactions import Reaction
from services.personnel import queries, waiting
from services.personnel.selection import queries as selection_queries
from services.personnel.telling import notices
from services.personnel.term import queries as term_queries
from services.personnel.term.hearing import hears_determinations
from services.personnel.work import queries as work_queries
from services.runtime.authority import Authorities
from services.runtime.context import Context, HostedService
from services.runtime.service import WorkItem

LIMIT = 200
"""Items per role and area; what is settled makes room for the next."""


NOTICE_DAYS = 30
"""How long a notice is shown; what waits for somebody is shown until it is settled."""


def reactions(service: HostedService) -> Sequence[Reaction]:
    """What personnel does because of events."""
    return (hears_determinations(service),)


async def work(context: Context) -> Sequence[WorkItem]:
    """What waits for the caller today and what the caller is told of, oldest first; never the caller's own case."""
    caller, views = context.request.caller, context.service.views
    roles = await Authorities(views).roles_of(caller, context.request.today)
    found: dict[str, WorkItem] = {}
    for held in roles:
        async for item in _items(context, held):
            if item.fields.get("person") != caller:
                found[f"{item.stream} {item.command} {item.title_en}"] = item
    return sorted(found.values(), key=lambda item: item.since)


async def _items(context: Context, held: Mapping[str, Any]) -> AsyncIterator[WorkItem]:
    role, area, organisation = Role(held["role"]), held["area"], held["organisation"]
    async with context.service.views.reading("staffing") as cursor:
        if role in waiting.STAGES:
            for row in await queries.forced(cursor, waiting.STAGES[role], area, LIMIT):
                yield waiting.replacement(row, waiting.STAGES[role])
            asked = (await context.rules(area))["withdrawal.county_opinion"]
            for row in await queries.withdrawals(cursor, area, LIMIT):
                item = waiting.withdrawal(row, role, asked)
                if item is not None:
                    yield item
        if role in waiting.HEAR_OF_TEAMS:
            for row in await queries.strength(cursor, area):
                for notice in waiting.team(row, role):
                    yield notice
        today = context.request.today
        since = today - timedelta(days=NOTICE_DAYS)
        for item in await notices(cursor, context.request.caller, held, since, today, LIMIT):
            yield item
        if role is Role.DISPATCHING_UNIT and organisation is not None:
            for row in await queries.to_succeed(cursor, organisation, LIMIT):
                yield waiting.successor(row)
            for row in await queries.leave_asked(cursor, organisation, LIMIT):
                yield waiting.leave(row)
        posted = await queries.units_posted(cursor, area) if role is Role.REGISTRY_KEEPER else []
    async for item in _more_items(context, role, area, posted):
        yield item
    recipient = waiting.RECEIVES.get(role)
    if recipient is not None:
        of_unit = organisation if role in (Role.DISPATCHING_UNIT, Role.ASSIGNED_UNIT) else None
        async with context.service.views.reading("work") as cursor:
            for row in await work_queries.inbox(cursor, recipient, area, of_unit, LIMIT):
                yield waiting.report(row, recipient, of_unit)


async def _more_items(
    context: Context, role: Role, area: str, posted: Sequence[Mapping[str, Any]]
) -> AsyncIterator[WorkItem]:
    """What waits in other views: plans, terms that have run, proposed captains, units for which nobody speaks."""
    views, today = context.service.views, context.request.today
    if role is Role.TOWNSHIP:
        async with views.reading("work") as cursor:
            for row in await work_queries.plans_to_review(cursor, area, LIMIT):
                yield waiting.plan(row)
        months = (await context.rules(area))["term.months"]
        async with views.reading("terms") as cursor:
            for row in await term_queries.terms(cursor, area, months, today, LIMIT):
                yield waiting.term(row)
    elif role is Role.CITY_ORGANISATION:
        async with views.reading("selection") as cursor:
            for row in await selection_queries.proposed_captains(cursor, area):
                yield waiting.captain(row)
    elif posted:
        async with views.reading("roles") as cursor:
            spoken_for = await queries.spoken_for(cursor, [unit["unit"] for unit in posted], today)
        for unit in posted:
            if unit["unit"] not in spoken_for:
                yield waiting.officer(dict(unit))

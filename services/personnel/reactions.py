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
from services.personnel.telling import notices
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
    recipient = waiting.RECEIVES.get(role)
    if recipient is not None:
        of_unit = organisation if role in (Role.DISPATCHING_UNIT, Role.ASSIGNED_UNIT) else None
        async with context.service.views.reading("work") as cursor:
            for row in await work_queries.inbox(cursor, recipient, area, of_unit, LIMIT):
                yield waiting.report(row, recipient, of_unit)

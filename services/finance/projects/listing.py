"""The projects of a place as people read them: out of two views of the service."""

from typing import Any

from services.finance.projects import queries as project_queries
from services.runtime.context import Context


async def project_list(context: Context, place: str) -> list[dict[str, Any]]:
    """Projects of the place with their notices, posted and unposted uses."""
    views, rules = context.service.views, await context.rules(place)
    async with views.reading("projects") as cursor:
        found = await project_queries.projects(cursor, place)
    async with views.reading("balances") as cursor:
        payments = await project_queries.paid(cursor, place)
    return project_queries.with_uses(found, payments, rules["notice.kinds"])

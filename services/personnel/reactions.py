"""What personnel's facts ask of people: replacements that wait for the next level, teams that need people (Art. 5, 10).

Personnel acts on nothing by itself: whoever leaves or comes does so on somebody's word.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from psycopg import AsyncCursor

from contracts.identifiers import Role
from services.personnel import queries
from services.runtime.authority import Authorities
from services.runtime.context import Context
from services.runtime.service import WorkItem

LIMIT = 200
"""Items per role and area; what is settled makes room for the next."""

_NEXT_LEVEL = {
    Role.TOWNSHIP: ("requested", "escalate-replacement", "逐级上报", "to be passed on"),
    Role.COUNTY_OFFICE: ("escalated", "decide-replacement", "决定", "to be decided"),
}
_HEAR_OF_WEAKNESS = (Role.TOWNSHIP, Role.COUNTY_OFFICE, Role.CITY_OFFICE)
"""Who is told of a team below the minimum (`domain.md` R5.3, 3.4)."""


async def work(context: Context) -> Sequence[WorkItem]:
    """What waits for the caller today and what the caller is told of, oldest first; never the caller's own case."""
    caller, views = context.request.caller, context.service.views
    roles = await Authorities(views).roles_of(caller, context.request.today)
    found: dict[str, WorkItem] = {}
    async with views.reading("staffing") as cursor:
        for held in roles:
            async for item in _items(cursor, Role(held["role"]), held["area"], caller):
                found[f"{item.stream} {item.command}"] = item
    return sorted(found.values(), key=lambda item: item.since)


async def _items(cursor: AsyncCursor[Any], role: Role, area: str, caller: str) -> AsyncIterator[WorkItem]:
    if role in _NEXT_LEVEL:
        stage, command, zh, en = _NEXT_LEVEL[role]
        for row in await queries.forced(cursor, stage, area, LIMIT):
            if row["person"] != caller:
                yield _replacement(row, command, zh, en)
    if role in _HEAR_OF_WEAKNESS:
        for row in await queries.strength(cursor, area, weak=True):
            yield _weakness(row)


def _replacement(row: dict[str, Any], command: str, zh: str, en: str) -> WorkItem:
    return WorkItem(
        kind="approval",
        title=f"{row['team']} 要求调整更换 {row['person']}，待{zh}",
        title_en=f"replacement of {row['person']} in {row['team']}: {en}",
        stream=row["stream"],
        since=row["since"].isoformat(),
        article="10",
        place=row["village"],
        command=command,
        fields={"person": row["person"], "team": row["team"]},
    )


def _weakness(row: dict[str, Any]) -> WorkItem:
    return WorkItem(
        kind="notice",
        title=f"{row['team']} 现有{row['strength']}人，低于规定人数，须补员",
        title_en=f"{row['team']} has {row['strength']} people, fewer than the measures ask for",
        stream=f"team/{row['team']}",
        since=row["weak_since"].isoformat(),
        article="5.3",
        place=row["village"],
    )

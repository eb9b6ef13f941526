"""What people ask of the staffing: how strong the teams of a place are, which replacements wait for whom."""

from typing import Any

from psycopg import AsyncCursor
from psycopg.rows import dict_row

_STRENGTH = """
    select team, village, strength, changed_on, weak_since from strength
    where starts_with(village, %(place)s) and (not %(weak)s or weak_since is not null) order by team
"""
_FORCED = """
    select person, team, village, stream, since from forced
    where stage = %(stage)s and starts_with(village, %(area)s) order by since, team, person limit %(limit)s
"""


async def strength(cursor: AsyncCursor[Any], place: str, *, weak: bool = False) -> list[dict[str, Any]]:
    """Teams of the place with their strength; with `weak` only those below the minimum."""
    return await _rows(cursor, _STRENGTH, {"place": place, "weak": weak})


async def forced(cursor: AsyncCursor[Any], stage: str, area: str, limit: int) -> list[dict[str, Any]]:
    """Forced replacements at that stage in the area, the oldest first."""
    return await _rows(cursor, _FORCED, {"stage": stage, "area": area, "limit": limit})


async def _rows(cursor: AsyncCursor[Any], query: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    async with cursor.connection.cursor(row_factory=dict_row) as rows:
        await rows.execute(query, parameters)
        return await rows.fetchall()

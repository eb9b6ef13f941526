"""What people ask of selection: shortlists, which units have nominated, who leads a county's teams (R3, R4)."""

from typing import Any

from psycopg import AsyncCursor
from psycopg.rows import dict_row

_ROUND = "select round, level, area, opened_on, closes_on, wanted, closed_on from round where round = %(round)s"
_OPINIONS = "select body, event from opinion where round = %(round)s order by body"
_SHORTLIST = """
    select person, unit, unit_level, nominated_on, attested, attested_by, preferences, screened_by, village,
        confirmed_on
    from candidate where round = %(round)s
    order by cardinality(preferences) desc, attested desc, nominated_on, person
"""
_CAPTAINS = """
    select person, county, rank, post, starts_on, last_day from captain
    where starts_with(county, %(place)s) order by county, rank, starts_on
"""


_PROPOSED = """
    select person, county, rank, unit, on_day, event from proposed
    where starts_with(county, %(place)s) order by on_day, person
"""


async def round_area(cursor: AsyncCursor[Any], number: str) -> str | None:
    """The area of the round, or None where nobody opened it."""
    rows = await _rows(cursor, _ROUND, {"round": number})
    return rows[0]["area"] if rows else None


async def shortlist(cursor: AsyncCursor[Any], number: str) -> dict[str, Any]:
    """The round with its candidates, those with most preferences first: an order, never a bar."""
    asked = {"round": number}
    (head,) = await _rows(cursor, _ROUND, asked)
    candidates = await _rows(cursor, _SHORTLIST, asked)
    units = sorted({row["unit"] for row in candidates})
    opinions = await _rows(cursor, _OPINIONS, asked)
    return {**head, "opinions": opinions, "nominating_units": units, "candidates": candidates}


async def captains(cursor: AsyncCursor[Any], place: str) -> list[dict[str, Any]]:
    """Chief captains and deputies of the place's counties, past ones included."""
    return await _rows(cursor, _CAPTAINS, {"place": place})


async def proposed_captains(cursor: AsyncCursor[Any], place: str) -> list[dict[str, Any]]:
    """Whom units named for the place's counties and nobody has decided on."""
    return await _rows(cursor, _PROPOSED, {"place": place})


async def _rows(cursor: AsyncCursor[Any], query: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    async with cursor.connection.cursor(row_factory=dict_row) as rows:
        await rows.execute(query, parameters)
        return await rows.fetchall()

"""What people ask of training: sessions per organiser, days per person, support from the city (Art. 11, A54)."""

from collections.abc import Mapping
from typing import Any

from psycopg import AsyncCursor
from psycopg.rows import dict_row

from contracts.personnel import TrainingLevel

_AREAS_WITH_TEAMS = """
    select distinct left(village, %(digits)s) as area from team
    where starts_with(village, %(place)s) and extract(year from formed_on) <= %(year)s order by area
"""
_SESSIONS = """
    select left(area, %(digits)s) as area, count(*)::int as held, sum(ends_on - starts_on + 1)::int as days from held
    where organiser = %(organiser)s and extract(year from starts_on) = %(year)s and starts_with(area, %(place)s)
      and length(area) >= %(digits)s
    group by 1 order by 1
"""
_POSTED = """
    select person, max(village) as village from posting
    where starts_with(village, %(place)s) and starts_on <= make_date(%(year)s, 12, 31)
      and (last_day is null or last_day >= make_date(%(year)s, 1, 1))
    group by person order by person
"""
_DAYS = """
    select person, sum(days)::int as days from attended
    where person = any(%(persons)s) and extract(year from starts_on) = %(year)s group by person
"""
_SUPPORT = """
    select h.training, h.area, s.body, s.trainers from supported s join held h using (training)
    where extract(year from h.starts_on) = %(year)s and starts_with(h.area, %(place)s) order by h.training, s.body
"""
DIGITS = {TrainingLevel.COUNTY: 6, TrainingLevel.TOWNSHIP: 9}


async def areas_with_teams(directory: AsyncCursor[Any], place: str, year: int, level: TrainingLevel) -> list[str]:
    """Counties or townships of the place that had a team in the year: each owes its trainings."""
    rows = await _rows(directory, _AREAS_WITH_TEAMS, {"place": place, "year": year, "digits": DIGITS[level]})
    return [row["area"] for row in rows]


async def sessions(cursor: AsyncCursor[Any], place: str, year: int, level: TrainingLevel) -> dict[str, dict[str, int]]:
    """Area -> sessions held in the year by its organiser, and their days."""
    asked = {"place": place, "year": year, "organiser": level.value, "digits": DIGITS[level]}
    rows = await _rows(cursor, _SESSIONS, asked)
    return {row["area"]: {"held": row["held"], "days": row["days"]} for row in rows}


async def posted_in(directory: AsyncCursor[Any], place: str, year: int) -> dict[str, str]:
    """Person -> village of everybody who was posted in the place in the year."""
    rows = await _rows(directory, _POSTED, {"place": place, "year": year})
    return {row["person"]: row["village"] for row in rows}


async def days_of(cursor: AsyncCursor[Any], persons: Mapping[str, str], year: int) -> dict[str, int]:
    """Days of training of each person in the year, both levels together; nobody is missing."""
    rows = await _rows(cursor, _DAYS, {"persons": list(persons), "year": year})
    return dict.fromkeys(persons, 0) | {row["person"]: row["days"] for row in rows}


async def support(cursor: AsyncCursor[Any], place: str, year: int) -> list[dict[str, Any]]:
    """Specialists whom city departments sent to the county's trainings (R11.4)."""
    return await _rows(cursor, _SUPPORT, {"place": place, "year": year})


async def _rows(cursor: AsyncCursor[Any], query: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    async with cursor.connection.cursor(row_factory=dict_row) as rows:
        await rows.execute(query, parameters)
        return await rows.fetchall()

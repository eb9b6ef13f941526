"""What people ask of the standing: certificates, leave that is still due, a unit's record of a year."""

from typing import Any

from psycopg import AsyncCursor
from psycopg.rows import dict_row

_EXPERIENCE = """
    select starts_on, last_day, forced, event from experience where person = %(person)s order by starts_on
"""
_PRIORITIES = """
    select commendation, level, recorded_on, event from priority where person = %(person)s order by recorded_on
"""
_ADVANCED = "select year, event from advanced where person = %(person)s order by year"
_OUTSTANDING = """
    select person, leave, unit, days, granted_on from compensation
    where starts_with(village, %(place)s) and starts_on is null order by granted_on, person
"""
_SCORECARD = """
    with days as (
        select s.person, s.forced, s.last_day, greatest(s.starts_on, make_date(%(year)s, 1, 1)) as first,
            least(coalesce(s.last_day, make_date(%(year)s, 12, 31)), make_date(%(year)s, 12, 31)) as last
        from service s where s.unit = %(unit)s
    ),
    posted as (select * from days where first <= last),
    alone as (
        select d.person, d.on_post from determined d
        where d.year = %(year)s and d.on_post is not null and exists (select from posted p where p.person = d.person)
          and not exists (
            select from service s where s.person = d.person and s.unit <> %(unit)s
              and s.starts_on <= make_date(%(year)s, 12, 31)
              and (s.last_day is null or s.last_day >= make_date(%(year)s, 1, 1)))
    ),
    graded as (
        select d.outcome from determined d
        where d.year = %(year)s and exists (select from posted p where p.person = d.person)
    )
    select
        (select count(*) from posted) as postings,
        (select coalesce(sum(last - first + 1), 0) from posted) as posted_days,
        (select coalesce(sum(on_post), 0) from alone) as on_post_days,
        (select coalesce(sum(p.last - p.first + 1), 0) from posted p join alone using (person)) as counted_days,
        (select count(*) from graded where outcome = '不称职') as incompetent,
        (select count(*) from graded where outcome = '优秀') as excellent,
        (select count(*) from posted where forced and last_day <= make_date(%(year)s, 12, 31)) as forced_replacements,
        (select count(*) from misdeed where unit = %(unit)s and year = %(year)s and kind = 'withdrawal_attempts')
            as withdrawal_attempts,
        (select count(*) from misdeed where unit = %(unit)s and year = %(year)s and kind = 'secondments')
            as secondments
"""


async def experience(cursor: AsyncCursor[Any], person: str) -> list[dict[str, Any]]:
    """Credited services of the person with the event that credits each."""
    return await _rows(cursor, _EXPERIENCE, {"person": person})


async def priorities(cursor: AsyncCursor[Any], person: str) -> dict[str, list[dict[str, Any]]]:
    """What the person is preferred for, other things being equal, and years as the city's advanced worker (R14.2)."""
    asked = {"person": person}
    return {"priorities": await _rows(cursor, _PRIORITIES, asked), "advanced": await _rows(cursor, _ADVANCED, asked)}


async def outstanding_leave(cursor: AsyncCursor[Any], place: str) -> list[dict[str, Any]]:
    """Compensatory leave of people of the place that was granted and not taken."""
    return await _rows(cursor, _OUTSTANDING, {"place": place})


async def scorecard(cursor: AsyncCursor[Any], unit: str, year: int) -> dict[str, int]:
    """The unit's record of a year, by metric (R16.2)."""
    (row,) = await _rows(cursor, _SCORECARD, {"unit": unit, "year": year})
    return {name: int(value) for name, value in row.items()}


async def _rows(cursor: AsyncCursor[Any], query: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    async with cursor.connection.cursor(row_factory=dict_row) as rows:
        await rows.execute(query, parameters)
        return await rows.fetchall()

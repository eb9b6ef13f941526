"""What people ask of the standing: certificates, leave that is still due, a unit's record of a year."""

from datetime import date
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
_PEOPLE = """
    with days as (
        select s.person, s.unit, s.forced, s.last_day, greatest(s.starts_on, make_date(%(year)s, 1, 1)) as first,
            least(coalesce(s.last_day, make_date(%(year)s, 12, 31)), make_date(%(year)s, 12, 31)) as last
        from service s where s.person in (select person from service where unit = %(unit)s)
    ),
    posted as (select * from days where first <= last),
    shares as (
        select person, sum(last - first + 1) filter (where unit = %(unit)s) as own, sum(last - first + 1) as whole
        from posted group by person having bool_or(unit = %(unit)s)
    ),
    judged as (
        select s.person, s.own, s.whole, d.outcome, d.on_post, coalesce(d.posted, s.whole) as counted
        from shares s left join determined d on d.person = s.person and d.year = %(year)s
    )
"""
"""Who was posted for the unit in the year: days for it, all days, and what was determined of the year."""
_SCORECARD = """
    (people)
    select
        (select count(*) from posted where unit = %(unit)s) as postings,
        (select coalesce(sum(own), 0) from judged) as posted_days,
        (select coalesce(sum(on_post * own / whole), 0) from judged) as on_post_days,
        (select coalesce(sum(counted * own / whole) filter (where on_post is not null), 0) from judged)
            as counted_days,
        (select count(*) from judged where on_post is not null and own < whole) as shared,
        (select count(*) from judged where on_post is null) as left_out,
        (select count(*) from judged where outcome = '不称职') as incompetent,
        (select count(*) from judged where outcome = '优秀') as excellent,
        (select count(*) from posted where unit = %(unit)s and forced and last_day <= make_date(%(year)s, 12, 31))
            as forced_replacements,
        (select count(*) from misdeed where unit = %(unit)s and year = %(year)s and kind = 'withdrawal_attempts')
            as withdrawal_attempts,
        (select count(*) from misdeed where unit = %(unit)s and year = %(year)s and kind = 'secondments')
            as secondments
""".replace("(people)", _PEOPLE)
"""Somebody who had two units counts for each in proportion to the days; the fraction is cut, not rounded."""
_LEFT_OUT = """
    (people)
    select person, own as posted_days, outcome,
        case when outcome is not null then 'without_days' when whole < %(half_year)s then 'under_half_year'
             else 'not_determined' end as reason
    from judged where on_post is null order by person
""".replace("(people)", _PEOPLE)
_SERVING = """
    with begun as (
        select *, case when lag(last_day) over of_person = starts_on - 1 then 0 else 1 end as fresh
        from service window of_person as (partition by person order by starts_on)
    ),
    spells as (select *, sum(fresh) over (partition by person order by starts_on) as spell from begun),
    serving as (
        select s.person, s.team, s.unit, s.village, b.since,
            (b.since + make_interval(months => %(months)s))::date - 1 as due_on
        from spells s join (select person, spell, min(starts_on) as since from spells group by person, spell) b
            using (person, spell)
        where s.last_day is null
    )
"""
"""Who is posted, since when without a gap, and the last day of the term of so many months."""
_TERMS = """
    (serving)
    select s.person, s.team, s.unit, s.village, s.since, s.due_on, d.person is not null as said
    from serving s left join term_due d using (person, due_on)
    where starts_with(s.village, %(place)s) and (%(by)s::date is null or s.due_on <= %(by)s::date)
    order by s.due_on, s.person limit %(limit)s
""".replace("(serving)", _SERVING)
_TERMS_UNSAID = """
    (serving)
    select person, team, due_on from serving s
    where due_on <= %(today)s and not exists (select from term_due d where (d.person, d.due_on) = (s.person, s.due_on))
    order by due_on, person
""".replace("(serving)", _SERVING)
_BARS_OVER = "select person, year, county, last_day from bar where last_day < %(today)s order by last_day, person"


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


async def left_out(cursor: AsyncCursor[Any], unit: str, year: int, half_year: int) -> list[dict[str, Any]]:
    """People of the unit whose days on post are in no determination of the year, each with the reason."""
    return await _rows(cursor, _LEFT_OUT, {"unit": unit, "year": year, "half_year": half_year})


async def terms(cursor: AsyncCursor[Any], place: str, months: int, by: date | None, limit: int) -> list[dict[str, Any]]:
    """Who is posted in the place, since when, and when the term ends; with `by` those whose term ends by that day."""
    return await _rows(cursor, _TERMS, {"place": place, "months": months, "by": by, "limit": limit})


async def terms_unsaid(cursor: AsyncCursor[Any], today: date, months: int) -> list[dict[str, Any]]:
    """Terms whose months have run by today and of which the clock has not spoken."""
    return await _rows(cursor, _TERMS_UNSAID, {"today": today, "months": months})


async def bars_over(cursor: AsyncCursor[Any], today: date) -> list[dict[str, Any]]:
    """Bars whose last day is past and whose end nobody has said."""
    return await _rows(cursor, _BARS_OVER, {"today": today})


async def _rows(cursor: AsyncCursor[Any], query: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    async with cursor.connection.cursor(row_factory=dict_row) as rows:
        await rows.execute(query, parameters)
        return await rows.fetchall()

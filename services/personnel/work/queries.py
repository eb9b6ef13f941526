"""What people ask of the daily work: who has planned and reported, what was done by duty, what is still open."""

from datetime import date
from typing import Any

from psycopg import AsyncCursor
from psycopg.rows import dict_row

from contracts.personnel import ReportRecipient

RECIPIENTS = [recipient.value for recipient in ReportRecipient]

_WITHOUT_PLAN = """
    select t.team, t.village from team t
    where starts_with(t.village, %(place)s) and t.dissolved_on is null and extract(year from t.formed_on) <= %(year)s
      and not exists (select from plan p where p.team = t.team and p.year = %(year)s)
    order by t.team
"""
_PLANS = """
    select p.team, t.village, p.year, p.edition, p.event from plan p join team t using (team)
    where starts_with(t.village, %(place)s) and p.year = %(year)s order by p.team
"""
_REPORTS = """
    select t.team, t.village,
        coalesce((
            select json_agg(json_build_object('recipient', d.recipient, 'organisation', nullif(d.organisation, ''),
                'on', d.first_on, 'late', d.late, 'received_on', d.received_on) order by d.recipient, d.organisation)
            from delivery d where d.team = t.team and d.month = %(month)s), '[]') as delivered,
        array(select o.recipient from overdue o where o.team = t.team and o.month = %(month)s order by 1) as overdue,
        not exists (
            select from unnest(%(recipients)s::text[]) r (recipient)
            where (r.recipient <> 'assigned_unit' or exists (
                select from assigned a where a.village = t.village and a.starts_on <= %(due_on)s
                  and (a.last_day is null or a.last_day >= %(due_on)s)))
              and not exists (select from delivery d
                where d.team = t.team and d.month = %(month)s and d.recipient = r.recipient)) as complete
    from team t where starts_with(t.village, %(place)s) order by t.team
"""
_UNSAID = """
    select t.team, t.village, to_char(m.first, 'YYYY-MM') as month, r.recipient
    from team t
    cross join lateral generate_series(date_trunc('month', t.formed_on), %(today)s::date, interval '1 month') m (first)
    cross join unnest(%(recipients)s::text[]) r (recipient)
    cross join lateral (
        select least(m.first::date + %(due_day)s - 1, (m.first + interval '1 month')::date - 1) as due_on
    ) d
    where d.due_on < %(today)s and d.due_on >= t.formed_on and (t.dissolved_on is null or d.due_on <= t.dissolved_on)
      and (r.recipient <> 'assigned_unit' or exists (
          select from assigned a where a.village = t.village and a.starts_on <= d.due_on
            and (a.last_day is null or a.last_day >= d.due_on)))
      and not exists (select from delivery v
          where v.team = t.team and v.month = to_char(m.first, 'YYYY-MM') and v.recipient = r.recipient)
      and not exists (select from overdue o
          where o.team = t.team and o.month = to_char(m.first, 'YYYY-MM') and o.recipient = r.recipient)
    order by month, t.team, r.recipient
"""
_INBOX = """
    select d.team, t.village, d.month, d.first_on from delivery d join team t using (team)
    where d.recipient = %(recipient)s and starts_with(t.village, %(area)s) and d.received_on is null
      and d.organisation = coalesce(%(organisation)s, '') order by d.first_on, d.team limit %(limit)s
"""
_COVERAGE = """
    select e.team, e.duty, count(*) as entries, count(distinct e.person) as people,
        array_agg(distinct e.activity order by e.activity) as activities
    from entry e join team t using (team)
    where starts_with(t.village, %(place)s) and to_char(e.on_day, 'YYYY-MM') = %(month)s
    group by e.team, e.duty order by e.team, e.duty
"""
_ENTRIES = """
    select e.on_day, e.team, t.village, e.person, e.duty, e.activity, e.project, e.attendees, e.entry, e.event::text
    from entry e join team t using (team)
    where starts_with(t.village, %(place)s) and e.on_day between %(first)s and %(last)s
      and (%(duty)s::text is null or e.duty = %(duty)s) and (%(activity)s::text is null or e.activity = %(activity)s)
      and (%(person)s::text is null or e.person = %(person)s)
    order by e.on_day desc, e.team, e.person, e.entry limit %(limit)s
"""
_STAGES = """
    select e.project, e.team, array_agg(distinct e.activity order by e.activity) as stages
    from entry e join team t using (team)
    where starts_with(t.village, %(place)s) and e.project is not null group by e.project, e.team order by e.project
"""
_OPEN = {
    "conditions": """
        select village, need, missing_since as since from condition
        where starts_with(village, %(place)s) and missing_since is not null order by missing_since, village
    """,
    "requests": """
        select village, request, department, on_day as since from asked
        where starts_with(village, %(place)s) and provided_on is null order by on_day, village
    """,
    "decisions": """
        select m.area, m.meeting, d.decision, m.on_day as since from meeting m join decision d using (meeting)
        where starts_with(m.area, %(place)s) and d.done_on is null order by m.on_day, m.meeting, d.decision
    """,
}
_SUPPORT = """
    select village, unit, kind, count(*) as times, sum(amount)::bigint as fen from unit_support
    where starts_with(village, %(place)s) and extract(year from on_day) = %(year)s
    group by village, unit, kind order by village, unit, kind
"""
_VISITS = """
    select person, count(*) as visits, max(on_day) as latest from head_visit
    where starts_with(village, %(place)s) and extract(year from on_day) = %(year)s group by person order by person
"""
_PUBLICITY = """
    select item, area, medium, on_day from publicity
    where starts_with(area, %(place)s) and extract(year from on_day) = %(year)s order by on_day, item
"""
_MEETINGS = """
    with owed as (
        select distinct left(village, 6) as area from team where starts_with(village, %(place)s)
        union select area from meeting where starts_with(area, %(place)s)
    )
    select o.area,
        count(m.meeting) filter (where extract(year from m.on_day) = %(year)s) as held, max(m.on_day) as latest
    from owed o left join meeting m on m.area = o.area and extract(year from m.on_day) <= %(year)s
    group by o.area order by o.area
"""


async def without_plan(cursor: AsyncCursor[Any], place: str, year: int) -> list[dict[str, Any]]:
    """Teams of the place that have no plan for the year (R7.1)."""
    return await _rows(cursor, _WITHOUT_PLAN, {"place": place, "year": year})


async def plans(cursor: AsyncCursor[Any], place: str, year: int) -> list[dict[str, Any]]:
    """Plans of the year with their edition and the event that holds it; earlier editions stay in the log (R7.1)."""
    return await _rows(cursor, _PLANS, {"place": place, "year": year})


async def reports(cursor: AsyncCursor[Any], place: str, month: str, due_on: date) -> list[dict[str, Any]]:
    """Per team: who has the month's report since when, who is overdue, whether all roles have it (R7.2).

    An assigned unit is a recipient where the village has one on the due day.
    """
    asked = {"place": place, "month": month, "recipients": RECIPIENTS, "due_on": due_on}
    return await _rows(cursor, _REPORTS, asked)


async def overdue_unsaid(cursor: AsyncCursor[Any], today: date, due_day: int) -> list[dict[str, Any]]:
    """Recipients who should have had a report by now and have not, and of whom the clock has not spoken."""
    return await _rows(cursor, _UNSAID, {"today": today, "due_day": due_day, "recipients": RECIPIENTS})


async def inbox(
    cursor: AsyncCursor[Any], recipient: ReportRecipient, area: str, organisation: str | None, limit: int
) -> list[dict[str, Any]]:
    """Reports that wait for the recipient's receipt, the oldest first."""
    asked = {"recipient": recipient.value, "area": area, "organisation": organisation, "limit": limit}
    return await _rows(cursor, _INBOX, asked)


async def coverage(cursor: AsyncCursor[Any], place: str, month: str) -> dict[str, list[dict[str, Any]]]:
    """Work by duty of Art. 6 and 7 in the month, and in which stages of which project teams took part (R6)."""
    duties = await _rows(cursor, _COVERAGE, {"place": place, "month": month})
    return {"duties": duties, "projects": await _rows(cursor, _STAGES, {"place": place})}


async def entries(cursor: AsyncCursor[Any], **asked: Any) -> list[dict[str, Any]]:
    """The log itself, the latest first: `place`, `first`, `last`, `limit`, and `duty`, `activity`, `person` or None.

    What was written stands behind digests; the event says where.
    """
    return await _rows(cursor, _ENTRIES, asked)


async def still_open(cursor: AsyncCursor[Any], place: str) -> dict[str, list[dict[str, Any]]]:
    """Conditions that are missing, support that was asked for, decisions not carried out (R17.2, R7.3, R21.1)."""
    return {name: await _rows(cursor, query, {"place": place}) for name, query in _OPEN.items()}


async def support_given(cursor: AsyncCursor[Any], place: str, year: int) -> dict[str, list[dict[str, Any]]]:
    """Support of assigned units (money in fen), visits of township heads, meetings, publicity (R21, R22)."""
    asked = {"place": place, "year": year}
    queries = {"units": _SUPPORT, "visits": _VISITS, "meetings": _MEETINGS, "publicity": _PUBLICITY}
    return {name: await _rows(cursor, query, asked) for name, query in queries.items()}


async def _rows(cursor: AsyncCursor[Any], query: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    async with cursor.connection.cursor(row_factory=dict_row) as rows:
        await rows.execute(query, parameters)
        return await rows.fetchall()

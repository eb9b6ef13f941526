"""What people ask of the daily work: who has planned and reported, what was done by duty, what is still open."""

from datetime import date
from typing import Any

from psycopg import AsyncCursor
from psycopg.rows import dict_row

from contracts.personnel import ReportRecipient

_WITHOUT_PLAN = """
    select t.team, t.village from team t
    where starts_with(t.village, %(place)s) and t.dissolved_on is null and extract(year from t.formed_on) <= %(year)s
      and not exists (select from plan p where p.team = t.team and p.year = %(year)s)
    order by t.team
"""
_PLANS = """
    select p.team, t.village, p.year, p.edition, p.event, p.accepted, p.reviewed_by from plan p join team t using (team)
    where starts_with(t.village, %(place)s) and p.year = %(year)s order by p.team
"""
_TO_REVIEW = """
    select p.team, t.village, p.year, p.adopted_on from plan p join team t using (team)
    where starts_with(t.village, %(area)s) and t.dissolved_on is null and p.accepted is null
    order by p.adopted_on, p.team limit %(limit)s
"""
_OWED = """
    select 'dispatching_unit' as recipient, unit as organisation from member
    where team = t.team and starts_on <= d.due_on and (last_day is null or last_day >= d.due_on)
    union select 'assigned_unit', unit from assigned
    where village = t.village and starts_on <= d.due_on and (last_day is null or last_day >= d.due_on)
    union select 'township', '' union select 'county_office', ''
"""
"""To whom the report of team `t` is owed on day `d.due_on`: each unit by itself, and both offices (A31)."""
_REPORTS = """
    select t.team, t.village,
        coalesce((
            select json_agg(json_build_object('recipient', v.recipient, 'organisation', nullif(v.organisation, ''),
                'on', v.first_on, 'late', v.late, 'received_on', v.received_on, 'edition', v.edition)
                order by v.recipient, v.organisation)
            from delivery v where v.team = t.team and v.month = %(month)s), '[]') as delivered,
        coalesce((
            select json_agg(json_build_object('recipient', r.recipient, 'organisation', nullif(r.organisation, ''))
                order by r.recipient, r.organisation)
            from (owed) r where not exists (
                select from delivery v where v.team = t.team and v.month = %(month)s
                  and (v.recipient, v.organisation) = (r.recipient, r.organisation))), '[]') as missing,
        coalesce((
            select json_agg(json_build_object('recipient', o.recipient, 'organisation', nullif(o.organisation, ''))
                order by o.recipient, o.organisation)
            from overdue o where o.team = t.team and o.month = %(month)s), '[]') as overdue
    from team t cross join (select %(on)s::date as due_on) d where starts_with(t.village, %(place)s) order by t.team
""".replace("(owed)", f"({_OWED})")
_REPORT = """
    select r.team, t.village, r.month, r.edition, r.document, r.event::text,
        coalesce((
            select json_agg(json_build_object('recipient', v.recipient, 'organisation', nullif(v.organisation, ''),
                'on', v.first_on, 'late', v.late, 'received_on', v.received_on) order by v.recipient, v.organisation)
            from delivery v where v.team = r.team and v.month = r.month), '[]') as delivered
    from report r join team t using (team) where r.team = %(team)s and r.month = %(month)s
"""
_UNSAID = """
    select t.team, t.village, m.month, r.recipient, r.organisation
    from team t
    cross join lateral (
        select to_char(first, 'YYYY-MM') as month,
            least(first::date + %(due_day)s - 1, (first + interval '1 month')::date - 1) as due_on
        from generate_series(date_trunc('month', t.formed_on), %(today)s::date, interval '1 month') m (first)
    ) m
    cross join lateral (select m.due_on) d
    cross join lateral (owed) r
    where d.due_on < %(today)s and d.due_on >= t.formed_on and (t.dissolved_on is null or d.due_on <= t.dissolved_on)
      and not exists (select from delivery v where v.team = t.team and v.month = m.month
          and (v.recipient, v.organisation) = (r.recipient, r.organisation))
      and not exists (select from overdue o where o.team = t.team and o.month = m.month
          and (o.recipient, o.organisation) = (r.recipient, r.organisation))
    order by m.month, t.team, r.recipient, r.organisation
""".replace("(owed)", f"({_OWED})")
_VILLAGE_PLANS = """
    select t.village, t.team, count(e.entry) as entries, max(e.on_day) as latest
    from team t left join entry e on e.team = t.team and e.activity = 'village_plan'
        and extract(year from e.on_day) = %(year)s
    where starts_with(t.village, %(place)s) and t.dissolved_on is null and extract(year from t.formed_on) <= %(year)s
    group by t.village, t.team order by t.village
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
        select village, need, missing_since as since, event from condition
        where starts_with(village, %(place)s) and missing_since is not null order by missing_since, village
    """,
    "requests": """
        select village, request, department, on_day as since, event from asked
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


async def reports(cursor: AsyncCursor[Any], place: str, month: str, on: date) -> list[dict[str, Any]]:
    """Per team: who has the month's report since when, who has not, who was overdue, whether all have it (R7.2).

    `on` is the due day, or today where that is earlier: units of the members of that day are recipients.
    """
    rows = await _rows(cursor, _REPORTS, {"place": place, "month": month, "on": on})
    return [row | {"complete": not row["missing"]} for row in rows]


async def village_plans(cursor: AsyncCursor[Any], place: str, year: int) -> list[dict[str, Any]]:
    """Per village of the place: work on its plan for poverty relief in the year, 0 where there was none (R6.3)."""
    return await _rows(cursor, _VILLAGE_PLANS, {"place": place, "year": year})


async def plans_to_review(cursor: AsyncCursor[Any], area: str, limit: int) -> list[dict[str, Any]]:
    """Plans of the area of which the township has said nothing, the oldest first."""
    return await _rows(cursor, _TO_REVIEW, {"area": area, "limit": limit})


async def report(cursor: AsyncCursor[Any], team: str, month: str) -> dict[str, Any] | None:
    """The latest edition of a month's report with its deliveries and the event that holds its words."""
    rows = await _rows(cursor, _REPORT, {"team": team, "month": month})
    return rows[0] if rows else None


async def overdue_unsaid(cursor: AsyncCursor[Any], today: date, due_day: int) -> list[dict[str, Any]]:
    """Recipients who should have had a report by now and have not, and of whom the clock has not spoken."""
    return await _rows(cursor, _UNSAID, {"today": today, "due_day": due_day})


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

    What was written stands behind digests: `words.py` opens it.
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

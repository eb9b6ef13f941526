"""What people ask of the books: balances of a place, the statement of one book, what waits for whom."""

from typing import Any

from psycopg import AsyncCursor
from psycopg.rows import class_row, dict_row

from services.finance.work_fund import UnitPosting

_BALANCES = """
    select team, kind, village, allotted, contributed, reserved, disbursed, available from book
    where starts_with(village, %(place)s) order by team, kind
"""
_APPROPRIATIONS = """
    select appropriation, kind, source, recipient, year, amount, received, allotted from appropriation
    where starts_with(recipient, %(place)s) order by year, appropriation
"""
_OPENING = """
    select (coalesce(sum(amount) filter (where type in ('FundAllotted', 'WorkFundContributed')), 0)
            - coalesce(sum(amount) filter (where type = 'FundDisbursed'), 0))::bigint as balance,
        (coalesce(sum(amount) filter (where type = 'FundReserved'), 0)
            - coalesce(sum(amount) filter (where type in ('FundReleased', 'FundDisbursed')), 0))::bigint as reserved
    from line where team = %(team)s and kind = %(kind)s and recorded_on < make_date(%(year)s, 1, 1)
"""
_LINES = """
    select idx as index, event::text, type, subject, amount, year, source, unit, persons, use, paid_on, person, role,
           recorded, recorded_on
    from line where team = %(team)s and kind = %(kind)s
      and (%(year)s::int is null or recorded_on between make_date(%(year)s, 1, 1) and make_date(%(year)s, 12, 31))
    order by idx
"""
_CONTRIBUTED = """
    select unit, sum(amount)::bigint as amount from line
    where team = %(team)s and kind = 'work' and type = 'WorkFundContributed' and year = %(year)s group by unit
"""
_WAITING = """
    select payment, team, kind, village, use, amount, state, requested_by, approved_by, requested_on, approved_on
    from payment where state = %(state)s and starts_with(village, %(area)s)
    order by requested_on, team, kind, payment limit %(limit)s
"""
_UNITS = "select unit, level, starts_on, last_day from posting where team = %s order by starts_on, person"


async def balances(cursor: AsyncCursor[Any], place: str) -> dict[str, Any]:
    """Books of the teams in the place and appropriations for recipients in it; fen."""
    return {
        "books": await _rows(cursor, _BALANCES, {"place": place}),
        "appropriations": await _rows(cursor, _APPROPRIATIONS, {"place": place}),
    }


async def statement(cursor: AsyncCursor[Any], team: str, kind: str, year: int | None) -> dict[str, Any]:
    """The book's lines in log order, of one civil year of recording if asked for, with what was carried over before."""
    key = {"team": team, "kind": kind, "year": year}
    found: dict[str, Any] = {"team": team, "kind": kind, "year": year}
    if year is not None:
        found["opening"] = (await _rows(cursor, _OPENING, key))[0]
    found["lines"] = await _rows(cursor, _LINES, key)
    return found


async def contributed(cursor: AsyncCursor[Any], team: str, year: int) -> dict[str, int]:
    """Work fund given for the team and year by unit; fen."""
    rows = await _rows(cursor, _CONTRIBUTED, {"team": team, "year": year})
    return {row["unit"]: row["amount"] for row in rows}


async def waiting(cursor: AsyncCursor[Any], state: str, area: str, limit: int) -> list[dict[str, Any]]:
    """Payments of that state in the area, the oldest first."""
    return await _rows(cursor, _WAITING, {"state": state, "area": area, "limit": limit})


async def unit_postings(cursor: AsyncCursor[Any], team: str) -> list[UnitPosting]:
    """All postings in the team, from the view `directory`."""
    async with cursor.connection.cursor(row_factory=class_row(UnitPosting)) as rows:
        await rows.execute(_UNITS, (team,))
        return await rows.fetchall()


async def _rows(cursor: AsyncCursor[Any], query: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    async with cursor.connection.cursor(row_factory=dict_row) as rows:
        await rows.execute(query, parameters)
        return await rows.fetchall()

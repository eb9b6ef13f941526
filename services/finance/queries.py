"""What people ask of the books: balances of a place, statements of books, what waits for whom. Fen."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from psycopg import AsyncCursor
from psycopg.rows import dict_row

from services.finance.books.work_fund import UnitPosting
from services.ledger.views import Views
from services.runtime.directory import DIRECTORY

Rows = list[dict[str, Any]]

_BALANCES = """
    select team, kind, village, allotted, contributed, received, reserved, disbursed, available from book
    where starts_with(village, %(place)s) order by team, kind
"""
_APPROPRIATIONS = """
    select appropriation, kind, source, recipient, year, amount, project, received, allotted from appropriation
    where starts_with(recipient, %(place)s) order by year, appropriation
"""
_TRIAL = """
    select account, balance from account where balance <> 0 and (account like 'giver/%%' or account like 'passing/%%'
        or account like 'appropriated/%%') order by account
"""
_TRIAL_SUMS = """
    select split_part(account, '/', 1) as sort, count(*)::bigint as accounts, sum(balance)::bigint as balance
    from account group by 1 order by 1
"""
_FLOWS = """
    select team, kind, type, source, giver, project, state, booked_on < make_date(%(year)s, 1, 1) as before,
        sum(amount)::bigint as amount
    from entry
    where team = any(%(teams)s) and (%(kind)s::text is null or kind = %(kind)s)
      and booked_on <= make_date(%(year)s, 12, 31)
    group by team, kind, type, source, giver, project, state, before
    order by team, kind, source, giver nulls first, project nulls first, state, type
"""
_LINES = """
    select idx as index, event::text, type, subject, amount, year, source, giver, persons, use, project, booked_on,
           person, role, recorded, recorded_on
    from line where team = %(team)s and kind = %(kind)s
      and (%(year)s::int is null or booked_on between make_date(%(year)s, 1, 1) and make_date(%(year)s, 12, 31))
    order by booked_on, idx
"""
_CONTRIBUTED = """
    select team, giver as unit, sum(amount)::bigint as amount from line
    where kind = 'work' and type = 'WorkFundContributed' and year = %(year)s and team = any(%(teams)s)
    group by team, giver
"""
_CLOSED = """
    select max(year) as year from line where team = %(team)s and kind = %(kind)s and type = 'BooksClosed'
"""
_WAITING = """
    select payment, team, kind, village, use, amount, state, consents, requested_by, approved_by, requested_on,
        approved_on
    from payment where state = %(state)s and starts_with(village, %(area)s)
        and (%(use)s::text is null or use = %(use)s)
    order by requested_on, team, kind, payment limit %(limit)s
"""
_UNITS = """
    select team, unit, level, starts_on, last_day from posting where team = any(%s::text[]) order by starts_on, person
"""
_STATUS_ON = """
    select registered_poor from village where village = %(village)s and valid_from <= %(on)s
    order by valid_from desc limit 1
"""
_TEAMS = """
    select distinct t.team, t.village from team t left join posting p using (team)
    where starts_with(t.village, %(place)s) and (%(unit)s::text is null or p.unit = %(unit)s) order by t.team
"""


async def balances(cursor: AsyncCursor[Any], place: str) -> dict[str, Any]:
    """Books of the teams in the place and appropriations for recipients in it."""
    return {
        "books": await rows_of(cursor, _BALANCES, {"place": place}),
        "appropriations": await rows_of(cursor, _APPROPRIATIONS, {"place": place}),
    }


async def trial_balance(cursor: AsyncCursor[Any]) -> dict[str, Any]:
    """All accounts of the log by sort, and what they come to together: zero."""
    sums = await rows_of(cursor, _TRIAL_SUMS, {})
    return {
        "sorts": sums,
        "total": sum(row["balance"] for row in sums),
        "on_the_way": await rows_of(cursor, _TRIAL, {}),
    }


async def flows(cursor: AsyncCursor[Any], teams: Sequence[str], kind: str | None, year: int) -> Rows:
    """Movements of the books up to the year's end, by account, and whether they lie before the year."""
    return await rows_of(cursor, _FLOWS, {"teams": list(teams), "kind": kind, "year": year})


async def lines(cursor: AsyncCursor[Any], team: str, kind: str, year: int | None) -> Rows:
    """The book's lines by civil date, of one civil year if asked for."""
    return await rows_of(cursor, _LINES, {"team": team, "kind": kind, "year": year})


async def closed_through(cursor: AsyncCursor[Any], team: str, kind: str) -> int | None:
    """The last year of the book that was closed."""
    found: int | None = (await rows_of(cursor, _CLOSED, {"team": team, "kind": kind}))[0]["year"]
    return found


async def contributed(cursor: AsyncCursor[Any], teams: Sequence[str], year: int) -> dict[tuple[str, str], int]:
    """Work fund given for the year, by team and unit."""
    rows = await rows_of(cursor, _CONTRIBUTED, {"teams": list(teams), "year": year})
    return {(row["team"], row["unit"]): row["amount"] for row in rows}


async def waiting(cursor: AsyncCursor[Any], state: str, area: str, limit: int, use: str | None = None) -> Rows:
    """Payments of that state in the area, of that use if named, the oldest first."""
    return await rows_of(cursor, _WAITING, {"state": state, "area": area, "limit": limit, "use": use})


async def teams_in(cursor: AsyncCursor[Any], place: str, unit: str | None = None) -> dict[str, str]:
    """Team -> village of the teams in the place, of one unit's teams if named; from the view `directory`."""
    rows = await rows_of(cursor, _TEAMS, {"place": place, "unit": unit})
    return {row["team"]: row["village"] for row in rows}


async def unit_postings(views: Views, *teams: str) -> list[UnitPosting]:
    """All postings in the teams."""
    return [UnitPosting(*row) for row in await views.ask(DIRECTORY.name, _UNITS, (list(teams),))]


async def registered_poor(cursor: AsyncCursor[Any], village: str, on: date) -> bool:
    """Whether the village is registered as poor on that day, from the view `villages`."""
    rows = await rows_of(cursor, _STATUS_ON, {"village": village, "on": on})
    return bool(rows and rows[0]["registered_poor"])


async def dissolved(views: Views, team: str) -> bool:
    """Whether the team has been dissolved."""
    return bool(await views.ask("villages", "select team from dissolved where team = %s", (team,)))


async def rows_of(cursor: AsyncCursor[Any], query: str, parameters: Mapping[str, Any]) -> Rows:
    """The rows of a query as mappings."""
    async with cursor.connection.cursor(row_factory=dict_row) as rows:
        await rows.execute(query, parameters)
        return await rows.fetchall()

"""What supervisors ask: remarks on the books, board by month, what a year's funding lacks. Fen."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from psycopg import AsyncCursor
from psycopg.rows import class_row

from contracts.finance import FundingDuty
from contracts.identifiers import county_of
from services.finance.books.work_fund import UnitPosting, due
from services.finance.oversight.board import days_in, due_fen, posted_days
from services.finance.queries import Rows, rows_of

_REMARKS = """
    select sort, team, kind, village, name, payment, amount, person, role, unit, recorded_on from remark
    where starts_with(village, %(place)s) and (%(teams)s::text[] is null or team = any(%(teams)s)) order by idx
"""
_BOARD = "select person, unit, month, paid from board where month = any(%(months)s)"
_MEALS = "select person, day from meal where day between %(first)s and %(last)s"
_SAID = """
    select duty, place, period, team, unit, person, owed, provided, recorded_on from said
    where starts_with(place, %(place)s) order by idx
"""
_ATTEMPTS = """
    select idx as index, person, role, command, code, article, target, place, recorded from refusal
    where code = any(%(codes)s) and starts_with(place, %(place)s)
        and (%(villages)s::text[] is null or place = any(%(villages)s)) order by idx desc limit %(limit)s
"""
_RECIPIENTS = "select place from recipient where year = %(year)s and starts_with(place, %(place)s) order by place"
_GIVEN = """
    select source, recipient, sum(amount)::bigint as amount from appropriation
    where kind = 'special' and year = %(year)s group by source, recipient
"""
_PLAN = """
    select source, kind, recipient, sum(amount)::bigint as appropriated, sum(received)::bigint as received,
        sum(allotted)::bigint as allotted
    from appropriation where year = %(year)s and starts_with(recipient, %(place)s)
    group by source, kind, recipient order by source, kind, recipient
"""
_ALLOTTED = """
    select team, sum(amount)::bigint as amount from line
    where kind = 'special' and type = 'FundAllotted' and year = %(year)s group by team
"""
_POSTED = """
    select person, team, village, unit, starts_on, last_day from posting
    where starts_with(village, %(place)s) and (%(unit)s::text is null or unit = %(unit)s)
      and starts_on <= %(last)s and (last_day is null or last_day >= %(first)s)
    order by person, starts_on
"""


@dataclass(frozen=True, slots=True)
class Posted:
    """One posting as board needs it."""

    person: str
    team: str
    village: str
    unit: str
    starts_on: date
    last_day: date | None


@dataclass(frozen=True, slots=True)
class BoardLine:
    """Board of one person from one unit for one month."""

    person: str
    unit: str
    team: str
    village: str
    month: str
    posted: frozenset[date]
    """Days on which the unit had the person posted."""
    days: int
    """Of them without a meal allowance out of a team's book: for these board is due (A78)."""
    due: int
    paid: int

    @property
    def left(self) -> int:
        return max(0, self.due - self.paid)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A body that has provided less than it owes for a year; `owed` is 0 where any amount would do."""

    duty: FundingDuty
    place: str
    owed: int
    provided: int
    team: str | None = None
    unit: str | None = None

    def shown(self) -> dict[str, Any]:
        """As JSON, with the missing amount."""
        return {**asdict(self), "shortfall": max(0, self.owed - self.provided)}


@dataclass(frozen=True, slots=True)
class Funding:
    """What the shortfalls of a year are found from."""

    recipients: Sequence[str]
    """Of the place that is asked about."""
    all_named: Sequence[str]
    """Of everywhere."""
    given: Mapping[tuple[str, str], int]
    """(source, recipient) -> special subsidy of the year."""
    allotted: Mapping[str, int]
    """Team -> special subsidy of the year."""
    teams: Mapping[str, str]
    """Team -> village, of the teams with people in the year."""
    postings: Sequence[UnitPosting]
    contributed: Mapping[tuple[str, str], int]
    """(team, unit) -> work fund of the year."""


async def remarks(cursor: AsyncCursor[Any], place: str, teams: Sequence[str] | None = None) -> Rows:
    """Opinions and misuse flags on the books of the place, of those teams if named; from the view `oversight`."""
    return await rows_of(cursor, _REMARKS, {"place": place, "teams": None if teams is None else list(teams)})


async def attempts(
    cursor: AsyncCursor[Any], place: str, codes: Sequence[str], limit: int, villages: Sequence[str] | None = None
) -> Rows:
    """Refused commands of those codes in the place, or in those villages of it, the latest first (view `refusals`)."""
    parameters = {"place": place, "codes": list(codes), "limit": limit, "villages": villages}
    return await rows_of(cursor, _ATTEMPTS, parameters)


async def said(cursor: AsyncCursor[Any], place: str = "") -> Rows:
    """What the clock found missing, in the order in which it said so."""
    return await rows_of(cursor, _SAID, {"place": place})


async def board_paid(cursor: AsyncCursor[Any], months: Sequence[str]) -> dict[tuple[str, str, str], int]:
    """(person, unit, month) -> paid."""
    rows = await rows_of(cursor, _BOARD, {"months": list(months)})
    return {(row["person"], row["unit"], row["month"]): row["paid"] for row in rows}


async def meals(cursor: AsyncCursor[Any], first: date, last: date) -> frozenset[tuple[str, date]]:
    """(person, day) with a meal allowance out of a team's book; from the view `oversight`."""
    rows = await rows_of(cursor, _MEALS, {"first": first, "last": last})
    return frozenset((row["person"], row["day"]) for row in rows)


async def posted(cursor: AsyncCursor[Any], place: str, unit: str | None, first: date, last: date) -> list[Posted]:
    """Postings of the place, of that unit if named, that touch the days; from the view `directory`."""
    async with cursor.connection.cursor(row_factory=class_row(Posted)) as rows:
        await rows.execute(_POSTED, {"place": place, "unit": unit, "first": first, "last": last})
        return await rows.fetchall()


def board_lines(
    postings: Sequence[Posted],
    paid: Mapping[tuple[str, str, str], int],
    months: Sequence[str],
    monthly_fen: int,
    meals: Collection[tuple[str, date]] = (),
) -> list[BoardLine]:
    """What is due and paid for each person, unit and month in which there was a posted day."""
    own: dict[tuple[str, str], list[Posted]] = {}
    for one in postings:
        own.setdefault((one.person, one.unit), []).append(one)
    lines = []
    for month in months:
        last = days_in(month)[1]
        for (person, unit), spells in own.items():
            posted = posted_days(spells, month)
            if posted:
                spell = next(one for one in reversed(spells) if one.starts_on <= last)
                days = sum((person, day) not in meals for day in posted)
                owed = due_fen(days, month, monthly_fen)
                done = paid.get((person, unit, month), 0)
                lines.append(BoardLine(person, unit, spell.team, spell.village, month, posted, days, owed, done))
    return lines


async def special(cursor: AsyncCursor[Any], year: int) -> tuple[dict[tuple[str, str], int], dict[str, int]]:
    """Special subsidy of the year by (source, recipient), and allotted by team; from the view `balances`."""
    given = await rows_of(cursor, _GIVEN, {"year": year})
    allotted = await rows_of(cursor, _ALLOTTED, {"year": year})
    return (
        {(row["source"], row["recipient"]): row["amount"] for row in given},
        {row["team"]: row["amount"] for row in allotted},
    )


async def plan(cursor: AsyncCursor[Any], year: int, place: str) -> Rows:
    """What finance bodies appropriated for the year, and how far it came; from the view `balances` (Art. 4)."""
    return await rows_of(cursor, _PLAN, {"year": year, "place": place})


async def recipients(cursor: AsyncCursor[Any], year: int, place: str) -> list[str]:
    """Whom the city's finance body named for the year, inside the place."""
    return [row["place"] for row in await rows_of(cursor, _RECIPIENTS, {"year": year, "place": place})]


def shortfalls(year: int, funding: Funding, rules: Mapping[str, Any]) -> list[Shortfall]:
    """Every duty of Art. 18 that is not fulfilled for the year, named by place, team and unit."""
    found = []
    for place in funding.recipients:
        provided = funding.given.get(("city", place), 0)
        if provided < rules["special.amount_fen"]:
            found.append(Shortfall(FundingDuty.CITY_SPECIAL, place, rules["special.amount_fen"], provided))
    found += _unnamed(funding, rules)
    counties = sorted({county_of(village) or "" for village in funding.teams.values()})
    matched = {county_of(place) for (source, place) in funding.given if source == "county"}
    found += [Shortfall(FundingDuty.COUNTY_MATCH, county, 0, 0) for county in counties if county not in matched]
    for team, village in funding.teams.items():
        if not funding.allotted.get(team, 0):
            found.append(Shortfall(FundingDuty.ALLOTMENT, village, 0, 0, team))
        own = [one for one in funding.postings if one.team == team]
        given = {unit: amount for (of, unit), amount in funding.contributed.items() if of == team}
        found += [
            Shortfall(FundingDuty.WORK_FUND, village, line.minimum or 0, line.contributed, team, line.unit)
            for line in due(own, year, given, rules)
            if line.shortfall
        ]
    return found


def _unnamed(funding: Funding, rules: Mapping[str, Any]) -> list[Shortfall]:
    """Cities with teams whose recipients nobody named: the whole of their number is owed, less what was given."""
    numbers: Mapping[str, int] = rules["special.recipient_numbers"]
    owed = sum(numbers.values()) * rules["special.amount_fen"]
    named = {place[:4] for place in funding.all_named}
    cities = sorted({village[:4] for village in funding.teams.values()} - named)
    given = {
        city: sum(amount for (source, place), amount in funding.given.items() if source == "city" and place[:4] == city)
        for city in cities
    }
    return [Shortfall(FundingDuty.CITY_SPECIAL, city, owed, given[city]) for city in cities if given[city] < owed]

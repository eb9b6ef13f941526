"""Queries on monthly sheets and spot checks: where each stands, what is overdue, what visits found."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from psycopg import AsyncCursor
from psycopg.rows import dict_row

from services.attendance.queries import close_by, close_within
from services.attendance.said import bounds_of, civil_date, month_of, months_before
from services.ledger.views import Views

_POSTED = """
    select team, max(village) as village, count(distinct person)::int as persons from posting
    where starts_with(village, %(place)s) and starts_on <= %(last)s and (last_day is null or last_day >= %(first)s)
    group by team order by team
"""
_LATEST = """
    select l.team, l.version, l.step, l.touched, l.digest, l.submitted_on, l.on_time, l.units, l.filed, l.fed_back,
        l.persons, o.due_on as overdue_since
    from latest l left join overdue o using (team, month) where l.team = any(%(teams)s) and l.month = %(month)s
"""
NOW = "9999"
"""After every instant: what was recorded so far, whenever that was."""

_SHEETS_AT = """
    with standing as (
        select distinct on (team, month) *,
            case when reviewed <= %(at)s then 'reviewed' when returned <= %(at)s then 'returned'
                when submitted <= %(at)s then 'submitted' when signed <= %(at)s then 'signed'
                else 'drafted' end as stands
        from sheet where starts_with(place, %(place)s) and drafted <= %(at)s order by team, month, version desc
    )
    select s.team, s.month, s.version, s.stands as step, s.place, s.reviewed, s.units,
        array(select recipient from filing f
              where (f.team, f.month, f.version) = (s.team, s.month, s.version) and f.recorded <= %(at)s) as filed,
        array(select unit from feedback f
              where (f.team, f.month, f.version) = (s.team, s.month, s.version) and f.recorded <= %(at)s) as fed_back
    from standing s
"""
_POSTINGS = """
    select team, village, starts_on, last_day from posting where starts_with(village, %(place)s)
"""
_LEAVES = """
    select person, leave, place, ends_on, closing_due, overstayed_since from leave
    where step = 'granted' and ends_on < %(today)s and starts_with(place, %(place)s) order by ends_on, person
"""
_VISITED = """
    select team, max(place) as village, max(date) as visited, max(date) filter (where by_city) as by_city
    from check_visit where starts_with(place, %(place)s) and recorded <= %(at)s group by team
"""
_HITS = """
    select v.check_id, p.kind, p.starts_on, p.ends_on, cardinality(p.teams) as planned, p.seed,
        count(*)::int as visits, sum(v.persons)::int as persons, sum(v.absent)::int as absent
    from check_visit v left join check_plan p using (check_id)
    where starts_with(v.place, %(place)s) and v.date between %(first)s and %(last)s
    group by v.check_id, p.kind, p.starts_on, p.ends_on, p.teams, p.seed order by min(v.date), v.check_id
"""


async def month_of_place(views: Views, place: str, month: str) -> list[dict[str, Any]]:
    """Every team with people in the place during the month, with its sheet's present version or `step` none."""
    first, last = bounds_of(month)
    async with views.reading("directory", dict_row) as cursor:
        await cursor.execute(_POSTED, {"place": place, "first": first, "last": last})
        teams = await cursor.fetchall()
    async with views.reading("sheets", dict_row) as cursor:
        await cursor.execute(_LATEST, {"teams": [row["team"] for row in teams], "month": month})
        sheets = {row["team"]: row for row in await cursor.fetchall()}
    return [{**team, **_standing(sheets.get(team["team"]))} for team in teams]


def _standing(sheet: Mapping[str, Any] | None) -> dict[str, Any]:
    if sheet is None:
        return {"version": 0, "step": "none", "missing": ["draft"], "complete": False}
    missing = missing_of(sheet)
    shown = {name: sheet[name] for name in ("version", "step", "digest", "submitted_on", "on_time", "overdue_since")}
    changed = sheet["touched"] is not None
    return {
        **shown,
        "register_changed": changed,
        "missing": missing,
        "complete": sheet["step"] == "reviewed" and not missing,
    }


def missing_of(sheet: Mapping[str, Any]) -> list[str]:
    """What a sheet still needs, in the order of Art. 9: the next step, or filings and units."""
    following = {"drafted": "signature", "signed": "submission", "submitted": "review", "returned": "draft"}
    if sheet["step"] in following:
        return [following[sheet["step"]]]
    departments = [recipient for recipient in ("XZ", "XP") if recipient not in sheet["filed"]]
    return departments + [unit for unit in sheet["units"] if unit not in sheet["fed_back"]]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the duties of a place are judged by: who is posted, how far sheets and leaves are, who was visited when."""

    postings: Sequence[Mapping[str, Any]]
    sheets: Sequence[Mapping[str, Any]]
    leaves: Sequence[Mapping[str, Any]]
    visited: Sequence[Mapping[str, Any]]


async def standing(views: Views, place: str, today: date) -> Standing:
    """The same as the views have it now."""
    async with views.reading("directory", dict_row) as cursor:
        await cursor.execute(_POSTINGS, {"place": place})
        postings = await cursor.fetchall()
    async with views.reading("register", dict_row) as cursor:
        await cursor.execute(_LEAVES, {"place": place, "today": today})
        leaves = await cursor.fetchall()
    sheets, visited = await sheets_and_visits(views, place, NOW)
    return Standing(postings, sheets, leaves, visited)


async def sheets_and_visits(
    views: Views, place: str, at: str
) -> tuple[Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]]:
    """How far the sheets of a place were, and who had been visited, by what was recorded up to `at` (text form)."""
    async with views.reading("sheets", dict_row) as cursor:
        await cursor.execute(_SHEETS_AT, {"place": place, "at": at})
        sheets = await cursor.fetchall()
        await cursor.execute(_VISITED, {"place": place, "at": at})
        return sheets, await cursor.fetchall()


def overdue(found: Standing, place: str, today: date, rules: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Sheets not submitted in time, reviewed ones not filed and fed back in time, leave that nobody closed, teams that
    no spot check has visited for long, and counties that the city's have not (A91: warnings only)."""
    county, city = rules["spotcheck.county_interval_months"], rules["spotcheck.city_interval_months"]
    return {
        "sheets": _late_sheets(found.postings, found.sheets, _due_months(today, rules), rules),
        "unfiled": _unfiled(found.sheets, today, rules),
        "unchecked": _unchecked(found, months_before(today, county), today),
        "unchecked_by_city": _unchecked_by_city(found, months_before(today, city), today) if len(place) <= 6 else [],
        "leaves": [
            dict(row) for row in found.leaves if close_by(row["ends_on"], close_within(rules, row["ends_on"])) < today
        ],
    }


def _posted_since(found: Standing, day: date, today: date) -> dict[str, str]:
    """Team -> village of the teams with somebody who is there today and was there on the day."""
    return {
        row["team"]: row["village"]
        for row in found.postings
        if row["starts_on"] <= day and (row["last_day"] is None or row["last_day"] >= today)
    }


def _unchecked(found: Standing, latest: date, today: date) -> list[dict[str, Any]]:
    """Teams that no spot check of any office has visited since that day."""
    visited = {row["team"]: row["visited"] for row in found.visited}
    return [
        {"team": team, "village": village, "visited": visited.get(team)}
        for team, village in sorted(_posted_since(found, latest, today).items())
        if visited.get(team, date.min) < latest
    ]


def _unchecked_by_city(found: Standing, latest: date, today: date) -> list[dict[str, Any]]:
    """Counties in which the city office has visited no team since that day."""
    visited: dict[str, date] = {}
    for row in found.visited:
        if row["by_city"] is not None:
            county = row["village"][:6]
            visited[county] = max(visited.get(county, date.min), row["by_city"])
    counties = sorted({village[:6] for village in _posted_since(found, latest, today).values()})
    return [
        {"county": county, "visited": visited.get(county)}
        for county in counties
        if visited.get(county, date.min) < latest
    ]


def _due_months(today: date, rules: Mapping[str, Any]) -> list[str]:
    """The twelve latest months whose sheets had to be submitted by yesterday."""
    found: list[str] = []
    day = today.replace(day=1)
    while len(found) < 12:
        day = (day - timedelta(days=1)).replace(day=1)
        if bounds_of(month_of(day))[1] + timedelta(days=rules["sheet.due_day"]) < today:
            found.append(month_of(day))
    return found[::-1]


def _late_sheets(
    postings: Sequence[Mapping[str, Any]],
    sheets: Sequence[Mapping[str, Any]],
    months: Collection[str],
    rules: Mapping[str, Any],
) -> list[dict[str, Any]]:
    steps = {(row["team"], row["month"]): row["step"] for row in sheets}
    villages = {row["team"]: row["village"] for row in postings}
    late = []
    for month in months:
        first, last = bounds_of(month)
        teams = {row["team"] for row in postings if row["starts_on"] <= last and (row["last_day"] or last) >= first}
        for team in sorted(teams):
            step = steps.get((team, month), "none")
            if step not in ("submitted", "reviewed"):
                due = last + timedelta(days=rules["sheet.due_day"])
                late.append({"team": team, "village": villages[team], "month": month, "step": step, "due_on": due})
    return late


def _unfiled(sheets: Sequence[Mapping[str, Any]], today: date, rules: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = []
    for row in sheets:
        missing = missing_of(row)
        if row["step"] == "reviewed" and missing:
            due = close_by(civil_date(row["reviewed"]), rules["sheet.file_within"])
            if due < today:
                shown = {name: row[name] for name in ("team", "month", "version")}
                found.append({**shown, "missing": missing, "due_on": due})
    return sorted(found, key=lambda row: (row["month"], row["team"]))


async def checks(cursor: AsyncCursor[Any], place: str, first: date, last: date) -> list[dict[str, Any]]:
    """Every spot check with a visit in the place: how many people were looked for, how many were not there."""
    await cursor.execute(_HITS, {"place": place, "first": first, "last": last})
    return await cursor.fetchall()

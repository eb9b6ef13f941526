"""Queries on monthly sheets and spot checks: where each stands, what is overdue, what visits found."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from psycopg import AsyncCursor
from psycopg.rows import dict_row

from services.attendance.queries import close_by
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
_OPEN_SHEETS = """
    select team, month, version, step, place, reviewed, touched, units, filed, fed_back, on_time from latest
    where starts_with(place, %(place)s)
"""
_LEAVES = """
    select person, leave, place, ends_on, closing_due, overstayed_since from leave
    where step = 'granted' and ends_on < %(today)s and starts_with(place, %(place)s) order by ends_on, person
"""
_VISITED = "select team, max(date) as visited from check_visit where starts_with(place, %(place)s) group by team"
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


async def overdue(views: Views, place: str, today: date, rules: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Sheets not submitted in time, reviewed ones not filed and fed back in time, leave that nobody closed, teams
    that no spot check has visited for long."""
    async with views.reading("directory", dict_row) as cursor:
        months = _due_months(today, rules)
        parameters = {"place": place, "first": bounds_of(months[0])[0], "last": bounds_of(months[-1])[1]}
        await cursor.execute(
            "select team, village, starts_on, last_day from posting where starts_with(village, %(place)s)"
            " and starts_on <= %(last)s and (last_day is null or last_day >= %(first)s)",
            parameters,
        )
        postings = await cursor.fetchall()
    async with views.reading("sheets", dict_row) as cursor:
        await cursor.execute(_OPEN_SHEETS, {"place": place})
        sheets = await cursor.fetchall()
        await cursor.execute(_VISITED, {"place": place})
        visited = {row["team"]: row["visited"] for row in await cursor.fetchall()}
    async with views.reading("register", dict_row) as cursor:
        await cursor.execute(_LEAVES, {"place": place, "today": today})
        leaves = await cursor.fetchall()
    return {
        "sheets": _late_sheets(postings, sheets, months, rules),
        "unfiled": _unfiled(sheets, today, rules),
        "unchecked": _unchecked(postings, visited, today, rules),
        "leaves": [row for row in leaves if close_by(row["ends_on"], rules["leave.close_within_duty_days"]) < today],
    }


def _unchecked(
    postings: Sequence[Mapping[str, Any]], visited: Mapping[str, date], today: date, rules: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Teams with people for so many months and no visit in as many: a warning only (A91)."""
    latest = months_before(today, rules["spotcheck.county_interval_months"])
    there = {
        row["team"]: row["village"]
        for row in postings
        if row["starts_on"] <= latest and (row["last_day"] is None or row["last_day"] >= today)
    }
    return [
        {"team": team, "village": village, "visited": visited.get(team)}
        for team, village in sorted(there.items())
        if visited.get(team, date.min) < latest
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

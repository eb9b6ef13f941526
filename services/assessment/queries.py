"""What people ask of results: both lists with their digests, one unit's own people, disputes, rulings."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from psycopg import AsyncCursor
from psycopg.rows import dict_row

from contracts.assessment import ListRecipient
from services.assessment.fold.outcome import EXCELLENT
from services.assessment.fold.quota import Candidate
from services.assessment.results.filing import OUTSIDE, list_digest
from services.assessment.rules.rules import load
from services.assessment.year.known import Elsewhere
from services.ledger.views import Views

_LATEST = """
    select distinct on (person) person, county, determination, outcome, score, event::text as event, finalised
    from determination where year = %(year)s and starts_with(county, %(area)s)
        and (%(person)s::text is null or person = %(person)s)
    order by person, determination desc
"""
_OF_UNIT = """
    select person from (
        select distinct on (person) person, unit, village from posting
        where starts_on <= make_date(%(year)s, 12, 31) and (last_day is null or last_day >= make_date(%(year)s, 1, 1))
            and starts_with(village, %(area)s)
        order by person, starts_on desc
    ) latest where unit = %(unit)s
"""
_FILED = "select recipient, objects_digest, excellent_digest, filed from filing where county = %s and year = %s"
_NOT_IN_FILE = """
    select d.person from (
        select distinct on (person) person, determination from determination where county = %s and year = %s
        order by person, determination desc
    ) d left join feedback f on f.person = d.person and f.determination = d.determination and f.year = %s
    where f.in_file is null order by d.person
"""
_TOLD = "select person, determination, told, in_file from feedback where unit = %s and year = %s"
_HISTORY = """
    select d.determination, d.county, d.outcome, d.score, d.event::text as event, d.finalised, d.findings,
        (select coalesce(array_agg(g.ground order by g.ground), '{}') from ground g
            where (g.person, g.year, g.determination) = (d.person, d.year, d.determination)) as grounds,
        lead(d.event::text) over (order by d.determination) as superseded_by, f.unit, f.told, f.in_file
    from determination d left join feedback f using (person, year, determination)
    where d.person = %(person)s and d.year = %(year)s order by d.determination
"""
SHEETS_OF_YEAR = """
    select team, month, state = 'reviewed' as reviewed from sheet
    where starts_with(village, %(county)s) and starts_with(month, %(year)s)
"""
MONTHS_POSTED = """
    select distinct team, to_char(month, 'YYYY-MM') as month
    from posting, generate_series(%(first)s::date, %(last)s::date, interval '1 month') as months (month)
    where starts_with(village, %(county)s) and starts_on < month + interval '1 month'
        and coalesce(last_day, 'infinity') >= greatest(month, %(effective)s::date)
"""
"""Months in which somebody was posted to a team, from the day of the measures on; `first`, `last`: days one."""
_DISPUTES = """
    select person, "case", determination, cause, late, again, opened, decided, decided_by, decision::text as decision,
        upheld, holds,
        (select coalesce(json_agg(json_build_object('role', o.role, 'upheld', o.upheld, 'given', o.given)
            order by o.given), '[]') from dispute_opinion o
            where o.person = d.person and o."case" = d."case") as opinions
    from dispute d
    where year = %(year)s and county = %(county)s and (%(person)s::text is null or person = %(person)s)
    order by opened, person
"""
_TIE_OPINIONS = """
    select township, tied, supports, event::text as event, given from tie_opinion where county = %s and year = %s
    order by given, township
"""
_RULINGS = """
    select ruling, parameter, value, valid_from, county, issued, recorded from ruling
    order by recorded, ruling, parameter
"""


_COUNTIES = "select county, final from county_year where year = %(year)s and county <> %(county)s order by county"
_LISTED_ELSEWHERE = "select count(*) from listed where year = %(year)s and county <> %(county)s"
_CANDIDATES_ELSEWHERE = """
    select p.person, p.score, coalesce(a.on_post, 0), coalesce(a.absences, 0)
    from proposal p join listed l using (person, year, county) left join attendance_summary a using (person, year)
    where p.year = %(year)s and p.county <> %(county)s and p.reviewed and p.grade = '优秀' order by p.person
"""


async def elsewhere(views: Views, county: str, year: int) -> Elsewhere:
    """The other counties of the city as far as they have come with the year."""
    async with views.reading("determinations") as cursor:
        return await read_elsewhere(cursor, county, year)


async def read_elsewhere(cursor: AsyncCursor[Any], county: str, year: int) -> Elsewhere:
    """The same from the view that the cursor stands in."""
    asked = {"county": county, "year": year}
    await cursor.execute(_COUNTIES, asked)
    counties = tuple((code, bool(final)) for code, final in await cursor.fetchall())
    await cursor.execute(_LISTED_ELSEWHERE, asked)
    ((objects,),) = await cursor.fetchall()
    await cursor.execute(_CANDIDATES_ELSEWHERE, asked)
    candidates = tuple(Candidate(*row) for row in await cursor.fetchall())
    return Elsewhere(objects, candidates, counties)


async def tie_opinions(views: Views, county: str, year: int, waiting: Collection[str] = ()) -> list[dict[str, Any]]:
    """What townships said of ties of the county's year, in order; `stands`: about one whose people all still wait."""
    async with views.reading("determinations", dict_row) as cursor:
        await cursor.execute(_TIE_OPINIONS, (county, year))
        return [row | {"stands": set(row["tied"]) <= set(waiting)} for row in await cursor.fetchall()]


async def latest(views: Views, year: int, area: str, person: str | None = None) -> list[dict[str, Any]]:
    """The latest determination of everybody in an area, or of one person, by person."""
    async with views.reading("determinations", dict_row) as cursor:
        await cursor.execute(_LATEST, {"year": year, "area": area, "person": person})
        return await cursor.fetchall()


async def people_of_unit(views: Views, unit: str, year: int, area: str) -> set[str]:
    """Whose latest posting of the year in the area is the unit's."""
    async with views.reading("directory") as cursor:
        await cursor.execute(_OF_UNIT, {"year": year, "area": area, "unit": unit})
        return {row[0] for row in await cursor.fetchall()}


async def open_sheets(views: Views, county: str, year: int) -> tuple[str, ...]:
    """`team month` of every month of the county's teams in the year whose sheet has not come through its review.

    A month in which people were posted and that nobody drew up is open too (W59).
    """
    effective = date.fromisoformat(str(load().parameter("rules.effective_from").values[-1][1]))
    bounds = {"first": max(date(year, 1, 1), effective.replace(day=1)), "last": date(year, 12, 1), "county": county}
    async with views.reading("directory") as cursor:
        await cursor.execute(MONTHS_POSTED, {**bounds, "effective": effective})
        due = {(team, month) for team, month in await cursor.fetchall()}
    async with views.reading("sheets") as cursor:
        await cursor.execute(SHEETS_OF_YEAR, {"county": county, "year": str(year)})
        rows = await cursor.fetchall()
    reviewed = {(team, month) for team, month, done in rows if done}
    begun = {(team, month) for team, month, done in rows if not done}
    return tuple(f"{team} {month}" for team, month in sorted((due | begun) - reviewed, key=lambda one: one[::-1]))


async def lists(views: Views, county: str, year: int) -> dict[str, Any]:
    """Both lists as they stand, their digests, and whether both recipients hold exactly these (Art. 12)."""
    rows = await latest(views, year, county)
    objects = [row["person"] for row in rows if row["outcome"] not in OUTSIDE]
    excellent = [row["person"] for row in rows if row["outcome"] == EXCELLENT]
    digests = list_digest(objects), list_digest(excellent)
    async with views.reading("determinations", dict_row) as cursor:
        await cursor.execute(_FILED, (county, year))
        filed = await cursor.fetchall()
        await cursor.execute(_NOT_IN_FILE, (county, year, year))
        not_in_file = [row["person"] for row in await cursor.fetchall()]
    equal = {row["recipient"] for row in filed if (row["objects_digest"], row["excellent_digest"]) == digests}
    return {
        "county": county,
        "year": year,
        "objects": objects,
        "objects_digest": digests[0],
        "excellent": excellent,
        "excellent_digest": digests[1],
        "filed": filed,
        "not_in_file": not_in_file,
        "complete": equal == {recipient.value for recipient in ListRecipient},
    }


async def of_unit(views: Views, unit: str, year: int, own: Collection[str], grade_map: Sequence[str]) -> dict[str, Any]:
    """A unit's own people: grade, the grade in its own scale, what lies outside its quota, what is in the file.

    `grade_map`: `称职=合格` and so on, as it is in force (A55).
    """
    scale = dict(str(entry).split("=") for entry in grade_map)
    async with views.reading("determinations", dict_row) as cursor:
        await cursor.execute(_TOLD, (unit, year))
        told = {(row["person"], row["determination"]): row for row in await cursor.fetchall()}
    rows = [row for row in await latest(views, year, "") if (row["person"], row["determination"]) in told]
    persons = [_told(row, told[row["person"], row["determination"]], scale) for row in rows if row["person"] in own]
    outside = sum(person["outside_unit_quota"] for person in persons)
    return {"unit": unit, "year": year, "persons": persons, "outside_unit_quota": outside}


def _told(row: Mapping[str, Any], told: Mapping[str, Any], scale: Mapping[str, str]) -> dict[str, Any]:
    return {
        "person": row["person"],
        "determination": row["determination"],
        "outcome": row["outcome"],
        "in_scale_of_institutions": scale.get(row["outcome"]),
        "outside_unit_quota": row["outcome"] == EXCELLENT,
        "told": told["told"],
        "in_file": told["in_file"],
    }


async def history(views: Views, person: str, year: int) -> list[dict[str, Any]]:
    """Every determination of one person's year with its grounds, and what followed from it."""
    async with views.reading("determinations", dict_row) as cursor:
        await cursor.execute(_HISTORY, {"person": person, "year": year})
        return await cursor.fetchall()


async def disputes(views: Views, county: str, year: int, person: str | None = None) -> Sequence[dict[str, Any]]:
    """Disputes and ordered re-assessments of a county's year, oldest first."""
    async with views.reading("determinations", dict_row) as cursor:
        await cursor.execute(_DISPUTES, {"county": county, "year": year, "person": person})
        return await cursor.fetchall()


async def rulings(views: Views) -> Sequence[dict[str, Any]]:
    """Rulings proposed and issued, and the measures of counties."""
    async with views.reading("determinations", dict_row) as cursor:
        await cursor.execute(_RULINGS)
        return await cursor.fetchall()

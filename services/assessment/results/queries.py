"""What is asked about results and praise: the places of a final year, the awards of an office's year, and what all
years say of one person (Art. 12-14).
"""

from collections import Counter
from typing import Any

from psycopg.rows import dict_row

from services.assessment.fold.outcome import EXCELLENT
from services.ledger.views import Views

_LATEST = """
    select distinct on (person, year) person, year, county, determination, outcome, finalised from determination
    where (%(person)s::text is null or person = %(person)s) and (%(year)s::int is null or year = %(year)s)
        and starts_with(county, %(area)s)
    order by person, year, determination desc
"""
_AWARDS = """
    select area, year, person, county, proposed, given, withdrawn from award
    where (%(person)s::text is null or person = %(person)s) and (%(year)s::int is null or year = %(year)s)
        and (%(area)s = '' or area = %(area)s)
    order by year, area, person
"""
_OPINIONS = "select person, role, agrees, given from award_opinion where area = %s and year = %s order by person, role"
_TERMS = "select county, year, starts_on, ends_on, years, recorded from term_assessment where person = %s order by year"
_CIRCULARS = "select area, year from circular where %s = any (persons) order by year, area"
_FINAL = "select objects, maximum from county_year where county = %s and year = %s and final"
_PLACES = """
    select distinct on (person) person, score, outcome, findings @> '[{"article": "12.6"}]' as candidate
    from determination where county = %s and year = %s order by person, determination desc
"""


async def places(views: Views, county: str, year: int) -> dict[str, Any] | None:
    """The quota of a final year as it was determined, results issued anew included; None before the year is final."""
    async with views.reading("determinations", dict_row) as cursor:
        await cursor.execute(_FINAL, (county, year))
        closed = await cursor.fetchone()
        if closed is None:
            return None
        await cursor.execute(_PLACES, (county, year))
        rows = await cursor.fetchall()
    return {
        **closed,
        "excellent": [row["person"] for row in rows if row["outcome"] == EXCELLENT],
        "waiting_tie": [],
        "candidates": [{"person": row["person"], "score": row["score"]} for row in rows if row["candidate"]],
        "outcomes": Counter(row["outcome"] for row in rows),
    }


async def awards(views: Views, area: str, year: int) -> dict[str, Any]:
    """Everybody put forward, opinions, whoever has the award, and whose grade it rested on is not 优秀 any more."""
    asked = {"area": area, "year": year, "person": None}
    async with views.reading("determinations", dict_row) as cursor:
        await cursor.execute(_AWARDS, asked)
        rows = await cursor.fetchall()
        await cursor.execute(_OPINIONS, (area, year))
        opinions = await cursor.fetchall()
        await cursor.execute(_LATEST, asked)
        outcomes = {row["person"]: row["outcome"] for row in await cursor.fetchall()}
    shown = [_shown(row) | {"outcome": outcomes.get(row["person"])} for row in rows]
    for row in shown:
        row["opinions"] = [
            {"role": one["role"], "agrees": one["agrees"], "given": one["given"]}
            for one in opinions
            if one["person"] == row["person"]
        ]
        row["rests_on_excellent"] = row["outcome"] == EXCELLENT
    return {"area": area, "year": year, "awards": shown}


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """An award as it is shown; `holds`: given and not taken back."""
    return row | {"holds": row["given"] is not None and row["withdrawn"] is None}


async def profile(views: Views, person: str) -> dict[str, Any]:
    """One person's results of all years, the terms, praise: a basis among others for promotion (Art. 14)."""
    async with views.reading("determinations", dict_row) as cursor:
        asked = {"person": person, "year": None, "area": ""}
        await cursor.execute(_LATEST, asked)
        years = await cursor.fetchall()
        await cursor.execute(_AWARDS, asked)
        given = [_shown(row) for row in await cursor.fetchall()]
        await cursor.execute(_TERMS, (person,))
        terms = await cursor.fetchall()
        await cursor.execute(_CIRCULARS, (person,))
        circulars = await cursor.fetchall()
    return {"person": person, "years": years, "terms": terms, "awards": given, "circulars": circulars}

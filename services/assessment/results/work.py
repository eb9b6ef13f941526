"""Open work beside the grading itself: opinions, rulings, disputes, lists and feedback (Art. 12, 23)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from psycopg.rows import dict_row

from contracts.assessment import ListRecipient
from contracts.identifiers import Role
from services.assessment import queries
from services.assessment.fold.outcome import EXCELLENT
from services.assessment.results import queries as results_queries
from services.assessment.said import CITY
from services.runtime.context import Context
from services.runtime.service import WorkItem

LIMIT = 200
"""Items of one kind; what is settled makes room for the next."""

_ASKED = """
    select y.county, y.year, y.opened from county_year y where not y.final and y.opened is not null order by y.year
"""
_OPINIONS = "select person from opinion where year = %s"
_OPEN_CASES = """
    select person, "case", county, year, place, opened, cause from dispute
    where decided is null and starts_with(county, %s) order by opened limit %s
"""
_UNHEARD_CASES = """
    select person, "case", county, year, place, opened from dispute d
    where decided is null and starts_with(place, %s) and not exists (
        select from dispute_opinion o where o.person = d.person and o."case" = d."case" and o.role = %s)
    order by opened limit %s
"""
_UNFILED = """
    select person, county, year, told from (
        select distinct on (person, year) person, county, year, told, in_file from feedback
        where unit = %s order by person, year, determination desc
    ) latest where in_file is null order by told, person limit %s
"""
_FINAL = "select county, year from county_year where final and starts_with(county, %s) order by year desc limit 3"
_TOLD = "select person, determination from feedback where county = %s and year = %s"
_IMPACTS = """
    select person, "case", place, proposed from impact where found is null and starts_with(place, %s)
    order by proposed limit %s
"""
_YEARS_FINAL = """
    select year from county_year where starts_with(county, %s) group by year having bool_and(final)
    order by year desc limit 3
"""
_CIRCULAR = "select persons from circular where area = %s and year = %s"
_YEARS_OF_AWARDS = "select distinct year from award where area = %s order by year desc limit 3"
_UNHEARD = """
    select a.person, a.year, a.proposed from award a where area = %s and proposed is not null and given is null
        and not exists (select from award_opinion o where (o.area, o.year, o.person) = (a.area, a.year, a.person)
            and o.role = %s)
    order by a.proposed limit %s
"""
_TERMS = """
    select person, county, year, recorded from term_assessment t where starts_with(county, %s) and exists (
        select from jsonb_array_elements(years) rested join determination d
            on d.person = t.person and d.year = (rested ->> 'year')::int
        where d.determination > (rested ->> 'determination')::int)
    order by recorded limit %s
"""
_RULINGS = """
    select ruling, min(recorded) as since, count(*) as settings from ruling
    where not issued group by ruling order by since limit %s
"""


async def beside_grading(context: Context, roles: Iterable[Mapping[str, Any]]) -> list[WorkItem]:
    """What waits for a caller who holds these roles."""
    found: list[WorkItem] = []
    for role in roles:
        match Role(role["role"]):
            case Role.DISPATCHING_UNIT if role["organisation"]:
                found += await _opinions(context, role["organisation"])
                found += await _unfiled(context, role["organisation"])
                found += await _unheard(context, role["area"], "give-dispute-opinion", role)
            case Role.TOWNSHIP:
                found += await _unheard(context, role["area"], "review-dispute", role)
            case Role.COUNTY_OFFICE:
                found += await _cases(context, role["area"])
                found += await _impacts(context, role["area"])
                found += await _results(context, role["area"])
                found += await _awards(context, role["area"], "award-commendation")
                found += await _terms(context, role["area"])
            case Role.CITY_OFFICE:
                found += await _awards(context, role["area"], "select-advanced")
                found += await _told_of_cases(context, role["area"])
                found += await _circulars(context, role["area"], await _years_final(context, role["area"]))
            case Role.CITY_ORGANISATION | Role.CITY_POVERTY:
                found += [*await _rulings(context), *await _told_of_cases(context, role["area"])]
                found += await _opinions_on_awards(context, role["role"])
            case _:
                continue
    return found


async def _rows(context: Context, query: str, *parameters: Any) -> Sequence[dict[str, Any]]:
    async with context.service.views.reading("determinations", dict_row) as cursor:
        await cursor.execute(query, parameters)
        return await cursor.fetchall()


async def _opinions(context: Context, unit: str) -> list[WorkItem]:
    found = []
    for head in await _rows(context, _ASKED):
        own = await queries.people_of_unit(context.service.views, unit, head["year"], head["county"])
        given = {row["person"] for row in await _rows(context, _OPINIONS, head["year"])}
        for person in sorted(own - given)[:LIMIT]:
            fields = {"person": person, "county": head["county"], "year": head["year"]}
            zh, en = f"{person} {head['year']} 年度考核，请提出意见", f"{person}: your opinion for {head['year']}"
            stream = f"assessment/{person}/{head['year']}"
            found.append(_item("give-unit-opinion", zh, en, stream, head["opened"], "12.2", head["county"], fields))
    return found


async def _cases(context: Context, area: str) -> list[WorkItem]:
    found = []
    for row in await _rows(context, _OPEN_CASES, area, LIMIT):
        fields = {name: row[name] for name in ("person", "county", "year", "case")}
        zh, en = (
            f"{row['person']} {row['year']} 年度结果待复核",
            f"{row['person']}: result of {row['year']} to be decided",
        )
        stream = f"assessment/{row['person']}/{row['year']}"
        found.append(_item("decide-dispute", zh, en, stream, row["opened"], "12.3", row["place"], fields))
    return found


async def _unfiled(context: Context, unit: str) -> list[WorkItem]:
    """Results that the unit was told and that it has not put into the personal file (Art. 12)."""
    found = []
    for row in await _rows(context, _UNFILED, unit, LIMIT):
        fields = {name: row[name] for name in ("person", "county", "year")}
        zh = f"{row['person']} {row['year']} 年度考核结果待存入个人档案"
        en = f"{row['person']}: result of {row['year']} to be put into the personal file"
        stream = f"assessment/{row['person']}/{row['year']}"
        found.append(_item("file-result", zh, en, stream, row["told"], "12.9", row["county"], fields))
    return found


async def _unheard(context: Context, area: str, command: str, role: Mapping[str, Any]) -> list[WorkItem]:
    """Cases of people of this township, or of this unit, of which it has said nothing yet (A66)."""
    found = []
    for row in await _rows(context, _UNHEARD_CASES, area, role["role"], LIMIT):
        if role["organisation"]:
            own = await queries.people_of_unit(context.service.views, role["organisation"], row["year"], row["county"])
            if row["person"] not in own:
                continue
        fields = {name: row[name] for name in ("person", "county", "year", "case")}
        zh, en = f"{row['person']} {row['year']} 年度结果复核，请提出意见", f"{row['person']}: your opinion on the case"
        stream = f"assessment/{row['person']}/{row['year']}"
        found.append(_item(command, zh, en, stream, row["opened"], "12.3", row["place"], fields))
    return found


async def _impacts(context: Context, area: str) -> list[WorkItem]:
    """Findings of severe effect that a township or discipline inspection has asked for (Art. 15.2)."""
    found = []
    for row in await _rows(context, _IMPACTS, area, LIMIT):
        fields = {"person": row["person"], "county": row["place"][:6], "case": row["case"]}
        zh, en = f"{row['person']} 是否造成严重不良影响，待认定", f"{row['person']}: severe effect to be found or not"
        stream = f"assessment/{row['person']}/{row['proposed'][:4]}"
        found.append(_item("record-severe-impact", zh, en, stream, row["proposed"], "15.2", row["place"], fields))
    return found


async def _told_of_cases(context: Context, area: str) -> list[WorkItem]:
    """The city hears of every result that is looked at again (A66)."""
    return [
        WorkItem(
            kind="notice",
            title=f"{row['county']} {row['person']} {row['year']} 年度结果在复核",
            title_en=f"{row['county']}: the result of {row['person']} for {row['year']} is looked at again",
            stream=f"assessment/{row['person']}/{row['year']}",
            since=row["opened"],
            article="12.8",
            place=row["place"],
        )
        for row in await _rows(context, _OPEN_CASES, area, LIMIT)
    ]


async def _results(context: Context, area: str) -> list[WorkItem]:
    """Lists that a recipient does not hold, and results that no unit was told."""
    found = []
    for head in await _rows(context, _FINAL, area):
        county, year = head["county"], head["year"]
        lists = await queries.lists(context.service.views, county, year)
        rows = await queries.latest(context.service.views, year, county)
        since = max((row["finalised"] for row in rows), default="")
        stream = f"county/{county}/{year}"
        digests = {name: lists[name] for name in ("objects_digest", "excellent_digest")}
        held = {r["recipient"] for r in lists["filed"] if all(r[name] == digests[name] for name in digests)}
        for recipient in sorted({one.value for one in ListRecipient} - held):
            fields = {"county": county, "year": year, "recipient": recipient, **digests}
            zh, en = f"{year} 年度两份名单待报 {recipient}", f"lists of {year} to be filed with {recipient}"
            found.append(_item("file-lists", zh, en, stream, since, "12.7", county, fields))
        told = {(row["person"], row["determination"]) for row in await _rows(context, _TOLD, county, year)}
        missing = [row["person"] for row in rows if (row["person"], row["determination"]) not in told]
        if missing:
            zh, en = f"{year} 年度 {len(missing)} 人的结果待反馈", f"{len(missing)} results of {year} to be fed back"
            found.append(_item("feed-back", zh, en, stream, since, "12.8", county, {"county": county, "year": year}))
        found += await _circulars(context, county, [year])
    return found


async def _years_final(context: Context, area: str) -> list[int]:
    """The latest years of which every county that was opened is final."""
    rows = await _rows(context, _YEARS_FINAL, area)
    return [row["year"] for row in rows]


async def _circulars(context: Context, area: str, years: Iterable[int]) -> list[WorkItem]:
    """Years whose 优秀 this office has not made known, or no longer as they stand (Art. 13)."""
    found = []
    for year in years:
        rows = await queries.latest(context.service.views, year, area)
        excellent = [row["person"] for row in rows if row["outcome"] == EXCELLENT]
        told = [row["persons"] for row in await _rows(context, _CIRCULAR, area, year)]
        if not excellent and any(told):
            zh, en = (
                f"{year} 年度已无优秀人员，通报待撤回",
                f"nobody is 优秀 in {year}: the circular is to be withdrawn",
            )
            since = max((row["finalised"] for row in rows), default="")
            fields = {"area": area, "year": year}
            found.append(_item("withdraw-circular", zh, en, f"circular/{area}/{year}", since, "13.1", area, fields))
        if excellent and excellent not in told:
            zh, en = (
                f"{year} 年度优秀 {len(excellent)} 人待通报",
                f"{len(excellent)} people graded 优秀 in {year} to make known",
            )
            since = max(row["finalised"] for row in rows)
            fields = {"area": area, "year": year}
            found.append(_item("circulate-excellent", zh, en, f"circular/{area}/{year}", since, "13.1", area, fields))
    return found


async def _awards(context: Context, area: str, command: str) -> list[WorkItem]:
    """People put forward of whom nobody was chosen yet, and awards whose grade was issued anew (Art. 13, A62)."""
    found = []
    for year in [row["year"] for row in await _rows(context, _YEARS_OF_AWARDS, area)]:
        shown = (await results_queries.awards(context.service.views, area, year))["awards"]
        stream, article = f"award/{area}/{year}", "13.2" if command == "select-advanced" else "13.3"
        waiting = [row for row in shown if row["given"] is None and row["rests_on_excellent"]]
        if waiting and not any(row["holds"] for row in shown):
            zh, en = f"{year} 年度推荐 {len(waiting)} 人，待评选表彰", f"{len(waiting)} people put forward for {year}"
            since = min(row["proposed"] for row in waiting)
            fields = {"person": waiting[0]["person"], "county": waiting[0]["county"], "year": year}
            fields = {key: fields[key] for key in fields if key != "county" or command == "award-commendation"}
            found.append(_item(command, zh, en, stream, since, article, area, fields))
        if (await context.rules(area))["award.after_reissue"] == "keep":
            continue
        for row in shown:
            if row["holds"] and not row["rests_on_excellent"]:
                zh, en = (
                    f"{row['person']} {year} 年度已非优秀，表彰待撤销",
                    f"{row['person']}: award of {year} to be withdrawn",
                )
                fields = {"area": area, "person": row["person"], "year": year}
                found.append(_item("withdraw-award", zh, en, stream, row["given"], article, area, fields))
    return found


async def _terms(context: Context, area: str) -> list[WorkItem]:
    """Terms assessed on a result that was issued anew since (A62, A69)."""
    found = []
    for row in await _rows(context, _TERMS, area, LIMIT):
        fields = {name: row[name] for name in ("person", "county", "year")}
        zh = f"{row['person']} 任期考核所依年度结果已另行认定，待重新考核"
        en = f"{row['person']}: the term was assessed on a result issued anew since, to be assessed again"
        stream = f"assessment/{row['person']}/{row['year']}"
        found.append(_item("record-term-assessment", zh, en, stream, row["recorded"], "14.1", row["county"], fields))
    return found


async def _opinions_on_awards(context: Context, role: str) -> list[WorkItem]:
    """Nominations of which this body of the city has said nothing yet."""
    found = []
    for row in await _rows(context, _UNHEARD, CITY, role, LIMIT):
        zh, en = f"{row['person']} 先进工作者人选，请提出意见", f"{row['person']} is nominated: your opinion"
        fields = {"person": row["person"], "year": row["year"]}
        stream = f"award/{CITY}/{row['year']}"
        found.append(_item("give-award-opinion", zh, en, stream, row["proposed"], "13.2", CITY, fields))
    return found


async def _rulings(context: Context) -> list[WorkItem]:
    return [
        _item(
            "issue-interpretation",
            f"解释 {row['ruling']}（{row['settings']} 项）待会签",
            f"ruling {row['ruling']} ({row['settings']} parameters) waits for the other interpreter",
            "rules/kunming-2016-1",
            row["since"],
            "23.2",
            CITY,
            {"ruling": row["ruling"]},
        )
        for row in await _rows(context, _RULINGS, LIMIT)
    ]


def _item(
    command: str, zh: str, en: str, stream: str, since: str, article: str, place: str, fields: Mapping[str, Any]
) -> WorkItem:
    return WorkItem(
        kind="approval",
        title=zh,
        title_en=en,
        stream=stream,
        since=since,
        article=article,
        place=place,
        command=command,
        fields=fields,
    )

"""What assessment's facts ask of people: grades to propose and to review, ties, shortfalls, the final step (Art. 12).

Assessment acts on nothing by itself: decisions on grades are people's (`design.md` 4), and re-assessment after a
correction is ordered by the county office, never started by an event.
"""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from psycopg.rows import dict_row

from contracts.identifiers import Role, parse_instant
from contracts.refusals import Refusal
from services.assessment import queries
from services.assessment.fold.outcome import AWAITING_GRADE
from services.assessment.results.work import beside_grading
from services.assessment.year import gathering
from services.assessment.year.grading import SHORTFALL
from services.assessment.year.known import PersonShown, YearShown
from services.runtime.authority import Authorities
from services.runtime.commands import Refused
from services.runtime.context import BEIJING, Context
from services.runtime.service import WorkItem

COUNTY_DIGITS = 6
NAMED = 500
"""People named in one item for review: as many as the command takes."""
FRESH_SECONDS = 60.0
"""For so long a fold serves open work while only attendance moves on; the commands themselves always fold anew."""


@dataclass(slots=True)
class Desk:
    """Folds of whole counties, kept until assessment's own log moves on or a minute has passed."""

    kept: dict[tuple[str, int], tuple[int, float, YearShown]] = field(default_factory=dict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def year(self, context: Context, county: str, year: int) -> YearShown:
        """The county's year; raises Refused when it cannot be folded just now."""
        mark = (await context.service.views.marks("determinations"))[context.service.origin]
        async with self.lock:
            kept = self.kept.get((county, year))
            if kept is not None and kept[0] == mark and time.monotonic() - kept[1] < FRESH_SECONDS:
                return kept[2]
            shown = await gathering.whole_county(context, county, year)
            if isinstance(shown, Refusal):
                raise Refused(shown)
            self.kept[county, year] = mark, time.monotonic(), shown
            return shown


async def work(context: Context) -> Sequence[WorkItem]:
    """What waits for the caller today and what was decided about the caller, oldest first; never the own case."""
    caller = context.request.caller
    roles = await Authorities(context.service.views).roles_of(caller, context.request.today)
    desk: Desk = context.service.extras["desk"]
    found = [*await _decided(context, caller), *await beside_grading(context, roles)]
    for area, of_county in _areas(roles):
        for head in await _open_years(context, area[:COUNTY_DIGITS]):
            shown = await desk.year(context, head["county"], head["year"])
            if not shown.over:
                continue
            proposals = await _proposals(context, head["county"], head["year"])
            heard = await _heard(context, head, shown)
            items = (
                _for_county(head, shown, proposals, heard)
                if of_county
                else [*_for_township(head, shown, proposals, area), *_tie_of_township(head, shown, heard, area)]
            )
            found += [item for item in items if item.fields.get("person") != caller]
    return sorted((item for item in found if item.fields.get("person") != caller), key=lambda item: item.since)


def _areas(roles: Iterable[Mapping[str, Any]]) -> list[tuple[str, bool]]:
    """Areas in which the caller grades, each once: a county office's, or a township's."""
    graders = (Role.COUNTY_OFFICE.value, Role.TOWNSHIP.value)
    held = [(role["area"], role["role"] == Role.COUNTY_OFFICE) for role in roles if role["role"] in graders]
    return [entry for entry in dict.fromkeys(held) if len(entry[0]) >= COUNTY_DIGITS]


async def _open_years(context: Context, county: str) -> list[dict[str, Any]]:
    async with context.service.views.reading("determinations", dict_row) as cursor:
        await cursor.execute(
            "select county, year, opened, acknowledged from county_year where county = %s and not final order by year",
            (county,),
        )
        return await cursor.fetchall()


async def _proposals(context: Context, county: str, year: int) -> dict[str, dict[str, Any]]:
    async with context.service.views.reading("determinations", dict_row) as cursor:
        await cursor.execute(
            "select person, inputs, proposed, reviewed from proposal where county = %s and year = %s", (county, year)
        )
        return {row["person"]: row for row in await cursor.fetchall()}


async def _heard(context: Context, head: Mapping[str, Any], shown: YearShown) -> list[str]:
    """Townships that have given their opinion on the tie that waits now."""
    if not shown.waiting_tie:
        return []
    rows = await queries.tie_opinions(context.service.views, head["county"], head["year"], shown.waiting_tie)
    return sorted({row["township"] for row in rows if row["stands"]})


async def _decided(context: Context, caller: str) -> list[WorkItem]:
    async with context.service.views.reading("determinations", dict_row) as cursor:
        await cursor.execute(
            "select d.county, d.year, d.outcome, d.finalised, f.told from determination d"
            " left join feedback f using (person, year, determination) where person = %s"
            " order by d.finalised desc limit 5",
            (caller,),
        )
        rows = await cursor.fetchall()
    rules = await context.service.rules.on(context.request.today)
    found = await _cases_decided(context, caller)
    for row in rows:
        zh, en = f"{row['year']} 年度考核结果：{row['outcome']}", f"assessment of {row['year']}: {row['outcome']}"
        if row["told"] is not None:
            days = timedelta(days=rules.at(row["county"])["dispute.days"])
            last_day = parse_instant(row["told"]).astimezone(BEIJING).date() + days
            zh += f"；有异议的，{last_day} 前（含当日）提出（raise-dispute）"
            en += f"; object with raise-dispute until {last_day}, that day included"
        found.append(
            WorkItem(
                kind="notice",
                title=zh,
                title_en=en,
                stream=f"assessment/{caller}/{row['year']}",
                since=row["finalised"],
                article="12.8",
                place=row["county"],
            )
        )
    return found


async def _cases_decided(context: Context, caller: str) -> list[WorkItem]:
    """What became of the caller's disputes, and of results that the county office looked at again."""
    async with context.service.views.reading("determinations", dict_row) as cursor:
        await cursor.execute(
            'select "case", county, year, upheld, holds, decided from dispute'
            " where person = %s and decided is not null order by decided desc limit 5",
            (caller,),
        )
        rows = await cursor.fetchall()
    found = []
    for row in rows:
        result = "维持原结果" if row["upheld"] else "另行认定"
        said = "the result is upheld" if row["upheld"] else "the result is issued anew"
        found.append(
            WorkItem(
                kind="notice",
                title=f"{row['year']} 年度 {row['case']}：{result}（第 {row['holds']} 次认定有效）",
                title_en=f"{row['case']} of {row['year']}: {said}, determination {row['holds']} holds",
                stream=f"assessment/{caller}/{row['year']}",
                since=row["decided"],
                article="12.8",
                place=row["county"],
            )
        )
    return found


def _for_township(
    head: Mapping[str, Any], shown: YearShown, proposals: Mapping[str, Mapping[str, Any]], area: str
) -> list[WorkItem]:
    items = []
    for person in shown.listed:
        if not (person.village or "").startswith(area) or not _to_propose(person, proposals.get(person.person)):
            continue
        zh, en = f"{person.person} 待提出考核等次", f"{person.person}: grade to be proposed"
        if person.person in proposals:
            zh, en = f"{person.person} 事实有变，待重新提出等次", f"{en} again, the facts have changed"
        stream = f"assessment/{person.person}/{head['year']}"
        items.append(_item(head, "propose-grade", zh, en, stream, "12.2", place=person.village, person=person.person))
    return items


def _tie_of_township(head: Mapping[str, Any], shown: YearShown, heard: Sequence[str], area: str) -> Iterable[WorkItem]:
    """A tie in which the township's own people stand, and on which it has said nothing yet."""
    own = [name for name in shown.waiting_tie if (shown.persons[name].village or "").startswith(area)]
    if own and area not in heard:
        zh, en = f"{'、'.join(own)} 同分，请提出意见", f"{', '.join(own)} tie at the quota: your opinion"
        stream = f"county/{head['county']}/{head['year']}"
        yield _item(head, "give-tie-opinion", zh, en, stream, "12.6", place=area, township=area, supports=own)


def _to_propose(person: PersonShown, proposal: Mapping[str, Any] | None) -> bool:
    if proposal is None:
        return person.outcome == AWAITING_GRADE
    return bool(proposal["inputs"] != person.inputs)


def _for_county(
    head: Mapping[str, Any],
    shown: YearShown,
    proposals: Mapping[str, Mapping[str, Any]],
    heard: Sequence[str],
) -> list[WorkItem]:
    stream = f"county/{head['county']}/{head['year']}"
    listed = shown.listed
    waiting = [p for p in listed if p.person in proposals and not proposals[p.person]["reviewed"]]
    ready = [p.person for p in waiting if proposals[p.person]["inputs"] == p.inputs]
    short = [p for p in listed if f"{SHORTFALL}required" in p.flags]
    items = [
        _item(
            head,
            "review-shortfall",
            f"{p.person} 因假或被抽调不足天数，待复核",
            f"{p.person}: shortfall to be reviewed",
            f"assessment/{p.person}/{head['year']}",
            "15.3",
            person=p.person,
        )
        for p in short
    ]
    if ready:
        zh, en = f"{len(ready)} 人的等次待审核", f"{len(ready)} grades to be reviewed"
        since = min(proposals[person]["proposed"] for person in ready)
        items.append(_item({**head, "opened": since}, "review-grades", zh, en, stream, "12.3", persons=ready[:NAMED]))
    if shown.waiting_tie:
        zh, en = f"{len(shown.waiting_tie)} 人同分，优秀名额待确定", f"{len(shown.waiting_tie)} people tie at the quota"
        if heard:
            zh, en = f"{zh}（已提意见：{'、'.join(heard)}）", f"{en} (heard: {', '.join(heard)})"
        items.append(_item(head, "resolve-tie", zh, en, stream, "12.6", chosen=list(shown.waiting_tie)))
    undone = [p for p in listed if p.outcome == AWAITING_GRADE or _to_propose(p, proposals.get(p.person))]
    if listed and not items and not undone:
        if head["acknowledged"] is None:
            zh, en = (
                "结果取决于条文读法的人员名单待确认",
                "the list of readings is to be seen",
            )
            items.append(_item(head, "acknowledge-sensitive", zh, en, stream, "23.2"))
        else:
            zh, en = "等次齐备，待审定全县结果", "all grades are there: the year can be made final"
            items.append(_item(head, "finalise-year", zh, en, stream, "12.3"))
    return items


def _item(
    head: Mapping[str, Any],
    command: str,
    zh: str,
    en: str,
    stream: str,
    article: str,
    *,
    place: str | None = None,
    **fields: Any,
) -> WorkItem:
    return WorkItem(
        kind="approval",
        title=f"{head['year']} 年度：{zh}",
        title_en=f"{head['year']}: {en}",
        stream=stream,
        since=head["opened"],
        article=article,
        place=place or head["county"],
        command=command,
        fields={"county": head["county"], "year": head["year"], **fields},
    )

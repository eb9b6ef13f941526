"""Open work with monthly sheets: who signs, submits, reviews, files, feeds back next, and who was sent one (Art. 9)."""

from collections.abc import Iterable, Mapping
from typing import Any

from psycopg.rows import dict_row

from contracts.identifiers import Role
from services.attendance.sheets.queries import missing_of
from services.runtime.context import Context
from services.runtime.service import WorkItem

_OPEN = """
    select * from latest
    where starts_with(place, %(area)s)
        and not (touched is null and step = 'reviewed'
            and cardinality(filed) = 2 and cardinality(fed_back) = cardinality(units))
    order by month, team
"""
_REQUESTS = "select * from correction_request where not settled and starts_with(place, %(area)s) order by recorded"
_FED_BACK = "select * from feedback where unit = %(unit)s and recorded >= %(since)s order by recorded"
_FILED = """
    select f.*, s.place, s.stream from filing f join sheet s using (team, month, version)
    where f.recipient = %(role)s and f.recorded >= %(since)s and starts_with(s.place, %(area)s) order by f.recorded
"""
_OVERDUE = "select * from overdue where starts_with(place, %(area)s) and recorded >= %(since)s order by recorded"

_NEXT: Mapping[tuple[Role, str], tuple[str, str, str, str]] = {
    **{
        (role, "drafted"): ("sign-sheet", "待签字", "to be signed", "9.4")
        for role in (Role.VILLAGE_SECRETARY, Role.VILLAGE_DIRECTOR)
    },
    (Role.TEAM_LEADER, "signed"): ("submit-sheet", "待报送", "to be submitted", "9.5"),
    (Role.TEAM_LEADER, "returned"): ("draft-sheet", "被退回，待重新编制", "returned, to be drawn up again", "9.6"),
    (Role.TOWNSHIP_LEADER, "submitted"): ("review-sheets", "待审核", "to be reviewed", "9.6"),
}
"""Role and step of the sheet -> the command that is that role's now."""
_SINCE = {"drafted": "drafted", "signed": "signed", "returned": "returned", "submitted": "submitted"}
_COMMITTEE = frozenset({Role.TOWNSHIP, Role.TOWNSHIP_HEAD})
_DEPARTMENTS = frozenset({Role.COUNTY_ORGANISATION, Role.COUNTY_POVERTY})
_TOLD_OF_OVERDUE = frozenset({Role.COUNTY_OFFICE, Role.TOWNSHIP, Role.TOWNSHIP_LEADER, Role.TEAM_LEADER})


async def sheet_work(
    context: Context, roles: Iterable[Mapping[str, Any]], since: str
) -> dict[tuple[str, ...], WorkItem]:
    """What the roles have to do with sheets, and what they were told since that instant, by what it is about."""
    found: dict[tuple[str, ...], WorkItem] = {}
    async with context.service.views.reading("sheets", dict_row) as cursor:

        async def rows(query: str, **asked: Any) -> list[dict[str, Any]]:
            await cursor.execute(query, {**asked, "since": since})
            return await cursor.fetchall()

        for held in roles:
            role, area = Role(held["role"]), held["area"]
            if any(role is asked for asked, _ in _NEXT) or role in _COMMITTEE:
                for sheet in await rows(_OPEN, area=area):
                    found |= _to_do(role, sheet, since)
            if role is Role.TOWNSHIP_LEADER:
                for request in await rows(_REQUESTS, area=area):
                    found["correction", str(request["event"])] = _correction(request)
            if role is Role.DISPATCHING_UNIT:
                for told in await rows(_FED_BACK, unit=held["organisation"]):
                    found["fed back", told["team"], told["month"], told["unit"]] = _sent(told, "9.8")
            if role in _DEPARTMENTS:
                for told in await rows(_FILED, role=role.value, area=area):
                    found["filed", told["team"], told["month"], role.value] = _sent(told, "9.7")
            if role in _TOLD_OF_OVERDUE:
                for late in await rows(_OVERDUE, area=area):
                    found["overdue", late["team"], late["month"]] = _overdue(late)
    return found


def _to_do(role: Role, sheet: Mapping[str, Any], since: str) -> dict[tuple[str, ...], WorkItem]:
    key = (sheet["team"], sheet["month"])
    # It may turn out that the change changes nothing on paper: after the days of a notice nobody is asked any more.
    if role is Role.TEAM_LEADER and sheet["step"] != "returned" and (sheet["touched"] or "") >= since:
        changed = ("draft-sheet", "登记有变化，待重新编制", "the register has changed: to be drawn up again", "9.4")
        return {("draft-sheet", *key): _item(sheet, *changed, sheet["touched"])}
    following = _NEXT.get((role, sheet["step"]))
    if following is not None:
        command, zh, en, article = following
        return {(command, *key): _item(sheet, command, zh, en, article, sheet[_SINCE[sheet["step"]]])}
    if role not in _COMMITTEE or sheet["step"] != "reviewed":
        return {}
    missing = missing_of(sheet)
    found: dict[tuple[str, ...], WorkItem] = {}
    if {"XZ", "XP"} & set(missing):
        found["file-sheets", *key] = _item(sheet, "file-sheets", "待备案", "to be filed", "9.7", sheet["reviewed"])
    if set(missing) - {"XZ", "XP"}:
        feed = ("feed-back-sheets", "待反馈派出单位", "to be fed back", "9.8")
        found["feed-back-sheets", *key] = _item(sheet, *feed, sheet["reviewed"])
    return found


def _item(sheet: Mapping[str, Any], command: str, zh: str, en: str, article: str, since: str) -> WorkItem:
    month, team = sheet["month"], sheet["team"]
    fields: dict[str, Any] = {"month": month, **({"teams": [team]} if command.endswith("sheets") else {"team": team})}
    if command == "sign-sheet":
        fields |= {"version": sheet["version"], "digest": sheet["digest"]}
    return WorkItem(
        kind="approval",
        title=f"{team} {month} 月考勤表（第{sheet['version']}版）{zh}",
        title_en=f"monthly sheet {month} of {team}, version {sheet['version']}: {en}",
        stream=sheet["stream"],
        since=since,
        article=article,
        place=sheet["place"],
        command=command,
        fields=fields,
    )


def _correction(request: Mapping[str, Any]) -> WorkItem:
    day = request["date"].isoformat()
    return WorkItem(
        kind="approval",
        title=f"{request['person']} {day} 请求更正为 {request['status']}",
        title_en=f"correction of {day} of {request['person']} to {request['status']} was asked for",
        stream=request["stream"],
        since=request["recorded"],
        article="9.4",
        place=request["place"],
        command="correct-day",
        fields={"person": request["person"], "date": day, "status": request["status"]},
    )


def _sent(told: Mapping[str, Any], article: str) -> WorkItem:
    zh, en = ("已反馈", "was fed back") if article == "9.8" else ("已报备案", "was filed")
    return WorkItem(
        kind="notice",
        title=f"{told['team']} {told['month']} 月考勤表（第{told['version']}版）{zh}",
        title_en=f"monthly sheet {told['month']} of {told['team']}, version {told['version']}, {en}",
        stream=told["stream"],
        since=told["recorded"],
        article=article,
        place=told["place"],
    )


def _overdue(late: Mapping[str, Any]) -> WorkItem:
    return WorkItem(
        kind="notice",
        title=f"{late['team']} {late['month']} 月考勤表逾期未报（应于 {late['due_on']} 前）",
        title_en=f"monthly sheet {late['month']} of {late['team']} was not submitted by {late['due_on']}",
        stream=late["stream"],
        since=late["recorded"],
        article="9.5",
        place=late["place"],
    )

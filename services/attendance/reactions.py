"""What attendance's facts ask of people: what waits for whose approval, and who was told of what (`domain.md` 3.1)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from contracts.attendance import Level
from contracts.identifiers import Role, format_instant
from services.attendance import waiting
from services.attendance.alerts import alerts
from services.attendance.said import level_of
from services.attendance.sheets.work import sheet_work
from services.attendance.waiting import Told
from services.runtime.authority import Authorities
from services.runtime.context import Context
from services.runtime.service import WorkItem

NOTICE_DAYS = 30
"""How long a notice is shown; what waits for approval is shown until it is settled."""

_HEARS = frozenset({Role.TEAM_LEADER, Role.VILLAGE_SECRETARY, Role.VILLAGE_DIRECTOR})
"""Who is notified of the leave granted to people in their village (3.1, rows "leave")."""


async def work(context: Context) -> Sequence[WorkItem]:
    """What waits for the caller today, oldest first, and what the caller was told within the last days."""
    caller, today, views = context.request.caller, context.request.today, context.service.views
    roles = await Authorities(views).roles_of(caller, today)
    async with views.reading("roles") as cursor:
        led = await waiting.led_villages(cursor, today)
    async with views.reading("directory") as cursor:
        sent = await waiting.sent_by(cursor, _units(roles), today)
    found: dict[tuple[str, ...], WorkItem] = {}
    since = _since(context.request.now)
    async with views.reading("register") as cursor:
        for level, area, of_committee in _says(roles):
            for row in await waiting.for_approval(cursor, level, area, led):
                if row["person"] != caller and (of_committee or row["command"] not in _COMMITTEE_ONLY):
                    found["approval", row["command"], row["person"], row["case"]] = _approval(row)
        for row in await waiting.told(cursor, Told(caller, _hears(roles), sent), since):
            found["notice", row["what"], row["person"], row["case"]] = _notice(row, row["person"] == caller)
    found |= await sheet_work(context, roles, since)
    found |= await alerts(context, roles, sent, since)
    return sorted(found.values(), key=lambda item: item.since)


def _says(roles: Iterable[Mapping[str, Any]]) -> list[tuple[Level, str, bool]]:
    """Level and area of each say; and whether it is more than that of the township's leader in charge."""
    held = [(Role(role["role"]), role["area"]) for role in roles]
    said = dict.fromkeys((level_of(role), area, role is not Role.TOWNSHIP_LEADER) for role, area in held)
    return [(level, area, committee) for level, area, committee in said if level is not None]


def _hears(roles: Iterable[Mapping[str, Any]]) -> list[str]:
    return sorted({role["area"] for role in roles if Role(role["role"]) in _HEARS})


def _units(roles: Iterable[Mapping[str, Any]]) -> list[str]:
    units = (role["organisation"] for role in roles if Role(role["role"]) is Role.DISPATCHING_UNIT)
    return sorted({unit for unit in units if unit is not None})


def _since(now: datetime) -> str:
    return format_instant(now - timedelta(days=NOTICE_DAYS))


_APPROVALS = {
    "approve-leave": ("请假", "leave", "leave", "9.10"),
    "approve-extension": ("续假", "extension of leave", "leave", "9.12"),
    "approve-travel": ("因公出差", "official travel", "travel", "9.2"),
    "consent-to-backfill": ("补登签到", "late presence", "record", "9.3"),
    "backfill-check-in": ("补登签到", "late presence", "record", "9.3"),
}
_COMMITTEE_ONLY = frozenset({"approve-travel", "backfill-check-in"})
"""Trips and late presences are for the committee or its head, not for its leader in charge (A24, A95)."""
_NOTICES = {
    "granted": ("获准请假", "was granted leave", "9.10"),
    "rejected": ("请假未获准", "was refused leave", "9.10"),
    "overstayed": ("逾期不归", "overstayed leave", "9.12"),
    "travelling": ("获准因公出差", "was sent on official travel", "9.2"),
    "backfilled": ("签到已补登", "was entered as present", "9.3"),
    "not backfilled": ("补登签到未获同意", "was refused a late presence", "9.3"),
    "not travelling": ("因公出差未获准", "was refused official travel", "9.2"),
}


def _approval(row: Mapping[str, Any]) -> WorkItem:
    zh, en, member, article = _APPROVALS[row["command"]]
    return WorkItem(
        kind="approval",
        title=f"{row['person']} {zh}（{_span(row)}）待批准",
        title_en=f"{en} of {row['person']}, {_span(row)}: to be approved",
        stream=row["stream"],
        since=row["since"],
        article=article,
        place=row["place"],
        command=row["command"],
        fields={"person": row["person"], member: row["case"]},
    )


def _notice(row: Mapping[str, Any], own: bool) -> WorkItem:
    zh, en, article = _NOTICES[row["what"]]
    whom, who = ("您", "you") if own else (row["person"], row["person"])
    return WorkItem(
        kind="notice",
        title=f"{whom} {zh}（{_span(row)}）",
        title_en=f"{who}: {en}, {_span(row)}",
        stream=row["stream"],
        since=row["since"],
        article=article,
        place=row["place"],
    )


def _span(row: Mapping[str, Any]) -> str:
    first: date = row["starts_on"]
    last: date = row["ends_on"]
    return first.isoformat() if first == last else f"{first.isoformat()} – {last.isoformat()}"

"""Notices about single persons: absence that nears the limits, the pace that is lost, absence found by a spot check,
rulings on the reason of an absence, corrections of a day (3.1, mark N)."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from psycopg.rows import dict_row

from contracts.identifiers import Role
from services.runtime.context import Context
from services.runtime.service import WorkItem

_HAPPENED = """
    with happened as (
        select 'warning' as what, event, person, measure, days, place, stream, recorded from warning
        union all
        select 'pace', event, person, '', on_post + possible, place, stream, recorded from pace_lost
        union all
        select 'checked', event, person, '', 0, place, stream, recorded from spot_check where finding = 'absent'
        union all
        select 'ruled', event, person, justified::text, ends_on - starts_on + 1, place, stream, recorded from ruling
        union all
        select 'corrected', event, person, date::text, 0, place, stream, recorded from correction
    )
    select * from happened where recorded >= %(since)s
        and (person = %(caller)s or person = any(%(sent)s) or exists (
            select from unnest(%(kinds)s::text[], %(areas)s::text[]) h (kind, area)
            where h.kind = what and starts_with(place, h.area)))
    order by recorded desc limit 200
"""
_OVERSEERS = (Role.COUNTY_OFFICE, Role.TOWNSHIP, Role.TOWNSHIP_HEAD, Role.TOWNSHIP_LEADER, Role.TEAM_LEADER)
_HEAR: Mapping[str, Collection[Role]] = {
    "warning": _OVERSEERS,
    "pace": _OVERSEERS,
    "checked": (*_OVERSEERS, Role.DISCIPLINE, Role.VILLAGE_SECRETARY, Role.VILLAGE_DIRECTOR),
    "corrected": (Role.COUNTY_OFFICE, Role.TEAM_LEADER),
}
"""Who hears of everybody in an area, besides the person himself and the unit that sent him."""


async def alerts(
    context: Context, roles: Iterable[Mapping[str, Any]], sent: Collection[str], since: str
) -> dict[tuple[str, ...], WorkItem]:
    """What was said since that instant of the caller, of people whom he sent, and of people in his areas."""
    hears = [
        (kind, role["area"]) for role in roles for kind, audience in _HEAR.items() if Role(role["role"]) in audience
    ]
    asked = {
        "caller": context.request.caller,
        "sent": list(sent),
        "kinds": [kind for kind, _ in hears],
        "areas": [area for _, area in hears],
        "since": since,
    }
    async with context.service.views.reading("register", dict_row) as cursor:
        await cursor.execute(_HAPPENED, asked)
        rows = await cursor.fetchall()
    return {("alert", str(row["event"])): _notice(row) for row in rows}


def _notice(row: Mapping[str, Any]) -> WorkItem:
    person, days = row["person"], row["days"]
    match row["what"], row["measure"]:
        case "warning", "run":
            zh, en, article = f"连续离岗已{days}天", f"absent for {days} days running", "15.4"
        case "warning", _:
            zh, en, article = f"全年累计离岗已{days}天", f"absent for {days} days this year", "15.4"
        case "pace", _:
            zh, en, article = f"全年在岗至多{days}天，已达不到要求", f"can be on post for {days} days at most", "9.2"
        case "ruled", "true":
            zh, en, article = (
                f"离岗{days}天认定有正当理由",
                f"{days} days of absence were found to have good reason",
                "15.4",
            )
        case "ruled", _:
            zh, en, article = (
                f"离岗{days}天认定无正当理由",
                f"{days} days of absence were found to have no good reason",
                "15.4",
            )
        case "corrected", day:
            zh, en, article = f"{day} 考勤已更正", f"{day} was corrected", "9.4"
        case _:
            zh, en, article = "抽查不在岗", "was not there when looked for", "8.4"
    return WorkItem(
        kind="notice",
        title=f"{person} {zh}",
        title_en=f"{person}: {en}",
        stream=row["stream"],
        since=row["recorded"],
        article=article,
        place=row["place"],
    )

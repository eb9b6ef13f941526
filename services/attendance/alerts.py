"""Notices about single persons: absence that nears the limits, the pace that is lost, absence found by a spot check."""

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
    )
    select * from happened where recorded >= %(since)s
        and (person = %(caller)s or person = any(%(sent)s) or exists (
            select from unnest(%(areas)s::text[]) a (area) where starts_with(place, area)))
    order by recorded desc limit 200
"""
_HEARS = frozenset(
    {Role.COUNTY_OFFICE, Role.TOWNSHIP, Role.TOWNSHIP_HEAD, Role.TOWNSHIP_LEADER, Role.TEAM_LEADER, Role.DISCIPLINE}
)
"""Who hears of everybody in an area; discipline inspection of spot checks only (3.4)."""


async def alerts(
    context: Context, roles: Iterable[Mapping[str, Any]], sent: Collection[str], since: str
) -> dict[tuple[str, ...], WorkItem]:
    """What was said since that instant of the caller, of people whom he sent, and of people in his areas."""
    held = [role for role in roles if Role(role["role"]) in _HEARS]
    only_checks = {Role(role["role"]) for role in held} == {Role.DISCIPLINE}
    asked = {
        "caller": context.request.caller,
        "sent": list(sent),
        "areas": [role["area"] for role in held],
        "since": since,
    }
    async with context.service.views.reading("register", dict_row) as cursor:
        await cursor.execute(_HAPPENED, asked)
        rows = await cursor.fetchall()
    return {
        ("alert", str(row["event"])): _notice(row)
        for row in rows
        if not only_checks or row["what"] == "checked" or row["person"] == context.request.caller
    }


def _notice(row: Mapping[str, Any]) -> WorkItem:
    person, days = row["person"], row["days"]
    match row["what"], row["measure"]:
        case "warning", "run":
            zh, en, article = f"连续离岗已{days}天", f"absent for {days} days running", "15.4"
        case "warning", _:
            zh, en, article = f"全年累计离岗已{days}天", f"absent for {days} days this year", "15.4"
        case "pace", _:
            zh, en, article = f"全年在岗至多{days}天，已达不到要求", f"can be on post for {days} days at most", "9.2"
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

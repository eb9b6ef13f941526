"""Queries for open work: what waits at which level in an area, and what happened that people are told of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg import AsyncCursor
from psycopg.rows import dict_row

from contracts.attendance import Level

LIMIT = 200
"""Items per level and area; what is settled makes room for the next."""

_LED = """
    select distinct area from role_held
    where role = 'LD' and starts_on <= %(today)s and (ends_on is null or ends_on >= %(today)s)
"""
_SENT = """
    select distinct person from posting
    where unit = any(%(units)s) and starts_on <= %(today)s and (last_day is null or last_day >= %(today)s)
"""
_APPROVALS = """
    with asked as (
        select 'approve-leave' as command, person, leave as case, stream, place, of_leader, starts_on, ends_on,
            requested as since, step = 'approved' as halfway
        from leave where step in ('requested', 'approved')
        union all
        select 'approve-extension', person, leave, stream, place, of_leader, ends_on + 1, extension_ends_on,
            extension_asked, extension_approved
        from leave where step = 'granted' and extension_ends_on is not null
        union all
        select 'approve-travel', person, travel, stream, place, of_leader, starts_on, ends_on, requested, false
        from travel where step = 'requested'
        union all
        select case when %(level)s = 'leader' then 'consent-to-backfill' else 'backfill-check-in' end, person, record,
            stream, place, false, date, date, requested, consented is not null
        from backfill where decided is null
    )
    select command, person, "case", stream, place, starts_on, ends_on, since from asked
    where starts_with(place, %(area)s) and %(level)s = case
        when of_leader then case when halfway then 'county' else 'township' end
        when halfway or place <> all(%(led)s) then 'township'
        else 'leader'
    end
    order by since, person, "case" limit %(limit)s
"""
_TOLD = """
    with happened as (
        select case when step = 'rejected' then 'rejected' else 'granted' end as what, person, leave as case, stream,
            place, starts_on, ends_on, decided as since
        from leave where decided >= %(since)s and step <> 'withdrawn'
        union all
        select 'overstayed', person, leave, stream, place, ends_on + 1, overstayed_since, overstay_noted
        from leave where overstay_noted >= %(since)s
        union all
        select case step when 'approved' then 'travelling' else 'not travelling' end, person, travel, stream, place,
            starts_on, ends_on, decided
        from travel where decided >= %(since)s and step <> 'withdrawn'
        union all
        select case when entered then 'backfilled' else 'not backfilled' end, person, record, stream, place, date, date,
            decided
        from backfill where decided >= %(since)s
    )
    select what, person, "case", stream, place, starts_on, ends_on, since from happened
    where person = %(caller)s
        or (what in ('granted', 'overstayed', 'travelling') and person = any(%(sent)s))
        or (what in ('granted', 'overstayed') and place = any(%(villages)s))
    order by since desc limit %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Told:
    """Whose notices: the person's own, those of people in `villages`, those of people whom a unit has `sent`."""

    person: str
    villages: Sequence[str]
    sent: Sequence[str]


async def led_villages(cursor: AsyncCursor[Any], today: date) -> list[str]:
    """Villages whose team has a leader or acting leader today; elsewhere the township alone decides (A41)."""
    await cursor.execute(_LED, {"today": today})
    return [row[0] for row in await cursor.fetchall()]


async def sent_by(cursor: AsyncCursor[Any], units: Sequence[str], today: date) -> list[str]:
    """People whom the units have in a team today."""
    if not units:
        return []
    await cursor.execute(_SENT, {"units": list(units), "today": today})
    return [row[0] for row in await cursor.fetchall()]


async def for_approval(cursor: AsyncCursor[Any], level: Level, area: str, led: Sequence[str]) -> list[dict[str, Any]]:
    """Leaves, extensions and trips in the area on which it is this level's turn to speak, the oldest first."""
    return await _rows(cursor, _APPROVALS, {"level": level.value, "area": area, "led": list(led), "limit": LIMIT})


async def told(cursor: AsyncCursor[Any], whose: Told, since: str) -> list[dict[str, Any]]:
    """What was decided or found since that instant (text form of an event) and concerns those people or villages."""
    parameters = {"caller": whose.person, "villages": list(whose.villages), "sent": list(whose.sent)}
    return await _rows(cursor, _TOLD, {**parameters, "since": since, "limit": LIMIT})


async def _rows(cursor: AsyncCursor[Any], query: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    async with cursor.connection.cursor(row_factory=dict_row) as rows:
        await rows.execute(query, parameters)
        return await rows.fetchall()

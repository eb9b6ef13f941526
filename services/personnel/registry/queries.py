"""What people ask of the registry: organisations, villages on a day, who answers for a place (R0.2, R2, R8)."""

from datetime import date
from typing import Any

from psycopg import AsyncCursor
from psycopg.rows import dict_row

from contracts.personnel import RuleMode

_ORGANISATIONS = """
    select organisation, kind, level, area, credit_code from organisation
    where starts_with(area, %(place)s) and (%(kind)s::text is null or kind = %(kind)s) order by organisation
"""
_VILLAGES = """
    select v.village,
        coalesce(s.registered_poor, v.registered_poor) as registered_poor,
        coalesce(s.rule_mode, v.rule_mode) as rule_mode,
        s.valid_from, s.document,
        array(select l.unit from link l where l.village = v.village and l.relation = 'assigned'
            and l.starts_on <= %(on)s and (l.last_day is null or l.last_day >= %(on)s) order by l.unit)
            as assigned_units,
        array(select l.unit from link l where l.village = v.village and l.relation = 'investing'
            and l.starts_on <= %(on)s and (l.last_day is null or l.last_day >= %(on)s) order by l.unit)
            as investing_units
    from village v
    left join lateral (
        select * from status s where s.village = v.village and s.valid_from <= %(on)s order by s.valid_from desc limit 1
    ) s on true
    where starts_with(v.village, %(place)s) order by v.village
"""
_WITHOUT = """
    select organisation from organisation
    where starts_with(area, %(place)s) and level = %(level)s
      and kind <> all(%(others)s) and organisation <> all(%(named)s)
    order by organisation
"""
_NO_UNITS = ["county", "development_zone", "township", "village", "joint_office"]
"""Kinds that dispatch nobody: governments and offices that run the work."""
_BODIES = """
    select distinct organisation from granted
    where role = %(role)s and area = %(area)s and organisation is not null
      and starts_on <= %(on)s and (ends_on is null or ends_on >= %(on)s) order by organisation
"""
_ANSWER = """
    select person, role, organisation, area, starts_on, ends_on from role_held
    where (starts_with(%(place)s, area) or starts_with(area, %(place)s))
      and role = any(%(roles)s) and starts_on <= %(on)s and (ends_on is null or ends_on >= %(on)s)
    order by array_position(%(roles)s, role), area, person
"""
RESPONSIBLE = ("XO", "XZ", "XP", "TP", "TM", "TL", "VS", "VD", "LD")
"""Who answers for a team, from the county to the village (Art. 8)."""


async def organisations(cursor: AsyncCursor[Any], place: str, kind: str | None) -> list[dict[str, Any]]:
    """Organisations of the place, of one kind or of all."""
    return await _rows(cursor, _ORGANISATIONS, {"place": place, "kind": kind})


async def area_of(cursor: AsyncCursor[Any], organisation: str) -> str | None:
    """The place for which an organisation is registered."""
    rows = await _rows(cursor, "select area from organisation where organisation = %(it)s", {"it": organisation})
    return rows[0]["area"] if rows else None


async def villages(cursor: AsyncCursor[Any], place: str, on: date) -> list[dict[str, Any]]:
    """Villages of the place as they stood on the day: poor or not, bound or by reference, with their units."""
    return await _rows(cursor, _VILLAGES, {"place": place, "on": on})


async def units_without(cursor: AsyncCursor[Any], place: str, level: str, named: list[str]) -> list[str]:
    """Units of that level in the place that are not among those that have nominated: everybody should (Art. 3)."""
    asked = {"place": place, "level": level, "others": _NO_UNITS, "named": named}
    return [row["organisation"] for row in await _rows(cursor, _WITHOUT, asked)]


async def bodies_of(cursor: AsyncCursor[Any], role: str, area: str, on: date) -> list[str]:
    """The bodies under which that role is held for exactly that area on the day."""
    rows = await _rows(cursor, _BODIES, {"role": role, "area": area, "on": on})
    return [row["organisation"] for row in rows]


async def by_reference(cursor: AsyncCursor[Any], place: str, on: date) -> frozenset[str]:
    """Villages of the place that follow the measures by reference on the day: their reports are marked so (A90)."""
    return frozenset(
        row["village"] for row in await villages(cursor, place, on) if row["rule_mode"] == RuleMode.REFERENCE
    )


async def who_answers(roles: AsyncCursor[Any], place: str, on: date) -> list[dict[str, Any]]:
    """Who answers for the place on the day, the county first (view `roles`)."""
    return await _rows(roles, _ANSWER, {"place": place, "on": on, "roles": list(RESPONSIBLE)})


async def _rows(cursor: AsyncCursor[Any], query: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    async with cursor.connection.cursor(row_factory=dict_row) as rows:
        await rows.execute(query, parameters)
        return await rows.fetchall()

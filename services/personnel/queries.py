"""What people ask of the staffing: how strong the teams of a place are, who leads them, what waits for whom."""

from collections.abc import Collection
from datetime import date
from typing import Any

from psycopg import AsyncCursor
from psycopg.rows import dict_row

_STRENGTH = """
    select team, village, strength, changed_on, weak_since, weak_since + %(refill_days)s::int as refill_by,
        leaderless_since, other_leader_since, unconfirmed_since
    from strength
    where starts_with(village, %(place)s) and (not %(weak)s or weak_since is not null) order by team
"""
_TEAMS = """
    select t.team, t.village, t.leader,
        coalesce(array_agg(p.person order by p.person) filter (where p.last_day is null), '{}') as members,
        coalesce((
            select jsonb_object_agg(s.source, s.people) from (
                select source, count(*) as people from posting
                where team = t.team and last_day is null group by source) s), '{}') as sources
    from team t left join posting p using (team)
    where starts_with(t.village, %(place)s) group by t.team order by t.team
"""
_FORCED = """
    select person, team, village, stream, since, proposed from forced
    where stage = %(stage)s and starts_with(village, %(area)s) order by since, team, person limit %(limit)s
"""
_WITHDRAWALS = """
    select person, team, request, wish, village, stream, since, opinion, approval, proposed from withdrawal
    where starts_with(village, %(area)s) order by since, team, person limit %(limit)s
"""
_TO_SUCCEED = """
    select m.person, m.team, m.unit, f.village, f.stream, f.since from member m join forced f using (person, team)
    where m.unit = %(unit)s and f.proposed is null
    union
    select m.person, m.team, m.unit, w.village, w.stream, w.since from member m join withdrawal w using (person, team)
    where m.unit = %(unit)s and w.proposed is null and w.approval is not null and w.wish <> 'withdrawal'
    order by since, team, person limit %(limit)s
"""

_STEPS = """
    select on_day, name as step, person, team, village, ground, request, late, event::text from step
    where starts_with(village, %(place)s) and extract(year from on_day) = %(year)s and name = any(%(names)s)
      and (%(person)s::text is null or person = %(person)s) order by on_day, idx
"""
EDUCATION = (
    "MisconductRecorded",
    "EducationGiven",
    "NonCorrectionRecorded",
    "ReplacementRequested",
    "ReplacementEscalated",
    "ReplacementRejected",
    "ReplacementDecided",
)
"""The register of Article 10: misconduct, education, failure to correct, and each level's word."""
MOVEMENTS = (
    "TeamMemberAssigned",
    "PostingEnded",
    "MemberWithdrawn",
    "MemberReplaced",
    "WithdrawalRequested",
    "WithdrawalCountyOpinionGiven",
    "WithdrawalApproved",
    "WithdrawalRefused",
)
"""Who came and went, what units asked for and what was said to it (Art. 5, 8); `late` is what was dated back."""
_UNITS_POSTED = """
    select unit, min(village) as village, min(starts_on) as since from member
    where starts_with(village, %(area)s) group by unit order by unit
"""
_SPOKEN_FOR = """
    select distinct organisation from role_held
    where role = 'DU' and organisation = any(%(units)s) and starts_on <= %(on)s
      and (ends_on is null or ends_on >= %(on)s)
"""
_OPINIONS = """
    select matter, person, month, supports, role, unit, on_day, event::text from opinion where team = %(team)s
    order by on_day, event
"""
_LEAVE_ASKED = """
    select person, unit, village, stream, since from leave_asked where unit = %(unit)s order by since limit %(limit)s
"""


async def teams(directory: AsyncCursor[Any], place: str) -> list[dict[str, Any]]:
    """Teams of the place with their leader, members, and how many come from which source (Art. 5)."""
    return await _rows(directory, _TEAMS, {"place": place})


async def opinions(cursor: AsyncCursor[Any], team: str) -> list[dict[str, Any]]:
    """What bodies said about the team's matters, in order; their words are behind digests that `words.py` opens."""
    return await _rows(cursor, _OPINIONS, {"team": team})


async def strength(
    cursor: AsyncCursor[Any], place: str, *, weak: bool = False, refill_days: int = 0
) -> list[dict[str, Any]]:
    """Teams of the place with their strength; with `weak` only those below the minimum.

    `refill_by` is the day by which a weak team should have its people again: a warning, nothing more (A43).
    """
    return await _rows(cursor, _STRENGTH, {"place": place, "weak": weak, "refill_days": refill_days})


async def forced(cursor: AsyncCursor[Any], stage: str, area: str, limit: int) -> list[dict[str, Any]]:
    """Forced replacements that wait for that level (township, county, city) in the area, the oldest first."""
    return await _rows(cursor, _FORCED, {"stage": stage, "area": area, "limit": limit})


async def withdrawals(cursor: AsyncCursor[Any], area: str, limit: int) -> list[dict[str, Any]]:
    """Requests of units about people in the area that are not settled, the oldest first."""
    return await _rows(cursor, _WITHDRAWALS, {"area": area, "limit": limit})


async def steps(
    cursor: AsyncCursor[Any], names: Collection[str], place: str, year: int, person: str | None
) -> list[dict[str, Any]]:
    """What was recorded about people of the place in the year, of the named facts, in order."""
    return await _rows(cursor, _STEPS, {"names": list(names), "place": place, "year": year, "person": person})


async def units_posted(cursor: AsyncCursor[Any], area: str) -> list[dict[str, Any]]:
    """Units with people posted in the area, each with a village and the first day."""
    return await _rows(cursor, _UNITS_POSTED, {"area": area})


async def spoken_for(roles: AsyncCursor[Any], units: list[str], on: date) -> set[str]:
    """Those of the units for which somebody holds the role of dispatching unit on the day (view `roles`)."""
    return {row["organisation"] for row in await _rows(roles, _SPOKEN_FOR, {"units": units, "on": on})}


async def leave_asked(cursor: AsyncCursor[Any], unit: str, limit: int) -> list[dict[str, Any]]:
    """People of the unit who asked for their compensatory leave and have not got it."""
    return await _rows(cursor, _LEAVE_ASKED, {"unit": unit, "limit": limit})


async def to_succeed(cursor: AsyncCursor[Any], unit: str, limit: int) -> list[dict[str, Any]]:
    """People of the unit who are to leave and for whom it has named nobody."""
    return await _rows(cursor, _TO_SUCCEED, {"unit": unit, "limit": limit})


async def _rows(cursor: AsyncCursor[Any], query: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    async with cursor.connection.cursor(row_factory=dict_row) as rows:
        await rows.execute(query, parameters)
        return await rows.fetchall()

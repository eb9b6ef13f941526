"""Who may read what of finance (Art. 19: both supervisors see everything of their own; matrix 3.3)."""

from collections.abc import Sequence

from contracts.identifiers import Role
from contracts.refusals import Refusal
from services.finance import gathering, queries
from services.runtime.commands import Refused
from services.runtime.context import Context

DU, LD = Role.DISPATCHING_UNIT, Role.TEAM_LEADER
READERS = (
    Role.CITY_FINANCE,
    Role.COUNTY_FINANCE,
    Role.TOWNSHIP,
    Role.TOWNSHIP_LEADER,
    Role.TOWNSHIP_FINANCE,
    Role.AUDIT,
)
"""County finance supervises, audit reads everything; a unit and a leader read their own book."""
BOOK_READERS = (*READERS, LD)
PROJECT_READERS = (
    *BOOK_READERS,
    Role.COUNTY_LEADING_GROUP,
    Role.VILLAGE_COMMITTEES,
    Role.VILLAGE_REPRESENTATIVES,
    Role.INVESTOR,
    DU,
    Role.ASSIGNED_UNIT,
)


async def may_read(context: Context, roles: Sequence[Role], place: str) -> None:
    """Raises Refused unless the caller holds one of the roles there."""
    reader = await context.authority(tuple(roles), place, None, "19.3")
    if isinstance(reader, Refusal):
        raise Refused(reader)


async def may_read_unit(context: Context, place: str, unit: str | None) -> None:
    """Raises Refused unless the caller supervises the place, or speaks for the unit that is asked about."""
    if unit is not None and not isinstance(await context.authority((DU,), place, unit, "19.3"), Refusal):
        return
    await may_read(context, READERS, place)


async def may_read_book(context: Context, team: str) -> None:
    """Whoever supervises the place, the team's leader, and each unit that has or had people in the team."""
    village = await gathering.village_of(context, team)
    if isinstance(village, Refusal):
        raise Refused(village)
    reader = await context.authority(BOOK_READERS, village, None, "19.3")
    if not isinstance(reader, Refusal):
        return
    units = {posting.unit for posting in await gathering.unit_postings(context, team)}
    for unit in sorted(units):
        if not isinstance(await context.authority((DU,), village, unit, "19.3"), Refusal):
            return
    raise Refused(reader)


async def books_watched(context: Context, place: str, unit: str | None, roles: Sequence[Role]) -> dict[str, str]:
    """Team -> village of the books that the caller may see there: all of them, or those of one unit's teams."""
    if unit is None:
        await may_read(context, roles, place)
    else:
        await may_read_unit(context, place, unit)
    async with context.service.views.reading("directory") as cursor:
        return await queries.teams_in(cursor, place, unit)

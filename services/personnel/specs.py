"""How the commands of personnel are hosted: who may give them, where, and which streams they touch."""

from collections.abc import Callable, Collection
from typing import Annotated, Any

from fastapi import Query

from contracts.identifiers import Role
from contracts.refusals import Refusal
from services.personnel.held import held
from services.personnel.registry.queries import by_reference
from services.personnel.teams import refusals as no
from services.personnel.teams.state import Career, Team
from services.runtime.command_routes import Authority, CommandSpec, nothing_to_gather
from services.runtime.commands import Refused
from services.runtime.context import Context

YearAsked = Annotated[int, Query(ge=2016, le=2200)]
PlaceAsked = Annotated[str, Query(pattern=r"^[0-9]{4,12}$")]

KEEPER = (Role.REGISTRY_KEEPER,)

READERS = (
    Role.CITY_OFFICE,
    Role.CITY_ORGANISATION,
    Role.CITY_POVERTY,
    Role.COUNTY_OFFICE,
    Role.COUNTY_ORGANISATION,
    Role.COUNTY_POVERTY,
    Role.TOWNSHIP,
    Role.TOWNSHIP_HEAD,
    Role.TOWNSHIP_LEADER,
    Role.AUDIT,
    Role.REGISTRY_KEEPER,
)
"""Who reads what personnel keeps of the places inside his own area (3.1, mark v)."""


async def may_read(context: Context, place: str, *more: Role) -> None:
    """Raises Refused unless the caller holds one of the reading roles, or of `more`, at the place."""
    reader = await context.authority((*READERS, *more), place, None, "8.1")
    if isinstance(reader, Refusal):
        raise Refused(reader)


async def is_own_case(context: Context, person: str) -> bool:
    """Whether the caller is the person, or speaks for the unit under which the person is or was posted last."""
    if person == context.request.caller:
        return True
    key = f"posting/{person}/*"
    postings = held(await context.workbench.states([key]), key, Career).postings
    if not postings:
        return False
    last = postings[-1]
    speaks = await context.authority((Role.DISPATCHING_UNIT,), last.village, last.unit, "8.1")
    return not isinstance(speaks, Refusal)


async def marked_by_reference(context: Context, place: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each row says whether the measures hold in its village by reference only (A90)."""
    async with context.service.views.reading("registry") as cursor:
        villages = await by_reference(cursor, place, context.request.today)
    return [row | {"by_reference": row["village"] in villages} for row in rows]


async def may_read_about(context: Context, person: str, village: str, unit: str | None, *more: Role) -> None:
    """Raises Refused unless the caller is the person, reads the place, or speaks for the unit that dispatched him."""
    if person == context.request.caller:
        return
    if unit is not None:
        own = await context.authority((Role.DISPATCHING_UNIT,), village, unit, "8.1")
        if not isinstance(own, Refusal):
            return
    await may_read(context, village, *more)


async def village_of_team(context: Context, command: Any) -> str | Refusal:
    """The village in which the command's team works: the place of the act."""
    key = f"team/{command.team}"
    team = held(await context.workbench.states([key]), key, Team)
    return team.village if team.village is not None else no.TEAM_UNKNOWN


def in_village(*roles: Role) -> Callable[[Any, str], Authority]:
    """One of the roles, in the village that was gathered."""
    return lambda _command, village: Authority(roles, village)


def by_unit(command: Any, village: str) -> Authority:
    """The dispatching unit itself, in the village that was gathered."""
    return Authority((Role.DISPATCHING_UNIT,), village, command.unit)


def person_and_team(command: Any, _village: str) -> Collection[str]:
    """The person's postings and the team, and the postings of whoever shall come instead."""
    keys = [f"posting/{command.person}/*", f"team/{command.team}"]
    successor = getattr(command, "successor", None)
    if successor is None:
        return keys
    unit = [] if successor.unit is None else [f"organisation/{successor.unit}"]
    return [*keys, f"posting/{successor.person}/*", f"chief-captain/{successor.person}", *unit]


def team_step(name: str, command: type[Any], article: str, summary: str, *roles: Role) -> CommandSpec[Any, Any]:
    """A command about one member of one team, given by one of `roles` whose area covers the team's village."""
    return CommandSpec(
        name=name,
        command=command,
        article=article,
        authority=in_village(*roles),
        keys=person_and_team,
        gather=village_of_team,
        summary=summary,
    )


def of_unit(name: str, command: type[Any], article: str, summary: str) -> CommandSpec[Any, Any]:
    """A command about one member of one team, given by the unit that the command names."""
    return CommandSpec(
        name=name,
        command=command,
        article=article,
        authority=by_unit,
        keys=person_and_team,
        gather=village_of_team,
        summary=summary,
    )


def of_team(name: str, command: type[Any], article: str, summary: str, *roles: Role) -> CommandSpec[Any, Any]:
    """A command about a whole team."""
    return CommandSpec(
        name=name,
        command=command,
        article=article,
        authority=in_village(*roles),
        keys=lambda c, village: [f"team/{c.team}", f"village/{village}"],
        gather=village_of_team,
        summary=summary,
    )


def at_place(
    name: str, command: type[Any], article: str, summary: str, area: str, *roles: Role, keys: tuple[str, ...]
) -> CommandSpec[Any, Any]:
    """A command whose field `area` names the place of the act; `keys` are formats over the command."""
    return CommandSpec(
        name=name,
        command=command,
        article=article,
        authority=lambda c, _: Authority(roles, getattr(c, area)),
        keys=lambda c, _: [key.format(c) for key in keys],
        gather=nothing_to_gather,
        summary=summary,
    )

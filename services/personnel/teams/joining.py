"""Who joins a team, and for which unit: one that is registered, at the level at which it is registered (Art. 3, 5).

A college graduate village official may have no dispatching unit: the county's organisation department stands for it
(A71), as the body under which its officers hold their role.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.personnel import MemberSource, UnitLevel
from contracts.refusals import Refusal
from services.personnel.held import held
from services.personnel.registry.refusals import ORGANISATION_UNKNOWN
from services.personnel.registry.state import Organisation
from services.personnel.teams import refusals as no
from services.personnel.teams.commands import NewMember


@dataclass(frozen=True, slots=True)
class Joining:
    """Where the team works, and the body that stands for the unit of a college official who has none."""

    village: str
    college_unit: str | None = None


def with_unit(member: NewMember, joining: Joining) -> NewMember:
    """The member with the unit that stands for him; as he is where he has one, or nobody stands for him."""
    if member.unit is not None or member.source is not MemberSource.COLLEGE_VILLAGE_OFFICIAL:
        return member
    return member.model_copy(update={"unit": joining.college_unit, "unit_level": UnitLevel.COUNTY})


def unit_keys(members: Sequence[NewMember], joining: Joining | None = None) -> list[str]:
    """The streams of their units."""
    units = (member.unit if joining is None else with_unit(member, joining).unit for member in members)
    return [f"organisation/{unit}" for unit in dict.fromkeys(units) if unit is not None]


def unfit(states: Mapping[str, Any], member: NewMember) -> Refusal | None:
    """Why nobody can join for that unit."""
    if member.unit is None:
        college = member.source is MemberSource.COLLEGE_VILLAGE_OFFICIAL
        return no.NO_BODY_FOR_THE_OFFICIAL if college else no.UNIT_MISSING
    unit = held(states, f"organisation/{member.unit}", Organisation)
    if not unit.registered:
        return ORGANISATION_UNKNOWN
    if member.source is not MemberSource.COLLEGE_VILLAGE_OFFICIAL and unit.level is not member.unit_level:
        return no.OTHER_LEVEL
    return None

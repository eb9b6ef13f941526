"""A person's official trips, by their numbers (Art. 9)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from contracts import attendance as fact
from contracts.identifiers import Role
from services.runtime.decisions import Recorded


@dataclass(frozen=True, slots=True)
class Travel:
    place: str
    of_leader: bool
    starts_on: date
    ends_on: date
    approved: bool = False
    closed_on: date | None = None
    """Its actual last day, once closed."""

    @property
    def last_day(self) -> date:
        return self.closed_on or self.ends_on


def travels_after(travels: Mapping[str, Travel], recorded: Recorded) -> Mapping[str, Travel]:
    """The trips after one more fact; the same value where it is about none of them."""
    match recorded.fact:
        case fact.OfficialTravelRequested() as asked:
            of_leader = asked.actor.role is Role.TEAM_LEADER
            return {**travels, asked.travel: Travel(asked.place, of_leader, asked.starts_on, asked.ends_on)}
        case fact.OfficialTravelApproved(travel=travel) if travel in travels:
            return {**travels, travel: replace(travels[travel], approved=True)}
        case fact.OfficialTravelClosed(travel=travel, last_day=last_day) if travel in travels:
            return {**travels, travel: replace(travels[travel], closed_on=last_day)}
    return travels

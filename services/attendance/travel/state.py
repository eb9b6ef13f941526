"""A person's official trips, by their numbers (Art. 9)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from contracts import attendance as fact
from contracts.identifiers import Role
from services.runtime.decisions import Recorded


class TravelStep(StrEnum):
    """How far a trip has come."""

    REQUESTED = "requested"
    APPROVED = "approved"
    CLOSED = "closed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Travel:
    place: str
    of_leader: bool
    starts_on: date
    ends_on: date
    step: TravelStep = TravelStep.REQUESTED
    closed_on: date | None = None
    """Its actual last day, once closed."""

    @property
    def last_day(self) -> date:
        return self.closed_on or self.ends_on

    def covers(self, day: date) -> bool:
        """Whether it is approved and the day lies in it."""
        approved = self.step in (TravelStep.APPROVED, TravelStep.CLOSED)
        return approved and self.starts_on <= day <= min(self.last_day, self.ends_on)

    def claims(self, first: date, last: date) -> bool:
        """Whether it covers, or would cover once approved, any day from `first` to `last`."""
        gone = self.step in (TravelStep.REJECTED, TravelStep.WITHDRAWN)
        return not gone and self.starts_on <= last and first <= self.last_day


def travels_after(travels: Mapping[str, Travel], recorded: Recorded) -> Mapping[str, Travel]:
    """The trips after one more fact; the same value where it is about none of them."""
    match recorded.fact:
        case fact.OfficialTravelRequested() as asked:
            of_leader = asked.actor.role is Role.TEAM_LEADER
            return {**travels, asked.travel: Travel(asked.place, of_leader, asked.starts_on, asked.ends_on)}
        case (
            fact.OfficialTravelApproved(travel=case)
            | fact.OfficialTravelClosed(travel=case)
            | fact.OfficialTravelRejected(travel=case)
            | fact.OfficialTravelWithdrawn(travel=case)
        ) if case in travels:
            return {**travels, case: _stepped(travels[case], recorded)}
    return travels


def _stepped(travel: Travel, recorded: Recorded) -> Travel:
    match recorded.fact:
        case fact.OfficialTravelApproved():
            return replace(travel, step=TravelStep.APPROVED)
        case fact.OfficialTravelClosed(last_day=last_day):
            return replace(travel, step=TravelStep.CLOSED, closed_on=last_day)
        case fact.OfficialTravelRejected():
            return replace(travel, step=TravelStep.REJECTED)
        case fact.OfficialTravelWithdrawn():
            return replace(travel, step=TravelStep.WITHDRAWN)
    return travel

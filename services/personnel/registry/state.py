"""State of the registry: what the log says of an organisation, a credit code, a village, a person's role grants."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import assert_never

from contracts import personnel as fact
from services.runtime.decisions import Recorded


@dataclass(frozen=True, slots=True)
class Organisation:
    registered: bool = False
    level: fact.UnitLevel | None = None


@dataclass(frozen=True, slots=True)
class CreditCodeHolder:
    """Which organisation a unified social credit code stands for."""

    organisation: str | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """How the measures bind a village from a day on."""

    valid_from: date
    registered_poor: bool
    rule_mode: fact.RuleMode


@dataclass(frozen=True, slots=True)
class Link:
    """A unit that has taken a village on, or that invests there."""

    unit: str
    relation: fact.UnitRelation
    starts_on: date
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Village:
    registered: bool = False
    registered_poor: bool = False
    """At its registration; `statuses` holds the changes, by the day from which they are valid."""
    rule_mode: fact.RuleMode = fact.RuleMode.MANDATORY
    statuses: tuple[Status, ...] = ()
    links: tuple[Link, ...] = ()
    team: str | None = None

    def bound_by(self, day: date) -> fact.RuleMode:
        """How the measures bind the village on the day."""
        modes = [status.rule_mode for status in self.statuses if status.valid_from <= day]
        return modes[-1] if modes else self.rule_mode

    def linked(self, relation: fact.UnitRelation, day: date) -> tuple[str, ...]:
        """Units in that relation to the village on the day."""
        return tuple(
            link.unit
            for link in self.links
            if link.relation is relation and link.starts_on <= day and (link.last_day is None or day <= link.last_day)
        )

    def open_link(self, unit: str, relation: fact.UnitRelation) -> Link | None:
        """The relation of that unit that has no end yet."""
        for link in self.links:
            if (link.unit, link.relation, link.last_day) == (unit, relation, None):
                return link
        return None


@dataclass(frozen=True, slots=True)
class Grants:
    """Role grants of one person: grant -> the area it covers, and the first day."""

    grants: dict[str, str] = field(default_factory=dict)
    since: dict[str, date] = field(default_factory=dict)


RegistryState = Organisation | CreditCodeHolder | Village | Grants

INITIAL: dict[str, RegistryState] = {
    "organisation": Organisation(),
    "credit-code": CreditCodeHolder(),
    "village": Village(),
    "role": Grants(),
}


def evolve(state: RegistryState, recorded: Recorded) -> RegistryState:
    """The state after one more fact. Total: a fact that changes nothing here leaves the state as it is."""
    match state:
        case Organisation():
            return _organisation(state, recorded)
        case CreditCodeHolder():
            return _code(state, recorded)
        case Village():
            return _village(state, recorded)
        case Grants():
            return _grants(state, recorded)
    assert_never(state)


def _organisation(state: Organisation, recorded: Recorded) -> Organisation:
    match recorded.fact:
        case fact.OrganisationRegistered(level=level):
            return Organisation(registered=True, level=level)
    return state


def _code(state: CreditCodeHolder, recorded: Recorded) -> CreditCodeHolder:
    match recorded.fact:
        case fact.CreditCodeAssigned(organisation=organisation):
            return CreditCodeHolder(organisation)
    return state


def _village(state: Village, recorded: Recorded) -> Village:
    match recorded.fact:
        case fact.VillageRegistered(registered_poor=poor, rule_mode=mode):
            return replace(state, registered=True, registered_poor=poor, rule_mode=mode)
        case fact.VillageStatusChanged(registered_poor=poor, rule_mode=mode, valid_from=valid_from):
            return replace(state, statuses=(*state.statuses, Status(valid_from, poor, mode)))
        case fact.UnitLinked(unit=unit, relation=relation, starts_on=starts_on):
            return replace(state, links=(*state.links, Link(unit, relation, starts_on)))
        case fact.UnitUnlinked(unit=unit, relation=relation, last_day=last_day):
            ended = tuple(
                replace(link, last_day=last_day)
                if (link.unit, link.relation, link.last_day) == (unit, relation, None)
                else link
                for link in state.links
            )
            return replace(state, links=ended)
        case fact.TeamSeated(team=team):
            return replace(state, team=team)
        case fact.TeamUnseated():
            return replace(state, team=None)
    return state


def _grants(state: Grants, recorded: Recorded) -> Grants:
    match recorded.fact:
        case fact.RoleGranted(grant=grant, area=area, starts_on=starts_on):
            return Grants({**state.grants, grant: area}, {**state.since, grant: starts_on})
    return state

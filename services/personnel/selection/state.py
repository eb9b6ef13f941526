"""State of a selection round, and of a candidate in each round."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import assert_never

from contracts import personnel as fact
from services.runtime.decisions import Recorded


@dataclass(frozen=True, slots=True)
class Round:
    """None everywhere while nobody has opened it."""

    level: fact.SelectionLevel | None = None
    area: str | None = None
    opened_on: date | None = None
    closes_on: date | None = None
    closed: bool = False
    opinions: frozenset[fact.CooperatingBody] = frozenset()

    def takes_names(self, day: date) -> bool:
        """Whether units may still nominate."""
        return self.closes_on is not None and not self.closed and day <= self.closes_on


@dataclass(frozen=True, slots=True)
class Nomination:
    """A candidate in one round."""

    unit: str
    unit_level: fact.UnitLevel
    politics: bool = False
    ability: bool = False
    screened: bool = False
    village: str | None = None
    """Where the person was confirmed to go."""

    @property
    def attested(self) -> bool:
        return self.politics and self.ability


@dataclass(frozen=True, slots=True)
class Candidate:
    """Round -> nomination."""

    nominations: dict[str, Nomination] = field(default_factory=dict)


SelectionState = Round | Candidate

INITIAL: dict[str, SelectionState] = {"round": Round(), "candidate": Candidate()}


def evolve(state: SelectionState, recorded: Recorded) -> SelectionState:
    """The state after one more fact."""
    match state:
        case Round():
            return _round(state, recorded)
        case Candidate():
            return _candidate(state, recorded)
    assert_never(state)


def _round(state: Round, recorded: Recorded) -> Round:
    match recorded.fact:
        case fact.SelectionRoundOpened(level=level, place=area, opened_on=opened_on, closes_on=closes_on):
            return Round(level, area, opened_on, closes_on)
        case fact.SelectionOpinionGiven(body=body):
            return replace(state, opinions=state.opinions | {body})
        case fact.SelectionRoundClosed():
            return replace(state, closed=True)
    return state


def _candidate(state: Candidate, recorded: Recorded) -> Candidate:
    match recorded.fact:
        case fact.CandidateNominated(round=number, unit=unit, unit_level=level):
            return Candidate({**state.nominations, number: Nomination(unit, level)})
        case fact.CandidateAttested(round=number, politics=politics, ability=ability):
            return _changed(state, number, politics=politics, ability=ability)
        case fact.CandidateScreened(round=number):
            return _changed(state, number, screened=True)
        case fact.MemberDispatched(round=number, village=village):
            return _changed(state, number, village=village)
    return state


def _changed(state: Candidate, number: str, **changes: object) -> Candidate:
    changed: Nomination = replace(state.nominations[number], **changes)  # type: ignore[arg-type] # named by the callers above
    return Candidate({**state.nominations, number: changed})

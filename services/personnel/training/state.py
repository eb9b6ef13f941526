"""State of one training, and of what was said about an organiser's year."""

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from contracts import personnel as fact
from services.runtime.decisions import Recorded


@dataclass(frozen=True, slots=True)
class Training:
    """None everywhere while nobody has recorded it."""

    organiser: fact.TrainingLevel | None = None
    area: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    supporters: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TrainingYear:
    """An organiser's year: whether the clock has said that it fell short."""

    said: bool = False


TrainingState = Training | TrainingYear

INITIAL: dict[str, TrainingState] = {"training": Training(), "training-year": TrainingYear()}


def evolve(state: TrainingState, recorded: Recorded) -> TrainingState:
    """The state after one more fact."""
    match state:
        case Training():
            match recorded.fact:
                case fact.TrainingHeld(organiser=organiser, area=area, starts_on=starts_on, ends_on=ends_on):
                    return Training(organiser, area, starts_on, ends_on)
                case fact.TrainerSupported(body=body):
                    return replace(state, supporters=state.supporters | {body})
            return state
        case TrainingYear():
            return TrainingYear(said=True)
    assert_never(state)

"""What a pure decision takes and gives. Nothing here touches a clock, a database or the network."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from contracts.fact import Actor, Fact
from contracts.refusals import Refusal

C = TypeVar("C")
K = TypeVar("K")

RULESET = "kunming-2016-1"
"""The rule set under which new facts are recorded: 昆联发〔2016〕1号."""


@dataclass(frozen=True, slots=True)
class Act(Generic[C, K]):
    """A command with everything that a decision may not fetch itself."""

    command: C
    by: Actor
    now: datetime
    """UTC."""
    today: date
    """Civil date of `now` in Asia/Shanghai."""
    rules: Mapping[str, Any]
    """Parameters in force on `today`, by name."""
    known: K
    """What other services' facts say, as this service's views know it."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact as it stands in the log. Sensitive members may be None: state never depends on them."""

    id: str
    stream: str
    version: int
    fact: Fact


@dataclass(frozen=True, slots=True)
class Emit:
    """A fact that a decision wants recorded, and the stream it belongs to."""

    stream: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class EventReference:
    """Where an event of this decision came to stand."""

    id: str
    stream: str
    version: int


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision records, and what it tells the caller besides the event references."""

    emits: Sequence[Emit]
    detail: Callable[[Sequence[EventReference]], Any] | None = None


Decision = Decided | Refusal

Decide = Callable[[Act[Any, Any], Mapping[str, Any]], Decision]
"""A service's decision: pure, on the states of the streams that the command touches."""

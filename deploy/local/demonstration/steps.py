"""One command of the plan, and the script that collects them.

A step happens at its simulated instant, is sent by one person, and waits for the step before it in its lane and for
the steps it names. Steps of one phase never start before the phase before is done and seen by the services they ask.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from typing import Any

from contracts.refusals import Code


class Phase(IntEnum):
    """Where whoever is asked next has to have seen everything before."""

    REGISTRY = 0
    TEAMS = 1
    YEAR = 2
    OPENING = 3
    PROPOSALS = 4
    REVIEW = 5
    TIE = 6
    FINAL = 7
    RESULTS = 8


@dataclass(frozen=True, slots=True)
class Reading:
    """What the caller reads first, and the members of it that the command carries: digests nobody can know before."""

    path: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A command to send. `refusal`: the code with which it must be refused, None when it must be recorded."""

    name: str
    phase: Phase
    at: datetime
    service: str
    command: str
    caller: str
    body: Mapping[str, Any]
    lane: str
    after: tuple[str, ...] = ()
    refusal: Code | None = None
    repeats: str | None = None
    """The step whose idempotency key and body this one sends again; the first answer must come back."""
    records: Mapping[str, int] = field(default_factory=dict)
    """For a batch: how many records must come back with which status (`recorded`, `repeated`, `refused`)."""

    reads: Reading | None = None

    sheet: tuple[Mapping[str, Any], ...] = ()
    """The lines of a CSV sheet to import; `command` then names the sheet, and there is no body beside it."""

    @property
    def weight(self) -> int:
        """How many records the step carries."""
        return len(self.body.get("records", ())) or len(self.sheet) or 1

    @property
    def key(self) -> str:
        """The idempotency key."""
        return self.repeats or self.name

    def as_json(self) -> dict[str, Any]:
        """The step as plain JSON members, for comparing plans."""
        return {
            "name": self.name,
            "phase": self.phase.name,
            "at": self.at.isoformat(),
            "service": self.service,
            "command": self.command,
            "caller": self.caller,
            "body": self.body,
            "lane": self.lane,
            "after": list(self.after),
            "refusal": self.refusal.value if self.refusal else None,
            "repeats": self.repeats,
            "records": dict(self.records),
            "reads": [self.reads.path, *self.reads.members] if self.reads else None,
            "sheet": [dict(line) for line in self.sheet],
        }


class Script:
    """Collects steps in the order in which they are thought of; :meth:`sorted` gives the order of their instants."""

    def __init__(self) -> None:
        self._steps: list[Step] = []

    def add(
        self,
        phase: Phase,
        at: datetime,
        service: str,
        command: str,
        caller: str,
        body: Mapping[str, Any],
        *,
        lane: str,
        after: Sequence[str | None] = (),
        refusal: Code | None = None,
        repeats: str | None = None,
        records: Mapping[str, int] | None = None,
        reads: Reading | None = None,
        sheet: Sequence[Mapping[str, Any]] = (),
    ) -> str:
        """One more step; its name, for others to wait for. Empty places in `after` are left out."""
        name = f"demo-{len(self._steps):06d}"
        self._steps.append(
            Step(
                name=name,
                phase=phase,
                at=at,
                service=service,
                command=command,
                caller=caller,
                body=_plain(body),
                lane=f"{service}/{lane}",
                after=tuple(step for step in after if step is not None),
                refusal=refusal,
                repeats=repeats,
                records=records or {},
                reads=reads,
                sheet=tuple(_plain(line) for line in sheet),
            )
        )
        return name

    def in_lane(self, lane: str) -> tuple[Step, ...]:
        """The steps of one lane that were added so far."""
        return tuple(step for step in self._steps if step.lane == lane)

    def sorted(self) -> tuple[Step, ...]:
        """All steps by phase and instant; steps of one instant stay in the order they were added."""
        return tuple(sorted(self._steps, key=lambda step: (step.phase, step.at, step.name)))


def paper(*words: object) -> str:
    """The SHA-256 of a paper that exists only by its title: the demonstration has no papers."""
    return hashlib.sha256(" ".join(map(str, words)).encode()).hexdigest()


def digest(steps: Sequence[Step]) -> str:
    """SHA-256 over all steps, for telling whether two plans are the same."""
    text = json.dumps([step.as_json() for step in steps], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Dates and enumerations as the JSON that goes over the wire; None members are left out."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items() if member is not None}
    if isinstance(value, list | tuple):
        return [_plain(member) for member in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value

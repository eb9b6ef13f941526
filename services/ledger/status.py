"""What readiness and metrics know of one reader of a log: progress, not liveness.

A reader is red while it stands still (with the reason) and while what its source had sealed some time ago has not
been reached: a process that runs and moves nothing is not healthy.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

DEFAULT_PATIENCE = 10.0
"""Seconds for which a reader may be behind one and the same size of its source before it counts as lagging."""


class State(StrEnum):
    """STARTING until the first contact with the source."""

    STARTING = "starting"
    RUNNING = "running"
    STOPPED = "stopped"


@dataclass(slots=True)
class Stop:
    """Why and where a reader stands still; `index` is None where the cause has no place in the log."""

    index: int | None
    reason: str


class Status:
    """Mutable record of one reader (a consumer, the relay, the projections of the own log).

    `next` is the index that the reader takes next, so what lies below it is done. `source_size` is the largest size
    of the source known so far.
    """

    def __init__(self, name: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = name
        self.state = State.STARTING
        self.since = datetime.now(UTC)
        self.next: int | None = None
        self.source_size: int | None = None
        self.stop: Stop | None = None
        self._clock = clock
        self._target: int | None = None
        self._target_set = 0.0

    def run(self) -> None:
        """The reader is at work (again)."""
        self._enter(State.RUNNING)
        self.stop = None

    def stand(self, index: int | None, reason: str) -> bool:
        """The reader stands still at `index`. True when this is news: another place or reason than before."""
        news = self.state is not State.STOPPED or self.stop != Stop(index, reason)
        self._enter(State.STOPPED)
        self.stop = Stop(index, reason)
        return news

    def advanced(self, next_index: int) -> None:
        """Everything below `next_index` is done and committed."""
        self.next = next_index
        self._aim()

    def known(self, size: int) -> None:
        """The source has at least `size` events."""
        self.source_size = max(size, self.source_size or 0)
        self._aim()

    @property
    def behind(self) -> int:
        """Events known to exist and not yet taken."""
        return max(0, (self.source_size or 0) - (self.next or 0))

    @property
    def seconds_behind(self) -> float:
        """For how long a known size of the source has not been reached; 0.0 when it is."""
        return 0.0 if self._target is None else self._clock() - self._target_set

    def ready(self, patience: float = DEFAULT_PATIENCE) -> bool:
        """Whether the reader runs and is behind no size that was known `patience` seconds ago."""
        return self.state is State.RUNNING and self.seconds_behind <= patience

    def report(self) -> dict[str, Any]:
        """JSON-ready picture for /readyz."""
        return {
            "name": self.name,
            "state": self.state.value,
            "since": self.since.isoformat(),
            "next": self.next,
            "source_size": self.source_size,
            "behind": self.behind,
            "seconds_behind": round(self.seconds_behind, 3),
            "stopped_at": self.stop.index if self.stop else None,
            "reason": self.stop.reason if self.stop else None,
        }

    def _enter(self, state: State) -> None:
        if state is not self.state:
            self.state = state
            self.since = datetime.now(UTC)

    def _aim(self) -> None:
        if self._target is not None and (self.next or 0) < self._target:
            return
        if self.behind:
            self._target, self._target_set = self.source_size, self._clock()
        else:
            self._target = None

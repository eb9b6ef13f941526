"""Waiting for an event or for some time, whichever comes first, in a way that a cancellation always ends."""

import asyncio
import time
from collections.abc import Callable, Iterable

ROUNDS_APART = 4
"""Rounds take at most one part in so many of the time."""
MOST_SECONDS = 0.15
"""But nobody waits longer than this for a round that is his."""
FULL_SECONDS = 0.3
"""Where this process has no time left, rounds are so far apart: each costs nearly the same for hundreds as for one."""
FULL = 0.9
"""Share of a core from which on a process has no time left. Below it somebody may be waiting for just this round."""
RARER = 4
"""What is looked at in vain mostly, for the sake of other processes, is looked at so much more rarely then."""


class Meter:
    """How much of a core this process takes, by its own processor time over the last quarter of a second or more."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, used: Callable[[], float] = time.process_time
    ) -> None:
        self._clock, self._used = clock, used
        self._since, self._before = clock(), used()
        self._full = False

    def full(self) -> bool:
        """Whether the process has no time left."""
        now = self._clock()
        if now - self._since >= 0.25:
            used = self._used()
            self._full = used - self._before >= FULL * (now - self._since)
            self._since, self._before = now, used
        return self._full


_PROCESS = Meter()


async def pause(until: asyncio.Event, seconds: float) -> bool:
    """Returns when `until` is set (True) or after `seconds` (False).

    Not `asyncio.wait_for`: before Python 3.12 that loses a cancellation which arrives just as the event is set, and a
    task that loops around it then never ends.
    """
    try:
        async with asyncio.timeout(seconds):
            await until.wait()
    except TimeoutError:
        return False
    return True


def period(took: float, least: float, meter: Meter = _PROCESS) -> float:
    """Seconds from the beginning of a round that took `took` seconds to the beginning of the next one.

    A round costs nearly the same for one event as for hundreds. On a quiet machine rounds follow each other every
    `least` seconds; on a busy one they take long, so they become rarer, and more gathers for each.
    """
    if meter.full():
        return max(least, FULL_SECONDS)
    return max(least, min(ROUNDS_APART * took, MOST_SECONDS))


def rest(seconds: float, meter: Meter = _PROCESS) -> float:
    """Seconds until it is looked again without having been woken: `seconds`, or more where there is no time left."""
    return RARER * seconds if meter.full() else seconds


async def finish(tasks: Iterable[asyncio.Task[None]], seconds: float) -> None:
    """Gives tasks that were told to stop `seconds` to end by themselves, then cancels them, as often as it takes.

    Libraries below wait with `wait_for`, so one cancellation may not be enough.
    """
    pending = [task for task in tasks if not task.done()]
    while pending:
        await asyncio.wait(pending, timeout=seconds)
        pending = [task for task in pending if not task.done()]
        for task in pending:
            task.cancel()

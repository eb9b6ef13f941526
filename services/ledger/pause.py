"""Waiting for an event or for some time, whichever comes first, in a way that a cancellation always ends."""

import asyncio
from collections.abc import Iterable

ROUNDS_APART = 4
"""Rounds take at most one part in so many of the time."""
MOST_SECONDS = 0.15
"""But nobody waits longer than this for a round that is his."""


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


def period(took: float, least: float) -> float:
    """Seconds from the beginning of a round that took `took` seconds to the beginning of the next one.

    A round costs nearly the same for one event as for hundreds. On a quiet machine rounds follow each other every
    `least` seconds; on a busy one they take long, so they become rarer, and more gathers for each.
    """
    return max(least, min(ROUNDS_APART * took, MOST_SECONDS))


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

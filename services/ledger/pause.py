"""Waiting for an event or for some time, whichever comes first, in a way that a cancellation always ends."""

import asyncio
from collections.abc import Iterable


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

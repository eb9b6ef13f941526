"""Waiting for an event or for some time, whichever comes first, in a way that a cancellation always ends."""

import asyncio


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

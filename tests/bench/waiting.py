"""Waiting for a reader of a log by its own status, which costs neither server anything."""

import asyncio
import time

from services.ledger.status import Status

PATIENCE_SECONDS = 120.0


async def reached(status: Status, size: int, *, look: float = 0.002) -> float:
    """Returns, once everything below `size` is committed, when that was seen. Raises RuntimeError when it stands."""
    deadline = time.perf_counter() + PATIENCE_SECONDS
    while (status.next or 0) < size:
        if status.stop is not None:
            raise RuntimeError(f"{status.name} stands at {status.stop.index}: {status.stop.reason}")
        if time.perf_counter() > deadline:
            raise RuntimeError(f"{status.name} is at {status.next} of {size} after {PATIENCE_SECONDS:g} s")
        await asyncio.sleep(look)
    return time.perf_counter()

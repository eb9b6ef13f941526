"""The publisher beside the services of a process, or alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.agencies.publisher import Publisher
from services.runtime.settings import Settings


@asynccontextmanager
async def published(settings: Settings) -> AsyncIterator[Publisher]:
    """Agencies are served while the block runs. Its database must be there (`zhucun db apply`)."""
    publisher = Publisher(settings)
    await publisher.start()
    try:
        yield publisher
    finally:
        await publisher.stop()

"""The publisher beside the services of a process, or in a process of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from psycopg_pool import PoolTimeout

from contracts.catalogue import SERVICES
from services.agencies.publisher import NAME, Publisher
from services.ledger.bus import durable_name
from services.ledger.status import Status
from services.runtime.encryption import certificate
from services.runtime.operations import Beside
from services.runtime.serving import listening, served
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


@asynccontextmanager
async def published_alone(settings: Settings) -> AsyncIterator[str]:
    """The same in a process of its own, which tells its operator over HTTP how it is; yields its address."""
    shown, bound = certificate(settings), listening(settings.host, settings.port)
    async with published(settings) as publisher:
        page = Beside(NAME, Readers(publisher), settings.lag_patience, readers=lambda: publisher.statuses)
        async with served(page, bound, shown):
            yield f"{settings.scheme}://{settings.host}:{bound.getsockname()[1]}"


class Readers:
    """What makes the publisher ready: that it follows the logs. An agency that is away does not make it unready."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._names = {durable_name(NAME, service) for service in SERVICES}

    @property
    def statuses(self) -> list[Status]:
        """Of the four logs; none before the first agency."""
        return [status for status in self._publisher.statuses if status.name in self._names]

    async def unreachable(self) -> str | None:
        """Why its database cannot be used just now."""
        try:
            async with self._publisher.pool.connection(timeout=2.0) as connection:
                await connection.execute("select 1")
        except (psycopg.Error, PoolTimeout) as error:
            return f"the database does not answer: {str(error) or type(error).__name__}"
        return None

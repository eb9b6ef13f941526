"""Pools for steps at the command line, which come with whoever's login there is: a service's, an auditor's, another."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg

from services.ledger.connections import Pool, connect, open_pool
from services.ledger.migrations import READER, SERVICE, database_url
from services.runtime.settings import Settings


def url_as(settings: Settings, service: str, role: str) -> str:
    """The database of a service, acting as `role`."""
    return database_url(settings.postgres_of(service), service, prefix=settings.database_prefix, role=role)


@asynccontextmanager
async def acting_as(role: str, settings: Settings, service: str) -> AsyncIterator[Pool]:
    """A small pool acting as `role`; for READER also as the service, which may read whatever a reader may.

    An auditor's login may act as the reader alone, a service's as the service alone. Raises psycopg.OperationalError at
    once where neither may come in: a pool by itself would try for ten seconds and not say why.
    """
    try:
        await (await connect(url_as(settings, service, role), name="zhucun")).close()
    except psycopg.OperationalError as error:
        if role != READER or f'"{role}"' not in str(error):
            raise
        role = SERVICE
    pool = await open_pool(url_as(settings, service, role), name="zhucun", max_size=4)
    try:
        yield pool
    finally:
        await pool.close()

"""The publisher's own database: the ledger's schema for its inbox, and its own tables."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files

import psycopg
from psycopg import AsyncConnection

from services.agencies.registry import RegistryError
from services.ledger.connections import Pool, open_pool
from services.ledger.migrations import OWNER, apply_schema, check_schema, database_url
from services.runtime.settings import Settings

NAME = "agency"
"""Of the publisher's database and of its durables on the services' streams."""


def pool_url(settings: Settings, role: str | None = None) -> str:
    """The publisher's database, acting as the service role unless another is named."""
    given = {} if role is None else {"role": role}
    return database_url(settings.postgres_of(NAME), NAME, prefix=settings.database_prefix, **given)


async def apply_database(settings: Settings) -> None:
    """Creates it or brings it forward; every statement may be repeated.

    A login that may do neither (the publisher's own, `zhucun_agency`) finds it as `zhucun upgrade` left it.
    """
    try:
        await apply_schema(settings.postgres_of(NAME), NAME, settings.database_prefix)
    except psycopg.errors.InsufficientPrivilege:
        async with await AsyncConnection.connect(pool_url(settings)) as connection:
            await check_schema(connection)
        return
    async with await AsyncConnection.connect(pool_url(settings, role=OWNER)) as connection:
        await connection.execute("select pg_advisory_xact_lock(hashtextextended('zhucun agency schema', 0))")
        await connection.execute(files("services.agencies").joinpath("schema.sql").read_bytes())


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Pool]:
    """A small pool for a step of administration; raises RegistryError where the database was never made."""
    try:
        pool = await open_pool(pool_url(settings), name="zhucun agency", max_size=2)
    except psycopg.OperationalError as error:
        raise RegistryError("there is no database of agencies yet: make it (zhucun db apply)") from error
    try:
        yield pool
    finally:
        await pool.close()

"""The publisher's own database: the ledger's schema for its inbox, and its own tables."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from services.agencies.registry import RegistryError
from services.ledger.connections import Pool, connect, open_pool
from services.ledger.migrations import apply_schema, check_schema, database_url
from services.ledger.own_tables import OwnTables, apply_tables, check_tables
from services.runtime.settings import Settings

NAME = "agency"
"""Of the publisher's database and of its durables on the services' streams."""
TABLES = OwnTables(NAME, (Path(__file__).parent / "schema.sql",))
"""Its tables beside the ledger's; a released file is never edited: what must change comes as the next one."""


def pool_url(settings: Settings, role: str | None = None) -> str:
    """The publisher's database, acting as the service role unless another is named."""
    given = {} if role is None else {"role": role}
    return database_url(settings.postgres_of(NAME), NAME, prefix=settings.database_prefix, **given)


async def apply_database(settings: Settings) -> None:
    """Creates it or brings it forward; what was done already is not done again.

    A login that may do neither (the publisher's own, `zhucun_agency`) finds it as `zhucun upgrade` left it. Raises
    SchemaMismatchError for a database that is newer than this program, and for such a login one that is older.
    """
    admin_url = settings.postgres_of(NAME)
    try:
        await apply_schema(admin_url, NAME, settings.database_prefix)
    except psycopg.errors.InsufficientPrivilege:
        async with await AsyncConnection.connect(pool_url(settings)) as connection:
            await check_database(connection)
        return
    await apply_tables(admin_url, NAME, settings.database_prefix, TABLES)


async def check_database(connection: AsyncConnection[TupleRow]) -> None:
    """For a publisher that starts: raises SchemaMismatchError unless all stands where this program does."""
    await check_schema(connection)
    await check_tables(connection, TABLES)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Pool]:
    """A small pool for a step of administration; raises RegistryError where the database was never made."""
    try:
        await (await connect(pool_url(settings), name="zhucun agency")).close()
    except psycopg.OperationalError as error:
        if "does not exist" not in str(error):
            raise
        raise RegistryError("there is no database of agencies yet: make it (zhucun db apply)") from error
    pool = await open_pool(pool_url(settings), name="zhucun agency", max_size=2)
    try:
        yield pool
    finally:
        await pool.close()

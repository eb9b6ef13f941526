"""The bare operations: a table with the columns and indexes of ledger.event and nothing around it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from services.ledger.connections import Pool, open_pool
from services.ledger.migrations import apply_schema, database_url
from services.ledger.node import POOL_SIZE
from services.ledger.store import Store, Stored
from tests.bench.ground import Ground

_LIKE_EVENT = """
    create table public.bare_event (
        position bigint  generated always as identity primary key,
        version  integer not null,
        id       uuid    not null unique,
        stream   text collate "C" not null,
        leaf     bytea   not null,
        body     bytea,
        unique (stream, version)
    );
    grant select, insert on public.bare_event to zhucun_service
"""
_SAME_COLUMNS = """
    select count(distinct columns) = 1 from (
        select string_agg(concat_ws(' ', column_name, data_type, is_nullable), ',' order by ordinal_position) as columns
        from information_schema.columns
        where (table_schema, table_name) in (('ledger', 'event'), ('public', 'bare_event')) group by table_schema
    ) c
"""
_SAME_INDEXES = """
    select count(distinct indexes) = 1 from (
        select string_agg(kind, ',' order by kind) as indexes from (
            select schemaname, regexp_replace(indexdef, 'INDEX .* USING', '') as kind from pg_indexes
            where (schemaname, tablename) in (('ledger', 'event'), ('public', 'bare_event'))
        ) k group by schemaname
    ) i
"""
_INSERT = """
    insert into public.bare_event (version, id, stream, leaf, body)
    values (%b::int4, %b::uuid, %b::text, %b::bytea, %b::bytea)
"""
_COPY = "copy public.bare_event (version, id, stream, leaf, body) from stdin (format binary)"


@dataclass(frozen=True, slots=True)
class Tables:
    """A database with a real ledger and the bare table beside it."""

    url: str
    pool: Pool
    store: Store


@asynccontextmanager
async def tables(ground: Ground, prefix: str) -> AsyncIterator[Tables]:
    """Made for one row of the bench and dropped after it. Fails when the bare table is not like ledger.event."""
    url = await apply_schema(ground.postgres_url, "attendance", prefix)
    admin = database_url(ground.postgres_url, "attendance", prefix=prefix, role=None)
    async with await AsyncConnection.connect(admin, autocommit=True) as connection:
        await connection.execute(_LIKE_EVENT)
        for same in (_SAME_COLUMNS, _SAME_INDEXES):
            row = await (await connection.execute(same.encode())).fetchone()
            assert row is not None and row[0], "the bare table has other columns or indexes than ledger.event"
    pool = await open_pool(url, name="bench", max_size=POOL_SIZE)
    try:
        yield Tables(url, pool, Store(pool, service="attendance", origin="zhucun.demo/attendance"))
    finally:
        await pool.close()
        await drop(ground, prefix, "attendance")


async def drop(ground: Ground, prefix: str, *services: str) -> None:
    """Drops the databases of a row."""
    async with await AsyncConnection.connect(ground.postgres_url, autocommit=True) as connection:
        for service in services:
            await connection.execute(f'drop database if exists "{prefix}{service}" with (force)'.encode())


async def insert(connection: AsyncConnection[TupleRow], event: Stored) -> None:
    """One row, one statement, its own transaction."""
    await connection.execute(_INSERT, (event.version, UUID(event.id), event.stream, event.leaf, event.body))


async def copy(connection: AsyncConnection[TupleRow], events: Sequence[Stored]) -> None:
    """All rows in one COPY, which is one transaction."""
    async with connection.cursor() as cursor, cursor.copy(_COPY) as into:
        into.set_types(["int4", "uuid", "text", "bytea", "bytea"])
        for event in events:
            await into.write_row((event.version, UUID(event.id), event.stream, event.leaf, event.body))

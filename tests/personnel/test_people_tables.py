"""The tables of people's details come forward by numbers of their own, from every earlier form, with what they hold."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from services.ledger.migrations import SchemaMismatchError, apply_schema, database_url
from services.ledger.own_tables import OwnTables, apply_tables, check_tables, missing_tables
from services.personnel.app import SERVICE
from tests import servers

TABLES = SERVICE.tables
KEPT = "insert into people.detail (person, kind, area, key_id, nonce, sealed) values (%s, 'name', '530113', %s, %s, %s)"
SEALED = ("P000101", b"k" * 8, b"n" * 12, b"sealed")


@pytest.fixture
async def database(postgres_url: str) -> Any:
    """An empty database of personnel: administrator's URL, prefix, URL of the database itself."""
    prefix = servers.fresh_prefix()
    await apply_schema(postgres_url, "personnel", prefix)
    yield postgres_url, prefix, database_url(postgres_url, "personnel", prefix=prefix, role=None)
    servers.drop_databases(prefix)


@pytest.fixture
def tables() -> Iterator[OwnTables]:
    assert TABLES is not None
    yield TABLES


async def ask(url: str, query: str, *parameters: Any, role: str = "") -> list[tuple[Any, ...]]:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        if role:
            await connection.execute(f"set role {role}".encode())
        cursor = await connection.execute(query.encode(), parameters)
        return await cursor.fetchall() if cursor.description else []


async def missing(url: str, tables: OwnTables) -> list[int]:
    async with await psycopg.AsyncConnection.connect(url) as connection:
        return [number for number, _ in await missing_tables(connection, tables)]


async def test_the_form_before_there_were_numbers_comes_forward_with_what_it_holds(
    database: Any, tables: OwnTables, tmp_path: Path
) -> None:
    """As a release without numbers left it; then as this program has it, then as one to come will."""
    admin, prefix, url = database
    await ask(url, "set role zhucun_owner; " + tables.files[0].read_text("utf-8"))
    await ask(url, KEPT, *SEALED, role="zhucun_service")
    assert await missing(url, tables) == [1], "nobody has counted yet"
    await apply_tables(admin, "personnel", prefix, tables)
    await apply_tables(admin, "personnel", prefix, tables)
    later = tmp_path / "later.sql"
    later.write_text("alter table people.detail add column note text")
    to_come = replace(tables, files=(*tables.files, later))
    assert await missing(url, to_come) == [len(tables.files) + 1]
    await apply_tables(admin, "personnel", prefix, to_come)
    (held,) = await ask(url, "select person, sealed, note from people.detail", role="zhucun_service")
    assert held == ("P000101", b"sealed", None)
    counted = await ask(url, "select number, file from people.migration order by number", role="zhucun_service")
    assert counted == [(1, "tables.sql"), (2, "later.sql")]
    with pytest.raises(SchemaMismatchError, match="is at migration 2, this program knows 1 at most"):
        await apply_tables(admin, "personnel", prefix, tables)
    later.write_text("alter table people.detail add column other text")
    with pytest.raises(SchemaMismatchError, match=r"another text of migration 2 \(later.sql\)"):
        await missing(url, to_come)


async def test_a_service_does_not_start_on_tables_that_are_behind(
    database: Any, tables: OwnTables, tmp_path: Path
) -> None:
    admin, prefix, url = database
    async with await psycopg.AsyncConnection.connect(url) as connection:
        with pytest.raises(SchemaMismatchError, match="has no migration 1 of the tables people yet"):
            await check_tables(connection, tables)
    broken = tmp_path / "broken.sql"
    broken.write_text("create table people.half (id bigint); select nothing from nowhere")
    with pytest.raises(psycopg.errors.UndefinedTable):
        await apply_tables(admin, "personnel", prefix, replace(tables, files=(*tables.files, broken)))
    assert await missing(url, tables) == [1], "all or nothing"
    await apply_tables(admin, "personnel", prefix, tables)
    async with await psycopg.AsyncConnection.connect(url) as connection:
        await check_tables(connection, tables)

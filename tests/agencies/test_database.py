"""The publisher's tables come forward by numbers of their own, from the form before them, with what they hold."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from services.agencies import database
from services.agencies.database import NAME, TABLES, apply_database, check_database, pool_url
from services.ledger.migrations import SchemaMismatchError, apply_schema, database_url
from services.runtime.settings import Settings, read_settings
from tests import servers


@pytest.fixture
async def settings(postgres_url: str, database_prefix: str) -> AsyncIterator[Settings]:
    """The publisher's database as the release before the numbers left it, with an agency and what it was sent."""
    settings = read_settings({}, postgres_url=postgres_url, database_prefix=database_prefix)
    await apply_schema(postgres_url, NAME, database_prefix)
    await _do(settings, "set role zhucun_owner", TABLES.files[0].read_text("utf-8"))
    await _do(
        settings,
        "insert into agency.agency (name, role, places, key, vkeys, granted)"
        " values ('water', 'DU', '{}', 'U', '{}', now())",
        "insert into agency.entry values ('water', 0, 'o', 7, gen_random_uuid())",
    )
    yield settings
    servers.drop_databases(database_prefix)


async def test_the_form_before_there_were_numbers_comes_forward_with_what_it_holds(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await apply_database(settings)
    await apply_database(settings)
    assert await _do(settings, "select number, file from agency.migration") == [(1, "schema.sql")]
    later = tmp_path / "later.sql"
    later.write_text("alter table agency.agency add column note text")
    to_come = replace(TABLES, files=(*TABLES.files, later))
    monkeypatch.setattr(database, "TABLES", to_come)
    async with await psycopg.AsyncConnection.connect(pool_url(settings)) as publisher:
        with pytest.raises(SchemaMismatchError, match="has no migration 2 of the tables agency yet"):
            await check_database(publisher)
    await apply_database(settings)
    assert await _do(
        settings, "select name, n, idx, note from agency.entry join agency.agency a on a.name = agency"
    ) == [("water", 0, 7, None)]
    with pytest.raises(psycopg.Error, match="written once"):
        await _do(settings, "delete from agency.entry")
    monkeypatch.setattr(database, "TABLES", TABLES)
    with pytest.raises(SchemaMismatchError, match="is at migration 2, this program knows 1 at most"):
        await apply_database(settings)


async def _do(settings: Settings, *statements: str) -> list[tuple[Any, ...]]:
    url = database_url(settings.postgres_of(NAME), NAME, prefix=settings.database_prefix, role=None)
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        for statement in statements:
            cursor = await connection.execute(statement.encode())
        return await cursor.fetchall() if cursor.description else []

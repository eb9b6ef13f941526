"""Databases and roles: made once, by anybody at once, and never taken for what they are not."""

import asyncio
from collections.abc import Iterator

import psycopg
import pytest

from services.ledger import migrations
from services.ledger.connections import connect
from services.ledger.migrations import SchemaMismatchError, apply_schema, check_schema, database_url
from tests import servers


@pytest.fixture
def prefix(postgres_url: str) -> Iterator[str]:
    prefix = servers.fresh_prefix()
    yield prefix
    servers.drop_databases(prefix)


async def test_four_services_that_start_at_once_all_find_their_database(postgres_url: str, prefix: str) -> None:
    services = ("attendance", "personnel", "assessment", "finance")
    urls = await asyncio.gather(*(apply_schema(postgres_url, service, prefix) for service in services for _ in "ab"))
    for url in set(urls):
        async with await connect(url, name="test") as connection:
            await check_schema(connection)
            row = await (await connection.execute("select current_user, current_database()")).fetchone()
            assert row is not None
            assert row[0] == "zhucun_service"


async def test_a_newer_database_is_refused(postgres_url: str, prefix: str) -> None:
    url = await apply_schema(postgres_url, "attendance", prefix)
    await _administrate(postgres_url, prefix, "insert into ledger.migration values (99, 'later.sql', 'x')")
    async with await connect(url, name="test") as connection:
        with pytest.raises(SchemaMismatchError, match="is at ledger migration 99, this program knows 1 at most"):
            await check_schema(connection)
    with pytest.raises(SchemaMismatchError):
        await apply_schema(postgres_url, "attendance", prefix)


async def test_a_database_made_by_another_text_of_a_migration_is_refused(postgres_url: str, prefix: str) -> None:
    await apply_schema(postgres_url, "attendance", prefix)
    await _administrate(postgres_url, prefix, "update ledger.migration set digest = 'x'")
    with pytest.raises(SchemaMismatchError, match=r"another text of ledger migration 1 \(schema.sql\)"):
        await apply_schema(postgres_url, "attendance", prefix)


async def test_a_service_does_not_start_on_a_database_without_schema(postgres_url: str) -> None:
    async with await connect(postgres_url, name="test") as connection:
        with pytest.raises(SchemaMismatchError, match="apply the schema first"):
            await check_schema(connection)


async def test_a_migration_that_fails_leaves_nothing(
    postgres_url: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, (2, "store.py")))
    with pytest.raises(psycopg.errors.SyntaxError):
        await apply_schema(postgres_url, "attendance", prefix)
    async with await connect(
        database_url(postgres_url, "attendance", prefix=prefix, role=None), name="t"
    ) as connection:
        row = await (await connection.execute("select to_regclass('ledger.event')")).fetchone()
    assert row == (None,)


def test_the_service_url_keeps_what_the_given_one_says() -> None:
    url = database_url("postgresql://u:p@h:5433/postgres?sslmode=require&options=-c%20jit%3Doff", "finance")
    assert url == (
        "postgresql://u:p@h:5433/zhucun_finance?sslmode=require&options=-c%20jit%3Doff%20-c%20role%3Dzhucun_service"
    )
    assert database_url("postgresql://h/x", "finance", prefix="a_", role=None) == "postgresql://h/a_finance"


async def _administrate(url: str, prefix: str, statement: str) -> None:
    admin = database_url(url, "attendance", prefix=prefix, role=None)
    async with await psycopg.AsyncConnection.connect(admin, autocommit=True) as connection:
        await connection.execute(statement.encode())

"""Databases and roles: made once, by anybody at once, and never taken for what they are not."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from services.ledger import migrations
from services.ledger.connections import connect, open_pool
from services.ledger.fsck import fsck
from services.ledger.migrations import SchemaMismatchError, apply_schema, check_schema, database_url
from services.ledger.sealer import Sealer
from services.ledger.signer import FileSigner
from services.ledger.store import Store
from tests import servers
from tests.ledger.world import ATTENDANCE, Log


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
        with pytest.raises(SchemaMismatchError, match="is at ledger migration 99, this program knows 2 at most"):
            await check_schema(connection)
    with pytest.raises(SchemaMismatchError):
        await apply_schema(postgres_url, "attendance", prefix)


async def test_a_database_made_by_another_text_of_a_migration_is_refused(postgres_url: str, prefix: str) -> None:
    await apply_schema(postgres_url, "attendance", prefix)
    await _administrate(postgres_url, prefix, "update ledger.migration set digest = 'x' where number = 1")
    with pytest.raises(SchemaMismatchError, match=r"another text of ledger migration 1 \(schema.sql\)"):
        await apply_schema(postgres_url, "attendance", prefix)


async def test_a_service_does_not_start_on_a_database_without_schema(postgres_url: str) -> None:
    async with await connect(postgres_url, name="test") as connection:
        with pytest.raises(SchemaMismatchError, match="apply the schema first"):
            await check_schema(connection)


async def test_a_migration_that_fails_leaves_nothing(
    postgres_url: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, (3, "store.py")))
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


@pytest.mark.parametrize("earlier", range(1, len(migrations.MIGRATIONS) + 1))
async def test_every_earlier_schema_comes_forward_with_its_log(
    postgres_url: str, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, earlier: int
) -> None:
    """A log written under migration `earlier` is sealed on, and checks, under the last one and under one to come."""
    script = tmp_path / "to_come.sql"
    script.write_text("alter table ledger.receipt add column note text; create table ledger.later (id bigint)")
    now = migrations.MIGRATIONS
    monkeypatch.setattr(migrations, "MIGRATIONS", now[:earlier])
    url = await apply_schema(postgres_url, "attendance", prefix)
    signer = FileSigner(tmp_path / "key", ATTENDANCE, create=True)
    for number, known in enumerate((now[:earlier], now, (*now, (now[-1][0] + 1, str(script)))), 1):
        monkeypatch.setattr(migrations, "MIGRATIONS", known)
        await apply_schema(postgres_url, "attendance", prefix)
        pool = await open_pool(url, name="test", max_size=4)
        sealer = Sealer(url, origin=ATTENDANCE, signer=signer, state_file=tmp_path / "state.json")
        log = Log(pool, Store(pool, service="attendance", origin=ATTENDANCE), signer, sealer)
        try:
            assert await log.grow(30) == 30 * number
            if len(known) >= len(now):  # a program reads under its own schema only: no service starts on another
                report = await fsck(pool, ATTENDANCE, signer.vkey)
                assert (report.size, report.difference) == (30 * number, None)
        finally:
            await sealer.close()
            await pool.close()

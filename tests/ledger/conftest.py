"""A written log for every test that asks for one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.ledger.connections import open_pool
from services.ledger.migrations import apply_schema, database_url
from services.ledger.store import Store
from tests import servers
from tests.ledger.written_log import ORIGIN, WrittenLog


@pytest.fixture
async def written(postgres_url: str, tmp_path: Path) -> AsyncIterator[WrittenLog]:
    """An empty log in a database of its own."""
    prefix = servers.fresh_prefix()
    url = await apply_schema(postgres_url, "attendance", prefix)
    pool = await open_pool(url, name="test", max_size=20)
    admin = database_url(postgres_url, "attendance", prefix=prefix, role=None)
    try:
        yield WrittenLog(url, admin, pool, Store(pool, service="attendance", origin=ORIGIN), tmp_path)
    finally:
        await pool.close()
        servers.drop_databases(prefix)

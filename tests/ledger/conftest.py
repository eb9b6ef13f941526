"""A written log for every test that asks for one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.ledger.migrations import apply_schema, database_url
from tests import servers
from tests.ledger.written_log import WrittenLog, open_log


@pytest.fixture
async def written(postgres_url: str, tmp_path: Path) -> AsyncIterator[WrittenLog]:
    """An empty log in a database of its own."""
    prefix = servers.fresh_prefix()
    url = await apply_schema(postgres_url, "attendance", prefix)
    log = await open_log(url, database_url(postgres_url, "attendance", prefix=prefix, role=None), tmp_path)
    try:
        yield log
    finally:
        await log.pool.close()
        servers.drop_databases(prefix)

"""One world for each module of tests: servers and logs of its own."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.agencies.world import World, running_world


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(
    postgres_url: str, database_prefix: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    async with running_world(postgres_url, database_prefix, tmp_path_factory.mktemp("world")) as world:
        yield world

"""The pool that everything of a ledger goes through."""

import asyncio

from services.ledger.connections import open_pool


async def test_a_pool_hands_out_the_connection_that_came_back_last(postgres_url: str) -> None:
    pool = await open_pool(postgres_url, name="test", min_size=4, max_size=4)
    try:
        backends: list[int] = []

        async def use(together: asyncio.Barrier) -> None:
            async with pool.connection() as connection:
                await together.wait()
                backends.append(connection.info.backend_pid)

        barrier = asyncio.Barrier(4)
        await asyncio.gather(*(use(barrier) for _ in range(4)))
        assert len(set(backends)) == 4

        alone = asyncio.Barrier(1)
        for _ in range(4):
            await use(alone)
        assert len(set(backends[4:])) == 1
    finally:
        await pool.close()

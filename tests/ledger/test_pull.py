"""The one open request: what came together is fetched together, nothing waits for more, nobody is stormed."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import nats
import nats.errors
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from services.ledger import bus
from services.ledger.pipeline import Outgoing, Pipeline
from services.ledger.pull import Pull, header_lines
from tests.ledger.broker import Broker
from tests.ledger.world import CONSUMERS, until

DURABLE = "assessment-from-attendance"
MOST = 100
PATIENCE = 30.0
"""Seconds: how long a busy machine may take."""


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    broker = Broker(tmp_path)
    broker.start()
    try:
        await bus.apply(broker.url, CONSUMERS)
        opened = await nats.connect(broker.url)
        yield opened
        await opened.close()
    finally:
        broker.kill()


async def fetched(pull: Pull, seconds: float = 0.1) -> list[Msg]:
    """What comes next; as FastStream does it, asked again where the server was too slow to answer a request."""
    async with asyncio.timeout(PATIENCE):
        while True:
            with contextlib.suppress(nats.errors.TimeoutError):
                return await pull.fetch(MOST, seconds)


async def requests(client: Client) -> list[str]:
    """The subject of every request for messages from now on, growing."""
    asked: list[str] = []

    async def hear(message: Msg) -> None:
        asked.append(message.subject)

    await client.subscribe("$JS.API.CONSUMER.MSG.NEXT.>", cb=hear)
    return asked


async def pulling(client: Client, durable: str = DURABLE) -> Pull:
    pull = Pull(client, "ATTENDANCE", durable, most=MOST)
    await pull.open()
    return pull


async def publish(client: Client, start: int, end: int) -> None:
    pipeline = Pipeline(client, "ATTENDANCE")
    await pipeline.open()
    messages = [Outgoing("ev.attendance.T._._._", b"%d" % n, {"Nats-Msg-Id": f"m{n}"}) for n in range(start, end)]
    assert await pipeline.publish(messages, start) == end


def numbers(batch: list[Msg]) -> list[int]:
    return [int(message.data) for message in batch]


async def test_a_request_that_waits_is_answered_with_what_is_published_together(client: Client) -> None:
    asked, pull = await requests(client), await pulling(client)
    waiting = asyncio.create_task(fetched(pull))
    await until(lambda: _value(len(asked) > 1))  # the first request is over, the second waits
    await publish(client, 0, 40)
    found = numbers(await waiting)
    while len(found) < 40:
        found += numbers(await fetched(pull))
    assert found == list(range(40))


async def test_a_part_of_a_batch_is_not_kept_waiting_for_the_rest(client: Client) -> None:
    pull = await pulling(client)
    await publish(client, 0, 5)
    taken = len(await fetched(pull))
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(nats.errors.TimeoutError):
            await pull.fetch(MOST - taken, 100 * PATIENCE)


async def test_a_backlog_comes_in_order_and_in_full_batches(client: Client) -> None:
    await publish(client, 0, 3 * MOST)
    pull = await pulling(client)
    batches: list[list[int]] = []
    while sum(map(len, batches)) < 3 * MOST:
        batches.append(numbers(await fetched(pull, PATIENCE)))
    assert [number for batch in batches for number in batch] == list(range(3 * MOST))
    assert len(batches) <= 3


async def test_a_durable_that_is_missing_is_asked_once_in_a_while(client: Client) -> None:
    asked, pull = await requests(client), await pulling(client, "nobody")
    with pytest.raises(nats.errors.TimeoutError):
        await pull.fetch(MOST, 0.1)
    await until(lambda: _value(asked))
    await client.flush()
    assert len(asked) == 1


async def _value(value: object) -> object:
    return value


def test_a_head_is_read_as_nats_py_reads_it() -> None:
    raw = "Nats-Msg-Id: m1\r\nZhucun-Type:zhucun.a.B.v1\r\nPlace:\t村 \r\nempty:\r\nno colon\r\n\r\n".encode()
    assert header_lines(raw) == Client._parse_header_lines(raw)

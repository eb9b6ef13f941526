"""The one open request: what came together is fetched together, nothing waits for more, nobody is stormed."""

import asyncio
import time
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
from tests.ledger.world import CONSUMERS

DURABLE = "assessment-from-attendance"
MOST = 100


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
    pull = await pulling(client)
    waiting = asyncio.create_task(pull.fetch(MOST, 0.1))
    await asyncio.sleep(1.2)  # the first request is over by now, the second waits
    await publish(client, 0, 40)
    found = numbers(await waiting)
    while len(found) < 40:
        found += numbers(await pull.fetch(MOST, 0.1))
    assert found == list(range(40))


async def test_a_part_of_a_batch_is_not_kept_waiting_for_the_rest(client: Client) -> None:
    pull = await pulling(client)
    await publish(client, 0, 5)
    taken = len(await pull.fetch(MOST, 0.3))
    began = time.monotonic()
    with pytest.raises(nats.errors.TimeoutError):
        await pull.fetch(MOST - taken, 0.3)
    assert time.monotonic() - began < 0.3


async def test_a_backlog_comes_in_order_and_in_full_batches(client: Client) -> None:
    await publish(client, 0, 3 * MOST)
    pull = await pulling(client)
    batches = [numbers(await pull.fetch(MOST, 60.0)) for _ in range(3)]
    assert [number for batch in batches for number in batch] == list(range(3 * MOST))


async def test_a_durable_that_is_missing_is_asked_once_in_a_while(client: Client) -> None:
    asked: list[str] = []

    async def hear(message: Msg) -> None:
        asked.append(message.subject)

    await client.subscribe("$JS.API.CONSUMER.MSG.NEXT.>", cb=hear)
    pull = await pulling(client, "nobody")
    with pytest.raises(nats.errors.TimeoutError):
        await pull.fetch(MOST, 0.1)
    assert len(asked) == 1


def test_a_head_is_read_as_nats_py_reads_it() -> None:
    raw = "Nats-Msg-Id: m1\r\nZhucun-Type:zhucun.a.B.v1\r\nPlace:\t村 \r\nempty:\r\nno colon\r\n\r\n".encode()
    assert header_lines(raw) == Client._parse_header_lines(raw)

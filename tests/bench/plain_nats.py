"""The bare operations on JetStream: publishing and pulling with nothing checked but that every message is answered."""

import asyncio
import json
from collections.abc import Sequence

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig

from services.ledger.bus import declare_stream, stream_name

BARE_STREAM = "BARE"
WINDOW = 512
PULL = 500


async def make_stream(nats_url: str, service: str) -> None:
    """An empty stream like the one of `service`, under other subjects."""
    client = await nats.connect(nats_url)
    try:
        declared = declare_stream(service)
        declared.name, declared.subjects = BARE_STREAM, ["bare.>"]
        await client.jetstream().add_stream(declared)
    finally:
        await client.close()


async def delete_stream(nats_url: str) -> None:
    client = await nats.connect(nats_url)
    try:
        await client.jetstream().delete_stream(BARE_STREAM)
    finally:
        await client.close()


async def publish(client: Client, messages: Sequence[tuple[str, bytes]]) -> None:
    """Publishes (id, payload) with a window of messages in flight; returns when all are acknowledged."""
    inbox = client.new_inbox()
    acknowledged = 0
    moved = asyncio.Event()

    async def answered(message: Msg) -> None:
        nonlocal acknowledged
        if b'"error"' in message.data:
            raise RuntimeError(message.data.decode())
        acknowledged += 1
        moved.set()

    subscription = await client.subscribe(inbox, cb=answered, pending_msgs_limit=-1, pending_bytes_limit=-1)
    for sent, (name, payload) in enumerate(messages):
        while sent - acknowledged >= WINDOW:
            moved.clear()
            await moved.wait()
        await client.publish("bare.event", payload, reply=inbox, headers={"Nats-Msg-Id": name})
    while acknowledged < len(messages):
        moved.clear()
        await moved.wait()
    await subscription.unsubscribe()


async def pull(client: Client, service: str, durable: str, expected: int) -> None:
    """Pulls so many messages with two requests outstanding and acknowledges each; keeps nothing."""
    stream = stream_name(service)
    await client.jetstream().add_consumer(
        stream, ConsumerConfig(durable_name=durable, ack_policy=AckPolicy.EXPLICIT, max_ack_pending=4 * PULL)
    )
    inbox = client.new_inbox()
    request = json.dumps({"batch": PULL, "expires": 5_000_000_000}).encode()
    got = 0
    done = asyncio.Event()

    async def ask() -> None:
        await client.publish(f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}", request, reply=inbox)

    async def take(message: Msg) -> None:
        nonlocal got
        if not message.reply:
            return  # the end of a request
        await client.publish(message.reply)
        got += 1
        if got % PULL == 0:
            await ask()
        if got == expected:
            done.set()

    subscription = await client.subscribe(inbox, cb=take, pending_msgs_limit=-1, pending_bytes_limit=-1)
    await ask()
    await ask()
    async with asyncio.timeout(120):
        await done.wait()
    await subscription.unsubscribe()
    await client.flush()

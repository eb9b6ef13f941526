"""Asks a durable for messages, one request at a time, and hands them over one by one.

nats-py's own `fetch` and `request` lose a cancellation now and then (they wait with `wait_for`, before Python 3.12),
and a subscriber that is told to stop would go on; here every wait ends when it is told to.
"""

import asyncio
import json
from types import TracebackType
from typing import Self

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

BATCH = 500
EXPIRES_SECONDS = 5.0
GRACE_SECONDS = 5.0
_DONE = {"404", "408"}
"""Status of a request that has run its time: ask again."""


class Away(Exception):
    """Stream or durable are not there, or the server does not answer: one sentence."""


async def ask(client: Client, subject: str, request: bytes) -> bytes:
    """The answer of the server; raises Away when there is none."""
    answers: asyncio.Queue[Msg] = asyncio.Queue()
    inbox = client.new_inbox()
    subscription = await client.subscribe(inbox, cb=answers.put)
    try:
        await client.publish(subject, request, reply=inbox)
        async with asyncio.timeout(GRACE_SECONDS):
            answer = await answers.get()
    except TimeoutError:
        raise Away("the server does not answer") from None
    finally:
        if client.is_connected:
            await subscription.unsubscribe()
    if (answer.headers or {}).get("Status") == "503":
        raise Away("nobody keeps the stream (503)")
    return answer.data


class Pull:
    """Messages of one durable, while the block runs. `next` waits a bounded time."""

    def __init__(self, client: Client, stream: str, durable: str) -> None:
        self._client = client
        self._subject = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}"
        self._arrived: asyncio.Queue[Msg] = asyncio.Queue()
        self._subscription: Subscription | None = None
        self._due = 0
        self._until = 0.0

    async def __aenter__(self) -> Self:
        self._inbox = self._client.new_inbox()
        self._subscription = await self._client.subscribe(self._inbox, cb=self._arrived.put)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._subscription is not None and self._client.is_connected:
            await self._subscription.unsubscribe()

    async def next(self, seconds: float) -> Msg | None:
        """The next message, None when none came in time; raises Away."""
        clock = asyncio.get_running_loop().time
        if self._due <= 0:
            expires = int(EXPIRES_SECONDS * 1e9)
            request = json.dumps({"batch": BATCH, "expires": expires}).encode()
            await self._client.publish(self._subject, request, reply=self._inbox)
            self._due, self._until = BATCH, clock() + EXPIRES_SECONDS + GRACE_SECONDS
        try:
            async with asyncio.timeout(seconds):
                message = await self._arrived.get()
        except TimeoutError:
            if clock() > self._until:
                raise Away("the server does not answer") from None
            return None
        status = (message.headers or {}).get("Status")
        if status is None:
            self._due -= 1
            return message
        self._due = 0
        if status not in _DONE:
            said = (message.headers or {}).get("Description", "nobody keeps the stream")
            raise Away(f"{said} ({status})")
        return None

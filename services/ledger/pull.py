"""Messages of one durable, pulled: asked for a batch ahead, gathered while the batch before is at work.

It takes the place of `fetch` of a subscription of nats-py, under FastStream's subscriber. That one makes a task with a
time-out for every single message, a third of the time of receiving; on a quiet bus it asks ten times a second, and what
comes meanwhile waits for the end of its time. Here a request stays open until something comes, and the batch is what
has come when its time is over.
"""

import asyncio
import json

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from services.ledger.pause import pause, period

OPEN_SECONDS = 1.0
"""How long a request stays open on a quiet bus: so long nothing comes after the server has forgotten it."""
SETTLE_SECONDS = 0.01
"""For what was published together to arrive together."""
PENDING_BYTES = 64 * 1024 * 1024

_DONE = frozenset({"404", "408"})
"""Statuses that end a request in the ordinary way."""


class Pull:
    """The open request of one subscriber. `fetch` is not for concurrent use."""

    def __init__(self, client: Client, stream: str, durable: str, *, most: int) -> None:
        """`most`: messages of a batch, which is how many are asked for at a time."""
        self._client = client
        self._subject = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}"
        self._inbox = client.new_inbox()
        self._most = most
        self._subscription: Subscription | None = None
        self._held: list[Msg] = []
        self._asked = 0
        self._moved = asyncio.Event()
        self._full = asyncio.Event()

    async def open(self) -> None:
        """Subscribes to the answers; to be called once before the first `fetch`."""
        self._subscription = await self._client.subscribe(
            self._inbox, cb=self._arrived, pending_msgs_limit=2 * self._most, pending_bytes_limit=PENDING_BYTES
        )

    async def close(self) -> None:
        """What was asked for and not fetched is delivered again to whoever asks next."""
        if self._subscription is not None and not self._client.is_closed:
            await self._subscription.unsubscribe()

    async def fetch(self, batch: int = 1, timeout: float | None = None, heartbeat: float | None = None) -> list[Msg]:
        """What has come once there is something and `timeout` seconds have passed, or a full batch before that.

        Raises nats.errors.TimeoutError when a request is not answered, and where a part of a batch is in hand already:
        FastStream asks for the rest of it, but what it has need not wait.
        """
        if batch < self._most:
            raise nats.errors.TimeoutError
        clock = asyncio.get_running_loop().time
        began = clock()
        await self._ask()
        while not self._held:
            self._moved.clear()
            if not await pause(self._moved, 1.5 * OPEN_SECONDS):
                self._asked = 0  # lost with a connection, or refused: begin again
                raise nats.errors.TimeoutError
            await self._ask()
        await pause(self._full, max(began + period(0.0, timeout or 0.0) - clock(), SETTLE_SECONDS))
        taken, self._held = self._held, []
        self._full.clear()
        return taken

    async def _ask(self) -> None:
        if self._asked <= 0:
            self._asked = self._most
            request = {"batch": self._most, "expires": int(OPEN_SECONDS * 1e9)}
            await self._client.publish(self._subject, json.dumps(request).encode(), self._inbox)

    async def _arrived(self, message: Msg) -> None:
        if message.reply:
            self._held.append(message)
            self._asked -= 1
            if len(self._held) >= self._most:
                self._full.set()
        else:  # a status: a delivery says where to acknowledge
            self._asked = 0
            if (message.headers or {}).get("Status") not in _DONE:
                return  # no consumer, no responder: asked again when its time is over, not at once
        self._moved.set()


def header_lines(raw: bytes) -> dict[str, str]:
    """Name -> value of the lines `Name: value` of a message's head."""
    found: dict[str, str] = {}
    for line in raw.decode("utf-8", "replace").split("\r\n"):
        name, colon, value = line.partition(":")
        if colon:
            found[name.strip()] = value.strip()
    return found

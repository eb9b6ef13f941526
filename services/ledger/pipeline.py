"""Pipelined publishing to one JetStream stream: many messages in flight, every acknowledgement checked.

Order is protected by the server: each message names the sequence that must be the stream's last when it arrives
(`Nats-Expected-Last-Sequence`). If one is lost, all that were sent after it are refused; nothing overtakes it.

The sequence alone is not enough where somebody else writes into the stream: n foreign messages have the next n of ours
refused, and the one after those finds the sequence that it expects again. So each message also names the id of the one
before it (`Nats-Expected-Last-Msg-Id`).
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nats.aio.client import Client
from nats.aio.msg import Msg

from services.ledger.pause import pause

MESSAGE_ID = "Nats-Msg-Id"
EXPECTED_ID = "Nats-Expected-Last-Msg-Id"
EXPECTED_SEQUENCE = "Nats-Expected-Last-Sequence"
WINDOW = 512
ACK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to publish."""

    subject: str
    payload: bytes
    headers: Mapping[str, str]


class PublishFailed(Exception):
    """Publishing stopped; the first `done` messages are acknowledged without a gap, of the others nothing is known."""

    def __init__(self, done: int, reason: str) -> None:
        super().__init__(reason)
        self.done = done
        self.reason = reason


class Pipeline:
    """One publisher on one connection; `publish` is not for concurrent use."""

    def __init__(self, client: Client, stream: str, *, window: int = WINDOW) -> None:
        self._client = client
        self._stream = stream
        self._window = window
        self._inbox = client.new_inbox()
        self._moved = asyncio.Event()
        self._broken: str | None = None
        self._begun = 0  # token of the first message of the present run; tokens never repeat on this inbox
        self._sent = 0
        self._done = 0
        self._early: set[int] = set()
        self._base = 0

    async def open(self) -> None:
        """Subscribes to the acknowledgements; to be called once before the first `publish`."""
        await self._client.subscribe(
            f"{self._inbox}.*", cb=self._acknowledged, pending_msgs_limit=-1, pending_bytes_limit=-1
        )

    def fail(self, reason: str) -> None:
        """The connection is gone: a publish under way ends with PublishFailed."""
        self._broken = reason
        self._moved.set()

    async def publish(self, messages: Sequence[Outgoing], last: int) -> int:
        """Publishes all messages after stream sequence `last` and returns the sequence of the last one.

        Their ids (`Nats-Msg-Id`) differ; one without an id protects what follows it by its sequence only.

        Returns only when every one is acknowledged at exactly its sequence; raises PublishFailed otherwise.
        """
        self._begun += self._sent
        self._sent = self._done = 0
        self._early.clear()
        self._base = last
        before: str | None = None
        for message in messages:
            while self._sent - self._done >= self._window:
                await self._wait()
            headers = {**message.headers, EXPECTED_SEQUENCE: str(last + self._sent)}
            if before is not None:
                headers[EXPECTED_ID] = before
            before = message.headers.get(MESSAGE_ID)
            reply = f"{self._inbox}.{self._begun + self._sent}"
            self._sent += 1
            await self._client.publish(message.subject, message.payload, reply=reply, headers=headers)
            self._raise_if_broken()
        while self._done < self._sent:
            await self._wait()
        return last + self._sent

    async def _wait(self) -> None:
        self._moved.clear()
        self._raise_if_broken()
        if not await pause(self._moved, ACK_SECONDS):
            self.fail(f"no acknowledgement within {ACK_SECONDS:g} s")
        self._raise_if_broken()

    def _raise_if_broken(self) -> None:
        if self._broken is not None:
            raise PublishFailed(self._done, self._broken)

    async def _acknowledged(self, message: Msg) -> None:
        place = int(message.subject.rpartition(".")[2]) - self._begun
        if not 0 <= place < self._sent:
            return  # of a run that was given up
        refusal = self._refusal(message, self._base + place + 1)
        if refusal is not None:
            self.fail(refusal)
            return
        self._early.add(place)
        while self._done in self._early:
            self._early.remove(self._done)
            self._done += 1
        self._moved.set()

    def _refusal(self, message: Msg, expected: int) -> str | None:
        if message.headers and message.headers.get("Status") == "503":
            return f"nobody keeps the stream {self._stream}"
        ack = json.loads(message.data)
        if "error" in ack:
            return str(ack["error"].get("description", ack["error"]))
        if (ack.get("stream"), ack.get("seq")) != (self._stream, expected) or ack.get("duplicate"):
            return f"acknowledged as {ack}, expected sequence {expected} of {self._stream}"
        return None

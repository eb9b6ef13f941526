"""Pipelined publishing to one JetStream stream: many messages in flight, one acknowledgement for each piece of them.

Order is protected by the server. The first message of a run names the sequence that must be the stream's last when it
arrives (`Nats-Expected-Last-Sequence`), each further one the id of the message before it (`Nats-Expected-Last-Msg-Id`).
If one is lost or refused, all that were sent after it are refused; nothing overtakes it, and nothing of somebody else
comes in between. (Sequences alone would not do: n foreign messages have the next n of ours refused, and the one after
those finds the sequence that it expects again.)

So the acknowledgement of a message at its own sequence says of every one before it that it stands at its own, and only
the last of each piece asks for one: an answer to every message took a tenth of the time of sealing and publishing.
Where others write with ids of their choice, a foreign message under our id would be taken for ours: there each asks.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from services.ledger.pause import pause

MESSAGE_ID = "Nats-Msg-Id"
EXPECTED_ID = "Nats-Expected-Last-Msg-Id"
EXPECTED_SEQUENCE = "Nats-Expected-Last-Sequence"
WINDOW = 512
TOGETHER = 64
"""Messages of a piece."""
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
    """One publisher on one connection; `publish` is not for concurrent use.

    `window`: messages that are sent and not acknowledged, at most. `together`: those that share one acknowledgement;
    1 where somebody else may write into the stream.
    """

    def __init__(self, client: Client, stream: str, *, window: int = WINDOW, together: int = TOGETHER) -> None:
        self._client = client
        self._stream = stream
        self._window = window
        self._together = min(together, window)
        self._inbox = client.new_inbox()
        self._moved = asyncio.Event()
        self._broken: str | None = None
        self._begun = 0  # token of the first message of the present run; tokens never repeat on this inbox
        self._sent = 0
        self._done = 0
        self._base = 0

    async def open(self) -> None:
        """Subscribes to the acknowledgements; to be called once before the first `publish`."""
        await self._client.subscribe(
            f"{self._inbox}.*", cb=self._acknowledged, pending_msgs_limit=-1, pending_bytes_limit=-1
        )

    def fail(self, reason: str) -> None:
        """The connection is gone: a publish under way ends with PublishFailed.

        The first reason counts: what is refused behind it is refused for its place.
        """
        self._broken = self._broken or reason
        self._moved.set()

    async def publish(self, messages: Sequence[Outgoing], last: int) -> int:
        """Publishes all messages after stream sequence `last` and returns the sequence of the last one.

        Each has an id (`Nats-Msg-Id`), and no two the same.

        Returns only when every one is known to stand at exactly its sequence; raises PublishFailed otherwise.
        """
        self._begun += self._sent
        self._sent = self._done = 0
        self._base = last
        expected = f"{EXPECTED_SEQUENCE}: {last}"
        for start in range(0, len(messages), self._together):
            piece = messages[start : start + self._together]
            while self._sent + len(piece) - self._done > self._window:
                await self._wait()
            block: list[bytes] = []
            for place, message in enumerate(piece, 1):
                reply = f"{self._inbox}.{self._begun + start + place - 1}" if place == len(piece) else ""
                block.append(self._command(message, reply, expected))
                expected = f"{EXPECTED_ID}: {message.headers[MESSAGE_ID]}"
            self._sent += len(piece)
            await self._write(b"".join(block))
            self._raise_if_broken()
        while self._done < self._sent:
            await self._wait()
        return last + self._sent

    def _command(self, message: Outgoing, reply: str, expected: str) -> bytes:
        lines = "".join([f"{name}: {value}\r\n" for name, value in message.headers.items()])
        if lines.count("\n") != len(message.headers) or message.subject.split() != [message.subject]:
            raise ValueError(f"a line break in the headers of {message.subject!r}, or a space in the subject")
        head = f"NATS/1.0\r\n{lines}{expected}\r\n\r\n".encode()
        size = len(head) + len(message.payload)
        if size > self._client.max_payload:
            raise nats.errors.MaxPayloadError
        return b"HPUB %b %b %d %d\r\n%b%b\r\n" % (
            message.subject.encode(), reply.encode(), len(head), size, head, message.payload
        )  # fmt: skip

    async def _write(self, commands: bytes) -> None:
        """A piece in one go, as nats-py's `publish` writes a single message: that one takes twice the time for each."""
        if self._client.is_closed:
            raise nats.errors.ConnectionClosedError
        await self._client._send_command(commands)
        await self._client._flush_pending()

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
        self._done = max(self._done, place + 1)
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

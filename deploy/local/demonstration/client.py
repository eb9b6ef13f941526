"""A small HTTP/1.1 client: one kept-alive connection, one request at a time.

The load is thousands of small requests on the machine that also answers them; a general client would take more of
its processor than the services do.
"""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

ANSWER_SECONDS = 60.0


class Disconnected(OSError):
    """The connection was lost before the whole answer was there; nobody knows whether the command took effect."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers (names in lower case) and the raw body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The parsed body; raises ValueError when it is no JSON."""
        return json.loads(self.body)


class Connection:
    """One connection to `http://host:port`; opened when it is needed, opened again after it was lost.

    Requests that come while one is under way wait for their turn.
    """

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        if parts.scheme != "http" or parts.hostname is None:
            raise ValueError(f"{base_url!r} is not an http URL")
        self._host, self._port = parts.hostname, parts.port or 80
        self._prefix = parts.path.rstrip("/")
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._turn = asyncio.Lock()

    async def request(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"", patience: float = ANSWER_SECONDS
    ) -> Answer:
        """Send one request and read the whole answer; raises Disconnected, or TimeoutError after `patience` s."""
        head = [f"{method} {self._prefix}{path} HTTP/1.1", f"Host: {self._host}:{self._port}"]
        head += [f"{name}: {value}" for name, value in headers.items()]
        head += [f"Content-Length: {len(body)}", "", ""]
        try:
            async with self._turn, asyncio.timeout(patience):
                reader, writer = await self._open()
                writer.write("\r\n".join(head).encode("ascii") + body)
                await writer.drain()
                return await _read(reader)
        except (OSError, EOFError, asyncio.LimitOverrunError) as error:
            await self.close()
            if isinstance(error, TimeoutError):
                raise
            raise Disconnected(str(error) or type(error).__name__) from error
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Close the connection; a half-read answer must never be taken for the next one."""
        if self._streams is not None:
            _, writer = self._streams
            self._streams = None
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """The open streams; new ones where there are none, or where the server has closed what lay idle for long."""
        if self._streams is not None and self._streams[0].at_eof():
            await self.close()
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        return self._streams


async def _read(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(head[0].split(" ", 2)[1])
    pairs = (line.partition(":") for line in head[1:] if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    if "content-length" in headers:
        return Answer(status, headers, await reader.readexactly(int(headers["content-length"])))
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return Answer(status, headers, await _chunks(reader))
    return Answer(status, headers, b"")


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        parts.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readuntil(b"\r\n")
    return b"".join(parts)

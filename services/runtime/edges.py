"""The outermost layer of HTTP: correlation ids, the limit on bodies, the last word on failures, latency."""

import re
import time
import uuid

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.runtime import problems
from services.runtime.telemetry import Telemetry

CORRELATION = "X-Correlation-Id"
_WRITTEN_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""A NUL as JSON writes it: after any number of escaped backslashes."""
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""How a sheet begins that was saved in an encoding with a NUL in every other byte: its reader says what to do."""
_ACCEPTABLE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$")

log = structlog.get_logger(__name__)


class Correlation:
    """Gives every request a correlation id (the caller's own, if it has one), into logs, events and the answer."""

    def __init__(self, app: ASGIApp, telemetry: Telemetry, services: frozenset[str]) -> None:
        self._app = app
        self._telemetry = telemetry
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        correlation = correlation_of(scope)
        scope.setdefault("state", {})["correlation"] = correlation
        answer = _Answer(send, correlation)
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(correlation=correlation):
            try:
                await self._app(scope, receive, answer)
            except Exception:
                log.exception("request failed", method=scope["method"], path=scope["path"])
                if answer.status is None:
                    number, body = problems.failure(instance=scope["path"], correlation=correlation)
                    await _problem(answer, number, body)
            self._record(scope, answer.status or 500, time.perf_counter() - started)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        first = scope["path"].split("/", 2)[1]
        service = first if first in self._services else "-"
        route = getattr(scope.get("route"), "path", "-")
        self._telemetry.answered(service=service, method=scope["method"], route=route, status=status, seconds=seconds)
        log.debug("answered", method=scope["method"], path=scope["path"], status=status, seconds=round(seconds, 4))


def correlation_of(scope: Scope) -> str:
    """The caller's own correlation id where it names an acceptable one, else a new one."""
    given = _header(scope, CORRELATION.lower().encode())
    return given if given and _ACCEPTABLE.fullmatch(given) else str(uuid.uuid4())


class BodyLimit:
    """Refuses what nothing behind it could hold: a body above the limit, a NUL in path, query or text.

    The log would take a NUL, and the first view with such a text in a column would stand still for ever. What passes
    is handed on in one piece.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if "\x00" in scope["path"] or b"%00" in scope["query_string"]:
            await self._refuse_nul(scope, send)
            return
        if scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        announced = _header(scope, b"content-length")
        if announced and announced.isdecimal() and int(announced) > self._limit:
            await self._refuse(scope, send)
            return
        pieces: list[bytes] = []
        size = 0
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            pieces.append(message.get("body", b""))
            size += len(pieces[-1])
            if size > self._limit:
                await self._refuse(scope, send)
                return
            more = message.get("more_body", False)
        body = b"".join(pieces)
        if _holds_nul(body):
            await self._refuse_nul(scope, send)
            return
        await self._app(scope, _replay(body, receive), send)

    async def _refuse_nul(self, scope: Scope, send: Send) -> None:
        number, body = problems.problem(problems.NUL, instance=scope["path"], correlation=scope["state"]["correlation"])
        await _problem(send, number, body)

    async def _refuse(self, scope: Scope, send: Send) -> None:
        number, body = problems.problem(
            problems.TOO_LARGE,
            instance=scope["path"],
            correlation=scope["state"]["correlation"],
            extra={"limit_bytes": self._limit},
        )
        await _problem(send, number, body)


class _Answer:
    """Passes the answer on with the correlation id in its headers and remembers the status."""

    def __init__(self, send: Send, correlation: str) -> None:
        self._send = send
        self._correlation = correlation
        self.status: int | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = [*message.get("headers", []), (CORRELATION.lower().encode(), self._correlation.encode())]
            message = {**message, "headers": headers}
        await self._send(message)


def _replay(body: bytes, receive: Receive) -> Receive:
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return pending.pop() if pending else await receive()

    return replay


def _holds_nul(body: bytes) -> bool:
    # The pattern tries every byte of the body, the two questions before it do not.
    if b"\x00" not in body and b"\\u0000" not in body:
        return False
    return not body.startswith(_UTF_16) and (b"\x00" in body or _WRITTEN_NUL.search(body) is not None)


def _header(scope: Scope, name: bytes) -> str | None:
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return None


async def _problem(send: Send, status: int, body: bytes) -> None:
    headers = [
        (b"content-type", problems.MEDIA_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

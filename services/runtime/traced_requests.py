"""The outermost span: one HTTP request. Its trace is its correlation id, which is in the answer and in every event."""

import re
import uuid

from opentelemetry.trace import SpanKind, StatusCode
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.runtime.edges import CORRELATION, correlation_of
from services.runtime.traced_stages import TRACEPARENT
from services.runtime.tracing import Exporting, place, trace_of

_PARENT = re.compile(r"^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$")


class Traced:
    """Wraps the application where traces are on. A caller's `traceparent` is gone on with, unless it names a
    correlation id of its own: then that is the trace."""

    def __init__(self, app: ASGIApp, exporting: Exporting, services: frozenset[str]) -> None:
        self._app = app
        self._exporting = exporting
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        service = scope["path"].split("/", 2)[1] if scope["type"] == "http" else ""
        if service not in self._services:  # probes and metrics are no story of anybody's
            await self._app(scope, receive, send)
            return
        correlation, parent = self._correlation(scope)
        name = CORRELATION.lower().encode()
        others = [item for item in scope["headers"] if item[0] != name]
        scope = {**scope, "headers": [*others, (name, correlation.encode())]}
        trace_id = trace_of(correlation)
        if not self._exporting.sampling.keeps(trace_id):
            await self._app(scope, receive, send)
            return
        status = 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        at = place(trace_id, uuid.uuid4().int >> 64 or 1)
        above = place(trace_id, parent) if parent else None
        spans = self._exporting.of(service)
        with spans.current(
            scope["method"], at, above, {"http.request.method": scope["method"]}, SpanKind.SERVER
        ) as span:
            await self._app(scope, receive, noting)
            # The template and never the path: that one names people.
            route = f"/{service}{getattr(scope.get('route'), 'path', '')}"
            span.update_name(f"{scope['method']} {route}")
            span.set_attributes({"http.route": route, "http.response.status_code": status})
            if status >= 500:
                span.set_status(StatusCode.ERROR)

    def _correlation(self, scope: Scope) -> tuple[str, int | None]:
        """The correlation id of the request, and the span of the caller that it goes on from."""
        headers = dict(scope["headers"])
        if CORRELATION.lower().encode() in headers:
            return correlation_of(scope), None
        given = _PARENT.fullmatch(headers.get(TRACEPARENT.encode(), b"").decode("latin-1"))
        if given is None or not int(given[1], 16) or not int(given[2], 16):
            return correlation_of(scope), None
        return str(uuid.UUID(given[1])), int(given[2], 16)

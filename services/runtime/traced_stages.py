"""The stages of single events as spans: append ▸ seal ▸ publish ▸ consume ▸ project, react."""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import structlog
from opentelemetry import trace
from opentelemetry.trace import SpanContext, SpanKind
from opentelemetry.util.types import AttributeValue
from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from pydantic_core import from_json

from contracts.identifiers import parse_instant
from services.ledger.admission import INDEX, MESSAGE_ID
from services.ledger.pipeline import Outgoing
from services.ledger.projection import Delivered
from services.ledger.stages import Applied
from services.ledger.values import Stored
from services.runtime.tracing import About, Exporting, place, span_of, trace_of, traceparent

TRACEPARENT = "traceparent"
HISTORY = timedelta(hours=1)
"""Events older than this are history being read again (a new view, a new follower), not traffic: no spans."""

_SEALED = """
    select l.idx, e.id::text, convert_from(e.body, 'UTF8')::jsonb ->> 'correlationid'
    from ledger.log_index l join ledger.whole_event e using (position) where l.idx >= %s and l.idx < %s order by l.idx
"""

log = structlog.get_logger(__name__)


class TracedStages:
    """`Stages` of one service. A stage's parent is the stage before, found by the event's id alone."""

    def __init__(self, exporting: Exporting, service: str, *, simulated: bool) -> None:
        """`simulated`: recorded times of this log mean nothing (demonstration), so nothing is history."""
        self._keeps = exporting.sampling.keeps
        self._spans = exporting.of(service)
        self._service = service
        self._history = None if simulated else HISTORY

    def appended(self, events: Sequence[Stored], correlation: str, began: int) -> None:
        trace_id, now = trace_of(correlation), time.time_ns()
        if not self._keeps(trace_id):
            return
        above = trace.get_current_span().get_span_context()
        parent = above if above.is_valid and above.trace_id == trace_id else None
        for event in events:
            about: About = {"zhucun.event.id": event.id, "zhucun.log": self._service, "zhucun.version": event.version}
            self._spans.ended("append", place(trace_id, span_of(event.id, "append")), parent, (began, now), about)

    async def sealed(self, connection: AsyncConnection[TupleRow], old: int, new: int, began: int) -> None:
        now = time.time_ns()
        try:
            rows = await (await connection.execute(_SEALED, (old, new))).fetchall()
        except psycopg.Error as error:  # the sealer meets it itself in its next round
            log.warning("seal not traced", service=self._service, reason=str(error))
            return
        for index, event, correlation in rows:
            trace_id = trace_of(correlation)
            if self._keeps(trace_id):
                at, above = (place(trace_id, span_of(event, stage)) for stage in ("seal", "append"))
                self._spans.ended("seal", at, above, (began, now), self._about(event, index, self._service))

    def carried(self, messages: Sequence[Outgoing]) -> Sequence[Outgoing]:
        return [self._carrying(message) for message in messages]

    def _carrying(self, message: Outgoing) -> Outgoing:
        if INDEX not in message.headers:
            return message
        trace_id = _trace(message.payload)
        if not self._keeps(trace_id):
            return message
        at = place(trace_id, span_of(message.headers[MESSAGE_ID], "publish"))
        return Outgoing(message.subject, message.payload, {**message.headers, TRACEPARENT: traceparent(at)})

    def published(self, messages: Sequence[Outgoing], began: int) -> None:
        now = time.time_ns()
        for message in messages:
            if TRACEPARENT not in message.headers or self._old(message.payload):
                continue
            event, trace_id = message.headers[MESSAGE_ID], _trace(message.payload)
            at, above = (place(trace_id, span_of(event, stage)) for stage in ("publish", "seal"))
            about = self._about(event, int(message.headers[INDEX]), self._service)
            self._spans.ended("publish", at, above, (began, now), about | _BUS, SpanKind.PRODUCER)

    def consumed(self, events: Sequence[Delivered], began: int) -> None:
        now = time.time_ns()
        for event, trace_id in self._kept(events):
            at = place(trace_id, span_of(event.id, "consume", self._service))
            above = place(trace_id, span_of(event.id, "publish"))
            about = self._about(event.id, event.index, _log_of(event))
            self._spans.ended("consume", at, above, (began, now), about | _BUS, SpanKind.CONSUMER)

    def projected(self, events: Sequence[Delivered], applied: Sequence[Applied]) -> None:
        for event, trace_id in self._kept(events) if applied else ():
            about = self._about(event.id, event.index, _log_of(event))
            for done in applied:
                at = place(trace_id, span_of(event.id, "project", self._service, done.view))
                times = (done.began, done.ended)
                self._spans.ended(
                    "project", at, self._taken(event, trace_id), times, about | {"zhucun.view": done.view}
                )

    @contextmanager
    def reacting(self, reaction: str, event: Delivered) -> Iterator[None]:
        for _, trace_id in self._kept([event]):
            at = place(trace_id, span_of(event.id, "react", self._service, reaction, str(time.time_ns())))
            about = self._about(event.id, event.index, _log_of(event)) | {"zhucun.reaction": reaction}
            with self._spans.current("react", at, self._taken(event, trace_id), about):
                yield
            return
        yield

    def _taken(self, event: Delivered, trace_id: int) -> SpanContext:
        """Where this service has the event from: sealed by itself, or consumed."""
        if _log_of(event) == self._service:
            return place(trace_id, span_of(event.id, "seal"))
        return place(trace_id, span_of(event.id, "consume", self._service))

    def _kept(self, events: Iterable[Delivered]) -> Iterator[tuple[Delivered, int]]:
        for event in events:
            trace_id = _trace(event.body)
            if self._keeps(trace_id) and not self._long_ago(event.recorded):
                yield event, trace_id

    def _old(self, body: bytes) -> bool:
        return self._history is not None and self._long_ago(from_json(body)["recordedtime"])

    def _long_ago(self, recorded: str) -> bool:
        return self._history is not None and datetime.now(UTC) - parse_instant(recorded) > self._history

    def _about(self, event: str, index: int, kept_by: str) -> dict[str, AttributeValue]:
        return {"zhucun.event.id": event, "zhucun.event.index": index, "zhucun.log": kept_by}


_BUS: dict[str, AttributeValue] = {"messaging.system": "nats"}


def _trace(body: bytes) -> int:
    return trace_of(from_json(body)["correlationid"])


def _log_of(event: Delivered) -> str:
    return event.origin.rpartition("/")[2]

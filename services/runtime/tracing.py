"""Traces: one command from HTTP through append, seal, publish, consume and project, as OpenTelemetry spans.

The trace is the correlation id, which every event carried before there were traces: a UUID is the trace's id as it
stands, any other text is hashed. The ids of the spans of an event are derived from event and stage. So nothing has to
be handed on and nothing can be lost on the way: after a crash, by the feed instead of the bus, in another process, a
stage finds its place by the event alone. Others find the usual `traceparent` in the message's headers.

This module is imported where `ZHUCUN_TRACE_URL` is set, and nowhere else; without it nothing here costs anything.
"""

import hashlib
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeAlias

from opentelemetry import context as contexts
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, TraceFlags
from opentelemetry.util.types import AttributeValue

QUEUE, EXPORT_SECONDS, TIMEOUT_SECONDS = 8_192, 2.0, 5
"""Spans waiting for the collector; what comes on top is dropped, the work of the service never waits."""

About: TypeAlias = Mapping[str, AttributeValue]

_SAMPLED = TraceFlags(TraceFlags.SAMPLED)
_given: ContextVar[tuple[int, int] | None] = ContextVar("ids of the span that is being made", default=None)


def trace_of(correlation: str) -> int:
    """The id of the trace that a correlation id stands for."""
    try:
        return uuid.UUID(correlation).int or 1
    except ValueError:
        return int.from_bytes(hashlib.sha256(correlation.encode()).digest()[:16]) or 1


def span_of(event: str, *stage: str) -> int:
    """The id of the span of one stage of one event; `stage` is its name and whatever else tells it from others."""
    return int.from_bytes(hashlib.sha256("\n".join((event, *stage)).encode()).digest()[:8]) or 1


@dataclass(frozen=True, slots=True)
class Sampling:
    """Which traces are kept: the same ones in every process, since only the trace's id is asked."""

    ratio: float

    def keeps(self, trace_id: int) -> bool:
        """Whether this trace is kept. Hashed, because some bits of a UUID are always the same."""
        drawn = int.from_bytes(hashlib.sha256(trace_id.to_bytes(16)).digest()[:8])
        return drawn < self.ratio * 2**64


class Exporting:
    """The way to the collector (OTLP over HTTP), shared by the services of one process."""

    def __init__(self, url: str, sampling: Sampling) -> None:
        self.sampling = sampling
        self._processor = BatchSpanProcessor(
            OTLPSpanExporter(endpoint=url, timeout=TIMEOUT_SECONDS),
            max_queue_size=QUEUE,
            schedule_delay_millis=EXPORT_SECONDS * 1_000,
        )
        self._spans: dict[str, Spans] = {}

    def of(self, service: str) -> "Spans":
        """The spans of one service of this process."""
        if service not in self._spans:
            provider = TracerProvider(
                sampler=ALWAYS_ON,  # what is not kept is not made at all
                resource=Resource.create({"service.name": f"zhucun-{service}"}),
                id_generator=_Ids(),
                shutdown_on_exit=False,
            )
            provider.add_span_processor(self._processor)
            self._spans[service] = Spans(provider.get_tracer("zhucun"))
        return self._spans[service]

    def close(self) -> None:
        """Sends what waits, for at most a few seconds. To be called from a thread."""
        self._processor.shutdown()  # type: ignore[no-untyped-call]  # the SDK has no annotation there


class Spans:
    """Makes spans whose ids are known beforehand."""

    def __init__(self, tracer: trace.Tracer) -> None:
        self._tracer = tracer

    def ended(
        self,
        name: str,
        place: SpanContext,
        parent: SpanContext | None,
        times: tuple[int, int],
        attributes: About,
        kind: SpanKind = SpanKind.INTERNAL,
    ) -> None:
        """A span of something that is over; `times` in nanoseconds since 1970."""
        self._start(name, place, parent, attributes, kind, times[0]).end(times[1])

    @contextmanager
    def current(
        self,
        name: str,
        place: SpanContext,
        parent: SpanContext | None,
        attributes: About,
        kind: SpanKind = SpanKind.INTERNAL,
    ) -> Iterator[Span]:
        """A span around the block; what is made inside belongs below it."""
        # An exception's text may hold what was typed: a span says that it failed, the log says how.
        made = self._start(name, place, parent, attributes, kind)
        with trace.use_span(made, end_on_exit=True, record_exception=False, set_status_on_exception=False) as span:
            yield span

    def _start(
        self,
        name: str,
        place: SpanContext,
        parent: SpanContext | None,
        attributes: About,
        kind: SpanKind,
        began: int | None = None,
    ) -> Span:
        above = contexts.Context() if parent is None else trace.set_span_in_context(NonRecordingSpan(parent))
        token = _given.set((place.trace_id, place.span_id))
        try:
            return self._tracer.start_span(name, context=above, kind=kind, attributes=attributes, start_time=began)
        finally:
            _given.reset(token)


def place(trace_id: int, span_id: int, *, remote: bool = True) -> SpanContext:
    """A place in a trace that is kept."""
    return SpanContext(trace_id, span_id, is_remote=remote, trace_flags=_SAMPLED)


def traceparent(at: SpanContext) -> str:
    """The header by which others go on from there (W3C Trace Context)."""
    return f"00-{at.trace_id:032x}-{at.span_id:016x}-01"


class _Ids(RandomIdGenerator):
    """The ids that were asked for; random ones otherwise."""

    def generate_span_id(self) -> int:
        given = _given.get()
        return given[1] if given else super().generate_span_id()

    def generate_trace_id(self) -> int:
        given = _given.get()
        return given[0] if given else super().generate_trace_id()

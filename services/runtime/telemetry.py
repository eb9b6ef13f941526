"""Prometheus metrics: progress of every log and reader, and how long requests take. No label holds an identifier."""

from collections.abc import Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from services.ledger.node import Counts
from services.ledger.status import State, Status

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
LATENCY_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class Telemetry:
    """The metrics of one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._progress = _Progress()
        self._registry.register(self._progress)
        self._latency = Histogram(
            "zhucun_http_seconds",
            "Time to answer a request",
            ("service", "method", "route", "status"),
            buckets=LATENCY_BUCKETS,
            registry=self._registry,
        )

    def answered(self, *, service: str, method: str, route: str, status: int, seconds: float) -> None:
        """Record one answered request; `route` is the template (`/postings/{person}`), never the path."""
        self._latency.labels(service, method, route, str(status)).observe(seconds)

    def render(self, counts: Mapping[str, Counts], statuses: Mapping[str, Iterable[Status]]) -> bytes:
        """The exposition text, from counts and reader states by service."""
        self._progress.counts = counts
        self._progress.statuses = statuses
        return generate_latest(self._registry)


class _Progress(Collector):
    """Counters are read from the database at the time of the scrape: they survive a restart and cannot drift."""

    def __init__(self) -> None:
        self.counts: Mapping[str, Counts] = {}
        self.statuses: Mapping[str, Iterable[Status]] = {}

    def collect(self) -> Iterator[Metric]:
        yield from self._of_logs()
        yield from self._of_readers()

    def _of_logs(self) -> Iterator[Metric]:
        accepted = CounterMetricFamily("zhucun_events_accepted", "Events appended", labels=["service"])
        sealed = CounterMetricFamily("zhucun_events_sealed", "Events below the signed checkpoint", labels=["service"])
        published = CounterMetricFamily("zhucun_events_published", "Events acknowledged by the bus", labels=["service"])
        consumed = CounterMetricFamily("zhucun_events_consumed", "Events taken in", labels=["service", "origin"])
        for service, count in self.counts.items():
            accepted.add_metric([service], count.accepted)
            sealed.add_metric([service], count.sealed)
            published.add_metric([service], count.published)
            for origin, taken in count.consumed.items():
                consumed.add_metric([service, origin], taken)
        yield from (accepted, sealed, published, consumed)

    def _of_readers(self) -> Iterator[Metric]:
        running = GaugeMetricFamily(
            "zhucun_reader_running", "1 while the reader moves, 0 while it stands", labels=["reader"]
        )
        behind = GaugeMetricFamily("zhucun_reader_behind_events", "Events known and not yet taken", labels=["reader"])
        seconds = GaugeMetricFamily("zhucun_reader_behind_seconds", "How long it has been behind", labels=["reader"])
        for status in (status for statuses in self.statuses.values() for status in statuses):
            running.add_metric([status.name], float(status.state is State.RUNNING))
            behind.add_metric([status.name], status.behind)
            seconds.add_metric([status.name], status.seconds_behind)
        yield from (running, behind, seconds)

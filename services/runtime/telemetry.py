"""Prometheus metrics: progress of every log and reader, and how long requests take. No label holds an identifier."""

from collections.abc import Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
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
        ProcessCollector(registry=self._registry)
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
    """Positions are read from the database at the time of the scrape: they survive a restart and cannot drift."""

    def __init__(self) -> None:
        self.counts: Mapping[str, Counts] = {}
        self.statuses: Mapping[str, Iterable[Status]] = {}

    def collect(self) -> Iterator[Metric]:
        yield from self._of_logs()
        yield from self._of_readers()

    def _of_logs(self) -> Iterator[Metric]:
        """Positions: the number of events below, by log. What is behind what, and by how much, is a subtraction."""
        appended = _position("appended", "Events accepted into the log", "log")
        sealed = _position("sealed", "Events below the signed checkpoint", "log")
        published = _position("published", "Events acknowledged by the bus", "log")
        consumed = _position("consumed", "Events of the log taken in by a service", "log", "service")
        projected = _position("projected", "Events of the log that a view of a service holds", "log", "service", "view")
        for service, count in self.counts.items():
            appended.add_metric([service], count.accepted)
            sealed.add_metric([service], count.sealed)
            published.add_metric([service], count.published)
            for origin, taken in count.consumed.items():
                consumed.add_metric([_log_of(origin), service], taken)
            for (view, origin), held in count.projected.items():
                projected.add_metric([_log_of(origin), service, view], held)
        yield from (appended, sealed, published, consumed, projected)

    def _of_readers(self) -> Iterator[Metric]:
        running = GaugeMetricFamily(
            "zhucun_reader_running", "1 while the reader moves, 0 while it stands", labels=["reader"]
        )
        behind = GaugeMetricFamily("zhucun_reader_behind_events", "Events known and not yet taken", labels=["reader"])
        seconds = GaugeMetricFamily("zhucun_reader_behind_seconds", "How long it has been behind", labels=["reader"])
        place = GaugeMetricFamily(
            "zhucun_reader_position", "Taken, or acknowledged by an agency: everything below it", labels=["reader"]
        )
        for status in (status for statuses in self.statuses.values() for status in statuses):
            running.add_metric([status.name], float(status.state is State.RUNNING))
            behind.add_metric([status.name], status.behind)
            seconds.add_metric([status.name], status.seconds_behind)
            if status.next is not None:
                place.add_metric([status.name], status.next)
        yield from (running, behind, seconds, place)


def _position(stage: str, described: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"zhucun_{stage}_position", described, labels=labels)


def _log_of(origin: str) -> str:
    """The service that keeps the log: the last part of its origin."""
    return origin.rpartition("/")[2]

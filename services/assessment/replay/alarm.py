"""What a nightly refold says to machines: a log line for every difference, and metrics for a file that is scraped.

Prometheus text format, for the textfile collector of a node exporter. Labels name a county and a year, never a person.
"""

from collections.abc import Sequence
from pathlib import Path

import structlog
from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

from services.assessment.replay.county_proof import CountyRefold

log = structlog.get_logger(__name__)
_BY_COUNTY = ("county", "year")


def say(results: Sequence[CountyRefold]) -> None:
    """One line per difference at level error, one per county at level info."""
    for one in results:
        for found in one.differences:
            log.error(
                "refold differs",
                county=one.county,
                year=one.year,
                person=found["person"],
                determination=found["determination"],
                members=[member["member"] for member in found["differs"]],
            )
        log.info(
            "refolded",
            county=one.county,
            year=one.year,
            determinations=one.determinations,
            differences=len(one.differences),
            undetermined=len(one.undetermined),
            proven=one.proven,
        )


def write_metrics(results: Sequence[CountyRefold], path: Path, completed: float) -> None:
    """The file is replaced whole. `completed`: seconds since 1970."""
    registry = CollectorRegistry()
    gauges = {
        name: Gauge(f"zhucun_refold_{name}", described, _BY_COUNTY, registry=registry)
        for name, described in (
            ("determinations", "Determinations folded again and compared"),
            ("differences", "Determinations and lists that do not come out as recorded: an alarm"),
            ("undetermined", "People of whom a value was erased or is not disclosed"),
        )
    }
    at = Gauge("zhucun_refold_completed_seconds", "When the closed years were last folded again", registry=registry)
    for one in results:
        where = (one.county, str(one.year))
        gauges["determinations"].labels(*where).set(one.determinations)
        gauges["differences"].labels(*where).set(len(one.differences))
        gauges["undetermined"].labels(*where).set(len(one.undetermined))
    at.set(completed)
    write_to_textfile(str(path), registry)

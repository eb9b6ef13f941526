"""Fixtures that every test may use; the servers behind them start when first asked for."""

import asyncio
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from services.runtime import logging as logs
from tests import servers
from tests.offline import Year, made_bundle, run_year

# How long an example takes says something about the machine, not about what is tested. Under CI=true Hypothesis also
# draws the same examples every time; elsewhere it looks for new ones.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


def pytest_configure() -> None:
    logs.configure("console", "warning")


@pytest.fixture(autouse=True)
def log_lines_go_on() -> Iterator[None]:
    """A command that a test runs in this process sets up log lines for a screen that is gone afterwards."""
    yield
    streams = [getattr(handler, "stream", None) for handler in logging.getLogger().handlers]
    if any(stream is not None and stream.closed for stream in streams):
        pytest_configure()


def pytest_sessionfinish() -> None:
    """Not left to the end of the process: a worker that has reported its end is killed a few seconds later."""
    servers.stop_servers()


def pytest_report_header() -> str:
    return servers.chosen()


def pytest_xdist_auto_num_workers() -> int:
    """Two workers, each with servers of its own; none where servers are named, for one test empties their streams."""
    return 0 if servers.named() else min(2, os.cpu_count() or 1)


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """URL of a superuser of the session's PostgreSQL."""
    return servers.postgres_url()


@pytest.fixture(scope="session")
def nats_url() -> str:
    """URL of the session's NATS with JetStream."""
    return servers.nats_url()


@pytest.fixture(scope="module")
def database_prefix(postgres_url: str) -> Iterator[str]:
    """A database prefix of this module's own; its databases are dropped when the module ends."""
    prefix = servers.fresh_prefix()
    yield prefix
    servers.drop_databases(prefix)


@pytest.fixture(scope="module")
def empty_bus(nats_url: str) -> str:
    """URL of the session's NATS, with no stream left of another module."""
    asyncio.run(servers.delete_all_streams(nats_url))
    return nats_url


@pytest.fixture(scope="session")
def bundle() -> Iterator[Path]:
    """The directory that `make offline` writes."""
    with made_bundle() as made:
        yield made


@pytest.fixture(scope="session")
def year(bundle: Path) -> Year:
    """The demonstration year, run by an installation from that directory with the network cut."""
    return run_year(bundle)

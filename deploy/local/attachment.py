"""The servers that a command works with: configured ones, those that run here already, or a stack of its own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.local.stack import Stack, running_urls
from services.runtime.settings import Mode, Settings, read_settings


@contextmanager
def servers() -> Iterator[tuple[Settings, Stack | None]]:
    """Settings with the URLs of the servers: configured, those of a stack that runs on `var`, or of one started here.

    The stack is None where the servers are somebody else's to start and stop.
    """
    settings = read_settings(dict(os.environ))
    if settings.postgres_url and settings.nats_url:
        yield settings, None
        return
    found = running_urls(settings.var.absolute()) if settings.embedded else None
    if found is not None:
        yield _settings("embedded", *found, port=_served_on(settings)), None
        return
    with Stack(settings.var, sync_interval=settings.sync_interval) as stack:
        mode: Mode | None = "embedded" if stack.embedded else settings.mode
        yield _settings(mode, stack.postgres_url, stack.nats_url, stack.agency_nats_url), stack


def _settings(
    mode: Mode | None, postgres_url: str, nats_url: str, agency_nats_url: str | None, port: int | None = None
) -> Settings:
    given = {"postgres_url": postgres_url, "nats_url": nats_url, "agency_nats_url": agency_nats_url, "port": port}
    known = {name: value for name, value in given.items() if value is not None}
    return read_settings(dict(os.environ), mode=mode, **known)


def _served_on(settings: Settings) -> int | None:
    """The port of the services that run on the same data, which may be another than the usual one."""
    noted = settings.var / "http.port"
    if settings.port is not None or not noted.is_file():
        return settings.port
    return int(noted.read_text())

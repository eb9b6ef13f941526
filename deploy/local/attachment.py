"""The servers that a command works with: configured ones, those that run here already, or a stack of its own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.local.stack import Stack, running_urls
from services.runtime.settings import Settings, read_settings


@contextmanager
def servers() -> Iterator[tuple[Settings, Stack | None]]:
    """Settings with the URLs of both servers: configured, those of a stack that runs on `var`, or of one started here.

    The stack is None where the servers are somebody else's to start and stop.
    """
    settings = read_settings(dict(os.environ))
    if settings.postgres_url and settings.nats_url:
        yield settings, None
        return
    found = running_urls(settings.var.absolute()) if settings.embedded else None
    if found is not None:
        yield read_settings(dict(os.environ), postgres_url=found[0], nats_url=found[1], mode="embedded"), None
        return
    with Stack(settings.var, sync_interval=settings.sync_interval) as stack:
        mode = "embedded" if stack.embedded else settings.mode
        yield (
            read_settings(dict(os.environ), postgres_url=stack.postgres_url, nats_url=stack.nats_url, mode=mode),
            stack,
        )

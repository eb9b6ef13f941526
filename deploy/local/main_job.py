"""`zhucun run`: servers, services, the demonstration county-year, and then serving until it is stopped."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any, TypeVar

from rich.console import Console

from contracts.catalogue import SERVICES
from deploy.local.processes import StartError
from deploy.local.running import Running
from deploy.local.stack import Stack
from services.agencies import administration as agencies
from services.agencies.hosting import published
from services.runtime import administration
from services.runtime.app import Application
from services.runtime.encryption import certificate
from services.runtime.issuers import built_in_issuer
from services.runtime.service import ServiceDefinition
from services.runtime.serving import listening, long_lived_objects, served, stop_requested
from services.runtime.settings import Settings

T = TypeVar("T")

INTERRUPTED = 130


Demonstration = Callable[[Running], Awaitable[int]]
"""Loads the county-year if the logs are empty, prints the year; 0 only if everything agreed."""


def demonstration() -> Demonstration:
    """The demonstration, loaded when it is wanted: `zhucun serve` does without it."""
    found: Demonstration = import_module("deploy.local.demonstration.job").run_demonstration
    return found


async def prepare(settings: Settings, definitions: Sequence[ServiceDefinition]) -> None:
    """What an administrator does elsewhere and the embedded mode does by itself: databases, bus, keys."""
    await administration.apply_databases(settings, definitions)
    await administration.apply_bus(settings, definitions)
    administration.make_keys(settings, definitions)
    if settings.agency_nats_url is not None:
        await agencies.apply(settings)


async def serve(
    settings: Settings,
    stack: Stack | None,
    definitions: Sequence[ServiceDefinition],
    console: Console,
    *,
    job: Demonstration | None = None,
    once: bool = False,
) -> int:
    """Serve until stopped; with a `job`, do it first, and with `once` end after it with its code.

    Raises StartError when a server of the stack ends by itself, and whatever keeps a service from starting.
    """
    shown, bound = certificate(settings), listening(settings.host, settings.port)
    settings = settings.model_copy(update={"port": bound.getsockname()[1]})
    application = Application(definitions, settings)
    (settings.var / "http.port").write_text(str(settings.port))  # for commands that ask the services
    url = f"{settings.scheme}://{settings.host}:{settings.port}"
    async with stop_requested() as stop, served(application, bound, shown), _publisher(settings, application):
        if job is not None:
            running = Running(url, settings, application, built_in_issuer(settings).token, console)
            code = await _unless_stopped(job(running), stop, stack)
            if code is None:
                return INTERRUPTED
            if once:
                return code
        console.print(f"服务就绪 serving at {url}/  ·  Ctrl-C 停止 stops")
        await _unless_stopped(asyncio.sleep(float("inf")), stop, stack)
        return 0


@asynccontextmanager
async def _publisher(settings: Settings, application: Application) -> AsyncIterator[None]:
    """Other agencies are served beside the services, where all four are here; else `zhucun agency serve` does it."""
    closed = settings.agency_nats_url is None  # a bus of somebody's own, and no server for agencies beside it
    if closed or not settings.embedded or {definition.name for definition in application.definitions} != set(SERVICES):
        yield
        return
    async with published(settings) as publisher:
        application.beside["agency"] = lambda: publisher.statuses
        yield


async def _unless_stopped(work: Awaitable[T], stop: asyncio.Event, stack: Stack | None) -> T | None:
    """The result of `work`, None when a stop was asked for first; raises StartError when a server died."""
    working = asyncio.ensure_future(work)
    stopping = asyncio.ensure_future(stop.wait())
    watching = [asyncio.ensure_future(_watch(stack))] if stack is not None else []
    tasks: list[asyncio.Future[Any]] = [working, stopping, *watching]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for watch in watching:
            if watch in done:
                watch.result()
        return working.result() if working in done else None
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _watch(stack: Stack) -> None:
    while (reason := stack.died()) is None:  # noqa: ASYNC110  a child process sets no event
        await asyncio.sleep(0.5)
    raise StartError(reason)


def run_loop(main: Coroutine[Any, Any, int]) -> int:
    """Run `main` on uvloop, from the main thread."""
    import uvloop

    long_lived_objects()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)

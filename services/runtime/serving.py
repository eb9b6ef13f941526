"""A process that serves: sockets, signals and the order in which things stop."""

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Protocol

import uvicorn
from starlette.applications import Starlette

from services.runtime.encryption import Certificate

USUAL_PORT = 8000
DRAIN_SECONDS = 10
BACKLOG = 2_048


def long_lived_objects() -> None:
    """Tells the collector of cycles to look rarely: folded states stay for long, are many, and hold none.

    With its own thresholds a loaded service spends a tenth of its time walking them, and finds nothing.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


class Served(Protocol):
    """What answers over HTTP; its lifespan starts and stops it."""

    asgi: Starlette


class PortTaken(Exception):
    """The HTTP port cannot be had: one sentence."""


def listening(host: str, port: int | None) -> socket.socket:
    """A listening socket: `port`, or the usual one, or any free one where that is taken. Raises PortTaken."""
    for attempt in [port] if port is not None else [USUAL_PORT, 0]:
        bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((host, attempt))
            bound.listen(BACKLOG)  # two sockets may be bound to one port, only one may listen
        except OSError as error:
            bound.close()
            if port is not None:
                raise PortTaken(f"port {port} of {host} (ZHUCUN_PORT) cannot be had: {error.strerror}") from error
            reason = error.strerror
            continue
        return bound
    raise PortTaken(f"no port of {host} (ZHUCUN_HOST) can be had: {reason}")


class _Server(uvicorn.Server):
    """Leaves signals to us: uvicorn would raise them again before anything else had stopped."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def served(
    application: Served, bound: socket.socket, certificate: Certificate | None = None
) -> AsyncIterator[None]:
    """The application answers on `bound` while the block runs, over TLS where there is a certificate.

    Errors of its start pass through as they are.
    """
    app = application.asgi
    async with app.router.lifespan_context(app):
        server = _Server(
            uvicorn.Config(
                app,
                lifespan="off",  # entered here, so that what goes wrong comes out as itself
                log_config=None,
                access_log=False,
                proxy_headers=False,  # nothing here looks at the address of the client
                server_header=False,
                timeout_graceful_shutdown=DRAIN_SECONDS,
                loop="none",
                ssl_context_factory=None if certificate is None else lambda _config, _usual: certificate.context,
            )
        )
        serving = asyncio.create_task(server.serve(sockets=[bound]), name="http")
        renewing = asyncio.create_task(certificate.keep_fresh(), name="certificate") if certificate else None
        try:
            while not server.started and not serving.done():  # noqa: ASYNC110  uvicorn sets a flag, no event
                await asyncio.sleep(0.01)
            if serving.done():
                await serving
            yield
        finally:
            if renewing is not None:
                renewing.cancel()
            server.should_exit = True
            await serving


@asynccontextmanager
async def stop_requested() -> AsyncIterator[asyncio.Event]:
    """An event that Ctrl-C and SIGTERM set, once; a second Ctrl-C interrupts at once."""
    loop = asyncio.get_running_loop()
    event = asyncio.Event()

    def request(number: signal.Signals) -> None:
        event.set()
        loop.remove_signal_handler(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, request, number)
    try:
        yield event
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(ValueError):
                loop.remove_signal_handler(number)

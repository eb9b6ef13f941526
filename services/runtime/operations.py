"""What an operator asks every process, whatever it serves: does it live, does it move, how far is it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.ledger.node import Counts
from services.ledger.status import Status
from services.runtime.health import Watched, readiness
from services.runtime.telemetry import CONTENT_TYPE, Telemetry


class Operated(Protocol):
    """A process as its operator sees it; read at every request, for what it hosts may change."""

    telemetry: Telemetry

    def watched(self) -> Mapping[str, Watched]:
        """What has to move before the process is ready."""
        ...

    async def positions(self) -> Mapping[str, Counts]:
        """How far its logs are, by service."""
        ...

    def readers(self) -> Mapping[str, Iterable[Status]]:
        """Its readers, by service."""
        ...


def operations(operated: Operated, patience: float) -> list[Route]:
    """`/healthz`, `/readyz` and `/metrics`."""

    async def alive(_http: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def ready(_http: Request) -> Response:
        fine, report = await readiness(operated.watched(), patience)
        return JSONResponse(report, 200 if fine else 503)

    async def metrics(_http: Request) -> Response:
        text = operated.telemetry.render(await operated.positions(), operated.readers())
        return Response(text, media_type=CONTENT_TYPE)

    return [Route("/healthz", alive), Route("/readyz", ready), Route("/metrics", metrics)]


class Beside:
    """A process that hosts no service: only the operator speaks to it over HTTP."""

    def __init__(
        self, name: str, watched: Watched, patience: float, *, readers: Callable[[], Iterable[Status]]
    ) -> None:
        """`watched` is what readiness asks for; `readers` is what the metrics show, which may be more."""
        self.telemetry = Telemetry()
        self._name = name
        self._watched = {name: watched}
        self._readers = readers
        self.asgi = Starlette(routes=operations(self, patience))

    def watched(self) -> Mapping[str, Watched]:
        return self._watched

    async def positions(self) -> Mapping[str, Counts]:
        return {}

    def readers(self) -> Mapping[str, Iterable[Status]]:
        return {self._name: self._readers()}

"""The application: one process that answers for its services, each an application of its own at `/<name>`."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from starlette.applications import Starlette
from starlette.routing import Route

from services.ledger.node import Counts
from services.ledger.status import Status
from services.runtime import documentation
from services.runtime.edges import BodyLimit, Correlation
from services.runtime.failures import add_handlers
from services.runtime.health import Watched
from services.runtime.hosting import Hosted
from services.runtime.issuers import authentication as authentication
from services.runtime.issuers import built_in_issuer as built_in_issuer
from services.runtime.keys import Keys
from services.runtime.log_routes import log_router
from services.runtime.openapi import describe
from services.runtime.operations import operations
from services.runtime.routing import Direct, FixedPaths, include
from services.runtime.service import ServiceDefinition
from services.runtime.settings import Settings
from services.runtime.standing_routes import standing_router
from services.runtime.telemetry import Telemetry
from services.runtime.watching import exporting, stages_of


class Application:
    """The services of one process. `asgi` is the application; its lifespan starts and stops them."""

    def __init__(self, definitions: Sequence[ServiceDefinition], settings: Settings) -> None:
        self.settings = settings
        self.definitions = tuple(definitions)
        self.hosted: dict[str, Hosted] = {}
        self.beside: dict[str, Callable[[], list[Status]]] = {}
        """Readers that run in this process and are no service's: shown by `/metrics`, no part of readiness."""
        self.telemetry = Telemetry()
        self._traces = exporting(settings)
        self._pages = {definition.name: _service_app(definition) for definition in self.definitions}
        self.asgi = self._build()

    def _build(self) -> Starlette:
        # Not FastAPI again: every request to a service would go through its layers twice.
        app = Starlette(
            lifespan=self._lifespan, routes=[*operations(self, self.settings.lag_patience), Route("/", self._front)]
        )
        add_handlers(app)
        for name, page in self._pages.items():
            app.mount(f"/{name}", page)
        app.add_middleware(Direct, pages=self._pages)
        app.add_middleware(BodyLimit, limit=self.settings.body_limit)
        app.add_middleware(Correlation, telemetry=self.telemetry, services=frozenset(self._pages))
        if self._traces is not None:
            from services.runtime.traced_requests import Traced

            app.add_middleware(Traced, exporting=self._traces, services=frozenset(self._pages))
        return app

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            if self._traces is not None:
                stack.push_async_callback(asyncio.to_thread, self._traces.close)
            authenticator = await stack.enter_async_context(authentication(self.settings))
            keys = Keys(self.settings)
            for definition in self.definitions:
                keys.signer(definition.name)
            for definition in self.definitions:
                stages = stages_of(self.settings, self._traces, definition.name)
                hosted = Hosted(definition, self.settings, authenticator, stages)
                page = self._pages[definition.name]
                page.state.service = await hosted.start()
                stack.push_async_callback(hosted.stop)
                page.state.log = hosted.log
                page.state.duties = hosted.duties
                page.state.authenticator = authenticator
                self.hosted[definition.name] = hosted
            yield
        self.hosted.clear()

    def watched(self) -> Mapping[str, Watched]:
        """The services that have to move."""
        return self.hosted

    async def positions(self) -> Mapping[str, Counts]:
        """How far the logs of the services are."""
        return {name: await hosted.counts() for name, hosted in self.hosted.items()}

    def readers(self) -> Mapping[str, Iterable[Status]]:
        """Every reader of this process."""
        own: dict[str, Iterable[Status]] = {name: hosted.statuses for name, hosted in self.hosted.items()}
        return own | {name: readers() for name, readers in self.beside.items()}

    async def _front(self, _http: Request) -> Response:
        services = [(definition.name, definition.title) for definition in self.definitions]
        return HTMLResponse(documentation.front(services))


def _service_app(definition: ServiceDefinition) -> FastAPI:
    app = FastAPI(title=f"驻村 {definition.title} ({definition.name})", docs_url=None, redoc_url=None)
    include(app.router, definition.router(), standing_router(definition), log_router())
    describe(app)
    add_handlers(app)

    @app.get("/docs", include_in_schema=False, response_class=HTMLResponse)
    async def docs() -> str:
        return documentation.page(app.openapi(), title=app.title)

    app.router.routes.insert(0, FixedPaths(app.router.routes))
    return app

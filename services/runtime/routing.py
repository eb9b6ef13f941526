"""How a request finds its command: by its path, past whatever else FastAPI would do, and with a body read once.

FastAPI holds every request against one route after the other, twice for each level of included routers, reads a body
into plain values before it validates them, and wraps an endpoint into twenty layers of which a command uses none. A
service has a hundred routes and thousands of commands: measured, it was the larger half of what a small command costs.
Everything is still declared to FastAPI, which describes it.
"""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, get_type_hints

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from services.runtime.context import request_of
from services.runtime.failures import answer_to

_NOT_JSON = {
    "type": "model_attributes_type",
    "loc": ("body",),
    "msg": "Input should be a JSON object, sent as application/json",
    "input": None,
}


class CommandRoute(APIRoute):
    """A route whose endpoint takes `command`, the whole body, and `context` (`context.request_of`), nothing else."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Authenticates before it reads; raises RequestValidationError as FastAPI's own handler does."""
        form = TypeAdapter[Any](get_type_hints(self.endpoint)["command"])
        endpoint: Callable[..., Awaitable[Response]] = self.endpoint

        async def handle(http: Request) -> Response:
            context = await request_of(http)
            if not _says_json(http.headers.get("content-type", "")):
                raise RequestValidationError([_NOT_JSON])
            try:
                command = form.validate_json(await http.body(), strict=True)
            except ValidationError as error:
                raise RequestValidationError(
                    [{**found, "loc": ("body", *found["loc"])} for found in error.errors()]
                ) from error
            return await endpoint(command=command, context=context)

        return handle


def _says_json(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


class Direct:
    """Gives a command straight to its endpoint; every other request goes on to the application behind."""

    def __init__(self, app: ASGIApp, pages: Mapping[str, FastAPI]) -> None:
        self._app = app
        self._commands = {
            f"/{name}{route.path}": (page, route, route.get_route_handler())
            for name, page in pages.items()
            for route in page.routes
            if isinstance(route, CommandRoute)
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self._commands.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if found is None:
            await self._app(scope, receive, send)
            return
        scope["app"], scope["route"], handle = found
        http = Request(scope, receive)
        try:
            response = await handle(http)
        except Exception as error:  # what is not expected is raised again
            response = await answer_to(http, error)
        await response(scope, receive, send)


class FixedPaths(BaseRoute):
    """Routes without parameters, found by method and path; every other request is left to the routes behind."""

    def __init__(self, routes: list[BaseRoute]) -> None:
        self._routes: Mapping[tuple[str, str], APIRoute] = {
            (method, route.path): route
            for route in reversed(routes)
            if isinstance(route, APIRoute) and not route.param_convertors
            for method in route.methods or ()
        }

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Full for a fixed path with its method, else none."""
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        route = self._routes.get((scope.get("method", ""), path))
        return (Match.NONE, {}) if route is None else route.matches(scope)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handled by the route that was found."""
        await scope["route"].handle(scope, receive, send)


def include(routes: APIRouter, *others: APIRouter) -> None:
    """Put the routes of others behind those of `routes`, as their own: nothing is looked through level by level."""
    for other in others:
        routes.routes.extend(other.routes)

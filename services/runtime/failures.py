"""What went wrong, as an answer: one table for every way that a request takes to its endpoint."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, TypeAlias

import psycopg
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from psycopg_pool import PoolTimeout
from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from contracts.refusals import Refusal
from services.runtime import problems
from services.runtime.commands import Refused

Handler: TypeAlias = Callable[[Request, Exception], Coroutine[Any, Any, Response]]
"""Makes a problem document of an exception."""


def add_handlers(app: Starlette) -> None:
    """Every failure of this application becomes a problem document."""
    for kind, handler in HANDLERS.items():
        app.add_exception_handler(kind, handler)
    app.add_exception_handler(Exception, _failed)


async def answer_to(http: Request, error: Exception) -> Response:
    """The answer to what is expected to go wrong; raises the error again where it is a broken assumption."""
    for kind, handler in HANDLERS.items():
        if isinstance(error, kind):
            return await handler(http, error)
    raise error


def _answer(http: Request, refusal: Refusal, status: int | None = None, **extra: Any) -> Response:
    number, body = problems.problem(
        refusal, instance=http.url.path, correlation=http.state.correlation, status=status, extra=extra
    )
    headers = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "2"}}.get(number)
    return Response(body, number, headers, problems.MEDIA_TYPE)


async def _refused(http: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return _answer(http, error.refusal)


async def _malformed(http: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    findings = error.errors()
    if any(finding["type"] == "json_invalid" for finding in findings):
        return _answer(http, problems.NOT_JSON, 400)
    return _answer(http, problems.MALFORMED, errors=problems.field_errors(findings))


async def _http(http: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    refusal = {404: problems.NOT_FOUND, 405: problems.METHOD}.get(error.status_code, problems.MALFORMED)
    return _answer(http, refusal, error.status_code)


async def _unavailable(http: Request, _error: Exception) -> Response:
    return _answer(http, problems.UNAVAILABLE)


async def _failed(http: Request, _error: Exception) -> Response:
    number, body = problems.failure(instance=http.url.path, correlation=http.state.correlation)
    return Response(body, number, media_type=problems.MEDIA_TYPE)


HANDLERS: Mapping[type[Exception], Handler] = {
    Refused: _refused,
    RequestValidationError: _malformed,
    HTTPException: _http,
    psycopg.OperationalError: _unavailable,
    PoolTimeout: _unavailable,
}
"""What is expected to go wrong."""

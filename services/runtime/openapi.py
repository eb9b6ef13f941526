"""The OpenAPI document of a service: bearer tokens, problem documents, and the headers that commands take."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from services.runtime.clock import SIMULATED_TIME
from services.runtime.context import AT_LEAST
from services.runtime.edges import CORRELATION
from services.runtime.problems import MEDIA_TYPE

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457; `detail` and `remedy` are Chinese, `detail_en` and `remedy_en` English.",
    "required": ["type", "title", "status", "detail", "instance", "correlation"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:zhucun:problem:AUTH"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "detail_en": {"type": "string"},
        "code": {"type": "string"},
        "article": {"type": "string"},
        "remedy": {"type": "string"},
        "remedy_en": {"type": "string"},
        "instance": {"type": "string"},
        "correlation": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}
HEADERS = {
    "Idempotency-Key": "重复提交同一命令时给出第一次的答复 / a repeated command gets its first answer",
    CORRELATION: "关联号，贯穿日志与事件 / goes through logs and events",
    "Prefer": "wait=2：最多等 2 秒直到封存 / wait until sealed",
    AT_LEAST: "等视图到达 <stream>:<version> 或 <origin>:<index> / wait for the views",
    SIMULATED_TIME: "仅演示日志 / demonstration logs only",
}


def describe(app: FastAPI) -> None:
    """Replace the document that FastAPI would make by one that says what this runtime adds to every operation."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    # FastAPI's documented way of changing the document: https://fastapi.tiangolo.com/how-to/extending-openapi/
    app.openapi = document  # type: ignore[method-assign]  # FastAPI documents this very assignment


def _document(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(title=app.title, version=app.version, routes=app.routes)
    components = made.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = PROBLEM
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    made["security"] = [{"bearer": []}]
    for methods in made.get("paths", {}).values():
        for method, operation in methods.items():
            _complete(operation, command=method == "post")
    return made


def _complete(operation: dict[str, Any], *, command: bool) -> None:
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    responses = operation.setdefault("responses", {})
    responses.pop("422", None)
    responses["default"] = {"description": "拒绝 / refused", "content": {MEDIA_TYPE: problem}}
    for status, response in responses.items():
        response.setdefault("description", "拒绝 / refused" if status >= "4" else "成功 / done")
    named = HEADERS if command else {CORRELATION: HEADERS[CORRELATION], AT_LEAST: HEADERS[AT_LEAST]}
    operation.setdefault("parameters", []).extend(
        {"name": name, "in": "header", "required": False, "description": text, "schema": {"type": "string"}}
        for name, text in named.items()
    )

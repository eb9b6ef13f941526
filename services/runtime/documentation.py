"""The page of one service's commands and queries: plain HTML of its OpenAPI document, nothing loaded from afar."""

from html import escape
from typing import Any

STYLE = """
body{font:15px/1.6 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}
h1{font-size:1.5rem}h2{font-size:1.05rem;margin:2.2rem 0 .2rem;border-top:1px solid #ddd;padding-top:.8rem}
code,.m{font-family:ui-monospace,monospace}.m{display:inline-block;min-width:3.2em;font-weight:700}
table{border-collapse:collapse;margin:.4rem 0;width:100%}
td,th{border-bottom:1px solid #eee;padding:.15rem .6rem .15rem 0;
text-align:left;vertical-align:top;font-weight:400}th{color:#666}.r{color:#a00}nav a{margin-right:1rem}
@media(prefers-color-scheme:dark){body{background:#161616;color:#ddd}
td,th{border-color:#333}h2{border-color:#444}a{color:#8bf}}
"""


def page(document: dict[str, Any], *, title: str) -> str:
    """HTML of an OpenAPI 3.1 document: every operation with its fields, Chinese summaries first."""
    operations = [
        _operation(path, method, operation, document)
        for path, methods in document.get("paths", {}).items()
        for method, operation in methods.items()
    ]
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style><h1>{escape(title)}</h1>'
        f'<nav><a href="openapi.json">openapi.json</a></nav><p>{escape(document["info"].get("description", ""))}</p>'
        + "".join(operations)
    )


def _operation(path: str, method: str, operation: dict[str, Any], document: dict[str, Any]) -> str:
    parts = [
        f'<h2 id="{escape(operation.get("operationId", ""))}"><span class="m">{method.upper()}</span> '
        f"<code>{escape(path)}</code></h2><div>{escape(operation.get('summary', ''))}</div>"
    ]
    if operation.get("description"):
        parts.append(f"<div>{escape(operation['description'])}</div>")
    rows = [
        _row(
            f"{parameter['name']} ({parameter['in']})", parameter.get("schema", {}), parameter.get("required"), document
        )
        for parameter in operation.get("parameters", [])
    ]
    for content in operation.get("requestBody", {}).get("content", {}).values():
        schema = _resolved(content.get("schema", {}), document)
        required = schema.get("required", [])
        rows += [_row(name, field, name in required, document) for name, field in schema.get("properties", {}).items()]
    if rows:
        parts.append(f"<table><tr><th>字段 field<th>类型 type<th>说明</tr>{''.join(rows)}</table>")
    return "".join(parts)


def _row(name: str, schema: dict[str, Any], required: bool | None, document: dict[str, Any]) -> str:
    mark = '<span class="r">*</span>' if required else ""
    note = schema.get("description", "")
    return f"<tr><td><code>{escape(name)}</code>{mark}<td>{escape(_kind(schema, document))}<td>{escape(note)}</tr>"


def _kind(schema: dict[str, Any], document: dict[str, Any], depth: int = 0) -> str:
    """A short word for a schema: type, pattern, choices, members."""
    schema = _resolved(schema, document)
    if depth > 3:
        return "…"
    if "anyOf" in schema:
        return " | ".join(_kind(option, document, depth) for option in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"[{_kind(schema.get('items', {}), document, depth + 1)}]"
    if "properties" in schema:
        members = (f"{name}: {_kind(field, document, depth + 1)}" for name, field in schema["properties"].items())
        return "{" + ", ".join(members) + "}"
    word = str(schema.get("format") or schema.get("type") or "any")
    return f"{word} {schema['pattern']}" if "pattern" in schema else word


def _resolved(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)


def front(services: list[tuple[str, str]]) -> str:
    """The first page: where each service's commands and queries are."""
    items = "".join(
        f'<li><a href="/{escape(name)}/docs">{escape(title)} {escape(name)}</a> · '
        f'<a href="/{escape(name)}/openapi.json">openapi.json</a></li>'
        for name, title in services
    )
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>驻村 zhucun</title><style>{STYLE}</style>'
        f'<h1>驻村 zhucun</h1><ul>{items}</ul><nav><a href="/readyz">readyz</a><a href="/metrics">metrics</a></nav>'
    )

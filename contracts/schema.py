"""JSON Schema 2020-12 of each event version: the whole event as its bytes say it, sensitive members as digests.

`x-sensitivity` names the class of every member of `data`. Members behind digests do not stand in `data` itself: their
schemas are under `x-disclosed`, and `_sd` holds as many digests as there are such members in the event.
"""

from typing import Any

from contracts.catalogue import EVENTS
from contracts.disclosure import SD
from contracts.envelope import Envelope, concealed_fields
from contracts.fact import Fact

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_INSTANT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$"
_DIGEST = "^[A-Za-z0-9_-]{43}$"


def event_schema(event_type: str) -> dict[str, Any]:
    """The schema of all events of a CloudEvents type, for instance `zhucun.attendance.CheckedIn.v1`."""
    cls = EVENTS[event_type]
    service = event_type.split(".")[1]
    envelope = _tidy(Envelope.model_json_schema(mode="validation"))
    data, definitions = _data_schema(cls)
    members: dict[str, Any] = envelope["properties"] | {
        "type": {"const": event_type},
        "source": {"const": f"/zhucun/{service}"},
        "data": data,
    }
    schema: dict[str, Any] = {
        "$schema": DIALECT,
        "$id": f"urn:zhucun:schema:{event_type}",
        "title": event_type,
        "x-stream": cls.STREAM,
        "type": "object",
        "properties": members,
        "required": envelope["required"],
        "additionalProperties": False,
        # The first event of a stream follows nothing; every later one names the leaf before it.
        "if": {"properties": {"version": {"const": 1}}},
        "then": {"not": {"required": ["prev"]}},
        "else": {"required": ["prev"]},
    }
    if cls.__dict__.get("__doc__"):
        schema["description"] = " ".join(str(cls.__doc__).split())
    if definitions:
        schema["$defs"] = definitions
    return schema


def _data_schema(cls: type[Fact]) -> tuple[dict[str, Any], dict[str, Any]]:
    plain = _tidy(cls.model_json_schema(mode="validation"))
    definitions: dict[str, Any] = plain.pop("$defs", {})
    hidden = concealed_fields(cls)
    members = {
        name: member | {"x-sensitivity": cls.sensitivity(name).value} for name, member in plain["properties"].items()
    }
    required: list[str] = plain["required"]
    data: dict[str, Any] = {
        "type": "object",
        "properties": {name: member for name, member in members.items() if name not in hidden},
        "required": [name for name in required if name not in hidden],
        "additionalProperties": False,
    }
    if hidden:
        always = sum(name in hidden for name in required)
        data["properties"][SD] = {
            "type": "array",
            "description": "SHA-256 digests (base64url) of the disclosures of the members under x-disclosed",
            "items": {"type": "string", "pattern": _DIGEST},
            "minItems": max(always, 1),
            "maxItems": len(hidden),
            "uniqueItems": True,
        }
        data["required"] += [SD] if always else []
        data["x-disclosed"] = {name: member for name, member in members.items() if name in hidden}
    return data, definitions


def _tidy(schema: Any) -> Any:
    """Without generated titles and the docstrings of code, with null left out: an absent value is absent, not null."""
    if isinstance(schema, list):
        return [_tidy(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    tidied: dict[str, Any] = {}
    for key, value in schema.items():
        if key in ("properties", "$defs"):  # here the keys are names of the field, of which `description` may be one
            tidied[key] = {name: _tidy(member) for name, member in value.items()}
        elif key not in ("title", "description"):
            tidied[key] = _tidy(value)
    if schema.get("default", ...) is None:
        del tidied["default"]
        tidied |= _without_null(tidied)
    if schema.get("format") == "date-time":
        tidied["pattern"] = _INSTANT
    return tidied


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    choices = [choice for choice in schema.pop("anyOf") if choice != {"type": "null"}]
    return choices[0] if len(choices) == 1 else {"anyOf": choices}

"""AsyncAPI 3.0 documents, one per service: what a subscriber is sent, where, and in which form.

They point at the JSON Schemas beside them and repeat nothing of these. The subjects are those inside an agency's own
account (`scope.…`); on the services' own bus the same events stand under `ev.…`.
"""

from typing import Any

from contracts import scope_log
from contracts.catalogue import EVENTS, SERVICES
from contracts.event_articles import articles_of
from contracts.event_names import name_of
from contracts.scopes import receivers

_HEADERS: dict[str, tuple[str, str]] = {
    scope_log.SCOPE: ("string", "origin of the scope's log"),
    scope_log.ENTRY: ("string", "number of the entry in the scope's log, from 0"),
    scope_log.ORIGIN: ("string", "origin of the log that the event comes from"),
    scope_log.INDEX: ("string", "index of the event in that log"),
    scope_log.TYPE: ("string", "CloudEvents type"),
    scope_log.LEAF: ("string", "leaf hash of the payload, hexadecimal"),
    scope_log.PROOF: ("string", "base64 of the event's C2SP tlog-proof in its log"),
    scope_log.DISCLOSURES: (
        "string",
        "disclosures of restricted members (RFC 9901), separated by commas; may be absent",
    ),
}


def document(service: str) -> dict[str, Any]:
    """The AsyncAPI document of one service's events."""
    types = sorted(event_type for event_type in EVENTS if event_type.split(".")[1] == service)
    names = sorted({event_type.split(".")[2] for event_type in types})
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"zhucun {service}: events",
            "version": "0.1.0",
            "description": "CloudEvents 1.0, structured mode, canonical JSON: the payload is hashed, signed and passed"
            " on byte for byte. At least once, in the order of the scope's log; a correction is a new event.",
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {name: _channel(service, name, types) for name in [*names, scope_log.CHECKPOINTS]},
        "operations": {
            f"send{name[0].upper()}{name[1:]}": {"action": "send", "channel": {"$ref": f"#/channels/{name}"}}
            for name in [*names, scope_log.CHECKPOINTS]
        },
        "components": {
            "messages": {event_type: _message(event_type) for event_type in types} | {"checkpoint": _checkpoint()},
            "schemas": {"headers": _headers()},
        },
    }


def documents() -> dict[str, dict[str, Any]]:
    """All of them: service -> document."""
    return {service: document(service) for service in SERVICES}


def _channel(service: str, name: str, types: list[str]) -> dict[str, Any]:
    if name == scope_log.CHECKPOINTS:
        messages = {"checkpoint": {"$ref": "#/components/messages/checkpoint"}}
        return {"address": f"scope.{name}", "messages": messages}
    places = {"county": "six digits", "township": "nine digits", "village": "twelve digits"}
    return {
        "address": f"scope.ev.{service}.{name}.{{county}}.{{township}}.{{village}}",
        "parameters": {
            place: {"description": f"{digits}, or `_` where the event belongs to no {place}"}
            for place, digits in places.items()
        },
        "messages": {
            event_type: {"$ref": f"#/components/messages/{event_type}"}
            for event_type in types
            if event_type.split(".")[2] == name
        },
    }


def _message(event_type: str) -> dict[str, Any]:
    cls = EVENTS[event_type]
    called = name_of(event_type)
    found: dict[str, Any] = {
        "name": event_type,
        "title": called.title,
        "summary": called.meaning,
        "contentType": "application/cloudevents+json",
        "headers": {"$ref": "#/components/schemas/headers"},
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"../schemas/{event_type}.json"},
        },
        "x-stream": cls.STREAM,
        "x-articles": list(articles_of(event_type)),
        "x-receivers": sorted(row.role.value for row in receivers(event_type)),
    }
    return found


def _checkpoint() -> dict[str, Any]:
    return {
        "name": "checkpoint",
        "summary": "Signed note of the scope's log after the entries before it (C2SP tlog-checkpoint).",
        "contentType": "text/plain",
        "payload": {"type": "string"},
    }


def _headers() -> dict[str, Any]:
    members = {name: {"type": kind, "description": text} for name, (kind, text) in _HEADERS.items()}
    required = [name for name in _HEADERS if name != scope_log.DISCLOSURES]
    return {"type": "object", "properties": members, "required": required}

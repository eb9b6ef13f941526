"""The committed documents are what their specifications call valid, and the events what CloudEvents calls an event."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from jsonschema import Draft7Validator, Draft202012Validator

from contracts import canonical, publish
from contracts.catalogue import EVENTS, SERVICES
from services import openapi_documents

OFFICIAL = Path(__file__).parent / "official"
EXAMPLES = publish.FOLDER / "examples"


def read(path: Path) -> Any:
    return json.loads(path.read_bytes())


ASYNCAPI = Draft7Validator(read(OFFICIAL / "asyncapi-3.0.0.json"))
OPENAPI = Draft202012Validator(read(OFFICIAL / "openapi-3.1.json"))


@pytest.mark.parametrize("service", SERVICES)
def test_an_asyncapi_document_is_valid(service: str) -> None:
    document = read(publish.FOLDER / "asyncapi" / f"{service}.json")
    assert [error.message for error in ASYNCAPI.iter_errors(document)] == []


@pytest.mark.parametrize("service", SERVICES)
def test_an_openapi_document_is_valid(service: str) -> None:
    document = read(openapi_documents.FOLDER / f"{service}.json")
    assert document["openapi"].startswith("3.1.")
    assert [error.message for error in OPENAPI.iter_errors(document)] == []
    Draft202012Validator.check_schema({"$defs": document["components"]["schemas"]})


DAMAGES: list[tuple[str, Callable[[Any], Any]]] = [
    ("asyncapi", lambda it: it.pop("info")),
    ("asyncapi", lambda it: it.update(asyncapi="2.6.0")),
    ("asyncapi", lambda it: it["channels"]["checkpoint"].update(addres="scope")),
    ("asyncapi", lambda it: next(iter(it["operations"].values())).update(action="broadcast")),
    ("openapi", lambda it: it.pop("info")),
    ("openapi", lambda it: it.update(openapi="3.0.3")),
    ("openapi", lambda it: it["paths"].update({"no-slash": {}})),
    ("openapi", lambda it: it["components"]["securitySchemes"].update(bearer={"type": "password"})),
]


@pytest.mark.parametrize(("kind", "damage"), DAMAGES)
def test_a_damaged_document_is_not_valid(kind: str, damage: Callable[[Any], Any]) -> None:
    document = read(publish.FOLDER / kind / "finance.json")
    if kind == "openapi":  # one operation is enough to see the difference
        document["paths"] = dict([next(iter(document["paths"].items()))])
    validator = {"asyncapi": ASYNCAPI, "openapi": OPENAPI}[kind]
    assert validator.is_valid(document)
    damage(document)
    assert not validator.is_valid(document)


def test_the_committed_openapi_documents_are_those_of_the_routes(tmp_path: Path) -> None:
    assert openapi_documents.differences() == []
    openapi_documents.write(tmp_path)
    assert openapi_documents.differences(tmp_path) == []
    (tmp_path / "finance.json").write_text("{}")
    (tmp_path / "personnel.json").unlink()
    (tmp_path / "other.json").touch()
    assert len(openapi_documents.differences(tmp_path)) == 3
    openapi_documents.write(tmp_path)
    assert openapi_documents.differences(tmp_path) == []


@pytest.mark.parametrize("event_type", sorted(EVENTS))
def test_the_official_package_reads_an_event_in_structured_mode(event_type: str) -> None:
    """What it writes again is, in canonical form, the same bytes but for the time of reading that it adds."""
    body = (EXAMPLES / f"{event_type}.json").read_bytes()
    message = HTTPMessage({"content-type": JSONFormat.CONTENT_TYPE}, body)
    for event in (
        JSONFormat().read(CloudEvent, body),
        from_structured(message, JSONFormat(), CloudEvent),
    ):
        whole = json.loads(body)
        assert event.get_type() == event_type
        assert event.get_specversion() == "1.0"
        assert event.get_id() == whole["id"]
        assert event.get_source() == whole["source"]
        assert event.get_data() == whole["data"]
        again = json.loads(JSONFormat().write(event))
        del again["time"]
        assert canonical.encode(again) == body


def test_the_official_package_refuses_what_is_none() -> None:
    body = json.loads((EXAMPLES / "zhucun.attendance.CheckedIn.v1.json").read_bytes())
    for damage in ({"id": ""}, {"source": ""}, {"type": ""}, {"Upper": "x"}):
        with pytest.raises(Exception, match=r"(?i)validation|attribute|failed"):
            JSONFormat().read(CloudEvent, json.dumps(body | damage).encode())
    del body["type"]
    with pytest.raises(Exception, match=r"(?i)validation|failed"):
        JSONFormat().read(CloudEvent, json.dumps(body).encode())

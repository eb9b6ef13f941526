"""Event classes, their envelope and their classes of sensitivity."""

import typing
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from contracts import canonical, disclosure, envelope
from contracts.canonical import NotCanonicalError
from contracts.catalogue import EVENTS, read_fact
from contracts.example import example, example_fact
from contracts.fact import Fact
from contracts.identifiers import format_instant
from contracts.sensitivity import Sensitivity

CHECKED_IN = "zhucun.attendance.CheckedIn.v1"
CLASSES = sorted(set(EVENTS.values()), key=lambda cls: cls.__name__)


def nested_models(annotation: Any) -> set[type[BaseModel]]:
    """Model classes anywhere inside an annotation."""
    parts = typing.get_args(annotation)
    if parts:
        return set().union(*[nested_models(part) for part in parts])
    if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return set()
    return {annotation}.union(*[nested_models(field.annotation) for field in annotation.model_fields.values()])


def marks(hint: Any) -> set[Sensitivity]:
    """All classes that an annotation names, at any depth."""
    found = {mark for mark in getattr(hint, "__metadata__", ()) if isinstance(mark, Sensitivity)}
    return found.union(*[marks(part) for part in typing.get_args(hint)])


def changed(body: bytes, **members: Any) -> bytes:
    value = canonical.decode(body)
    assert isinstance(value, dict)
    return canonical.encode(value | members)


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_field_of_every_event_has_a_class(cls: type[Fact]) -> None:
    for field in cls.model_fields:
        assert isinstance(cls.sensitivity(field), Sensitivity)


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_what_lies_deeper_than_the_top_is_open(cls: type[Fact]) -> None:
    """Only members at the top are put behind digests: a sensitive one below would be published."""
    for name, field in cls.model_fields.items():
        if cls.sensitivity(name) is Sensitivity.OPEN:
            for model in nested_models(field.annotation):
                for hint in typing.get_type_hints(model, include_extras=True).values():
                    assert marks(hint) <= {Sensitivity.OPEN}, model


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_events_are_frozen_and_refuse_what_they_do_not_know(cls: type[Fact]) -> None:
    assert cls.model_config.get("frozen") is True
    assert cls.model_config.get("extra") == "forbid"


def test_the_strictest_of_several_marks_counts() -> None:
    cls = EVENTS["zhucun.assessment.DisciplinarySanctionRecorded.v1"]
    assert cls.sensitivity("decided_on") is Sensitivity.RESTRICTED
    assert cls.sensitivity("sanction") is Sensitivity.ERASABLE
    assert cls.sensitivity("person") is Sensitivity.OPEN


@pytest.mark.parametrize("event_type", EVENTS)
def test_an_event_reads_back_as_the_fact_it_was(event_type: str) -> None:
    event = example(event_type)
    read = envelope.decode(event.body)
    texts = {disclosure.digest_of(text): text for text in event.disclosures}
    assert read_fact(read.type, disclosure.reveal(read.data, texts)) == example_fact(event_type)


@pytest.mark.parametrize(
    "members",
    [
        {"version": "2"},
        {"version": True},
        {"version": 0},
        {"recordedtime": "2017-05-12T09:30:00Z"},
        {"recordedtime": "2017-05-12T17:30:00.250000+08:00"},
        {"recordedtime": 1_494_581_400},
        {"causationid": None},
        {"prev": None},
        {"prev": "00"},
        {"specversion": "1.1"},
        {"index": 7},
        {"data": []},
        {"type": "zhucun.attendance.CheckedIn"},
    ],
)
def test_an_envelope_in_any_other_form_is_refused(members: dict[str, Any]) -> None:
    body = example(CHECKED_IN).body
    assert envelope.decode(body).version == 2
    with pytest.raises(NotCanonicalError):
        envelope.decode(changed(body, **members))


@pytest.mark.parametrize("body", [b"", b"1", b"[]", b"{}", b"null", b"not json", b'{"specversion":"1.0"}'])
def test_bytes_that_are_no_event_are_refused(body: bytes) -> None:
    with pytest.raises(NotCanonicalError):
        envelope.decode(body)


def test_prev_is_absent_exactly_at_the_first_version() -> None:
    with pytest.raises(NotCanonicalError, match="prev"):
        envelope.decode(changed(example(CHECKED_IN).body, version=1))
    with pytest.raises(NotCanonicalError, match="prev"):
        envelope.decode(changed(example("zhucun.attendance.LeaveGranted.v1").body, version=2))


@pytest.mark.parametrize(
    "members",
    [
        {"date": "2017-05-12T00:00:00"},
        {"date": 1_494_547_200},
        {"overnight": 1},
        {"overnight": "yes"},
        {"overnight": None},
        {"person": "P1"},
        {"mood": "good"},
        {"device_time": "2017-05-12T00:41:07Z"},
    ],
)
def test_a_member_in_any_other_form_is_refused(members: dict[str, Any]) -> None:
    opened = example_fact(CHECKED_IN).model_dump(mode="json", exclude_none=True)
    assert read_fact(CHECKED_IN, opened) == example_fact(CHECKED_IN)
    with pytest.raises(NotCanonicalError):
        read_fact(CHECKED_IN, opened | members)


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(NotCanonicalError, match="unknown event type"):
        read_fact("zhucun.attendance.CheckedIn.v2", {})


def test_an_event_that_is_too_large_is_refused() -> None:
    cls = EVENTS["zhucun.assessment.TieResolved.v1"]
    fact = example_fact("zhucun.assessment.TieResolved.v1")
    with pytest.raises(ValidationError):
        cls.model_validate(fact.model_dump() | {"chosen": ["P000101"] * 501})
    with pytest.raises(NotCanonicalError, match="larger"):
        envelope.decode(b" " * (canonical.MAX_LEAF_BYTES + 1))


def test_what_is_concealed_is_not_in_the_bytes() -> None:
    event = example("zhucun.attendance.LeaveRequested.v1")
    for secret in ("家中", "family", "reason", "kind"):
        assert secret.encode() not in event.body


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        format_instant(datetime(2017, 1, 1))
    assert format_instant(datetime(2017, 1, 1, tzinfo=UTC)) == "2017-01-01T00:00:00.000000Z"

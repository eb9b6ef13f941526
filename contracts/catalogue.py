"""The catalogue of all events: CloudEvents type -> class."""

from typing import Any

from pydantic import ValidationError, create_model

from contracts import assessment, attendance, canonical, evidence, finance, personnel, sheets
from contracts.canonical import NotCanonicalError
from contracts.disclosure import SD
from contracts.envelope import concealed_fields
from contracts.erasure import ValuesErased
from contracts.fact import Fact
from contracts.refusals import CommandRefused

SERVICES = ("attendance", "personnel", "assessment", "finance")

EVENTS: dict[str, type[Fact]] = {
    cls.type(): cls
    for cls in (
        *attendance.EVENTS,
        *sheets.EVENTS,
        *personnel.EVENTS,
        *assessment.EVENTS,
        *evidence.EVENTS,
        *finance.EVENTS,
    )
} | {f"zhucun.{service}.{cls.NAME}.v1": cls for service in SERVICES for cls in (CommandRefused, ValuesErased)}


def read_fact(event_type: str, opened: dict[str, Any]) -> Fact:
    """The fact inside an event whose sensitive members were opened by :func:`contracts.disclosure.reveal`.

    Raises NotCanonicalError for an unknown type, members that do not fit it, or members spelt in another form than
    the one this class writes ("1" for 1, a date with a time, null for absent).
    """
    cls = EVENTS.get(event_type)
    if cls is None:
        raise NotCanonicalError(f"unknown event type {event_type}")
    try:
        fact = cls.model_validate(opened)
    except ValidationError as error:
        first = error.errors()[0]
        raise NotCanonicalError(f"{event_type}: {first['loc']}: {first['msg']}") from error
    if canonical.encode(fact.model_dump(mode="json", exclude_none=True)) != canonical.encode(opened):
        raise NotCanonicalError(f"{event_type}: a member is not in its exact form")
    return fact


_OPEN_VIEWS: dict[type[Fact], type[Fact]] = {}


def read_open(event_type: str, data: dict[str, Any]) -> Fact:
    """The fact inside an event of which nothing was opened: its sensitive members are None.

    Services rebuild their state from this, so that erasing a value can never stop a command. The result is an
    instance of the event's own class. Raises NotCanonicalError as :func:`read_fact` does.
    """
    cls = EVENTS.get(event_type)
    if cls is None:
        raise NotCanonicalError(f"unknown event type {event_type}")
    view = _OPEN_VIEWS.get(cls)
    if view is None:
        view = _OPEN_VIEWS[cls] = _open_view(cls)
    try:
        return view.model_validate({name: value for name, value in data.items() if name != SD})
    except ValidationError as error:
        first = error.errors()[0]
        raise NotCanonicalError(f"{event_type}: {first['loc']}: {first['msg']}") from error


def _open_view(cls: type[Fact]) -> type[Fact]:
    hidden = concealed_fields(cls)
    if not hidden:
        return cls
    absent: dict[str, Any] = dict.fromkeys(hidden, (None, None))
    return create_model(cls.__name__, __base__=cls, **absent)

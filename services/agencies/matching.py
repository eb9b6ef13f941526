"""Which events of the logs go into a scope. Pure: what has to be looked up first stands in `Lookup`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from contracts.catalogue import EVENTS
from contracts.identifiers import parse_instant
from contracts.scopes import Grant, PostedBy, Scope, Sees, deciding_day, unit_on
from services.ledger.projection import Delivered

BEIJING = timezone(timedelta(hours=8))
NAMES_ANOTHER = ("supersedes", "voids", "event")
"""Open members by which an event names the one that it corrects, or values of which it says that they are erased."""
POSTED = "TeamMemberAssigned"


@dataclass(frozen=True, slots=True)
class Lookup:
    """What membership depends on beside the event itself."""

    postings: Mapping[str, Collection[PostedBy]]
    """Person -> by whom they were posted, when."""
    sent: Collection[str]
    """Ids of events that are in the scope already, as far as corrections of this batch name them."""


def kinds_of(types: Collection[str]) -> list[str]:
    """The first segments of the streams in which events of these types lie."""
    return sorted({EVENTS[name].STREAM.split("/")[0] for name in types})


def types_of(scope: Scope) -> tuple[str, ...] | None:
    """The event types that can matter to a scope, corrections and postings included; None for all."""
    if scope.row.sees is Sees.EVERYTHING:
        return None
    granted = [name for name in EVENTS if any(grant.covers(name) for grant in scope.row.events)]
    correcting = [name for name, cls in EVENTS.items() if set(NAMES_ANOTHER) & cls.model_fields.keys()]
    posting = posting_types() if scope.row.sees is Sees.OWN_PEOPLE else ()
    return tuple(sorted({*granted, *correcting, *posting}))


def types_elsewhere(scope: Scope) -> tuple[str, ...]:
    """The granted types that are about a person and lie in a stream that is not that person's."""
    return tuple(
        name
        for name, cls in EVENTS.items()
        if any(grant.covers(name) for grant in scope.row.events)
        and "person" in cls.model_fields
        and "{person}" not in cls.STREAM
    )


def posting_types() -> tuple[str, ...]:
    """The types of the event by which a unit posts a person, all versions."""
    return tuple(name for name in EVENTS if name.split(".")[2] == POSTED)


def corrected(data: Mapping[str, Any]) -> str | None:
    """The id of the event that this one corrects, None when it corrects nothing."""
    return next((data[name] for name in NAMES_ANOTHER if isinstance(data.get(name), str)), None)


def newly_posted(scope: Scope, events: Sequence[Delivered]) -> list[str]:
    """Persons whom the scope's own unit is seen to post here: what was said of them before may now belong."""
    if scope.row.sees is not Sees.OWN_PEOPLE:
        return []
    types = posting_types()
    found = (event.data for event in events if event.type in types)
    return sorted({data["person"] for data in found if data.get("unit") == scope.organisation})


def select(scope: Scope, events: Sequence[Delivered], lookup: Lookup) -> list[Delivered]:
    """Those of `events` that the scope receives, in their order.

    A correction of an event that the agency has belongs to it as well, whatever its kind: else it would go on
    believing what no longer holds.
    """
    taken: list[Delivered] = []
    sent = set(lookup.sent)
    for event in events:
        if granted(scope, event, lookup.postings) is not None or corrected(event.data) in sent:
            taken.append(event)
            sent.add(event.id)
    return taken


def granted(scope: Scope, event: Delivered, postings: Mapping[str, Collection[PostedBy]]) -> Grant | None:
    """The line of the matrix by which the scope receives the event."""
    person = event.data.get("person")
    units: list[str] = []
    if isinstance(person, str) and person in postings:
        recorded = parse_instant(event.recorded).astimezone(BEIJING)
        unit = unit_on(postings[person], deciding_day(event.stream, _day(recorded)))
        units = [] if unit is None else [unit]
    return scope.grant(event.type, event.data, units)


def _day(moment: datetime) -> str:
    return moment.date().isoformat()

"""What was on record before a fact: asked by name and by members, the latest first. Standard library only.

before.latest("LeaveRequested", person="P000001", leave="QJ-1")  ->  Told(place=17, data={...})
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Event: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """A fact on record and its place in the order of recording."""

    place: int
    data: Mapping[str, Any]

    @property
    def role(self) -> str:
        """In which role it was said."""
        return str(self.data["actor"]["role"])


class Record:
    """Everything that somebody said, in the order of recording."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._by_name: dict[str, list[Told]] = {}
        for place, event in enumerate(events):
            self._by_name.setdefault(name_of(event), []).append(Told(place, event["data"]))
        self._graded = {
            event["data"]["person"] for event in events if str(event.get("stream", "")).startswith("assessment/")
        }

    def named(self, name: str) -> Sequence[Told]:
        """All facts of a name, the oldest first."""
        return self._by_name.get(name, ())

    def holds_year_of(self, person: str) -> bool:
        """Whether the person's own assessment is on this record at all: of others only what their county says is."""
        return person in self._graded


@dataclass(frozen=True, slots=True)
class Before:
    """The record as it was before one fact."""

    record: Record
    place: int

    def all(self, name: str, *, since: int = -1, **same: Any) -> Iterator[Told]:
        """Facts of that name behind the place `since` with these members, the latest first."""
        for told in reversed(self.record.named(name)):
            if since < told.place < self.place and all(told.data.get(key) == value for key, value in same.items()):
                yield told

    def latest(self, name: str, *, since: int = -1, **same: Any) -> Told | None:
        """The last of them, if there is any."""
        return next(self.all(name, since=since, **same), None)


def name_of(event: Event) -> str:
    """The fact's own name, of the event's type."""
    return str(event["type"].split(".")[2])

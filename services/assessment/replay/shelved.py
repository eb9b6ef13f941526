"""What was laid aside of one person, to be taken up as far as a basis reaches."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from services.assessment.fold.civil import ORDINALS, ordinal
from services.assessment.fold.findings import FoldError
from services.assessment.fold.reading import Fact, Person

MEMBERS = 4
"""Of a check-in: day, event id, the device's own name of the record, village."""


class Part(NamedTuple):
    """What was read of a person in one go, from one section of one log."""

    log: str
    section: int
    texts: str
    """Check-ins, a line for each member of each."""
    flat: Sequence[Any]
    """Check-ins that no pattern recognised, as in `Person.flat`."""
    facts: Sequence[Sequence[Any]]
    last: Mapping[str, int]
    """Stream -> index of its last event."""
    notes: Sequence[bytes]
    """Whatever else was laid aside under that name."""


class Shelved:
    """Everything of one person."""

    __slots__ = ("_parts", "name")

    def __init__(self, name: str, parts: Sequence[Part]) -> None:
        self.name = name
        self._parts = parts

    def person(self, below: Mapping[str, int] | None = None) -> Person | None:
        """What was read, of each log so many sections (all without it); None where nothing was.

        Raises FoldError for a check-in on a day that is none, and for two events with one id.
        """
        person = Person()
        texts: list[str] = []
        for part in self._below(below):
            person.flat += part.flat
            person.facts += map(Fact._make, part.facts)
            if part.texts:
                texts.append(part.texts)
        if texts:
            person.flat = _read("\n".join(texts)) + person.flat
        person.sorted = False
        if len(ids := person.flat[1::MEMBERS]) != len({*ids}):
            raise FoldError(f"of {self.name} two check-ins have one id; a log has every id once")
        return person if person.flat or person.facts else None

    def last(self, below: Mapping[str, int] | None = None) -> dict[tuple[str, str], int]:
        """(log, stream) -> index of the last event."""
        found: dict[tuple[str, str], int] = {}
        for part in self._below(below):
            for stream, index in part.last.items():
                found[part.log, stream] = max(index, found.get((part.log, stream), 0))
        return found

    def notes(self) -> list[bytes]:
        """Whatever else was laid aside under that name, in the order of coming."""
        return [note for part in self._parts for note in part.notes]

    def named(self, name: str) -> Iterator[Fact]:
        """All facts of that name, in the order of coming."""
        return (Fact._make(fact) for part in self._parts for fact in part.facts if fact[5] == name)

    def _below(self, below: Mapping[str, int] | None) -> Iterator[Part]:
        return (part for part in self._parts if below is None or part.section < below.get(part.log, 0))


def _read(texts: str) -> list[Any]:
    flat: list[Any] = texts.split("\n")
    dates = flat[0::MEMBERS]
    try:
        flat[0::MEMBERS] = map(ORDINALS.__getitem__, dates)
    except KeyError:
        flat[0::MEMBERS] = map(ordinal, dates)
    return flat

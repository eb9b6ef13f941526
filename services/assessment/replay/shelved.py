"""What was laid aside of one person, to be taken up as far as a basis reaches."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from services.assessment.fold.determination import Head
from services.assessment.fold.reading import Fact, Person

Place: TypeAlias = tuple[str, int]
"""A log and a section of it."""
Below: TypeAlias = Mapping[str, int] | None
"""Of each log how many sections count; None: all of them."""


class Laid(NamedTuple):
    """What was laid aside of one person in one go."""

    name: str
    check_ins: Sequence[Sequence[Any]]
    """As `Person.columns`."""
    facts: Sequence[Sequence[Any]]
    last: Mapping[str, tuple[int, str]]
    """Stream -> version and leaf of its last event."""
    notes: Sequence[tuple[Any, ...]]
    """Whatever else was laid aside under that name."""


class Piece(NamedTuple):
    """What was laid aside of the people of one block in one go, of one section of one log."""

    log: str
    section: int
    laid: Sequence[Sequence[Any]]


class Block:
    """Some people, put together again from their pieces."""

    def __init__(self) -> None:
        self._laid: dict[str, list[tuple[Place, Laid]]] = {}

    def add(self, piece: Piece) -> None:
        """The next piece in the order of its log."""
        place = piece.log, piece.section
        for laid in map(Laid._make, piece.laid):
            self._laid.setdefault(laid.name, []).append((place, laid))

    def people(self) -> list["Shelved"]:
        """Everybody, by name."""
        return [Shelved(name, laid) for name, laid in sorted(self._laid.items())]


class Shelved:
    """Everything of one person."""

    __slots__ = ("_laid", "name")

    def __init__(self, name: str, laid: Sequence[tuple[Place, Laid]]) -> None:
        self.name = name
        self._laid = laid

    def person(self, below: Below = None) -> Person:
        """What was read."""
        person = Person()
        for _, laid in self._reached(below):
            person.take(laid.check_ins, map(Fact._make, laid.facts))
        return person

    def last(self, below: Below = None) -> list[Head]:
        """The last event of every stream."""
        found: dict[tuple[str, str], tuple[int, str]] = {}
        for (log, _), laid in self._reached(below):
            for stream, event in laid.last.items():
                found[log, stream] = event
        return [Head(*place, *event) for place, event in found.items()]

    def notes(self) -> list[tuple[Any, ...]]:
        """Whatever else was laid aside under that name, in the order of coming."""
        return [note for _, laid in self._laid for note in laid.notes]

    def named(self, name: str) -> Iterator[Fact]:
        """All facts of that name, in the order of coming."""
        return (Fact._make(fact) for _, laid in self._laid for fact in laid.facts if fact[5] == name)

    def _reached(self, below: Below) -> Iterator[tuple[Place, Laid]]:
        return (one for one in self._laid if below is None or one[0][1] < below.get(one[0][0], 0))

"""What was laid aside of one person, to be taken up as far as a basis reaches."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from services.assessment.fold.civil import ORDINALS, ordinal
from services.assessment.fold.findings import FoldError
from services.assessment.fold.reading import Fact, Person

MEMBERS = 4
"""Of a check-in: day, event id, the device's own name of the record, village."""


Place: TypeAlias = tuple[str, int]
"""A log and a section of it."""
Below: TypeAlias = Mapping[str, int] | None
"""Of each log how many sections count; None: all of them."""


class Other(NamedTuple):
    """What is no check-in that a pattern recognised."""

    name: str
    flat: Sequence[Any]
    """Other check-ins, as in `Person.flat`."""
    facts: Sequence[Sequence[Any]]
    last: Mapping[str, int]
    """Stream -> index of its last event that is no check-in."""
    notes: Sequence[tuple[Any, ...]]
    """Whatever else was laid aside under that name."""


class Piece(NamedTuple):
    """What was laid aside of the people of one block in one go, of one section of one log."""

    log: str
    section: int
    names: Sequence[str]
    texts: Sequence[str]
    """Of each name: check-ins, a line for each member of each."""
    last: Mapping[str, Sequence[int]]
    """Year -> of each name the index of the last check-in in that stream; -1: none."""
    others: Sequence[Sequence[Any]]


class Block:
    """Some people, put together again from their pieces."""

    def __init__(self) -> None:
        self.texts: dict[Place, dict[str, list[str]]] = {}
        self.last: dict[Place, dict[str, dict[str, int]]] = {}
        self.others: dict[str, list[tuple[Place, Other]]] = {}

    def add(self, piece: Piece) -> None:
        """The next piece in the order of its log."""
        place = piece.log, piece.section
        texts = self.texts.setdefault(place, {})
        for name, text in zip(piece.names, piece.texts, strict=True):
            if name in texts:
                texts[name].append(text)
            else:
                texts[name] = [text]
        for year, indexes in piece.last.items():
            known = self.last.setdefault(place, {}).setdefault(year, {})
            known.update((name, at) for name, at in zip(piece.names, indexes, strict=True) if at >= 0)
        for other in map(Other._make, piece.others):
            self.others.setdefault(other.name, []).append((place, other))

    def people(self) -> list["Shelved"]:
        """Everybody, by name."""
        names = set(self.others).union(*self.texts.values())
        return [Shelved(name, self) for name in sorted(names)]


class Shelved:
    """Everything of one person."""

    __slots__ = ("_block", "name")

    def __init__(self, name: str, block: Block) -> None:
        self.name = name
        self._block = block

    def person(self, below: Below = None) -> Person | None:
        """What was read; None where nothing was.

        Raises FoldError for a check-in on a day that is none, and for two events with one id.
        """
        person, name = Person(), self.name
        texts = [text for place, of in self._block.texts.items() if _is(place, below) for text in of.get(name, ())]
        if texts:
            person.flat = _read("\n".join(texts))
        for other in self._others(below):
            person.flat += other.flat
            person.facts += map(Fact._make, other.facts)
        person.sorted = False
        if len(ids := person.flat[1::MEMBERS]) != len({*ids}):
            raise FoldError(f"of {name} two check-ins have one id; a log has every id once")
        return person if person.flat or person.facts else None

    def last(self, below: Below = None) -> dict[tuple[str, str], int]:
        """(log, stream) -> index of the last event."""
        found: dict[tuple[str, str], int] = {}
        for place, years in self._block.last.items():
            if _is(place, below):
                for year, of in years.items():
                    if self.name in of:
                        found[place[0], f"attendance/{self.name}/{year}"] = of[self.name]
        for place, other in self._block.others.get(self.name, ()):
            if _is(place, below):
                for stream, index in other.last.items():
                    found[place[0], stream] = max(index, found.get((place[0], stream), 0))
        return found

    def notes(self) -> list[tuple[Any, ...]]:
        """Whatever else was laid aside under that name, in the order of coming."""
        return [note for other in self._others() for note in other.notes]

    def named(self, name: str) -> Iterator[Fact]:
        """All facts of that name, in the order of coming."""
        return (Fact._make(fact) for other in self._others() for fact in other.facts if fact[5] == name)

    def _others(self, below: Below = None) -> list[Other]:
        return [other for place, other in self._block.others.get(self.name, ()) if _is(place, below)]


def _is(place: Place, below: Below) -> bool:
    return below is None or place[1] < below.get(place[0], 0)


def _read(texts: str) -> list[Any]:
    flat: list[Any] = texts.split("\n")
    dates = flat[0::MEMBERS]
    try:
        flat[0::MEMBERS] = map(ORDINALS.__getitem__, dates)
    except KeyError:
        flat[0::MEMBERS] = map(ordinal, dates)
    return flat

"""A city's year from the table of a log, in memory that does not grow with its people.

    with Shelf(texts) as shelf:
        shelf.read(pages)
        for name, person in shelf.people(): ...

A log holds its events day by day, a fold wants them person by person. What was read is therefore laid aside, a block
of people at a time, in a temporary file without a name, and taken up again when each one's turn comes.

What was checked when it was written into the log is taken for granted: every event is canonical, none comes twice.
Not for files from elsewhere: those are read by `lines`.
"""

import json
import marshal
import os
import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count, islice
from types import TracebackType
from typing import Any, Self, TypeAlias

from services.assessment.fold.civil import ORDINALS, ordinal
from services.assessment.fold.findings import FoldError
from services.assessment.fold.fold import EVERYTHING
from services.assessment.fold.reading import Fact, Person, Reader
from services.assessment.replay.lines import STORED, keep

AT_ONCE = 1 << 16
"""Check-ins in memory before they are laid aside: some ten megabytes."""
_WEIGHT = 16
"""Of any other event in memory, in check-ins."""
BLOCK = 64
"""People whose events are taken up again together: about as much."""


_Others: TypeAlias = list[tuple[str, list[Any], list[tuple[Any, ...]]]]
"""Of each person: check-ins that the pattern did not recognise, as in `Person.flat`, and facts."""
_SHOWN = 80
_MEMBERS = 4
"""Of a check-in: day, event id, the device's own name of the record, village."""


class _Lines(dict[str, Callable[[str], None]]):
    """Person -> what takes a check-in, as one text of four lines: one step for every one of millions."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: dict[str, list[str]] = {}
        """In the order in which people were first met."""

    def __missing__(self, name: str) -> Callable[[str], None]:
        texts = self.texts[name] = []
        take = self[name] = texts.append
        return take

    def meet(self, name: str) -> None:
        """Gives a person of whom no check-in was read yet his or her place."""
        if name not in self:
            self.__missing__(name)


class Shelf:
    """Takes pages of a log in any order; hands out everybody once. Not thread-safe. `disclosures` as in `lines`."""

    def __init__(self, disclosures: Mapping[str, str] | None = None, *, at_once: int = AT_ONCE, block: int = BLOCK):
        self._disclosures = disclosures or {}
        self._at_once = at_once
        self._block = block
        self._reader = Reader(EVERYTHING)
        self._lines = _Lines()
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  closed with the shelf
        self._held = 0
        self._end = 0
        self._pieces: list[array[int]] = []
        """Block -> where in the file its pieces lie: offset and length, one after the other."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    @property
    def common(self) -> list[Fact]:
        """Facts that are about nobody in particular: villages, rulings, ties."""
        return self._reader.common

    def read(self, pages: Iterable[bytes]) -> int:
        """Takes pages of whole lines, one event in each; returns how many there were. Raises FoldError."""
        events = 0
        for page in pages:
            events += self._take(page)
            if self._held >= self._at_once:
                self._lay_aside()
        return events

    def people(self) -> Iterator[tuple[str, Person]]:
        """Everybody with all that was read of him or her. Raises FoldError for a check-in on a day that is none."""
        self._lay_aside()
        self._lines = _Lines()
        self._file.flush()
        for pieces in self._pieces:
            texts: dict[str, list[str]] = {}
            others: dict[str, _Others] = {}
            for offset, length in zip(pieces[0::2], pieces[1::2], strict=True):
                written = os.pread(self._file.fileno(), length, offset)
                flat, more = marshal.loads(written)  # noqa: S302  written by this object into a file without a name
                for name, text in zip(flat[0::2], flat[1::2], strict=True):
                    texts.setdefault(name, []).append(text)
                for other in more:
                    others.setdefault(other[0], []).append(other)
            for name in sorted({*texts, *others}):
                yield name, _person(texts.pop(name, ()), others.pop(name, ()))

    def _take(self, page: bytes) -> int:
        others: list[str] = []
        try:
            text = str(page, "utf-8")
        except UnicodeDecodeError as error:
            raise FoldError(f"a page of the log is not UTF-8: {error}") from error
        if "\\" in text or not text.isascii():
            lines = text.split("\n")
            others = [line for line in lines if "\\" in line or not line.isascii()]
            text = "\n".join(line for line in lines if "\\" not in line and line.isascii())
        odd = len(others)
        rows = STORED.findall(text)
        take = self._lines
        for date, person, record, village, event, other in rows:
            if person:
                take[person](f"{date}\n{event}\n{record}\n{village}")
            else:
                others.append(other)
        check_ins = len(rows) + odd - len(others)
        events = self._take_others([line for line in others if line])
        self._held += check_ins + _WEIGHT * events
        return check_ins + events

    def _take_others(self, lines: list[str]) -> int:
        ignored = self._reader.ignored
        read = [line for line in lines if line.rpartition('"type":"')[2].partition('"')[0] not in ignored]
        # One call for many lines: the parser then makes every key once, not once for each event.
        try:
            events = json.loads(f"[{','.join(read)}]")
        except ValueError as error:
            raise FoldError(f"a line of the log is not JSON: {_broken(read)}") from error
        if len(events) != len(read):
            raise FoldError(f"a line of the log is not one event: {_broken(read)}")
        for line, event in zip(read, events, strict=True):
            keep(event, line, self._reader, self._disclosures)
        return len(lines)

    def _lay_aside(self) -> None:
        people, self._held = self._reader.let_go(), 0
        for name in people:
            self._lines.meet(name)
        everybody = iter(self._lines.texts.items())
        for place in count():
            block = list(islice(everybody, self._block))
            if not block:
                return
            flat = [part for name, texts in block if texts for part in (name, "\n".join(texts))]
            known = ((name, people[name]) for name, _ in block if name in people)
            others: _Others = [(name, one.flat, [tuple(fact) for fact in one.facts]) for name, one in known]
            for _, texts in block:
                texts.clear()
            if flat or others:
                self._write(place, marshal.dumps((flat, others)))

    def _write(self, place: int, piece: bytes) -> None:
        while len(self._pieces) <= place:
            self._pieces.append(array("Q"))
        self._file.write(piece)
        self._pieces[place].extend((self._end, len(piece)))
        self._end += len(piece)


def _broken(lines: Sequence[str]) -> str:
    """The beginning of the first line that is not JSON, or of all of them."""
    for line in lines:
        try:
            json.loads(line)
        except ValueError:
            return repr(line[:_SHOWN])
    return repr(" ".join(lines)[:_SHOWN])


def _person(texts: Sequence[str], others: Iterable[tuple[str, list[Any], list[tuple[Any, ...]]]]) -> Person:
    person = Person()
    flat: list[Any] = []
    if texts:
        flat += "\n".join(texts).split("\n")
        dates = flat[0::_MEMBERS]
        try:
            flat[0::_MEMBERS] = map(ORDINALS.__getitem__, dates)
        except KeyError:
            flat[0::_MEMBERS] = map(ordinal, dates)
    for _, more, facts in others:
        flat += more
        person.facts += map(Fact._make, facts)
    person.flat = flat
    person.sorted = False
    return person

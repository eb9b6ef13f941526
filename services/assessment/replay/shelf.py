"""A city's years from its logs, in memory that does not grow with its people.

    with Shelf(texts) as shelf:
        for page in pages:
            shelf.take(page)
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
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count, islice
from types import TracebackType
from typing import Any, Self

from services.assessment.fold.findings import FoldError
from services.assessment.fold.fold import EVERYTHING
from services.assessment.fold.reading import Fact, Person, Reader
from services.assessment.replay.forms import CheckIns, Forms, Rest
from services.assessment.replay.lenses import PERSON_KINDS
from services.assessment.replay.lines import keep
from services.assessment.replay.pages import Page
from services.assessment.replay.shelved import Block, Piece, Shelved

AT_ONCE = 1 << 16
"""Check-ins in memory before they are laid aside: some ten megabytes."""
_WEIGHT = 16
"""Of any other event in memory, in check-ins."""
BLOCK = 64
"""People whose events are taken up again together: about as much."""
_SHOWN = 80


class _Texts(dict[str, list[str]]):
    """Person -> check-ins as texts of four lines (day, event id, the device's own name of the record, village)."""

    def __missing__(self, name: str) -> list[str]:
        texts = self[name] = []
        return texts


class Shelf:
    """Takes pages of logs; hands out everybody once. Not thread-safe.

    `disclosures`: as in `lines`. `kinds`: of streams that are read, all without it.
    """

    def __init__(
        self,
        disclosures: Mapping[str, str] | None = None,
        *,
        kinds: Collection[str] | None = None,
        at_once: int = AT_ONCE,
        block: int = BLOCK,
    ) -> None:
        self._disclosures = disclosures or {}
        self._kinds = kinds
        self._at_once = at_once
        self._block = block
        self._reader = Reader(EVERYTHING)
        self._common: list[tuple[str, int, Fact]] = []
        """Log, section and fact."""
        self._common_last: dict[tuple[str, str], dict[int, int]] = {}
        """Log and stream that is nobody's own -> section -> index of its last event."""
        self._forms = Forms()
        self._of = ("", 0)
        self._texts = _Texts()
        self._last: dict[str, dict[str, int]] = {}
        """Year -> person -> index of the last check-in of that stream."""
        self._streams: dict[str, int] = {}
        """Stream -> index of the last event that is no check-in."""
        self._notes: dict[str, list[tuple[Any, ...]]] = {}
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  closed with the shelf
        self._held = 0
        self._end = 0
        self._pieces: list[array[int]] = []
        """Block -> where in the file its pieces lie: offset and length, one after the other."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def take(self, page: Page, section: int = 0) -> None:
        """Takes whole lines of one log, one event in each; a section is told apart when they are handed out.

        Raises FoldError.
        """
        if (page.log, section) != self._of or self._held >= self._at_once:
            self._lay_aside()
            self._of = page.log, section
        try:
            text = str(page.lines, "utf-8")
        except UnicodeDecodeError as error:
            raise FoldError(f"a page of the log is not UTF-8: {error}") from error
        lines, numbers, others = Rest(text, range(page.first, page.first + page.size)), list[int](), list[str]()
        if "\\" in text or not text.isascii():
            lines, numbers, others = _apart(lines)
        rest, found = self._forms.read(lines)
        for check_ins in found:
            self._take_check_ins(check_ins, alone=len(found) == 1)
        if rest.text or others:
            self._take_others([*others, *rest.split()], [*numbers, *rest.lines])

    def note(self, name: str, note: tuple[Any, ...]) -> None:
        """Lays plain data aside under a person's name."""
        self._notes.setdefault(name, []).append(note)
        self._held += 1

    def common(self, below: Mapping[str, int] | None = None) -> list[Fact]:
        """Facts that are about nobody in particular: villages, rulings, ties. `below`: as for `Shelved.person`."""
        self._lay_aside()
        return [fact for log, section, fact in self._common if below is None or section < below.get(log, 0)]

    def common_last(self, below: Mapping[str, int]) -> Iterator[tuple[str, str, int]]:
        """Log, stream, and index of its last event, of every stream that is nobody's own."""
        self._lay_aside()
        for (log, stream), sections in self._common_last.items():
            reached = [index for section, index in sections.items() if section < below.get(log, 0)]
            if reached:
                yield log, stream, max(reached)

    def blocks(self) -> Iterator[list[Shelved]]:
        """Everybody with all that was read of him or her, a block at a time, in the order in which they were met."""
        self._lay_aside()
        self._texts = _Texts()
        self._file.flush()
        for pieces in self._pieces:
            block = Block()
            for offset, length in zip(pieces[0::2], pieces[1::2], strict=True):
                written = os.pread(self._file.fileno(), length, offset)
                block.add(Piece._make(marshal.loads(written)))  # noqa: S302  written by this object, in a nameless file
            yield block.people()

    def people(self) -> Iterator[tuple[str, Person]]:
        """Everybody of whom the fold reads anything, from all sections."""
        for block in self.blocks():
            for shelved in block:
                if person := shelved.person():
                    yield shelved.name, person

    def _take_check_ins(self, found: CheckIns, *, alone: bool) -> None:
        texts = map("\n".join, zip(found.dates, found.ids, found.records, found.villages, strict=True))
        # The columns are gone through without a step of the interpreter for every one of millions.
        deque(map(list.append, map(self._texts.__getitem__, found.persons), texts), maxlen=0)
        last = self._last.setdefault(found.year, {})
        if alone:
            last.update(zip(found.persons, found.lines, strict=True))
        else:  # in a page of several forms these need not come in the order of the log
            for name, index in zip(found.persons, found.lines, strict=True):
                last[name] = max(index, last.get(name, 0))
        self._held += len(found.ids)

    def _take_others(self, lines: list[str], indexes: list[int]) -> None:
        reader, read = self._reader, []
        for line, index in zip(lines, indexes, strict=True):
            stream, _, behind = line.rpartition('"stream":"')[2].partition('"')
            if self._kinds is None or stream.partition("/")[0] in self._kinds:
                self._streams[stream] = max(index, self._streams.get(stream, 0))
                if behind.rpartition('"type":"')[2].partition('"')[0] not in reader.ignored:
                    read.append(line)
        # One call for many lines: the parser then makes every key once, not once for each event.
        try:
            events = json.loads(f"[{','.join(read)}]")
        except ValueError as error:
            raise FoldError(f"a line of the log is not JSON: {_broken(read)}") from error
        if len(events) != len(read):
            raise FoldError(f"a line of the log is not one event: {_broken(read)}")
        for line, event in zip(read, events, strict=True):
            keep(event, line, reader, self._disclosures)
        self._held += _WEIGHT * len(lines)

    def _lay_aside(self) -> None:
        people, notes, self._notes, self._held = self._reader.let_go(), self._notes, {}, 0
        log, section = self._of
        self._common += ((log, section, fact) for fact in self._reader.common)
        self._reader.common.clear()
        streams = self._streams_by_person()
        odd = {**people, **streams, **notes}
        for name in odd:
            self._texts[name]  # whoever was not met before gets a place
        everybody = iter(self._texts.items())
        for place in count():
            block = list(islice(everybody, self._block))
            if not block:
                break
            names = [name for name, texts in block if texts]
            texts = ["\n".join(texts) for _, texts in block if texts]
            last = {year: [of.pop(name, -1) for name in names] for year, of in self._last.items()}
            others = [
                (name, *_of(people.get(name)), streams.get(name, {}), notes.get(name, ()))
                for name, _ in block
                if name in odd
            ]
            for _, laid in block:
                laid.clear()
            if names or others:
                self._write(place, marshal.dumps((log, section, names, texts, last, others)))
        self._last = {}

    def _streams_by_person(self) -> dict[str, dict[str, int]]:
        """Person -> stream -> index; streams that are nobody's own are kept."""
        found: dict[str, dict[str, int]] = {}
        log, section = self._of
        for stream, index in self._streams.items():
            kind, _, subject = stream.partition("/")
            if kind in PERSON_KINDS:
                found.setdefault(subject.partition("/")[0], {})[stream] = index
            else:
                self._common_last.setdefault((log, stream), {})[section] = index
        self._streams = {}
        return found

    def _write(self, place: int, piece: bytes) -> None:
        while len(self._pieces) <= place:
            self._pieces.append(array("Q"))
        self._file.write(piece)
        self._pieces[place].extend((self._end, len(piece)))
        self._end += len(piece)


def _of(person: Person | None) -> tuple[list[Any], list[tuple[Any, ...]]]:
    """Check-ins and facts as plain data."""
    return (person.flat, [*map(tuple, person.facts)]) if person else ([], [])


def _apart(lines: Rest) -> tuple[Rest, list[int], list[str]]:
    """Lines for the patterns, and those with an escape or of another alphabet, with their indexes."""
    odd: dict[int, str] = {}
    plain: dict[int, str] = {}
    for index, line in zip(lines.lines, lines.split(), strict=True):
        (odd if "\\" in line or not line.isascii() else plain)[index] = line
    return Rest("\n".join(plain.values()), [*plain]), [*odd], [*odd.values()]


def _broken(lines: Sequence[str]) -> str:
    """The beginning of the first line that is not JSON, or of all of them."""
    for line in lines:
        try:
            json.loads(line)
        except ValueError:
            return repr(line[:_SHOWN])
    return repr(" ".join(lines)[:_SHOWN])

"""What is about people, of more people and events than memory holds.

    with Shelf(texts) as shelf:
        for page in pages:
            shelf.take(page)
        for block in shelf.blocks(): ...

A log holds its events day by day, a fold wants them person by person. What was read is therefore laid aside, a block
of people at a time, in a temporary file without a name, and taken up again when each one's turn comes.

Of logs (`take`), what was checked when it was written is taken for granted: every event is canonical, none comes twice.
Lines from elsewhere (`read`) are checked each, may come in any order, and count once.
"""

import marshal
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing
from itertools import count, islice
from types import TracebackType
from typing import Any, Self

from services.assessment.fold.civil import Cut
from services.assessment.fold.determination import Head
from services.assessment.fold.findings import FoldError
from services.assessment.fold.fold import EVERYTHING
from services.assessment.fold.reading import Fact, Person, Reader
from services.assessment.replay.contents import Contents
from services.assessment.replay.filed import Filed
from services.assessment.replay.heads import version_and_leaf
from services.assessment.replay.lenses import PERSON_KINDS
from services.assessment.replay.lines import LineError, keep_all, read_pages
from services.assessment.replay.pages import Page
from services.assessment.replay.shelved import Block, Piece, Shelved

AT_ONCE = 1 << 12
"""Events in memory before they are laid aside: some ten megabytes."""
_WEIGHT = 4
"""Of a note, in events: what is laid aside is a determination."""
BLOCK = 256
"""People whose events are taken up again together: about as much."""


class Shelf:
    """Takes pages of logs; hands out everybody once. Not thread-safe.

    `disclosures`: as in `lines`. `kinds`: of streams that are read, all without it. `cut`: what was recorded later is
    left away.
    """

    def __init__(
        self,
        disclosures: Mapping[str, str] | None = None,
        *,
        kinds: Collection[str] | None = None,
        at_once: int = AT_ONCE,
        block: int = BLOCK,
        cut: Cut = EVERYTHING,
    ) -> None:
        self._disclosures = disclosures or {}
        self._kinds = kinds
        self._at_once = at_once
        self._block = block
        self._reader = Reader(cut)
        self._common: list[tuple[str, int, Fact]] = []
        """Log, section and fact."""
        self._common_last: dict[tuple[str, str], dict[int, tuple[int, str]]] = {}
        """Log and stream that is nobody's own -> section -> version and leaf of its last event."""
        self._of = ("", 0)
        self._streams: dict[str, str] = {}
        """Stream -> its last event."""
        self._notes: dict[str, list[tuple[Any, ...]]] = {}
        self._filed = Filed()
        self._held = 0
        self._met: dict[str, None] = {}
        """Everybody, in the order in which they were met, which is that of the blocks."""
        self._pieces: list[array[int]] = []
        """Block -> the numbers of its pieces."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._filed.close()

    def take(self, page: Page, section: int = 0) -> None:
        """Takes whole lines of one log, one event in each; a section is told apart when they are handed out.

        Raises FoldError.
        """
        if (page.log, section) != self._of or self._held >= self._at_once:
            self._lay_aside()
            self._of = page.log, section
        try:
            lines = str(page.lines, "utf-8").removesuffix("\n").split("\n")
        except UnicodeDecodeError as error:
            raise FoldError(f"a page of the log is not UTF-8: {error}") from error
        read = []
        for line in lines:
            stream = line.rpartition('"stream":"')[2].partition('"')[0]
            if self._kinds is None or stream.partition("/")[0] in self._kinds:
                self._streams[stream] = line
                read.append(line)
        keep_all(read, self._reader, self._disclosures)
        self._held += len(read)

    def read(self, pages: Iterable[bytes]) -> int:
        """Takes lines from anywhere, a page of whole ones at a time; returns how many held an event.

        Raises LineError for the first bad one.
        """
        came = array("Q")
        with closing(Contents()) as contents:

            def lay_aside() -> None:
                contents.lay_aside(self._reader.seen, came)
                del came[:]
                self._lay_aside()

            def paced() -> Iterator[bytes]:
                for page in pages:
                    if len(came) >= self._at_once:
                        lay_aside()
                    yield page

            try:
                events = read_pages(paced(), self._reader, self._disclosures, came)
            except LineError:
                lay_aside()
                contents.check()
                raise
            lay_aside()
            contents.check()
            return events

    def note(self, name: str, note: tuple[Any, ...]) -> None:
        """Lays plain data aside under a person's name."""
        if self._held >= self._at_once:
            self._lay_aside()
        self._notes.setdefault(name, []).append(note)
        self._held += _WEIGHT

    def common(self, below: Mapping[str, int] | None = None) -> list[Fact]:
        """Facts that are about nobody in particular: villages, rulings, ties. `below`: as for `Shelved.person`."""
        self._lay_aside()
        return [fact for log, section, fact in self._common if below is None or section < below.get(log, 0)]

    def common_last(self, below: Mapping[str, int]) -> Iterator[Head]:
        """The last event of every stream that is nobody's own."""
        self._lay_aside()
        for (log, stream), sections in self._common_last.items():
            reached = [section for section in sections if section < below.get(log, 0)]
            if reached:
                yield Head(log, stream, *sections[max(reached)])

    def blocks(self) -> Iterator[list[Shelved]]:
        """Everybody with all that was read of him or her, a block at a time, in the order in which they were met."""
        self._lay_aside()
        for pieces in self._pieces:
            block = Block()
            for piece in map(self._filed.__getitem__, pieces):
                block.add(Piece._make(marshal.loads(piece)))  # noqa: S302  written by this object, in a nameless file
            yield block.people()

    def people(self) -> Iterator[tuple[str, Person]]:
        """Everybody of whom the fold reads anything, from all sections, each event once."""
        for block in self.blocks():
            for shelved in block:
                person = _once(shelved.person())
                if person.ids or person.facts:
                    yield shelved.name, person

    def _lay_aside(self) -> None:
        people, notes, self._notes, self._held = self._reader.let_go(), self._notes, {}, 0
        log, section = self._of
        self._common += ((log, section, fact) for fact in self._reader.common)
        self._reader.common.clear()
        streams = self._streams_by_person()
        here = {**people, **streams, **notes}
        self._met |= dict.fromkeys(here)
        everybody = iter(self._met)
        for place in count():
            block = list(islice(everybody, self._block))
            if not block:
                break
            laid = [
                (name, *_of(people.get(name)), streams.get(name, {}), notes.get(name, ()))
                for name in block
                if name in here
            ]
            if laid:
                self._write(place, (log, section, laid))

    def _streams_by_person(self) -> dict[str, dict[str, tuple[int, str]]]:
        """Person -> stream -> version and leaf of its last event; streams that are nobody's own are kept."""
        found: dict[str, dict[str, tuple[int, str]]] = {}
        log, section = self._of
        for stream, line in self._streams.items():
            kind, _, subject = stream.partition("/")
            last = version_and_leaf(line.rstrip("\r").encode("utf-8"))
            if kind in PERSON_KINDS:
                found.setdefault(subject.partition("/")[0], {})[stream] = last
            else:
                self._common_last.setdefault((log, stream), {})[section] = last
        self._streams = {}
        return found

    def _write(self, place: int, piece: tuple[Any, ...]) -> None:
        while len(self._pieces) <= place:
            self._pieces.append(array("Q"))
        self._pieces[place].append(len(self._filed))
        try:
            self._filed.append(marshal.dumps(piece))
        except ValueError as error:
            raise FoldError("an event is nested too deeply") from error


def _of(person: Person | None) -> tuple[tuple[list[Any], ...], list[tuple[Any, ...]]]:
    """Check-ins and facts as plain data."""
    person = person or Person()
    return person.columns(), [*map(tuple, person.facts)]


def _once(person: Person) -> Person:
    """The same without what came again."""
    facts = {fact.id: fact for fact in person.facts}
    if len({*person.ids}) == len(person.ids) and len(facts) == len(person.facts):
        return person
    once = Person()
    check_ins = dict(zip(person.ids, person.check_ins(), strict=True))
    once.take(zip(*check_ins.values(), strict=True), facts.values())
    return once

"""What the fold reads of a person's streams of attendance, out of their bytes.

    heads = Attended(texts).read(person, "P000001", streams)

What was checked when it was written into a log is taken for granted: every event is canonical.
"""

from collections.abc import Iterable, Mapping
from itertools import chain

from services.assessment.fold.civil import ORDINALS, ordinal
from services.assessment.fold.findings import FoldError
from services.assessment.fold.fold import EVERYTHING
from services.assessment.fold.reading import Person, Reader
from services.assessment.replay.forms import CheckIns, Forms
from services.assessment.replay.heads import version_and_leaf
from services.assessment.replay.lines import keep_all
from services.assessment.replay.pages import Stream

KIND = "attendance"


class Attended:
    """Reads one person after the other. Not thread-safe. `disclosures`: as in `lines`."""

    def __init__(self, disclosures: Mapping[str, str] | None = None) -> None:
        self._disclosures = disclosures or {}
        self._forms = Forms()
        self._reader = Reader(EVERYTHING)

    def read(self, person: Person, name: str, streams: Iterable[Stream]) -> list[tuple[str, int, str]]:
        """Adds what the streams hold to `person`, whose name is given; stream, version and leaf of each last event.

        Raises FoldError for what is no event of that person, a day that is none, and two check-ins with one id.
        """
        heads = []
        for stream in streams:
            text = str(stream.lines, "latin-1")
            self._take(person, name, text, stream)
            heads.append(_head(text[text.rfind("\n") + 1 :], stream.name))
        if len(person.ids) != len({*person.ids}):
            raise FoldError(f"of {name} two check-ins have one id; a log has every id once")
        return heads

    def _take(self, person: Person, name: str, text: str, stream: Stream) -> None:
        rest, found = self._apart(text)
        if len(rest) + len(found.ids) != stream.size or not _ascii(text, found):
            rest, found = text.split("\n"), CheckIns([], [], [], [], [])
        if len(rest) + len(found.ids) != stream.size:
            raise FoldError(f"{stream.name} has other lines than its {stream.size} events")
        own = _of_stream(stream.name)
        if found.persons.count(name) != len(found.persons) or not all(own in line for line in rest):
            raise FoldError(f"{stream.name} holds an event of another stream")
        person.take((_days(found.dates), found.ids, found.records, found.villages), ())
        if rest:
            keep_all(_utf8(rest, stream.name), self._reader, self._disclosures)
            for other, read in self._reader.let_go().items():
                if other != name:
                    raise FoldError(f"{stream.name} holds an event about {other}")
                person.take(read.columns(), read.facts)

    def _apart(self, text: str) -> tuple[list[str], CheckIns]:
        """Lines for the parser, and check-ins. Lines with an escape are none for the patterns."""
        if "\\" not in text:
            return self._forms.read(text)
        lines = text.split("\n")
        rest, found = self._forms.read("\n".join(line for line in lines if "\\" not in line))
        return [*rest, *(line for line in lines if "\\" in line)], found


def _ascii(text: str, found: CheckIns) -> bool:
    """Whether what the patterns found means what it says: every byte was taken for a letter."""
    return text.isascii() or "".join(chain.from_iterable(found)).isascii()


def _utf8(lines: list[str], stream: str) -> list[str]:
    try:
        return "\n".join(lines).encode("latin-1").decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise FoldError(f"{stream} is not UTF-8: {error}") from error


def _days(dates: list[str]) -> list[int]:
    try:
        return [ORDINALS[date] for date in dates]
    except KeyError:
        return [*map(ordinal, dates)]


def _head(last: str, stream: str) -> tuple[str, int, str]:
    """Stream, version and leaf of the last event of a stream."""
    if _of_stream(stream) not in last:
        raise FoldError(f"{stream} does not end with an event of its own")
    return stream, *version_and_leaf(last.encode("latin-1"))


def _of_stream(stream: str) -> str:
    """What every event of a stream has in its bytes, in which a quotation mark inside of a text is escaped."""
    return f'"stream":"{stream}","type":"'

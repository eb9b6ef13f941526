"""Check-ins out of a page of a log's lines: what the fold reads of them, column by column, and the lines that are none.

    rest, found = Forms().read(Rest(text, range(first, first + lines)))

What a log holds was found canonical when it was written, so that members stand in one order and devices of one kind
write lines of one form: of the same length up to each member. A form is learned from a line that the general pattern
recognised. It looks at the members that the fold reads and passes over everything between them in one step each.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

_READ = ("date", "person", "record", "village", "id")
_OF_ANY_LENGTH = ("person", "record")
_TEXT, _VALUE = '"[^"]*+"', '"([^"]++)"'
_KIND = r'"type":"zhucun\.attendance\.CheckedIn\.v1","version":[1-9]\d{0,14}\}$\n?'
_DATA = (
    rf'"actor":\{{[^}}]*+\}},"article":{_TEXT},"date":{_VALUE},(?:"device_time":{_TEXT},|)"method":{_TEXT},'
    rf'(?:"overnight":(?:true|false),|)"person":{_VALUE},"place":{_TEXT},"record":{_VALUE},"ruleset":{_TEXT},'
    rf'"team":{_TEXT},"village":{_VALUE}'
)
_FLAGS = re.ASCII | re.MULTILINE
ANY_FORM = re.compile(
    rf'^\{{(?:"causationid":{_TEXT},|)"correlationid":{_TEXT},"data":\{{{_DATA}\}},"id":{_VALUE},"origin":{_TEXT},'
    rf'(?:"prev":{_TEXT},|)"recordedtime":{_TEXT},"source":{_TEXT},"specversion":{_TEXT},'
    rf'"stream":"attendance/\2/(\d{{4}})",{_KIND}',
    _FLAGS,
)
"""For lines that are JSON, of ASCII without backslashes: date, person, record, village, id and year of a check-in.

Without escapes no string holds a quotation mark, so that what looks like a member is one. Who acted is passed over.
"""
_YEAR = ANY_FORM.groups
_KEPT = 3
"""Forms that are tried, the one that was learned last first."""
_LEARNED = 40
"""At most: a log in which every line has another form is read by the general pattern."""
_SHARE = 4
"""A form is learned where more than one check-in in so many has it and was not recognised before."""


class CheckIns(NamedTuple):
    """Columns of the same length; all of one year's streams of attendance. `lines`: the number of each one's line."""

    year: str
    lines: Sequence[int]
    dates: Sequence[str]
    persons: Sequence[str]
    records: Sequence[str]
    villages: Sequence[str]
    ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Form:
    pattern: re.Pattern[str]
    year: str

    @classmethod
    def of(cls, line: re.Match[str]) -> "_Form":
        """The form of a line that `ANY_FORM` recognised."""
        text = line.string
        head = line[0].partition(":")[0] + ':"'
        parts, at = [rf'{re.escape(head)}(?<=^{re.escape(head)})[^"]*+'], text.index('"', line.start() + len(head))
        for number, name in enumerate(_READ, 1):
            key = f'"{name}":"'
            parts.append(_passing(line.start(number) - len(key) - at) + key + _inside(line, number) + '"')
            at = line.end(number) + 1
        year, end = line[_YEAR], line.end(_YEAR) + 1
        stream = text.rindex('"stream"', at, end)
        parts.append(_passing(stream - at) + rf'"stream":"attendance/\2/{year}",{_KIND}')
        return cls(re.compile("".join(parts), _FLAGS), year)


def _passing(length: int) -> str:
    return f"(?s:.{{{length}}})"


def _inside(line: re.Match[str], group: int) -> str:
    return '([^"]++)' if _READ[group - 1] in _OF_ANY_LENGTH else f'([^"]{{{line.end(group) - line.start(group)}}})'


class Rest(NamedTuple):
    """Lines that are not recognised yet, and their numbers."""

    text: str
    lines: Sequence[int]

    def split(self) -> list[str]:
        """Line by line."""
        return self.text.removesuffix("\n").split("\n") if self.text else []


class Forms:
    """Remembers the forms that it met. Not thread-safe."""

    def __init__(self) -> None:
        self._known: list[_Form] = []
        self._learned = 0

    def read(self, whole: Rest) -> tuple[Rest, list[CheckIns]]:
        """The lines that are no check-in, and the others as columns. `whole`: lines as for `ANY_FORM`."""
        rest, found = whole, list[CheckIns]()
        for form in self._known:
            if rest.text:
                rest, lines, columns = _recognised(form.pattern, rest)
                if lines:
                    found.append(CheckIns(form.year, lines, *columns))
        if rest.text:
            before, (rest, lines, columns) = rest, _recognised(ANY_FORM, rest)
            if lines:
                if self._learned < _LEARNED and _SHARE * len(lines) > len(whole.lines):
                    self._learn(before.text)
                found += _by_year(lines, columns)
        return rest, found

    def _learn(self, text: str) -> None:
        line = ANY_FORM.search(text)
        assert line is not None, "something was recognised"
        self._known = [_Form.of(line), *self._known[: _KEPT - 1]]
        self._learned += 1


def _recognised(pattern: re.Pattern[str], of: Rest) -> tuple[Rest, Sequence[int], list[list[str]]]:
    """What is left, the numbers of the lines that the pattern matched, and its groups as columns."""
    width = pattern.groups + 1
    parts = pattern.split(of.text)
    between, columns = parts[::width], [parts[group::width] for group in range(1, width)]
    text = "".join(between)
    if not text and len(columns[0]) == len(of.lines):
        return Rest("", ()), of.lines, columns
    matched, left, at = list[int](), list[int](), 0
    for piece in between[:-1]:
        if piece:
            beyond = at + piece.count("\n")
            left += of.lines[at:beyond]
            at = beyond
        matched += of.lines[at : at + 1]
        at += 1
    left += of.lines[at:]
    if len(left) != text.count("\n") + (text[-1:] not in ("", "\n")):  # a match reached over the end of a line
        return of, (), []
    return Rest(text, left), matched, columns


def _by_year(lines: Sequence[int], columns: Sequence[Sequence[str]]) -> Iterator[CheckIns]:
    *read, years = columns
    for year in dict.fromkeys(years):
        mine = [at for at, other in enumerate(years) if other == year]
        yield CheckIns(year, [lines[at] for at in mine], *([column[at] for at in mine] for column in read))

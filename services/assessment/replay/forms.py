"""Check-ins out of the lines of a stream: what the fold reads of them, column by column, and the lines that are none.

    rest, check_ins = Forms().read(text)

What a log holds was found canonical when it was written, so that members stand in one order and devices of one kind
write lines of one form: of the same length up to each member. A form is learned from a line that the general pattern
recognised. It looks at the members that the fold reads and passes over everything between them in one step each.
"""

import re
from typing import NamedTuple

_READ = ("date", "person", "record", "village", "id")
_WIDTH = len(_READ) + 1
"""Of what a pattern finds: what lies before, and each group."""
_OF_ANY_LENGTH = ("person", "record")
_SLACK = {"person": 1}
"""By so much the way to a member may be shorter or longer: a night is `true` or `false`."""
_TEXT, _VALUE = '"[^"]*+"', '"([^"]++)"'
_STREAM, _TYPE, _VERSION = '"stream":"attendance/', '"type":"zhucun.attendance.CheckedIn.v1"', ',"version":'
_DATA = (
    rf'"actor":\{{[^}}]*+\}},"article":{_TEXT},"date":{_VALUE},(?:"device_time":{_TEXT},|)"method":{_TEXT},'
    rf'(?:"overnight":(?:true|false),|)"person":{_VALUE},"place":{_TEXT},"record":{_VALUE},"ruleset":{_TEXT},'
    rf'"team":{_TEXT},"village":{_VALUE}'
)
_FLAGS = re.ASCII | re.MULTILINE
ANY_FORM = re.compile(
    rf'\{{(?:"causationid":{_TEXT},|)"correlationid":{_TEXT},"data":\{{{_DATA}\}},"id":{_VALUE},"origin":{_TEXT},'
    rf'(?:"prev":{_TEXT},|)"recordedtime":{_TEXT},"source":{_TEXT},"specversion":{_TEXT},'
    rf'{_STREAM}\2/\d{{4}}",{re.escape(_TYPE)}{_VERSION}[1-9]\d{{0,14}}\}}$',
    _FLAGS,
)
"""For lines that are JSON without backslashes: date, person, record, village and id of a check-in.

Without escapes no string holds a quotation mark, so that what looks like a member is one. Who acted is passed over.
"""
_LEARNED = 100
"""Forms at most: a log in which every line has another one is read by the general pattern."""
_IN_A_TEXT = 6
"""Forms at most that are looked for in one text; what is left is read line by line."""


class _Shape(NamedTuple):
    """What lines of one form have alike."""

    head: str
    """The first key, with the quotation mark before its value, which is of any length."""
    passed: tuple[int, ...]
    """From the end of what is read of a member, which a quotation mark follows, to where the next begins."""
    fixed: tuple[int, ...]
    """How long what is read of each member is; 0 where that is left open."""


class CheckIns(NamedTuple):
    """Columns of the same length."""

    dates: list[str]
    persons: list[str]
    records: list[str]
    villages: list[str]
    ids: list[str]


class Forms:
    """Remembers the forms that it met. Not thread-safe."""

    def __init__(self) -> None:
        self._known: dict[_Shape, re.Pattern[str]] = {}

    def read(self, text: str) -> tuple[list[str], CheckIns]:
        """The lines that are no check-in, and the others as columns, both in no particular order.

        `text`: lines as for `ANY_FORM`, without a break at the end. Where lines and columns together are fewer than the
        lines of the text, a match reached over the end of one, and nothing that was found may be believed.
        """
        found = CheckIns([], [], [], [], [])
        for _ in range(_IN_A_TEXT):
            form = self._form_of_the_first(text)
            if form is None:
                break
            parts = form.split(text)
            for number, column in enumerate(found, 1):
                column.extend(parts[number::_WIDTH])
            text = "".join(parts[::_WIDTH])
        rest: list[str] = []
        for line in text.removesuffix("\n").split("\n") if text else ():
            match = ANY_FORM.fullmatch(line) if _TYPE in line else None
            if match is None:
                rest.append(line)
            else:
                for column, value in zip(found, match.groups(), strict=True):
                    column.append(value)
        return rest, found

    def _form_of_the_first(self, text: str) -> re.Pattern[str] | None:
        """The form of the first check-in in a text, which is learned where it was not met before."""
        at = text.find(_TYPE)
        line = ANY_FORM.match(text, text.rfind("\n", 0, at) + 1) if at >= 0 else None
        if line is None:
            return None
        shape = _shape(line)
        if shape not in self._known and len(self._known) < _LEARNED:
            self._known[shape] = _form(shape)
        return self._known.get(shape)


def _head(line: re.Match[str]) -> str:
    """The key of the first member, which is a text of any length."""
    text = line.string
    return text[line.start() : text.index(":", line.start())] + ':"'


def _shape(line: re.Match[str]) -> _Shape:
    head, groups = _head(line), range(1, _WIDTH)
    ends = [line.string.index('"', line.start() + len(head)), *map(line.end, groups)]
    starts = [*map(line.start, groups), line.string.rindex('"stream"', ends[-1], line.end())]
    passed = tuple(start - end for start, end in zip(starts, ends, strict=True))
    lengths = zip(_READ, starts, ends[1:], strict=False)
    return _Shape(head, passed, tuple(0 if name in _OF_ANY_LENGTH else end - start for name, start, end in lengths))


def _form(shape: _Shape) -> re.Pattern[str]:
    # A beginning that is looked for as it stands is found faster than the beginnings of all lines are tried.
    parts = [rf'{re.escape(shape.head)}(?<=^{re.escape(shape.head)})[^"]*+']
    for name, before, length in zip(_READ, shape.passed, shape.fixed, strict=False):
        key = f'"{name}":"'
        inside = f'[^"]{{{length}}}' if length else '[^"]++'
        parts.append(rf'"{_passing(before - 1 - len(key), _SLACK.get(name, 0))}{key}({inside})')
    # Members stand in one order, so that what the type follows is the stream, and what follows the type the version.
    parts.append(rf'"{_passing(shape.passed[-1] - 1 + len(_STREAM))}\2/\d{{4}}",{re.escape(_TYPE)}')
    parts.append(rf"{_passing(len(_VERSION))}[1-9]\d{{0,14}}\}}$\n?")
    return re.compile("".join(parts), _FLAGS)


def _passing(length: int, slack: int = 0) -> str:
    return f"(?s:.{{{length - slack},{length + slack}}}?)" if slack else f"(?s:.{{{length}}})"

"""Check-ins out of the lines of a stream: what the fold reads of them, column by column, and the lines that are none.

    rest, check_ins = Forms().read(text)

What a log holds was found canonical when it was written, so that members stand in one order and devices of one kind
write lines of one form: of the same length up to each member. A form is learned from a line that the general pattern
recognised. It looks at the members that the fold reads and passes over everything between them in one step each.
"""

import re
from typing import NamedTuple

_READ = ("date", "person", "record", "village", "id")
_OF_ANY_LENGTH = ("person", "record")
_TEXT, _VALUE = '"[^"]*+"', '"([^"]++)"'
_TYPE = '"type":"zhucun.attendance.CheckedIn.v1","version":'
_END = rf"{re.escape(_TYPE)}[1-9]\d{{0,14}}\}}$"
_DATA = (
    rf'"actor":\{{[^}}]*+\}},"article":{_TEXT},"date":{_VALUE},(?:"device_time":{_TEXT},|)"method":{_TEXT},'
    rf'(?:"overnight":(?:true|false),|)"person":{_VALUE},"place":{_TEXT},"record":{_VALUE},"ruleset":{_TEXT},'
    rf'"team":{_TEXT},"village":{_VALUE}'
)
_FLAGS = re.ASCII | re.MULTILINE
ANY_FORM = re.compile(
    rf'\{{(?:"causationid":{_TEXT},|)"correlationid":{_TEXT},"data":\{{{_DATA}\}},"id":{_VALUE},"origin":{_TEXT},'
    rf'(?:"prev":{_TEXT},|)"recordedtime":{_TEXT},"source":{_TEXT},"specversion":{_TEXT},'
    rf'"stream":"attendance/\2/\d{{4}}",{_END}',
    _FLAGS,
)
"""For lines that are JSON without backslashes: date, person, record, village and id of a check-in.

Without escapes no string holds a quotation mark, so that what looks like a member is one. Who acted is passed over.
"""
_KEPT = 4
"""Forms that are tried, the one that was learned last first."""
_LEARNED = 40
"""At most: a log in which every line has another form is read by the general pattern."""
_SHARE = 4
"""A form is learned where more than one line in so many has it and was not recognised before."""


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
        self._known: list[re.Pattern[str]] = []
        self._learned = 0

    def read(self, text: str) -> tuple[list[str], CheckIns]:
        """The lines that are no check-in, and the others as columns, both in no particular order.

        `text`: lines as for `ANY_FORM`. Where lines and columns together are fewer than the lines of the text, a match
        reached over the end of one, and nothing that was found may be believed.
        """
        found = CheckIns([], [], [], [], [])
        for form in self._known:
            if text:
                text = _split(form, text, found)
        rest: list[str] = []
        met: list[re.Match[str]] = []
        for line in text.removesuffix("\n").split("\n") if text else ():
            match = ANY_FORM.fullmatch(line) if _TYPE in line else None
            if match is None:
                rest.append(line)
            else:
                met.append(match)
                for column, value in zip(found, match.groups(), strict=True):
                    column.append(value)
        if self._learned < _LEARNED and _SHARE * len(met) > len(rest) + len(found.ids):
            self._known = [_form_of(met[0]), *self._known[: _KEPT - 1]]
            self._learned += 1
        return rest, found


def _split(form: re.Pattern[str], text: str, found: CheckIns) -> str:
    """Puts what the form recognises into the columns; what is left of the text."""
    parts = form.split(text)
    width = len(_READ) + 1
    for number, column in enumerate(found, 1):
        column.extend(parts[number::width])
    return "".join(parts[::width])


def _form_of(line: re.Match[str]) -> re.Pattern[str]:
    """The form of a line that `ANY_FORM` recognised."""
    text = line.string
    head = text.partition(":")[0] + ':"'
    # A beginning that is looked for as it stands is found faster than the beginnings of all lines are tried.
    parts, at = [rf'{re.escape(head)}(?<=^{re.escape(head)})[^"]*+'], text.index('"', len(head))
    for number, name in enumerate(_READ, 1):
        key = f'"{name}":"'
        parts.append(_passing(line.start(number) - len(key) - at) + key + _inside(line, number) + '"')
        at = line.end(number) + 1
    stream = text.rindex('"stream"')
    parts.append(_passing(stream - at) + rf'"stream":"attendance/\2/\d{{4}}",{_END}\n?')
    return re.compile("".join(parts), _FLAGS)


def _passing(length: int) -> str:
    return f"(?s:.{{{length}}})"


def _inside(line: re.Match[str], group: int) -> str:
    return '([^"]++)' if _READ[group - 1] in _OF_ANY_LENGTH else f'([^"]{{{line.end(group) - line.start(group)}}})'

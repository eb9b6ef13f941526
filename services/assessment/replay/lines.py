"""Event lines -> reader, fast. One event per line, any order, duplicates welcome.

Nine lines in ten are check-ins; those in canonical form are recognised by one pattern, a page of lines at a time, which
spares the JSON parser. Everything else, and every check-in written otherwise, goes through the parser. Both ways give
the same.
"""

import json
import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, BinaryIO

from contracts import disclosure
from contracts.canonical import MAX_LEAF_BYTES
from services.assessment.fold.findings import FoldError
from services.assessment.fold.reading import Reader

_PAGE_LINES = 512
_LONGEST = MAX_LEAF_BYTES + 2
"""With the line end of another system."""
_SHOWN = 80
"""Characters of a line that cannot be read."""


def _check_in(inside: str) -> str:
    """Pattern of a canonical check-in that gives date, person, record, village and id.

    `inside` matches a character inside of a JSON string without escapes. All keys in their order and nothing between
    them: what matches is JSON without a key twice. What may be missing is an alternative to nothing: a repetition would
    cost more.
    """
    text, value = f'"{inside}*+"', f'"({inside}++)"'
    actor = rf'(?:"on_behalf_of":{text},|)(?:"organisation":{text},|)"person":{text},"role":{text}(?:,"via":{text}|)'
    data = (
        rf'\{{"actor":\{{{actor}\}},"article":{text},"date":{value},(?:"device_time":{text},|)"method":{text},'
        rf'(?:"overnight":(?:true|false),|)"person":{value},"place":{text},"record":{value},"ruleset":{text},'
        rf'"team":{text},"village":{value}\}}'
    )
    return (
        rf'\{{(?:"causationid":{text},|)"correlationid":{text},"data":{data},"id":{value},"origin":{text},'
        rf'(?:"prev":{text},|)"recordedtime":{text},"source":{text},"specversion":{text},"stream":{text},'
        r'"type":"zhucun\.attendance\.CheckedIn\.v1","version":[1-9]\d{0,14}\}'
    )


_FLAGS = re.ASCII | re.MULTILINE
_PLAIN_TEXT = r'[^"]'
_STRICT_TEXT = r'[^"\\\x00-\x1f\x80-\xff]'
_PLAIN = re.compile(rf"^({_check_in(_PLAIN_TEXT)}|.*)$", _FLAGS)
_STRICT = re.compile(rf"^({_check_in(_STRICT_TEXT)}|.*)$", _FLAGS)
"""For a page with a byte that a string may not hold or that needs decoding; twice as slow."""
_STAMP = re.compile(r'"origin":"([^"]*+)",(?:"prev":"[^"]*+",)?"recordedtime":"([^"]*+)"')
"""In a check-in that was recognised: none of its strings holds a quotation mark, so that this is not inside of one."""
_OTHER_BYTES = bytes(byte not in b"\n" and (not 0x20 <= byte < 0x80 or byte in b"\\") for byte in range(256))
"""1 for every byte that makes a page other than plain: control characters, backslashes, all that is not ASCII."""


class LineError(FoldError):
    """A line that cannot be read; `line` counts from 1."""

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        self.reason = reason
        super().__init__(f"第 {line} 行 / line {line}: {reason}")


def whole_lines(file: BinaryIO, at_once: int) -> Iterator[bytes]:
    """Pages of whole lines, of at least so many bytes. Raises LineError for one that reaches further than any event."""
    number = 0
    while block := file.read(at_once):
        rest = file.readline(_LONGEST + 1)
        number += block.count(b"\n")
        if len(rest) > _LONGEST:
            raise LineError(number + 1, "longer than any event")
        number += rest.endswith(b"\n")
        yield block + rest


def read_lines(lines: Iterable[bytes], reader: Reader, disclosures: Mapping[str, str]) -> int:
    """Read all lines into `reader`; returns how many lines held an event. Raises LineError for the first bad one.

    `disclosures`: digest -> disclosure text; sensitive members without one stay undisclosed.
    """
    return read_pages(_pages(lines), reader, disclosures)


def _pages(lines: Iterable[bytes]) -> Iterator[bytes]:
    source = iter(lines)
    while page := [line.rstrip(b"\r\n") for line in islice(source, _PAGE_LINES)]:
        yield b"\n".join(page)


def read_pages(
    pages: Iterable[bytes], reader: Reader, disclosures: Mapping[str, str], came: "array[int] | None" = None
) -> int:
    """As :func:`read_lines`, from pages of whole lines, which is faster.

    `came`: gets the line of every id that the reader has then newly `seen`, in that order.
    """
    came = array("Q") if came is None else came
    count = number = 0
    for page in pages:
        pattern = _STRICT if 1 in page.translate(_OTHER_BYTES) else _PLAIN
        text = page.decode("latin-1")
        rows = pattern.findall(text)
        if len(rows) <= page.count(b"\n"):  # a string that a line break tears apart is none
            rows = [pattern.findall(line)[0] for line in text.split("\n")]
        check_ins = [row for row in rows if row[1]]
        at_once = reader.take_check_ins(check_ins)
        if at_once:
            count += len(check_ins)
            came.extend([line for line, row in enumerate(rows, number + 1) if row[1]])
        if not at_once or len(check_ins) < len(rows):
            for line, row in enumerate(rows, number + 1):
                if not (at_once and row[1]):
                    known = len(reader.seen)
                    try:
                        count += _take(line, row, reader, disclosures)
                    finally:
                        came.extend([line] * (len(reader.seen) - known))
        number += page.count(b"\n") + (not page.endswith(b"\n"))
    return count


def _take(number: int, row: tuple[str, ...], reader: Reader, disclosures: Mapping[str, str]) -> bool:
    """Whether the line held an event, which the reader then has. Raises LineError."""
    try:
        if row[1]:
            origin, recorded = _STAMP.findall(row[0])[0]
            whole, date, person, record, village, event = row
            reader.take_check_in(hash(whole), date, person, record, village, event, origin, recorded)
            return True
        line = row[0].encode("latin-1").rstrip(b"\r")
        if not line.strip():
            return False
        text = line.decode("utf-8")
        keep(_DECODER.decode(text), text, reader, disclosures)
    except json.JSONDecodeError as error:
        raise LineError(number, f"not JSON ({error.msg} at column {error.colno})") from error
    except UnicodeDecodeError as error:
        raise LineError(number, "not UTF-8") from error
    except RecursionError as error:
        raise LineError(number, "nested too deeply") from error
    except FoldError as error:
        raise LineError(number, str(error)) from error
    except ValueError as error:  # an integer of thousands of digits
        raise LineError(number, f"not JSON of ours ({error})") from error
    return True


def keep(event: Any, line: str, reader: Reader, disclosures: Mapping[str, str]) -> None:
    """Give a parsed line to the reader. Raises FoldError for what is not an event."""
    if not isinstance(event, dict) or not isinstance(event.get("data"), dict):
        raise FoldError("not an event (an object with `data`)")
    if "_sd" in event["data"] and not disclosures.keys().isdisjoint(event["data"]["_sd"]):
        event["data"] = opened(event["data"], disclosures)
    try:
        reader.take(event, hash(line))
    except (KeyError, TypeError, AttributeError) as error:
        raise FoldError(f"event {event.get('id')}: {error} is missing or has the wrong form") from error


def keep_all(lines: Sequence[str], reader: Reader, disclosures: Mapping[str, str]) -> None:
    """Gives lines to the reader that were checked when they were written into a log. Raises FoldError."""
    read = [line for line in lines if _type_of(line) not in reader.ignored]
    # One call for many lines: the parser then makes every key once, not once for each event.
    try:
        events = json.loads(f"[{','.join(read)}]")
    except ValueError as error:
        raise FoldError(f"a line of the log is not JSON: {_broken(read)}") from error
    if len(events) != len(read):
        raise FoldError(f"a line of the log is not one event: {_broken(read)}")
    for line, event in zip(read, events, strict=True):
        keep(event, line, reader, disclosures)


def _type_of(line: str) -> str:
    return line.rpartition('"type":"')[2].partition('"')[0]


def _broken(lines: Sequence[str]) -> str:
    """The beginning of the first line that is not JSON, or of all of them."""
    for line in lines:
        try:
            json.loads(line)
        except ValueError:
            return repr(line[:_SHOWN])
    return repr(" ".join(lines)[:_SHOWN])


def opened(data: Mapping[str, Any], disclosures: Mapping[str, str]) -> dict[str, Any]:
    """`data` with every member opened whose disclosure is at hand; the other digests stay in `_sd`."""
    texts = {digest: disclosures[digest] for digest in data["_sd"] if digest in disclosures}
    shown = disclosure.reveal(data, texts)
    hidden = [digest for digest in data["_sd"] if digest not in texts]
    return {**shown, "_sd": hidden} if hidden else shown


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise FoldError("duplicate key in an object")
    return members


_DECODER = json.JSONDecoder(object_pairs_hook=_unique)

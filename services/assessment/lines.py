"""Event lines -> reader, fast. One event per line, any order, duplicates welcome.

Nine lines in ten are check-ins; one in canonical form is recognised by a single pattern, which spares the JSON parser.
Everything else, and every check-in written otherwise, goes through the parser. Both ways give the same.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from contracts import disclosure
from services.assessment.findings import FoldError
from services.assessment.reading import Reader

_TEXT = r'"[^"\\\x00-\x1f]*+"'
_CHECK_IN = re.compile(
    r'\{(?:"causationid":' + _TEXT + r',)?"correlationid":' + _TEXT + r',"data":\{"actor":\{[^{}\\\x00-\x1f]*+\},'
    r'"article":' + _TEXT + r',"date":"(\d{4}-\d\d-\d\d)",(?:"device_time":' + _TEXT + r',)?"method":"[a-z]+",'
    r'(?:"overnight":(?:true|false),)?"person":"(P\d+)","place":"\d++","record":"([\w.-]+)","ruleset":' + _TEXT + r","
    r'"team":"T\d++","village":"(\d{12})"\},"id":"([0-9a-f-]{36})","origin":"([^"\\\x00-\x1f]++)",'
    r'(?:"prev":"[0-9a-f]{64}",)?"recordedtime":"([\dT:.-]{26}Z)","source":"/zhucun/attendance","specversion":"1\.0",'
    r'"stream":' + _TEXT + r',"type":"zhucun\.attendance\.CheckedIn\.v1","version":[1-9]\d*\}',
    re.ASCII,
)


class LineError(FoldError):
    """A line that cannot be read; `line` counts from 1."""

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        self.reason = reason
        super().__init__(f"第 {line} 行 / line {line}: {reason}")


def read_lines(lines: Iterable[bytes], reader: Reader, disclosures: Mapping[str, str]) -> int:
    """Read all lines into `reader`; returns how many lines held an event. Raises LineError for the first bad one.

    `disclosures`: digest -> disclosure text; sensitive members without one stay undisclosed.
    """
    count = 0
    number = 0
    check_in, take_check_in = _CHECK_IN.fullmatch, reader.take_check_in
    try:
        for raw in lines:
            number += 1
            line = raw.rstrip(b"\r\n")
            found = check_in(line.decode("latin-1"))
            if found is not None:
                take_check_in(hash(line), *found.groups())
            elif line.strip():
                _take(line, reader, disclosures)
            else:
                continue
            count += 1
    except LineError:
        raise
    except json.JSONDecodeError as error:
        raise LineError(number, f"not JSON ({error.msg} at column {error.colno})") from error
    except UnicodeDecodeError as error:
        raise LineError(number, "not UTF-8") from error
    except RecursionError as error:
        raise LineError(number, "nested too deeply") from error
    except FoldError as error:
        raise LineError(number, str(error)) from error
    return count


def _take(line: bytes, reader: Reader, disclosures: Mapping[str, str]) -> None:
    event = json.loads(line.decode("utf-8"), object_pairs_hook=_unique)
    if not isinstance(event, dict) or not isinstance(event.get("data"), dict):
        raise FoldError("not an event (an object with `data`)")
    if "_sd" in event["data"]:
        event["data"] = opened(event["data"], disclosures)
    try:
        reader.take(event, hash(line))
    except (KeyError, TypeError, AttributeError) as error:
        raise FoldError(f"event {event.get('id')}: {error} is missing or has the wrong form") from error


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

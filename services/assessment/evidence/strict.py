"""JSON of strangers: no duplicate keys, no fractions, no huge numbers, no deep nesting."""

import json
from typing import Any, NoReturn

from services.assessment.evidence.verdict import Malformed

MAX_DEPTH = 40
MAX_DIGITS = 17


def load(data: bytes, name: str) -> Any:
    """The value in `data`; raises Malformed, naming the file, for anything that two readers might read differently."""
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_int=_integer,
            parse_float=_fraction,
            parse_constant=_fraction,
        )
    except RecursionError as error:
        raise Malformed(f"{name}: nested too deeply") from error
    except ValueError as error:
        raise Malformed(f"{name}: {error}") from error
    _shallow(value, name, MAX_DEPTH)
    return value


def members(value: Any, name: str, **kinds: type) -> dict[str, Any]:
    """`value`, which is an object with at least these members of these kinds; raises Malformed."""
    if not isinstance(value, dict):
        raise Malformed(f"{name}: not an object")
    for member, kind in kinds.items():
        found = value.get(member)
        if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
            raise Malformed(f"{name}: {member} is missing or not of its kind")
    return value


def text(data: bytes, name: str) -> str:
    """UTF-8 text; raises Malformed."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed(f"{name}: not UTF-8") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate key in an object")
    return found


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError("a number beyond 2^53")
    return int(digits)


def _fraction(digits: str) -> NoReturn:
    raise ValueError(f"{digits[:20]} is not an integer")


def _shallow(value: Any, name: str, depth: int) -> None:
    if isinstance(value, dict | list):
        if depth == 0:
            raise Malformed(f"{name}: nested too deeply")
        for inner in value.values() if isinstance(value, dict) else value:
            _shallow(inner, name, depth - 1)

"""Canonical bytes: RFC 8785 under a restricted profile (`ledger.md` 1).

The profile has no floats, ASCII keys, integers within 2^53-1 and no lone surrogates. Under it the standard library's
`json.dumps` with sorted keys and no white space is byte-equal to RFC 8785; a property test proves it.
"""

import hashlib
import json
from typing import Any, NoReturn, TypeAlias

MAX_INTEGER = 2**53 - 1
"""Largest integer that every JSON reader keeps exactly (RFC 7493)."""

MAX_LEAF_BYTES = 65_535
MAX_DEPTH = 32
"""Deepest nesting of arrays and objects; no event comes near it, and no reader may run out of stack."""

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"


class NotCanonicalError(ValueError):
    """The value or the bytes fall outside the profile; the message says where."""


def encode(value: Json) -> bytes:
    """Canonical bytes of `value`; raises NotCanonicalError when it is outside the profile."""
    try:
        return _ENCODER.encode(ordered(value)).encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonicalError("lone surrogate in a string") from error


def ordered(value: Json) -> Json:
    """`value` with the members of every object in the order of its canonical bytes, for a JSON writer of one's own.

    Raises NotCanonicalError when it is outside the profile; lone surrogates are left to the writer.
    """
    found: Json = _ordered(value, "$", MAX_DEPTH)
    return found


def decode(data: bytes) -> Json:
    """The value of canonical `data`.

    Raises NotCanonicalError for anything that is not the one canonical form: duplicate keys, fractions, exponents,
    white space, unsorted keys, lone surrogates, invalid UTF-8, integers beyond 2^53-1, deep nesting.
    """
    try:
        value: Json = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_no_duplicates,
            parse_float=_no_fraction,
            parse_constant=_no_fraction,
        )
    except NotCanonicalError:
        raise
    except (ValueError, RecursionError) as error:  # ValueError: not UTF-8, not JSON, an integer of thousands of digits
        raise NotCanonicalError(str(error)) from error
    if encode(value) != data:
        raise NotCanonicalError("the bytes are JSON, but not in canonical form")
    return value


def digest(value: Json) -> str:
    """SHA-256 of the canonical bytes, in hexadecimal."""
    return hashlib.sha256(encode(value)).hexdigest()


_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


def _ordered(value: Any, at: str, depth: int) -> Any:
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return value
    if kind is int:
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise NotCanonicalError(f"{at}: integer beyond 2^53-1")
        return value
    if kind not in (dict, list):
        raise NotCanonicalError(f"{at}: {kind.__name__} has no place in an event")
    if depth == 0:
        raise NotCanonicalError(f"nested deeper than {MAX_DEPTH} levels")
    if kind is list:
        return [_ordered(member, f"{at}[{position}]", depth - 1) for position, member in enumerate(value)]
    found = {}
    for key in _sorted(value):
        if type(key) is not str or not key.isascii():
            raise NotCanonicalError(f"{at}: key {key!r} is not an ASCII string")
        member = value[key]
        # Most members are strings: one step less for each of them, in every event that is written.
        found[key] = member if type(member) is str else _ordered(member, f"{at}.{key}", depth - 1)
    return found


def _sorted(keys: dict[Any, Any]) -> list[Any]:
    try:
        return sorted(keys)
    except TypeError:  # not all of them are strings
        return list(keys)


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotCanonicalError("duplicate key in an object")
    return members


def _no_fraction(text: str) -> NoReturn:
    raise NotCanonicalError(f"{text} is not an integer")

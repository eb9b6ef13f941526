"""A strict reader for the small part of YAML in which reference data is written.

This package may not depend on a YAML library, so its data keeps to what fits on this page: block mappings and block
lists by indentation (two spaces), comments on lines of their own, and one scalar per line: an integer, a date,
`true`, `false`, `null`, a word that begins with a letter, or a "double-quoted" text without escapes. Everything else is
refused rather than guessed at. A test reads every committed file with PyYAML too and compares.
"""

import re
from datetime import date
from typing import Any, TypeAlias

Plain: TypeAlias = "bool | int | str | date | list[Plain] | dict[str, Plain] | None"

_KEY = re.compile(r"([a-z][a-z0-9_]*):(?: (.*))?")
_INTEGER = re.compile(r"0|-?[1-9][0-9]*")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_QUOTED = re.compile(r'"([^"\\]*)"')
_WORDS = {"true": True, "false": False, "null": None}
_AMBIGUOUS = {"yes", "no", "on", "off", "y", "n"}
"""Words that some YAML readers take for a boolean: they must be quoted."""


class NotPlainYamlError(ValueError):
    """The text is outside the part of YAML that is read here; the message names the line."""


def load(text: str) -> Plain:
    """The value of a document: mappings as dict, lists as list, scalars as int, date, bool, None or str."""
    lines = [
        (number, len(line) - len(line.lstrip(" ")), line.strip(" "))
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip(" ") and not line.lstrip(" ").startswith("#")
    ]
    if not lines:
        raise NotPlainYamlError("an empty document")
    value = _block(lines, 0)
    if lines:
        raise NotPlainYamlError(f"line {lines[0][0]}: unexpected indentation")
    return value


def _block(lines: list[tuple[int, int, str]], indent: int) -> Plain:
    """Takes from `lines` the block that stands at exactly `indent`."""
    number, found, content = lines[0]
    if found != indent:
        raise NotPlainYamlError(f"line {number}: expected {indent} spaces")
    return _list(lines, indent) if content.startswith("- ") else _mapping(lines, indent)


def _list(lines: list[tuple[int, int, str]], indent: int) -> list[Plain]:
    items: list[Plain] = []
    while lines and lines[0][1] == indent and lines[0][2].startswith("- "):
        number, _, content = lines[0]
        if _KEY.fullmatch(content[2:]):  # a mapping whose first key stands beside the dash
            lines[0] = (number, indent + 2, content[2:])
            items.append(_mapping(lines, indent + 2))
        else:
            lines.pop(0)
            items.append(_scalar(number, content[2:]))
    return items


def _mapping(lines: list[tuple[int, int, str]], indent: int) -> dict[str, Plain]:
    members: dict[str, Plain] = {}
    while lines and lines[0][1] == indent and not lines[0][2].startswith("- "):
        number, _, content = lines.pop(0)
        match = _KEY.fullmatch(content)
        if match is None or match[1] in members:
            raise NotPlainYamlError(f"line {number}: expected a new `key: value`")
        if match[2] is not None:
            members[match[1]] = _scalar(number, match[2])
        elif lines and lines[0][1] == indent + 2:
            members[match[1]] = _block(lines, indent + 2)
        else:
            raise NotPlainYamlError(f"line {number}: {match[1]} has no value; write null, or indent by two")
    return members


def _scalar(number: int, text: str) -> Plain:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DATE.fullmatch(text):
        return date.fromisoformat(text)
    quoted = _QUOTED.fullmatch(text)
    if quoted:
        return quoted[1]
    plain = text[:1].isalpha() and text.lower() not in _AMBIGUOUS | _WORDS.keys()
    if not plain or ": " in text or " #" in text or text.endswith(":") or not text.isprintable():
        raise NotPlainYamlError(f"line {number}: {text!r} needs double quotes, or has no place here")
    return text


def mapping(value: Any, *keys: str, optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """`value` if it is a mapping with exactly these keys, those in `optional` or not; raises NotPlainYamlError."""
    if not isinstance(value, dict) or not set(keys) <= value.keys() <= {*keys, *optional}:
        found = sorted(value) if isinstance(value, dict) else value
        raise NotPlainYamlError(f"expected the keys {', '.join(keys)}; found {found}")
    return value

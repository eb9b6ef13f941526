"""What a parameter may be: one value, a list, or a table of named members; read from `domain` in `parameters/`.

    domain_of({"type": "list", "of": {"type": "choice", "options": ["gps", "paper"]}}).fits(["gps"])  ->  True

Whoever sets a parameter is held to this: a ruling, a county's measure, `--set`, and the committed values themselves.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

_SHARE = re.compile(r"([1-9][0-9]{0,2})/([1-9][0-9]{0,2})\+?")
"""`2/3`: at least that share; `1/2+`: more than it."""

MOST = 10_000
"""The largest integer where nothing else is written: more days or months than that lead out of the calendar."""


@dataclass(frozen=True, slots=True)
class Domain:
    """The values that something may have."""

    kind: str
    """bool, int, choice, date, share, text; list; map and table, which are one and the same here."""
    options: tuple[Any, ...] = ()
    minimum: int = 0
    maximum: int = MOST
    pattern: str = ".*"
    of: "Domain | None" = None
    """What a list holds."""
    least: int = 0
    """How many a list holds at least."""
    fixed: int | None = None
    """How many a list holds exactly."""
    members: Mapping[str, "Domain"] = field(default_factory=dict)
    optional: bool = False
    """Whether the member of a table may be missing."""

    def fits(self, value: Any) -> bool:
        """Whether it may have this value: plain JSON."""
        if self.options:
            return any(value == option and type(value) is type(option) for option in self.options)
        match self.kind:
            case "bool":
                return type(value) is bool
            case "int":
                return type(value) is int and self.minimum <= value <= self.maximum
            case "date":
                return isinstance(value, str) and _is_date(value)
            case "share":
                return isinstance(value, str) and _is_share(value)
            case "text":
                return isinstance(value, str) and re.fullmatch(self.pattern, value) is not None
            case "list":
                return isinstance(value, list) and self._list_fits(value)
            case _:
                return isinstance(value, Mapping) and self._table_fits(value)

    def _list_fits(self, items: list[Any]) -> bool:
        told = [json.dumps(item, sort_keys=True, ensure_ascii=False) for item in items]
        enough = len(items) >= self.least and self.fixed in (None, len(items))
        return enough and len(set(told)) == len(told) and self.of is not None and all(map(self.of.fits, items))

    def _table_fits(self, table: Mapping[str, Any]) -> bool:
        needed = {name for name, member in self.members.items() if not member.optional}
        named = needed <= table.keys() <= self.members.keys()
        return named and all(self.members[name].fits(value) for name, value in table.items())

    def describe(self) -> str:
        """What it may be, in words."""
        if self.options:
            return " | ".join(str(option) for option in self.options)
        match self.kind:
            case "bool":
                return "true | false"
            case "int":
                return f"an integer from {self.minimum} to {self.maximum}"
            case "date":
                return "a date such as 2017-01-01"
            case "share":
                return "a share such as 2/3 (at least) or 1/2+ (more than)"
            case "text":
                return f"a text like {self.pattern}"
            case "list":
                assert self.of is not None, "a list says what it holds"
                number = f"{self.fixed} of" if self.fixed else f"at least {self.least} of" if self.least else "of"
                return f"a list {number}: {self.of.describe()}"
            case _:
                return "a table of " + ", ".join(
                    f"{name}{' (if wanted)' if member.optional else ''}: {member.describe()}"
                    for name, member in self.members.items()
                )


def domain_of(entry: Mapping[str, Any]) -> Domain:
    """The domain as it is written in the file; raises LookupError or TypeError for what is none."""
    kind = entry["type"]
    if (kind == "list") != ("of" in entry) or (kind in ("map", "table")) != ("members" in entry):
        raise LookupError("a list says `of` what, a map or table which `members` it has, and nothing else does")
    members = {name: domain_of(member) for name, member in entry.get("members", {}).items()}
    return Domain(
        kind=kind,
        options=tuple(entry.get("options", ())),
        minimum=entry.get("min", 0),
        maximum=entry.get("max", MOST),
        pattern=entry.get("pattern", ".*"),
        of=domain_of(entry["of"]) if "of" in entry else None,
        least=entry.get("least", 0),
        fixed=entry.get("fixed"),
        members=members,
        optional=entry.get("optional", False),
    )


def plain(value: Any) -> Any:
    """A value of a command or an event as JSON has it: lists for tuples, all the way down."""
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    return value


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_share(text: str) -> bool:
    if _SHARE.fullmatch(text) is None:
        return False
    share = Fraction(text.rstrip("+"))
    return share < 1 if text.endswith("+") else share <= 1

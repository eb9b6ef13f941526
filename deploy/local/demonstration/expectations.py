"""The table of expected outcomes, read and checked for form. It is written by hand and never generated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

_FIELDS = frozenset({"name", "posted", "on_post", "leave", "absent", "longest_run", "grounds", "outcome"})
_OPTIONAL = frozenset({"carry_in", "flags"})


@dataclass(frozen=True, slots=True)
class Expected:
    """What must come out for one person. `flags` are those that must be among the fold's."""

    name: str
    posted: int
    on_post: int
    leave: int
    absent: int
    longest_run: int
    grounds: tuple[str, ...]
    outcome: str
    carry_in: int = 0
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """The whole table: the county's list and places, and the named people."""

    year: int
    county: str
    objects: int
    maximum: int
    outcomes: Mapping[str, int]
    """How many people on the list have which outcome."""
    people: Mapping[str, Expected]
    earlier: Mapping[int, Mapping[str, Sequence[str]]]
    """Year before -> person -> grounds of that year."""


def expected_table() -> Table:
    """The table beside this file; raises ValueError for a row with missing or unknown fields."""
    text = (resources.files(__package__) / "expected.yaml").read_text("utf-8")
    document = yaml.safe_load(text)
    people = {person: _row(person, row) for person, row in document["people"].items()}
    return Table(
        year=document["year"],
        county=document["county"],
        objects=document["objects"],
        maximum=document["maximum"],
        outcomes=document["outcomes"],
        people=people,
        earlier=document["earlier"],
    )


def _row(person: str, row: Mapping[str, Any]) -> Expected:
    unknown, missing = row.keys() - _FIELDS - _OPTIONAL, _FIELDS - row.keys()
    if unknown or missing:
        raise ValueError(f"expected.yaml: {person}: unknown {sorted(unknown)}, missing {sorted(missing)}")
    return Expected(**{**row, "grounds": tuple(row["grounds"]), "flags": tuple(row.get("flags", ()))})

"""Dated, sourced parameters of the rules that a service applies itself (`parameters.yaml` beside its code).

Each entry has a name, the article, the source (clause or interpretation), and values with the date from which they
hold. Code never holds a threshold: it asks for the value in force on the date and in the place of
the act (`rulings.py`), which is the one given here unless a ruling or a county's measure has changed it (Art. 23).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from services.runtime.in_force import Direction


@dataclass(frozen=True, slots=True)
class Dated:
    """One value and the first date on which it holds."""

    valid_from: date
    value: Any


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: where it comes from and what it was when."""

    name: str
    article: str
    source: str
    values: tuple[Dated, ...]
    stricter: Direction | None = None
    """Which way a county's own measure may go, where one may (Art. 23)."""
    by_day: bool = False
    """Whether it concerns a single day: one that changed goes by what held on the day (A89)."""


class Parameters:
    """All parameters of one service."""

    def __init__(self, parameters: Mapping[str, Parameter]) -> None:
        self._parameters = dict(parameters)

    @classmethod
    def load(cls, path: Path) -> "Parameters":
        """Reads a parameters file; raises ValueError for an entry without article, source or a dated value."""
        entries = yaml.safe_load(path.read_text("utf-8"))
        found: dict[str, Parameter] = {}
        for name, entry in entries.items():
            values = tuple(sorted((Dated(v["valid_from"], v["value"]) for v in entry["values"]), key=_start))
            if not values or not entry.get("article") or not entry.get("source"):
                raise ValueError(f"{path.name}: {name} needs article, source and at least one dated value")
            of_days = entry.get("by_day", False)
            found[name] = Parameter(
                name, str(entry["article"]), entry["source"], values, entry.get("stricter"), of_days
            )
        return cls(found)

    def at(self, day: date) -> Mapping[str, Any]:
        """Values in force on `day`; before the first valid date the first value holds."""
        return MappingProxyType({name: _value_at(parameter, day) for name, parameter in self._parameters.items()})

    def describe(self) -> Mapping[str, Parameter]:
        """Everything, for people who ask where a number comes from."""
        return MappingProxyType(self._parameters)


def _start(dated: Dated) -> date:
    return dated.valid_from


def _value_at(parameter: Parameter, day: date) -> Any:
    value = parameter.values[0].value
    for dated in parameter.values:
        if dated.valid_from <= day:
            value = dated.value
    return value

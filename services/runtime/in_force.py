"""Which value of a parameter holds on a day in a place: as committed, as ruled, as a county adopted (Art. 23). Pure.

A ruling of the two interpreters changes a parameter for the whole city, a county's own measure for that county alone.
The city's word beats the county's where the county would be less strict (A88).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

Direction = Literal["higher", "lower"]
"""Which way a county may go from the city's value; None where the text says nothing."""

COUNTY_DIGITS = 6
EARLIER = "earlier_values"
"""Beside the values of a day: name -> ((last day, value), …), what a parameter that concerns single days was before."""


@dataclass(frozen=True, slots=True)
class Change:
    """A ruling (no county) or a county's measure: what it made of a parameter, and from when."""

    county: str | None
    number: str
    """Of the ruling or of the measure."""
    parameter: str
    """A name, or `name.member` of a parameter that has several numbers."""
    value: Any
    """As JSON: one value, a list, a table."""
    valid_from: date


def held(rules: Mapping[str, Any], name: str, day: date) -> Any:
    """The value for one day of a parameter that concerns single days: what held on that day (A89)."""
    before = rules.get(EARLIER, {}).get(name, ())
    return next((value for until, value in before if day <= until), rules[name])


def weaker(value: Any, than: Any, stricter: Direction | None) -> bool:
    """Whether `value` is less strict than the city's."""
    return (stricter == "higher" and value < than) or (stricter == "lower" and value > than)


@dataclass(frozen=True, slots=True)
class InForce:
    """All values of one day. `committed`: name -> value; `changes`: those valid on the day, later ones behind."""

    committed: Mapping[str, Any]
    changes: tuple[Change, ...]
    stricter: Mapping[str, Direction]

    def at(self, place: str) -> dict[str, Any]:
        """The values for a place, by its administrative code: city, county, township or village."""
        found = dict(self.committed)
        for change in self.changes:
            if change.county is None:
                _put(found, change.parameter, change.value)
        ours = place[:COUNTY_DIGITS]
        for name, value in {c.parameter: c.value for c in self.changes if c.county == ours}.items():
            if name in found and not weaker(value, found[name], self.stricter.get(name)):
                found[name] = value
        return found


def in_order(changes: Iterable[Change], day: date) -> tuple[Change, ...]:
    """Those valid on `day`, by the day from which they hold; of the same day those recorded later behind."""
    return tuple(sorted((c for c in changes if c.valid_from <= day), key=lambda change: change.valid_from))


def _put(values: dict[str, Any], name: str, value: Any) -> None:
    """Sets a parameter, or one member of it; what this service does not know is not its parameter."""
    whole, _, member = name.rpartition(".")
    if name in values:
        values[name] = value
    elif isinstance(values.get(whole), Mapping) and member in values[whole]:
        values[whole] = {**values[whole], member: value}

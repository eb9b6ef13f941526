"""The minimum that a dispatching unit owes its people's team each year (Art. 18, A74)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class UnitPosting:
    """One posting of somebody of the unit in the team; both days belong to it, None while it lasts."""

    team: str
    unit: str
    level: str
    starts_on: date
    last_day: date | None


@dataclass(frozen=True, slots=True)
class WorkFundDue:
    """What a unit owes and gave for one team and year, in fen; `minimum` is None where the text names none."""

    unit: str
    level: str
    posts: int
    minimum: int | None
    contributed: int

    @property
    def shortfall(self) -> int:
        return max(0, (self.minimum or 0) - self.contributed)


def posts_filled(postings: Sequence[UnitPosting], year: int) -> int:
    """Posts of one unit in one team in the year: the most people it had there on one day.

    A successor follows on the day after and takes the same post, so a replacement is not counted twice.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    in_year = [
        (max(one.starts_on, first), min(one.last_day or last, last))
        for one in postings
        if one.starts_on <= last and (one.last_day is None or one.last_day >= first)
    ]
    return max((sum(start <= day <= end for start, end in in_year) for day, _ in in_year), default=0)


def due(
    postings: Sequence[UnitPosting], year: int, contributed: Mapping[str, int], rules: Mapping[str, Any]
) -> list[WorkFundDue]:
    """One line for each unit with people in the team that year, and for each that contributed, by unit."""
    lines = []
    for unit in sorted({one.unit for one in postings} | contributed.keys()):
        own = [one for one in postings if one.unit == unit]
        posts = posts_filled(own, year)
        level = own[-1].level if own else ""
        each = rules["workfund_fen"].get(level)
        if posts or unit in contributed:
            minimum = None if each is None else each * posts
            lines.append(WorkFundDue(unit, level, posts, minimum, contributed.get(unit, 0)))
    return lines

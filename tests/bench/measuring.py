"""What a figure is: interleaved rounds of ours and of the bare operation, their spread, and the verdict."""

import statistics
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

ROUNDS = 5
"""At least; the median of fewer says little on a machine that does other things as well."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Least, median and greatest of the rounds."""

    least: float
    median: float
    most: float
    rounds: int

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        return cls(min(values), statistics.median(values), max(values), len(values))

    def as_json(self) -> dict[str, float]:
        return {"min": self.least, "median": self.median, "max": self.most, "rounds": self.rounds}


class Verdict(StrEnum):
    """INFORMATIVE: nothing is promised. NOT_JUDGED: these servers do not give the guarantee that was promised."""

    KEPT = "kept"
    MISSED = "MISSED"
    INFORMATIVE = "informative"
    NOT_JUDGED = "not judged"


@dataclass(frozen=True, slots=True)
class Promise:
    """A bound on the median: of the ratio to the bare operation, or of the figure itself."""

    bound: float
    of_ratio: bool
    at_least: bool = True

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        return f"{sign} {self.bound:g}{' × bare' if self.of_ratio else ''}"

    def kept(self, ours: Spread, ratio: Spread | None) -> bool:
        measured = ratio if self.of_ratio else ours
        assert measured is not None, "a promise of a ratio needs the bare operation"
        return measured.median >= self.bound if self.at_least else measured.median <= self.bound


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `ours` and `bare` are in `unit`; `ratio` is ours/bare of the same round.

    `guarantee` says what held for every event of ours that was counted; `against` what the bare operation is.
    """

    row: str
    what: str
    unit: str
    ours: Spread
    guarantee: str
    bare: Spread | None = None
    against: str | None = None
    ratio: Spread | None = None
    promise: Promise | None = None
    judged: bool = True

    @property
    def verdict(self) -> Verdict:
        if self.promise is None:
            return Verdict.INFORMATIVE
        if not self.judged:
            return Verdict.NOT_JUDGED
        return Verdict.KEPT if self.promise.kept(self.ours, self.ratio) else Verdict.MISSED

    def as_json(self) -> dict[str, Any]:
        return {
            "row": self.row,
            "what": self.what,
            "unit": self.unit,
            "ours": self.ours.as_json(),
            "bare": self.bare.as_json() if self.bare else None,
            "ratio": self.ratio.as_json() if self.ratio else None,
            "against": self.against,
            "promise": str(self.promise) if self.promise else None,
            "verdict": str(self.verdict),
            "guarantee": self.guarantee,
        }


Arm = Callable[[int], Awaitable[float]]
"""Runs one way of doing it in the round of that number and returns what was measured."""


async def interleaved(rounds: int, arms: Mapping[str, Arm]) -> dict[str, list[float]]:
    """Every arm once per round, in an order that rotates, so that no arm always runs in another's wake.

    A first round (number 0) is thrown away: plans, caches and connections warm up in it.
    """
    names = list(arms)
    found: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds + 1):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            measured = await arms[name](number)
            if number > 0:
                found[name].append(measured)
    return found


def compared(ours: Sequence[float], bare: Sequence[float]) -> tuple[Spread, Spread, Spread]:
    """Ours, bare, and their ratio round by round."""
    ratios = [mine / theirs for mine, theirs in zip(ours, bare, strict=True)]
    return Spread.of(ours), Spread.of(bare), Spread.of(ratios)

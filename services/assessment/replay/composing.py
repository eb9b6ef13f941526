"""What two changes of different days do together, worked out from what each does alone. Standard library only."""

from dataclasses import dataclass
from itertools import accumulate
from typing import Any, NamedTuple, TypeAlias

from services.assessment.fold.days import ABSENT, Days
from services.assessment.fold.findings import Parameters
from services.assessment.fold.measures import Measures, exceeds
from services.assessment.fold.outcome import Judged
from services.assessment.fold.runs import ends_run, runs_of, starts_open

Numbers: TypeAlias = tuple[Any, ...]
"""What a result hangs on: days on post, days of leave, absences, whether a run is too long. Equal: equal results."""
Run: TypeAlias = tuple[int, ...]


class Part(NamedTuple):
    """What one change does to the numbers. Changes with equal parts do the same with any third that is far away."""

    added: tuple[int, ...]
    """To the numbers that are sums over days, absences last."""
    broken: frozenset[Run]
    """Runs that were too long, and are not there any more."""
    exceeds: bool
    """Whether another one is."""
    beside: str = ""
    """Names a change that does something else as well, whatever the days: nothing does the same."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What one change alone does to the days."""

    codes: tuple[tuple[int, int], ...]
    """Index -> code."""
    absences: int
    part: Part

    @property
    def first(self) -> int:
        """Index of the first day that it changes; only where it changes any."""
        return self.codes[0][0]

    @property
    def last(self) -> int:
        """Index of the last one."""
        return self.codes[-1][0]


class Composer:
    """The numbers that a result hangs on when two changes of different days come together."""

    def __init__(self, base: Judged) -> None:
        self._measures: Measures = base.year.measures
        self._p: Parameters = base.year.parameters
        self._days: Days = self._measures.days
        self._added = _additive(self._measures)
        self._absent = self._days.codes.count(ABSENT)
        duty = self._p["absence.basis"] == "duty" and self._p["absence.rest_in_run"] != "count"
        self._counts_add_up = duty and self._p["absence.cumulative_window"] == "calendar"
        earliest = max(min((one.start for one in self._measures.postings), default=0), self._measures.frame.effective)
        self._whole = self._days.low <= earliest or starts_open(self._days, self._p)
        """Whether no day before the first one looked at could come into question by a change."""
        self._too_long = self._exceeding(self._days)
        ends = ends_run(self._p)
        after = accumulate(
            range(len(self._days.codes) - 1, -1, -1),
            lambda end, index: index if self._days.codes[index] in ends else end,
            initial=len(self._days.codes),
        )
        self._end_after = [*after][::-1]
        """Index -> the first day from there on that ends a run."""

    @property
    def adds_up(self) -> bool:
        """Whether the parts of two changes that are far from each other say what both do."""
        return self._counts_add_up and self._whole

    def span(self, effect: Effect, first: int, last: int) -> tuple[int, int]:
        """From which day to which another change may bear on what this one does. `first`, `last`: days it speaks of."""
        if not effect.codes:
            return first, last
        low = self._days.low
        return min(first, low + effect.first), max(last, low + self._end_after[effect.last + 1])

    def effect(self, judged: Judged, beside: str = "") -> Effect | None:
        """What a change alone has done; None where it moved more than the statuses of days. `beside`: as in `Part`."""
        m, before = judged.year.measures, self._measures
        same = m.posted == before.posted and m.window == before.window and m.days.low == before.days.low
        if not same or len(m.days.codes) != len(before.days.codes):
            return None
        pairs = zip(before.days.codes, m.days.codes, strict=True)
        codes = tuple((index, code) for index, (old, code) in enumerate(pairs) if old != code)
        added = tuple(new - old for new, old in zip(_additive(m), self._added, strict=True))
        too_long = self._exceeding(m.days) if codes else self._too_long
        part = Part(added, self._too_long - too_long, not too_long <= self._too_long, beside)
        return Effect(codes, m.days.codes.count(ABSENT) - self._absent, part)

    def together(self, one: Part, other: Part) -> Numbers:
        """The numbers after two changes that are far from each other: a day that ends a run lies between all of the
        days of one and all of the other's, and neither changes it. Only where it `adds_up`."""
        still = bool(self._too_long - one.broken - other.broken)
        return (*self._sums(one, other), 0, still or one.exceeds or other.exceeds)

    def numbers(self, one: Effect, other: Effect) -> Numbers | None:
        """The numbers after any two; None where the days before the year would have to be read anew."""
        sums = self._sums(one.part, other.part)
        if self._counts_add_up and not self._absent + one.absences + other.absences:
            return (*sums, 0, False)
        days = self._composed(one, other)
        if not self._whole and starts_open(days, self._p):
            return None
        return (*sums[:-1], *self._absences(days))

    def _sums(self, one: Part, other: Part) -> Numbers:
        """What they do beside, and the sums, absences last."""
        sums = (sum(three) for three in zip(self._added, one.added, other.added, strict=True))
        return one.beside, other.beside, *sums

    def _composed(self, one: Effect, other: Effect) -> Days:
        codes = bytearray(self._days.codes)
        for index, code in (*one.codes, *other.codes):
            codes[index] = code
        return Days(self._days.low, codes, self._days.rest, self._days.conflicts)

    def _absences(self, days: Days) -> Numbers:
        p, window, last = self._p, self._measures.window, self._measures.frame.last
        runs = runs_of(days, last, p)
        counted = sum(run.within(*window) for run in runs)
        shown = tuple(run.days for run in runs) if p["absence.cumulative_window"] == "rolling" else 0
        return counted, shown, bool(self._exceeding(days))

    def _exceeding(self, days: Days) -> frozenset[Run]:
        p, window = self._p, self._measures.window
        runs = runs_of(days, self._measures.frame.last, p)
        return frozenset(run.days for run in runs if run.within(*window) and exceeds(run, window, p))


def _additive(m: Measures) -> tuple[int, ...]:
    """Numbers that are sums over days; the last of them where absences are."""
    first, after = (max(day - m.days.low, 0) for day in (m.window.start, m.window.end + 1))
    absent = m.days.codes.count(ABSENT, first, after)
    return m.on_post, m.leave_days, m.medical_days, m.medical_undisclosed, m.seconded_days, absent

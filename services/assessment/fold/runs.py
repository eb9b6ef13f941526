"""Runs of absence (Art. 15.4): which days count, where a run breaks, on which day it exceeds the limit."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from services.assessment.fold.days import ABSENT, LEAVE, NONE, ONPOST, PENDING, REST, Days
from services.assessment.fold.findings import Parameters


@dataclass(frozen=True, slots=True)
class Run:
    """Counted days of one run, in order. `open`: nothing has ended it by the last day looked at."""

    days: tuple[int, ...]
    open: bool

    def crossing(self, limit: int) -> int | None:
        """The day on which the run became longer than `limit`, or None."""
        return self.days[limit] if len(self.days) > limit else None

    def within(self, first: int, last: int) -> int:
        """How many of its days lie in [first, last]."""
        return max(bisect_right(self.days, last) - bisect_left(self.days, first), 0)


def runs_of(days: Days, last: int, p: Parameters, *, bridge_presence_on_rest_days: bool = False) -> list[Run]:
    """All runs from the first day of `days` to `last`.

    `absence.basis=calendar` counts rest days after an absence until return, not before it. On the basis of duty days
    `absence.rest_in_run` says whether a rest day is passed over (bridge), ends the run (break), or counts where
    absence follows again (count). A gap in posting ends a run; PENDING neither counts nor breaks.
    """
    found: list[Run] = []
    end = min(max(last - days.low + 1, 0), len(days.codes))
    start = days.codes.find(ABSENT, 0, end)
    while start >= 0:
        run, after = _run_from(start, end, days, p, bridge_presence_on_rest_days)
        found.append(run)
        start = days.codes.find(ABSENT, after, end)
    return found


def _run_from(start: int, end: int, days: Days, p: Parameters, bridge_presence_on_rest_days: bool) -> tuple[Run, int]:
    """The run that begins with the absence at index `start`, and the index of what ended it (`end`: nothing did)."""
    rest_rule = "trail" if p["absence.basis"] == "calendar" else p["absence.rest_in_run"]
    passed_over = (PENDING,) if p["leave.resets_run"] else (PENDING, LEAVE)
    counted: list[int] = []
    resting: list[int] = []
    for index in range(start, end):
        code = days.codes[index]
        if code == ABSENT:
            counted.extend(resting)
            counted.append(days.low + index)
            resting.clear()
            continue
        if code in passed_over:
            continue
        resting_day = code == REST or (bridge_presence_on_rest_days and code == ONPOST and days.rest[index])
        if resting_day and rest_rule == "trail":
            counted.append(days.low + index)
        elif resting_day and rest_rule == "count":
            resting.append(days.low + index)
        elif not resting_day or rest_rule == "break":
            return Run(tuple(counted), open=False), index
    return Run(tuple(counted), open=True), end


def starts_open(days: Days, p: Parameters) -> bool:
    """Whether a run from before the first day of `days` could still be open on its first absence."""
    ends = {ABSENT: True, NONE: False}
    for code in days.codes:
        if code in ends:
            return ends[code]
        if code == PENDING or (code == LEAVE and not p["leave.resets_run"]):
            continue
        if code != REST or (p["absence.basis"] == "duty" and p["absence.rest_in_run"] == "break"):
            return False
    return True


def carried(runs: Sequence[Run]) -> int:
    """Length of the run that is still open."""
    return len(runs[-1].days) if runs and runs[-1].open else 0

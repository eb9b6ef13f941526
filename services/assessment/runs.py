"""Runs of absence (Art. 15.4): which days count, where a run breaks, on which day it exceeds the limit."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.assessment.days import ABSENT, LEAVE, NONE, ONPOST, PENDING, REST, Days
from services.assessment.findings import Parameters


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
        return sum(1 for day in self.days if first <= day <= last)


def runs_of(days: Days, last: int, p: Parameters, *, bridge_presence_on_rest_days: bool = False) -> list[Run]:
    """All runs from the first day of `days` to `last`.

    `absence.basis=calendar` counts rest days after an absence until return, not before it. On the basis of duty days
    `absence.rest_in_run` says whether a rest day is passed over (bridge), ends the run (break), or counts where
    absence follows again (count). A gap in posting ends a run; PENDING neither counts nor breaks.
    """
    rest_rule = "trail" if p["absence.basis"] == "calendar" else p["absence.rest_in_run"]
    passed_over = (PENDING,) if p["leave.resets_run"] else (PENDING, LEAVE)
    found: list[Run] = []
    if ABSENT not in days.codes:
        return found
    counted: list[int] = []
    resting: list[int] = []
    for index, code in enumerate(days.codes[: max(last - days.low + 1, 0)]):
        if code == ABSENT:
            counted.extend(resting)
            counted.append(days.low + index)
            resting.clear()
            continue
        if not counted or code in passed_over:
            continue
        resting_day = code == REST or (bridge_presence_on_rest_days and code == ONPOST and days.rest[index])
        if resting_day and rest_rule == "trail":
            counted.append(days.low + index)
        elif resting_day and rest_rule == "count":
            resting.append(days.low + index)
        elif not resting_day or rest_rule == "break":
            found.append(Run(tuple(counted), open=False))
            counted.clear()
            resting.clear()
    if counted:
        found.append(Run(tuple(counted), open=True))
    return found


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

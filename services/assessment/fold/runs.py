"""Runs of absence (Art. 15.4): which days count, where a run breaks, on which day it exceeds the limit."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from services.assessment.fold.days import ABSENT, LEAVE, NAMES, NONE, ONPOST, PENDING, REST, Days
from services.assessment.fold.findings import Parameters


@dataclass(slots=True)
class Run:
    """Counted days of one run, in order. `open`: nothing has ended it by the last day looked at."""

    days: tuple[int, ...]
    open: bool

    def crossing(self, limit: int) -> int | None:
        """The day on which the run became longer than `limit`, or None."""
        return self.days[limit] if len(self.days) > limit else None

    def within(self, first: int, last: int) -> int:
        """How many of its days lie in [first, last]."""
        if first <= self.days[0] and self.days[-1] <= last:
            return len(self.days)
        return max(bisect_right(self.days, last) - bisect_left(self.days, first), 0)


def runs_of(days: Days, last: int, p: Parameters, *, bridge_presence_on_rest_days: bool = False) -> list[Run]:
    """All runs from the first day of `days` to `last`.

    `absence.basis=calendar` counts rest days after an absence until return, not before it. On the basis of duty days
    `absence.rest_in_run` says whether a rest day is passed over (bridge), ends the run (break), or counts where
    absence follows again (count). A gap in posting ends a run; PENDING neither counts nor breaks.
    """
    end = min(max(last - days.low + 1, 0), len(days.codes))
    rest_rule = _rest_rule(p)
    codes = _bridged(days) if bridge_presence_on_rest_days else days.codes
    found = []
    for match in _pattern(rest_rule, p["leave.resets_run"]).finditer(codes, 0, end):
        start, after = match.span()
        first = days.low + start
        counted = (first,) if after == start + 1 else _counted(codes[start:after], first, rest_rule)
        found.append(Run(counted, after == end))
    return found


def ends_run(p: Parameters) -> bytes:
    """The statuses of which one ends a run."""
    return bytes({*range(len(NAMES))}.difference(_goes_on(_rest_rule(p), p["leave.resets_run"])))


def _rest_rule(p: Parameters) -> str:
    return "trail" if p["absence.basis"] == "calendar" else str(p["absence.rest_in_run"])


def _goes_on(rest_rule: str, leave_resets: bool) -> bytes:
    """The statuses that do not end a run."""
    passed_over = (PENDING,) if leave_resets else (PENDING, LEAVE)
    resting = () if rest_rule == "break" else (REST,)
    return bytes((ABSENT, *passed_over, *resting))


@cache
def _pattern(rest_rule: str, leave_resets: bool) -> re.Pattern[bytes]:
    """An absence, and whatever follows that does not end the run."""
    return re.compile(b"%c[%b]*" % (ABSENT, re.escape(_goes_on(rest_rule, leave_resets))))


def _counted(run: bytes | bytearray, first: int, rest_rule: str) -> tuple[int, ...]:
    """The days that count in a run whose statuses these are, from day `first` on."""
    if rest_rule == "count":
        run = run[: run.rindex(ABSENT) + 1]
    counts = (ABSENT, REST) if rest_rule in ("count", "trail") else (ABSENT,)
    return tuple([day for day, code in enumerate(run, first) if code in counts])


def _bridged(days: Days) -> bytes:
    """The statuses as if presence on rest days were rest."""
    pairs = zip(days.codes, days.rest, strict=True)
    return bytes([REST if code == ONPOST and rest else code for code, rest in pairs])


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

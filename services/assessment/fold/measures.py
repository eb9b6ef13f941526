"""What is measured of one person's year before any clause is applied (`domain.md` 2.0, "Measures")."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from services.assessment.fold.calendars import Calendars
from services.assessment.fold.civil import Cut, first_of, last_of, months_later, ordinal, year_of
from services.assessment.fold.days import (
    ABSENT,
    LEAVE,
    NONE,
    ONPOST,
    REST,
    SECONDED,
    TRAINING,
    TRAVEL,
    Days,
    Record,
    between,
    statuses,
)
from services.assessment.fold.findings import FoldError, Parameters
from services.assessment.fold.leaves import KNOWN
from services.assessment.fold.postings import Posting, Span, is_half_year, length, postings_of, union
from services.assessment.fold.runs import Run, carried, runs_of, starts_open


@dataclass(frozen=True, slots=True)
class Frame:
    """The year, the days of it that the measures govern, and whether it is over."""

    year: int
    first: int
    last: int
    effective: int
    """The day the measures took effect (Art. 23)."""
    over: bool

    @property
    def days_in_year(self) -> int:
        return self.last - self.first + 1

    @property
    def transition(self) -> bool:
        """Whether the measures took effect within this year."""
        return self.first < self.effective <= self.last


@dataclass(slots=True)
class Measures:
    """Counts and spans of one person's year; days are ordinals, see `civil.py`. Not to be changed (see `Finding`)."""

    frame: Frame
    window: Span
    """The part of the year that is looked at: the whole year, in 2016 from the day the measures took effect."""
    postings: tuple[Posting, ...]
    posted: tuple[Span, ...]
    posted_days: int
    half_year: bool
    days: Days
    """Statuses of the whole history that was looked at, earlier years included."""
    on_post: int
    absences: int
    absence_days: tuple[int, ...]
    most_in_twelve_months: int
    """Largest number of absences in twelve months ending inside the year."""
    runs: tuple[Run, ...]
    broken_on_rest_day: bool
    carry_in: int
    carry_out: int
    leave_days: int
    medical_days: int
    medical_undisclosed: int
    """LEAVE days of which it is not known whether they are medical, because the kind was not disclosed."""
    seconded_days: int


def frame_of(year: int, p: Parameters, cut: Cut) -> Frame:
    """The frame of a year. Raises FoldError for a year before the measures."""
    effective = ordinal(p["rules.effective_from"])
    if last_of(year) < effective:
        raise FoldError(f"the measures took effect on {p['rules.effective_from']}; there is no assessment for {year}")
    return Frame(year, first_of(year), last_of(year), effective, cut.year_is_over(year, p["absence.sync_horizon_h"]))


def measures_of(record: Record, frame: Frame, calendars: Calendars, p: Parameters, cut: Cut) -> Measures:
    """Measure one person's year."""
    postings = postings_of(record.named)
    governed = _governed_from(record, frame, p)
    window = Span(max(frame.first, governed), frame.last)
    spans = [Span(posting.start, posting.end) for posting in postings]
    posted = union(spans, window.start, window.end)
    history = union(spans, governed, frame.last)
    days = _history(record, history, frame, calendars, p, cut)
    runs = runs_of(days, frame.last, p)
    posted_before = days.low < frame.first and bool(posted) and posted[0].start == frame.first
    counted = [*chain.from_iterable([run.days for run in runs])]
    absent = tuple(between(counted, *window))
    medical, unknown = _medical(record, days, window, p)
    inside = _inside(days, window)
    return Measures(
        frame=frame,
        window=window,
        postings=tuple(postings),
        posted=tuple(posted),
        posted_days=length(posted),
        half_year=is_half_year(posted, p),
        days=days,
        on_post=_on_post(days, inside, p),
        absences=len(absent),
        absence_days=absent,
        most_in_twelve_months=_most_in_twelve_months(counted, window),
        runs=_shown(runs, window, p),
        broken_on_rest_day=_broken_on_rest_day(days, runs, len(counted), window, p),
        carry_in=carried(runs_of(days, frame.first - 1, p)) if posted_before else 0,
        carry_out=carried(runs),
        leave_days=days.codes.count(LEAVE, *inside),
        medical_days=medical,
        medical_undisclosed=unknown,
        seconded_days=_count(days, inside, (SECONDED,), p),
    )


def _governed_from(record: Record, frame: Frame, p: Parameters) -> int:
    """The first day that counts at all: the measures' own, or 1 January where earlier ledgers were imported (A05)."""
    if p["transition.2016"] != "full_if_imported":
        return frame.effective
    start = first_of(year_of(frame.effective))
    imported = bool(between(record.present, start, frame.effective - 1))
    return start if imported else frame.effective


def _history(
    record: Record, posted: Sequence[Span], frame: Frame, calendars: Calendars, p: Parameters, cut: Cut
) -> Days:
    """Statuses of the year and of as much before it as an open run or a rolling window reaches back to."""
    low = frame.first
    earliest = posted[0].start if posted else low
    reaches_back = any(span.start < frame.first <= span.end for span in posted)
    if p["absence.cumulative_window"] == "rolling" or reaches_back:
        low = max(earliest, first_of(frame.year - 1))
    low = min(max(low, earliest), frame.last)
    while True:
        days = statuses(record, posted, Span(low, frame.last), calendars, p, cut)
        if low <= earliest or not starts_open(days, p):
            return days
        low = max(earliest, first_of(year_of(low) - 1))


def _inside(days: Days, window: Span) -> tuple[int, int]:
    """From where to where the days lie in the window."""
    return max(window.start - days.low, 0), max(window.end - days.low + 1, 0)


def _count(days: Days, inside: tuple[int, int], codes: Sequence[int], p: Parameters) -> int:
    """Days with one of some statuses, those that are rest days only where `onpost.count_rest_days` says so."""
    first, after = inside
    if p["onpost.count_rest_days"]:
        return sum([days.codes.count(code, first, after) for code in codes])
    pairs = zip(days.codes[first:after], days.rest[first:after], strict=True)
    return sum(1 for code, rest in pairs if code in codes and not rest)


def _on_post(days: Days, inside: tuple[int, int], p: Parameters) -> int:
    codes = [ONPOST]
    if p["onpost.travel_counts"]:
        codes.append(TRAVEL)
    if p["onpost.training_counts"]:
        codes.append(TRAINING)
    if p["secondment.day"] == "onpost":
        codes.append(SECONDED)
    return _count(days, inside, codes, p)


def _shown(runs: Sequence[Run], window: Span, p: Parameters) -> tuple[Run, ...]:
    """Runs with a day in the year; with `split` only the part inside it."""
    if runs and runs[0].days[0] >= window.start:
        return tuple(runs)
    touching = [run for run in runs if run.within(*window)]
    if p["absence.cross_year"] == "split":
        return tuple(Run(tuple(d for d in run.days if window.start <= d <= window.end), run.open) for run in touching)
    return tuple(touching)


def exceeds(run: Run, window: Span, p: Parameters) -> bool:
    """Whether a run is a ground in the year: its day beyond the limit falls in it, or its own part exceeds (A15)."""
    limit = p["absence.run_limit"]
    if len(run.days) <= limit:
        return False
    crossing = run.crossing(limit)
    crossed_here = crossing is not None and window.start <= crossing <= window.end
    return run.within(*window) > limit or (p["absence.cross_year"] == "crossing_day" and crossed_here)


def _broken_on_rest_day(days: Days, runs: Sequence[Run], counted: int, window: Span, p: Parameters) -> bool:
    """Whether only presence on rest days kept a run within the limit (the run is reset all the same).

    `counted`: days of all runs.
    """
    if counted <= p["absence.run_limit"]:
        return False
    bridged = runs_of(days, window.end, p, bridge_presence_on_rest_days=True)
    exceeding = {day for run in runs if exceeds(run, window, p) for day in run.days}
    return any(exceeds(run, window, p) and exceeding.isdisjoint(run.days) for run in bridged)


def _most_in_twelve_months(counted: Sequence[int], window: Span) -> int:
    if not counted or counted[-1] < window.start:
        return 0
    if counted[-1] < months_later(counted[0], 12):
        return len(counted)
    most = start = over = 0
    for index, day in enumerate(counted):
        while over <= day:
            over = months_later(counted[start], 12)
            start += over <= day
        if day >= window.start:
            most = max(most, index - start + 1)
    return most


def _medical(record: Record, days: Days, window: Span, p: Parameters) -> tuple[int, int]:
    """LEAVE days of sick, maternity or injury leave, and those whose kind is not known; corrected days are neither."""
    medical: set[int] = set()
    unknown: set[int] = set()
    for leave in record.leaves:
        span = leave.span()
        if span is None or (leave.kind_state == KNOWN and leave.kind not in p["leave.medical_kinds"]):
            continue
        target = medical if leave.kind_state == KNOWN else unknown
        on_leave = days.having(LEAVE, max(span.start, window.start), min(span.end, window.end))
        target.update(on_leave)
    if record.corrected:
        medical, unknown = medical - record.corrected.keys(), unknown - record.corrected.keys()
    if not p["onpost.count_rest_days"]:
        rest = {day for day in medical | unknown if days.rest[day - days.low]}
        medical, unknown = medical - rest, unknown - rest
    return len(medical), len(unknown - medical)


def status_names(measures: Measures, names: Sequence[str], labels: Sequence[str]) -> dict[str, str]:
    """Date -> status of the year's days that have one. `labels`: the dates of the year from 1 January."""
    days, frame = measures.days, measures.frame
    first, after = _inside(days, Span(frame.first, frame.last))
    part = days.codes[first:after]
    offset = max(days.low - frame.first, 0)
    shown = zip(labels[offset:], map(names.__getitem__, part), strict=False)
    return dict(shown) if NONE not in part else {label: name for label, name in shown if name}


__all__ = ["ABSENT", "REST", "Frame", "Measures", "exceeds", "frame_of", "measures_of", "status_names"]

"""What the clock has said of a person's years already (Art. 9, 15.4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from contracts import attendance as fact
from services.runtime.decisions import Recorded


@dataclass(frozen=True, slots=True)
class Said:
    """Each warning, lost pace and closing is said once."""

    warnings: frozenset[tuple[str, date, int]] = frozenset()
    """Measure, first absent day and number of days of every warning."""
    paces_lost: frozenset[int] = frozenset()
    years_closed: Mapping[int, int] = field(default_factory=dict)
    """Year -> the run that it handed on."""


def said_after(state: Said, recorded: Recorded) -> Said:
    """What was said after one more fact; the same value where the clock says nothing by it."""
    match recorded.fact:
        case fact.AbsenceWarned() as made:
            return replace(state, warnings=state.warnings | {(made.measure.value, made.since, made.days)})
        case fact.PaceLost(year=year):
            return replace(state, paces_lost=state.paces_lost | {year})
        case fact.AttendanceYearClosed(year=year, carry_out_run=run):
            return replace(state, years_closed={**state.years_closed, year: run})
    return state

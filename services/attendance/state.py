"""State of attendance: everything of one person over all years; sheets and checks beside it.

One immutable value per person, made of what the subjects keep of him (their `state.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeAlias, assert_never

from contracts import attendance as fact
from services.attendance.absence.state import Findings, findings_after
from services.attendance.checks.state import Check, check_after
from services.attendance.leave.state import Leave, leaves_after
from services.attendance.register.state import (
    Backfill,
    Month,
    Presence,
    Signal,
    backfills_after,
    month_number,
    months_after,
    signal_after,
)
from services.attendance.sheets.state import Sheet, sheet_after
from services.attendance.travel.state import Travel, travels_after
from services.attendance.year.state import Said, said_after
from services.runtime.decisions import Recorded


@dataclass(frozen=True, slots=True)
class Register:
    """Everything the log says of one person's attendance."""

    months: Mapping[int, Month] = field(default_factory=dict)
    leaves: Mapping[str, Leave] = field(default_factory=dict)
    travels: Mapping[str, Travel] = field(default_factory=dict)
    backfills: Mapping[str, Backfill] = field(default_factory=dict)
    """Presences that were asked to be entered late, by the record that each is to have."""
    found: Findings = field(default_factory=Findings)
    clock: Said = field(default_factory=Said)
    spot_checks: frozenset[tuple[str, date]] = frozenset()
    found_absent: Mapping[date, str] = field(default_factory=dict)
    """Day -> spot check that found nobody: it takes away that day's check-ins (A27)."""
    lodgings: tuple[tuple[date, date], ...] = ()
    rest_days: frozenset[date] = frozenset()

    def on(self, day: date) -> tuple[Presence, ...]:
        """Check-ins of that day, voided ones included."""
        month = self.months.get(month_number(day))
        return () if month is None else month.days.get(day, ())

    def day_of_record(self, record: str, likely: date) -> date | None:
        """The day that a device record is about, or None for a new one; looks at the month of `likely` first."""
        month = self.months.get(month_number(likely))
        found = None if month is None else month.records.get(record)
        if found is not None:
            return found
        for month in self.months.values():
            if record in month.records:
                return month.records[record]
        return None


State: TypeAlias = Register | Sheet | Check | Signal


def initial(key: str) -> State:
    """The state of a person, sheet, check or village of which nothing is recorded; LookupError for anything else."""
    match key.split("/", 1)[0]:
        case "attendance":
            return Register()
        case "sheet":
            return Sheet()
        case "check":
            return Check()
        case "signal":
            return Signal()
    raise LookupError(f"attendance keeps no stream {key}")


def evolve(state: State, recorded: Recorded) -> State:
    """The state after one more fact. Total: a fact that changes nothing here leaves the state as it is."""
    match state:
        case Register():
            return _register(state, recorded)
        case Sheet():
            return sheet_after(state, recorded.fact)
        case Check():
            return check_after(state, recorded.fact)
        case Signal():
            return signal_after(state, recorded.fact)
    assert_never(state)


def register_in(states: Mapping[str, State], person: str) -> Register:
    """The person's register among the loaded states."""
    state = states[f"attendance/{person}/*"]
    if not isinstance(state, Register):
        raise TypeError(f"{person}: not a register")
    return state


def _register(state: Register, recorded: Recorded) -> Register:
    match recorded.fact:
        case fact.CheckedIn() | fact.CheckInVoided():
            return replace(state, months=months_after(state.months, recorded))
        case fact.CheckInBackfilled():
            months, backfills = months_after(state.months, recorded), backfills_after(state.backfills, recorded)
            return replace(state, months=months, backfills=backfills)
        case fact.PersonSpotChecked(check=check, date=day, finding=finding):
            absent = {day: check} if finding is fact.SpotCheckFinding.ABSENT else {}
            return replace(
                state,
                spot_checks=state.spot_checks | {(check, day)},
                found_absent={**state.found_absent, **absent},
            )
        case fact.LodgingRecorded(starts_on=first, ends_on=last):
            return replace(state, lodgings=(*state.lodgings, (first, last)))
        case fact.RestDayRecorded(date=day):
            return replace(state, rest_days=state.rest_days | {day})
    return replace(
        state,
        leaves=leaves_after(state.leaves, recorded),
        travels=travels_after(state.travels, recorded),
        backfills=backfills_after(state.backfills, recorded),
        found=findings_after(state.found, recorded),
        clock=said_after(state.clock, recorded),
    )

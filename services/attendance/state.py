"""State of attendance: the register, leaves and trips of one person, over all years; sheets and checks beside it.

One immutable value per person (`sheet_state.py`: per sheet, per check). Days are kept in small pieces, a month each, so
that one more check-in copies a month and not a career.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import TypeAlias, assert_never

from contracts import attendance as fact
from contracts.attendance import DayStatus
from contracts.identifiers import Role
from services.attendance import sheet_state
from services.attendance.sheet_state import Check, Sheet
from services.runtime.decisions import Recorded


@dataclass(frozen=True, slots=True)
class Presence:
    """One check-in as it stands in the log."""

    event: str
    record: str
    village: str
    overnight: bool
    voided: bool = False


@dataclass(frozen=True, slots=True)
class Month:
    """Check-ins of one month, by day, and the day of each device record."""

    days: Mapping[date, tuple[Presence, ...]] = field(default_factory=dict)
    records: Mapping[str, date] = field(default_factory=dict)


class Step(StrEnum):
    """How far a leave has come (`domain.md` 1.9); an overstay is a mark on a granted one."""

    REQUESTED = "requested"
    APPROVED = "approved"
    """The first level's word: not yet a grant."""
    GRANTED = "granted"
    CLOSED = "closed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Extension:
    """A later last day that was asked for; `approved` once the first level has said yes."""

    ends_on: date
    approved: bool = False


@dataclass(frozen=True, slots=True)
class Leave:
    request: str
    """Event of the first request; the kind of leave is disclosed there."""
    place: str
    of_leader: bool
    starts_on: date
    ends_on: date
    step: Step = Step.REQUESTED
    extension: Extension | None = None
    returned_on: date | None = None
    overstayed: bool = False
    papers: bool = True
    """False while the papers of an emergency are still to come (A40)."""
    closing_overdue: bool = False

    @property
    def last_day(self) -> date:
        """The last day that it covers or would cover: the one before the return, once closed."""
        if self.returned_on is None or self.returned_on > self.ends_on:
            return self.ends_on
        return date.fromordinal(self.returned_on.toordinal() - 1)

    def covers(self, day: date) -> bool:
        """Whether it is granted and the day lies in it."""
        return self.step in (Step.GRANTED, Step.CLOSED) and self.starts_on <= day <= self.last_day

    def claims(self, first: date, last: date) -> bool:
        """Whether it covers, or would cover once granted, any day from `first` to `last`."""
        if self.step in (Step.REJECTED, Step.WITHDRAWN):
            return False
        return self.starts_on <= last and first <= self.last_day


@dataclass(frozen=True, slots=True)
class Travel:
    place: str
    of_leader: bool
    starts_on: date
    ends_on: date
    approved: bool = False
    closed_on: date | None = None
    """Its actual last day, once closed."""

    @property
    def last_day(self) -> date:
        return self.closed_on or self.ends_on


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision on whether an absence had good reason; the county office's binds the township."""

    starts_on: date
    ends_on: date
    by_county: bool
    justified: bool


@dataclass(frozen=True, slots=True)
class Correction:
    """The latest word on one day: its event and the status that it gives."""

    event: str
    status: DayStatus


@dataclass(frozen=True, slots=True)
class Register:
    """Everything the log says of one person's attendance."""

    months: Mapping[int, Month] = field(default_factory=dict)
    leaves: Mapping[str, Leave] = field(default_factory=dict)
    travels: Mapping[str, Travel] = field(default_factory=dict)
    absences: frozenset[date] = frozenset()
    rulings: tuple[Ruling, ...] = ()
    corrections: Mapping[date, Correction] = field(default_factory=dict)
    spot_checks: frozenset[tuple[str, date]] = frozenset()
    found_absent: Mapping[date, str] = field(default_factory=dict)
    """Day -> spot check that found nobody: it takes away that day's check-ins (A27)."""
    lodgings: tuple[tuple[date, date], ...] = ()
    warnings: frozenset[tuple[str, date, int]] = frozenset()
    """Measure, first absent day and number of days of every warning."""
    paces_lost: frozenset[int] = frozenset()
    years_closed: Mapping[int, int] = field(default_factory=dict)
    """Year -> the run that it handed on."""

    def on(self, day: date) -> tuple[Presence, ...]:
        """Check-ins of that day, voided ones included."""
        month = self.months.get(_month_of(day))
        return () if month is None else month.days.get(day, ())

    def day_of_record(self, record: str, likely: date) -> date | None:
        """The day that a device record is about, or None for a new one; looks at the month of `likely` first."""
        month = self.months.get(_month_of(likely))
        found = None if month is None else month.records.get(record)
        if found is not None:
            return found
        return next((month.records[record] for month in self.months.values() if record in month.records), None)


State: TypeAlias = Register | Sheet | Check


def initial(key: str) -> State:
    """The state of a person, a sheet or a check of which nothing is recorded; raises LookupError for anything else."""
    match key.split("/", 1)[0]:
        case "attendance":
            return Register()
        case "sheet":
            return Sheet()
        case "check":
            return Check()
    raise LookupError(f"attendance keeps no stream {key}")


def evolve(state: State, recorded: Recorded) -> State:
    """The state after one more fact. Total: a fact that changes nothing here leaves the state as it is."""
    match state:
        case Register():
            return _register(state, recorded)
        case Sheet():
            return sheet_state.sheet_after(state, recorded.fact)
        case Check():
            return sheet_state.check_after(state, recorded.fact)
    assert_never(state)


def register_in(states: Mapping[str, State], person: str) -> Register:
    """The person's register among the loaded states."""
    state = states[f"attendance/{person}/*"]
    if not isinstance(state, Register):
        raise TypeError(f"{person}: not a register")
    return state


def _register(state: Register, recorded: Recorded) -> Register:
    match recorded.fact:
        case fact.CheckedIn() | fact.CheckInBackfilled():
            return _checked_in(state, recorded.id, recorded.fact)
        case fact.CheckInVoided(date=day, voids=voids):
            return _voided(state, day, voids)
        case fact.AbsenceRecorded(date=day):
            return replace(state, absences=state.absences | {day})
        case (
            fact.AbsenceJustified(starts_on=first, ends_on=last)
            | fact.JustificationRejected(starts_on=first, ends_on=last)
        ):
            justified = isinstance(recorded.fact, fact.AbsenceJustified)
            ruling = Ruling(first, last, recorded.fact.actor.role is Role.COUNTY_OFFICE, justified)
            return replace(state, rulings=(*state.rulings, ruling))
        case fact.DayStatusCorrected(date=day, status=status):
            return replace(state, corrections={**state.corrections, day: Correction(recorded.id, status)})
        case fact.PersonSpotChecked(check=check, date=day, finding=finding):
            absent = {day: check} if finding is fact.SpotCheckFinding.ABSENT else {}
            return replace(
                state,
                spot_checks=state.spot_checks | {(check, day)},
                found_absent={**state.found_absent, **absent},
            )
        case fact.LodgingRecorded(starts_on=first, ends_on=last):
            return replace(state, lodgings=(*state.lodgings, (first, last)))
        case fact.AbsenceWarned() | fact.PaceLost() | fact.AttendanceYearClosed():
            return _noted(state, recorded.fact)
    travels = _travels(state.travels, recorded)
    if travels is not state.travels:
        return replace(state, travels=travels)
    leaves = _leaves(state.leaves, recorded)
    return state if leaves is state.leaves else replace(state, leaves=leaves)


def _noted(state: Register, said: fact.AbsenceWarned | fact.PaceLost | fact.AttendanceYearClosed) -> Register:
    match said:
        case fact.AbsenceWarned():
            return replace(state, warnings=state.warnings | {(said.measure.value, said.since, said.days)})
        case fact.PaceLost():
            return replace(state, paces_lost=state.paces_lost | {said.year})
        case fact.AttendanceYearClosed():
            return replace(state, years_closed={**state.years_closed, said.year: said.carry_out_run})
    assert_never(said)


def _month_of(day: date) -> int:
    return day.year * 12 + day.month


def _checked_in(state: Register, event: str, made: fact.CheckedIn | fact.CheckInBackfilled) -> Register:
    day = made.date
    overnight = isinstance(made, fact.CheckedIn) and bool(made.overnight)
    month = state.months.get(_month_of(day)) or Month()
    presences = (*month.days.get(day, ()), Presence(event, made.record, made.village, overnight))
    return _with_month(state, day, Month({**month.days, day: presences}, {**month.records, made.record: day}))


def _voided(state: Register, day: date, voids: str) -> Register:
    month = state.months.get(_month_of(day)) or Month()
    presences = tuple(
        replace(presence, voided=True) if presence.event == voids else presence for presence in month.days.get(day, ())
    )
    return _with_month(state, day, Month({**month.days, day: presences}, month.records))


def _with_month(state: Register, day: date, month: Month) -> Register:
    return replace(state, months={**state.months, _month_of(day): month})


def _travels(travels: Mapping[str, Travel], recorded: Recorded) -> Mapping[str, Travel]:
    match recorded.fact:
        case fact.OfficialTravelRequested() as asked:
            of_leader = asked.actor.role is Role.TEAM_LEADER
            return {**travels, asked.travel: Travel(asked.place, of_leader, asked.starts_on, asked.ends_on)}
        case fact.OfficialTravelApproved(travel=travel) if travel in travels:
            return {**travels, travel: replace(travels[travel], approved=True)}
        case fact.OfficialTravelClosed(travel=travel, last_day=last_day) if travel in travels:
            return {**travels, travel: replace(travels[travel], closed_on=last_day)}
    return travels


def _leaves(leaves: Mapping[str, Leave], recorded: Recorded) -> Mapping[str, Leave]:
    match recorded.fact:
        case fact.LeaveRequested(leave=case) as asked if case not in leaves:
            of_leader = asked.actor.role is Role.TEAM_LEADER
            papers = bool(asked.evidence)
            leave = Leave(recorded.id, asked.place, of_leader, asked.starts_on, asked.ends_on, papers=papers)
            return {**leaves, case: leave}
        case (
            fact.LeaveRequested(leave=case)
            | fact.LeaveApprovedByLeader(leave=case)
            | fact.LeaveApprovedByTownship(leave=case)
            | fact.LeaveGranted(leave=case)
            | fact.LeaveRejected(leave=case)
            | fact.LeaveWithdrawn(leave=case)
            | fact.LeaveExtended(leave=case)
            | fact.LeaveShortened(leave=case)
            | fact.LeaveClosed(leave=case)
            | fact.LeaveOverstayed(leave=case)
            | fact.LeavePapersSupplied(leave=case)
            | fact.LeaveClosingOverdue(leave=case)
        ) if case in leaves:
            return {**leaves, case: _leave(leaves[case], recorded)}
    return leaves


def _leave(leave: Leave, recorded: Recorded) -> Leave:
    match recorded.fact:
        case fact.LeaveRequested(ends_on=ends_on):
            return replace(leave, extension=Extension(ends_on))
        case fact.LeaveApprovedByLeader() | fact.LeaveApprovedByTownship():
            if leave.extension is not None:
                return replace(leave, extension=replace(leave.extension, approved=True))
            return replace(leave, step=Step.APPROVED)
        case fact.LeaveGranted(starts_on=starts_on, ends_on=ends_on):
            return replace(leave, step=Step.GRANTED, starts_on=starts_on, ends_on=ends_on)
        case fact.LeaveRejected():
            return replace(leave, extension=None) if leave.step is Step.GRANTED else replace(leave, step=Step.REJECTED)
        case fact.LeaveWithdrawn():
            return replace(leave, step=Step.WITHDRAWN, extension=None)
        case fact.LeaveExtended(ends_on=ends_on) | fact.LeaveShortened(ends_on=ends_on):
            return replace(leave, ends_on=ends_on, extension=None)
        case fact.LeaveClosed(returned_on=returned_on):
            return replace(leave, step=Step.CLOSED, returned_on=returned_on, extension=None)
        case fact.LeaveOverstayed():
            return replace(leave, overstayed=True)
        case fact.LeavePapersSupplied():
            return replace(leave, papers=True)
        case fact.LeaveClosingOverdue():
            return replace(leave, closing_overdue=True)
    return leave

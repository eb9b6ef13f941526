"""What was found out about a person's absence: recorded days, rulings on reasons, corrections (Art. 9, 15.4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from contracts import attendance as fact
from contracts.attendance import DayStatus
from contracts.identifiers import Role
from services.runtime.decisions import Recorded


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
class Findings:
    """Everything that was found out about one person's absence."""

    absences: frozenset[date] = frozenset()
    rulings: tuple[Ruling, ...] = ()
    corrections: Mapping[date, Correction] = field(default_factory=dict)


def findings_after(found: Findings, recorded: Recorded) -> Findings:
    """What is known after one more fact; the same value where it says nothing of absence."""
    match recorded.fact:
        case fact.AbsenceRecorded(date=day):
            return replace(found, absences=found.absences | {day})
        case (
            fact.AbsenceJustified(starts_on=first, ends_on=last)
            | fact.JustificationRejected(starts_on=first, ends_on=last)
        ):
            justified = isinstance(recorded.fact, fact.AbsenceJustified)
            ruling = Ruling(first, last, recorded.fact.actor.role is Role.COUNTY_OFFICE, justified)
            return replace(found, rulings=(*found.rulings, ruling))
        case fact.DayStatusCorrected(date=day, status=status):
            return replace(found, corrections={**found.corrections, day: Correction(recorded.id, status)})
    return found

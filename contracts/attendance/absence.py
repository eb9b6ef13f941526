"""Absence, its reasons, what spot checks find of a person, and corrections of a day (Art. 8, 9, 15.4)."""

from typing import Annotated

from contracts.attendance.bases import AttendanceFact, Evidence
from contracts.attendance.kinds import DayStatus, SpotCheckFinding
from contracts.identifiers import OPEN, CaseId, CivilDate, EventId, FreeText


class AbsenceRecorded(AttendanceFact):
    date: CivilDate


class AbsenceJustified(AttendanceFact):
    starts_on: CivilDate
    ends_on: CivilDate
    reason: FreeText
    evidence: Evidence


class JustificationRejected(AttendanceFact):
    starts_on: CivilDate
    ends_on: CivilDate
    reason: FreeText


class DayCorrectionRequested(AttendanceFact):
    """The township asks its leader in charge to correct a day of a signed month (A35)."""

    date: CivilDate
    status: Annotated[DayStatus, OPEN]
    reason: FreeText


class DayStatusCorrected(AttendanceFact):
    date: CivilDate
    status: Annotated[DayStatus, OPEN]
    supersedes: EventId | None = None
    reason: FreeText


class PersonSpotChecked(AttendanceFact):
    """One event per person of a spot check (Art. 8, 9)."""

    date: CivilDate
    check: CaseId
    finding: Annotated[SpotCheckFinding, OPEN]

"""Official travel (因公出差) (Art. 9)."""

from typing import Annotated

from contracts.attendance.bases import AttendanceFact, Evidence
from contracts.attendance.kinds import Level
from contracts.identifiers import OPEN, CaseId, CivilDate, FreeText


class OfficialTravelRequested(AttendanceFact):
    travel: CaseId
    starts_on: CivilDate
    ends_on: CivilDate
    purpose: FreeText
    evidence: Evidence


class OfficialTravelApproved(AttendanceFact):
    travel: CaseId
    starts_on: CivilDate
    ends_on: CivilDate


class OfficialTravelClosed(AttendanceFact):
    travel: CaseId
    last_day: CivilDate


class OfficialTravelRejected(AttendanceFact):
    """The level that decides on the trip said no (A95)."""

    travel: CaseId
    rejected_by: Annotated[Level, OPEN]
    reason: FreeText


class OfficialTravelWithdrawn(AttendanceFact):
    """Taken back by the person: it was never made, whether it had been approved or not."""

    travel: CaseId

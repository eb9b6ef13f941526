"""Leave (请假), level by level, to its closing (销假) (Art. 9)."""

from typing import Annotated

from contracts.attendance.bases import AttendanceFact, Evidence
from contracts.attendance.kinds import LeaveKind, Level
from contracts.identifiers import OPEN, RESTRICTED, CaseId, CivilDate, Flag, FreeText


class LeaveRequested(AttendanceFact):
    """`emergency`: asked for orally, the papers come within the days allowed (A40)."""

    leave: CaseId
    kind: Annotated[LeaveKind, RESTRICTED]
    starts_on: CivilDate
    ends_on: CivilDate
    reason: FreeText
    evidence: Evidence
    emergency: Flag | None = None


class LeavePapersSupplied(AttendanceFact):
    """The papers of an emergency leave; without them it cannot be granted (A40)."""

    leave: CaseId
    evidence: Evidence


class LeaveApprovedByLeader(AttendanceFact):
    """First step for a member: not yet a grant (Art. 9)."""

    leave: CaseId


class LeaveApprovedByTownship(AttendanceFact):
    """First step for the leader: not yet a grant (Art. 9)."""

    leave: CaseId


class LeaveGranted(AttendanceFact):
    leave: CaseId
    kind: Annotated[LeaveKind, RESTRICTED]
    starts_on: CivilDate
    ends_on: CivilDate
    granted_by: Annotated[Level, OPEN]


class LeaveRejected(AttendanceFact):
    leave: CaseId
    rejected_by: Annotated[Level, OPEN]
    reason: FreeText


class LeaveWithdrawn(AttendanceFact):
    leave: CaseId


class LeaveExtended(AttendanceFact):
    leave: CaseId
    ends_on: CivilDate


class LeaveShortened(AttendanceFact):
    leave: CaseId
    ends_on: CivilDate


class LeaveClosed(AttendanceFact):
    """销假: the leave covers the days up to the one before the actual return."""

    leave: CaseId
    returned_on: CivilDate
    closed_on: CivilDate


class LeaveOverstayed(AttendanceFact):
    leave: CaseId
    since: CivilDate


class LeaveClosingOverdue(AttendanceFact):
    """Said by the clock: the leave was not closed by the day on which it should have been (A19)."""

    leave: CaseId
    due_on: CivilDate

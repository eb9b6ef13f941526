"""Facts of attendance: register, travel, leave, absence, spot checks (Art. 8, 9, 15.4).

All of them follow one person and one year: the year of the civil date, or of the first day of an interval.
"""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.fact import Fact
from contracts.identifiers import (
    OPEN,
    RESTRICTED,
    CaseId,
    CivilDate,
    Count,
    EventId,
    Flag,
    FreeText,
    Instant,
    PersonId,
    Sha256,
    TeamId,
    VillageCode,
    Year,
)

Evidence = Annotated[tuple[Sha256, ...], Field(max_length=50), OPEN]
"""Digests of the papers; the papers themselves stay outside the log."""


class CheckInMethod(StrEnum):
    """How presence was shown (A25)."""

    GPS = "gps"
    PHOTO = "photo"
    PAPER = "paper"
    KIOSK = "kiosk"


class LeaveKind(StrEnum):
    """Why leave was asked for; the medical kinds lead to a shortfall review (A17)."""

    PERSONAL = "personal"
    SICK = "sick"
    MATERNITY = "maternity"
    INJURY = "injury"
    FAMILY = "family"
    OTHER = "other"


class Level(StrEnum):
    """The body whose word a step of a chain is."""

    LEADER = "leader"
    TOWNSHIP = "township"
    COUNTY = "county"


class SpotCheckFinding(StrEnum):
    PRESENT = "present"
    ABSENT = "absent"
    EXCUSED = "excused"


class DayStatus(StrEnum):
    """Exactly one per posted day (`domain.md` 2.0)."""

    ON_POST = "ONPOST"
    TRAVEL = "TRAVEL"
    TRAINING = "TRAINING"
    SECONDED = "SECONDED"
    LEAVE = "LEAVE"
    REST = "REST"
    EXCUSED = "EXCUSED"
    ABSENT = "ABSENT"
    PENDING = "PENDING"


class AttendanceFact(Fact):
    SERVICE: ClassVar[str] = "attendance"
    STREAM: ClassVar[str] = "attendance/{person}/{year}"
    person: PersonId


class CheckedIn(AttendanceFact):
    """Presence on one civil day, authored by the person (Art. 9)."""

    team: TeamId
    village: VillageCode
    date: CivilDate
    method: Annotated[CheckInMethod, OPEN]
    record: CaseId
    """The device's own name for the record: the same record is never counted twice."""
    device_time: Instant | None = None
    overnight: Flag | None = None


class CheckInBackfilled(AttendanceFact):
    """A check-in entered after the sync horizon, with the consent of leader and township (A24)."""

    team: TeamId
    village: VillageCode
    date: CivilDate
    record: CaseId
    evidence: Evidence
    leader_consent: PersonId
    township_consent: PersonId


class CheckInVoided(AttendanceFact):
    date: CivilDate
    voids: EventId
    reason: FreeText


class RestDayRecorded(AttendanceFact):
    date: CivilDate


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


class LodgingRecorded(AttendanceFact):
    """Where a posted person eats and sleeps (Art. 9)."""

    village: VillageCode
    starts_on: CivilDate
    ends_on: CivilDate


class AbsenceMeasure(StrEnum):
    """What an absence is measured by (Art. 15.4)."""

    RUN = "run"
    YEAR = "year"


class AbsenceWarned(AttendanceFact):
    """Said by the clock, before the limits of Art. 15.4 are passed and when they are reached."""

    measure: Annotated[AbsenceMeasure, OPEN]
    days: Count
    since: CivilDate
    """First absent day of the run, or of the year."""
    reached_on: CivilDate


class PaceLost(AttendanceFact):
    """Said by the clock: the days of Art. 9 can no longer be reached, even with presence on every day left."""

    year: Year
    on_post: Count
    possible: Count
    """Days left of the year that could still count."""
    needed: Count


class AttendanceYearClosed(AttendanceFact):
    """Said by the clock once the year and the horizon for late uploads are over; `carry_out_run` is a checkpoint."""

    year: Year
    carry_out_run: Count


EVENTS: tuple[type[Fact], ...] = (
    CheckedIn,
    CheckInBackfilled,
    CheckInVoided,
    RestDayRecorded,
    OfficialTravelRequested,
    OfficialTravelApproved,
    OfficialTravelClosed,
    OfficialTravelRejected,
    OfficialTravelWithdrawn,
    LeaveRequested,
    LeavePapersSupplied,
    LeaveApprovedByLeader,
    LeaveApprovedByTownship,
    LeaveGranted,
    LeaveRejected,
    LeaveWithdrawn,
    LeaveExtended,
    LeaveShortened,
    LeaveClosed,
    LeaveOverstayed,
    LeaveClosingOverdue,
    AbsenceRecorded,
    AbsenceJustified,
    JustificationRejected,
    DayCorrectionRequested,
    DayStatusCorrected,
    PersonSpotChecked,
    LodgingRecorded,
    AbsenceWarned,
    PaceLost,
    AttendanceYearClosed,
)

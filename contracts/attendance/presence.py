"""Being there: check-ins of people, late ones with consent, void ones, nights and days of rest (Art. 9)."""

from typing import Annotated

from contracts.attendance.bases import AttendanceFact, Evidence
from contracts.attendance.kinds import CheckInMethod, Level
from contracts.identifiers import (
    OPEN,
    CaseId,
    CivilDate,
    EventId,
    Flag,
    FreeText,
    Instant,
    PersonId,
    TeamId,
    VillageCode,
)


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


class CheckInBackfillRequested(AttendanceFact):
    """The person's own word, with its papers, that he was there on a day for which no upload came in time (A24)."""

    team: TeamId
    village: VillageCode
    date: CivilDate
    record: CaseId
    evidence: Evidence


class CheckInBackfillConsented(AttendanceFact):
    """The leader's or acting leader's word on it."""

    date: CivilDate
    record: CaseId


class CheckInBackfillRejected(AttendanceFact):
    date: CivilDate
    record: CaseId
    rejected_by: Annotated[Level, OPEN]
    reason: FreeText


class CheckInBackfilled(AttendanceFact):
    """A check-in entered after the sync horizon, with the consent of leader and township (A24).

    Without `leader_consent` the team had no leader, and the township decided alone (A41).
    """

    team: TeamId
    village: VillageCode
    date: CivilDate
    record: CaseId
    evidence: Evidence
    leader_consent: PersonId | None = None
    township_consent: PersonId


class CheckInVoided(AttendanceFact):
    date: CivilDate
    voids: EventId
    reason: FreeText


class RestDayRecorded(AttendanceFact):
    date: CivilDate


class LodgingRecorded(AttendanceFact):
    """Where a posted person eats and sleeps (Art. 9)."""

    village: VillageCode
    starts_on: CivilDate
    ends_on: CivilDate

"""What attendance can be asked to do. Each command is a form that a person fills in; clock and authority come later."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from contracts.attendance import AbsenceMeasure, CheckInMethod, DayStatus, LeaveKind, SpotCheckFinding
from contracts.fact import Frozen
from contracts.identifiers import (
    CaseId,
    CivilDate,
    Count,
    EventId,
    Flag,
    Instant,
    PersonId,
    PlaceCode,
    Sha256,
    TeamId,
    VillageCode,
)
from contracts.sheets import MAX_TEAMS, SpotCheckKind
from services.attendance.sheet_commands import OneSheetCommand, SheetsCommand

Text = Annotated[str, Field(min_length=1, max_length=4_000)]
Evidence = Annotated[tuple[Sha256, ...], Field(max_length=50)]

MAX_RECORDS = 1_000


def _settled(status: DayStatus) -> DayStatus:
    if status is DayStatus.PENDING:
        raise ValueError("a day cannot be corrected to PENDING")
    return status


class CheckIn(Frozen):
    """Presence on one civil day; its author is the person, whoever's device carries it."""

    person: PersonId
    team: TeamId
    village: VillageCode
    date: CivilDate
    method: CheckInMethod
    record: CaseId
    device_time: Instant | None = None
    overnight: Flag | None = None


class CheckInBatch(Frozen):
    records: tuple[CheckIn, ...] = Field(min_length=1, max_length=MAX_RECORDS)


class BackfillCheckIn(Frozen):
    """Enters a presence after the sync horizon. `township_consent` is the person who gives this command."""

    person: PersonId
    team: TeamId
    village: VillageCode
    date: CivilDate
    record: CaseId
    evidence: Evidence
    leader_consent: PersonId
    township_consent: PersonId


class VoidCheckIn(Frozen):
    person: PersonId
    date: CivilDate
    voids: EventId
    reason: Text


class TravelBusiness(StrEnum):
    """Whose business a trip is: one for the home unit would be secondment, which Art. 9 forbids (A95)."""

    TEAM = "team"
    HOME_UNIT = "home_unit"


class RequestTravel(Frozen):
    person: PersonId
    travel: CaseId
    starts_on: CivilDate
    ends_on: CivilDate
    purpose: Text
    evidence: Evidence
    business: TravelBusiness = TravelBusiness.TEAM


class ApproveTravel(Frozen):
    person: PersonId
    travel: CaseId


class CloseTravel(Frozen):
    person: PersonId
    travel: CaseId
    last_day: CivilDate


class RequestLeave(Frozen):
    person: PersonId
    leave: CaseId
    kind: LeaveKind
    starts_on: CivilDate
    ends_on: CivilDate
    reason: Text
    evidence: Evidence
    emergency: Flag | None = None
    """Asked for orally: the papers come within the days allowed, and no grant before them (A40)."""


class SupplyLeavePapers(Frozen):
    person: PersonId
    leave: CaseId
    evidence: Annotated[tuple[Sha256, ...], Field(min_length=1, max_length=50)]


class ApproveLeave(Frozen):
    """One level's word; which level follows from the role of whoever gives it."""

    person: PersonId
    leave: CaseId


class RejectLeave(Frozen):
    """One level's no, to a leave or to the extension that is pending on it."""

    person: PersonId
    leave: CaseId
    reason: Text


class WithdrawLeave(Frozen):
    person: PersonId
    leave: CaseId


class ExtendLeave(Frozen):
    """Asks for a later last day; both levels have to approve again."""

    person: PersonId
    leave: CaseId
    ends_on: CivilDate
    reason: Text = "续假"
    evidence: Evidence = ()


class ApproveExtension(Frozen):
    person: PersonId
    leave: CaseId


class ShortenLeave(Frozen):
    person: PersonId
    leave: CaseId
    ends_on: CivilDate


class CloseLeave(Frozen):
    """销假: the leave covers the days up to the one before `returned_on`."""

    person: PersonId
    leave: CaseId
    returned_on: CivilDate


class RecordOverstay(Frozen):
    """`since`: the first day after the leave's last one, when the person was not back."""

    person: PersonId
    leave: CaseId
    since: CivilDate


class DeclareClosingOverdue(Frozen):
    """The clock's own: the leave was not closed by `due_on`."""

    person: PersonId
    leave: CaseId
    due_on: CivilDate


class RecordLodging(Frozen):
    """Where the person eats and sleeps from one day to another."""

    person: PersonId
    village: VillageCode
    starts_on: CivilDate
    ends_on: CivilDate


class RecordAbsence(Frozen):
    person: PersonId
    date: CivilDate


class JustifyAbsence(Frozen):
    person: PersonId
    starts_on: CivilDate
    ends_on: CivilDate
    reason: Text
    evidence: Evidence


class RejectJustification(Frozen):
    person: PersonId
    starts_on: CivilDate
    ends_on: CivilDate
    reason: Text


class CorrectDay(Frozen):
    """Without `supersedes` the day's latest correction, if there is one, is superseded."""

    person: PersonId
    date: CivilDate
    status: Annotated[DayStatus, AfterValidator(_settled)]
    reason: Text
    supersedes: EventId | None = None


class RequestCorrection(Frozen):
    """Asks the township's leader in charge to correct a day of a month that is signed (A35)."""

    person: PersonId
    date: CivilDate
    status: Annotated[DayStatus, AfterValidator(_settled)]
    reason: Text


class Finding(Frozen):
    person: PersonId
    finding: SpotCheckFinding


class PlanSpotCheck(Frozen):
    """Without `teams` as many as `count` are drawn among all teams of the area."""

    check: CaseId
    area: PlaceCode
    kind: SpotCheckKind
    starts_on: CivilDate
    ends_on: CivilDate
    teams: Annotated[tuple[TeamId, ...], Field(max_length=MAX_TEAMS)] = ()
    count: Annotated[int, Field(ge=1, le=MAX_TEAMS)] | None = None


class RecordSpotCheck(Frozen):
    """The visit to one team. `check` names the plan it belongs to, or a new check that was not planned."""

    check: CaseId
    team: TeamId
    date: CivilDate
    findings: tuple[Finding, ...] = Field(min_length=1, max_length=60)
    work: Text | None = None
    """What was found of the work."""


class WarnOfAbsence(Frozen):
    """The clock's own: look whether a warning of Art. 15.4 is due; `since` and `days` name which."""

    person: PersonId
    measure: AbsenceMeasure
    since: CivilDate
    days: Count


class DeclarePaceLost(Frozen):
    """The clock's own: the days of Art. 9 are out of reach."""

    person: PersonId
    year: int


class CloseYear(Frozen):
    """The clock's own: the year and the horizon are over."""

    person: PersonId
    year: int


CheckInCommand = CheckIn | CheckInBatch | BackfillCheckIn | VoidCheckIn | RecordLodging
TravelCommand = RequestTravel | ApproveTravel | CloseTravel
LeaveCommand = (
    RequestLeave
    | SupplyLeavePapers
    | ApproveLeave
    | RejectLeave
    | WithdrawLeave
    | ExtendLeave
    | ApproveExtension
    | ShortenLeave
    | CloseLeave
    | RecordOverstay
    | DeclareClosingOverdue
)
AbsenceCommand = RecordAbsence | JustifyAbsence | RejectJustification | CorrectDay | RequestCorrection
SpotCheckCommand = PlanSpotCheck | RecordSpotCheck
YearCommand = WarnOfAbsence | DeclarePaceLost | CloseYear
Command = (
    CheckInCommand
    | TravelCommand
    | LeaveCommand
    | AbsenceCommand
    | SpotCheckCommand
    | YearCommand
    | OneSheetCommand
    | SheetsCommand
)

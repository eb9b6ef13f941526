"""What attendance can be asked to do. Each command is a form that a person fills in; clock and authority come later."""

from typing import Annotated

from pydantic import AfterValidator, Field

from contracts.attendance import CheckInMethod, DayStatus, LeaveKind, SpotCheckFinding
from contracts.fact import Frozen
from contracts.identifiers import CaseId, CivilDate, EventId, Flag, Instant, PersonId, Sha256, TeamId, VillageCode

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


class RequestTravel(Frozen):
    person: PersonId
    travel: CaseId
    starts_on: CivilDate
    ends_on: CivilDate
    purpose: Text
    evidence: Evidence


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


class Finding(Frozen):
    person: PersonId
    finding: SpotCheckFinding


class RecordSpotCheck(Frozen):
    check: CaseId
    team: TeamId
    date: CivilDate
    findings: tuple[Finding, ...] = Field(min_length=1, max_length=60)


CheckInCommand = CheckIn | CheckInBatch | BackfillCheckIn | VoidCheckIn
TravelCommand = RequestTravel | ApproveTravel | CloseTravel
LeaveCommand = (
    RequestLeave
    | ApproveLeave
    | RejectLeave
    | WithdrawLeave
    | ExtendLeave
    | ApproveExtension
    | ShortenLeave
    | CloseLeave
    | RecordOverstay
)
AbsenceCommand = RecordAbsence | JustifyAbsence | RejectJustification | CorrectDay | RecordSpotCheck
Command = CheckInCommand | TravelCommand | LeaveCommand | AbsenceCommand

"""What can be asked about the daily work."""

from typing import Annotated

from pydantic import Field

from contracts.fact import Frozen
from contracts.identifiers import (
    CaseId,
    CivilDate,
    Count,
    Flag,
    OrganisationId,
    PlaceCode,
    PositiveFen,
    Sha256,
    TeamId,
    Token,
    VillageCode,
    Year,
)
from contracts.personnel import Activity, LivingNeed, Month, ReportRecipient, SupportKind
from services.personnel.leaving.commands import Text


class AdoptAnnualPlan(Frozen):
    team: TeamId
    year: Year
    document: Sha256
    summary: Text


class ReviewAnnualPlan(Frozen):
    """The township on the present edition; where it is not accepted, the leader adopts another."""

    team: TeamId
    year: Year
    accepted: Flag
    opinion: Text


class LogWork(Frozen):
    """The caller's own work: nobody writes for another."""

    team: TeamId
    entry: CaseId
    activity: Activity
    on: CivilDate
    text: Text
    project: CaseId | None = None
    attendees: Count | None = None
    photos: Annotated[tuple[Sha256, ...], Field(max_length=20)] = ()


class SubmitReport(Frozen):
    team: TeamId
    month: Month
    document: Sha256
    progress: Text
    problems: Text
    experience: Text


class DeliverReport(Frozen):
    """To recipients who have come to be since the report was submitted."""

    team: TeamId
    month: Month


class AcknowledgeReport(Frozen):
    team: TeamId
    month: Month
    recipient: ReportRecipient
    organisation: OrganisationId | None = None


class SayReportOverdue(Frozen):
    """Said by the clock on the day after the report was due; of each unit by itself."""

    team: TeamId
    month: Month
    recipient: ReportRecipient
    organisation: OrganisationId | None = None


class HoldMeeting(Frozen):
    meeting: CaseId
    area: PlaceCode
    on: CivilDate
    agenda: Text
    decisions: Annotated[tuple[CaseId, ...], Field(max_length=50)] = ()


class CarryOutDecision(Frozen):
    meeting: CaseId
    area: PlaceCode
    decision: CaseId
    on: CivilDate


class RecordHeadVisit(Frozen):
    village: VillageCode
    on: CivilDate
    findings: Text


class RecordUnitSupport(Frozen):
    village: VillageCode
    unit: OrganisationId
    kind: SupportKind
    on: CivilDate
    description: Text
    amount: PositiveFen | None = None


class ProvideCondition(Frozen):
    village: VillageCode
    need: LivingNeed
    on: CivilDate


class ReportMissingCondition(Frozen):
    village: VillageCode
    need: LivingNeed
    on: CivilDate
    description: Text


class RequestSupport(Frozen):
    village: VillageCode
    request: CaseId
    department: OrganisationId
    reason: Text


class RecordSupport(Frozen):
    village: VillageCode
    request: CaseId
    on: CivilDate


class RecordPublicity(Frozen):
    item: CaseId
    area: PlaceCode
    on: CivilDate
    medium: Token
    digest: Sha256


WorkCommand = (
    AdoptAnnualPlan
    | ReviewAnnualPlan
    | LogWork
    | SubmitReport
    | DeliverReport
    | AcknowledgeReport
    | SayReportOverdue
    | HoldMeeting
    | CarryOutDecision
    | RecordHeadVisit
    | RecordUnitSupport
    | ProvideCondition
    | ReportMissingCondition
    | RequestSupport
    | RecordSupport
    | RecordPublicity
)

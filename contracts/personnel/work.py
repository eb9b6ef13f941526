"""Facts of the daily work: plans, the work log, monthly reports, meetings, support (Art. 6, 7, 17, 21, 22)."""

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.identifiers import (
    OPEN,
    Article,
    CaseId,
    CivilDate,
    Count,
    Flag,
    FreeText,
    OrganisationId,
    PersonId,
    PositiveFen,
    Sha256,
    TeamId,
    Token,
    VillageCode,
    Year,
)
from contracts.personnel.bases import PersonnelFact
from contracts.personnel.kinds import Activity, LivingNeed, Month, ReportRecipient, SupportKind


class AnnualPlanAdopted(PersonnelFact):
    """The leader draws it up; a later one replaces it, and the earlier stays readable (Art. 7.1)."""

    STREAM: ClassVar[str] = "report/{team}/{year}"
    team: TeamId
    year: Year
    edition: Count
    document: Sha256
    summary: FreeText


class AnnualPlanReviewed(PersonnelFact):
    """The township reviews an edition of the plan; what it finds wanting calls for another edition."""

    STREAM: ClassVar[str] = "report/{team}/{year}"
    team: TeamId
    year: Year
    edition: Count
    accepted: Flag
    opinion: FreeText
    on: CivilDate


class WorkLogRecorded(PersonnelFact):
    """One person's work of one day, by the duty of Art. 6 or 7 that it serves; written by the person."""

    STREAM: ClassVar[str] = "worklog/{person}/{year}"
    person: PersonId
    team: TeamId
    entry: CaseId
    duty: Article
    activity: Annotated[Activity, OPEN]
    on: CivilDate
    project: CaseId | None = None
    attendees: Count | None = None
    text: FreeText
    photos: Annotated[tuple[Sha256, ...], Field(max_length=20), OPEN] = ()


class MonthlyReportSubmitted(PersonnelFact):
    """Progress, problems, experience of the month (Art. 7.2)."""

    STREAM: ClassVar[str] = "report/{team}/{year}"
    team: TeamId
    month: Month
    edition: Count
    document: Sha256
    progress: FreeText
    problems: FreeText
    experience: FreeText


class MonthlyReportDelivered(PersonnelFact):
    """One recipient has the report; a body in two roles gets one document and two of these (A31)."""

    STREAM: ClassVar[str] = "report/{team}/{year}"
    team: TeamId
    month: Month
    edition: Count
    recipient: Annotated[ReportRecipient, OPEN]
    organisation: OrganisationId | None = None
    on: CivilDate
    late: Flag


class MonthlyReportReceived(PersonnelFact):
    """The recipient's own receipt."""

    STREAM: ClassVar[str] = "report/{team}/{year}"
    team: TeamId
    month: Month
    recipient: Annotated[ReportRecipient, OPEN]
    organisation: OrganisationId | None = None
    on: CivilDate


class MonthlyReportOverdue(PersonnelFact):
    """The clock says so: the day on which it was due is over, and this recipient has nothing (Art. 7.2, A30)."""

    STREAM: ClassVar[str] = "report/{team}/{year}"
    team: TeamId
    month: Month
    recipient: Annotated[ReportRecipient, OPEN]
    organisation: OrganisationId | None = None
    """Which unit: there is one recipient for each of those that have people in the team (A31). Offices have none."""
    due_on: CivilDate


class MeetingHeld(PersonnelFact):
    """A regular work meeting of a joint office (Art. 21)."""

    STREAM: ClassVar[str] = "meeting/{meeting}"
    meeting: CaseId
    on: CivilDate
    agenda: FreeText
    decisions: Annotated[tuple[CaseId, ...], Field(max_length=50), OPEN]


class MeetingDecisionCarriedOut(PersonnelFact):
    STREAM: ClassVar[str] = "meeting/{meeting}"
    meeting: CaseId
    decision: CaseId
    on: CivilDate


class TownshipHeadVisitRecorded(PersonnelFact):
    """The township's head in person (Art. 21)."""

    STREAM: ClassVar[str] = "support/{village}/{year}"
    village: VillageCode
    on: CivilDate
    findings: FreeText


class AssignedUnitSupportRecorded(PersonnelFact):
    """People, money, goods from the assigned unit (Art. 21). Its money is never work fund (Art. 18)."""

    STREAM: ClassVar[str] = "support/{village}/{year}"
    village: VillageCode
    unit: OrganisationId
    kind: Annotated[SupportKind, OPEN]
    amount: PositiveFen | None = None
    on: CivilDate
    description: FreeText


class LivingConditionProvided(PersonnelFact):
    """What township and village must see to (Art. 17)."""

    STREAM: ClassVar[str] = "support/{village}/{year}"
    village: VillageCode
    need: Annotated[LivingNeed, OPEN]
    on: CivilDate


class LivingConditionMissing(PersonnelFact):
    STREAM: ClassVar[str] = "support/{village}/{year}"
    village: VillageCode
    need: Annotated[LivingNeed, OPEN]
    on: CivilDate
    description: FreeText


class SupportRequested(PersonnelFact):
    """The leader asks a department for support (Art. 7.2)."""

    STREAM: ClassVar[str] = "support/{village}/{year}"
    village: VillageCode
    request: CaseId
    department: OrganisationId
    on: CivilDate
    reason: FreeText


class SupportProvided(PersonnelFact):
    STREAM: ClassVar[str] = "support/{village}/{year}"
    village: VillageCode
    request: CaseId
    department: OrganisationId
    on: CivilDate


class PublicityRecorded(PersonnelFact):
    """Released material only (Art. 22)."""

    STREAM: ClassVar[str] = "publicity/{item}"
    item: CaseId
    on: CivilDate
    medium: Token
    digest: Sha256

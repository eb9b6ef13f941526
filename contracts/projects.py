"""Facts of projects in villages: who determined, reviewed, approved, consented, and what was posted there (Art. 20)."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.fact import Fact
from contracts.identifiers import (
    OPEN,
    CaseId,
    CivilDate,
    Count,
    Fen,
    Flag,
    FreeText,
    PositiveFen,
    Sha256,
    TeamId,
    Token,
    VillageCode,
)
from contracts.money import FinanceFact, FundKind, FundSource, GiverId, PublicName


class ProjectFact(FinanceFact):
    """A fact of one project. Amounts in fen."""

    STREAM: ClassVar[str] = "project/{project}"
    project: CaseId


class ProjectProposed(ProjectFact):
    team: TeamId
    kind: Annotated[FundKind, OPEN]
    source: Annotated[FundSource, OPEN]
    giver: GiverId | None = None
    """Whose written consent other money needs; a finance body is named by its source alone."""
    village: VillageCode
    registered_poor: Flag
    title: PublicName
    site: PublicName
    amount: PositiveFen
    reason: FreeText | None = None
    """Why fiscal poverty money should go to a village that is not registered as poor (Art. 20)."""


class VillageRepresentativesMeetingHeld(ProjectFact):
    """Counts only: who attended stands in the minutes, which are known by their digest."""

    held_on: CivilDate
    representatives: Count
    present: Count
    in_favour: Count
    team_present: Flag
    committees_present: Flag
    minutes: Sha256


class ProjectDetermined(ProjectFact):
    """Team, village committees and representatives have settled on it (Art. 20)."""

    amount: PositiveFen
    site: PublicName


class TownshipReviewPassed(ProjectFact):
    pass


class TownshipDocumentIssued(ProjectFact):
    document: Token


class CountyLeadingGroupApproved(ProjectFact):
    document: Token
    approved_on: CivilDate


class CountyLeadingGroupRejected(ProjectFact):
    reason: FreeText


class InvestorConsentGiven(ProjectFact):
    """In writing (A84)."""

    consent: Sha256
    consented_on: CivilDate


class ProjectStarted(ProjectFact):
    started_on: CivilDate


class ProjectChanged(ProjectFact):
    """Another amount or site; a change of weight goes through the whole chain again (A85)."""

    amount: PositiveFen
    site: PublicName
    chain_again: Flag
    reason: FreeText


class NoticePhase(StrEnum):
    """The plan is posted before the money is spent, the use after (A82)."""

    PLAN = "plan"
    USE = "use"


class ProjectFundsPublicised(ProjectFact):
    """Posted in the village; both days belong to the period."""

    notice: CaseId
    phase: Annotated[NoticePhase, OPEN]
    payments: Annotated[tuple[CaseId, ...], Field(max_length=60), OPEN] = ()
    """Whose use is posted."""
    starts_on: CivilDate
    ends_on: CivilDate
    photo: Sha256


class NoticeObjectionRaised(ProjectFact):
    notice: CaseId
    objection: CaseId
    content: FreeText


class NoticeObjectionResolved(ProjectFact):
    objection: CaseId
    upheld: Flag
    reasons: FreeText


class NoticePeriodCompleted(ProjectFact):
    notice: CaseId


class ProjectAccepted(ProjectFact):
    accepted_on: CivilDate


class ProjectHandedOver(ProjectFact):
    """The team was dissolved; county finance gives the project to the village's next team (A79)."""

    from_team: TeamId
    to_team: TeamId
    borne: Fen
    """What the former team's book bears of it; counts against the project's amount."""
    handed_on: CivilDate


EVENTS: tuple[type[Fact], ...] = (
    ProjectProposed,
    VillageRepresentativesMeetingHeld,
    ProjectDetermined,
    TownshipReviewPassed,
    TownshipDocumentIssued,
    CountyLeadingGroupApproved,
    CountyLeadingGroupRejected,
    InvestorConsentGiven,
    ProjectStarted,
    ProjectChanged,
    ProjectFundsPublicised,
    NoticeObjectionRaised,
    NoticeObjectionResolved,
    NoticePeriodCompleted,
    ProjectAccepted,
    ProjectHandedOver,
)

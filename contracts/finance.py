"""Facts of finance: the separate books of each team and kind of money (Art. 18, 19). All amounts in fen."""

from enum import StrEnum
from typing import Annotated, ClassVar

from contracts.fact import Fact
from contracts.identifiers import (
    OPEN,
    CaseId,
    CivilDate,
    Count,
    FreeText,
    OrganisationId,
    PersonId,
    PlaceCode,
    PositiveFen,
    TeamId,
    Year,
)


class FundKind(StrEnum):
    """Fixed at entry and never mixed (Art. 18, 19, 20)."""

    SPECIAL = "special"
    WORK = "work"
    ASSISTANCE = "assistance"
    FISCAL_POVERTY = "fiscal_poverty"
    OTHER = "other"


class FundSource(StrEnum):
    CITY = "city"
    COUNTY = "county"
    UNIT = "unit"
    INVESTOR = "investor"


class Use(StrEnum):
    """Allowed uses: the first four for special subsidy, the next four for the work fund (Art. 19)."""

    INDUSTRY = "industry"
    INFRASTRUCTURE = "infrastructure"
    ENVIRONMENT = "environment"
    SOCIAL_UNDERTAKING = "social_undertaking"
    BENEFIT_SUBSIDY = "benefit_subsidy"
    OFFICE = "office"
    TRAINING = "training"
    TRAVEL = "travel"
    PROJECT = "project"
    OTHER = "other"


class FinanceFact(Fact):
    SERVICE: ClassVar[str] = "finance"


class FundAppropriated(FinanceFact):
    """A finance body or a unit provides money for a place and year."""

    STREAM: ClassVar[str] = "appropriation/{appropriation}"
    appropriation: CaseId
    kind: Annotated[FundKind, OPEN]
    source: Annotated[FundSource, OPEN]
    recipient: PlaceCode
    year: Year
    amount: PositiveFen


class FundReceivedByTownship(FinanceFact):
    STREAM: ClassVar[str] = "appropriation/{appropriation}"
    appropriation: CaseId
    received_on: CivilDate
    amount: PositiveFen


class FundAllottedOut(FinanceFact):
    """The appropriation's side of an allotment, recorded in the same transaction as `FundAllotted`."""

    STREAM: ClassVar[str] = "appropriation/{appropriation}"
    appropriation: CaseId
    allotment: CaseId
    team: TeamId
    amount: PositiveFen


class FundAllotted(FinanceFact):
    STREAM: ClassVar[str] = "fund/{team}/{kind}"
    appropriation: CaseId
    allotment: CaseId
    team: TeamId
    kind: Annotated[FundKind, OPEN]
    source: Annotated[FundSource, OPEN]
    year: Year
    amount: PositiveFen


class WorkFundContributed(FinanceFact):
    """A dispatching unit's work fund for its own people (Art. 18)."""

    STREAM: ClassVar[str] = "fund/{team}/{kind}"
    contribution: CaseId
    unit: OrganisationId
    team: TeamId
    kind: Annotated[FundKind, OPEN]
    year: Year
    persons: Count
    amount: PositiveFen


class SpendingRequested(FinanceFact):
    STREAM: ClassVar[str] = "fund/{team}/{kind}"
    payment: CaseId
    team: TeamId
    kind: Annotated[FundKind, OPEN]
    use: Annotated[Use, OPEN]
    amount: PositiveFen
    purpose: FreeText


class FundReserved(FinanceFact):
    """Approved: the amount is committed and counts against the balance (A81)."""

    STREAM: ClassVar[str] = "fund/{team}/{kind}"
    payment: CaseId
    team: TeamId
    kind: Annotated[FundKind, OPEN]
    amount: PositiveFen


class FundReleased(FinanceFact):
    STREAM: ClassVar[str] = "fund/{team}/{kind}"
    payment: CaseId
    team: TeamId
    kind: Annotated[FundKind, OPEN]
    amount: PositiveFen


class FundDisbursed(FinanceFact):
    STREAM: ClassVar[str] = "fund/{team}/{kind}"
    payment: CaseId
    team: TeamId
    kind: Annotated[FundKind, OPEN]
    use: Annotated[Use, OPEN]
    amount: PositiveFen
    paid_on: CivilDate
    requested_by: PersonId
    approved_by: PersonId


EVENTS: tuple[type[Fact], ...] = (
    FundAppropriated,
    FundReceivedByTownship,
    FundAllottedOut,
    FundAllotted,
    WorkFundContributed,
    SpendingRequested,
    FundReserved,
    FundReleased,
    FundDisbursed,
)

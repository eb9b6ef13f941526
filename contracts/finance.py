"""Facts of finance: the separate books of each team and kind of money (Art. 17-19). All amounts in fen."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from contracts import meals, projects
from contracts.fact import Fact
from contracts.identifiers import (
    OPEN,
    CaseId,
    CivilDate,
    Count,
    CountyCode,
    Fen,
    FreeText,
    OrganisationId,
    PersonId,
    PlaceCode,
    PositiveFen,
    TeamId,
    TownshipCode,
    Year,
)
from contracts.money import BoardMonth, FinanceFact, GiverId, Meals, Parts
from contracts.money import FundKind as FundKind
from contracts.money import FundSource as FundSource
from contracts.money import Part as Part
from contracts.money import Use as Use

SignedFen = Annotated[int, Field(ge=-(2**53) + 1, le=2**53 - 1), OPEN]


class SpecialRecipientsNamed(FinanceFact):
    """Whom the city funds this year; Art. 18 gives their number, the city's finance body gives their names."""

    STREAM: ClassVar[str] = "recipients/{place}/{year}"
    year: Year
    counties: Annotated[tuple[CountyCode, ...], Field(max_length=60), OPEN]
    townships: Annotated[tuple[TownshipCode, ...], Field(max_length=200), OPEN]


class FundAppropriated(FinanceFact):
    """A finance body provides money for a place and year; fiscal poverty money for one approved project."""

    STREAM: ClassVar[str] = "appropriation/{appropriation}"
    appropriation: CaseId
    kind: Annotated[FundKind, OPEN]
    source: Annotated[FundSource, OPEN]
    recipient: PlaceCode
    year: Year
    amount: PositiveFen
    project: CaseId | None = None


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
    allotted_on: CivilDate


class BookFact(FinanceFact):
    """A fact of one team's separate book of one kind of money."""

    STREAM: ClassVar[str] = "fund/{team}/{kind}"
    team: TeamId
    kind: Annotated[FundKind, OPEN]


class FundAllotted(BookFact):
    appropriation: CaseId
    allotment: CaseId
    source: Annotated[FundSource, OPEN]
    project: CaseId | None = None
    year: Year
    amount: PositiveFen
    allotted_on: CivilDate


class WorkFundContributed(BookFact):
    """A dispatching unit's work fund for its own people (Art. 18)."""

    contribution: CaseId
    unit: OrganisationId
    year: Year
    persons: Count
    amount: PositiveFen
    contributed_on: CivilDate


class AssistanceFundReceived(BookFact):
    """Money of a unit or an investor for households or projects, booked as what it is (Art. 18, 20, A75)."""

    receipt: CaseId
    source: Annotated[FundSource, OPEN]
    giver: GiverId
    project: CaseId | None = None
    amount: PositiveFen
    received_on: CivilDate


class PaymentFact(BookFact):
    """A step of one payment."""

    payment: CaseId


class SpendingRequested(PaymentFact):
    use: Annotated[Use, OPEN]
    amount: PositiveFen
    project: CaseId | None = None
    purpose: FreeText
    reason: FreeText | None = None
    """Why the use is none that Article 19 names; required for `other`."""
    meals: Meals | None = None
    """For whom and which days it holds a meal allowance; None where the use can hold none (A78)."""


class SpendingRefused(PaymentFact):
    """The approver's no."""

    reason: FreeText


class OtherUseConsented(PaymentFact):
    """County finance or a dispatching unit consents to a use that Article 19 does not name; both are needed (A76)."""


class FundReserved(PaymentFact):
    """Approved: the amount is committed and counts against the balance (A81)."""

    amount: PositiveFen
    parts: Parts
    reserved_on: CivilDate


class FundReleased(PaymentFact):
    amount: PositiveFen
    parts: Parts
    released_on: CivilDate


class FundDisbursed(PaymentFact):
    use: Annotated[Use, OPEN]
    amount: PositiveFen
    parts: Parts
    project: CaseId | None = None
    paid_on: CivilDate
    requested_by: PersonId
    approved_by: PersonId


class RefundReceived(PaymentFact):
    """Money of a payment came back from whom it was paid to; it belongs to the sources that bore it."""

    refund: CaseId
    use: Annotated[Use, OPEN]
    amount: PositiveFen
    parts: Parts
    received_on: CivilDate


class DisbursementReversed(PaymentFact):
    """A payment was booked wrongly: what is left of it is put back; the right entry is a payment of its own (A81)."""

    use: Annotated[Use, OPEN]
    amount: PositiveFen
    parts: Parts
    reversed_on: CivilDate
    reason: FreeText


class FundHandedOut(BookFact):
    """County finance hands what a dissolved team left to another team, in the same kind (A79); two facts at once."""

    handover: CaseId
    to_team: TeamId
    amount: PositiveFen
    parts: Parts
    handed_on: CivilDate


class FundTakenOver(BookFact):
    """The other side of `FundHandedOut`: kind and sources stay what they were."""

    handover: CaseId
    from_team: TeamId
    amount: PositiveFen
    parts: Parts
    taken_on: CivilDate


class FundReturned(BookFact):
    """Money bound to a project that cannot use it any more went back to whoever gave it (A79)."""

    returning: CaseId
    project: CaseId
    amount: PositiveFen
    parts: Parts
    returned_on: CivilDate


class BooksClosed(BookFact):
    """No entry is dated into this year or before any more. `opening + received - spent = closing`, in fen."""

    year: Year
    opening: Fen
    received: SignedFen
    """Net of what was handed over to another team or returned to its giver."""
    spent: SignedFen
    """Net of refunds and reversals, which may concern payments of earlier years."""
    reserved: Fen
    """Of `closing`, committed to payments that were still to be made."""
    closing: Fen


class BalanceCarriedOver(BookFact):
    """What the year left stays with the same team, kind and source (Art. 19): it opens the year after."""

    year: Year
    amount: Fen
    parts: Parts


class BoardSubsidyPaid(FinanceFact):
    """A dispatching unit's own money for the board of one of its people (Art. 17); it is in no team's book."""

    STREAM: ClassVar[str] = "board/{person}/{year}"
    person: PersonId
    unit: OrganisationId
    team: TeamId
    month: BoardMonth
    days: Count
    """Posted days of the month, less those for which a team's book holds a meal allowance (A78)."""
    due: PositiveFen
    amount: PositiveFen
    paid_on: CivilDate


class BoardSubsidyOverdue(FinanceFact):
    """Said by the clock: the month is over and the board of its posted days is not paid in full."""

    STREAM: ClassVar[str] = "board/{person}/{year}"
    person: PersonId
    unit: OrganisationId
    month: BoardMonth
    due: PositiveFen
    paid: Fen


class FundingDuty(StrEnum):
    """Who owes what each year (Art. 18)."""

    CITY_SPECIAL = "city_special"
    COUNTY_MATCH = "county_match"
    ALLOTMENT = "allotment"
    WORK_FUND = "work_fund"


class FundingShortfallFound(FinanceFact):
    """Said by the clock: a year is over and a body has not provided what it owes. `place` is where it is missing."""

    STREAM: ClassVar[str] = "shortfall/{place}/{year}"
    duty: Annotated[FundingDuty, OPEN]
    year: Year
    team: TeamId | None = None
    unit: OrganisationId | None = None
    owed: Fen
    """0 where the text names no amount: anything would have done."""
    provided: Fen


class SupervisionOpinionRecorded(FinanceFact):
    """County finance and the dispatching unit supervise together (Art. 19)."""

    STREAM: ClassVar[str] = "supervision/{team}"
    team: TeamId
    kind: Annotated[FundKind, OPEN]
    opinion: CaseId
    text: FreeText


class MisuseFlagged(FinanceFact):
    """Money was diverted (Art. 19); told to county finance, the units, discipline inspection and audit."""

    STREAM: ClassVar[str] = "supervision/{team}"
    team: TeamId
    kind: Annotated[FundKind, OPEN]
    flag: CaseId
    payment: CaseId
    amount: PositiveFen
    units: Annotated[tuple[OrganisationId, ...], Field(max_length=60), OPEN]
    """The dispatching units that have or had people in the team: with county finance they supervise it (Art. 19)."""
    description: FreeText


EVENTS: tuple[type[Fact], ...] = (
    SpecialRecipientsNamed,
    FundAppropriated,
    FundReceivedByTownship,
    FundAllottedOut,
    FundAllotted,
    WorkFundContributed,
    AssistanceFundReceived,
    SpendingRequested,
    SpendingRefused,
    OtherUseConsented,
    FundReserved,
    FundReleased,
    FundDisbursed,
    RefundReceived,
    DisbursementReversed,
    FundHandedOut,
    FundTakenOver,
    FundReturned,
    BooksClosed,
    BalanceCarriedOver,
    BoardSubsidyPaid,
    BoardSubsidyOverdue,
    FundingShortfallFound,
    SupervisionOpinionRecorded,
    MisuseFlagged,
    *meals.EVENTS,
    *projects.EVENTS,
)

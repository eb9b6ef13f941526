"""What finance can be asked to do with money. Amounts are whole fen: a decimal point is refused at the door (A87)."""

from typing import Annotated, TypeAlias

from pydantic import Field

from contracts.fact import Frozen
from contracts.finance import FundKind, FundSource, Use
from contracts.identifiers import (
    OPEN,
    CaseId,
    CivilDate,
    CountyCode,
    OrganisationId,
    PersonId,
    PlaceCode,
    TeamId,
    TownshipCode,
    Year,
)
from contracts.money import BoardMonth, GiverId, MealClaim

Amount = Annotated[int, Field(strict=True, gt=0, le=10_000_000_000_000), OPEN]
"""Fen of one entry; at most 100 billion yuan, so that no sum of entries leaves a 64-bit column."""
Text = Annotated[str, Field(min_length=1, max_length=4_000)]


class NameRecipients(Frozen):
    """The city's finance body names the counties and townships that Art. 18 gives a sum each."""

    year: Year
    counties: Annotated[tuple[CountyCode, ...], Field(max_length=60)]
    townships: Annotated[tuple[TownshipCode, ...], Field(max_length=200)]


class Appropriate(Frozen):
    """The city's or a county's finance body provides special subsidy, or fiscal money for one approved project."""

    appropriation: CaseId
    kind: FundKind
    source: FundSource
    recipient: PlaceCode
    year: Year
    amount: Amount
    project: CaseId | None = None
    covers: CaseId | None = None
    """A payment whose excess this money is meant to cover; such money is never given (Art. 19)."""


class Receive(Frozen):
    """The township's finance department has the money, or its part of it, in its books."""

    appropriation: CaseId
    amount: Amount
    received_on: CivilDate
    township: TownshipCode | None = None
    """Needed where the recipient is a county: which of its townships received."""


class Allot(Frozen):
    appropriation: CaseId
    allotment: CaseId
    team: TeamId
    amount: Amount
    covers: CaseId | None = None


class ContributeWorkFund(Frozen):
    """A dispatching unit's work fund for its own people; `from_kind` says which money of the unit it is."""

    contribution: CaseId
    unit: OrganisationId
    team: TeamId
    year: Year
    persons: Annotated[int, Field(strict=True, gt=0, le=60)]
    amount: Amount
    from_kind: FundKind
    covers: CaseId | None = None


class ReceiveAssistance(Frozen):
    """Money of a unit or an investor for households or projects reaches the township's books as what it is."""

    receipt: CaseId
    team: TeamId
    kind: FundKind
    source: FundSource
    giver: GiverId
    amount: Amount
    received_on: CivilDate
    project: CaseId | None = None
    covers: CaseId | None = None


class RequestSpending(Frozen):
    payment: CaseId
    team: TeamId
    kind: FundKind
    use: Use
    amount: Amount
    purpose: Text
    project: CaseId | None = None
    reason: Text | None = None
    """Needed for the use `other`: why it is none that Article 19 names."""
    meals: Annotated[tuple[MealClaim, ...], Field(max_length=60)] | None = None
    """Needed for travel, `[]` where it holds none: for whom and which days the payment holds a meal allowance."""


class Step(Frozen):
    """A further step of a payment that was asked for."""

    payment: CaseId
    team: TeamId
    kind: FundKind


class ConsentOtherUse(Step):
    unit: OrganisationId | None = None
    """The dispatching unit for which the caller speaks; left out by county finance."""


class ApproveSpending(Step):
    pass


class RefuseSpending(Step):
    reason: Text


class Disburse(Step):
    paid_on: CivilDate


class Release(Step):
    """Gives back what an approved payment had committed."""


class RecordRefund(Step):
    refund: CaseId
    amount: Amount
    received_on: CivilDate


class ReverseDisbursement(Step):
    """The payment was booked wrongly. The right entry is a payment of its own, through all its hands."""

    reason: Text


class Move(Frozen):
    """Asks for money to change its kind. There is no body that may allow it (Art. 18, 19)."""

    team: TeamId
    from_kind: FundKind
    to_kind: FundKind
    amount: Amount


class CloseBooks(Frozen):
    team: TeamId
    kind: FundKind
    year: Year


class HandOver(Frozen):
    """County finance decides what becomes of a dissolved team's money: it goes to another team in the same kind."""

    handover: CaseId
    team: TeamId
    kind: FundKind
    to_team: TeamId
    amount: Amount


class ReturnFunds(Frozen):
    """County finance returns what a project cannot use any more to whoever gave it for that project alone."""

    returning: CaseId
    team: TeamId
    kind: FundKind
    project: CaseId
    amount: Amount


class PayBoard(Frozen):
    """A dispatching unit pays the board of one of its people for one month."""

    person: PersonId
    unit: OrganisationId
    month: BoardMonth
    amount: Amount
    paid_on: CivilDate
    from_kind: FundKind | None = None
    """The team's money from which it is meant to be paid; there is none that may be (Art. 17, 19)."""


class GiveOpinion(Frozen):
    opinion: CaseId
    team: TeamId
    kind: FundKind
    text: Text
    unit: OrganisationId | None = None


class FlagMisuse(Frozen):
    flag: CaseId
    team: TeamId
    kind: FundKind
    payment: CaseId
    amount: Amount
    description: Text
    unit: OrganisationId | None = None


Entering: TypeAlias = NameRecipients | Appropriate | Receive | Allot | ContributeWorkFund | ReceiveAssistance
Spending: TypeAlias = (
    RequestSpending
    | ConsentOtherUse
    | ApproveSpending
    | RefuseSpending
    | Disburse
    | Release
    | RecordRefund
    | ReverseDisbursement
)
Overseeing: TypeAlias = PayBoard | GiveOpinion | FlagMisuse

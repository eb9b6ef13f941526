"""What finance can be asked to do. Amounts are whole fen: a decimal point or a text is refused at the door (A87)."""

from typing import Annotated, TypeAlias

from pydantic import Field

from contracts.fact import Frozen
from contracts.finance import FundKind, FundSource, Use
from contracts.identifiers import OPEN, CaseId, CivilDate, OrganisationId, PlaceCode, TeamId, TownshipCode, Year

Amount = Annotated[int, Field(strict=True, gt=0, le=10_000_000_000_000), OPEN]
"""Fen of one entry; at most 100 billion yuan, so that no sum of entries leaves a 64-bit column."""
Text = Annotated[str, Field(min_length=1, max_length=4_000)]


class Appropriate(Frozen):
    """The city's or a county's finance body provides special subsidy for a county, township or village (Art. 18)."""

    appropriation: CaseId
    kind: FundKind
    source: FundSource
    recipient: PlaceCode
    year: Year
    amount: Amount
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


class RequestSpending(Frozen):
    payment: CaseId
    team: TeamId
    kind: FundKind
    use: Use
    amount: Amount
    purpose: Text


class ApproveSpending(Frozen):
    payment: CaseId
    team: TeamId
    kind: FundKind


class Disburse(Frozen):
    payment: CaseId
    team: TeamId
    kind: FundKind
    paid_on: CivilDate


class Release(Frozen):
    """Gives back what an approved payment had committed."""

    payment: CaseId
    team: TeamId
    kind: FundKind


class Move(Frozen):
    """Asks for money to change its kind. There is no body that may allow it (Art. 18, 19)."""

    team: TeamId
    from_kind: FundKind
    to_kind: FundKind
    amount: Amount


Spending: TypeAlias = RequestSpending | ApproveSpending | Disburse | Release
Command: TypeAlias = Appropriate | Receive | Allot | ContributeWorkFund | Spending | Move

"""Facts of meal allowances: a person has one for a day, whoever pays it (Art. 17, A78)."""

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.fact import Fact
from contracts.identifiers import OPEN, CaseId, CivilDate, PersonId, TeamId
from contracts.money import FinanceFact, FundKind


class MealFact(FinanceFact):
    """Days of one person in one year, beside the payment that holds their allowance; same transaction."""

    STREAM: ClassVar[str] = "board/{person}/{year}"
    person: PersonId
    team: TeamId
    kind: Annotated[FundKind, OPEN]
    payment: CaseId
    days: Annotated[tuple[CivilDate, ...], Field(min_length=1, max_length=62), OPEN]


class MealDaysTaken(MealFact):
    """The payment was approved: no other meal allowance and no board is given for these days."""


class MealDaysFreed(MealFact):
    """The payment was given back, reversed or wholly refunded."""


EVENTS: tuple[type[Fact], ...] = (MealDaysTaken, MealDaysFreed)

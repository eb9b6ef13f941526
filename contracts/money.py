"""Words of money that the facts of the books and of the projects share: kinds, sources, uses, and who bears what."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.fact import Fact, Frozen
from contracts.identifiers import OPEN, CaseId, CivilDate, PersonId, PositiveFen


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
    """Uses of money: four of special subsidy, four of the work fund (Art. 19), projects (Art. 20).

    `board` is named so that asking for it out of a team's book can be refused by its own article (Art. 17).
    """

    INDUSTRY = "industry"
    INFRASTRUCTURE = "infrastructure"
    ENVIRONMENT = "environment"
    SOCIAL_UNDERTAKING = "social_undertaking"
    BENEFIT_SUBSIDY = "benefit_subsidy"
    OFFICE = "office"
    TRAINING = "training"
    TRAVEL = "travel"
    PROJECT = "project"
    BOARD = "board"
    OTHER = "other"


GiverId = Annotated[str, Field(pattern=r"^[OP][0-9]{4,12}$"), OPEN]
"""A dispatching unit, an assigned unit, or an investing body or person; finance bodies are named by their source."""
PublicName = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f<>]*$"), OPEN]
"""What the village reads on its notice board: the name or the site of a project. Never a person's name."""
BoardMonth = Annotated[str, Field(pattern=r"^20[1-9][0-9]-(0[1-9]|1[0-2])$"), OPEN]
"""`2017-05`: the month for which board is due."""


class Part(Frozen):
    """What one source bears of an amount: a book keeps its sources apart (Art. 19)."""

    source: Annotated[FundSource, OPEN]
    giver: GiverId | None = None
    project: CaseId | None = None
    """Set where the money was given for this project and no other."""
    amount: PositiveFen


Parts = Annotated[tuple[Part, ...], Field(max_length=60), OPEN]
"""Together they are the amount of the fact that holds them."""


class MealClaim(Frozen):
    """One person's days for which a payment holds a meal allowance (A78). The person is an identifier, never a name."""

    person: PersonId
    days: Annotated[tuple[CivilDate, ...], Field(min_length=1, max_length=62)]


Meals = Annotated[tuple[MealClaim, ...], Field(max_length=60), OPEN]
"""Empty where a payment that could hold meal allowances holds none."""


class FinanceFact(Fact):
    SERVICE: ClassVar[str] = "finance"

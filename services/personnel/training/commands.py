"""What can be asked about training."""

from typing import Annotated

from pydantic import Field

from contracts.fact import Frozen
from contracts.identifiers import CaseId, CivilDate, Count, CountyCode, PersonId, PlaceCode, Token, Year
from contracts.personnel import TrainingLevel


class RecordTraining(Frozen):
    """A training that is over, with those who took part; given again, it adds people to the same training."""

    training: CaseId
    area: PlaceCode
    organiser: TrainingLevel
    starts_on: CivilDate
    ends_on: CivilDate
    persons: Annotated[tuple[PersonId, ...], Field(min_length=1, max_length=500)]
    topic: Token | None = None


class RecordTrainerSupport(Frozen):
    """A city department has sent specialists to a county training."""

    training: CaseId
    area: CountyCode
    body: Token
    trainers: Annotated[int, Field(ge=1, le=100)]


class SayTrainingFellShort(Frozen):
    """Said by the clock when a year is over."""

    area: PlaceCode
    organiser: TrainingLevel
    year: Year
    held: Count
    people_below_days: Count = 0


TrainingCommand = RecordTraining | RecordTrainerSupport | SayTrainingFellShort

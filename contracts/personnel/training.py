"""Facts of training (Art. 11)."""

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.identifiers import OPEN, CaseId, CivilDate, Count, PlaceCode, Token, Year
from contracts.personnel.bases import PersonnelFact, PostingFact
from contracts.personnel.kinds import TrainingLevel


class TrainingHeld(PersonnelFact):
    """The occasion: who held it, where, how long. Counts per organiser rest on it (A54)."""

    STREAM: ClassVar[str] = "training/{training}"
    training: CaseId
    organiser: Annotated[TrainingLevel, OPEN]
    area: PlaceCode
    starts_on: CivilDate
    ends_on: CivilDate
    topic: Token | None = None


class TrainingAttended(PostingFact):
    """One event per person beside the event of the occasion (Art. 11)."""

    training: CaseId
    organiser: Annotated[TrainingLevel, OPEN]
    starts_on: CivilDate
    ends_on: CivilDate


class TrainerSupported(PersonnelFact):
    """A city department sends a specialist to a county training (Art. 11)."""

    STREAM: ClassVar[str] = "training/{training}"
    training: CaseId
    body: Token
    trainers: Annotated[int, Field(ge=1, le=100), OPEN]


class TrainingShortfallDetected(PersonnelFact):
    """The year is over and an organiser held fewer trainings than Art. 11 asks for, or people had fewer days.

    It is the organiser's fault and never a ground against a person (A54).
    """

    STREAM: ClassVar[str] = "training-year/{area}/{year}"
    area: PlaceCode
    organiser: Annotated[TrainingLevel, OPEN]
    year: Year
    held: Count
    asked: Count
    people_below_days: Count = 0
    """People posted in the area in the year with fewer days of training, both levels together (A54)."""

"""Facts of the term and what follows from it: compensatory leave, experience, promotion bar (Art. 9, 12, 14, 16)."""

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.fact import Frozen
from contracts.identifiers import (
    OPEN,
    CaseId,
    CivilDate,
    Count,
    EventId,
    Flag,
    FreeText,
    OrganisationId,
    PersonId,
    TeamId,
    Token,
    Year,
)
from contracts.personnel.bases import PersonnelFact, PostingFact
from contracts.personnel.kinds import CommendationLevel, UnitMetric


class TermCompleted(PostingFact):
    """The service of one term, moves without a gap included; both days belong to it."""

    starts_on: CivilDate
    last_day: CivilDate


class TermFellDue(PostingFact):
    """The clock says so: the months of a term have run, and the person is still posted (A51)."""

    team: TeamId
    starts_on: CivilDate
    months: Count
    due_on: CivilDate
    """The last day of the term."""


class CompensatoryLeaveRequested(PostingFact):
    """The person asks the unit for it. The posting is over, and the capacity is that of the member he was."""

    unit: OrganisationId
    term_ended_on: CivilDate
    on: CivilDate


class CompensatoryLeaveGranted(PostingFact):
    """Once per term, by the dispatching unit (Art. 9, A50)."""

    leave: CaseId
    unit: OrganisationId
    term_ended_on: CivilDate
    days: Count
    granted_on: CivilDate


class CompensatoryLeaveTaken(PostingFact):
    leave: CaseId
    starts_on: CivilDate
    ends_on: CivilDate


class GrassrootsExperienceCredited(PostingFact):
    """Half a year or more in the village is grass-roots experience (Art. 12, A04, A53)."""

    starts_on: CivilDate
    last_day: CivilDate
    forced: Flag
    """Whether a forced replacement ended it: a fact that stands beside the credit and does not take it away."""


class PromotionBarStarted(PersonnelFact):
    """不称职 bars promotion and appointment for a year, the day of the determination not counted (Art. 16, A67)."""

    STREAM: ClassVar[str] = "bar/{person}"
    person: PersonId
    year: Year
    determination: Count
    assessment: EventId
    determined_on: CivilDate
    last_day: CivilDate


class PromotionBarLifted(PersonnelFact):
    """A later determination of the same year took the ground away."""

    STREAM: ClassVar[str] = "bar/{person}"
    person: PersonId
    year: Year
    determination: Count
    assessment: EventId
    lifted_on: CivilDate


class PromotionBarEnded(PersonnelFact):
    """The clock says so: the year is over (Art. 16)."""

    STREAM: ClassVar[str] = "bar/{person}"
    person: PersonId
    year: Year
    assessment: EventId
    last_day: CivilDate
    """The last barred day."""


class PromotionChecked(PersonnelFact):
    """A personnel body asked before promoting, and nothing barred it on that day."""

    STREAM: ClassVar[str] = "bar/{person}"
    person: PersonId
    on: CivilDate


class PromotionPriorityRecorded(PersonnelFact):
    """Preferred, other things being equal, for good work and a commendation of city level or above (Art. 14)."""

    STREAM: ClassVar[str] = "bar/{person}"
    person: PersonId
    commendation: Token
    """Number of the document that commends."""
    level: Annotated[CommendationLevel, OPEN]
    tasks_done_well: Flag
    clear_results: Flag
    reasons: FreeText


class Measured(Frozen):
    metric: Annotated[UnitMetric, OPEN]
    count: Count


class UnitEvaluationBasisPublished(PersonnelFact):
    """One basis among others for commending a unit (Art. 16)."""

    STREAM: ClassVar[str] = "unit/{unit}/{year}"
    unit: OrganisationId
    year: Year
    metrics: Annotated[tuple[Measured, ...], Field(min_length=1, max_length=20), OPEN]

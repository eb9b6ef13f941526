"""What can be asked when a term is over, and about the bar on promotion."""

from pydantic import Field

from contracts.fact import Frozen
from contracts.identifiers import (
    CaseId,
    CivilDate,
    CountyCode,
    EventId,
    Flag,
    OrganisationId,
    PersonId,
    PlaceCode,
    TeamId,
    Token,
    Year,
)
from contracts.personnel import CommendationLevel
from services.personnel.leaving.commands import Text


class RequestCompensatoryLeave(Frozen):
    """For oneself, after one's own term."""

    person: PersonId


class GrantCompensatoryLeave(Frozen):
    person: PersonId
    unit: OrganisationId
    leave: CaseId


class TakeCompensatoryLeave(Frozen):
    """All of it at once, from `starts_on`: 一次性."""

    person: PersonId
    unit: OrganisationId
    leave: CaseId
    starts_on: CivilDate


class CreditExperience(Frozen):
    """For a service whose end credited nothing, because another rule held when it was recorded."""

    person: PersonId


class SayTermFellDue(Frozen):
    """Said by the clock on the last day of a term."""

    person: PersonId
    team: TeamId
    due_on: CivilDate


class SayBarEnded(Frozen):
    """Said by the clock on the day after the last barred one."""

    person: PersonId
    county: CountyCode
    year: Year


class CheckPromotion(Frozen):
    """Asked by a personnel body before it promotes or appoints; refused while a bar stands."""

    person: PersonId


class RecordPromotionPriority(Frozen):
    """For work done well, clear results and a commendation of city level or above."""

    person: PersonId
    commendation: Token
    level: CommendationLevel
    tasks_done_well: Flag
    clear_results: Flag
    reasons: Text


class HearDetermination(Frozen):
    """What assessment determined, as personnel hears it from its log."""

    person: PersonId
    county: CountyCode
    year: Year
    determination: int = Field(ge=1)
    incompetent: bool
    assessment: EventId
    determined_on: CivilDate


class PublishUnitBasis(Frozen):
    """The unit's record of the year, published by the office of the area in which its people are posted."""

    unit: OrganisationId
    year: Year
    area: PlaceCode


TermCommand = (
    RequestCompensatoryLeave
    | GrantCompensatoryLeave
    | TakeCompensatoryLeave
    | CreditExperience
    | SayTermFellDue
    | SayBarEnded
    | CheckPromotion
    | RecordPromotionPriority
    | HearDetermination
    | PublishUnitBasis
)

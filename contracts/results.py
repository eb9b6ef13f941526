"""What becomes of a final result: lists, feedback, files, praise, disputes (Art. 12-14, A62, A66).

They lie in assessment's log, beside the determinations that they are about.
"""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.fact import Fact, Frozen
from contracts.identifiers import (
    OPEN,
    CaseId,
    CivilDate,
    Count,
    CountyCode,
    EventId,
    Flag,
    FreeText,
    OrganisationId,
    PersonId,
    PlaceCode,
    Sha256,
    Year,
)
from contracts.rules import AssessmentFact, LogBasis

Outcome = Annotated[str, Field(min_length=1, max_length=40), OPEN]
Papers = Annotated[tuple[Sha256, ...], Field(min_length=1, max_length=50), OPEN]


class ListRecipient(StrEnum):
    """Both lists go to both, and both get the same (Art. 12)."""

    CITY_OFFICE = "CO"
    CITY_ORGANISATION = "CZ"


class Award(StrEnum):
    """Advanced worker of the city, or commended by the county (Art. 13)."""

    ADVANCED = "advanced"
    COMMENDED = "commended"


class ReassessmentCause(StrEnum):
    """Why a final result is looked at again without a dispute."""

    INVESTIGATION_CLOSED = "investigation_closed"
    RULING_ISSUED = "ruling_issued"
    DECISIVE_EVIDENCE = "decisive_evidence"


class SensitiveListAcknowledged(AssessmentFact):
    """The county office has seen whose outcome hangs on a reading of the measures, before anything is final."""

    STREAM: ClassVar[str] = "county/{county}/{year}"
    county: CountyCode
    year: Year
    persons: Count
    digest: Sha256
    """Of the list: canonical JSON, as the query gives it."""


class OpinionMatter(StrEnum):
    """What the county organisation department is heard on."""

    OBJECTS = "objects"
    GRADES = "grades"
    MEASURE = "measure"


class CountyOpinionGiven(AssessmentFact):
    """What the county organisation department says of the list, the grades, or a measure; it decides nothing."""

    STREAM: ClassVar[str] = "county/{county}/{year}"
    county: CountyCode
    year: Year
    matter: Annotated[OpinionMatter, OPEN]
    agrees: Flag
    opinion: FreeText


class AssessmentListsFiled(AssessmentFact):
    """The list of all objects and the list of 优秀, filed with one of the two recipients (Art. 12)."""

    STREAM: ClassVar[str] = "county/{county}/{year}"
    county: CountyCode
    year: Year
    recipient: Annotated[ListRecipient, OPEN]
    objects: Count
    objects_digest: Sha256
    """Of the canonical JSON array of the ids on the list, in order."""
    excellent: Count
    excellent_digest: Sha256


class ResultFedBack(AssessmentFact):
    """The county office told the unit the result of one of its own people (Art. 12)."""

    STREAM: ClassVar[str] = "assessment/{person}/{year}"
    person: PersonId
    county: CountyCode
    year: Year
    unit: OrganisationId
    determination: Count
    fed_back_on: CivilDate
    outcome: Outcome
    outside_unit_quota: Flag
    """优秀 here takes no place of the unit's own quota (Art. 12)."""


class ResultFiledInPersonalFile(AssessmentFact):
    """The unit, which keeps the file, acknowledges that the result lies in it (Art. 12)."""

    STREAM: ClassVar[str] = "assessment/{person}/{year}"
    person: PersonId
    county: CountyCode
    year: Year
    unit: OrganisationId
    determination: Count


class ExcellentCirculated(AssessmentFact):
    """Everybody graded 优秀 is made known by the office of that level, every year (Art. 13)."""

    STREAM: ClassVar[str] = "circular/{area}/{year}"
    area: PlaceCode
    year: Year
    persons: Annotated[tuple[PersonId, ...], Field(min_length=1, max_length=2_000), OPEN]
    supersedes: EventId | None = None
    """The circular before, where a result that was issued anew has changed who is 优秀."""


class ExcellentCircularWithdrawn(AssessmentFact):
    """What an office made known does not hold any more: after results issued anew nobody of the area is 优秀 (A62)."""

    STREAM: ClassVar[str] = "circular/{area}/{year}"
    area: PlaceCode
    year: Year
    supersedes: EventId
    """The circular that is withdrawn; it stays readable."""
    reasons: FreeText


class AdvancedWorkerNominated(AssessmentFact):
    """A county office puts one of its people graded 优秀 forward for the city's selection (Art. 13)."""

    STREAM: ClassVar[str] = "award/{area}/{year}"
    area: PlaceCode
    person: PersonId
    county: CountyCode
    year: Year
    reasons: FreeText


class AdvancedWorkerOpinionGiven(AssessmentFact):
    """What the organisation department or the poverty office of the city says of a nomination; it decides nothing."""

    STREAM: ClassVar[str] = "award/{area}/{year}"
    area: PlaceCode
    person: PersonId
    year: Year
    agrees: Flag
    opinion: FreeText


class AdvancedWorkerSelected(AssessmentFact):
    """From those graded 优秀 only; part of the commendations for poverty relief (Art. 13)."""

    STREAM: ClassVar[str] = "award/{area}/{year}"
    area: PlaceCode
    person: PersonId
    year: Year


class CommendationProposed(AssessmentFact):
    """A township puts one of its people graded 优秀 forward for the county's commendation (Art. 13)."""

    STREAM: ClassVar[str] = "award/{county}/{year}"
    person: PersonId
    county: CountyCode
    year: Year
    reasons: FreeText


class CountyCommendationAwarded(AssessmentFact):
    STREAM: ClassVar[str] = "award/{county}/{year}"
    person: PersonId
    county: CountyCode
    year: Year


class AwardWithdrawn(AssessmentFact):
    """The office that gave it takes it back, for the grade it rested on was issued anew and is not 优秀 now (A62)."""

    STREAM: ClassVar[str] = "award/{area}/{year}"
    area: PlaceCode
    award: Annotated[Award, OPEN]
    person: PersonId
    year: Year
    determination: Count
    """The one that is not 优秀."""
    reasons: FreeText


class TermYear(Frozen):
    """One year of a term as it was determined."""

    year: Year
    determination: Count
    outcome: Outcome


class TermAssessmentRecorded(AssessmentFact):
    """At the end of a term: the yearly results are used again (Art. 14, A69)."""

    STREAM: ClassVar[str] = "assessment/{person}/{year}"
    person: PersonId
    county: CountyCode
    year: Year
    """In which the term ended."""
    starts_on: CivilDate
    ends_on: CivilDate
    years: Annotated[tuple[TermYear, ...], Field(min_length=1, max_length=20), OPEN]
    opinion: FreeText


class DisputeRaised(AssessmentFact):
    """The person, or the unit for somebody who has left, objects to a result (A66)."""

    STREAM: ClassVar[str] = "assessment/{person}/{year}"
    person: PersonId
    county: CountyCode
    year: Year
    case: CaseId
    determination: Count
    raised_on: CivilDate
    late: Flag
    """Raised after the days for it, on new decisive evidence."""
    again: Flag
    """Raised after a dispute of the same determination was decided, on new decisive evidence."""
    claim: FreeText
    evidence: Papers


class ReassessmentOrdered(AssessmentFact):
    """The county office looks at a final result again of its own accord (A57, A66)."""

    STREAM: ClassVar[str] = "assessment/{person}/{year}"
    person: PersonId
    county: CountyCode
    year: Year
    case: CaseId
    determination: Count
    cause: Annotated[ReassessmentCause, OPEN]
    reasons: FreeText


class DisputeOpinionGiven(AssessmentFact):
    """What the township or the unit says of a dispute or a re-assessment before it is decided; it decides nothing."""

    STREAM: ClassVar[str] = "assessment/{person}/{year}"
    person: PersonId
    county: CountyCode
    year: Year
    case: CaseId
    upheld: Flag
    """Whether the result should stand."""
    opinion: FreeText


class DisputeDecided(AssessmentFact):
    """The end of a dispute or of an ordered re-assessment: the result stands, or a new determination supersedes it."""

    STREAM: ClassVar[str] = "assessment/{person}/{year}"
    person: PersonId
    county: CountyCode
    year: Year
    case: CaseId
    upheld: Flag
    """The determination of before stands."""
    determination: Count
    """The determination that holds from now on."""
    inputs: Sha256
    """Digest of the facts on which the result was looked at again."""
    basis: Annotated[tuple[LogBasis, ...], Field(max_length=8), OPEN]
    """The logs that they were read from."""
    reasons: FreeText


class AssessmentReissued(AssessmentFact):
    """The county's side of a new determination: how it changes the places for 优秀, everybody else frozen (A62)."""

    STREAM: ClassVar[str] = "county/{county}/{year}"
    county: CountyCode
    year: Year
    person: PersonId
    case: CaseId
    determination: Count
    supersedes: EventId
    """The determination that it replaces; that one stays readable."""
    before: Outcome
    after: Outcome
    area: Annotated[str, Field(min_length=1, max_length=80), OPEN] | None = None
    """The township or team whose places the person counts for, where the line was drawn for each of them."""


EVENTS: tuple[type[Fact], ...] = (
    SensitiveListAcknowledged,
    CountyOpinionGiven,
    AssessmentListsFiled,
    ResultFedBack,
    ResultFiledInPersonalFile,
    ExcellentCirculated,
    ExcellentCircularWithdrawn,
    AdvancedWorkerNominated,
    AdvancedWorkerOpinionGiven,
    AdvancedWorkerSelected,
    CommendationProposed,
    CountyCommendationAwarded,
    AwardWithdrawn,
    TermAssessmentRecorded,
    DisputeRaised,
    ReassessmentOrdered,
    DisputeOpinionGiven,
    DisputeDecided,
    AssessmentReissued,
)

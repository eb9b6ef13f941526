"""The line of a county's year: how many places for 优秀, who stood at it, how a tie was resolved (Art. 12; A59-A61)."""

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.fact import Frozen
from contracts.identifiers import (
    OPEN,
    CentiScore,
    Count,
    CountyCode,
    EventId,
    FreeText,
    PersonId,
    Sha256,
    TownshipCode,
    Year,
)
from contracts.rules import AssessmentFact


class CandidateRecorded(Frozen):
    """Somebody proposed as 优秀, as far as the line of the quota needs it."""

    person: PersonId
    score: CentiScore
    on_post: Count
    absences: Count


class QuotaGroup(Frozen):
    """One township or team with places of its own, where the interpreters have ruled so (A59)."""

    area: Annotated[str, Field(min_length=1, max_length=80), OPEN]
    objects: Count
    candidates: Annotated[tuple[PersonId, ...], Field(max_length=600), OPEN] = ()


class QuotaComputed(AssessmentFact):
    STREAM: ClassVar[str] = "county/{county}/{year}"
    county: CountyCode
    year: Year
    objects: Count
    maximum: Count
    cohort: Sha256
    """Digest of the frozen cohort: canonical JSON `[[person, outcome, score or null], …]` of the list, by person."""
    candidates: Annotated[tuple[CandidateRecorded, ...], Field(max_length=600), OPEN] = ()
    """Everybody who was proposed as 优秀: with the number of objects, all that the line was drawn from."""
    deferred: Annotated[tuple[PersonId, ...], Field(max_length=600), OPEN] = ()
    """On the list, but waiting for a ruling: they are determined later and hold nobody else up."""
    scope: Annotated[str, Field(min_length=1, max_length=20), OPEN] = "county"
    groups: Annotated[tuple[QuotaGroup, ...], Field(max_length=600), OPEN] = ()
    """Empty where the line was drawn over the whole county."""


class TieOpinionGiven(AssessmentFact):
    """A township whose people are among those who tie at the line says whom it puts first; it decides nothing."""

    STREAM: ClassVar[str] = "county/{county}/{year}"
    county: CountyCode
    year: Year
    township: TownshipCode
    tied: Annotated[tuple[PersonId, ...], Field(min_length=1, max_length=600), OPEN]
    """Everybody who stood at the line then: the opinion is on this tie and no other."""
    supports: Annotated[tuple[PersonId, ...], Field(min_length=1, max_length=500), OPEN]
    """Of its own people."""
    opinion: FreeText


class TieResolved(AssessmentFact):
    STREAM: ClassVar[str] = "county/{county}/{year}"
    county: CountyCode
    year: Year
    chosen: Annotated[tuple[PersonId, ...], Field(min_length=1, max_length=500), OPEN]
    tied: Annotated[tuple[PersonId, ...], Field(max_length=600), OPEN] = ()
    """Everybody who stood at the line with that score: among others the choice was not made."""
    heard: Annotated[tuple[EventId, ...], Field(min_length=1, max_length=600), OPEN] | None = None
    """The opinions of townships on this tie (`TieOpinionGiven`), in the order in which they were given, if any."""
    reasons: FreeText

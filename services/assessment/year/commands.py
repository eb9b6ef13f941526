"""What can be asked about a county's year: opened, graded, acknowledged, made final (Art. 12, 15)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from contracts.assessment import Grade, ShortfallOutcome
from contracts.fact import Frozen
from contracts.identifiers import CentiScore, CountyCode, PersonId, Sha256, TownshipCode, Year
from contracts.results import OpinionMatter
from services.assessment.said import Papers, Text


class OpenYear(Frozen):
    county: CountyCode
    year: Year


class ProposeGrade(Frozen):
    """The township, with the unit, proposes (Art. 12)."""

    person: PersonId
    county: CountyCode
    year: Year
    grade: Grade
    score: CentiScore
    reasons: Text


class ProposedGrade(Frozen):
    """One line of a township's proposals."""

    person: PersonId
    grade: Grade
    score: CentiScore
    reasons: Text


class ProposeGrades(Frozen):
    """The township proposes for several of its people at once, all or none (Art. 12)."""

    township: TownshipCode
    county: CountyCode
    year: Year
    proposals: Annotated[tuple[ProposedGrade, ...], Field(min_length=1, max_length=500)]

    @property
    def persons(self) -> tuple[str, ...]:
        """Whom it is about."""
        return tuple(proposal.person for proposal in self.proposals)

    def each(self) -> Iterator[ProposeGrade]:
        """The lines as commands of their own."""
        for line in self.proposals:
            yield ProposeGrade(county=self.county, year=self.year, **dict(line))


class ReviewGrades(Frozen):
    """The county office upholds the proposed grades of the people named (Art. 12)."""

    county: CountyCode
    year: Year
    persons: tuple[PersonId, ...] = Field(min_length=1, max_length=500)


class ResolveTie(Frozen):
    county: CountyCode
    year: Year
    chosen: tuple[PersonId, ...] = Field(min_length=1, max_length=500)
    reasons: Text


class GiveTieOpinion(Frozen):
    """A township on a tie that its own people stand in: whom it puts first, and why; it decides nothing (Art. 12)."""

    township: TownshipCode
    county: CountyCode
    year: Year
    supports: tuple[PersonId, ...] = Field(min_length=1, max_length=500)
    opinion: Text


class ReviewShortfall(Frozen):
    person: PersonId
    county: CountyCode
    year: Year
    outcome: ShortfallOutcome
    reasons: Text


class FinaliseYear(Frozen):
    """The county office confirms what the fold derived and the township proposed."""

    county: CountyCode
    year: Year


class GiveUnitOpinion(Frozen):
    """The dispatching unit on its own person (Art. 12)."""

    person: PersonId
    county: CountyCode
    year: Year
    agrees: bool
    opinion: Text


class GiveCountyOpinion(Frozen):
    """The county organisation department on the list, the grades or a measure of the county; it decides nothing."""

    county: CountyCode
    year: Year
    matter: OpinionMatter
    agrees: bool
    opinion: Text


class AttachEvidence(Frozen):
    """Papers on the person's work (工作实绩), by their digests (Art. 12)."""

    person: PersonId
    county: CountyCode
    year: Year
    evidence: Papers


class ReturnGrades(Frozen):
    """The county office sends proposals back to the township (Art. 12)."""

    county: CountyCode
    year: Year
    persons: tuple[PersonId, ...] = Field(min_length=1, max_length=500)
    reasons: Text


class AcknowledgeSensitive(Frozen):
    """The county office has seen the list of those whose outcome hangs on a reading: `digest` is that list's."""

    county: CountyCode
    year: Year
    digest: Sha256


YearCommand = (
    OpenYear
    | ProposeGrade
    | ProposeGrades
    | ReviewGrades
    | GiveTieOpinion
    | ResolveTie
    | ReviewShortfall
    | FinaliseYear
    | GiveUnitOpinion
    | GiveCountyOpinion
    | AttachEvidence
    | ReturnGrades
    | AcknowledgeSensitive
)

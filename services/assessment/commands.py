"""What assessment can be asked to do."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from contracts.assessment import (
    Grade,
    InvestigationResult,
    ListRecipient,
    ReassessmentCause,
    SanctionBody,
    ShortfallOutcome,
)
from contracts.fact import Frozen
from contracts.identifiers import (
    CaseId,
    CentiScore,
    CivilDate,
    CountyCode,
    OrganisationId,
    ParameterName,
    PersonId,
    Sha256,
    TownshipCode,
    Year,
)

Text = Annotated[str, Field(min_length=1, max_length=4_000)]
Papers = Annotated[tuple[Sha256, ...], Field(min_length=1, max_length=50)]


class AdoptRules(Frozen):
    """Puts the rule set that this service runs on record, by digest (Art. 23)."""

    ruleset: Annotated[str, Field(pattern=r"^[a-z0-9-]{3,64}$")]


class PublishCalendar(Frozen):
    """Puts the duty calendar of a year on record, by digest."""

    year: Year


class OpenYear(Frozen):
    county: CountyCode
    year: Year


class RecordSanction(Frozen):
    """A party or administrative sanction, from discipline inspection only (Art. 15.1)."""

    person: PersonId
    county: CountyCode
    case: CaseId
    body: SanctionBody
    sanction: Annotated[str, Field(min_length=1, max_length=200)]
    decided_on: CivilDate


class RecordSevereImpact(Frozen):
    """The county office's written finding of severe bad effect (Art. 15.2)."""

    person: PersonId
    county: CountyCode
    case: CaseId
    found_on: CivilDate
    finding: Text


class OpenInvestigation(Frozen):
    person: PersonId
    county: CountyCode
    case: CaseId
    opened_on: CivilDate


class CloseInvestigation(Frozen):
    person: PersonId
    county: CountyCode
    case: CaseId
    closed_on: CivilDate
    result: InvestigationResult


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


class Setting(Frozen):
    """One parameter and the value that it shall have."""

    parameter: ParameterName
    value: str | int | bool


class ProposeInterpretation(Frozen):
    """One of the two interpreters asks the other for a ruling on one or several parameters (Art. 23)."""

    ruling: CaseId
    settings: tuple[Setting, ...] = Field(min_length=1, max_length=100)
    valid_from: CivilDate
    reasons: Text


class IssueInterpretation(Frozen):
    """The other interpreter agrees: only now it holds (Art. 23)."""

    ruling: CaseId


class AdoptCountyMeasure(Frozen):
    """A county's own rule: stricter, or where the text is silent (Art. 23)."""

    county: CountyCode
    measure: CaseId
    parameter: ParameterName
    value: str | int | bool
    valid_from: CivilDate


class GiveUnitOpinion(Frozen):
    """The dispatching unit on its own person (Art. 12)."""

    person: PersonId
    county: CountyCode
    year: Year
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


class FileLists(Frozen):
    """Both lists to one recipient; the digests are those of the papers that go out (Art. 12)."""

    county: CountyCode
    year: Year
    recipient: ListRecipient
    objects_digest: Sha256
    excellent_digest: Sha256


class FeedBack(Frozen):
    """The county office tells one unit the results of its own people (Art. 12)."""

    county: CountyCode
    year: Year
    unit: OrganisationId


class FileResult(Frozen):
    """The unit acknowledges that the result lies in the personal file (Art. 12)."""

    person: PersonId
    county: CountyCode
    year: Year


class CirculateExcellent(Frozen):
    """The office of the city (4 digits) or of a county (6) makes known who was graded 优秀 (Art. 13)."""

    area: Annotated[str, Field(pattern=r"^[0-9]{4}([0-9]{2})?$")]
    year: Year


class SelectAdvanced(Frozen):
    """The city office selects an advanced worker of the year (Art. 13)."""

    person: PersonId
    year: Year


class AwardCommendation(Frozen):
    """A county commends somebody (Art. 13)."""

    person: PersonId
    county: CountyCode
    year: Year


class RecordTermAssessment(Frozen):
    """The end of a term that ended in `year`, from the yearly results (Art. 14)."""

    person: PersonId
    county: CountyCode
    year: Year
    opinion: Text


class RaiseDispute(Frozen):
    """The person, or the unit for him or her, objects to a result; late only on new decisive evidence (A66)."""

    person: PersonId
    county: CountyCode
    year: Year
    case: CaseId
    claim: Text
    evidence: Papers
    decisive: bool = False


class OrderReassessment(Frozen):
    """The county office looks at a final result again of its own accord (A57, A66)."""

    person: PersonId
    county: CountyCode
    year: Year
    case: CaseId
    cause: ReassessmentCause
    reasons: Text


class DecideDispute(Frozen):
    """The county office lets the result stand, or issues it anew on the facts as they are now (A66)."""

    person: PersonId
    county: CountyCode
    year: Year
    case: CaseId
    upheld: bool
    reasons: Text


Filing = FileLists | FeedBack | FileResult
Praise = CirculateExcellent | SelectAdvanced | AwardCommendation | RecordTermAssessment
Dispute = RaiseDispute | OrderReassessment | DecideDispute
Ruling = ProposeInterpretation | IssueInterpretation | AdoptCountyMeasure

Command = (
    AdoptRules
    | PublishCalendar
    | OpenYear
    | RecordSanction
    | RecordSevereImpact
    | OpenInvestigation
    | CloseInvestigation
    | GiveUnitOpinion
    | AttachEvidence
    | ProposeGrade
    | ProposeGrades
    | ReviewGrades
    | ReturnGrades
    | ResolveTie
    | ReviewShortfall
    | AcknowledgeSensitive
    | FinaliseYear
    | Ruling
    | Filing
    | Praise
    | Dispute
)

"""What assessment can be asked to do."""

from typing import Annotated

from pydantic import Field

from contracts.assessment import Grade, InvestigationResult, SanctionBody, ShortfallOutcome
from contracts.fact import Frozen
from contracts.identifiers import CaseId, CentiScore, CivilDate, CountyCode, PersonId, Year

Text = Annotated[str, Field(min_length=1, max_length=4_000)]


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


Command = (
    AdoptRules
    | PublishCalendar
    | OpenYear
    | RecordSanction
    | RecordSevereImpact
    | OpenInvestigation
    | CloseInvestigation
    | ProposeGrade
    | ReviewGrades
    | ResolveTie
    | ReviewShortfall
    | FinaliseYear
)

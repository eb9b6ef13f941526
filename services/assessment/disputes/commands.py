"""What can be asked about a final result: to dispute it, to look at it again, to decide (A57, A66)."""

from contracts.assessment import ReassessmentCause
from contracts.fact import Frozen
from contracts.identifiers import CaseId, CountyCode, PersonId, Year
from services.assessment.said import Papers, Text


class RaiseDispute(Frozen):
    """The person objects to a result, or the unit for somebody who has left; late, or a second time, only on new
    decisive evidence (A66)."""

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


class ReviewDispute(Frozen):
    """The township that proposed the grade says what it thinks of a case before the county office decides (A66)."""

    person: PersonId
    county: CountyCode
    year: Year
    case: CaseId
    upheld: bool
    opinion: Text


class GiveDisputeOpinion(Frozen):
    """The dispatching unit says what it thinks of a case of its own person (A66)."""

    person: PersonId
    county: CountyCode
    year: Year
    case: CaseId
    upheld: bool
    opinion: Text


class DecideDispute(Frozen):
    """The county office lets the result stand, or issues it anew on the facts as they are now (A66)."""

    person: PersonId
    county: CountyCode
    year: Year
    case: CaseId
    upheld: bool
    reasons: Text


Dispute = RaiseDispute | OrderReassessment | ReviewDispute | GiveDisputeOpinion | DecideDispute

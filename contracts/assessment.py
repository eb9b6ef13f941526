"""Facts of assessment and of the rules themselves (Art. 1, 12-16, 23)."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.fact import Fact, Frozen
from contracts.identifiers import (
    ERASABLE,
    OPEN,
    RESTRICTED,
    Article,
    CaseId,
    CentiScore,
    CivilDate,
    Count,
    CountyCode,
    EventId,
    Flag,
    FreeText,
    ParameterName,
    PersonId,
    RuleSetId,
    Sha256,
    Token,
    Year,
)


class Grade(StrEnum):
    """Exactly four (Art. 12). 不合格 of Art. 15 is 不称职 here (A55)."""

    EXCELLENT = "优秀"
    COMPETENT = "称职"
    BASICALLY_COMPETENT = "基本称职"
    INCOMPETENT = "不称职"


class Ground(StrEnum):
    """The five grounds of Art. 15."""

    SANCTION = "D1"
    SEVERE_IMPACT = "D2"
    DAYS_SHORT = "D3"
    ABSENCE = "D4"
    FORCED_REPLACEMENT = "D5"


class SanctionBody(StrEnum):
    PARTY = "party"
    ADMINISTRATIVE = "administrative"


class InvestigationResult(StrEnum):
    CLEARED = "cleared"
    SANCTIONED = "sanctioned"


class ShortfallOutcome(StrEnum):
    """The county office upholds D3 or refers the case to the interpreters (A17)."""

    UPHELD = "upheld"
    REFERRED = "referred"


class FindingOutcome(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    NEEDS_DETERMINATION = "needs_determination"
    NOT_APPLICABLE = "not_applicable"
    UNDETERMINED = "undetermined"
    ERASED = "erased"


class AssessmentFact(Fact):
    SERVICE: ClassVar[str] = "assessment"


class RuleSetAdopted(AssessmentFact):
    STREAM: ClassVar[str] = "rules/{ruleset}"
    adopted: RuleSetId
    document: Token
    issuers: Annotated[tuple[Token, ...], OPEN]
    legal_basis: Annotated[tuple[Token, ...], OPEN]
    effective_from: CivilDate
    text_digest: Sha256
    rules_digest: Sha256
    parameters_digest: Sha256


class InterpretationIssued(AssessmentFact):
    """A ruling of the two interpreters (Art. 23): it changes a parameter, never an event."""

    STREAM: ClassVar[str] = "rules/{ruleset}"
    ruling: CaseId
    parameter: ParameterName
    value: Annotated[str | int | bool, OPEN]
    valid_from: CivilDate
    joint_with: PersonId


class DutyCalendarPublished(AssessmentFact):
    STREAM: ClassVar[str] = "calendar/{year}"
    year: Year
    revision: Count
    notice: Token
    digest: Sha256


class DisciplinarySanctionRecorded(AssessmentFact):
    """Comes from discipline inspection only (Art. 15.1)."""

    STREAM: ClassVar[str] = "assessment/{person}/{year}"
    person: PersonId
    case: CaseId
    body: Annotated[SanctionBody, RESTRICTED]
    sanction: Annotated[str, Field(min_length=1, max_length=200), ERASABLE]
    decided_on: Annotated[CivilDate, RESTRICTED]


class SevereImpactFindingMade(AssessmentFact):
    """Both elements and the severe effect, found in writing by the county office (Art. 15.2)."""

    STREAM: ClassVar[str] = "assessment/{person}/{year}"
    person: PersonId
    case: CaseId
    found_on: CivilDate
    finding: FreeText


class InvestigationOpened(AssessmentFact):
    STREAM: ClassVar[str] = "assessment/{person}/{year}"
    person: PersonId
    case: CaseId
    opened_on: CivilDate


class InvestigationClosed(AssessmentFact):
    STREAM: ClassVar[str] = "assessment/{person}/{year}"
    person: PersonId
    case: CaseId
    closed_on: CivilDate
    result: Annotated[InvestigationResult, RESTRICTED]


class AssessmentYearOpened(AssessmentFact):
    STREAM: ClassVar[str] = "county/{county}/{year}"
    county: CountyCode
    year: Year
    rules_digest: Sha256
    parameters_digest: Sha256


class AssessmentObjectListed(AssessmentFact):
    """The person is on the county's list of the year (考核对象人员名单)."""

    STREAM: ClassVar[str] = "assessment/{person}/{year}"
    person: PersonId
    county: CountyCode
    year: Year


class GradeProposed(AssessmentFact):
    STREAM: ClassVar[str] = "assessment/{person}/{year}"
    person: PersonId
    county: CountyCode
    year: Year
    grade: Annotated[Grade, OPEN]
    score: CentiScore
    inputs: Sha256
    """Digest of what the fold had read when the proposal was made."""
    reasons: FreeText


class GradeReviewed(AssessmentFact):
    STREAM: ClassVar[str] = "assessment/{person}/{year}"
    person: PersonId
    county: CountyCode
    year: Year
    upheld: Flag
    grade: Annotated[Grade, OPEN]


class ShortfallReviewed(AssessmentFact):
    STREAM: ClassVar[str] = "assessment/{person}/{year}"
    person: PersonId
    year: Year
    outcome: Annotated[ShortfallOutcome, OPEN]
    reasons: FreeText


class QuotaComputed(AssessmentFact):
    STREAM: ClassVar[str] = "county/{county}/{year}"
    county: CountyCode
    year: Year
    objects: Count
    maximum: Count
    cohort: Sha256
    """Digest of the frozen cohort: canonical JSON `[[person, outcome, score or null], …]` of the list, by person."""


class TieResolved(AssessmentFact):
    STREAM: ClassVar[str] = "county/{county}/{year}"
    county: CountyCode
    year: Year
    chosen: Annotated[tuple[PersonId, ...], Field(min_length=1, max_length=500), OPEN]
    reasons: FreeText


class DisqualificationDetermined(AssessmentFact):
    STREAM: ClassVar[str] = "assessment/{person}/{year}"
    person: PersonId
    county: CountyCode
    year: Year
    ground: Annotated[Ground, OPEN]
    clause: Article
    evidence: Annotated[tuple[EventId, ...], Field(max_length=400), OPEN]
    """The first of the events it rests on; a leaf has 65,535 bytes."""
    evidence_count: Count
    """Number of all of them."""
    evidence_digest: Sha256
    """Digest of the canonical JSON array of all their ids, in the order in which `evidence` begins."""


class FindingRecorded(Frozen):
    """One clause applied to one person: what came out and what it rests on."""

    article: Article
    outcome: Annotated[FindingOutcome, OPEN]
    values: Annotated[dict[str, str | int | bool | None], OPEN]


class LogBasis(Frozen):
    """A signed checkpoint that was verified and completely applied (`ledger.md` 5)."""

    origin: Annotated[str, Field(min_length=1, max_length=200), OPEN]
    size: Count
    root: Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{43}=$"), OPEN]


class StreamManifest(Frozen):
    """One stream of the person that was folded, up to `version`, whose leaf is `head`."""

    origin: Annotated[str, Field(min_length=1, max_length=200), OPEN]
    stream: Annotated[str, Field(min_length=1, max_length=200), OPEN]
    version: Count
    head: Sha256


class AssessmentFinalised(AssessmentFact):
    """The determination: what the fold proposed and the county office confirmed, and all that it rests on."""

    STREAM: ClassVar[str] = "assessment/{person}/{year}"
    person: PersonId
    county: CountyCode
    year: Year
    determination: Count
    """1 for the first, 2 for the one that supersedes it."""
    outcome: Annotated[str, Field(min_length=1, max_length=40), OPEN]
    score: CentiScore | None = None
    findings: Annotated[tuple[FindingRecorded, ...], Field(max_length=60), OPEN]
    inputs: Sha256
    rules_digest: Sha256
    parameters_digest: Sha256
    fold_digest: Sha256
    basis: Annotated[tuple[LogBasis, ...], Field(max_length=8), OPEN]
    manifest: Annotated[tuple[StreamManifest, ...], Field(max_length=100), OPEN]


EVENTS: tuple[type[Fact], ...] = (
    RuleSetAdopted,
    InterpretationIssued,
    DutyCalendarPublished,
    DisciplinarySanctionRecorded,
    SevereImpactFindingMade,
    InvestigationOpened,
    InvestigationClosed,
    AssessmentYearOpened,
    AssessmentObjectListed,
    GradeProposed,
    GradeReviewed,
    ShortfallReviewed,
    QuotaComputed,
    TieResolved,
    DisqualificationDetermined,
    AssessmentFinalised,
)

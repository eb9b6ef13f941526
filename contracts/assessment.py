"""Facts of the yearly assessment, from cases and proposals to determinations (Art. 12-16).

Those of the rules are in `rules.py`, of the places for 优秀 in `line.py`, of what becomes of a result in `results.py`;
all lie in one log.
"""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from contracts import line, results, rules
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
    Instant,
    OrganisationId,
    PersonId,
    Sha256,
    Year,
)
from contracts.rules import AssessmentFact as AssessmentFact  # also offered here, as the base of what follows
from contracts.rules import LogBasis as LogBasis  # also offered here, as a part of what follows


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


class DisciplinarySanctionRecorded(AssessmentFact):
    """Comes from discipline inspection only (Art. 15.1)."""

    STREAM: ClassVar[str] = "assessment/{person}/{year}"
    person: PersonId
    case: CaseId
    body: Annotated[SanctionBody, RESTRICTED]
    sanction: Annotated[str, Field(min_length=1, max_length=200), ERASABLE]
    decided_on: Annotated[CivilDate, RESTRICTED]


class SevereImpactProposed(AssessmentFact):
    """The township, or discipline inspection, asks the county office for a finding; alone it is no ground (A58)."""

    STREAM: ClassVar[str] = "assessment/{person}/{year}"
    person: PersonId
    case: CaseId
    observed_on: CivilDate
    finding: FreeText


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
    """The units may say what they think of their people from now on (Art. 12, A63)."""

    STREAM: ClassVar[str] = "county/{county}/{year}"
    county: CountyCode
    year: Year
    opened_on: CivilDate
    rules_digest: Sha256
    parameters_digest: Sha256


class AssessmentObjectListed(AssessmentFact):
    """The person is on the county's list of the year (考核对象人员名单)."""

    STREAM: ClassVar[str] = "assessment/{person}/{year}"
    person: PersonId
    county: CountyCode
    year: Year


class AssessmentObjectRemoved(AssessmentFact):
    """The person was on the county's list and is not when the year becomes final, or when a result is issued anew."""

    STREAM: ClassVar[str] = "assessment/{person}/{year}"
    person: PersonId
    county: CountyCode
    year: Year
    outcome: Annotated[str, Field(min_length=1, max_length=40), OPEN]
    """Why: what became of the person's year, for instance `OFF_LIST` (died) or `NOT_ASSESSED_HERE`."""


class UnitOpinionGiven(AssessmentFact):
    """What the dispatching unit says of its own person before a grade is proposed; silence is no objection (A63)."""

    STREAM: ClassVar[str] = "assessment/{person}/{year}"
    person: PersonId
    county: CountyCode
    year: Year
    unit: OrganisationId
    agrees: Flag
    opinion: FreeText


class PerformanceEvidenceAttached(AssessmentFact):
    """Papers on the person's work, beside attendance the other thing that a grade rests on (工作实绩, Art. 12)."""

    STREAM: ClassVar[str] = "assessment/{person}/{year}"
    person: PersonId
    county: CountyCode
    year: Year
    evidence: Annotated[tuple[Sha256, ...], Field(min_length=1, max_length=50), OPEN]


class AttendanceSummaryAttached(AssessmentFact):
    """The year's attendance as it was when a grade was proposed (日常考勤, Art. 12)."""

    STREAM: ClassVar[str] = "assessment/{person}/{year}"
    person: PersonId
    county: CountyCode
    year: Year
    on_post: Count
    leave_days: Count
    absences: Count
    days: Sha256
    """Of the canonical JSON object date -> status."""


class GradeProposed(AssessmentFact):
    STREAM: ClassVar[str] = "assessment/{person}/{year}"
    person: PersonId
    county: CountyCode
    year: Year
    grade: Annotated[Grade, OPEN]
    score: CentiScore
    inputs: Sha256
    """Digest of what the fold had read when the proposal was made."""
    grounds: Annotated[tuple[Ground, ...], Field(max_length=5), OPEN] = ()
    """Grounds of Art. 15 that stood then and left nothing else to propose."""
    reasons: FreeText


class GradeReviewed(AssessmentFact):
    STREAM: ClassVar[str] = "assessment/{person}/{year}"
    person: PersonId
    county: CountyCode
    year: Year
    upheld: Flag
    """Otherwise it goes back to the township, which proposes again."""
    grade: Annotated[Grade, OPEN]
    reasons: FreeText | None = None


class ShortfallReviewed(AssessmentFact):
    STREAM: ClassVar[str] = "assessment/{person}/{year}"
    person: PersonId
    year: Year
    outcome: Annotated[ShortfallOutcome, OPEN]
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


class StreamManifest(Frozen):
    """One stream that was folded, up to `version`, whose leaf is `head`."""

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
    supersedes: EventId | None = None
    """The determination before; absent exactly for the first."""
    moment: Instant
    """When it was folded: which days had begun, what was late and what could still come depends on it."""
    outcome: Annotated[str, Field(min_length=1, max_length=40), OPEN]
    score: CentiScore | None = None
    findings: Annotated[tuple[FindingRecorded, ...], Field(max_length=60), OPEN]
    inputs: Sha256
    rules_digest: Sha256
    parameters_digest: Sha256
    """The parameters themselves stand in `ParametersRecorded`."""
    calendars_digest: Sha256
    """Of the duty calendars up to the year, as published at the moment."""
    fold_digest: Sha256
    basis: Annotated[tuple[LogBasis, ...], Field(max_length=8), OPEN]
    manifest: Annotated[tuple[StreamManifest, ...], Field(max_length=100), OPEN]
    """Every stream of the person, and those of the rules, the county's year and the villages that bear on it."""


RuleSetAdopted = rules.RuleSetAdopted
InterpretationProposed = rules.InterpretationProposed
InterpretationIssued = rules.InterpretationIssued
CountyMeasureAdopted = rules.CountyMeasureAdopted
ParametersRecorded = rules.ParametersRecorded
DutyCalendarPublished = rules.DutyCalendarPublished
CandidateRecorded = line.CandidateRecorded
QuotaGroup = line.QuotaGroup
QuotaComputed = line.QuotaComputed
TieOpinionGiven = line.TieOpinionGiven
TieResolved = line.TieResolved
SensitiveListAcknowledged = results.SensitiveListAcknowledged
AssessmentListsFiled = results.AssessmentListsFiled
ListRecipient = results.ListRecipient
ResultFedBack = results.ResultFedBack
ResultFiledInPersonalFile = results.ResultFiledInPersonalFile
ExcellentCirculated = results.ExcellentCirculated
AdvancedWorkerSelected = results.AdvancedWorkerSelected
CountyCommendationAwarded = results.CountyCommendationAwarded
TermAssessmentRecorded = results.TermAssessmentRecorded
TermYear = results.TermYear
DisputeRaised = results.DisputeRaised
ReassessmentOrdered = results.ReassessmentOrdered
ReassessmentCause = results.ReassessmentCause
DisputeDecided = results.DisputeDecided
AssessmentReissued = results.AssessmentReissued

EVENTS: tuple[type[Fact], ...] = (
    *rules.EVENTS, DisciplinarySanctionRecorded, SevereImpactProposed, SevereImpactFindingMade, InvestigationOpened,
    InvestigationClosed, AssessmentYearOpened, AssessmentObjectListed, AssessmentObjectRemoved, UnitOpinionGiven,
    PerformanceEvidenceAttached, AttendanceSummaryAttached, GradeProposed, GradeReviewed, ShortfallReviewed,
    QuotaComputed, TieOpinionGiven, TieResolved, DisqualificationDetermined, AssessmentFinalised, *results.EVENTS,
)  # fmt: skip

"""Facts of the rules themselves: rule sets, rulings, county measures, calendars, parameters (Art. 1, 9, 23).

They lie in assessment's log, for the assessment applies them.
"""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from contracts.fact import Fact, Frozen
from contracts.identifiers import (
    OPEN,
    CaseId,
    CivilDate,
    Count,
    CountyCode,
    FreeText,
    ParameterName,
    PersonId,
    RuleSetId,
    Sha256,
    Token,
    Year,
)

Scalar = str | int | bool
MemberName = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
Table = Annotated[dict[MemberName, Scalar], Field(min_length=1, max_length=20)]
Several = Annotated[tuple[Annotated[str, Field(max_length=200)] | Table, ...], Field(max_length=200)]
ParameterValue = Annotated[Scalar | Several | Table, OPEN]
"""One value, a list of words or of tables, or a table; what a parameter may be stands with the parameter."""


class AssessmentFact(Fact):
    SERVICE: ClassVar[str] = "assessment"


class LogBasis(Frozen):
    """A signed checkpoint that was verified and completely applied (`ledger.md` 5)."""

    origin: Annotated[str, Field(min_length=1, max_length=200), OPEN]
    size: Count
    root: Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{43}=$"), OPEN]


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


class InterpretationProposed(AssessmentFact):
    """One of the two interpreters asks the other for a ruling; alone it changes nothing (Art. 23)."""

    STREAM: ClassVar[str] = "rules/{ruleset}"
    ruling: CaseId
    parameter: ParameterName
    value: ParameterValue
    valid_from: CivilDate
    reasons: FreeText


class InterpretationIssued(AssessmentFact):
    """A ruling of the two interpreters (Art. 23): it changes a parameter, never an event."""

    STREAM: ClassVar[str] = "rules/{ruleset}"
    ruling: CaseId
    parameter: ParameterName
    value: ParameterValue
    valid_from: CivilDate
    joint_with: PersonId
    """Who proposed it for the other interpreter."""


class CountyMeasureAdopted(AssessmentFact):
    """A county's own rule (Art. 23): stricter, or where the text is silent; never weaker than the text."""

    STREAM: ClassVar[str] = "rules/{ruleset}"
    county: CountyCode
    measure: CaseId
    parameter: ParameterName
    value: ParameterValue
    valid_from: CivilDate


class ParametersRecorded(AssessmentFact):
    """All parameters that some determination used, addressed by the digest of their canonical JSON."""

    STREAM: ClassVar[str] = "parameters/{digest}"
    digest: Sha256
    parameters: Annotated[dict[str, Any], Field(min_length=1, max_length=400), OPEN]


class DutyCalendarPublished(AssessmentFact):
    STREAM: ClassVar[str] = "calendar/{year}"
    year: Year
    revision: Count
    notice: Token
    digest: Sha256


EVENTS: tuple[type[Fact], ...] = (
    RuleSetAdopted,
    InterpretationProposed,
    InterpretationIssued,
    CountyMeasureAdopted,
    ParametersRecorded,
    DutyCalendarPublished,
)

"""What a determination says of a person, and whether the facts of now still say it (A56, A62, A66).

A result is upheld only where it still stands, and issued anew only where it would say something else: otherwise a
county office could keep a ground that the facts no longer bear, or supersede a result with a copy of itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from contracts import canonical
from contracts.assessment import AssessmentFinalised, FindingRecorded, Grade
from services.assessment.fold.findings import MET
from services.assessment.fold.outcome import AWAITING_GRADE, UNCLEAR
from services.assessment.year.known import PersonShown

_GRADE, _GROUNDS, _ANY_GROUND = "12.4", "15.", "15.0"
_GRADED = "graded"
_GRADES = frozenset({*(grade.value for grade in Grade), AWAITING_GRADE})


@dataclass(frozen=True, slots=True)
class Determined:
    """A determination on record."""

    county: str
    number: int
    outcome: str
    event: str
    content: str
    """Digest of outcome, score, findings and facts: what it says, whichever logs it was read from."""
    grounds: frozenset[str]
    """Clauses of Art. 15 that it found to be met."""
    grade: str | None
    """The grade that the county office had upheld."""


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A dispute or an ordered re-assessment that is not decided."""

    case: str
    determination: int
    raised_by: str | None = None
    """Who objected; None where the county office looks again of its own accord."""
    heard: frozenset[str] = frozenset()
    """Roles of those who have given their opinion on it."""


def determined(final: AssessmentFinalised, event: str) -> Determined:
    """The determination of an event."""
    return Determined(
        final.county,
        final.determination,
        final.outcome,
        event,
        _content(final),
        _grounds(final.findings),
        _upheld_grade(final.findings),
    )


def is_repeated(before: Determined, person: PersonShown) -> bool:
    """Whether a new determination would say of the person what the one before says, to the byte."""
    return before.content == _content(person)


def stands(before: Determined, person: PersonShown, *, waits: bool) -> bool:
    """Whether the facts of now bear the result: the same clauses of Art. 15 are met, the person is to be graded as
    before, and the county office has upheld no other grade since.

    What can be said no longer, because a value was erased, speaks against no result. `waits`: the outcome of now hangs
    on a reading that nobody has ruled on; then only the grounds can tell.
    """
    if person.outcome == UNCLEAR:
        return True
    grade = _upheld_grade(person.findings)
    same_grade = grade is None or before.grade is None or grade == before.grade
    same_kind = waits or _kind(before.outcome) == _kind(person.outcome)
    return before.grounds == _grounds(person.findings) and same_grade and same_kind


def _content(one: AssessmentFinalised | PersonShown) -> str:
    findings: list[Any] = [finding.model_dump(mode="json") for finding in one.findings]
    return canonical.digest([one.outcome, one.score, findings, one.inputs])


def _grounds(findings: Iterable[FindingRecorded]) -> frozenset[str]:
    clauses = (f.article for f in findings if f.article.startswith(_GROUNDS) and f.outcome == MET)
    return frozenset(clauses) - {_ANY_GROUND}


def _upheld_grade(findings: Iterable[FindingRecorded]) -> str | None:
    values = (f.values for f in findings if f.article == _GRADE and f.outcome == MET)
    return next((str(found["grade"]) for found in values), None)


def _kind(outcome: str) -> str:
    return _GRADED if outcome in _GRADES else outcome

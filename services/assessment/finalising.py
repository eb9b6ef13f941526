"""The county office confirms a year: quota, grounds, grades, determinations, in one transaction (Art. 12, 15)."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from contracts import assessment as fact
from contracts import canonical
from contracts.identifiers import stream_name
from contracts.refusals import Refusal
from services.assessment import refusals as no
from services.assessment.commands import FinaliseYear
from services.assessment.grading import SHORTFALL, closed
from services.assessment.known import GroundShown, PersonShown, YearShown
from services.assessment.outcome import AWAITING_GRADE, INCOMPETENT, NO_GRADE, UNCLEAR
from services.assessment.said import said
from services.assessment.state import PersonFile, Proposal, State, held
from services.runtime.decisions import Act, Decided, Decision, Emit

EVIDENCE_SHOWN = 400
"""Event ids that the determination of a ground names itself, for a leaf has 65,535 bytes; the digest covers all."""

_REVIEWS_MISSING = frozenset({f"{SHORTFALL}required", f"{SHORTFALL}undetermined"})
_FIRST_SAID = (no.UNCLEAR, no.UNGRADED, no.INPUTS_CHANGED, no.GRADE_UNREVIEWED, no.UNREVIEWED)


def decide(act: Act[Any, Any], command: FinaliseYear, states: Mapping[str, State]) -> Decision:
    """All facts of the county's final year, or what is still missing. `act.known` is a YearShown."""
    shown: YearShown = act.known
    problem = closed(states, command.county, command.year, shown) or _missing(command, shown, states)
    if problem is not None:
        return problem
    emits = [Emit(stream_name("county", command.county, command.year), _quota(act, command, shown))]
    for person in shown.listed:
        number = held(states, f"assessment/{person.person}/*", PersonFile).determination(command.year) + 1
        emits.extend(_determine(act, command, shown, person, number))
    return Decided(emits, detail=lambda _: _summary(shown))


def _missing(command: FinaliseYear, shown: YearShown, states: Mapping[str, State]) -> Refusal | None:
    if not shown.objects:
        return no.NOBODY
    waiting: dict[Refusal, list[str]] = {}
    for person in shown.listed:
        file = held(states, f"assessment/{person.person}/*", PersonFile)
        for refusal in _unready(person, file.proposal(command.year, command.county), shown):
            waiting.setdefault(refusal, []).append(person.person)
    for refusal in _FIRST_SAID:
        if refusal in waiting:
            return no.about(refusal, waiting[refusal])
    return no.about(no.TIE_WAITING, shown.waiting_tie) if shown.waiting_tie else None


def _unready(person: PersonShown, proposal: Proposal | None, shown: YearShown) -> list[Refusal]:
    """Everything that this person's determination still lacks.

    A proposal binds only while the facts behind it are those of now; nobody proposes where no grade is due.
    """
    found = []
    if person.outcome == UNCLEAR:
        found.append(no.UNCLEAR)
    if proposal is not None and proposal.inputs != person.inputs and person.outcome != NO_GRADE:
        found.append(no.INPUTS_CHANGED)
    if person.outcome == AWAITING_GRADE and person.person not in shown.waiting_tie:
        found.append(no.UNGRADED if proposal is None else no.GRADE_UNREVIEWED)
    if _REVIEWS_MISSING & set(person.flags):
        found.append(no.UNREVIEWED)
    return found


def _quota(act: Act[Any, Any], command: FinaliseYear, shown: YearShown) -> fact.QuotaComputed:
    return fact.QuotaComputed(
        **said(act, "12.6", command.county),
        county=command.county,
        year=command.year,
        objects=shown.objects,
        maximum=shown.maximum,
        cohort=cohort_digest(shown),
    )


def cohort_digest(shown: YearShown) -> str:
    """Digest of `[person, outcome, score or null]` of everybody on the list: what the quota was applied to."""
    rows: list[Any] = [[person.person, person.outcome, person.score] for person in shown.listed]
    return canonical.digest(rows)


def _determine(
    act: Act[Any, Any], command: FinaliseYear, shown: YearShown, person: PersonShown, number: int
) -> list[Emit]:
    """List entry, grounds, determination. One that leads to no 不称职 (D3 with long leave) is a finding only."""
    who: dict[str, Any] = {"person": person.person, "county": command.county, "year": command.year}
    facts: list[fact.AssessmentFact] = [fact.AssessmentObjectListed(**said(act, "12.1", command.county), **who)]
    if person.outcome == INCOMPETENT:
        facts += [_disqualified(ground, who, said(act, ground.clause, command.county)) for ground in person.grounds]
    facts.append(
        fact.AssessmentFinalised(
            **said(act, "12.3", command.county),
            **who,
            determination=number,
            outcome=person.outcome,
            score=person.score,
            findings=person.findings,
            inputs=person.inputs,
            rules_digest=shown.digests.rules,
            parameters_digest=shown.digests.parameters,
            fold_digest=shown.digests.fold,
            basis=shown.basis,
            manifest=person.manifest,
        )
    )
    stream = stream_name("assessment", person.person, command.year)
    return [Emit(stream, one) for one in facts]


def _disqualified(
    ground: GroundShown, who: Mapping[str, Any], header: Mapping[str, Any]
) -> fact.DisqualificationDetermined:
    return fact.DisqualificationDetermined(
        **header,
        **who,
        ground=fact.Ground(ground.ground),
        clause=ground.clause,
        evidence=ground.evidence[:EVIDENCE_SHOWN],
        evidence_count=len(ground.evidence),
        evidence_digest=canonical.digest(list(ground.evidence)),
    )


def _summary(shown: YearShown) -> dict[str, Any]:
    outcomes = Counter(person.outcome for person in shown.listed)
    return {"objects": shown.objects, "maximum": shown.maximum, "outcomes": dict(outcomes)}

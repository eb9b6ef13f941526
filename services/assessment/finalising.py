"""The county office confirms a year: quota, grounds, grades, determinations, in one transaction (Art. 12, 15)."""

from collections.abc import Mapping
from typing import Any

from contracts import assessment as fact
from contracts.identifiers import stream_name
from contracts.refusals import Refusal
from services.assessment import refusals as no
from services.assessment.commands import FinaliseYear
from services.assessment.known import PersonShown, YearShown
from services.assessment.state import CountyYear, PersonFile, State, held
from services.runtime.decisions import RULESET, Act, Decided, Decision, Emit

REVIEWS_MISSING = frozenset({"shortfall_review_required", "shortfall_review_undetermined"})
"""Flags of the fold: D3 came from protected leave or from secondment, and somebody must look at it (A17, A26)."""


def decide(act: Act[Any, Any], command: FinaliseYear, states: Mapping[str, State]) -> Decision:
    """All facts of the county's final year, or what is still missing. `act.known` is a YearShown."""
    shown: YearShown = act.known
    problem = _missing(command, shown, states)
    if problem is not None:
        return problem
    emits = [Emit(stream_name("county", command.county, command.year), _quota(act, command, shown))]
    for person in shown.listed:
        file = held(states, f"assessment/{person.person}/*", PersonFile)
        emits.extend(_determine(act, command, shown, person, file))
    return Decided(emits, detail=lambda _: _summary(shown))


def _missing(command: FinaliseYear, shown: YearShown, states: Mapping[str, State]) -> Refusal | None:
    county = held(states, stream_name("county", command.county, command.year), CountyYear)
    if not county.opened:
        return no.YEAR_NOT_OPEN
    if county.final:
        return no.ALREADY_FINAL
    if not shown.over:
        return no.YEAR_NOT_OVER
    if shown.waiting_tie:
        return no.TIE_WAITING
    for person in shown.listed:
        file = held(states, f"assessment/{person.person}/*", PersonFile)
        proposal = file.proposal(command.year)
        if person.outcome == "AWAITING_GRADE":
            return no.UNGRADED if proposal is None else no.GRADE_UNREVIEWED
        if REVIEWS_MISSING & set(person.flags):
            return no.UNREVIEWED
        if proposal is not None and proposal.inputs != person.inputs:
            return no.INPUTS_CHANGED
    return None


def _quota(act: Act[Any, Any], command: FinaliseYear, shown: YearShown) -> fact.QuotaComputed:
    return fact.QuotaComputed(
        **_said(act, "12.6", command.county),
        county=command.county,
        year=command.year,
        objects=shown.objects,
        maximum=shown.maximum,
        cohort=shown.cohort,
    )


def _determine(
    act: Act[Any, Any], command: FinaliseYear, shown: YearShown, person: PersonShown, file: PersonFile
) -> list[Emit]:
    stream = stream_name("assessment", person.person, command.year)
    who: dict[str, Any] = {"person": person.person, "county": command.county, "year": command.year}
    emits = [Emit(stream, fact.AssessmentObjectListed(**_said(act, "12.1", command.county), **who))]
    emits += [
        Emit(
            stream,
            fact.DisqualificationDetermined(
                **_said(act, "15", command.county),
                **who,
                ground=fact.Ground(ground.ground),
                clause=ground.clause,
                evidence=ground.evidence[:400],
            ),
        )
        for ground in person.grounds
    ]
    proposal = file.proposal(command.year)
    final = fact.AssessmentFinalised(
        **_said(act, "12.3", command.county),
        **who,
        determination=file.determination(command.year) + 1,
        outcome=person.outcome,
        score=proposal.score if proposal else None,
        findings=person.findings,
        inputs=person.inputs,
        rules_digest=shown.digests.rules,
        parameters_digest=shown.digests.parameters,
        fold_digest=shown.digests.fold,
        basis=shown.basis,
        manifest=person.manifest,
    )
    emits.append(Emit(stream, final))
    return emits


def _summary(shown: YearShown) -> dict[str, Any]:
    counts: dict[str, int] = {}
    for person in shown.listed:
        counts[person.outcome] = counts.get(person.outcome, 0) + 1
    return {"objects": shown.objects, "maximum": shown.maximum, "outcomes": counts}


def _said(act: Act[Any, Any], article: str, place: str) -> dict[str, Any]:
    return {"actor": act.by, "article": article, "ruleset": RULESET, "place": place}

"""The county office confirms a year: quota, grounds, grades, determinations, in one transaction (Art. 12, 15)."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from contracts import assessment as fact
from contracts import canonical
from contracts.identifiers import stream_name
from contracts.refusals import Refusal
from services.assessment import refusals as no
from services.assessment.commands import AcknowledgeSensitive, DecideDispute, FinaliseYear
from services.assessment.disputes.standing import Determined
from services.assessment.fold.outcome import AWAITING_GRADE, INCOMPETENT, NO_GRADE, UNCLEAR
from services.assessment.said import one, said
from services.assessment.state import CountyYear, ParameterRecord, PersonFile, Proposal, State, held
from services.assessment.year.grading import SHORTFALL, closed
from services.assessment.year.known import GroundShown, PersonShown, YearShown
from services.runtime.decisions import Act, Decided, Decision, Emit

EVIDENCE_SHOWN = 400
"""Event ids that the determination of a ground names itself, for a leaf has 65,535 bytes; the digest covers all."""

_REVIEWS_MISSING = frozenset({f"{SHORTFALL}required", f"{SHORTFALL}undetermined"})
_FIRST_SAID = (no.UNCLEAR, no.UNGRADED, no.INPUTS_CHANGED, no.GRADE_UNREVIEWED, no.UNREVIEWED)


def decide(act: Act[Any, Any], command: FinaliseYear, states: Mapping[str, State]) -> Decision:
    """All facts of the county's final year, or what is still missing. `act.known` is a YearShown."""
    shown: YearShown = act.known
    problem = (
        closed(states, command.county, command.year, shown)
        or (no.SELF if any(person.person == act.by.person for person in shown.listed) else None)
        or _missing(command, shown, states)
        or _unacknowledged(command, shown, states)
    )
    if problem is not None:
        return problem
    emits = [*parameters_on_record(act, command.county, shown, states)]
    emits.append(Emit(stream_name("county", command.county, command.year), _quota(act, command, shown)))
    emits += _listing(act, command, shown, states)
    for person in shown.listed:
        emits.extend(determine(act, command, shown, person, None))
    return Decided(emits, detail=lambda _: _summary(shown))


def _listing(act: Act[Any, Any], command: FinaliseYear, shown: YearShown, states: Mapping[str, State]) -> list[Emit]:
    """What the list has become since the year was opened: whoever came onto it, whoever left it."""
    emits = []
    for name, person in sorted(shown.persons.items()):
        before = (command.county, command.year) in held(states, f"assessment/{name}/*", PersonFile).listed
        if person.listed and not before:
            emits.append(object_listed(act, command.county, command.year, name))
        elif before and not person.listed:
            emits.append(object_removed(act, command.county, command.year, person))
    return emits


def object_listed(act: Act[Any, Any], county: str, year: int, person: str) -> Emit:
    """The person is on the county's list."""
    listed = fact.AssessmentObjectListed(**said(act, "12.1", county), person=person, county=county, year=year)
    return Emit(stream_name("assessment", person, year), listed)


def object_removed(act: Act[Any, Any], county: str, year: int, person: PersonShown) -> Emit:
    """The person is on the county's list no longer."""
    removed = fact.AssessmentObjectRemoved(
        **said(act, "12.1", county), person=person.person, county=county, year=year, outcome=person.outcome
    )
    return Emit(stream_name("assessment", person.person, year), removed)


def parameters_on_record(act: Act[Any, Any], county: str, shown: YearShown, states: Mapping[str, State]) -> list[Emit]:
    """The parameters that a determination is about to use, unless they are on record already."""
    stream = parameters_stream(shown)
    if held(states, stream, ParameterRecord).recorded:
        return []
    header = said(act, "23.2", county)
    recorded = fact.ParametersRecorded(
        **header, digest=shown.digests.parameters, parameters={**sorted_parameters(shown)}
    )
    return [Emit(stream, recorded)]


def parameters_stream(shown: YearShown) -> str:
    """Where the parameters of this fold are on record, by their digest."""
    return stream_name("parameters", shown.digests.parameters)


def sorted_parameters(shown: YearShown) -> dict[str, Any]:
    """All parameters by name, in order."""
    return dict(sorted(shown.parameters.items()))


def acknowledge(act: Act[Any, Any], command: AcknowledgeSensitive, states: Mapping[str, State]) -> Decision:
    """The county office has seen the list as it is now."""
    shown: YearShown = act.known
    problem = closed(states, command.county, command.year, shown)
    if problem is not None:
        return problem
    if command.digest != shown.sensitive_digest:
        return no.ANOTHER_LIST
    county = held(states, stream_name("county", command.county, command.year), CountyYear)
    if county.acknowledged == command.digest:
        return no.ALREADY_RECORDED
    seen = fact.SensitiveListAcknowledged(
        **said(act, "23.2", command.county),
        county=command.county,
        year=command.year,
        persons=len(shown.sensitive),
        digest=command.digest,
    )
    return one(stream_name("county", command.county, command.year), seen)


def _unacknowledged(command: FinaliseYear, shown: YearShown, states: Mapping[str, State]) -> Refusal | None:
    county = held(states, stream_name("county", command.county, command.year), CountyYear)
    if county.acknowledged == shown.sensitive_digest:
        return None
    return no.about(no.UNACKNOWLEDGED, [sensitive.person for sensitive in shown.sensitive])


def _missing(command: FinaliseYear, shown: YearShown, states: Mapping[str, State]) -> Refusal | None:
    if not shown.objects:
        return no.NOBODY
    if shown.open_sheets:
        return no.about(no.SHEETS_OPEN, shown.open_sheets)
    waiting: dict[Refusal, list[str]] = {}
    for person in shown.listed:
        file = held(states, f"assessment/{person.person}/*", PersonFile)
        for refusal in unready(person, file.proposal(command.year, command.county), shown):
            waiting.setdefault(refusal, []).append(person.person)
    for refusal in _FIRST_SAID:
        if refusal in waiting:
            return no.about(refusal, waiting[refusal])
    return no.about(no.TIE_WAITING, shown.waiting_tie) if shown.waiting_tie else None


def unready(person: PersonShown, proposal: Proposal | None, shown: YearShown) -> list[Refusal]:
    """Everything that this person's determination still lacks.

    A proposal binds only while the facts behind it are those of now; nobody proposes where no grade is due, or for
    somebody who is no longer on the list.
    """
    if not person.listed:
        return []
    found = []
    if person.outcome == UNCLEAR:
        found.append(no.UNCLEAR)
    stands = bool(person.grounds)
    if proposal is not None and not proposal.holds(person.inputs, ground_stands=stands) and person.outcome != NO_GRADE:
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
        candidates=tuple(_candidate(person) for person in shown.listed if person.candidate),
        deferred=shown.deferred,
        scope=shown.parameters.get("quota.scope", "county"),
        groups=tuple(
            fact.QuotaGroup(area=area, objects=objects, candidates=names) for area, objects, names in shown.groups
        ),
    )


def _candidate(person: PersonShown) -> fact.CandidateRecorded:
    attendance = person.attendance
    return fact.CandidateRecorded(
        person=person.person,
        score=person.score or 0,
        on_post=attendance.on_post,
        absences=attendance.absences,
    )


def cohort_digest(shown: YearShown) -> str:
    """Digest of `[person, outcome, score or null]` of everybody on the list: what the quota was applied to."""
    rows: list[Any] = [[person.person, person.outcome, person.score] for person in shown.listed]
    return canonical.digest(rows)


def determine(
    act: Act[Any, Any],
    command: FinaliseYear | DecideDispute,
    shown: YearShown,
    person: PersonShown,
    before: Determined | None,
) -> list[Emit]:
    """Grounds and determination. A ground that leads to no 不称职 (D3 with long leave) is a finding only."""
    who: dict[str, Any] = {"person": person.person, "county": command.county, "year": command.year}
    facts: list[fact.AssessmentFact] = []
    if person.outcome == INCOMPETENT:
        facts += [_disqualified(ground, who, said(act, ground.clause, command.county)) for ground in person.grounds]
    facts.append(
        fact.AssessmentFinalised(
            **said(act, "12.3", command.county),
            **who,
            determination=before.number + 1 if before else 1,
            supersedes=before.event if before else None,
            moment=act.now,
            outcome=person.outcome,
            score=person.score,
            findings=person.findings,
            inputs=person.inputs,
            rules_digest=shown.digests.rules,
            parameters_digest=shown.digests.parameters,
            calendars_digest=shown.digests.calendars,
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

"""Disputes and ordered re-assessments: raised, looked at on the facts of now, upheld or issued anew (A57, A62, A66).

A result is never edited. A new determination supersedes the one before, which stays readable with all that followed
from it; everybody else's result is frozen.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, TypeAlias, assert_never

from contracts import assessment as fact
from contracts.identifiers import stream_name
from contracts.refusals import Refusal
from contracts.results import DisputeOpinionGiven
from services.assessment import refusals as no
from services.assessment.commands import (
    DecideDispute,
    Dispute,
    GiveDisputeOpinion,
    OrderReassessment,
    RaiseDispute,
    ReviewDispute,
)
from services.assessment.disputes.standing import Determined, OpenCase, is_repeated, stands
from services.assessment.rules.domain import in_force
from services.assessment.said import one, said
from services.assessment.state import PersonFile, State, held
from services.assessment.year import finalising
from services.assessment.year.known import Concerned, PersonShown, YearShown
from services.runtime.decisions import Act, Decided, Decision, Emit

States: TypeAlias = Mapping[str, State]


def decide(act: Act[Any, Any], command: Dispute, states: States) -> Decision:
    """The facts of one step of a dispute, or why it is refused."""
    file = held(states, f"assessment/{command.person}/*", PersonFile)
    before = file.determination(command.year)
    if before is None or before.county != command.county:
        return no.NOT_FINAL
    match command:
        case RaiseDispute():
            return _raise(act, command, states, before)
        case OrderReassessment():
            return _order(act, command, file, before)
        case ReviewDispute() | GiveDisputeOpinion():
            return _opine(act, command, file)
        case DecideDispute():
            return _decide(act, command, states, before)
    assert_never(command)


def _raise(act: Act[Any, Any], command: RaiseDispute, states: States, before: Determined) -> Decision:
    """By the person; for somebody who has left by the unit too, which uses up nothing of the person's own."""
    known: Concerned = act.known
    own = act.by.person == command.person
    if known.posted_now and not own:
        return no.THE_PERSONS_OWN
    file = held(states, f"assessment/{command.person}/*", PersonFile)
    told = dict(file.fed_back).get(command.year)
    if told is None or told.determination != before.number:
        return no.NOT_FED_BACK
    last_day = told.on + timedelta(days=in_force(act, "dispute.days", command.county, states, "higher"))
    late = act.today > last_day
    if late and not command.decisive:
        return no.TOO_LATE_TO_DISPUTE
    problem = _may_open(command, file)
    if problem is not None:
        return problem
    decided = {by for year, number, by in file.upheld if (year, number) == (command.year, before.number)}
    again = command.person in decided if own else bool(decided)
    if again and not command.decisive:
        return no.DECIDED_ALREADY
    raised = fact.DisputeRaised(
        **said(act, "12.8", known.village),
        **_members(command, "decisive"),
        determination=before.number,
        raised_on=act.today,
        late=late,
        again=again,
    )
    return one(stream_name("assessment", command.person, command.year), raised)


def _order(act: Act[Any, Any], command: OrderReassessment, file: PersonFile, before: Determined) -> Decision:
    if act.by.person == command.person:
        return no.SELF
    problem = _may_open(command, file)
    if problem is not None:
        return problem
    known: Concerned = act.known
    ordered = fact.ReassessmentOrdered(
        **said(act, "12.3", known.village), **_members(command), determination=before.number
    )
    return one(stream_name("assessment", command.person, command.year), ordered)


def _may_open(command: RaiseDispute | OrderReassessment, file: PersonFile) -> Refusal | None:
    if command.case in file.cases:
        return no.ALREADY_RECORDED
    return no.CASE_OPEN if file.open_case(command.year) else None


def _opine(act: Act[Any, Any], command: ReviewDispute | GiveDisputeOpinion, file: PersonFile) -> Decision:
    """Each of the two once, while the case is open."""
    opened = file.open_case(command.year)
    if act.by.person == command.person:
        return no.SELF
    if opened is None or opened.case != command.case:
        return no.UNKNOWN_CASE
    if act.by.role.value in opened.heard:
        return no.ALREADY_RECORDED
    known: Concerned = act.known
    given = DisputeOpinionGiven(**said(act, "12.3", known.village), **_members(command))
    return one(stream_name("assessment", command.person, command.year), given)


def _decide(act: Act[Any, Any], command: DecideDispute, states: States, before: Determined) -> Decision:
    file = held(states, f"assessment/{command.person}/*", PersonFile)
    opened: OpenCase | None = file.open_case(command.year)
    if act.by.person == command.person:
        return no.SELF
    if opened is None or opened.case != command.case:
        return no.UNKNOWN_CASE
    shown: YearShown = act.known
    person = shown.persons.get(command.person)
    if person is None:
        return no.NOT_AN_OBJECT
    ending = Emit(
        stream_name("assessment", command.person, command.year),
        fact.DisputeDecided(
            **said(act, "12.3", command.county),
            **_members(command),
            determination=before.number if command.upheld else before.number + 1,
            inputs=person.inputs,
            basis=shown.basis,
        ),
    )
    if command.upheld:
        bears = stands(before, person, waits=person.person in shown.deferred)
        return Decided([ending]) if bears else no.about(no.NO_LONGER_STANDS, [person.person])
    problem = _unissuable(command, shown, person, file, before)
    return problem or Decided([*_reissue(act, command, states, before, person), ending])


def _unissuable(
    command: DecideDispute, shown: YearShown, person: PersonShown, file: PersonFile, before: Determined
) -> Refusal | None:
    """Why the result cannot be issued anew: something is missing, nobody has ruled, or it would be a copy."""
    problems = finalising.unready(person, file.proposal(command.year, command.county), shown)
    if problems:
        return no.about(problems[0], [person.person])
    if person.person in shown.deferred:
        return no.about(no.NOT_RULED, sorted(reading.parameter for one in shown.sensitive for reading in one.readings))
    return no.about(no.NOTHING_CHANGED, [person.person]) if is_repeated(before, person) else None


def _reissue(
    act: Act[Any, Any], command: DecideDispute, states: States, before: Determined, person: PersonShown
) -> list[Emit]:
    shown: YearShown = act.known
    reissued = fact.AssessmentReissued(
        **said(act, "12.3", command.county),
        county=command.county,
        year=command.year,
        person=command.person,
        case=command.case,
        determination=before.number + 1,
        supersedes=before.event,
        before=before.outcome,
        after=person.outcome,
        area=shown.areas.get(command.person),
    )
    was_listed = (command.county, command.year) in held(states, f"assessment/{command.person}/*", PersonFile).listed
    listing = []
    if person.listed and not was_listed:
        listing.append(finalising.object_listed(act, command.county, command.year, command.person))
    elif was_listed and not person.listed:
        listing.append(finalising.object_removed(act, command.county, command.year, person))
    return [
        *finalising.parameters_on_record(act, command.county, shown, states),
        Emit(stream_name("county", command.county, command.year), reissued),
        *listing,
        *finalising.determine(act, command, shown, person, before),
    ]


def _members(command: Dispute, *without: str) -> dict[str, Any]:
    return {name: value for name, value in command if name not in without}

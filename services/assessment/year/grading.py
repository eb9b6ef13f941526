"""The township proposes, the county office reviews and looks at shortfalls; who is heard on it (Art. 12, 15.3)."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any, TypeAlias

from contracts import assessment as fact
from contracts.identifiers import stream_name
from contracts.refusals import Refusal
from contracts.results import CountyOpinionGiven, OpinionMatter
from services.assessment import refusals as no
from services.assessment.commands import (
    AttachEvidence,
    GiveCountyOpinion,
    GiveUnitOpinion,
    ProposeGrade,
    ProposeGrades,
    ReturnGrades,
    ReviewGrades,
    ReviewShortfall,
)
from services.assessment.fold.outcome import NO_GRADE, UNCLEAR
from services.assessment.rules.domain import in_force
from services.assessment.said import one, said
from services.assessment.state import CountyYear, PersonFile, Proposal, State, held
from services.assessment.year.known import Concerned, PersonShown, YearShown
from services.runtime.decisions import Act, Decided, Decision, Emit

States: TypeAlias = Mapping[str, State]

SHORTFALL = "shortfall_review_"
"""Prefix of the fold's flags for a D3 that came from protected leave or from secondment (A17, A26)."""


def propose(act: Act[Any, Any], command: ProposeGrade, states: States) -> Decision:
    """A grade with its score, on the facts as folded now; where a ground of Art. 15 stands only the lowest."""
    shown: YearShown = act.known
    problem = closed(states, command.county, command.year, shown, command.person)
    if problem is not None:
        return problem
    if act.by.person == command.person:
        return no.SELF
    person = shown.persons.get(command.person)
    problem = no.NOT_AN_OBJECT if person is None else _ungradable(person, command.grade) or _unasked(act, states)
    if person is None or problem is not None:
        return problem or no.NOT_AN_OBJECT
    who = {"person": command.person, "county": command.county, "year": command.year}
    header = said(act, "12.2", person.village or command.county)
    summary = fact.AttendanceSummaryAttached(**header, **who, **asdict(person.attendance))
    proposed = fact.GradeProposed(
        **header,
        **who,
        grade=command.grade,
        score=command.score,
        inputs=person.inputs,
        grounds=tuple(fact.Ground(ground.ground) for ground in person.grounds),
        reasons=command.reasons,
    )
    stream = stream_name("assessment", command.person, command.year)
    return Decided([Emit(stream, summary), Emit(stream, proposed)])


def propose_all(act: Act[Any, Any], command: ProposeGrades, states: States) -> Decision:
    """Every line as a proposal of its own, all or none; a refusal names whom it is about."""
    shown: YearShown = act.known
    emits: list[Emit] = []
    if len(set(command.persons)) < len(command.persons):
        return no.NAMED_TWICE
    for line in command.each():
        person = shown.persons.get(line.person)
        if person is None or not (person.village or "").startswith(command.township):
            return no.about(no.NOT_THE_TOWNSHIPS, [line.person])
        decision = propose(replace(act, command=line), line, states)
        if isinstance(decision, Refusal):
            return no.about(decision, [line.person])
        emits += decision.emits
    return Decided(emits)


def closed(states: States, county: str, year: int, shown: YearShown, *persons: str) -> Refusal | None:
    """Why nothing can be graded now: the county's year is not open, not over, or final.

    What is final may be graded again for people (`persons`) whose result is disputed or ordered to be looked at again.
    """
    state = held(states, stream_name("county", county, year), CountyYear)
    if state.opened_on is None:
        return no.YEAR_NOT_OPEN
    again = persons and all(held(states, f"assessment/{one}/*", PersonFile).open_case(year) for one in persons)
    if state.final and not again:
        return no.ALREADY_FINAL
    return None if shown.over else no.YEAR_NOT_OVER


def _unasked(act: Act[Any, Any], states: States) -> Refusal | None:
    """The unit has its days for an opinion from the opening of the year; silence is no objection (A63)."""
    command: ProposeGrade = act.command
    opened_on = held(states, stream_name("county", command.county, command.year), CountyYear).opened_on
    if opened_on is None or command.year in held(states, f"assessment/{command.person}/*", PersonFile).opinions:
        return None
    silent_until = opened_on + timedelta(days=in_force(act, "unit.opinion_days", command.county, states, "higher"))
    return no.UNIT_NOT_HEARD if act.today <= silent_until else None


def give_opinion(act: Act[Any, Any], command: GiveUnitOpinion, states: States) -> Decision:
    """The unit speaks of its own person, once, while the year is open."""
    known: Concerned = act.known
    state = held(states, stream_name("county", command.county, command.year), CountyYear)
    file = held(states, f"assessment/{command.person}/*", PersonFile)
    if state.opened_on is None:
        return no.YEAR_NOT_OPEN
    if state.final and not file.open_case(command.year):
        return no.ALREADY_FINAL
    if act.by.person == command.person:
        return no.SELF
    if command.year in file.opinions:
        return no.ALREADY_RECORDED
    given = fact.UnitOpinionGiven(**said(act, "12.2", known.village), **dict(command), unit=known.unit)
    return one(stream_name("assessment", command.person, command.year), given)


CLAUSE_OF = {OpinionMatter.OBJECTS: "12.1", OpinionMatter.GRADES: "12.3", OpinionMatter.MEASURE: "23.4"}
"""Matter -> the clause under which the county organisation department is heard on it."""


def give_county_opinion(act: Act[Any, Any], command: GiveCountyOpinion, states: States) -> Decision:
    """The county organisation department is heard once on the list and the grades of an open year; nothing waits."""
    stream = stream_name("county", command.county, command.year)
    state = held(states, stream, CountyYear)
    if command.matter is not OpinionMatter.MEASURE:
        if state.opened_on is None:
            return no.YEAR_NOT_OPEN
        if state.final:
            return no.ALREADY_FINAL
        if command.matter.value in state.opinions:
            return no.ALREADY_RECORDED
    given = CountyOpinionGiven(**said(act, CLAUSE_OF[command.matter], command.county), **dict(command))
    return one(stream, given)


def attach(act: Act[Any, Any], command: AttachEvidence, states: States) -> Decision:
    """Papers on the person's work, until the year is final."""
    state = held(states, stream_name("county", command.county, command.year), CountyYear)
    if state.final and not held(states, f"assessment/{command.person}/*", PersonFile).open_case(command.year):
        return no.ALREADY_FINAL
    known: Concerned = act.known
    attached = fact.PerformanceEvidenceAttached(**said(act, "12.2", known.village), **dict(command))
    return one(stream_name("assessment", command.person, command.year), attached)


def _ungradable(person: PersonShown, grade: fact.Grade) -> Refusal | None:
    if not person.listed:
        return no.NOT_AN_OBJECT
    if person.outcome == UNCLEAR:
        return no.UNCLEAR
    if person.outcome == NO_GRADE:
        return no.NO_GRADE_DUE
    return no.DISQUALIFIED if person.grounds and grade is not fact.Grade.INCOMPETENT else None


def review(act: Act[Any, Any], command: ReviewGrades, states: States) -> Decision:
    """The proposals of the people named are upheld, all or none; those upheld before stay as they are."""
    shown: YearShown = act.known
    proposals = _proposals(act, command, states)
    if isinstance(proposals, Refusal):
        return proposals
    emits = []
    for name, proposal in proposals.items():
        person = shown.persons.get(name)
        if person is None or not person.listed:
            return no.about(no.NOT_AN_OBJECT, [name])
        if not proposal.holds(person.inputs, ground_stands=bool(person.grounds)):
            return no.about(no.INPUTS_CHANGED, [name])
        problem = _ungradable(person, proposal.grade)
        if problem is not None:
            return no.about(problem, [name])
        if not proposal.reviewed:
            emits.append(_reviewed(act, command, name, upheld=True, grade=proposal.grade))
    return Decided(emits) if emits else no.ALREADY_RECORDED


def send_back(act: Act[Any, Any], command: ReturnGrades, states: States) -> Decision:
    """The proposals of the people named go back to the township, all or none, with the reasons."""
    proposals = _proposals(act, command, states)
    if isinstance(proposals, Refusal):
        return proposals
    return Decided(
        [
            _reviewed(act, command, name, upheld=False, grade=proposal.grade, reasons=command.reasons)
            for name, proposal in proposals.items()
        ]
    )


def _proposals(
    act: Act[Any, Any], command: ReviewGrades | ReturnGrades, states: States
) -> dict[str, Proposal] | Refusal:
    """The proposal for each of the people named, as far as this officer may judge them now."""
    problem = closed(states, command.county, command.year, act.known, *command.persons)
    if problem is not None:
        return problem
    if act.by.person in command.persons:
        return no.SELF
    found = {}
    for name in dict.fromkeys(command.persons):
        proposal = held(states, f"assessment/{name}/*", PersonFile).proposal(command.year, command.county)
        if proposal is None:
            unlisted = name not in act.known.persons or not act.known.persons[name].listed
            return no.about(no.NOT_AN_OBJECT if unlisted else no.UNGRADED, [name])
        found[name] = proposal
    return found


def _reviewed(
    act: Act[Any, Any], command: ReviewGrades | ReturnGrades, name: str, *, upheld: bool, grade: fact.Grade, **more: Any
) -> Emit:
    reviewed = fact.GradeReviewed(
        **said(act, "12.3", command.county),
        person=name,
        county=command.county,
        year=command.year,
        upheld=upheld,
        grade=grade,
        **more,
    )
    return Emit(stream_name("assessment", name, command.year), reviewed)


def review_shortfall(act: Act[Any, Any], command: ReviewShortfall, states: States) -> Decision:
    """The county office upholds D3 or refers it to the interpreters; a review may follow on another."""
    shown: YearShown = act.known
    problem = closed(states, command.county, command.year, shown, command.person)
    if problem is not None:
        return problem
    if act.by.person == command.person:
        return no.SELF
    person = shown.persons.get(command.person)
    if person is None:
        return no.NOT_AN_OBJECT
    if not any(flag.startswith(SHORTFALL) for flag in person.flags):
        return no.NO_SHORTFALL
    reviewed = fact.ShortfallReviewed(
        **said(act, "15.3", command.county),
        person=command.person,
        year=command.year,
        outcome=command.outcome,
        reasons=command.reasons,
    )
    return one(stream_name("assessment", command.person, command.year), reviewed)

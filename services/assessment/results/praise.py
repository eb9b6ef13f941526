"""Circulars of those graded 优秀, taken back when nobody is; and the end of a term (Art. 13, 14)."""

from collections.abc import Mapping
from typing import Any, TypeAlias, assert_never

from contracts import assessment as fact
from contracts.identifiers import stream_name
from contracts.results import ExcellentCircularWithdrawn
from services.assessment import refusals as no
from services.assessment.commands import CirculateExcellent, Praise, RecordTermAssessment, WithdrawCircular
from services.assessment.said import one, said
from services.assessment.state import Circular, PersonFile, State, held
from services.assessment.year.known import Ended, Persons
from services.runtime.decisions import Act, Decision

States: TypeAlias = Mapping[str, State]


def decide(act: Act[Any, Any], command: Praise, states: States) -> Decision:
    """The fact of one step, or why it is refused."""
    match command:
        case CirculateExcellent():
            return _circulate(act, command, states)
        case WithdrawCircular():
            return _take_back(act, command, states)
        case RecordTermAssessment():
            return _end_term(act, command, states)
    assert_never(command)


def _circulate(act: Act[Any, Any], command: CirculateExcellent, states: States) -> Decision:
    """Everybody graded 优秀 as it stands; again, naming the circular before, when a result issued anew changed that."""
    known: Persons = act.known
    stream = stream_name("circular", command.area, command.year)
    before = held(states, stream, Circular)
    if not known.persons:
        return no.NO_EXCELLENT
    if before.persons == known.persons:
        return no.ALREADY_RECORDED
    circular = fact.ExcellentCirculated(
        **said(act, "13.1", command.area),
        area=command.area,
        year=command.year,
        persons=known.persons,
        supersedes=before.event,
    )
    return one(stream, circular)


def _take_back(act: Act[Any, Any], command: WithdrawCircular, states: States) -> Decision:
    """Only where nobody is left: as long as somebody is 优秀, the circular is issued again with those names."""
    known: Persons = act.known
    stream = stream_name("circular", command.area, command.year)
    before = held(states, stream, Circular)
    if not before.persons or before.event is None:
        return no.NO_CIRCULAR
    if known.persons:
        return no.CIRCULATE_AGAIN
    withdrawn = ExcellentCircularWithdrawn(
        **said(act, "13.1", command.area),
        area=command.area,
        year=command.year,
        supersedes=before.event,
        reasons=command.reasons,
    )
    return one(stream, withdrawn)


def _end_term(act: Act[Any, Any], command: RecordTermAssessment, states: States) -> Decision:
    """The yearly results of the term are used again (A69); a term that has not ended has none. Where one of them was
    issued anew the term is assessed again, and names the assessment before."""
    ended: Ended = act.known
    file = held(states, f"assessment/{command.person}/*", PersonFile)
    if act.by.person == command.person:
        return no.SELF
    within = range(ended.starts_on.year, ended.last_day.year + 1)
    years = [
        fact.TermYear(year=year, determination=result.number, outcome=result.outcome)
        for year, result in sorted(file.determinations, key=lambda entry: entry[0])
        if year in within
    ]
    if not years:
        return no.NO_RESULTS_OF_TERM
    before, rested_on = dict(file.terms).get(command.year, (None, ()))
    if rested_on == tuple(years):
        return no.ALREADY_RECORDED
    recorded = fact.TermAssessmentRecorded(
        **said(act, "14.1", command.county),
        person=command.person,
        county=command.county,
        year=command.year,
        starts_on=ended.starts_on,
        ends_on=ended.last_day,
        years=tuple(years),
        supersedes=before,
        opinion=command.opinion,
    )
    return one(stream_name("assessment", command.person, command.year), recorded)

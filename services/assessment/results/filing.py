"""Where final results go: two lists to two recipients, each unit its own people, the personal file (Art. 12)."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, assert_never

from contracts import assessment as fact
from contracts import canonical
from contracts.identifiers import stream_name
from services.assessment import refusals as no
from services.assessment.commands import FeedBack, FileLists, FileResult, Filing
from services.assessment.fold.outcome import EXCELLENT, NOT_ASSESSED_HERE, NOT_POSTED, OFF_LIST
from services.assessment.said import one, said
from services.assessment.state import CountyYear, PersonFile, State, held
from services.assessment.year.known import Concerned, Persons
from services.runtime.decisions import Act, Decided, Decision, Emit

States: TypeAlias = Mapping[str, State]

OUTSIDE = frozenset({OFF_LIST, NOT_ASSESSED_HERE, NOT_POSTED})
"""Outcomes of somebody who, as a result issued anew says, is not on the list."""


def decide(act: Act[Any, Any], command: Filing, states: States) -> Decision:
    """The facts of one step of filing, or why it is refused."""
    match command:
        case FileLists():
            return _file_lists(act, command, states)
        case FeedBack():
            return _feed_back(act, command, states)
        case FileResult():
            return _file_result(act, command, states)
    assert_never(command)


def list_digest(persons: Sequence[str]) -> str:
    """Digest of a list as it is filed: the canonical JSON array of the ids, in order."""
    return canonical.digest(list(persons))


def _file_lists(act: Act[Any, Any], command: FileLists, states: States) -> Decision:
    """Both lists to one recipient, exactly as they stand now (LIST_MISMATCH)."""
    known: Persons = act.known
    county = held(states, stream_name("county", command.county, command.year), CountyYear)
    if not county.final:
        return no.NOT_FINAL
    if len(known.persons) != county.objects:
        return no.NOT_SEALED
    determined = {person: _outcome(states, person, command.year) for person in known.persons}
    outcomes = {person: outcome for person, outcome in determined.items() if outcome not in OUTSIDE}
    excellent = [person for person, outcome in outcomes.items() if outcome == EXCELLENT]
    digests = list_digest([*outcomes]), list_digest(excellent)
    if digests != (command.objects_digest, command.excellent_digest):
        return no.LIST_MISMATCH
    if dict(county.lists).get(command.recipient.value) == digests:
        return no.ALREADY_RECORDED
    filed = fact.AssessmentListsFiled(
        **said(act, "12.7", command.county),
        county=command.county,
        year=command.year,
        recipient=command.recipient,
        objects=len(outcomes),
        objects_digest=digests[0],
        excellent=len(excellent),
        excellent_digest=digests[1],
    )
    return one(stream_name("county", command.county, command.year), filed)


def _outcome(states: States, person: str, year: int) -> str | None:
    determined = held(states, f"assessment/{person}/*", PersonFile).determination(year)
    return determined.outcome if determined else None


def _feed_back(act: Act[Any, Any], command: FeedBack, states: States) -> Decision:
    """One event for each of the unit's own people whose latest result it was not told yet."""
    known: Persons = act.known
    if not held(states, stream_name("county", command.county, command.year), CountyYear).final:
        return no.NOT_FINAL
    emits = []
    for person in known.persons:
        file = held(states, f"assessment/{person}/*", PersonFile)
        result, told = file.determination(command.year), dict(file.fed_back).get(command.year)
        if result is None or result.county != command.county or (told and told.determination == result.number):
            continue
        fed_back = fact.ResultFedBack(
            **said(act, "12.8", command.county),
            person=person,
            county=command.county,
            year=command.year,
            unit=command.unit,
            determination=result.number,
            fed_back_on=act.today,
            outcome=result.outcome,
            outside_unit_quota=result.outcome == EXCELLENT,
        )
        emits.append(Emit(stream_name("assessment", person, command.year), fed_back))
    return Decided(emits) if emits else no.NOTHING_TO_FEED_BACK


def _file_result(act: Act[Any, Any], command: FileResult, states: States) -> Decision:
    known: Concerned = act.known
    file = held(states, f"assessment/{command.person}/*", PersonFile)
    told = dict(file.fed_back).get(command.year)
    if told is None:
        return no.NOT_FED_BACK
    if dict(file.filed).get(command.year) == told.determination:
        return no.ALREADY_RECORDED
    filed = fact.ResultFiledInPersonalFile(
        **said(act, "12.9", known.village),
        person=command.person,
        county=command.county,
        year=command.year,
        unit=known.unit,
        determination=told.determination,
    )
    return one(stream_name("assessment", command.person, command.year), filed)

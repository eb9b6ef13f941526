"""What the log says about people's details: that they were recorded, read, erased."""

from collections.abc import Mapping
from typing import Any, assert_never

from contracts import personnel as fact
from contracts.identifiers import stream_name
from services.personnel.held import one, said
from services.personnel.people import commands as cmd
from services.runtime.decisions import Act, Decided, Decision, Emit


def decide(act: Act[Any, Any], command: cmd.PeopleCommand, _states: Mapping[str, Any]) -> Decision:
    """The facts about a person's details; the values themselves are none of the log's business."""
    match command:
        case cmd.RecordDetails():
            recorded = fact.PersonDetailsRecorded(
                **said(act, "0", command.area), person=command.person, details=tuple(command.values())
            )
            return one(f"person/{command.person}", recorded)
        case cmd.EraseDetails():
            erased = fact.PersonDetailsErased(
                **said(act, "0", command.area),
                person=command.person,
                details=command.details,
                reason=command.reason,
            )
            return one(f"person/{command.person}", erased)
        case cmd.ReadDetails():
            places: Mapping[str, str] = act.known
            return Decided(
                [
                    Emit(
                        stream_name("reading", person, act.today.year),
                        fact.PersonDetailsRead(
                            **said(act, "0", places[person]),
                            person=person,
                            details=command.details,
                            purpose=command.purpose,
                        ),
                    )
                    for person in dict.fromkeys(command.persons)
                ]
            )
    assert_never(command)

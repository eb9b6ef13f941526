"""Training decides: who attended what, whose specialists helped, whose year fell short (Art. 11)."""

from collections.abc import Mapping
from typing import Any, assert_never

from contracts import personnel as fact
from contracts.identifiers import lies_in
from services.personnel.held import fields, held, one, person_stream, said
from services.personnel.teams.refusals import NOT_POSTED, WRONG_INTERVAL
from services.personnel.teams.state import Career
from services.personnel.training import commands as cmd
from services.personnel.training import refusals as no
from services.personnel.training.state import Training, TrainingYear
from services.runtime.decisions import Act, Decided, Decision, Emit


def decide(act: Act[Any, Any], command: cmd.TrainingCommand, states: Mapping[str, Any]) -> Decision:
    """The facts that a command about training leads to, or why it is refused."""
    match command:
        case cmd.RecordTraining():
            return _record(act, command, states)
        case cmd.RecordTrainerSupport():
            return _support(act, command, states)
        case cmd.SayTrainingFellShort():
            return _fell_short(act, command, states)
    assert_never(command)


def _record(act: Act[Any, Any], command: cmd.RecordTraining, states: Mapping[str, Any]) -> Decision:
    if command.ends_on < command.starts_on or command.ends_on > act.today:
        return WRONG_INTERVAL
    key = f"training/{command.training}"
    known = held(states, key, Training)
    this = Training(command.organiser, command.area, command.starts_on, command.ends_on, known.supporters)
    if known.area is not None and known != this:
        return no.OTHER_TRAINING
    header = said(act, "11", command.area)
    emits = [] if known == this else [Emit(key, fact.TrainingHeld(**header, **fields(command, "persons")))]
    for person in dict.fromkeys(command.persons):
        career = held(states, f"posting/{person}/*", Career)
        then = career.on(command.starts_on)
        if then is None or not lies_in(then.village, command.area):
            return NOT_POSTED
        if command.training in career.trainings:
            return no.TRAINING_RECORDED
        attended = fact.TrainingAttended(**header, **fields(command, "persons", "topic", "area"), person=person)
        emits.append(Emit(person_stream(act, person), attended))
    return Decided(emits)


def _support(act: Act[Any, Any], command: cmd.RecordTrainerSupport, states: Mapping[str, Any]) -> Decision:
    key = f"training/{command.training}"
    known = held(states, key, Training)
    if known.area is None or not lies_in(known.area, command.area):
        return no.TRAINING_UNKNOWN
    if known.organiser is not fact.TrainingLevel.COUNTY:
        return no.NOT_A_COUNTY_TRAINING
    if command.body in known.supporters:
        return no.SUPPORT_RECORDED
    return one(key, fact.TrainerSupported(**said(act, "11.4", command.area), **fields(command, "area")))


def _fell_short(act: Act[Any, Any], command: cmd.SayTrainingFellShort, states: Mapping[str, Any]) -> Decision:
    key = f"training-year/{command.area}/{command.year}"
    asked = act.rules[f"training.{command.organiser.value}"]
    if (command.held >= asked and command.people_below_days == 0) or held(states, key, TrainingYear).said:
        return no.ENOUGH
    return one(key, fact.TrainingShortfallDetected(**said(act, "11", command.area), **fields(command), asked=asked))

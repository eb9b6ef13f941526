"""How rules change: the two interpreters jointly, a county where it may (Art. 23)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeAlias, assert_never

from contracts import assessment as fact
from contracts.identifiers import Role, stream_name
from services.assessment import refusals as no
from services.assessment.commands import AdoptCountyMeasure, IssueInterpretation, ProposeInterpretation, Ruling
from services.assessment.said import CITY, one, said
from services.assessment.state import RuleBook, State, held
from services.assessment.year.known import Adoptable
from services.runtime.decisions import RULESET, Act, Decided, Decision, Emit
from services.runtime.in_force import Direction, weaker

States: TypeAlias = Mapping[str, State]

INTERPRETERS = frozenset({Role.CITY_ORGANISATION, Role.CITY_POVERTY})


def decide(act: Act[Any, Any], command: Ruling, states: States) -> Decision:
    """The facts that change a rule, or why it is refused. `act.known`: for a county's measure an Adoptable."""
    stream = stream_name("rules", RULESET)
    book = held(states, stream, RuleBook)
    if not book.adopted:
        return no.NO_RULES
    match command:
        case ProposeInterpretation():
            if command.ruling in book.issued or command.ruling in dict(book.proposed):
                return no.ALREADY_RECORDED
            return Decided([Emit(stream, proposal) for proposal in _proposals(act, command)])
        case IssueInterpretation():
            return _issue(act, command, book, stream)
        case AdoptCountyMeasure():
            if (command.county, command.measure) in book.adopted_measures():
                return no.ALREADY_RECORDED
            if command.valid_from < act.today:
                return no.LOOKS_BACK
            allowed: Adoptable = act.known
            city = book.in_force(command.parameter, CITY, command.valid_from, allowed.committed, None)
            if weaker(command.value, city, allowed.stricter):
                return replace(no.WEAKER, article=allowed.article)
            adopted = fact.CountyMeasureAdopted(**said(act, "23.4", command.county), **dict(command))
            return one(stream, adopted)
    assert_never(command)


def _proposals(act: Act[Any, Any], command: ProposeInterpretation) -> list[fact.InterpretationProposed]:
    return [
        fact.InterpretationProposed(
            **said(act, "23.2", CITY),
            ruling=command.ruling,
            parameter=setting.parameter,
            value=setting.value,
            valid_from=command.valid_from,
            reasons=command.reasons,
        )
        for setting in command.settings
    ]


def _issue(act: Act[Any, Any], command: IssueInterpretation, book: RuleBook, stream: str) -> Decision:
    """Joint means: the two bodies, and two people."""
    proposed = dict(book.proposed).get(command.ruling)
    if proposed is None:
        return no.ALREADY_RECORDED if command.ruling in book.issued else no.UNKNOWN_CASE
    if {act.by.role, proposed.by.role} != INTERPRETERS or act.by.person == proposed.by.person:
        return no.NOT_JOINT
    issued = [
        fact.InterpretationIssued(
            **said(act, "23.2", CITY),
            ruling=command.ruling,
            parameter=parameter,
            value=value,
            valid_from=proposed.valid_from,
            joint_with=proposed.by.person,
        )
        for parameter, value in proposed.settings
    ]
    return Decided([Emit(stream, ruling) for ruling in issued])


def in_force(act: Act[Any, Any], parameter: str, county: str, states: States, stricter: Direction | None) -> Any:
    """A parameter of a command on the day of the act, as the own log has it at this moment.

    `act.rules` is as far as the view `rulings` has come; a day for which somebody waits must not hang on that.
    """
    book = held(states, stream_name("rules", RULESET), RuleBook)
    return book.in_force(parameter, county, act.today, act.rules[parameter], stricter)

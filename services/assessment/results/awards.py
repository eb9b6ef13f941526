"""Advanced workers of the city and commendations of a county: put forward, given, taken back (Art. 13; A62, A68).

Everything about one year's awards of one office lies in one stream, so that a number that may not be exceeded is kept
whoever decides at the same time.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeAlias, assert_never

from contracts import assessment as fact
from contracts import results
from contracts.identifiers import stream_name
from contracts.refusals import Refusal
from services.assessment import refusals as no
from services.assessment.commands import (
    AwardCommand,
    AwardCommendation,
    GiveAwardOpinion,
    NominateAdvanced,
    ProposeCommendation,
    SelectAdvanced,
    WithdrawAward,
)
from services.assessment.disputes.standing import Determined
from services.assessment.fold.outcome import EXCELLENT
from services.assessment.said import CITY, one, said
from services.assessment.state import Awards, PersonFile, State, held
from services.assessment.year.known import Concerned
from services.runtime.decisions import Act, Decision

States: TypeAlias = Mapping[str, State]

ADVANCED, COMMENDED = "13.2", "13.3"
"""The clauses of the two awards."""


def area_of(command: AwardCommand) -> str:
    """The office whose award it is: the city's or a county's."""
    match command:
        case NominateAdvanced() | GiveAwardOpinion() | SelectAdvanced():
            return CITY
        case ProposeCommendation() | AwardCommendation():
            return command.county
        case WithdrawAward():
            return command.area
    assert_never(command)


def stream_of(command: AwardCommand) -> str:
    """Where all of that office's awards of the year lie."""
    return stream_name("award", area_of(command), command.year)


def decide(act: Act[Any, Any], command: AwardCommand, states: States) -> Decision:
    """The fact of one step, or why it is refused; never about the own person."""
    awards = held(states, stream_of(command), Awards)
    result = held(states, f"assessment/{command.person}/*", PersonFile).determination(command.year)
    if act.by.person == command.person:
        return no.SELF
    match command:
        case WithdrawAward():
            return _withdraw(act, command, awards, result)
        case GiveAwardOpinion():
            return _opine(act, command, awards)
        case NominateAdvanced() | ProposeCommendation():
            problem = _not_among(command, result)
            if problem is None and command.person in awards.proposed | awards.given:
                problem = no.ALREADY_RECORDED
            return problem or one(stream_of(command), _proposal(act, command))
        case SelectAdvanced() | AwardCommendation():
            problem = _not_among(command, result) or _not_due(act, command, awards)
            return problem or one(stream_of(command), _award(act, command))
    assert_never(command)


def _not_among(
    command: NominateAdvanced | ProposeCommendation | SelectAdvanced | AwardCommendation, result: Determined | None
) -> Refusal | None:
    """Only somebody graded 优秀, and by the county that speaks."""
    county = None if isinstance(command, SelectAdvanced) else command.county
    if result is None or result.outcome != EXCELLENT or county not in (None, result.county):
        return no.NOT_EXCELLENT
    return None


def _not_due(act: Act[Any, Any], command: SelectAdvanced | AwardCommendation, awards: Awards) -> Refusal | None:
    advanced = isinstance(command, SelectAdvanced)
    article = ADVANCED if advanced else COMMENDED
    number = act.rules["award.city_number" if advanced else "award.county_number"]
    if command.person in awards.given:
        return no.ALREADY_RECORDED
    if act.rules["award.proposed_first"] and command.person not in awards.proposed:
        return replace(no.NOT_PUT_FORWARD, article=article)
    if number and len(awards.given) >= number:
        return replace(no.ALL_AWARDED, article=article)
    return None


def _proposal(act: Act[Any, Any], command: NominateAdvanced | ProposeCommendation) -> fact.AssessmentFact:
    if isinstance(command, NominateAdvanced):
        return results.AdvancedWorkerNominated(**said(act, ADVANCED, command.county), area=CITY, **dict(command))
    known: Concerned = act.known
    return results.CommendationProposed(**said(act, COMMENDED, known.village), **dict(command))


def _award(act: Act[Any, Any], command: SelectAdvanced | AwardCommendation) -> fact.AssessmentFact:
    if isinstance(command, SelectAdvanced):
        return results.AdvancedWorkerSelected(**said(act, ADVANCED, CITY), area=CITY, **dict(command))
    return results.CountyCommendationAwarded(**said(act, COMMENDED, command.county), **dict(command))


def _opine(act: Act[Any, Any], command: GiveAwardOpinion, awards: Awards) -> Decision:
    if command.person not in awards.proposed:
        return replace(no.NOT_PUT_FORWARD, article=ADVANCED)
    if (command.person, act.by.role.value) in awards.opinions:
        return no.ALREADY_RECORDED
    given = results.AdvancedWorkerOpinionGiven(**said(act, ADVANCED, CITY), area=CITY, **dict(command))
    return one(stream_of(command), given)


def _withdraw(act: Act[Any, Any], command: WithdrawAward, awards: Awards, result: Determined | None) -> Decision:
    """An award rests on the grade: only a new result takes it away, and where the rules say so."""
    if command.person not in awards.given or result is None:
        return no.NOT_AWARDED
    if result.outcome == EXCELLENT:
        return no.STILL_EXCELLENT
    if act.rules["award.after_reissue"] == "keep":
        return no.AWARD_STANDS
    award = results.Award.ADVANCED if command.area == CITY else results.Award.COMMENDED
    article = ADVANCED if command.area == CITY else COMMENDED
    withdrawn = results.AwardWithdrawn(
        **said(act, article, command.area), award=award, determination=result.number, **dict(command)
    )
    return one(stream_of(command), withdrawn)

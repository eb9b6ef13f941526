"""A tie at the line of 优秀: the townships of those who tie are heard, the county office resolves it (Art. 12, A61)."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from contracts import line as fact
from contracts.identifiers import stream_name
from contracts.refusals import Refusal
from services.assessment import refusals as no
from services.assessment.articles.chapter_5 import quota
from services.assessment.commands import GiveTieOpinion, ResolveTie
from services.assessment.fold.outcome import AWAITING_GRADE
from services.assessment.said import one, said
from services.assessment.state import CountyYear, State, held
from services.assessment.year.grading import closed
from services.assessment.year.known import YearShown
from services.runtime.decisions import Act, Decision

States: TypeAlias = Mapping[str, State]


def give_opinion(act: Act[Any, Any], command: GiveTieOpinion, states: States) -> Decision:
    """A township says whom of its own people it puts first, once on every tie that they stand in; nothing waits."""
    shown: YearShown = act.known
    problem = _no_tie(act, command, states)
    if problem is not None:
        return problem
    supported = set(command.supports)
    foreign = sorted(name for name in supported if not _of_township(name, command.township, shown))
    if foreign:
        return no.about(no.NOT_THE_TOWNSHIPS, foreign)
    tied, _ = _tied_with(supported, shown)
    if not tied:
        return no.about(no.NOT_TIED, sorted(supported - set(shown.waiting_tie)))
    county = held(states, stream_name("county", command.county, command.year), CountyYear)
    if command.township in county.heard_on(tied):
        return no.ALREADY_RECORDED
    given = fact.TieOpinionGiven(
        **said(act, "12.6", command.township),
        county=command.county,
        year=command.year,
        township=command.township,
        tied=tuple(sorted(tied)),
        supports=tuple(sorted(supported)),
        opinion=command.opinion,
    )
    return one(stream_name("county", command.county, command.year), given)


def resolve(act: Act[Any, Any], command: ResolveTie, states: States) -> Decision:
    """Who of the people with equal scores gets the places that are left; only when everybody else is graded.

    The opinions of townships on this tie are named; who joins the tie or leaves it makes it another.
    """
    shown: YearShown = act.known
    problem = _no_tie(act, command, states)
    if problem is not None:
        return problem
    awaiting = [person.person for person in shown.listed if person.outcome == AWAITING_GRADE]
    unfinished = sorted(set(awaiting) - set(shown.waiting_tie))
    if unfinished:
        return no.about(no.UNFINISHED, unfinished)
    chosen = set(command.chosen)
    tied, free = _tied_with(chosen, shown)
    if not tied or len(chosen) > free:
        return no.OVER_QUOTA
    stream = stream_name("county", command.county, command.year)
    resolved = fact.TieResolved(
        **said(act, "12.6", command.county),
        county=command.county,
        year=command.year,
        chosen=tuple(sorted(chosen)),
        tied=tuple(sorted(tied)),
        heard=tuple(held(states, stream, CountyYear).heard_on(tied).values()) or None,
        reasons=command.reasons,
    )
    return one(stream, resolved)


def _no_tie(act: Act[Any, Any], command: GiveTieOpinion | ResolveTie, states: States) -> Refusal | None:
    """Why there is no tie to speak of, or not for this officer."""
    shown: YearShown = act.known
    problem = closed(states, command.county, command.year, shown)
    if problem is not None:
        return problem
    if not shown.waiting_tie:
        return no.NO_TIE
    return no.SELF if act.by.person in shown.waiting_tie else None


def _of_township(name: str, township: str, shown: YearShown) -> bool:
    person = shown.persons.get(name)
    return person is not None and (person.village or "").startswith(township)


def _tied_with(chosen: set[str], shown: YearShown) -> tuple[set[str], int]:
    """Everybody at the line that all the chosen wait at, and its free places: each township or team that has places
    of its own has a line of its own (A59). Nobody where they do not wait at one line."""
    waiting, p = set(shown.waiting_tie), shown.parameters
    lines = [(waiting & set(names), set(names), quota(objects, p["quota.pct"], p["quota.round"]))
             for _, objects, names in shown.groups] or [(waiting, set(shown.persons), shown.maximum)]  # fmt: skip
    for tied, members, maximum in lines:
        if chosen <= tied:
            return tied, maximum - len(members.intersection(shown.excellent))
    return set(), 0

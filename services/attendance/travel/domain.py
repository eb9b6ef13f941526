"""Official travel (因公出差): the leader approves a member's, the township a leader's (Art. 9; A95)."""

from collections.abc import Mapping
from typing import Any, assert_never

from contracts import attendance as fact
from contracts.attendance import Level
from contracts.refusals import Refusal
from services.attendance import refusals as refused
from services.attendance.known import Known
from services.attendance.said import chain, days_since, level_of, one, post_of_days_asked, said
from services.attendance.state import Register, State, register_in
from services.attendance.travel import commands as cmd
from services.attendance.travel import refusals as no
from services.attendance.travel.state import Travel, TravelStep
from services.runtime.decisions import Act, Decision


def decide(act: Act[Any, Known], command: cmd.TravelCommand, states: Mapping[str, State]) -> Decision:
    """The facts that a step of a trip leads to, or why it is refused."""
    register = register_in(states, command.person)
    if isinstance(command, cmd.RequestTravel):
        return _request(act, command, register)
    travel = register.travels.get(command.travel)
    if travel is None:
        return no.TRAVEL_UNKNOWN
    match command:
        case cmd.ApproveTravel():
            return _approve(act, command, travel)
        case cmd.CloseTravel():
            return _close(act, command, travel)
        case cmd.RejectTravel():
            return _reject(act, command, travel)
        case cmd.WithdrawTravel():
            return _withdraw(act, command, travel)
    assert_never(command)


def _request(act: Act[Any, Known], command: cmd.RequestTravel, register: Register) -> Decision:
    post = post_of_days_asked(act, command.person, command.starts_on, command.ends_on)
    if isinstance(post, Refusal):
        return post
    if command.travel in register.travels:
        return no.TRAVEL_EXISTS
    if command.business is not cmd.TravelBusiness.TEAM:
        return no.TRAVEL_FOR_UNIT
    if not command.evidence:
        return no.NO_TRAVEL_PAPERS
    if days_since(act, command.starts_on) > act.rules["travel.retro_days"]:
        return no.TRAVEL_TOO_LATE
    if any(other.claims(command.starts_on, command.ends_on) for other in register.travels.values()):
        return no.TRAVEL_OVERLAPS
    by = act.by.model_copy(update={"role": act.known.role_of(command.person, post.team, act.today)})
    asked = fact.OfficialTravelRequested(**said(by, "9.2", post.village), **command.model_dump(exclude={"business"}))
    return one(asked, command.starts_on)


def _approve(act: Act[Any, Known], command: cmd.ApproveTravel, travel: Travel) -> Decision:
    level = _turn(act, command.person, travel)
    if isinstance(level, Refusal):
        return level
    approved = fact.OfficialTravelApproved(
        **said(act.by, "9.2", travel.place),
        **dict(command),
        starts_on=travel.starts_on,
        ends_on=travel.ends_on,
    )
    return one(approved, travel.starts_on)


def _turn(act: Act[Any, Known], person: str, travel: Travel) -> Level | Refusal:
    """The one level that decides on a trip, the first of the chain that leave would take; refused unless it speaks."""
    if act.by.person == person:
        return refused.OWN_CASE
    if travel.step is not TravelStep.REQUESTED:
        return no.TRAVEL_NOT_OPEN
    post = act.known.post_on(person, travel.starts_on)
    has_leader = post is not None and act.known.has_leader(post.team, act.today)
    due = chain(of_leader=travel.of_leader, has_leader=has_leader)[0]
    return due if level_of(act.by.role) is due else no.TRAVEL_LEVEL


def _reject(act: Act[Any, Known], command: cmd.RejectTravel, travel: Travel) -> Decision:
    level = _turn(act, command.person, travel)
    if isinstance(level, Refusal):
        return level
    rejected = fact.OfficialTravelRejected(**said(act.by, "9.2", travel.place), **dict(command), rejected_by=level)
    return one(rejected, travel.starts_on)


def _withdraw(act: Act[Any, Known], command: cmd.WithdrawTravel, travel: Travel) -> Decision:
    """A trip that is not made. One that was begun is closed on its actual last day instead."""
    if act.by.person != command.person:
        return refused.NOT_APPLICANT
    if travel.step not in (TravelStep.REQUESTED, TravelStep.APPROVED):
        return no.TRAVEL_NOT_OPEN
    return one(fact.OfficialTravelWithdrawn(**said(act.by, "9.2", travel.place), **dict(command)), travel.starts_on)


def _close(act: Act[Any, Known], command: cmd.CloseTravel, travel: Travel) -> Decision:
    if act.by.person != command.person and level_of(act.by.role) not in (Level.LEADER, Level.TOWNSHIP):
        return refused.NOT_APPLICANT
    if travel.step is not TravelStep.APPROVED:
        return no.TRAVEL_NOT_OPEN
    if command.last_day > act.today:
        return refused.FUTURE
    if not travel.starts_on <= command.last_day <= travel.ends_on:
        return no.TRAVEL_LONGER
    closed = fact.OfficialTravelClosed(**said(act.by, "9.2", travel.place), **dict(command))
    return one(closed, travel.starts_on)

"""Arrivals, departures and the strength of a team: what several decisions share."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from contracts import personnel as fact
from contracts.refusals import Refusal
from services.personnel.held import held, person_stream, said
from services.personnel.teams import refusals as no
from services.personnel.teams.commands import Because, NewMember
from services.personnel.teams.dating import dated
from services.personnel.teams.joining import unfit
from services.personnel.teams.state import Career, ChiefCaptaincy, Posting, Team
from services.personnel.term.experience import service_ended
from services.runtime.decisions import Act, Emit

Ending = fact.PostingEnded | fact.MemberReplaced | fact.MemberWithdrawn


def posting(
    act: Act[Any, Any], team: str, village: str, member: NewMember, starts_on: date, because: Because | None = None
) -> Emit:
    """The arrival of one member."""
    arrived = fact.TeamMemberAssigned(
        **said(act, "5.2", village),
        **member.model_dump(),
        **dated(act, starts_on, because),
        team=team,
        village=village,
        starts_on=starts_on,
    )
    return Emit(person_stream(act, member.person), arrived)


def departure(act: Act[Any, Any], career: Career, current: Posting, ending: Ending) -> list[Emit]:
    """The person's side of a departure: the end of the posting, and what a service of that length brings with it."""
    stream = person_stream(act, ending.person)
    ended = replace(current, last_day=ending.last_day)
    later = service_ended(act, career.unbroken_since(current), ended.village, ending)
    return [Emit(stream, recorded) for recorded in (ending, *later)]


def roster(
    act: Act[Any, Any],
    team_id: str,
    team: Team,
    on: date,
    *,
    joined: Collection[str] = (),
    left: Collection[str] = (),
) -> list[Emit]:
    """The team's side of a change: a resignation is a fact and cannot be refused, so weakness is raised, not barred."""
    village = team.village or ""
    strength = len((team.members | set(joined)) - set(left))
    header = said(act, "5.3", village)
    stream = f"team/{team_id}"
    change = fact.TeamRosterChanged(
        **header, team=team_id, on=on, joined=tuple(joined), left=tuple(left), strength=strength
    )
    emits = [Emit(stream, change)]
    if team.leader is not None and team.leader in left:
        vacant = fact.LeaderVacancyDetected(**said(act, "5.4", village), team=team_id, on=on)
        emits.append(Emit(stream, vacant))
    weak = weakness(act, team_id, village, on, strength)
    emits += weak
    if not weak and team.understrength:
        emits.append(Emit(stream, fact.TeamStrengthRestored(**header, team=team_id, on=on, strength=strength)))
    return emits


def weakness(act: Act[Any, Any], team: str, village: str, on: date, strength: int) -> list[Emit]:
    """Raised where a team has fewer people than Art. 5 asks for."""
    if strength >= act.rules["team.min"]:
        return []
    header = said(act, "5.3", village)
    return [Emit(f"team/{team}", fact.TeamUnderstrengthDetected(**header, team=team, on=on, strength=strength))]


def hindrance(states: Mapping[str, Any], member: NewMember, starts_on: date) -> Refusal | None:
    """Why that posting may not begin then: a registered unit, one team at a time, no chief captain (Art. 4, 5, A71)."""
    person, wrong = member.person, unfit(states, member)
    if wrong is not None:
        return wrong
    career = held(states, f"posting/{person}/*", Career)
    until = career.posted_until()
    if career.active() is not None or (until is not None and until >= starts_on):
        return no.ALREADY_POSTED
    if held(states, f"chief-captain/{person}", ChiefCaptaincy).county is not None:
        return no.CHIEF_CAPTAIN
    return None


def arrival_after(last_day: date) -> date:
    """The first day of whoever comes for somebody whose last day this is."""
    return last_day + timedelta(days=1)

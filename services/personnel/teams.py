"""Arrivals, departures and the strength of a team: what several decisions share."""

from datetime import date
from typing import Any

from contracts import personnel as fact
from contracts.identifiers import stream_name
from services.personnel.commands import NewMember
from services.personnel.state import Career, Team
from services.runtime.decisions import RULESET, Act, Emit


def said(act: Act[Any, Any], article: str, place: str) -> dict[str, Any]:
    """The header fields of a fact that this act leads to."""
    return {"actor": act.by, "article": article, "ruleset": RULESET, "place": place}


def posting(act: Act[Any, Any], team: str, village: str, member: NewMember, starts_on: date) -> Emit:
    """The arrival of one member."""
    arrived = fact.TeamMemberAssigned(
        **said(act, "5.2", village), **member.model_dump(), team=team, village=village, starts_on=starts_on
    )
    return Emit(person_stream(act, member.person), arrived)


def roster(
    act: Act[Any, Any],
    team_id: str,
    team: Team,
    on: date,
    *,
    joined: tuple[str, ...] = (),
    left: tuple[str, ...] = (),
) -> list[Emit]:
    """The team's side of a change: a resignation is a fact and cannot be refused, so weakness is raised, not barred."""
    village = team.village or ""
    strength = len((team.members | set(joined)) - set(left))
    header = said(act, "5.3", village)
    stream = f"team/{team_id}"
    change = fact.TeamRosterChanged(**header, team=team_id, on=on, joined=joined, left=left, strength=strength)
    emits = [Emit(stream, change)]
    weak = strength < act.rules["team.min"]
    if weak:
        emits.append(Emit(stream, fact.TeamUnderstrengthDetected(**header, team=team_id, on=on, strength=strength)))
    elif team.understrength:
        emits.append(Emit(stream, fact.TeamStrengthRestored(**header, team=team_id, on=on, strength=strength)))
    return emits


def free_on(career: Career, starts_on: date) -> bool:
    """Whether a posting may begin then: a person is active in one team at a time (Art. 5)."""
    until = career.posted_until()
    return career.active() is None and (until is None or until < starts_on)


def person_stream(act: Act[Any, Any], person: str) -> str:
    """Facts about a person's postings go to the stream of the year in which they are recorded."""
    return stream_name("posting", person, act.today.year)

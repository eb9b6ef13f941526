"""A team as a whole: confirmed, dissolved, led by the first secretary or for a while by somebody else (Art. 5, A41).

Where the measures hold by reference somebody else may lead for good, which is on record (A90).
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, assert_never

from contracts import personnel as fact
from services.personnel.held import held, one, said
from services.personnel.registry.state import Village
from services.personnel.teams import commands as cmd
from services.personnel.teams import refusals as no
from services.personnel.teams.state import Career, Team
from services.runtime.decisions import Act, Decided, Decision, Emit


def decide(
    act: Act[Any, Any],
    command: cmd.ConfirmTeam | cmd.DissolveTeam | cmd.AppointLeader | cmd.DesignateActingLeader,
    states: Mapping[str, Any],
) -> Decision:
    """The facts that a command about a team as a whole leads to, or why it is refused."""
    team = held(states, f"team/{command.team}", Team)
    if team.village is None:
        return no.TEAM_UNKNOWN
    if team.dissolved:
        return no.TEAM_DISSOLVED
    match command:
        case cmd.ConfirmTeam():
            if team.confirmed:
                return no.TEAM_CONFIRMED
            confirmed = fact.TeamFormationConfirmed(**said(act, "5.1", team.village), team=command.team, on=act.today)
            return one(f"team/{command.team}", confirmed)
        case cmd.DissolveTeam():
            return _dissolve(act, command, team, team.village)
        case cmd.AppointLeader():
            return _appoint(act, command, team, team.village, states)
        case cmd.DesignateActingLeader():
            return _designate(act, command, team, team.village, states)
    assert_never(command)


def _dissolve(act: Act[Any, Any], command: cmd.DissolveTeam, team: Team, village: str) -> Decision:
    if team.members:
        return no.TEAM_NOT_EMPTY
    if command.on > act.today:
        return no.FUTURE
    header = said(act, "5.1", village)
    return Decided(
        [
            Emit(f"team/{command.team}", fact.TeamDissolved(**header, team=command.team, on=command.on)),
            Emit(
                f"village/{village}",
                fact.TeamUnseated(**header, village=village, team=command.team, on=command.on),
            ),
        ]
    )


def _appoint(
    act: Act[Any, Any], command: cmd.AppointLeader, team: Team, village: str, states: Mapping[str, Any]
) -> Decision:
    current = held(states, f"posting/{command.person}/*", Career).active(command.team)
    if current is None:
        return no.NOT_POSTED
    if team.leader == command.person:
        return no.IS_LEADER
    bound = not by_reference(act, held(states, f"village/{village}", Village), command.starts_on)
    if bound and current.source is not fact.MemberSource.FIRST_SECRETARY and act.rules["leader.must_be_fs"]:
        return no.LEADER_NOT_FIRST_SECRETARY
    if command.starts_on > act.today:
        return no.FUTURE
    if command.starts_on < current.starts_on or (team.led_since is not None and command.starts_on <= team.led_since):
        return no.WRONG_INTERVAL
    appointed = fact.LeaderAppointed(
        **said(act, "5.4", village), team=command.team, person=command.person, starts_on=command.starts_on
    )
    found = no_first_secretary(act, command.team, village, command.person, current.source, command.starts_on)
    return Decided([Emit(f"team/{command.team}", appointed), *found])


def by_reference(act: Act[Any, Any], village: Village, day: date) -> bool:
    """Where the measures are followed by reference, what a bound village may not have is a warning (A90)."""
    return village.bound_by(day) is fact.RuleMode.REFERENCE and act.rules["reference.mode"] == "warn"


def no_first_secretary(
    act: Act[Any, Any], team: str, village: str, person: str, source: fact.MemberSource, on: date
) -> list[Emit]:
    """Said of a leader who is not the first secretary of the village (Art. 5)."""
    if source is fact.MemberSource.FIRST_SECRETARY:
        return []
    found = fact.LeaderNotFirstSecretaryDetected(**said(act, "5.4", village), team=team, person=person, on=on)
    return [Emit(f"team/{team}", found)]


def _designate(
    act: Act[Any, Any], command: cmd.DesignateActingLeader, team: Team, village: str, states: Mapping[str, Any]
) -> Decision:
    current = held(states, f"posting/{command.person}/*", Career).active(command.team)
    if current is None:
        return no.NOT_POSTED
    if team.leader == command.person:
        return no.IS_LEADER
    if command.ends_on < command.starts_on or command.starts_on < current.starts_on:
        return no.WRONG_INTERVAL
    longest = timedelta(days=act.rules["leader.acting_max_days"] - 1)
    if command.ends_on - command.starts_on > longest:
        return no.ACTING_TOO_LONG
    acting = fact.ActingLeaderDesignated(
        **said(act, "9.10", village),
        team=command.team,
        person=command.person,
        starts_on=command.starts_on,
        ends_on=command.ends_on,
    )
    return one(f"team/{command.team}", acting)

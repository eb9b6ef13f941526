"""Teams decide: formation with six and a first secretary, who comes and goes, secondment never (Art. 5, 9)."""

from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from contracts import personnel as fact
from contracts.refusals import Refusal
from services.personnel.held import fields, held, one, person_stream, said
from services.personnel.registry.refusals import VILLAGE_UNKNOWN
from services.personnel.registry.state import Village
from services.personnel.teams import commands as cmd
from services.personnel.teams import leaders, opinions
from services.personnel.teams import refusals as no
from services.personnel.teams.dating import dated, hinders_ending, unexplained
from services.personnel.teams.joining import with_unit
from services.personnel.teams.roster import arrival_after, departure, hindrance, posting, roster, weakness
from services.personnel.teams.state import Career, Team
from services.runtime.decisions import Act, Decided, Decision, Emit


def decide(act: Act[Any, Any], command: cmd.TeamCommand, states: Mapping[str, Any]) -> Decision:
    """The facts that a command about a team or a posting leads to, or why it is refused."""
    own = act.by.person in (getattr(command, "person", None), _who_joins(command))
    if own and not isinstance(command, cmd.SecondMember):
        return no.OWN_POSTING
    match command:
        case cmd.FormTeam():
            return _form(act, command, states)
        case cmd.ConfirmTeam() | cmd.DissolveTeam() | cmd.AppointLeader() | cmd.DesignateActingLeader():
            return leaders.decide(act, command, states)
        case cmd.AssignMember():
            return _assign(act, command, states)
        case cmd.MoveMember():
            return _move(act, command, states)
        case cmd.EndPosting():
            return _end(act, command, states)
        case cmd.RecordSecondment():
            return _record_secondment(act, command, states)
        case cmd.EndSecondment():
            return _end_secondment(act, command, states)
        case cmd.SecondMember():
            return no.SECONDMENT_FORBIDDEN
        case cmd.GiveJointOpinion():
            return opinions.decide(act, command, states)
    assert_never(command)


def _who_joins(command: cmd.TeamCommand) -> str | None:
    return command.member.person if isinstance(command, cmd.AssignMember) else None


def _form(act: Act[Any, Any], command: cmd.FormTeam, states: Mapping[str, Any]) -> Decision:
    people = [with_unit(member, act.known) for member in command.members]
    village = held(states, f"village/{command.village}", Village)
    by_reference = leaders.by_reference(act, village, command.formed_on)
    problem = _hinders_formation(act, command, people, states)
    if problem is None and not by_reference:
        problem = _breaks_a_bound_rule(act, command, people)
    if problem is not None:
        return problem
    place, team = command.village, command.team
    formed = fact.TeamFormed(
        **said(act, "5.1", place),
        team=team,
        village=place,
        formed_on=command.formed_on,
        members=tuple(member.person for member in command.members),
        leader=command.leader,
    )
    leads = fact.LeaderAppointed(
        **said(act, "5.4", place), team=team, person=command.leader, starts_on=command.formed_on
    )
    source = next(member.source for member in people if member.person == command.leader)
    seated = fact.TeamSeated(**said(act, "5.1", place), village=place, team=team, on=command.formed_on)
    return Decided(
        [
            Emit(f"team/{team}", formed),
            Emit(f"team/{team}", leads),
            *leaders.no_first_secretary(act, team, place, command.leader, source, command.formed_on),
            Emit(f"village/{place}", seated),
            *(posting(act, team, place, member, command.formed_on) for member in people),
            *weakness(act, team, place, command.formed_on, len(people)),
        ]
    )


def _breaks_a_bound_rule(act: Act[Any, Any], command: cmd.FormTeam, people: Sequence[cmd.NewMember]) -> Refusal | None:
    """Six people, and the first secretary leads: where the measures hold by reference, both are warnings (A90)."""
    leader = next(member for member in people if member.person == command.leader)
    if leader.source is not fact.MemberSource.FIRST_SECRETARY and act.rules["leader.must_be_fs"]:
        return no.LEADER_NOT_FIRST_SECRETARY
    return no.too_small(act.rules["team.min"]) if len(people) < act.rules["team.min"] else None


def _hinders_formation(
    act: Act[Any, Any], command: cmd.FormTeam, people: Sequence[cmd.NewMember], states: Mapping[str, Any]
) -> Refusal | None:
    village = held(states, f"village/{command.village}", Village)
    if held(states, f"team/{command.team}", Team).formed:
        return no.TEAM_EXISTS
    if not village.registered:
        return VILLAGE_UNKNOWN
    if village.team is not None:
        return no.VILLAGE_HAS_TEAM
    if command.formed_on > act.today:
        return no.FUTURE
    members = {member.person: member for member in people}
    if len(members) < len(people):
        return no.NAMED_TWICE
    if command.leader not in members:
        return no.LEADER_NOT_FIRST_SECRETARY
    hindered = (hindrance(states, member, command.formed_on) for member in people)
    return next((problem for problem in hindered if problem is not None), None)


def _assign(act: Act[Any, Any], command: cmd.AssignMember, states: Mapping[str, Any]) -> Decision:
    team = held(states, f"team/{command.team}", Team)
    if team.village is None:
        return no.TEAM_UNKNOWN
    if team.dissolved:
        return no.TEAM_DISSOLVED
    if command.starts_on > act.today:
        return no.FUTURE
    if team.formed_on is not None and command.starts_on < team.formed_on:
        return no.BEFORE_THE_TEAM
    member = with_unit(command.member, act.known)
    problem = hindrance(states, member, command.starts_on) or unexplained(act, command.starts_on, command.because)
    if problem is not None:
        return problem
    arrival = posting(act, command.team, team.village, member, command.starts_on, command.because)
    return Decided([arrival, *roster(act, command.team, team, command.starts_on, joined=(command.member.person,))])


def _move(act: Act[Any, Any], command: cmd.MoveMember, states: Mapping[str, Any]) -> Decision:
    career = held(states, f"posting/{command.person}/*", Career)
    current = career.active(command.team)
    if current is None:
        return no.NOT_POSTED
    if command.to_team == command.team:
        return no.SAME_TEAM
    old, new = held(states, f"team/{command.team}", Team), held(states, f"team/{command.to_team}", Team)
    if new.village is None:
        return no.TEAM_UNKNOWN
    if new.dissolved:
        return no.TEAM_DISSOLVED
    if career.chain.requested_on is not None:
        return no.CASE_PENDING
    if not current.starts_on <= command.last_day <= act.today:
        return no.WRONG_INTERVAL
    undated = unexplained(act, command.last_day, command.because)
    if undated is not None:
        return undated
    ending = fact.PostingEnded(
        **said(act, "5", current.village),
        **dated(act, command.last_day, command.because),
        person=command.person,
        team=command.team,
        cause=fact.EndingCause.MOVE,
        last_day=command.last_day,
    )
    arrival = arrival_after(command.last_day)
    member = cmd.NewMember(
        person=command.person, unit=current.unit, unit_level=current.unit_level, source=command.source
    )
    return Decided(
        [
            *departure(act, career, current, ending),
            posting(act, command.to_team, new.village, member, arrival, command.because),
            *roster(act, command.team, old, arrival, left=(command.person,)),
            *roster(act, command.to_team, new, arrival, joined=(command.person,)),
        ]
    )


def _end(act: Act[Any, Any], command: cmd.EndPosting, states: Mapping[str, Any]) -> Decision:
    team = held(states, f"team/{command.team}", Team)
    career = held(states, f"posting/{command.person}/*", Career)
    current = career.active(command.team)
    if current is None or team.village is None:
        return no.NOT_POSTED
    if command.last_day < current.starts_on or command.last_day > act.today:
        return no.WRONG_INTERVAL
    hindered = hinders_ending(act, command, career, current)
    if hindered is not None:
        return hindered
    how = dated(act, command.last_day, command.because)
    ending = fact.PostingEnded(**said(act, "5", team.village), **fields(command, "because"), **how)
    changed = roster(act, command.team, team, command.last_day, left=(command.person,))
    return Decided([*departure(act, career, current, ending), *changed])


def _record_secondment(act: Act[Any, Any], command: cmd.RecordSecondment, states: Mapping[str, Any]) -> Decision:
    career = held(states, f"posting/{command.person}/*", Career)
    current = career.active(command.team)
    if current is None:
        return no.NOT_POSTED
    last_day = command.last_day or act.today
    if not current.starts_on <= command.starts_on <= last_day <= act.today:
        return no.WRONG_INTERVAL
    if career.seconded(command.unit) is not None:
        return no.SECONDED
    header = said(act, "9.14", current.village)
    stream = person_stream(act, command.person)
    found = fact.SecondmentDetected(**header, person=command.person, unit=command.unit, starts_on=command.starts_on)
    if command.last_day is None:
        return one(stream, found)
    ended = fact.SecondmentEnded(**header, person=command.person, unit=command.unit, last_day=command.last_day)
    return Decided([Emit(stream, found), Emit(stream, ended)])


def _end_secondment(act: Act[Any, Any], command: cmd.EndSecondment, states: Mapping[str, Any]) -> Decision:
    career = held(states, f"posting/{command.person}/*", Career)
    secondment = career.seconded(command.unit)
    if secondment is None:
        return no.NOT_SECONDED
    if not secondment.starts_on <= command.last_day <= act.today:
        return no.WRONG_INTERVAL
    village = next(p.village for p in reversed(career.postings) if p.starts_on <= secondment.starts_on)
    ended = fact.SecondmentEnded(**said(act, "9.14", village), **fields(command, "team"))
    return one(person_stream(act, command.person), ended)

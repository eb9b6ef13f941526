"""Personnel decides: who is registered, who may act, who is posted where, who is replaced (Art. 2-5, 8-11)."""

from collections.abc import Mapping
from typing import Any, TypeAlias, assert_never

from contracts import personnel as fact
from contracts.fact import Fact
from contracts.identifiers import lies_in
from contracts.refusals import Refusal
from services.personnel import commands as cmd
from services.personnel import refusals as no
from services.personnel import replacement
from services.personnel.state import Career, Grants, Organisation, State, Team, Village, held
from services.personnel.teams import free_on, person_stream, posting, roster, said
from services.runtime.decisions import Act, Decided, Decision, Emit

States: TypeAlias = Mapping[str, State]


def decide(act: Act[Any, Any], states: States) -> Decision:
    """The facts that a command leads to, or why it is refused. Pure and total."""
    command: cmd.Command = act.command
    match command:
        case cmd.RegisterOrganisation():
            return _register_organisation(act, command, states)
        case cmd.RegisterVillage():
            return _register_village(act, command, states)
        case cmd.GrantRole():
            return _grant_role(act, command, states)
        case cmd.RevokeRole():
            return _revoke_role(act, command, states)
        case cmd.FormTeam():
            return _form_team(act, command, states)
        case cmd.AssignMember():
            return _assign_member(act, command, states)
        case cmd.EndPosting():
            return _end_posting(act, command, states)
        case cmd.RecordSecondment():
            return _record_secondment(act, command, states)
        case cmd.SecondMember():
            return no.SECONDMENT_FORBIDDEN
        case cmd.RecordTraining():
            return _record_training(act, command, states)
        case cmd.RecordName():
            return _one(
                f"person/{command.person}",
                fact.NameRecorded(**said(act, "0", command.area), **_fields(command, "area")),
            )
        case (
            cmd.ApproveWithdrawal()
            | cmd.ReplaceMember()
            | cmd.RecordMisconduct()
            | cmd.GiveEducation()
            | cmd.RecordNonCorrection()
            | cmd.RequestReplacement()
            | cmd.EscalateReplacement()
            | cmd.DecideReplacement()
        ):
            return replacement.decide(act, command, states)
    assert_never(command)


def _register_organisation(act: Act[Any, Any], command: cmd.RegisterOrganisation, states: States) -> Decision:
    key = f"organisation/{command.organisation}"
    if held(states, key, Organisation).registered:
        return no.ALREADY_REGISTERED
    return _one(key, fact.OrganisationRegistered(**said(act, "0", command.area), **_fields(command, "area")))


def _register_village(act: Act[Any, Any], command: cmd.RegisterVillage, states: States) -> Decision:
    key = f"village/{command.village}"
    if held(states, key, Village).registered:
        return no.ALREADY_REGISTERED
    return _one(key, fact.VillageRegistered(**said(act, "2.1", command.village), **_fields(command)))


def _grant_role(act: Act[Any, Any], command: cmd.GrantRole, states: States) -> Decision:
    key = f"role/{command.person}"
    if command.grant in held(states, key, Grants).grants:
        return no.GRANT_EXISTS
    if command.ends_on is not None and command.ends_on < command.starts_on:
        return no.WRONG_INTERVAL
    return _one(key, fact.RoleGranted(**said(act, "8.1", command.area), **_fields(command)))


def _revoke_role(act: Act[Any, Any], command: cmd.RevokeRole, states: States) -> Decision:
    key = f"role/{command.person}"
    # The area that the command names is the one that the keeper was checked for: it must be the grant's own.
    if held(states, key, Grants).grants.get(command.grant) != command.area:
        return no.GRANT_UNKNOWN
    return _one(key, fact.RoleRevoked(**said(act, "8.1", command.area), **_fields(command, "area")))


def _form_team(act: Act[Any, Any], command: cmd.FormTeam, states: States) -> Decision:
    problem = _team_problem(act, command, states)
    if problem is not None:
        return problem
    header = said(act, "5.1", command.village)
    team = f"team/{command.team}"
    emits = [
        Emit(
            team,
            fact.TeamFormed(
                **header,
                team=command.team,
                village=command.village,
                formed_on=command.formed_on,
                members=tuple(member.person for member in command.members),
                leader=command.leader,
            ),
        ),
        Emit(
            team,
            fact.LeaderAppointed(
                **said(act, "5.4", command.village),
                team=command.team,
                person=command.leader,
                starts_on=command.formed_on,
            ),
        ),
    ]
    emits += [posting(act, command.team, command.village, member, command.formed_on) for member in command.members]
    return Decided(emits)


def _team_problem(act: Act[Any, Any], command: cmd.FormTeam, states: States) -> Refusal | None:
    village = held(states, f"village/{command.village}", Village)
    if held(states, f"team/{command.team}", Team).formed:
        return no.TEAM_EXISTS
    if not village.registered:
        return no.VILLAGE_UNKNOWN
    if command.formed_on > act.today:
        return no.FUTURE
    members = {member.person: member for member in command.members}
    if len(members) < len(command.members):
        return no.NAMED_TWICE
    if len(members) < act.rules["team.min"]:
        return no.TEAM_TOO_SMALL
    leader = members.get(command.leader)
    if leader is None or leader.source is not fact.MemberSource.FIRST_SECRETARY:
        return no.LEADER_NOT_FIRST_SECRETARY
    for person in members:
        if not free_on(held(states, f"posting/{person}/*", Career), command.formed_on):
            return no.ALREADY_POSTED
    return None


def _assign_member(act: Act[Any, Any], command: cmd.AssignMember, states: States) -> Decision:
    team = held(states, f"team/{command.team}", Team)
    if team.village is None:
        return no.TEAM_UNKNOWN
    if command.starts_on > act.today:
        return no.FUTURE
    if not free_on(held(states, f"posting/{command.member.person}/*", Career), command.starts_on):
        return no.ALREADY_POSTED
    arrival = posting(act, command.team, team.village, command.member, command.starts_on)
    return Decided([arrival, *roster(act, command.team, team, command.starts_on, joined=(command.member.person,))])


def _end_posting(act: Act[Any, Any], command: cmd.EndPosting, states: States) -> Decision:
    team = held(states, f"team/{command.team}", Team)
    current = held(states, f"posting/{command.person}/*", Career).active(command.team)
    if current is None or team.village is None:
        return no.NOT_POSTED
    if command.last_day < current.starts_on or command.last_day > act.today:
        return no.WRONG_INTERVAL
    ending = fact.PostingEnded(**said(act, "5", team.village), **_fields(command))
    emits = [Emit(person_stream(act, command.person), ending)]
    return Decided([*emits, *roster(act, command.team, team, command.last_day, left=(command.person,))])


def _record_secondment(act: Act[Any, Any], command: cmd.RecordSecondment, states: States) -> Decision:
    current = held(states, f"posting/{command.person}/*", Career).active(command.team)
    if current is None:
        return no.NOT_POSTED
    if not current.starts_on <= command.starts_on <= command.last_day <= act.today:
        return no.WRONG_INTERVAL
    header = said(act, "9.14", current.village)
    stream = person_stream(act, command.person)
    found = fact.SecondmentDetected(**header, person=command.person, unit=command.unit, starts_on=command.starts_on)
    ended = fact.SecondmentEnded(**header, person=command.person, unit=command.unit, last_day=command.last_day)
    return Decided([Emit(stream, found), Emit(stream, ended)])


def _record_training(act: Act[Any, Any], command: cmd.RecordTraining, states: States) -> Decision:
    if command.ends_on < command.starts_on or command.ends_on > act.today:
        return no.WRONG_INTERVAL
    emits = []
    for person in dict.fromkeys(command.persons):
        career = held(states, f"posting/{person}/*", Career)
        then = career.on(command.starts_on)
        if then is None or not lies_in(then.village, command.area):
            return no.NOT_POSTED
        if command.training in career.trainings:
            return no.TRAINING_RECORDED
        attended = fact.TrainingAttended(
            **said(act, "11", command.area),
            person=person,
            training=command.training,
            organiser=command.organiser,
            starts_on=command.starts_on,
            ends_on=command.ends_on,
        )
        emits.append(Emit(person_stream(act, person), attended))
    return Decided(emits)


def _fields(command: Any, *without: str) -> dict[str, Any]:
    return {name: value for name, value in command if name not in without}


def _one(stream: str, recorded: Fact) -> Decided:
    return Decided([Emit(stream, recorded)])

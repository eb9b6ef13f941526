"""Teams and postings over HTTP (Art. 5, 9)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.identifiers import Role, county_of
from contracts.refusals import Refusal
from services.personnel.held import held
from services.personnel.registry.queries import bodies_of
from services.personnel.specs import of_team, team_step, village_of_team
from services.personnel.teams import commands as cmd
from services.personnel.teams import refusals as no
from services.personnel.teams.joining import Joining, unit_keys
from services.personnel.teams.opinions import HEARD
from services.personnel.teams.state import Team
from services.runtime.command_routes import Authority, CommandSpec
from services.runtime.context import Context

_PLACE_LENGTHS = (12, 9, 6, 4, 0)


@dataclass(frozen=True, slots=True)
class Consulted:
    """The team on which bodies are heard."""

    village: str
    members: frozenset[str]


async def _of_formation(context: Context, command: cmd.FormTeam) -> Joining:
    """The village of the team to be formed."""
    return await _joining(context, command.village, command.members)


async def _of_assignment(context: Context, command: cmd.AssignMember) -> Joining | Refusal:
    """The village of the team that gets a member."""
    village = await village_of_team(context, command)
    return village if isinstance(village, Refusal) else await _joining(context, village, (command.member,))


async def _joining(context: Context, village: str, members: Sequence[cmd.NewMember]) -> Joining:
    if all(member.unit is not None for member in members):
        return Joining(village)
    stands = (await context.rules(village))["cvo.unit"]
    async with context.service.views.reading("registry") as cursor:
        bodies = await bodies_of(cursor, Role(stands), county_of(village) or village, context.request.today)
    return Joining(village, bodies[0] if len(bodies) == 1 else None)


def _formation_keys(command: cmd.FormTeam, joining: Joining) -> Collection[str]:
    people = dict.fromkeys(member.person for member in command.members)
    ledgers = (key for person in people for key in (f"posting/{person}/*", f"chief-captain/{person}"))
    return [f"team/{command.team}", f"village/{command.village}", *ledgers, *unit_keys(command.members, joining)]


def _arrival_keys(command: cmd.AssignMember, joining: Joining) -> Collection[str]:
    person = command.member.person
    keys = [f"team/{command.team}", f"posting/{person}/*", f"chief-captain/{person}"]
    return [*keys, *unit_keys((command.member,), joining)]


def _with_person(command: Any, village: str) -> Collection[str]:
    return [f"team/{command.team}", f"village/{village}", f"posting/{command.person}/*"]


async def _both_teams(context: Context, command: cmd.MoveMember) -> str | Refusal:
    """The smallest place that holds both villages: whoever moves somebody answers for both teams."""
    keys = [f"team/{command.team}", f"team/{command.to_team}"]
    states = await context.workbench.states(keys)
    villages = [held(states, key, Team).village for key in keys]
    if None in villages:
        return no.TEAM_UNKNOWN
    one, other = (str(village) for village in villages)
    return next(one[:length] for length in _PLACE_LENGTHS if one[:length] == other[:length])


async def _consulted(context: Context, command: cmd.GiveJointOpinion) -> Consulted | Refusal:
    key = f"team/{command.team}"
    team = held(await context.workbench.states([key]), key, Team)
    return no.TEAM_UNKNOWN if team.village is None else Consulted(team.village, team.members)


def _opinion_keys(command: cmd.GiveJointOpinion, known: Consulted) -> Collection[str]:
    people = sorted({*known.members, *([command.person] if command.person else [])})
    keys = [f"opinion/{command.team}", f"team/{command.team}", f"village/{known.village}"]
    return [*keys, *(f"posting/{person}/*" for person in people)]


COMMANDS: tuple[CommandSpec[Any, Any], ...] = (
    CommandSpec(
        name="form-team",
        command=cmd.FormTeam,
        article="5.1",
        authority=lambda c, _: Authority((Role.TOWNSHIP,), c.village),
        keys=_formation_keys,
        gather=_of_formation,
        summary="组建工作队",
    ),
    of_team("confirm-team", cmd.ConfirmTeam, "5.1", "县级联席办确认组队", Role.COUNTY_OFFICE),
    of_team("dissolve-team", cmd.DissolveTeam, "5.1", "撤销工作队", Role.COUNTY_OFFICE),
    CommandSpec(
        name="assign-member",
        command=cmd.AssignMember,
        article="5.2",
        authority=lambda _, joining: Authority((Role.TOWNSHIP,), joining.village),
        keys=_arrival_keys,
        gather=_of_assignment,
        summary="补充队员",
    ),
    CommandSpec(
        name="appoint-leader",
        command=cmd.AppointLeader,
        article="5.4",
        authority=lambda _, village: Authority((Role.TOWNSHIP,), village),
        keys=_with_person,
        gather=village_of_team,
        summary="任命队长（第一书记）",
    ),
    CommandSpec(
        name="designate-acting-leader",
        command=cmd.DesignateActingLeader,
        article="9.10",
        authority=lambda _, village: Authority((Role.TOWNSHIP,), village),
        keys=_with_person,
        gather=village_of_team,
        summary="指定临时负责人",
    ),
    CommandSpec(
        name="move-member",
        command=cmd.MoveMember,
        article="5.2",
        authority=lambda _, place: Authority((Role.TOWNSHIP, Role.COUNTY_OFFICE, Role.CITY_OFFICE), place),
        keys=lambda c, _: [f"posting/{c.person}/*", f"team/{c.team}", f"team/{c.to_team}"],
        gather=_both_teams,
        summary="队员在工作队之间调动",
    ),
    team_step("end-posting", cmd.EndPosting, "5", "派驻结束", Role.TOWNSHIP),
    team_step("record-secondment", cmd.RecordSecondment, "9.14", "查实抽调", Role.TOWNSHIP, Role.COUNTY_OFFICE),
    team_step("end-secondment", cmd.EndSecondment, "9.14", "抽调结束", Role.TOWNSHIP, Role.COUNTY_OFFICE),
    team_step(
        "second-member",
        cmd.SecondMember,
        "9.14",
        "抽调（一律不予批准）",
        Role.DISPATCHING_UNIT,
        Role.CITY_OFFICE,
        Role.CITY_ORGANISATION,
        Role.COUNTY_OFFICE,
        Role.TOWNSHIP,
        Role.TEAM_LEADER,
        Role.ASSIGNED_UNIT,
    ),
    CommandSpec(
        name="give-joint-opinion",
        command=cmd.GiveJointOpinion,
        article="8.1",
        authority=lambda c, known: Authority(HEARD[c.matter], known.village, c.unit),
        keys=_opinion_keys,
        gather=_consulted,
        summary="会同、配合部门的意见",
    ),
)

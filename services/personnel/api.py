"""Personnel over HTTP: one endpoint per command, and the queries that people ask of it."""

from collections.abc import Callable, Collection
from typing import Any

from fastapi import APIRouter, Depends

from contracts.identifiers import Role
from contracts.personnel import TrainingLevel
from contracts.refusals import Refusal
from services.personnel import commands as cmd
from services.personnel import queries
from services.personnel import refusals as no
from services.personnel.domain import decide
from services.personnel.state import Team, held
from services.runtime.command_routes import Authority, CommandSpec, command_router, nothing_to_gather
from services.runtime.commands import Refused
from services.runtime.context import Context, request_of
from services.runtime.directory import postings_of

KEEPER = (Role.REGISTRY_KEEPER,)


async def _village_of_team(context: Context, command: Any) -> str | Refusal:
    key = f"team/{command.team}"
    team = held(await context.workbench.states([key]), key, Team)
    return team.village if team.village is not None else no.TEAM_UNKNOWN


def _in_village(*roles: Role) -> Callable[[Any, str], Authority]:
    return lambda _command, village: Authority(roles, village)


def _person_and_team(command: Any, _village: str) -> Collection[str]:
    keys = [f"posting/{command.person}/*", f"team/{command.team}"]
    successor = getattr(command, "successor", None)
    return [*keys, f"posting/{successor.person}/*"] if successor else keys


def _team_step(name: str, command: type[Any], article: str, summary: str, *roles: Role) -> CommandSpec[Any, Any]:
    """A command about one member of one team, given by one of `roles` whose area covers the team's village."""
    return CommandSpec(
        name=name,
        command=command,
        article=article,
        authority=_in_village(*roles),
        keys=_person_and_team,
        gather=_village_of_team,
        summary=summary,
    )


def _by_keeper(name: str, command: type[Any], article: str, summary: str, area: str, key: str) -> CommandSpec[Any, Any]:
    return CommandSpec(
        name=name,
        command=command,
        article=article,
        authority=lambda c, _: Authority(KEEPER, getattr(c, area)),
        keys=lambda c, _: [key.format(c)],
        gather=nothing_to_gather,
        summary=summary,
    )


COMMANDS: tuple[CommandSpec[Any, Any], ...] = (
    _by_keeper(
        "register-organisation", cmd.RegisterOrganisation, "0", "登记单位", "area", "organisation/{0.organisation}"
    ),
    _by_keeper("register-village", cmd.RegisterVillage, "2.1", "登记村", "village", "village/{0.village}"),
    _by_keeper("grant-role", cmd.GrantRole, "8.1", "授予职责", "area", "role/{0.person}"),
    _by_keeper("revoke-role", cmd.RevokeRole, "8.1", "撤销职责", "area", "role/{0.person}"),
    _by_keeper("record-name", cmd.RecordName, "0", "登记姓名", "area", "person/{0.person}"),
    CommandSpec(
        name="form-team",
        command=cmd.FormTeam,
        article="5.1",
        authority=lambda c, _: Authority((Role.TOWNSHIP,), c.village),
        keys=lambda c, _: [
            f"team/{c.team}",
            f"village/{c.village}",
            *(f"posting/{member.person}/*" for member in c.members),
        ],
        gather=nothing_to_gather,
        summary="组建工作队",
    ),
    CommandSpec(
        name="assign-member",
        command=cmd.AssignMember,
        article="5.2",
        authority=_in_village(Role.TOWNSHIP),
        keys=lambda c, _: [f"team/{c.team}", f"posting/{c.member.person}/*"],
        gather=_village_of_team,
        summary="补充队员",
    ),
    _team_step("approve-withdrawal", cmd.ApproveWithdrawal, "8", "批准撤回或更换", Role.CITY_OFFICE),
    _team_step("replace-member", cmd.ReplaceMember, "8", "更换队员（普通）", Role.TOWNSHIP, Role.COUNTY_OFFICE),
    _team_step("end-posting", cmd.EndPosting, "5", "派驻结束", Role.TOWNSHIP),
    _team_step("record-misconduct", cmd.RecordMisconduct, "10", "记录第十条情形", Role.TEAM_LEADER, Role.TOWNSHIP),
    _team_step("give-education", cmd.GiveEducation, "10", "教育帮助", Role.TEAM_LEADER, Role.TOWNSHIP),
    _team_step("record-non-correction", cmd.RecordNonCorrection, "10", "仍不改正", Role.TEAM_LEADER, Role.TOWNSHIP),
    _team_step("request-replacement", cmd.RequestReplacement, "10", "要求调整更换", Role.TEAM_LEADER, Role.TOWNSHIP),
    _team_step("escalate-replacement", cmd.EscalateReplacement, "10", "乡镇逐级上报", Role.TOWNSHIP),
    _team_step("decide-replacement", cmd.DecideReplacement, "10", "决定强行调整更换", Role.COUNTY_OFFICE),
    _team_step("record-secondment", cmd.RecordSecondment, "9.14", "查实抽调", Role.TOWNSHIP, Role.COUNTY_OFFICE),
    _team_step(
        "second-member",
        cmd.SecondMember,
        "9.14",
        "抽调（一律不予批准）",
        Role.DISPATCHING_UNIT,
        Role.CITY_OFFICE,
        Role.COUNTY_OFFICE,
        Role.TOWNSHIP,
    ),
    CommandSpec(
        name="record-training",
        command=cmd.RecordTraining,
        article="11",
        authority=lambda c, _: Authority(_organisers(c), c.area),
        keys=lambda c, _: [f"posting/{person}/*" for person in dict.fromkeys(c.persons)],
        gather=nothing_to_gather,
        summary="记录培训",
    ),
)


def _organisers(command: cmd.RecordTraining) -> tuple[Role, ...]:
    if command.organiser is TrainingLevel.TOWNSHIP:
        return (Role.TOWNSHIP,)
    return (Role.COUNTY_ORGANISATION, Role.COUNTY_POVERTY, Role.COUNTY_AGRICULTURE)


READERS = (
    Role.CITY_OFFICE,
    Role.CITY_ORGANISATION,
    Role.COUNTY_OFFICE,
    Role.COUNTY_ORGANISATION,
    Role.COUNTY_POVERTY,
    Role.TOWNSHIP,
    Role.TOWNSHIP_LEADER,
    Role.AUDIT,
    Role.REGISTRY_KEEPER,
)


def router() -> APIRouter:
    """All routes of the service."""
    routes = APIRouter()
    routes.include_router(command_router(COMMANDS, decide))

    @routes.get("/teams", summary="工作队名册")
    async def teams(place: str, context: Context = Depends(request_of)) -> dict[str, Any]:
        await _may_read(context, place)
        async with context.service.views.reading("directory") as cursor:
            await cursor.execute(
                "select t.team, t.village, t.leader, coalesce(array_agg(p.person order by p.person)"
                " filter (where p.last_day is null), '{}') from team t left join posting p using (team)"
                " where t.village like %s group by t.team order by t.team",
                (place + "%",),
            )
            rows = await cursor.fetchall()
        names = ("team", "village", "leader", "members")
        return {"teams": [dict(zip(names, row, strict=True)) for row in rows]}

    @routes.get("/strength", summary="各队人数与缺员")
    async def strength(place: str, weak: bool = False, context: Context = Depends(request_of)) -> dict[str, Any]:
        await _may_read(context, place)
        async with context.service.views.reading("staffing") as cursor:
            return {"place": place, "teams": await queries.strength(cursor, place, weak=weak)}

    @routes.get("/postings/{person}", summary="派驻经历")
    async def postings(person: str, context: Context = Depends(request_of)) -> dict[str, Any]:
        async with context.service.views.reading("directory") as cursor:
            found = (await postings_of(cursor, [person]))[person]
        if person != context.request.caller:
            await _may_read(context, found[-1].village if found else "5301")
        return {"person": person, "postings": found}

    return routes


async def _may_read(context: Context, place: str) -> None:
    reader = await context.authority(READERS, place, None, "8.1")
    if isinstance(reader, Refusal):
        raise Refused(reader)

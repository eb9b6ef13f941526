"""The daily work over HTTP (Art. 6, 7, 17, 21, 22)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from contracts.identifiers import Role
from contracts.personnel import ReportRecipient
from contracts.refusals import Refusal
from services.personnel.held import held
from services.personnel.specs import at_place, in_village, village_of_team
from services.personnel.teams.refusals import TEAM_UNKNOWN
from services.personnel.teams.state import Team
from services.personnel.work import commands as cmd
from services.runtime.command_routes import Authority, CommandSpec, nothing_to_gather
from services.runtime.context import Context

_RECEIVES = {
    ReportRecipient.DISPATCHING_UNIT: Role.DISPATCHING_UNIT,
    ReportRecipient.ASSIGNED_UNIT: Role.ASSIGNED_UNIT,
    ReportRecipient.TOWNSHIP: Role.TOWNSHIP,
    ReportRecipient.COUNTY_OFFICE: Role.COUNTY_OFFICE,
}
_OFFICES = (Role.CITY_OFFICE, Role.COUNTY_OFFICE)


@dataclass(frozen=True, slots=True)
class Reporting:
    """Where the team works, who is in it, and who asks."""

    village: str
    members: frozenset[str]
    caller: str


async def _reporting(context: Context, command: Any) -> Reporting | Refusal:
    key = f"team/{command.team}"
    team = held(await context.workbench.states([key]), key, Team)
    if team.village is None:
        return TEAM_UNKNOWN
    return Reporting(team.village, team.members, context.request.caller)


def _of_reporting(*roles: Role) -> Any:
    return lambda _command, known: Authority(roles, known.village)


def _with_members(command: Any, known: Reporting) -> Collection[str]:
    """A member who came or left since makes the team's stream move, and the decision is taken again."""
    keys = [f"report/{command.team}/*", f"team/{command.team}", f"village/{known.village}"]
    return [*keys, *(f"posting/{person}/*" for person in sorted(known.members))]


def _own_log(command: cmd.LogWork, known: Reporting) -> Collection[str]:
    return [f"worklog/{known.caller}/*", f"posting/{known.caller}/*"]


def _recipient(command: cmd.AcknowledgeReport, village: str) -> Authority:
    return Authority((_RECEIVES[command.recipient],), village, command.organisation)


def _report(name: str, command: type[Any], article: str, summary: str) -> CommandSpec[Any, Any]:
    return CommandSpec(
        name=name,
        command=command,
        article=article,
        authority=_of_reporting(Role.TEAM_LEADER),
        keys=_with_members,
        gather=_reporting,
        summary=summary,
        weighty=False,
    )


_SUPPORT = ("support/{0.village}/*", "village/{0.village}")

COMMANDS: tuple[CommandSpec[Any, Any], ...] = (
    CommandSpec(
        name="adopt-annual-plan",
        command=cmd.AdoptAnnualPlan,
        article="7.1",
        authority=in_village(Role.TEAM_LEADER),
        keys=lambda c, _: [f"report/{c.team}/*", f"team/{c.team}"],
        gather=village_of_team,
        summary="制定年度工作计划",
        weighty=False,
    ),
    CommandSpec(
        name="review-annual-plan",
        command=cmd.ReviewAnnualPlan,
        article="7.1",
        authority=in_village(Role.TOWNSHIP),
        keys=lambda c, _: [f"report/{c.team}/*", f"team/{c.team}"],
        gather=village_of_team,
        summary="乡镇审核年度工作计划",
        weighty=False,
    ),
    CommandSpec(
        name="log-work",
        command=cmd.LogWork,
        article="6",
        authority=_of_reporting(Role.TEAM_LEADER, Role.MEMBER),
        keys=_own_log,
        gather=_reporting,
        summary="记录本人工作日志",
        weighty=False,
    ),
    _report("submit-report", cmd.SubmitReport, "7.2", "报送月报"),
    _report("deliver-report", cmd.DeliverReport, "7.2", "补送月报"),
    CommandSpec(
        name="acknowledge-report",
        command=cmd.AcknowledgeReport,
        article="7.2",
        authority=_recipient,
        keys=lambda c, _: [f"report/{c.team}/*", f"team/{c.team}"],
        gather=village_of_team,
        summary="签收月报",
        weighty=False,
    ),
    at_place("hold-meeting", cmd.HoldMeeting, "21.1", "记录工作例会", "area", *_OFFICES, keys=("meeting/{0.meeting}",)),
    at_place(
        "carry-out-decision",
        cmd.CarryOutDecision,
        "21.1",
        "落实议定事项",
        "area",
        *_OFFICES,
        keys=("meeting/{0.meeting}",),
    ),
    at_place(
        "record-head-visit",
        cmd.RecordHeadVisit,
        "21.2",
        "乡镇主要负责同志调研指导",
        "village",
        Role.TOWNSHIP_HEAD,
        keys=_SUPPORT,
    ),
    CommandSpec(
        name="record-unit-support",
        command=cmd.RecordUnitSupport,
        article="21.3",
        authority=lambda c, _: Authority((Role.ASSIGNED_UNIT,), c.village, c.unit),
        keys=lambda c, _: [key.format(c) for key in _SUPPORT],
        gather=nothing_to_gather,
        summary="包村单位支持",
    ),
    at_place(
        "provide-condition",
        cmd.ProvideCondition,
        "17.2",
        "提供工作生活条件",
        "village",
        Role.TOWNSHIP,
        keys=_SUPPORT,
    ),
    at_place(
        "report-missing-condition",
        cmd.ReportMissingCondition,
        "17.2",
        "反映缺少的条件",
        "village",
        Role.TEAM_LEADER,
        Role.VILLAGE_DIRECTOR,
        keys=_SUPPORT,
    ),
    at_place("request-support", cmd.RequestSupport, "7.2", "争取部门支持", "village", Role.TEAM_LEADER, keys=_SUPPORT),
    at_place("record-support", cmd.RecordSupport, "7.2", "记录已获支持", "village", Role.TEAM_LEADER, keys=_SUPPORT),
    at_place(
        "record-publicity",
        cmd.RecordPublicity,
        "22",
        "记录宣传",
        "area",
        *_OFFICES,
        Role.TOWNSHIP,
        Role.TEAM_LEADER,
        keys=("publicity/{0.item}",),
    ),
)

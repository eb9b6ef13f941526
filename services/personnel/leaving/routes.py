"""Withdrawal and replacement over HTTP (Art. 8, 10)."""

from typing import Any

from contracts.identifiers import Role
from services.personnel.leaving import commands as cmd
from services.personnel.specs import of_unit, team_step
from services.runtime.command_routes import CommandSpec

_EACH_LEVEL = (Role.TOWNSHIP, Role.COUNTY_OFFICE, Role.CITY_OFFICE)

COMMANDS: tuple[CommandSpec[Any, Any], ...] = (
    of_unit("request-withdrawal", cmd.RequestWithdrawal, "8", "派出单位提出撤回、更换或轮换"),
    team_step("give-county-opinion", cmd.GiveCountyOpinion, "8", "县级联席办意见", Role.COUNTY_OFFICE),
    team_step("approve-withdrawal", cmd.ApproveWithdrawal, "8", "批准撤回或更换", Role.CITY_OFFICE),
    team_step("refuse-withdrawal", cmd.RefuseWithdrawal, "8", "不予批准撤回或更换", Role.CITY_OFFICE),
    team_step("withdraw-member", cmd.WithdrawMember, "8", "撤回队员", Role.TOWNSHIP, Role.COUNTY_OFFICE),
    team_step("replace-member", cmd.ReplaceMember, "8", "更换队员（普通、轮换）", Role.TOWNSHIP, Role.COUNTY_OFFICE),
    of_unit("propose-successor", cmd.ProposeSuccessor, "10.3", "派出单位推荐接替人选"),
    team_step("record-misconduct", cmd.RecordMisconduct, "10", "记录第十条情形", Role.TEAM_LEADER, Role.TOWNSHIP),
    team_step("give-education", cmd.GiveEducation, "10", "教育帮助", Role.TEAM_LEADER, Role.TOWNSHIP),
    team_step("record-non-correction", cmd.RecordNonCorrection, "10", "仍不改正", Role.TEAM_LEADER, Role.TOWNSHIP),
    team_step("request-replacement", cmd.RequestReplacement, "10", "要求调整更换", Role.TEAM_LEADER, Role.TOWNSHIP),
    team_step("escalate-replacement", cmd.EscalateReplacement, "10", "逐级上报", Role.TOWNSHIP, Role.COUNTY_OFFICE),
    team_step("reject-replacement", cmd.RejectReplacement, "10", "不予调整更换", *_EACH_LEVEL),
    team_step(
        "decide-replacement",
        cmd.DecideReplacement,
        "10",
        "决定强行调整更换",
        Role.COUNTY_OFFICE,
        Role.CITY_OFFICE,
    ),
)

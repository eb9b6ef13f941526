"""Spot checks over HTTP: who may give which command (`reading.py`: who reads what was found)."""

from collections.abc import Collection
from typing import Any

from services.attendance.checks import commands as cmd
from services.attendance.gathering import of_plan, of_spot_check
from services.attendance.known import Known
from services.attendance.said import check_of, register_of
from services.attendance.specs import CO, XO, spec
from services.runtime.command_routes import CommandSpec


def _check(command: cmd.PlanSpotCheck, _known: Known) -> Collection[str]:
    return [check_of(command.check)]


def _checked(command: cmd.RecordSpotCheck, _known: Known) -> Collection[str]:
    persons = dict.fromkeys(found.person for found in command.findings)
    return [check_of(command.check), *(register_of(person) for person in persons)]


COMMANDS: tuple[CommandSpec[Any, Known], ...] = (
    spec("plan-spot-check", cmd.PlanSpotCheck, "8.4", "计划抽查、随机抽取", of_plan, XO, CO, keys=_check),
    spec("record-spot-check", cmd.RecordSpotCheck, "8.4", "记录抽查", of_spot_check, XO, CO, keys=_checked),
)

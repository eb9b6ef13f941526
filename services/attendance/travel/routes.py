"""Official travel over HTTP: who may give which command."""

from typing import Any

from services.attendance.gathering import of_travel
from services.attendance.known import Known
from services.attendance.specs import COMMITTEE, FROM_START, LD, OWN, spec
from services.attendance.travel import commands as cmd
from services.runtime.command_routes import CommandSpec

COMMANDS: tuple[CommandSpec[Any, Known], ...] = (
    spec("request-travel", cmd.RequestTravel, "9.2", "申请因公出差", FROM_START, *OWN),
    spec("approve-travel", cmd.ApproveTravel, "9.2", "批准因公出差", of_travel, LD, *COMMITTEE),
    spec("reject-travel", cmd.RejectTravel, "9.2", "不批准因公出差", of_travel, LD, *COMMITTEE),
    spec("withdraw-travel", cmd.WithdrawTravel, "9.2", "撤回因公出差", of_travel, *OWN),
    spec("close-travel", cmd.CloseTravel, "9.2", "出差返回", of_travel, *OWN, *COMMITTEE),
)

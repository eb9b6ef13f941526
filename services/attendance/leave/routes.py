"""Leave over HTTP: who may give which command."""

from typing import Any

from services.attendance.gathering import of_leave
from services.attendance.known import Known
from services.attendance.leave import commands as cmd
from services.attendance.specs import CHAIN, COMMITTEE, FROM_START, OWN, spec
from services.runtime.command_routes import CommandSpec

COMMANDS: tuple[CommandSpec[Any, Known], ...] = (
    spec("request-leave", cmd.RequestLeave, "9.9", "请假", FROM_START, *OWN),
    spec("supply-leave-papers", cmd.SupplyLeavePapers, "9.9", "补交请假证明材料", of_leave, *OWN),
    spec("approve-leave", cmd.ApproveLeave, "9.10", "批准请假（逐级）", of_leave, *CHAIN),
    spec("reject-leave", cmd.RejectLeave, "9.10", "不批准请假或续假", of_leave, *CHAIN),
    spec("withdraw-leave", cmd.WithdrawLeave, "9.9", "撤回请假", of_leave, *OWN),
    spec("extend-leave", cmd.ExtendLeave, "9.12", "申请续假", of_leave, *OWN),
    spec("approve-extension", cmd.ApproveExtension, "9.12", "批准续假（逐级）", of_leave, *CHAIN),
    spec("shorten-leave", cmd.ShortenLeave, "9.12", "缩短假期", of_leave, *OWN, *COMMITTEE),
    spec("close-leave", cmd.CloseLeave, "9.12", "销假", of_leave, *OWN, *COMMITTEE),
    spec("record-overstay", cmd.RecordOverstay, "9.12", "记录逾期不归", of_leave, *CHAIN),
)

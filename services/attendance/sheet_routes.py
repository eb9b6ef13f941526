"""Monthly sheets over HTTP: one endpoint per command (`sheet_reading.py`: who reads them)."""

from typing import Any

from contracts.identifiers import Role
from services.attendance import sheet_commands as cmd
from services.attendance.known import Known
from services.attendance.said import TOWNSHIP
from services.attendance.sheet_gathering import of_sheet, of_sheets, sheet_keys, sheets_keys, with_registers
from services.runtime.command_routes import Authority, CommandSpec

LD, MB, TL = Role.TEAM_LEADER, Role.MEMBER, Role.TOWNSHIP_LEADER
VS, VD, V2 = Role.VILLAGE_SECRETARY, Role.VILLAGE_DIRECTOR, Role.VILLAGE_COMMITTEES
COMMITTEE = (Role.TOWNSHIP, Role.TOWNSHIP_HEAD)


def _spec(
    name: str, command: type[Any], article: str, summary: str, gather: Any, keys: Any, *roles: Role
) -> CommandSpec[Any, Known]:
    """A command that one of `roles` gives at the place that `gather` finds."""
    return CommandSpec(name, command, article, lambda _, known: Authority(roles, known.place), keys, gather, summary)


SHEET_COMMANDS: tuple[CommandSpec[Any, Known], ...] = (
    _spec("draft-sheet", cmd.DraftSheet, "9.4", "编制月考勤表", of_sheet, with_registers, LD, *TOWNSHIP),
    _spec("delegate-signature", cmd.DelegateSignature, "9.4", "登记委托签字", of_sheet, sheet_keys, *COMMITTEE),
    # Members stand here so that the refusal is that of the signature, not only that of the office (W27).
    _spec("sign-sheet", cmd.SignSheet, "9.4", "月考勤表签字", of_sheet, with_registers, VS, VD, V2, LD, MB),
    _spec("submit-sheet", cmd.SubmitSheet, "9.5", "报送乡镇", of_sheet, sheet_keys, LD),
    _spec("return-sheet", cmd.ReturnSheet, "9.6", "退回", of_sheet, sheet_keys, TL),
    _spec("review-sheets", cmd.ReviewSheets, "9.6", "审核", of_sheets, with_registers, TL),
    _spec("file-sheets", cmd.FileSheets, "9.7", "报县级组织、扶贫部门备案", of_sheets, sheets_keys, *COMMITTEE),
    _spec("feed-back-sheets", cmd.FeedBackSheets, "9.8", "反馈派出单位", of_sheets, sheets_keys, *COMMITTEE),
)

"""Monthly sheets over HTTP: one endpoint per command (`reading.py`: who reads them)."""

from typing import Any

from contracts.identifiers import Role
from services.attendance.known import Known
from services.attendance.said import TOWNSHIP
from services.attendance.sheets import commands as cmd
from services.attendance.sheets.gathering import (
    of_sheet,
    of_sheet_and_days,
    of_sheets,
    of_sheets_and_days,
    sheet_keys,
    sheets_keys,
    with_registers,
)
from services.attendance.specs import COMMITTEE, LD, MB, spec
from services.runtime.command_routes import CommandSpec

TL = Role.TOWNSHIP_LEADER
VS, VD, V2 = Role.VILLAGE_SECRETARY, Role.VILLAGE_DIRECTOR, Role.VILLAGE_COMMITTEES

COMMANDS: tuple[CommandSpec[Any, Known], ...] = (
    spec("draft-sheet", cmd.DraftSheet, "9.4", "编制月考勤表", of_sheet_and_days, LD, *TOWNSHIP, keys=with_registers),
    spec("delegate-signature", cmd.DelegateSignature, "9.4", "登记委托签字", of_sheet, *COMMITTEE, keys=sheet_keys),
    # Members stand here so that the refusal is that of the signature, not only that of the office (W27).
    spec(
        "sign-sheet", cmd.SignSheet, "9.4", "月考勤表签字", of_sheet_and_days, VS, VD, V2, LD, MB, keys=with_registers
    ),
    spec("submit-sheet", cmd.SubmitSheet, "9.5", "报送乡镇", of_sheet, LD, keys=sheet_keys),
    spec("return-sheet", cmd.ReturnSheet, "9.6", "退回", of_sheet, TL, keys=sheet_keys),
    spec("review-sheets", cmd.ReviewSheets, "9.6", "审核", of_sheets_and_days, TL, keys=with_registers),
    spec("file-sheets", cmd.FileSheets, "9.7", "报县级组织、扶贫部门备案", of_sheets, *COMMITTEE, keys=sheets_keys),
    spec("feed-back-sheets", cmd.FeedBackSheets, "9.8", "反馈派出单位", of_sheets, *COMMITTEE, keys=sheets_keys),
)

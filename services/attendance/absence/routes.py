"""Absence over HTTP: who may give which command."""

from typing import Any

from services.attendance.absence import commands as cmd
from services.attendance.known import Known
from services.attendance.said import TOWNSHIP
from services.attendance.specs import CHAIN, COMMITTEE, FROM_START, ON_DATE, XO, spec
from services.runtime.command_routes import CommandSpec

COMMANDS: tuple[CommandSpec[Any, Known], ...] = (
    spec("record-absence", cmd.RecordAbsence, "9.3", "记录缺岗", ON_DATE, *CHAIN),
    spec("justify-absence", cmd.JustifyAbsence, "15.4", "认定缺岗有正当理由", FROM_START, *COMMITTEE, XO),
    spec("reject-justification", cmd.RejectJustification, "15.4", "认定无正当理由", FROM_START, *COMMITTEE, XO),
    spec("correct-day", cmd.CorrectDay, "9.3", "更正当日状态", ON_DATE, *TOWNSHIP),
    spec("request-correction", cmd.RequestCorrection, "9.4", "请求更正已签字月份的一日", ON_DATE, *COMMITTEE),
)

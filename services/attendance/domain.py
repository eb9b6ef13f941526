"""Attendance decides: who was on post, who is on official travel, who has leave, who was absent (Art. 8, 9)."""

from collections.abc import Mapping
from typing import Any, assert_never

from services.attendance import absence, check_ins, leave, periods, sheets, spot_checks, travel, year_facts
from services.attendance import commands as cmd
from services.attendance import sheet_commands as sheet
from services.attendance.known import Known
from services.attendance.state import State
from services.runtime.decisions import Act, Decision


def decide(act: Act[Any, Known], states: Mapping[str, State]) -> Decision:
    """The facts that a command leads to, or why it is refused. Pure and total."""
    command: cmd.Command = act.command
    past = periods.refusal(command, states, act.known.sheets)
    if past is not None:
        return past
    match command:
        case cmd.CheckIn() | cmd.CheckInBatch() | cmd.BackfillCheckIn() | cmd.VoidCheckIn() | cmd.RecordLodging():
            return check_ins.decide(act, command, states)
        case cmd.RequestTravel() | cmd.ApproveTravel() | cmd.CloseTravel():
            return travel.decide(act, command, states)
        case (
            cmd.RequestLeave()
            | cmd.SupplyLeavePapers()
            | cmd.ApproveLeave()
            | cmd.RejectLeave()
            | cmd.WithdrawLeave()
            | cmd.ExtendLeave()
            | cmd.ApproveExtension()
            | cmd.ShortenLeave()
            | cmd.CloseLeave()
            | cmd.RecordOverstay()
            | cmd.DeclareClosingOverdue()
        ):
            return leave.decide(act, command, states)
        case (
            cmd.RecordAbsence()
            | cmd.JustifyAbsence()
            | cmd.RejectJustification()
            | cmd.CorrectDay()
            | cmd.RequestCorrection()
        ):
            return absence.decide(act, command, states)
        case cmd.PlanSpotCheck() | cmd.RecordSpotCheck():
            return spot_checks.decide(act, command, states)
        case cmd.WarnOfAbsence() | cmd.DeclarePaceLost() | cmd.CloseYear():
            return year_facts.decide(act, command, states)
        case (
            sheet.DraftSheet()
            | sheet.DelegateSignature()
            | sheet.SignSheet()
            | sheet.SubmitSheet()
            | sheet.ReturnSheet()
            | sheet.DeclareSheetOverdue()
            | sheet.ReviewSheets()
            | sheet.FileSheets()
            | sheet.FeedBackSheets()
        ):
            return sheets.decide(act, command, states)
    assert_never(command)

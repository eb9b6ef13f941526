"""Attendance decides: who was on post, who is on official travel, who has leave, who was absent (Art. 8, 9)."""

from collections.abc import Mapping
from typing import Any, assert_never

from services.attendance import absence, check_ins, leave, travel
from services.attendance import commands as cmd
from services.attendance.known import Known
from services.attendance.state import Register
from services.runtime.decisions import Act, Decision


def decide(act: Act[Any, Known], states: Mapping[str, Register]) -> Decision:
    """The facts that a command leads to, or why it is refused. Pure and total."""
    command: cmd.Command = act.command
    match command:
        case cmd.CheckIn() | cmd.CheckInBatch() | cmd.BackfillCheckIn() | cmd.VoidCheckIn():
            return check_ins.decide(act, command, states)
        case cmd.RequestTravel() | cmd.ApproveTravel() | cmd.CloseTravel():
            return travel.decide(act, command, states)
        case (
            cmd.RequestLeave()
            | cmd.ApproveLeave()
            | cmd.RejectLeave()
            | cmd.WithdrawLeave()
            | cmd.ExtendLeave()
            | cmd.ApproveExtension()
            | cmd.ShortenLeave()
            | cmd.CloseLeave()
            | cmd.RecordOverstay()
        ):
            return leave.decide(act, command, states)
        case (
            cmd.RecordAbsence()
            | cmd.JustifyAbsence()
            | cmd.RejectJustification()
            | cmd.CorrectDay()
            | cmd.RecordSpotCheck()
        ):
            return absence.decide(act, command, states)
    assert_never(command)

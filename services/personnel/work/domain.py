"""The daily work decides: the log by duty, meetings, support, living conditions, publicity (Art. 6, 17, 21, 22).

Plans and monthly reports are in `reports.py`.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias, assert_never

from contracts import personnel as fact
from contracts.identifiers import Role, stream_name
from services.personnel.held import fields, held, one, said
from services.personnel.registry.refusals import VILLAGE_UNKNOWN
from services.personnel.registry.state import Village
from services.personnel.teams.state import Career
from services.personnel.work import commands as cmd
from services.personnel.work import refusals as no
from services.personnel.work import reports
from services.personnel.work.activities import DUTY_OF, PROJECT_STAGES, is_the_leaders
from services.personnel.work.state import Meeting, Publicity, Support, WorkLog
from services.runtime.decisions import Act, Decision

InVillage: TypeAlias = (
    cmd.RecordHeadVisit
    | cmd.RecordUnitSupport
    | cmd.ProvideCondition
    | cmd.ReportMissingCondition
    | cmd.RequestSupport
    | cmd.RecordSupport
)


def decide(act: Act[Any, Any], command: cmd.WorkCommand, states: Mapping[str, Any]) -> Decision:
    """The facts that a command about the daily work leads to, or why it is refused."""
    match command:
        case (
            cmd.AdoptAnnualPlan()
            | cmd.ReviewAnnualPlan()
            | cmd.SubmitReport()
            | cmd.DeliverReport()
            | cmd.AcknowledgeReport()
            | cmd.SayReportOverdue()
        ):
            return reports.decide(act, command, states)
        case cmd.LogWork():
            return _log(act, command, states)
        case cmd.HoldMeeting() | cmd.CarryOutDecision():
            return _meet(act, command, held(states, f"meeting/{command.meeting}", Meeting))
        case cmd.RecordPublicity():
            if command.on > act.today:
                return no.FUTURE
            if held(states, f"publicity/{command.item}", Publicity).recorded:
                return no.ITEM_EXISTS
            shown = fact.PublicityRecorded(**said(act, "22", command.area), **fields(command, "area"))
            return one(f"publicity/{command.item}", shown)
        case (
            cmd.RecordHeadVisit()
            | cmd.RecordUnitSupport()
            | cmd.ProvideCondition()
            | cmd.ReportMissingCondition()
            | cmd.RequestSupport()
            | cmd.RecordSupport()
        ):
            return _in_village(act, command, states)
    assert_never(command)


def _log(act: Act[Any, Any], command: cmd.LogWork, states: Mapping[str, Any]) -> Decision:
    person = act.by.person
    posting = held(states, f"posting/{person}/*", Career).on(command.on)
    if command.on > act.today:
        return no.FUTURE
    if posting is None or posting.team != command.team:
        return no.NOT_POSTED_THEN
    if is_the_leaders(command.activity) and act.by.role is not Role.TEAM_LEADER:
        return no.LEADERS_DUTY
    if command.activity in PROJECT_STAGES and command.project is None:
        return no.PROJECT_NEEDED
    if command.entry in held(states, f"worklog/{person}/*", WorkLog).entries:
        return no.ENTRY_EXISTS
    duty = DUTY_OF[command.activity]
    entry = fact.WorkLogRecorded(**said(act, duty, posting.village), **fields(command), person=person, duty=duty)
    return one(stream_name("worklog", person, command.on.year), entry)


def _meet(act: Act[Any, Any], command: cmd.HoldMeeting | cmd.CarryOutDecision, meeting: Meeting) -> Decision:
    key = f"meeting/{command.meeting}"
    if command.on > act.today:
        return no.FUTURE
    header = said(act, "21.1", command.area)
    if isinstance(command, cmd.HoldMeeting):
        if meeting.open_decisions is not None:
            return no.MEETING_EXISTS
        distinct = tuple(dict.fromkeys(command.decisions))
        return one(key, fact.MeetingHeld(**header, **fields(command, "area", "decisions"), decisions=distinct))
    if meeting.area != command.area or command.decision not in (meeting.open_decisions or ()):
        return no.DECISION_UNKNOWN
    return one(key, fact.MeetingDecisionCarriedOut(**header, **fields(command, "area")))


def _in_village(act: Act[Any, Any], command: InVillage, states: Mapping[str, Any]) -> Decision:
    on = act.today if isinstance(command, cmd.RequestSupport) else command.on
    village = held(states, f"village/{command.village}", Village)
    support = held(states, f"support/{command.village}/*", Support)
    if not village.registered:
        return VILLAGE_UNKNOWN
    if on > act.today:
        return no.FUTURE
    stream = stream_name("support", command.village, on.year)
    match command:
        case cmd.RecordHeadVisit():
            visit = fact.TownshipHeadVisitRecorded(**said(act, "21.2", command.village), **fields(command))
            return one(stream, visit)
        case cmd.RecordUnitSupport():
            if command.unit not in village.linked(fact.UnitRelation.ASSIGNED, on):
                return no.NOT_THE_ASSIGNED_UNIT
            if (command.kind is fact.SupportKind.MONEY) is not (command.amount is not None):
                return no.AMOUNT_FOR_MONEY
            given = fact.AssignedUnitSupportRecorded(**said(act, "21.3", command.village), **fields(command))
            return one(stream, given)
        case cmd.ProvideCondition():
            return one(stream, fact.LivingConditionProvided(**said(act, "17.2", command.village), **fields(command)))
        case cmd.ReportMissingCondition():
            if command.need in support.missing:
                return no.NOT_MISSING
            return one(stream, fact.LivingConditionMissing(**said(act, "17.2", command.village), **fields(command)))
        case cmd.RequestSupport():
            if command.request in support.known:
                return no.SUPPORT_EXISTS
            asked = fact.SupportRequested(**said(act, "7.2", command.village), **fields(command), on=on)
            return one(stream, asked)
        case cmd.RecordSupport():
            department = support.asked.get(command.request)
            if department is None:
                return no.SUPPORT_UNKNOWN
            got = fact.SupportProvided(**said(act, "7.2", command.village), **fields(command), department=department)
            return one(stream, got)
    assert_never(command)

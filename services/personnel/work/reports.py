"""Annual plans and monthly reports: four recipient roles by the 30th, each with its own delivery and receipt (Art. 7).

The report of a month is due on the 30th of that month, in February on the last day (A30). It goes to each distinct unit
of the active members, the assigned unit, the township and the county office (A31).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeAlias, assert_never

from contracts import personnel as fact
from contracts.identifiers import stream_name
from services.personnel.held import fields, held, one, said
from services.personnel.registry.state import Village
from services.personnel.teams.refusals import TEAM_UNKNOWN
from services.personnel.teams.state import Career, Team
from services.personnel.term.experience import later_by_months
from services.personnel.work import commands as cmd
from services.personnel.work import refusals as no
from services.personnel.work.state import MonthReport, Recipient, Reports
from services.runtime.decisions import Act, Decided, Decision, Emit

ReportCommand: TypeAlias = (
    cmd.AdoptAnnualPlan
    | cmd.ReviewAnnualPlan
    | cmd.SubmitReport
    | cmd.DeliverReport
    | cmd.AcknowledgeReport
    | cmd.SayReportOverdue
)
ROLES = fact.ReportRecipient


def due_on(month: str, due_day: int) -> date:
    """The last day on which the report of a month is on time."""
    first = date.fromisoformat(f"{month}-01")
    last = later_by_months(first, 1).toordinal() - 1
    return min(date.fromordinal(last), date.fromordinal(first.toordinal() + due_day - 1))


def decide(act: Act[Any, Any], command: ReportCommand, states: Mapping[str, Any]) -> Decision:
    """The facts that a step of planning or reporting leads to, or why it is refused."""
    team = held(states, f"team/{command.team}", Team)
    if team.village is None:
        return TEAM_UNKNOWN
    reports = held(states, f"report/{command.team}/*", Reports)
    match command:
        case cmd.AdoptAnnualPlan():
            edition = reports.plans.get(command.year, 0) + 1
            adopted = fact.AnnualPlanAdopted(**said(act, "7.1", team.village), **fields(command), edition=edition)
            return one(stream_name("report", command.team, command.year), adopted)
        case cmd.ReviewAnnualPlan():
            return _review(act, command, team.village, reports)
        case cmd.SubmitReport():
            return _submit(act, command, team, reports.of(command.month), states)
        case cmd.DeliverReport():
            return _deliver(act, command, team, reports.of(command.month), states)
        case cmd.AcknowledgeReport():
            return _acknowledge(act, command, team.village, reports.of(command.month))
        case cmd.SayReportOverdue():
            return _overdue(act, command, team.village, reports.of(command.month))
    assert_never(command)


def _review(act: Act[Any, Any], command: cmd.ReviewAnnualPlan, village: str, reports: Reports) -> Decision:
    edition = reports.plans.get(command.year)
    if edition is None:
        return no.PLAN_UNKNOWN
    if reports.reviewed.get(command.year) == edition:
        return no.PLAN_REVIEWED
    reviewed = fact.AnnualPlanReviewed(**said(act, "7.1", village), **fields(command), edition=edition, on=act.today)
    return one(stream_name("report", command.team, command.year), reviewed)


def _submit(
    act: Act[Any, Any], command: cmd.SubmitReport, team: Team, report: MonthReport, states: Mapping[str, Any]
) -> Decision:
    month = date.fromisoformat(f"{command.month}-01")
    if month > act.today:
        return no.NOT_OVER
    if team.formed_on is None or later_by_months(month, 1) <= team.formed_on:
        return no.BEFORE_THE_TEAM
    edition = report.edition + 1
    submitted = fact.MonthlyReportSubmitted(**said(act, "7.2", team.village or ""), **fields(command), edition=edition)
    deliveries = _deliveries(act, command, team, edition, recipients(act, team, report, states))
    return Decided([Emit(_stream(command), submitted), *deliveries])


def _deliver(
    act: Act[Any, Any], command: cmd.DeliverReport, team: Team, report: MonthReport, states: Mapping[str, Any]
) -> Decision:
    if report.edition == 0:
        return no.REPORT_UNKNOWN
    left = [recipient for recipient in recipients(act, team, report, states) if recipient not in report.delivered]
    if not left:
        return no.NOBODY_LEFT
    return Decided(_deliveries(act, command, team, report.edition, left))


def recipients(act: Act[Any, Any], team: Team, report: MonthReport, states: Mapping[str, Any]) -> list[Recipient]:
    """Who gets the team's report today; an assigned unit only where one is linked to the village.

    A unit that had nothing on the due day still gets what it was owed, also when its people have left since.
    """
    postings = [held(states, f"posting/{person}/*", Career).active() for person in team.members]
    units = sorted({posting.unit for posting in postings if posting is not None})
    assigned = held(states, f"village/{team.village}", Village).linked(fact.UnitRelation.ASSIGNED, act.today)
    now: list[Recipient] = [
        *((ROLES.DISPATCHING_UNIT, unit) for unit in units),
        *((ROLES.ASSIGNED_UNIT, unit) for unit in sorted(assigned)),
        (ROLES.TOWNSHIP, None),
        (ROLES.COUNTY_OFFICE, None),
    ]
    return [*now, *sorted(report.overdue - set(now), key=str)]


def _deliveries(
    act: Act[Any, Any],
    command: cmd.SubmitReport | cmd.DeliverReport,
    team: Team,
    edition: int,
    to: list[Recipient],
) -> list[Emit]:
    late = act.today > due_on(command.month, act.rules["report.due_day"])
    return [
        Emit(
            _stream(command),
            fact.MonthlyReportDelivered(
                **said(act, "7.2", team.village or ""),
                team=command.team,
                month=command.month,
                edition=edition,
                recipient=recipient,
                organisation=organisation,
                on=act.today,
                late=late,
            ),
        )
        for recipient, organisation in to
    ]


def _acknowledge(act: Act[Any, Any], command: cmd.AcknowledgeReport, village: str, report: MonthReport) -> Decision:
    recipient = (command.recipient, command.organisation)
    if recipient not in report.delivered:
        return no.NOT_A_RECIPIENT
    if recipient in report.received:
        return no.ACKNOWLEDGED
    return one(
        _stream(command), fact.MonthlyReportReceived(**said(act, "7.2", village), **fields(command), on=act.today)
    )


def _overdue(act: Act[Any, Any], command: cmd.SayReportOverdue, village: str, report: MonthReport) -> Decision:
    due = due_on(command.month, act.rules["report.due_day"])
    recipient = (command.recipient, command.organisation)
    if act.today <= due or recipient in report.served or recipient in report.overdue:
        return no.NOT_OVERDUE
    return one(_stream(command), fact.MonthlyReportOverdue(**said(act, "7.2", village), **fields(command), due_on=due))


def _stream(command: cmd.SubmitReport | cmd.DeliverReport | cmd.AcknowledgeReport | cmd.SayReportOverdue) -> str:
    """Plans and reports of a calendar year stand together."""
    return stream_name("report", command.team, int(command.month[:4]))

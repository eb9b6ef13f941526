"""State of a team's reports of a year, a person's work log, a meeting, a village's support, a publicity item."""

from dataclasses import dataclass, field, replace
from typing import TypeAlias, assert_never

from contracts import personnel as fact
from services.runtime.decisions import Recorded

Recipient: TypeAlias = tuple[fact.ReportRecipient, str | None]
"""A recipient role and the body that holds it; offices have none."""


@dataclass(frozen=True, slots=True)
class MonthReport:
    edition: int = 0
    """0 while nothing was submitted."""
    delivered: frozenset[Recipient] = frozenset()
    """Of the latest edition."""
    received: frozenset[Recipient] = frozenset()
    served: frozenset[Recipient] = frozenset()
    """Those who have had any edition of it."""
    overdue: frozenset[Recipient] = frozenset()
    """Those of whom the clock has said that they had nothing in time."""


@dataclass(frozen=True, slots=True)
class Reports:
    """A team's plans and reports: year -> edition of the annual plan, month -> report."""

    plans: dict[int, int] = field(default_factory=dict)
    reviewed: dict[int, int] = field(default_factory=dict)
    """Year -> edition of the annual plan that the township has spoken on."""
    months: dict[str, MonthReport] = field(default_factory=dict)

    def of(self, month: str) -> MonthReport:
        return self.months.get(month, MonthReport())


@dataclass(frozen=True, slots=True)
class WorkLog:
    entries: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Meeting:
    """`open_decisions` are those not carried out yet; None while it was not held."""

    open_decisions: frozenset[str] | None = None
    area: str | None = None


@dataclass(frozen=True, slots=True)
class Support:
    """What a village's team asked for and lacks."""

    asked: dict[str, str] = field(default_factory=dict)
    """Request -> department, while nothing was provided."""
    known: frozenset[str] = frozenset()
    missing: frozenset[fact.LivingNeed] = frozenset()


@dataclass(frozen=True, slots=True)
class Publicity:
    recorded: bool = False


WorkState = Reports | WorkLog | Meeting | Support | Publicity

INITIAL: dict[str, WorkState] = {
    "report": Reports(),
    "worklog": WorkLog(),
    "meeting": Meeting(),
    "support": Support(),
    "publicity": Publicity(),
}


def evolve(state: WorkState, recorded: Recorded) -> WorkState:
    """The state after one more fact."""
    match state:
        case Reports():
            return _reports(state, recorded)
        case WorkLog():
            return _log(state, recorded)
        case Meeting():
            return _meeting(state, recorded)
        case Support():
            return _support(state, recorded)
        case Publicity():
            return Publicity(recorded=True)
    assert_never(state)


def _reports(state: Reports, recorded: Recorded) -> Reports:
    match recorded.fact:
        case fact.AnnualPlanAdopted(year=year, edition=edition):
            return replace(state, plans=state.plans | {year: edition})
        case fact.AnnualPlanReviewed(year=year, edition=edition):
            return replace(state, reviewed=state.reviewed | {year: edition})
        case fact.MonthlyReportSubmitted(month=month, edition=edition):
            fresh = replace(state.of(month), edition=edition, delivered=frozenset(), received=frozenset())
            return _month(state, month, fresh)
        case fact.MonthlyReportDelivered(month=month, recipient=recipient, organisation=organisation):
            report, one = state.of(month), {(recipient, organisation)}
            return _month(state, month, replace(report, delivered=report.delivered | one, served=report.served | one))
        case fact.MonthlyReportReceived(month=month, recipient=recipient, organisation=organisation):
            report = state.of(month)
            return _month(state, month, replace(report, received=report.received | {(recipient, organisation)}))
        case fact.MonthlyReportOverdue(month=month, recipient=recipient, organisation=organisation):
            report = state.of(month)
            return _month(state, month, replace(report, overdue=report.overdue | {(recipient, organisation)}))
    return state


def _month(state: Reports, month: str, report: MonthReport) -> Reports:
    return replace(state, months=state.months | {month: report})


def _log(state: WorkLog, recorded: Recorded) -> WorkLog:
    match recorded.fact:
        case fact.WorkLogRecorded(entry=entry):
            return WorkLog(state.entries | {entry})
    return state


def _meeting(state: Meeting, recorded: Recorded) -> Meeting:
    match recorded.fact:
        case fact.MeetingHeld(decisions=decisions, place=area):
            return Meeting(frozenset(decisions), area)
        case fact.MeetingDecisionCarriedOut(decision=decision):
            return replace(state, open_decisions=(state.open_decisions or frozenset()) - {decision})
    return state


def _support(state: Support, recorded: Recorded) -> Support:
    match recorded.fact:
        case fact.SupportRequested(request=request, department=department):
            return replace(state, asked=state.asked | {request: department}, known=state.known | {request})
        case fact.SupportProvided(request=request):
            return replace(state, asked={name: body for name, body in state.asked.items() if name != request})
        case fact.LivingConditionMissing(need=need):
            return replace(state, missing=state.missing | {need})
        case fact.LivingConditionProvided(need=need):
            return replace(state, missing=state.missing - {need})
    return state

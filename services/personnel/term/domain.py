"""What the end of a term gives, and what a determination takes: leave, experience, the bar (Art. 9, 12, 16)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, assert_never

from contracts import personnel as fact
from contracts.identifiers import Role
from contracts.refusals import Refusal
from services.personnel.held import fields, held, one, person_stream, said
from services.personnel.teams.dating import term_ends_on
from services.personnel.teams.refusals import NOT_POSTED
from services.personnel.teams.state import Career
from services.personnel.term import commands as cmd
from services.personnel.term import refusals as no
from services.personnel.term.experience import is_half_year, later_by_months
from services.personnel.term.state import Bars, Basis, LastPosting
from services.runtime.decisions import Act, Decided, Decision

_LEAVE_FOLLOWS = (fact.EndingCause.TERM, fact.ReplacementKind.ROTATION)


def decide(act: Act[Any, Any], command: cmd.TermCommand, states: Mapping[str, Any]) -> Decision:
    """The facts that a command about a term or its consequences leads to, or why it is refused."""
    match command:
        case cmd.RequestCompensatoryLeave():
            return _ask(act, command, held(states, f"posting/{command.person}/*", Career))
        case cmd.GrantCompensatoryLeave() | cmd.TakeCompensatoryLeave():
            return _leave(act, command, held(states, f"posting/{command.person}/*", Career))
        case cmd.CreditExperience():
            return _credit(act, command, held(states, f"posting/{command.person}/*", Career))
        case cmd.SayTermFellDue():
            return _fell_due(act, command, held(states, f"posting/{command.person}/*", Career))
        case cmd.SayBarEnded():
            return _bar_ended(act, command, held(states, f"bar/{command.person}", Bars))
        case cmd.CheckPromotion():
            return _check(act, command, held(states, f"bar/{command.person}", Bars))
        case cmd.RecordPromotionPriority():
            return _prefer(act, command, held(states, f"bar/{command.person}", Bars))
        case cmd.HearDetermination():
            return _hear(act, command, held(states, f"bar/{command.person}", Bars))
        case cmd.PublishUnitBasis():
            return _publish(act, command, states)
    assert_never(command)


def _leave(
    act: Act[Any, Any], command: cmd.GrantCompensatoryLeave | cmd.TakeCompensatoryLeave, career: Career
) -> Decision:
    last = career.postings[-1] if career.postings else None
    if last is None:
        return no.PERSON_UNKNOWN
    header = said(act, "9.15", last.village)
    stream = person_stream(act, command.person)
    if isinstance(command, cmd.GrantCompensatoryLeave):
        if last.unit != command.unit:
            return no.NOT_ITS_PERSON
        problem = _hinders_leave(act, career)
        if problem is not None:
            return problem
        if command.leave in career.term.leaves:
            return no.LEAVE_GRANTED
        granted = fact.CompensatoryLeaveGranted(
            **header,
            **fields(command),
            term_ended_on=career.term.ended_on,
            days=act.rules["comp.days"],
            granted_on=act.today,
        )
        return one(stream, granted)
    leave = career.term.leaves.get(command.leave)
    if leave is None or leave.unit != command.unit:
        return no.LEAVE_UNKNOWN
    if leave.taken_on is not None:
        return no.LEAVE_TAKEN
    if command.starts_on <= leave.term_ended_on:
        return no.BEFORE_THE_END
    ends_on = command.starts_on + timedelta(days=leave.days - 1)
    return one(stream, fact.CompensatoryLeaveTaken(**header, **fields(command, "unit"), ends_on=ends_on))


def _ask(act: Act[Any, Any], command: cmd.RequestCompensatoryLeave, career: Career) -> Decision:
    if command.person != act.by.person:
        return no.NOT_FOR_ANOTHER
    if not career.postings:
        return no.PERSON_UNKNOWN
    problem = _hinders_leave(act, career)
    if problem is not None:
        return problem
    if career.term.asked_for == career.term.ended_on:
        return no.LEAVE_ASKED_FOR
    last = career.postings[-1]
    asked = fact.CompensatoryLeaveRequested(
        **said(act, "9.15", last.village),
        person=command.person,
        unit=last.unit,
        term_ended_on=career.term.ended_on,
        on=act.today,
    )
    return one(person_stream(act, command.person), asked)


def _hinders_leave(act: Act[Any, Any], career: Career) -> Refusal | None:
    term = career.term
    if career.active() is not None or term.ended_on is None:
        return no.STILL_POSTED
    if term.ended_on >= act.today:
        return no.STILL_POSTED
    if term.ended_by is fact.ReplacementKind.FORCED:
        if not act.rules["comp.forced"]:
            return no.FORCED_OUT
    elif term.ended_by not in _LEAVE_FOLLOWS:
        return no.NO_TERM
    return no.LEAVE_GRANTED if term.granted_for(term.ended_on) else None


def _credit(act: Act[Any, Any], command: cmd.CreditExperience, career: Career) -> Decision:
    ended = [posting for posting in career.postings if posting.last_day is not None]
    if career.active() is not None:
        return no.STILL_POSTED
    if not ended or ended[-1].last_day is None:
        return no.PERSON_UNKNOWN
    last, last_day = ended[-1], ended[-1].last_day
    if career.term.credited_until == last_day:
        return no.CREDITED
    since = career.unbroken_since(last)
    if not is_half_year(since, last_day, act.rules["half_year.rule"]["months"]):
        return no.TOO_SHORT
    credited = fact.GrassrootsExperienceCredited(
        **said(act, "12.11", last.village),
        person=command.person,
        starts_on=since,
        last_day=last_day,
        forced=career.term.ended_by is fact.ReplacementKind.FORCED,
    )
    return one(person_stream(act, command.person), credited)


def _fell_due(act: Act[Any, Any], command: cmd.SayTermFellDue, career: Career) -> Decision:
    current = career.active(command.team)
    if current is None:
        return NOT_POSTED
    since, months = career.unbroken_since(current), act.rules["term.months"]
    due_on = term_ends_on(since, months)
    if due_on != command.due_on or due_on > act.today or career.term.said_due == due_on:
        return no.NOT_DUE
    said_so = fact.TermFellDue(**said(act, "9.15", current.village), **fields(command), starts_on=since, months=months)
    return one(person_stream(act, command.person), said_so)


def _bar_ended(act: Act[Any, Any], command: cmd.SayBarEnded, bars: Bars) -> Decision:
    for bar in bars.bars:
        if bar.year == command.year and not bar.lifted and not bar.ended and bar.last_day < act.today:
            ended = fact.PromotionBarEnded(
                **said(act, "16.1", command.county),
                person=command.person,
                year=bar.year,
                assessment=bar.assessment,
                last_day=bar.last_day,
            )
            return one(f"bar/{command.person}", ended)
    return no.BAR_NOT_OVER


def _hear(act: Act[Any, Any], command: cmd.HearDetermination, bars: Bars) -> Decision:
    """A bar starts on the day of the first determination that calls for it, and a later one may end it (A67, A62)."""
    nothing = Decided([])
    if bars.heard.get(command.year, 0) >= command.determination:
        return nothing
    standing = any(bar.year == command.year and not bar.lifted for bar in bars.bars)
    if standing is command.incompetent:
        return nothing
    header = said(act, "16.1", command.county)
    told = fields(command, "county", "incompetent", "determined_on")
    stream = f"bar/{command.person}"
    if not command.incompetent:
        return one(stream, fact.PromotionBarLifted(**header, **told, lifted_on=command.determined_on))
    last_day = later_by_months(command.determined_on, act.rules["bar.months"])
    started = fact.PromotionBarStarted(**header, **told, determined_on=command.determined_on, last_day=last_day)
    return one(stream, started)


def _check(act: Act[Any, Any], command: cmd.CheckPromotion, bars: Bars) -> Decision:
    last: LastPosting = act.known
    if act.by.role is Role.DISPATCHING_UNIT and act.by.organisation != last.unit:
        return no.NOT_ITS_CADRE
    if bars.on(act.today) is not None:
        return no.BARRED
    checked = fact.PromotionChecked(**said(act, "16.1", last.village), **fields(command), on=act.today)
    return one(f"bar/{command.person}", checked)


def _prefer(act: Act[Any, Any], command: cmd.RecordPromotionPriority, bars: Bars) -> Decision:
    if bars.on(act.today) is not None:
        return no.BARRED
    if command.level is fact.CommendationLevel.COUNTY:
        return no.LEVEL_TOO_LOW
    if not (command.tasks_done_well and command.clear_results):
        return no.MERITS_MISSING
    if command.commendation in bars.commendations:
        return no.PRIORITY_RECORDED
    preferred = fact.PromotionPriorityRecorded(**said(act, "14", act.known.village), **fields(command))
    return one(f"bar/{command.person}", preferred)


def _publish(act: Act[Any, Any], command: cmd.PublishUnitBasis, states: Mapping[str, Any]) -> Decision:
    key = f"unit/{command.unit}/{command.year}"
    if command.year >= act.today.year:
        return no.YEAR_NOT_OVER
    if held(states, key, Basis).published:
        return no.PUBLISHED
    counted: Mapping[str, int] = act.known
    metrics = tuple(fact.Measured(metric=metric, count=counted.get(metric.value, 0)) for metric in fact.UnitMetric)
    published = fact.UnitEvaluationBasisPublished(
        **said(act, "16.2", command.area), unit=command.unit, year=command.year, metrics=metrics
    )
    return one(key, published)

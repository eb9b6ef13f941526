"""What the clock says of one person's year: warnings, the pace that is lost, the year's closing (Art. 9, 15.4)."""

from collections.abc import Mapping
from datetime import date
from typing import Any, assert_never

from contracts import attendance as fact
from contracts.attendance import AbsenceMeasure, DayStatus
from services.attendance import refusals as refused
from services.attendance.known import Elsewhere, Known
from services.attendance.register.statuses import Day, frame_at
from services.attendance.said import one, said
from services.attendance.state import Register, State, register_in
from services.attendance.year import commands as cmd
from services.attendance.year import refusals as no
from services.attendance.year.runs import open_run, pace, posted_days, runs, statuses
from services.runtime.decisions import Act, Decision


def decide(act: Act[Any, Known], command: cmd.YearCommand, states: Mapping[str, State]) -> Decision:
    """The fact that is due, or why it is not."""
    register = register_in(states, command.person)
    match command:
        case cmd.WarnOfAbsence():
            return _warn(act, command, register)
        case cmd.DeclarePaceLost():
            return _pace(act, command, register)
        case cmd.CloseYear():
            return _close(act, command, register)
    assert_never(command)


def warnings_due(act: Act[Any, Known], person: str, year: int, register: Register) -> list[tuple[str, date, int, date]]:
    """Measure, first absent day, number of days and day on which it was reached, of every warning of the year so far.

    A run belongs to the year in which the number was reached.
    """
    days = _days(act, person, date(year - 1, 1, 1), min(date(year, 12, 31), act.today), register)
    found = []
    for run in runs(days):
        for number in act.rules["absence.warn_run"]:
            if len(run) >= number and run[number - 1].year == year:
                found.append((AbsenceMeasure.RUN.value, run[0], number, run[number - 1]))
    absent = [day.date for day in days if day.status is DayStatus.ABSENT and day.date.year == year]
    for number in act.rules["absence.warn_year"]:
        if len(absent) >= number:
            found.append((AbsenceMeasure.YEAR.value, absent[0], number, absent[number - 1]))
    return found


def _days(act: Act[Any, Known], person: str, first: date, last: date, register: Register) -> list[Day]:
    frame = frame_at(act.now, act.known.calendars, act.rules)
    first = max(first, act.rules["onpost.counted_from"])
    elsewhere = act.known.elsewhere.get(person, Elsewhere())
    return statuses(register, elsewhere, act.known.posts.get(person, ()), first, last, frame)


def _warn(act: Act[Any, Known], command: cmd.WarnOfAbsence, register: Register) -> Decision:
    if (command.measure.value, command.since, command.days) in register.clock.warnings:
        return no.WARNED
    for year in sorted({command.since.year, act.today.year}):
        for measure, since, number, reached in warnings_due(act, command.person, year, register):
            if (measure, since, number) == (command.measure.value, command.since, command.days):
                warned = fact.AbsenceWarned(
                    **said(act.by, "15.4", _place(act, command.person, reached)),
                    person=command.person,
                    measure=command.measure,
                    days=number,
                    since=since,
                    reached_on=reached,
                )
                return one(warned, reached)
    return no.NOTHING_TO_WARN_OF


def _pace(act: Act[Any, Known], command: cmd.DeclarePaceLost, register: Register) -> Decision:
    if command.year in register.clock.paces_lost:
        return no.WARNED
    first = date(command.year, 1, 1)
    today = min(act.today, date(command.year, 12, 31))
    posts = act.known.posts.get(command.person, ())
    days = _days(act, command.person, first, today, register)
    found = pace(days, posts, command.year, today, act.rules)
    if found is None or not found.lost:
        return no.NOTHING_TO_WARN_OF
    lost = fact.PaceLost(
        **said(act.by, "9.2", _place(act, command.person, today)),
        person=command.person,
        year=command.year,
        on_post=found.on_post,
        possible=found.possible,
        needed=found.needed,
    )
    return one(lost, today)


def _close(act: Act[Any, Known], command: cmd.CloseYear, register: Register) -> Decision:
    """Once the last day of the year can no longer change by itself."""
    last = date(command.year, 12, 31)
    if command.year in register.clock.years_closed:
        return no.YEAR_CLOSED
    if frame_at(act.now, act.known.calendars, act.rules).is_pending(last):
        return no.YEAR_NOT_OVER
    posts = act.known.posts.get(command.person, ())
    if not posted_days(posts, date(command.year, 1, 1), last):
        return refused.NOT_POSTED
    days = _days(act, command.person, date(command.year - 1, 1, 1), last, register)
    handed_on = open_run(days) if days[-1].date == last else 0
    closed = fact.AttendanceYearClosed(
        **said(act.by, "9.3", _place(act, command.person, last)),
        person=command.person,
        year=command.year,
        carry_out_run=handed_on,
    )
    return one(closed, last)


def _place(act: Act[Any, Known], person: str, day: date) -> str:
    post = act.known.post_on(person, day)
    return post.village if post is not None else act.known.posts[person][-1].village

"""What the clock says: sheets not submitted, leave not closed, warnings, a pace that is lost, years closed (Art. 9).

What is due is read from the views; whether it really is, the decision says from the register. Duties that go through
everybody's days do so once an hour at most: a day's status does not change from minute to minute.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from psycopg.rows import dict_row

from contracts.attendance import AbsenceMeasure
from services.attendance import commands as cmd
from services.attendance import queries
from services.attendance.domain import decide
from services.attendance.gathering import calendars, whereabouts
from services.attendance.known import Known
from services.attendance.queries import Window, close_by, close_within
from services.attendance.register.statuses import days_between, frame_at, pending_from
from services.attendance.said import bounds_of, month_of, register_of, sheet_of
from services.attendance.sheets import commands as sheet
from services.attendance.sheets.domain import due_on
from services.attendance.state import register_in
from services.attendance.year.domain import warnings_due
from services.attendance.year.runs import posted_days
from services.runtime.context import Context
from services.runtime.decisions import Act
from services.runtime.duties import CLOCK, Due, Duty
from services.runtime.in_force import EARLIER
from services.runtime.rulings import CITY

LOOK_AGAIN = timedelta(hours=1)
BEFORE = timedelta(days=62)
"""How far back a run that reaches into a year may have begun: its fifteenth duty day comes within two months."""

_COUNTED_BY = ("absence.sync_horizon_h", "onpost.min_checkins")
"""Parameters that say what a day counts as and that a county may make stricter."""

_POSTINGS = "select person, team, village, starts_on, last_day from posting order by team, starts_on"
_SUBMITTED = "select team, month, min(submitted_on) as first from sheet where submitted_on is not null group by 1, 2"
_SAID_OVERDUE = "select team, month from overdue"
_ENDED = """
    select person, leave, ends_on, closing_due, overstayed_since,
        (select min(c.date) from check_in c where c.person = l.person and c.date > l.ends_on) as seen
    from leave l where step = 'granted' and ends_on < %(today)s
"""
_CLOSED = "select person from year_closed where year = %(year)s"
_SAID_LOST = "select person from pace_lost where year = %(year)s"
_SAID_WARNED = "select person, measure, since, days from warning"


async def sheets_overdue(context: Context) -> Sequence[Due]:
    """Every team and month with people whose sheet was not submitted when the 15th was over (Art. 9)."""
    act = await _asking(context)
    async with context.service.views.reading("directory", dict_row) as cursor:
        await cursor.execute(_POSTINGS)
        postings = await cursor.fetchall()
    async with context.service.views.reading("sheets", dict_row) as cursor:
        await cursor.execute(_SUBMITTED)
        submitted = {(row["team"], row["month"]): row["first"] for row in await cursor.fetchall()}
        await cursor.execute(_SAID_OVERDUE)
        said = {(row["team"], row["month"]) for row in await cursor.fetchall()}
    found: dict[tuple[str, str], Due] = {}
    for row in postings:
        known = replace(act.known, place=row["village"], villages={row["team"]: row["village"]})
        for month in _months_due(act, row["starts_on"], row["last_day"]):
            team, due = row["team"], due_on(month, act)
            first = submitted.get((team, month))
            if (team, month) not in said and (first is None or first > due):
                command = sheet.DeclareSheetOverdue(team=team, month=month, due_on=due)
                found[team, month] = Due(team, month, command, [sheet_of(team, month)], known, known.place)
    return list(found.values())


def _months_due(act: Act[Any, Known], first: date, last: date | None) -> Iterable[str]:
    """Months with a posted day since the measures are in force, whose last day for submission is over."""
    day = max(first, act.rules["onpost.counted_from"]).replace(day=1)
    while last is None or day <= last:
        if due_on(month_of(day), act) >= act.today:
            return
        yield month_of(day)
        day = bounds_of(month_of(day))[1] + timedelta(days=1)


async def leave_overstayed(context: Context) -> Sequence[Due]:
    """Leave that ended, and the first duty day after it passed, horizon included, without anybody being seen (A18)."""
    unseen = []
    for row in await _ended(context):
        back = close_by(row["ends_on"], 1)
        if row["overstayed_since"] is None and (row["seen"] is None or row["seen"] > back):
            unseen.append((row, back))
    known = await whereabouts(context, sorted({row["person"] for row, _ in unseen}))
    found = []
    for row, back in unseen:
        place = place_of(known, row["person"])
        if not frame_at(context.request.now, calendars(), await context.rules(place)).is_pending(back):
            command = cmd.RecordOverstay(person=row["person"], leave=row["leave"], since=back)
            found.append(_of_leave(row, command, known, place))
    return found


async def leave_unclosed(context: Context) -> Sequence[Due]:
    """Leave that nobody closed by the end of the first duty day after it (A19)."""
    act = await _asking(context)
    open_leaves = [row for row in await _ended(context) if row["closing_due"] is None]
    known = await whereabouts(context, sorted({row["person"] for row in open_leaves}))
    found = []
    for row in open_leaves:
        place = place_of(known, row["person"])
        due = close_by(row["ends_on"], close_within(await context.rules(place), row["ends_on"]))
        if due < act.today:
            command = cmd.DeclareClosingOverdue(person=row["person"], leave=row["leave"], due_on=due)
            found.append(_of_leave(row, command, act.known, place))
    return found


async def _ended(context: Context) -> list[dict[str, Any]]:
    async with context.service.views.reading("register", dict_row) as cursor:
        await cursor.execute(_ENDED, {"today": context.request.today})
        return await cursor.fetchall()


def _of_leave(row: Mapping[str, Any], command: Any, known: Known, place: str = CITY) -> Due:
    subject = f"{row['person']}.{row['leave']}"
    return Due(subject, row["ends_on"].isoformat(), command, [register_of(row["person"])], known, place)


async def absence_warnings(context: Context) -> Sequence[Due]:
    """Each tenth and fifteenth day of a run, each twentieth and thirtieth of a year (Art. 15.4)."""
    act = await _asking(context)
    least = min(*act.rules["absence.warn_run"], *act.rules["absence.warn_year"])
    persons: set[str] = set()
    for year in _years_open(act):
        sums = await _sums(context, date(year, 1, 1) - BEFORE, date(year, 12, 31))
        persons |= {person for person, row in sums.items() if row["absences"] >= least}
    async with context.service.views.reading("register") as cursor:
        await cursor.execute(_SAID_WARNED)
        said = set(await cursor.fetchall())
    known = await whereabouts(context, sorted(persons))
    states = await context.workbench.states([register_of(person) for person in sorted(persons)])
    found = []
    for person in sorted(persons):
        place = place_of(known, person)
        asked = replace(act, known=known, rules=await context.rules(place))
        for year in _years_open(act):
            for measure, since, days, _ in warnings_due(asked, person, year, register_in(states, person)):
                if (person, measure, since, days) not in said:
                    command = cmd.WarnOfAbsence(person=person, measure=AbsenceMeasure(measure), since=since, days=days)
                    period = f"{measure}-{since.isoformat()}-{days}"
                    found.append(Due(person, period, command, [register_of(person)], known, place))
    return found


async def paces_lost(context: Context) -> Sequence[Due]:
    """Everybody for whom presence on every day left would not make the days of Art. 9, or who comes near that."""
    act = await _asking(context)
    year = act.today.year
    first, last = date(year, 1, 1), date(year, 12, 31)
    sums = await _sums(context, first, last)
    async with context.service.views.reading("register") as cursor:
        await cursor.execute(_SAID_LOST, {"year": year})
        said = {row[0] for row in await cursor.fetchall()}
    known = await whereabouts(context, sorted(sums.keys() - said))
    found = []
    for person in sorted(sums.keys() - said):
        left = len(posted_days(known.posts[person], act.today, last))
        if sums[person]["on_post_days"] + sums[person]["pending_days"] + left < act.rules["onpost.threshold"]:
            command = cmd.DeclarePaceLost(person=person, year=year)
            found.append(Due(person, str(year), command, [register_of(person)], known, place_of(known, person)))
    return found


async def years_over(context: Context) -> Sequence[Due]:
    """Everybody posted in a year whose last day can no longer change by itself."""
    act = await _asking(context)
    found = []
    for year in range(act.rules["onpost.counted_from"].year, act.today.year):
        async with context.service.views.reading("register") as cursor:
            await cursor.execute(_CLOSED, {"year": year})
            closed = {row[0] for row in await cursor.fetchall()}
        posted = {row["person"] for row in await _posted(context, date(year, 1, 1), date(year, 12, 31))}
        known = await whereabouts(context, sorted(posted - closed))
        for person in sorted(posted - closed):
            place = place_of(known, person)
            if not frame_at(act.now, calendars(), await context.rules(place)).is_pending(date(year, 12, 31)):
                command = cmd.CloseYear(person=person, year=year)
                found.append(Due(person, str(year), command, [register_of(person)], known, place))
    return found


def place_of(known: Known, person: str) -> str:
    """The village of the person's latest posting: its county's own measures hold (Art. 23); the city for nobody's."""
    posts = known.posts.get(person, ())
    return posts[-1].village if posts else CITY


async def _asking(context: Context) -> Act[Any, Known]:
    """An act of the clock without a command, for what `decide` and the look-out share."""
    rules = await context.rules()
    known = Known(place="", posts={}, calendars=calendars())
    return Act(None, CLOCK, context.request.now, context.request.today, rules, known)


def _years_open(act: Act[Any, Known]) -> Sequence[int]:
    """This year, and in January the last one too: its warnings may have been missed."""
    return (act.today.year - 1, act.today.year) if act.today.month == 1 else (act.today.year,)


async def _posted(context: Context, first: date, last: date) -> list[dict[str, Any]]:
    async with context.service.views.reading("directory", dict_row) as cursor:
        await cursor.execute(queries.POSTED, {"place": "", "first": first, "last": last})
        return await cursor.fetchall()


async def _sums(context: Context, first: date, last: date) -> dict[str, dict[str, int]]:
    """Days by status from `first` to `last`, as far as they have begun, of everybody posted in between.

    Each person's by the values of the county of the latest posting; people with the same values are counted together.
    """
    postings = await _posted(context, first, last)
    latest = {row["person"]: row["village"] for row in postings if row["starts_on"] <= last}
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    values: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for row in postings:
        rules = await context.rules(latest.get(row["person"], CITY))
        key = (*(rules[name] for name in _COUNTED_BY), repr(rules.get(EARLIER)))
        groups.setdefault(key, []).append(row)
        values[key] = rules
    found: dict[str, dict[str, int]] = {}
    async with context.service.views.reading("register") as cursor:
        for key, rows in groups.items():
            found |= await queries.sums_of(cursor, rows, _window(context, first, last, values[key]), values[key])
    return found


def _window(context: Context, first: date, last: date, rules: Mapping[str, Any]) -> Window:
    first, last = max(first, rules["onpost.counted_from"]), min(last, context.request.today)
    frame = frame_at(context.request.now, calendars(), rules)
    duty = tuple(day for day in days_between(first, last) if frame.is_duty_day(day))
    return Window(last.year, first, last, pending_from(context.request.now, rules, last), duty)


DUTIES = (
    Duty("sheet-overdue", "9.5", sheets_overdue, decide),
    Duty("leave-overstayed", "9.12", leave_overstayed, decide),
    Duty("leave-unclosed", "9.12", leave_unclosed, decide),
    Duty("absence-warning", "15.4", absence_warnings, decide, LOOK_AGAIN),
    Duty("pace-lost", "9.2", paces_lost, decide, LOOK_AGAIN),
    Duty("year-closing", "9.3", years_over, decide, LOOK_AGAIN),
)

"""What the passing of time brings about in finance.

A year or a month is over and something was not provided (Art. 17, 18); a notice stood its whole period (Art. 20).
"""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta

from services.finance.domain import decide
from services.finance.known import Known
from services.finance.oversight import queries as oversight_queries
from services.finance.oversight.deciding import SayBoardOverdue, SayShortfall, say_board_overdue, say_shortfall
from services.finance.oversight.funding import board_of, shortfalls_of
from services.finance.projects import queries as project_queries
from services.finance.projects.commands import CompleteNotice
from services.finance.streams import board_stream, project_stream, shortfall_stream
from services.runtime.context import Context
from services.runtime.duties import Due, Duty

CITY = "53"
BEGAN = date(2016, 4, 27)
"""The day of the measures: nothing was owed under them before."""


async def _board(context: Context) -> Sequence[Due]:
    """Months that are over and not paid in full; the months before them were said in their time."""
    months = months_over(context.request.today, (await context.rules())["board.look_back"])
    if not months:
        return []
    async with context.service.views.reading("oversight") as cursor:
        said = {(row["person"], row["unit"], row["period"]) for row in await oversight_queries.said(cursor)}
    found = []
    for line in await board_of(context.service, CITY, None, months):
        if line.left and (line.person, line.unit, line.month) not in said:
            command = SayBoardOverdue(line.person, line.unit, line.month)
            known = Known(line.village, team=line.team, board_days=line.posted)
            keys = [board_stream(line.person, line.month)]
            found.append(Due(f"{line.person}-{line.unit}", line.month, command, keys, known))
    return found


async def _shortfalls(context: Context) -> Sequence[Due]:
    """What the year that is over lacks."""
    year = context.request.today.year - 1
    if year < BEGAN.year:
        return []
    async with context.service.views.reading("oversight") as cursor:
        said = {
            (row["duty"], row["place"], row["team"], row["unit"], row["period"])
            for row in await oversight_queries.said(cursor)
        }
    found = []
    for one in await shortfalls_of(context.service, CITY, year):
        if (one.duty.value, one.place, one.team, one.unit, str(year)) not in said:
            command = SayShortfall(one.duty, year, one.owed, one.provided, one.team, one.unit)
            subject = "-".join(filter(None, (one.duty.value, one.place, one.team, one.unit)))
            keys = [shortfall_stream(one.place, year)]
            found.append(Due(subject, str(year), command, keys, Known(one.place), one.place))
    return found


async def _notices(context: Context) -> Sequence[Due]:
    """Notices that stood their whole period, from the day after it."""
    async with context.service.views.reading("projects") as cursor:
        rows = await project_queries.run_out(cursor, context.request.today)
    return [
        Due(
            _short(f"{row['project']}/{row['notice']}"),
            row["ends_on"].isoformat(),
            CompleteNotice(project=row["project"], notice=row["notice"]),
            [project_stream(row["project"])],
            Known(row["village"]),
            row["village"],
        )
        for row in rows
    ]


def _short(text: str) -> str:
    """A plain word for two numbers that may be too long for one together."""
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def months_over(today: date, count: int) -> list[str]:
    """The last `count` months that are over on that day, the earliest first; none before the measures began."""
    months: list[str] = []
    last = today.replace(day=1) - timedelta(days=1)
    while len(months) < count and last.replace(day=1) >= BEGAN:
        months.insert(0, f"{last.year}-{last.month:02d}")
        last = last.replace(day=1) - timedelta(days=1)
    return months


DUTIES: tuple[Duty, ...] = (
    Duty("board-overdue", "17.1", _board, say_board_overdue),
    Duty("funding-shortfall", "18", _shortfalls, say_shortfall),
    Duty("notice-completed", "20.5", _notices, decide),
)

"""What the clock says of terms and bars: the months of a term have run, the year of a bar is over (A51, Art. 16)."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.personnel.term import queries
from services.personnel.term.commands import SayBarEnded, SayTermFellDue
from services.personnel.term.domain import decide
from services.runtime.context import Context
from services.runtime.decisions import Act, Decision
from services.runtime.duties import Due, Duty


async def _terms(context: Context) -> Sequence[Due]:
    months = (await context.rules())["term.months"]
    async with context.service.views.reading("terms") as cursor:
        rows = await queries.terms_unsaid(cursor, context.request.today, months)
    return [
        Due(
            subject=row["person"],
            period=row["due_on"].isoformat(),
            command=SayTermFellDue(person=row["person"], team=row["team"], due_on=row["due_on"]),
            keys=(f"posting/{row['person']}/*",),
        )
        for row in rows
    ]


async def _bars(context: Context) -> Sequence[Due]:
    async with context.service.views.reading("terms") as cursor:
        rows = await queries.bars_over(cursor, context.request.today)
    return [
        Due(
            subject=row["person"],
            period=f"{row['year']}:{row['last_day'].isoformat()}",
            command=SayBarEnded(person=row["person"], county=row["county"], year=row["year"]),
            keys=(f"bar/{row['person']}",),
        )
        for row in rows
    ]


def _decide(act: Act[Any, Any], states: Mapping[str, Any]) -> Decision:
    return decide(act, act.command, states)


TERM_DUE = Duty(name="term-due", article="9.15", due=_terms, decide=_decide)
BAR_ENDED = Duty(name="bar-ended", article="16.1", due=_bars, decide=_decide)

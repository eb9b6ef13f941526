"""What the clock has to say about the daily work: reports that are overdue (Art. 7.2)."""

from collections.abc import Mapping, Sequence
from typing import Any

from contracts.personnel import ReportRecipient
from services.personnel.work import queries
from services.personnel.work.commands import SayReportOverdue
from services.personnel.work.domain import decide
from services.runtime.context import Context
from services.runtime.decisions import Act, Decision
from services.runtime.duties import Due, Duty


async def _due(context: Context) -> Sequence[Due]:
    today = context.request.today
    due_day = (await context.rules())["report.due_day"]
    async with context.service.views.reading("work") as cursor:
        rows = await queries.overdue_unsaid(cursor, today, due_day)
    return [
        Due(
            subject=".".join(part for part in (row["team"], row["recipient"], row["organisation"]) if part),
            period=row["month"],
            command=SayReportOverdue(
                team=row["team"],
                month=row["month"],
                recipient=ReportRecipient(row["recipient"]),
                organisation=row["organisation"] or None,
            ),
            keys=(f"report/{row['team']}/*", f"team/{row['team']}"),
        )
        for row in rows
    ]


def _decide(act: Act[Any, Any], states: Mapping[str, Any]) -> Decision:
    return decide(act, act.command, states)


REPORT_OVERDUE = Duty(name="report-overdue", article="7.2", due=_due, decide=_decide)

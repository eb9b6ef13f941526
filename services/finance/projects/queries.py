"""What people ask of projects: how far each has come, what the village reads, which uses were not posted. Fen."""

from collections.abc import Collection
from typing import Any

from psycopg import AsyncCursor

from services.finance.queries import Rows, rows_of

_PROJECTS = """
    select project, team, kind, source, giver, village, registered_poor, title, site, amount, stage, document, approval,
        proposed_on, stage_on
    from project where starts_with(village, %(place)s) order by village, proposed_on, project
"""
_NOTICES = """
    select project, notice, team, phase, payments, starts_on, ends_on, completed, struck from notice
    where starts_with(village, %(place)s) order by project, starts_on, notice
"""
_OBJECTIONS = """
    select project, objection, notice, raised_on, upheld from objection
    where not dropped and starts_with(village, %(place)s) order by project, raised_on, objection
"""
_RUN_OUT = """
    select n.project, n.notice, n.village, n.ends_on from notice n
    where n.ends_on < %(today)s and not n.completed and not n.struck and not exists (
        select 1 from objection o
        where o.project = n.project and o.notice = n.notice and o.upheld is null and not o.dropped)
    order by n.project, n.notice
"""
_STAGE_WAITS = """
    select project, title, kind, source, giver, village, stage_on from project
    where stage = any(%(stages)s) and kind = any(%(kinds)s) and starts_with(village, %(area)s)
    order by stage_on, project limit %(limit)s
"""
_OPEN_OBJECTIONS = """
    select o.project, o.objection, o.village, o.raised_on from objection o
    where o.upheld is null and not o.dropped and starts_with(o.village, %(area)s)
    order by o.raised_on, o.project, o.objection limit %(limit)s
"""
_PAID = """
    select project, team, payment, use, amount, refunded, paid_on from payment
    where project is not null and state = 'disbursed' and starts_with(village, %(place)s)
    order by project, paid_on, payment
"""


async def projects(cursor: AsyncCursor[Any], place: str) -> Rows:
    """Projects of the place with their notices and objections; from the view `projects`."""
    found = await rows_of(cursor, _PROJECTS, {"place": place})
    notices = await rows_of(cursor, _NOTICES, {"place": place})
    objections = await rows_of(cursor, _OBJECTIONS, {"place": place})
    for project in found:
        project["notices"] = _of(project, notices)
        project["objections"] = _of(project, objections)
    return found


async def paid(cursor: AsyncCursor[Any], place: str) -> Rows:
    """Payments made for projects of the place; from the view `balances`."""
    return await rows_of(cursor, _PAID, {"place": place})


async def run_out(cursor: AsyncCursor[Any], today: Any) -> Rows:
    """Notices whose period is over with no objection open, and that nobody has called complete."""
    return await rows_of(cursor, _RUN_OUT, {"today": today})


async def at_stage(
    cursor: AsyncCursor[Any], stages: Collection[str], kinds: Collection[str], area: str, limit: int
) -> Rows:
    """Projects that stand there and wait for the next step, the longest waiting first."""
    parameters = {"stages": list(stages), "kinds": list(kinds), "area": area, "limit": limit}
    return await rows_of(cursor, _STAGE_WAITS, parameters)


async def open_objections(cursor: AsyncCursor[Any], area: str, limit: int) -> Rows:
    """Objections that wait for the township's answer, the oldest first."""
    return await rows_of(cursor, _OPEN_OBJECTIONS, {"area": area, "limit": limit})


def with_uses(found: Rows, payments: Rows, kinds: Collection[str]) -> Rows:
    """Each project with the payments whose use is posted, and those that are not although it must be (A82)."""
    for project in found:
        own = _of(project, payments)
        standing = [one for one in project["notices"] if one["phase"] == "use" and not one["struck"]]
        posted = {(one["team"], name) for one in standing for name in one["payments"]}
        project["payments"] = [one for one in own if (one["team"], one["payment"]) in posted]
        missing = [one for one in own if (one["team"], one["payment"]) not in posted]
        project["unposted"] = missing if project["kind"] in kinds else []
        project["open_objections"] = sum(one["upheld"] is None for one in project["objections"])
    return found


def _of(project: dict[str, Any], rows: Rows) -> Rows:
    return [
        {name: value for name, value in row.items() if name != "project"}
        for row in rows
        if row["project"] == project["project"]
    ]

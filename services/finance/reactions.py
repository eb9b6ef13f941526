"""What finance's facts ask of people: payments that wait for approval or for payment, by role and area.

Finance acts on nothing by itself: money moves only where a named person says so.
"""

from collections.abc import Sequence
from typing import Any

from psycopg import AsyncCursor

from contracts.identifiers import Role
from services.finance import queries
from services.finance.refusals import yuan
from services.finance.state import PaymentState
from services.runtime.authority import Authorities
from services.runtime.context import Context
from services.runtime.service import WorkItem

LIMIT = 200
"""Items per role and area; what is settled makes room for the next."""


async def work(context: Context) -> Sequence[WorkItem]:
    """Payments that the caller may settle today, oldest first; never one in which the caller already had a part."""
    caller, views = context.request.caller, context.service.views
    roles = await Authorities(views).roles_of(caller, context.request.today)
    found: dict[str, WorkItem] = {}
    async with views.reading("balances") as cursor:
        for role in roles:
            for row in await _waiting(cursor, Role(role["role"]), role["area"]):
                if caller not in (row["requested_by"], row["approved_by"]):
                    item = _item(row)
                    found[f"{item.stream} {row['payment']}"] = item
    return sorted(found.values(), key=lambda item: item.since)


async def _waiting(cursor: AsyncCursor[Any], role: Role, area: str) -> list[dict[str, Any]]:
    match role:
        case Role.TOWNSHIP_LEADER:
            return await queries.waiting(cursor, PaymentState.REQUESTED, area, LIMIT)
        case Role.TOWNSHIP_FINANCE:
            return await queries.waiting(cursor, PaymentState.RESERVED, area, LIMIT)
    return []


def _item(row: dict[str, Any]) -> WorkItem:
    requested = row["state"] == PaymentState.REQUESTED
    sum_of_money = yuan(row["amount"])
    return WorkItem(
        kind="approval",
        title=f"支出{row['payment']}（{sum_of_money}元）待{'审批' if requested else '付款'}",
        title_en=f"payment {row['payment']}, {sum_of_money} yuan: to be {'approved' if requested else 'paid'}",
        stream=f"fund/{row['team']}/{row['kind']}",
        since=(row["requested_on"] if requested else row["approved_on"]).isoformat(),
        article="19.1" if requested else "19.2",
        place=row["village"],
        command="approve-spending" if requested else "disburse",
        fields={"payment": row["payment"], "team": row["team"], "kind": row["kind"]},
    )

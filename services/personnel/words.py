"""What people wrote: free text opened from beside the log, by role and place (A94).

Events hold digests. What was erased is shown as erased, never as if nobody had written anything; the log, its proofs
and every count stay as they are.
"""

from collections.abc import Callable, Sequence
from typing import Any

from contracts.identifiers import Role
from contracts.refusals import Refusal
from services.runtime.context import Context

READ_BY = (
    Role.CITY_OFFICE,
    Role.CITY_ORGANISATION,
    Role.CITY_POVERTY,
    Role.COUNTY_OFFICE,
    Role.COUNTY_ORGANISATION,
    Role.COUNTY_POVERTY,
    Role.TOWNSHIP,
    Role.TOWNSHIP_HEAD,
    Role.TOWNSHIP_LEADER,
    Role.TEAM_LEADER,
    Role.AUDIT,
)
"""Who reads in his own area what people wrote; its author does anyway. The registry keeper and other members do not."""


async def reads_words(context: Context, place: str, *more: Role) -> bool:
    """Whether the caller reads there what people wrote."""
    return not isinstance(await context.authority((*READ_BY, *more), place, None, "8.1"), Refusal)


async def with_words(
    context: Context,
    rows: Sequence[dict[str, Any]],
    *names: str,
    event: str = "event",
    shown: Callable[[dict[str, Any]], bool] = lambda _: True,
) -> list[dict[str, Any]]:
    """The rows with the named members of the event of each, where `shown`; and whether something was erased of it."""
    asked = [str(row[event]) for row in rows if row[event] is not None and shown(row)]
    opened = await context.service.store.opened(asked)
    told = []
    for row in rows:
        values, erased = opened.get(str(row[event]), (None, 0))
        if values is not None:
            words = {name: values.get(name) for name in names}
            told.append(row | words | {"erased": row.get("erased", False) or erased > 0})
        else:
            told.append(row)
    return told

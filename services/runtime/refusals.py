"""Refused commands of weight, kept for the auditor who asks who tried (A93): view `refusals` of every service."""

from collections.abc import Sequence
from typing import Any

from psycopg import AsyncCursor
from psycopg.rows import dict_row

from services.ledger.projection import Delivered, Projection
from services.ledger.views import Views

DDL = """
create table {schema}.refusal (
    event    text primary key,
    idx      bigint not null,
    person   text not null,
    role     text not null,
    command  text not null,
    code     text not null,
    article  text,
    target   text not null,
    place    text not null,
    recorded timestamptz not null
);
create index on {schema}.refusal (person);
create index on {schema}.refusal (place text_pattern_ops);
"""

_ADD = """
    insert into refusal (event, idx, person, role, command, code, article, target, place, recorded)
    values (%(event)s, %(idx)s, %(person)s, %(role)s, %(command)s, %(code)s, %(article)s, %(target)s, %(place)s,
            %(recorded)s)
"""
_QUERY = """
    select event, idx as index, person, role, command, code, article, target, place, recorded from refusal
    where starts_with(place, %(place)s) and idx < %(before)s and (%(person)s::text is null or person = %(person)s)
    order by idx desc limit %(limit)s
"""


async def _apply(cursor: AsyncCursor[Any], events: Sequence[Delivered]) -> None:
    rows = [
        {
            "event": event.id,
            "idx": event.index,
            "person": event.data["actor"]["person"],
            "role": event.data["actor"]["role"],
            "command": event.data["command"],
            "code": event.data["code"],
            "article": event.data.get("refused_article"),
            "target": event.data["target"],
            "place": event.data["place"],
            "recorded": event.recorded,
        }
        for event in events
        if event.type.endswith(".CommandRefused.v1")
    ]
    if rows:
        await cursor.executemany(_ADD, rows)


def refusals_of(service: str) -> Projection:
    """The view of one service, fed by its own log."""
    return Projection(name="refusals", generation=1, ddl=DDL, sources=(service,), apply=_apply)


async def list_refusals(
    views: Views, *, place: str, person: str | None, before: int | None, limit: int
) -> list[dict[str, Any]]:
    """Refusals inside `place`, the latest first, below log index `before`; at most `limit`."""
    async with views.reading("refusals", dict_row) as cursor:
        await cursor.execute(
            _QUERY,
            {"place": place, "person": person, "before": before if before is not None else 2**62, "limit": limit},
        )
        return await cursor.fetchall()

"""View `staffing`: strength of the teams and the forced replacements under way, from personnel's own log.

Who is posted where stands in the view `directory` that all four services keep.
"""

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from psycopg import AsyncCursor

from services.ledger.projection import Delivered, Projection

_FORMED = """
    insert into strength (team, village, strength, changed_on)
    values (%(team)s, %(village)s, cardinality(%(members)s::text[]), %(formed_on)s)
"""
_CHANGED = "update strength set strength = %(strength)s, changed_on = %(on)s where team = %(team)s"
_WEAK = "update strength set weak_since = coalesce(weak_since, %(on)s::date) where team = %(team)s"
_RESTORED = "update strength set weak_since = null where team = %(team)s"
_STAGE = """
    insert into forced (person, team, stage, village, stream, since)
    values (%(person)s, %(team)s, %(stage)s, %(place)s, %(stream)s, %(on)s)
    on conflict (person, team) do update set stage = excluded.stage, stream = excluded.stream, since = excluded.since
"""
_SETTLED = "delete from forced where person = %(person)s and team = %(team)s"

_STATEMENTS = {
    "TeamFormed": _FORMED,
    "TeamRosterChanged": _CHANGED,
    "TeamUnderstrengthDetected": _WEAK,
    "TeamStrengthRestored": _RESTORED,
    "ReplacementRequested": _STAGE,
    "ReplacementEscalated": _STAGE,
    "MemberReplaced": _SETTLED,
    "MemberWithdrawn": _SETTLED,
    "PostingEnded": _SETTLED,
}
_STAGES = {"ReplacementRequested": "requested", "ReplacementEscalated": "escalated"}


async def apply(cursor: AsyncCursor[Any], events: Sequence[Delivered]) -> None:
    """Brings the staffing forward, in log order; facts about other matters change nothing here."""
    for event in events:
        name = event.type.removeprefix("zhucun.personnel.").removesuffix(".v1")
        statement = _STATEMENTS.get(name)
        if statement is not None:
            await cursor.execute(statement, {**event.data, "stream": event.stream, "stage": _STAGES.get(name)})


STAFFING = Projection(
    name="staffing",
    generation=1,
    ddl=files("services.personnel").joinpath("views.sql").read_text("utf-8"),
    sources=("personnel",),
    apply=apply,
)

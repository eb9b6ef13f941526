"""Views `standing`: credited experience, compensatory leave, the record of each dispatching unit; and `terms`.

Tables fed by personnel and those fed by assessment are different ones: the interleaving of the logs changes nothing.
"""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from psycopg import AsyncCursor

from contracts.refusals import Code
from services.ledger.projection import Delivered, Projection

_STATEMENTS = {
    "personnel.TeamMemberAssigned": """
        insert into service (person, team, unit, village, starts_on)
        values (%(person)s, %(team)s, %(unit)s, %(village)s, %(starts_on)s)
    """,
    "personnel.MemberReplaced": """
        update service set last_day = %(last_day)s, forced = %(kind)s = 'forced'
        where person = %(person)s and team = %(team)s and last_day is null
    """,
    "personnel.MemberWithdrawn": """
        update service set last_day = %(last_day)s
        where person = %(person)s and team = %(team)s and last_day is null
    """,
    "personnel.PostingEnded": """
        update service set last_day = %(last_day)s
        where person = %(person)s and team = %(team)s and last_day is null
    """,
    "personnel.GrassrootsExperienceCredited": """
        insert into experience (event, person, starts_on, last_day, forced)
        values (%(event)s, %(person)s, %(starts_on)s, %(last_day)s, %(forced)s)
    """,
    "personnel.PromotionPriorityRecorded": """
        insert into priority (event, person, commendation, level, recorded_on)
        values (%(event)s, %(person)s, %(commendation)s, %(level)s,
            (%(recorded)s::timestamptz at time zone 'Asia/Shanghai')::date)
    """,
    "personnel.CompensatoryLeaveGranted": """
        insert into compensation (person, leave, unit, village, days, granted_on)
        values (%(person)s, %(leave)s, %(unit)s, %(place)s, %(days)s, %(granted_on)s)
    """,
    "personnel.CompensatoryLeaveTaken": """
        update compensation set starts_on = %(starts_on)s, ends_on = %(ends_on)s
        where person = %(person)s and leave = %(leave)s
    """,
    "personnel.SecondmentDetected": """
        insert into misdeed (event, unit, kind, year)
        select %(event)s, s.unit, 'secondments', extract(year from %(starts_on)s::date)
        from service s where s.person = %(person)s and s.starts_on <= %(starts_on)s::date
        order by s.starts_on desc limit 1
    """,
    "assessment.AdvancedWorkerSelected": """
        insert into advanced (person, year, event) values (%(person)s, %(year)s, %(event)s)
        on conflict (person, year) do nothing
    """,
    "assessment.AssessmentFinalised": """
        insert into determined (person, year, determination, outcome, on_post, posted)
        values (%(person)s, %(year)s, %(determination)s, %(outcome)s, %(on_post)s, %(posted)s)
        on conflict (person, year) do update
        set determination = excluded.determination, outcome = excluded.outcome, on_post = excluded.on_post,
            posted = excluded.posted
        where determined.determination < excluded.determination
    """,
}
_OVER = "delete from bar where person = %(person)s and year = %(year)s"
_LEFT = """
    update service set last_day = %(last_day)s where person = %(person)s and team = %(team)s and last_day is null
"""
_TERMS = {
    "TeamMemberAssigned": """
        insert into service (person, team, unit, village, starts_on)
        values (%(person)s, %(team)s, %(unit)s, %(village)s, %(starts_on)s)
    """,
    "MemberReplaced": _LEFT,
    "MemberWithdrawn": _LEFT,
    "PostingEnded": _LEFT,
    "TermFellDue": "insert into term_due (person, due_on) values (%(person)s, %(due_on)s) on conflict do nothing",
    "PromotionBarStarted": """
        insert into bar (person, year, county, last_day) values (%(person)s, %(year)s, %(place)s, %(last_day)s)
        on conflict (person, year) do update set last_day = excluded.last_day, county = excluded.county
    """,
    "PromotionBarLifted": _OVER,
    "PromotionBarEnded": _OVER,
}
_ATTEMPT = """
    insert into misdeed (event, unit, kind, year)
    values (%(event)s, %(unit)s, 'withdrawal_attempts', extract(year from %(recorded)s::timestamptz at time zone
        'Asia/Shanghai'))
"""
"""Art. 8: a unit that asked for its own work was refused, and that it asked is on its record."""


async def apply(cursor: AsyncCursor[Any], events: Sequence[Delivered]) -> None:
    """Brings the standing forward; facts about other matters change nothing here."""
    for event in events:
        name = event.type.removeprefix("zhucun.").removesuffix(".v1")
        told = {**event.data, "event": event.id, "recorded": event.recorded, **_days(event.data)}
        if name in _STATEMENTS:
            await cursor.execute(_STATEMENTS[name], told)
        elif name == "personnel.CommandRefused" and _is_attempt(event):
            await cursor.execute(_ATTEMPT, told | {"unit": event.data["actor"]["organisation"]})


def _days(told: Mapping[str, Any]) -> dict[str, int | None]:
    """Days on post and posted days that the determination rests on (Art. 9); None where it has none."""
    found = (finding["values"] for finding in told.get("findings", ()) if finding["article"] == "9.2")
    values: Mapping[str, Any] = next(found, {})
    return {"on_post": values.get("on_post"), "posted": values.get("posted_days")}


def _is_attempt(event: Delivered) -> bool:
    said = event.data
    return (
        said["command"] == "request-withdrawal"
        and said["code"] == Code.NO_CITY_APPROVAL.value
        and "organisation" in said["actor"]
    )


STANDING = Projection(
    name="standing",
    generation=4,
    ddl=files("services.personnel").joinpath("term/views.sql").read_text("utf-8"),
    sources=("personnel", "assessment"),
    apply=apply,
)


async def apply_terms(cursor: AsyncCursor[Any], events: Sequence[Delivered]) -> None:
    """Brings the terms forward, in log order; facts about other matters change nothing here."""
    for event in events:
        statement = _TERMS.get(event.type.removeprefix("zhucun.personnel.").removesuffix(".v1"))
        if statement is not None:
            await cursor.execute(statement, event.data)


TERMS = Projection(
    name="terms",
    generation=1,
    ddl=files("services.personnel").joinpath("term/terms.sql").read_text("utf-8"),
    sources=("personnel",),
    apply=apply_terms,
)

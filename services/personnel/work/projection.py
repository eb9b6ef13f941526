"""View `work`: what teams planned, reported and did, what was provided to them, from personnel's own log."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from psycopg import AsyncCursor

from services.ledger.projection import Delivered, Projection

_LEFT = """
    update member set last_day = %(last_day)s where person = %(person)s and team = %(team)s and last_day is null
"""
_STATEMENTS = {
    "TeamFormed": """
        insert into team (team, village, formed_on) values (%(team)s, %(village)s, %(formed_on)s)
    """,
    "TeamDissolved": "update team set dissolved_on = %(on)s where team = %(team)s",
    "TeamMemberAssigned": """
        insert into member (person, team, unit, starts_on) values (%(person)s, %(team)s, %(unit)s, %(starts_on)s)
    """,
    "MemberReplaced": _LEFT,
    "MemberWithdrawn": _LEFT,
    "PostingEnded": _LEFT,
    "AnnualPlanAdopted": """
        insert into plan (team, year, edition, event, adopted_on)
        values (%(team)s, %(year)s, %(edition)s, %(event)s,
            (%(recorded)s::timestamptz at time zone 'Asia/Shanghai')::date)
        on conflict (team, year) do update
        set edition = excluded.edition, event = excluded.event, adopted_on = excluded.adopted_on, accepted = null,
            reviewed_by = null
    """,
    "AnnualPlanReviewed": """
        update plan set accepted = %(accepted)s, reviewed_by = %(event)s
        where team = %(team)s and year = %(year)s and edition = %(edition)s
    """,
    "MonthlyReportSubmitted": """
        insert into report (team, month, edition, document, event)
        values (%(team)s, %(month)s, %(edition)s, %(document)s, %(event)s)
        on conflict (team, month) do update
        set edition = excluded.edition, document = excluded.document, event = excluded.event
    """,
    "MonthlyReportDelivered": """
        insert into delivery (team, month, recipient, organisation, first_on, late, edition)
        values (%(team)s, %(month)s, %(recipient)s, coalesce(%(organisation)s, ''), %(on)s, %(late)s, %(edition)s)
        on conflict (team, month, recipient, organisation) do update
        set received_on = null, edition = excluded.edition
    """,
    "MonthlyReportReceived": """
        update delivery set received_on = %(on)s
        where team = %(team)s and month = %(month)s and recipient = %(recipient)s
          and organisation = coalesce(%(organisation)s, '')
    """,
    "MonthlyReportOverdue": """
        insert into overdue (team, month, recipient, organisation, due_on)
        values (%(team)s, %(month)s, %(recipient)s, coalesce(%(organisation)s, ''), %(due_on)s)
    """,
    "WorkLogRecorded": """
        insert into entry (person, entry, team, duty, activity, on_day, project, attendees, event)
        values (%(person)s, %(entry)s, %(team)s, %(duty)s, %(activity)s, %(on)s, %(project)s, %(attendees)s, %(event)s)
    """,
    "UnitLinked": """
        insert into assigned (village, unit, starts_on)
        select %(village)s, %(unit)s, %(starts_on)s where %(relation)s = 'assigned'
        on conflict (village, unit, starts_on) do update set last_day = null
    """,
    "UnitUnlinked": """
        update assigned set last_day = %(last_day)s
        where village = %(village)s and unit = %(unit)s and last_day is null and %(relation)s = 'assigned'
    """,
    "MeetingHeld": "insert into meeting (meeting, area, on_day) values (%(meeting)s, %(place)s, %(on)s)",
    "MeetingDecisionCarriedOut": """
        update decision set done_on = %(on)s where meeting = %(meeting)s and decision = %(decision)s
    """,
    "LivingConditionMissing": """
        insert into condition (village, need, missing_since, event) values (%(village)s, %(need)s, %(on)s, %(event)s)
        on conflict (village, need) do update set missing_since = excluded.missing_since, event = excluded.event
    """,
    "LivingConditionProvided": """
        insert into condition (village, need, provided_on) values (%(village)s, %(need)s, %(on)s)
        on conflict (village, need) do update set provided_on = excluded.provided_on, missing_since = null
    """,
    "SupportRequested": """
        insert into asked (village, request, department, on_day, event)
        values (%(village)s, %(request)s, %(department)s, %(on)s, %(event)s)
    """,
    "SupportProvided": """
        update asked set provided_on = %(on)s where village = %(village)s and request = %(request)s
    """,
    "AssignedUnitSupportRecorded": """
        insert into unit_support (event, village, unit, kind, amount, on_day)
        values (%(event)s, %(village)s, %(unit)s, %(kind)s, %(amount)s, %(on)s)
    """,
    "TownshipHeadVisitRecorded": """
        insert into head_visit (event, village, person, on_day) values (%(event)s, %(village)s, %(head)s, %(on)s)
    """,
    "PublicityRecorded": """
        insert into publicity (item, area, medium, on_day) values (%(item)s, %(place)s, %(medium)s, %(on)s)
    """,
}
_DECISION = "insert into decision (meeting, decision) values (%(meeting)s, %(decision)s)"
_ABSENT = {"organisation": None, "project": None, "amount": None, "attendees": None}


async def apply(cursor: AsyncCursor[Any], events: Sequence[Delivered]) -> None:
    """Brings the work forward, in log order; facts about other matters change nothing here."""
    for event in events:
        name = event.type.removeprefix("zhucun.personnel.").removesuffix(".v1")
        statement = _STATEMENTS.get(name)
        if statement is None:
            continue
        head = event.data["actor"]["person"]
        told = _ABSENT | event.data | {"event": event.id, "recorded": event.recorded, "head": head}
        await cursor.execute(statement, told)
        if name == "MeetingHeld":
            for decision in event.data["decisions"]:
                await cursor.execute(_DECISION, told | {"decision": decision})


WORK = Projection(
    name="work",
    generation=3,
    ddl=files("services.personnel").joinpath("work/views.sql").read_text("utf-8"),
    sources=("personnel",),
    apply=apply,
)

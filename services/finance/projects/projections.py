"""Views `projects` (chain and notices of each project) and `villages` (which are registered as poor)."""

from collections.abc import Sequence
from datetime import date
from importlib.resources import files
from typing import Any

from psycopg import AsyncCursor

from contracts import projects as fact
from contracts.catalogue import EVENTS
from services.finance.projections import civil_date
from services.ledger.projection import Delivered, Projection

_PROPOSED = """
    insert into project (project, team, kind, source, giver, village, registered_poor, title, site, amount, stage,
        proposed_on, stage_on)
    values (%(project)s, %(team)s, %(kind)s, %(source)s, %(giver)s, %(village)s, %(registered_poor)s, %(title)s,
        %(site)s, %(amount)s, 'proposed', %(on)s, %(on)s)
"""
_STAGE = """
    update project set stage = %(stage)s, stage_on = %(on)s,
        document = case when %(stage)s = 'documented' then %(document)s else document end,
        approval = case when %(stage)s = 'approved' then %(document)s else approval end
    where project = %(project)s
"""
_CHANGED = """
    update project set amount = %(amount)s, site = %(site)s,
        stage = case when %(chain_again)s then 'proposed' else stage end,
        stage_on = case when %(chain_again)s then %(on)s else stage_on end
    where project = %(project)s
"""
_PLAN_DROPPED = "update notice set struck = true where project = %(project)s and phase = 'plan' and %(chain_again)s"
_OBJECTIONS_DROPPED = """
    update objection o set dropped = true from notice n
    where o.project = %(project)s and %(chain_again)s and o.upheld is null
      and n.project = o.project and n.notice = o.notice and n.phase = 'plan'
"""
_HANDED_OVER = "update project set team = %(to_team)s where project = %(project)s"
_POSTED = """
    insert into notice (project, notice, village, team, phase, payments, starts_on, ends_on)
    select %(project)s, %(notice)s, %(place)s, team, %(phase)s, %(payments)s, %(starts_on)s, %(ends_on)s
    from project where project = %(project)s
"""
_RAISED = """
    insert into objection (project, objection, notice, village, raised_on)
    values (%(project)s, %(objection)s, %(notice)s, %(place)s, %(on)s)
"""
_RESOLVED = """
    update objection set upheld = %(upheld)s where project = %(project)s and objection = %(objection)s
"""
_STRUCK = """
    update notice n set struck = true from objection o
    where o.project = %(project)s and o.objection = %(objection)s and n.project = o.project and n.notice = o.notice
      and %(upheld)s
"""
_COMPLETED = "update notice set completed = true where project = %(project)s and notice = %(notice)s"
_DISSOLVED = "insert into dissolved (team) values (%(team)s) on conflict do nothing"
_STATUS = """
    insert into village (village, valid_from, registered_poor)
    values (%(village)s, %(valid_from)s, %(registered_poor)s)
    on conflict (village, valid_from) do update set registered_poor = excluded.registered_poor
"""

_STAGES: dict[type[fact.ProjectFact], str] = {
    fact.VillageRepresentativesMeetingHeld: "met",
    fact.ProjectDetermined: "determined",
    fact.TownshipReviewPassed: "reviewed",
    fact.TownshipDocumentIssued: "documented",
    fact.CountyLeadingGroupApproved: "approved",
    fact.CountyLeadingGroupRejected: "rejected",
    fact.InvestorConsentGiven: "consented",
    fact.ProjectStarted: "started",
    fact.ProjectAccepted: "accepted",
}
_STATEMENTS: dict[type[fact.ProjectFact], tuple[str, ...]] = {
    fact.ProjectProposed: (_PROPOSED,),
    fact.ProjectChanged: (_CHANGED, _PLAN_DROPPED, _OBJECTIONS_DROPPED),
    fact.ProjectFundsPublicised: (_POSTED,),
    fact.NoticeObjectionRaised: (_RAISED,),
    fact.NoticeObjectionResolved: (_RESOLVED, _STRUCK),
    fact.NoticePeriodCompleted: (_COMPLETED,),
    fact.ProjectHandedOver: (_HANDED_OVER,),
}


async def apply(cursor: AsyncCursor[Any], events: Sequence[Delivered]) -> None:
    """Brings the projects forward, in log order; raises LookupError for a project fact that it does not know."""
    for event in events:
        cls = EVENTS.get(event.type)
        if cls is None or not issubclass(cls, fact.ProjectFact):
            continue
        row = {"giver": None, "document": None, "payments": [], **event.data, "on": civil_date(event.recorded)}
        if cls in _STAGES:
            await cursor.execute(_STAGE, row | {"stage": _STAGES[cls]})
            continue
        for statement in _STATEMENTS[cls]:
            await cursor.execute(statement, row)


_OF_VILLAGES = {
    "zhucun.personnel.TeamDissolved.v1": _DISSOLVED,
    "zhucun.personnel.VillageRegistered.v1": _STATUS,
    "zhucun.personnel.VillageStatusChanged.v1": _STATUS,
}


async def apply_villages(cursor: AsyncCursor[Any], events: Sequence[Delivered]) -> None:
    """Which villages are registered as poor (Art. 2), and which teams are dissolved."""
    for event in events:
        if event.type in _OF_VILLAGES:
            await cursor.execute(_OF_VILLAGES[event.type], {"valid_from": date.min, **event.data})


PROJECTS = Projection(
    name="projects",
    generation=2,
    ddl=files("services.finance.projects").joinpath("views.sql").read_text("utf-8"),
    sources=("finance",),
    apply=apply,
)
VILLAGES = Projection(
    name="villages",
    generation=2,
    ddl="create table {schema}.village (village text not null, valid_from date not null,"
    " registered_poor boolean not null, primary key (village, valid_from));"
    "create table {schema}.dissolved (team text primary key);",
    sources=("personnel",),
    apply=apply_villages,
    types=frozenset(_OF_VILLAGES),
)

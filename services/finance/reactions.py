"""What finance's facts ask of people: payments and projects that wait for the next hand, objections, flags of misuse.

Finance acts on nothing by itself: money moves only where a named person says so.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from contracts.identifiers import Role
from contracts.money import FundKind
from services.finance import queries
from services.finance.oversight import queries as oversight_queries
from services.finance.projects import queries as project_queries
from services.finance.projects.listing import project_list
from services.finance.state import PaymentState
from services.finance.streams import fund_stream, project_stream, supervision_stream
from services.finance.words import yuan
from services.ledger.views import Views
from services.runtime.authority import Authorities
from services.runtime.context import Context
from services.runtime.service import WorkItem

LIMIT = 200
"""Items per role and area; what is settled makes room for the next."""
_FISCAL = (FundKind.FISCAL_POVERTY,)
_CONSENTED = tuple(kind for kind in FundKind if kind not in (FundKind.FISCAL_POVERTY, FundKind.WORK))
_PROJECT_STEPS = {
    Role.TOWNSHIP: (
        (("determined",), _FISCAL, "review-project", "待乡镇审核", "to be reviewed", "20.3"),
        (("reviewed",), _FISCAL, "issue-township-document", "待行文上报", "to be reported by document", "20.3"),
    ),
    Role.COUNTY_LEADING_GROUP: (
        (("documented",), _FISCAL, "decide-project", "待县领导小组审批", "to be decided", "20.4"),
    ),
    Role.INVESTOR: ((("determined",), _CONSENTED, "give-consent", "待投入方同意", "to be consented to", "20.6"),),
    Role.DISPATCHING_UNIT: (
        (("determined",), _CONSENTED, "give-consent", "待投入方同意", "to be consented to", "20.6"),
    ),
    Role.COUNTY_FINANCE: (
        (("determined",), (FundKind.SPECIAL,), "give-consent", "待投入方同意", "to be consented to", "20.6"),
    ),
}
"""Role -> stages and kinds of project that wait for it, the command that settles them, and in words."""
_HEAR_OF_MISUSE = (Role.COUNTY_FINANCE, Role.DISPATCHING_UNIT, Role.DISCIPLINE, Role.AUDIT)
"""`domain.md` R19.6."""
_HEAR_OF_UNPOSTED = (
    Role.TEAM_LEADER,
    Role.VILLAGE_COMMITTEES,
    Role.TOWNSHIP,
    Role.TOWNSHIP_FINANCE,
    Role.COUNTY_FINANCE,
)
"""Who posts the use of a project's money, and who supervises that it is posted."""


async def work(context: Context) -> Sequence[WorkItem]:
    """What the caller may settle or is told today, oldest first; never a payment in which the caller had a part."""
    caller, views = context.request.caller, context.service.views
    found: dict[str, WorkItem] = {}
    for held in await Authorities(views).roles_of(caller, context.request.today):
        role, area, body = Role(held["role"]), held["area"], held["organisation"]
        sources = (
            _payments(views, role, area, caller),
            _consents(views, held, caller),
            _projects(views, role, area, body),
            _flags(views, held),
            _unposted(context, role, area),
        )
        for items in sources:
            async for item in items:
                found[f"{item.stream} {item.command} {sorted(item.fields.items())}"] = item
    return sorted(found.values(), key=lambda item: item.since)


async def _payments(views: Views, role: Role, area: str, caller: str) -> AsyncIterator[WorkItem]:
    states = {
        Role.TOWNSHIP_LEADER: PaymentState.REQUESTED,
        Role.TOWNSHIP_FINANCE: PaymentState.RESERVED,
    }
    if role not in states:
        return
    async with views.reading("balances") as cursor:
        rows = await queries.waiting(cursor, states[role], area, LIMIT)
    for row in rows:
        if caller not in (row["requested_by"], row["approved_by"]):
            yield _payment(row)


async def _consents(views: Views, held: dict[str, Any], caller: str) -> AsyncIterator[WorkItem]:
    """Other uses that county finance, and a unit with people in the team, may consent to; both are needed (A76)."""
    role = Role(held["role"])
    if role not in (Role.COUNTY_FINANCE, Role.DISPATCHING_UNIT):
        return
    unit = held["organisation"] if role is Role.DISPATCHING_UNIT else None
    async with views.reading("directory") as cursor:
        teams = await queries.teams_in(cursor, held["area"], unit)
    async with views.reading("balances") as cursor:
        rows = await queries.waiting(cursor, PaymentState.REQUESTED, held["area"], LIMIT, "other")
    for row in rows:
        if row["team"] in teams and role not in row["consents"] and caller != row["requested_by"]:
            yield _consent(row, unit)


async def _projects(views: Views, role: Role, area: str, body: str | None) -> AsyncIterator[WorkItem]:
    async with views.reading("projects") as cursor:
        for stages, kinds, command, zh, en, article in _PROJECT_STEPS.get(role, ()):
            for row in await project_queries.at_stage(cursor, stages, kinds, area, LIMIT):
                if command != "give-consent" or row["giver"] in (None, body):
                    yield WorkItem(
                        kind="approval",
                        title=f"项目“{row['title']}”{zh}",
                        title_en=f"project {row['project']}: {en}",
                        stream=project_stream(row["project"]),
                        since=row["stage_on"].isoformat(),
                        article=article,
                        place=row["village"],
                        command=command,
                        fields={"project": row["project"]},
                    )
        if role is Role.TOWNSHIP:
            for row in await project_queries.open_objections(cursor, area, LIMIT):
                yield _objection(row)


async def _flags(views: Views, held: dict[str, Any]) -> AsyncIterator[WorkItem]:
    role = Role(held["role"])
    if role not in _HEAR_OF_MISUSE:
        return
    teams = None
    if role is Role.DISPATCHING_UNIT:
        async with views.reading("directory") as cursor:
            teams = list(await queries.teams_in(cursor, held["area"], held["organisation"]))
    async with views.reading("oversight") as cursor:
        rows = await oversight_queries.remarks(cursor, held["area"], teams)
    for row in rows:
        if row["sort"] == "misuse":
            yield WorkItem(
                kind="notice",
                title=f"登记挪用：{row['team']} 支出{row['payment']}，{yuan(row['amount'])}元",
                title_en=f"misuse flagged: payment {row['payment']} of {row['team']}, {yuan(row['amount'])} yuan",
                stream=supervision_stream(row["team"]),
                since=row["recorded_on"].isoformat(),
                article="19.6",
                place=row["village"],
                fields={"flag": row["name"], "payment": row["payment"], "kind": row["kind"]},
            )


async def _unposted(context: Context, role: Role, area: str) -> AsyncIterator[WorkItem]:
    """Uses of project money that the village has not read (W71)."""
    if role not in _HEAR_OF_UNPOSTED:
        return
    for project in await project_list(context, area):
        for use in project["unposted"]:
            yield WorkItem(
                kind="notice",
                title=f"项目“{project['title']}”支出{use['payment']}的使用情况未在村公示",
                title_en=f"project {project['project']}: the use of payment {use['payment']} is not posted",
                stream=project_stream(project["project"]),
                since=use["paid_on"].isoformat(),
                article="20.5",
                place=project["village"],
                fields={"project": project["project"], "payment": use["payment"]},
            )


def _payment(row: dict[str, Any]) -> WorkItem:
    requested = row["state"] == PaymentState.REQUESTED
    sum_of_money = yuan(row["amount"])
    return WorkItem(
        kind="approval",
        title=f"支出{row['payment']}（{sum_of_money}元）待{'审批' if requested else '付款'}",
        title_en=f"payment {row['payment']}, {sum_of_money} yuan: to be {'approved' if requested else 'paid'}",
        stream=fund_stream(row["team"], FundKind(row["kind"])),
        since=(row["requested_on"] if requested else row["approved_on"]).isoformat(),
        article="19.1" if requested else "19.2",
        place=row["village"],
        command="approve-spending" if requested else "disburse",
        fields={"payment": row["payment"], "team": row["team"], "kind": row["kind"]},
    )


def _consent(row: dict[str, Any], unit: str | None) -> WorkItem:
    sum_of_money = yuan(row["amount"])
    body_zh, body_en = ("县级财政部门", "county finance") if unit is None else ("派出单位", "the dispatching unit")
    return WorkItem(
        kind="approval",
        title=f"“其他”用途支出{row['payment']}（{sum_of_money}元）待{body_zh}同意",
        title_en=f"payment {row['payment']} for another use, {sum_of_money} yuan: {body_en} to consent",
        stream=fund_stream(row["team"], FundKind(row["kind"])),
        since=row["requested_on"].isoformat(),
        article="19.6",
        place=row["village"],
        command="consent-other-use",
        fields={"payment": row["payment"], "team": row["team"], "kind": row["kind"]}
        | ({} if unit is None else {"unit": unit}),
    )


def _objection(row: dict[str, Any]) -> WorkItem:
    return WorkItem(
        kind="approval",
        title=f"公示异议{row['objection']}待答复，答复前暂缓支付",
        title_en=f"objection {row['objection']} to a notice: to be answered, payments wait",
        stream=project_stream(row["project"]),
        since=row["raised_on"].isoformat(),
        article="20.5",
        place=row["village"],
        command="resolve-objection",
        fields={"project": row["project"], "objection": row["objection"]},
    )

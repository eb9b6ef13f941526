"""Finance over HTTP: one endpoint per command, and the books as people read them."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Depends, Query

from contracts.finance import FundKind, FundSource
from contracts.identifiers import Role
from contracts.refusals import Refusal
from services.finance import commands as cmd
from services.finance import queries
from services.finance import refusals as no
from services.finance.domain import appropriation_stream, decide, fund_stream, receiving_township
from services.finance.known import Known
from services.finance.state import Appropriation, held
from services.finance.work_fund import due, posts_filled
from services.runtime.command_routes import Authority, CommandSpec, command_router
from services.runtime.commands import Refused
from services.runtime.context import Context, request_of
from services.runtime.directory import posted_on, postings_of, team_of

_SOURCES = {FundSource.CITY: (Role.CITY_FINANCE,), FundSource.COUNTY: (Role.COUNTY_FINANCE,)}
"""Who appropriates: the city's finance for the city, a county's for its own places (Art. 18)."""


async def _recipient(_context: Context, command: cmd.Appropriate) -> Known | Refusal:
    return Known(command.recipient)


async def _township(context: Context, command: cmd.Receive) -> Known | Refusal:
    appropriation = await _appropriation(context, command.appropriation)
    if appropriation.kind is None:
        return no.APPROPRIATION_UNKNOWN
    township = receiving_township(appropriation.recipient, command.township)
    return township if isinstance(township, Refusal) else Known(township)


async def _allotment(context: Context, command: cmd.Allot) -> Known | Refusal:
    appropriation = await _appropriation(context, command.appropriation)
    if appropriation.kind is None:
        return no.APPROPRIATION_UNKNOWN
    village = await _village(context, command.team)
    return village if isinstance(village, Refusal) else Known(village, kind=appropriation.kind)


async def _contribution(context: Context, command: cmd.ContributeWorkFund) -> Known | Refusal:
    village = await _village(context, command.team)
    if isinstance(village, Refusal):
        return village
    async with context.service.views.reading("directory") as cursor:
        postings = await queries.unit_postings(cursor, command.team)
    own = [posting for posting in postings if posting.unit == command.unit]
    return Known(village, posts=posts_filled(own, command.year))


async def _book(context: Context, command: cmd.Spending | cmd.Move) -> Known | Refusal:
    village = await _village(context, command.team)
    if isinstance(village, Refusal):
        return village
    caller, today = context.request.caller, context.request.today
    async with context.service.views.reading("directory") as cursor:
        posting = posted_on((await postings_of(cursor, [caller]))[caller], today)
    return Known(village, caller_team=posting.team if posting else None)


async def _appropriation(context: Context, appropriation: str) -> Appropriation:
    key = appropriation_stream(appropriation)
    return held(await context.workbench.states([key]), key, Appropriation)


async def _village(context: Context, team: str) -> str | Refusal:
    async with context.service.views.reading("directory") as cursor:
        found = await team_of(cursor, team)
    return no.TEAM_UNKNOWN if found is None else found.village


def _by(*roles: Role) -> Callable[[Any, Known], Authority]:
    return lambda _command, known: Authority(roles, known.place)


def _fund(command: Any, _known: Known) -> Collection[str]:
    return [fund_stream(command.team, command.kind)]


def _spec(
    name: str,
    command: type[Any],
    article: str,
    summary: str,
    gather: Callable[[Context, Any], Awaitable[Known | Refusal]],
    authority: Callable[[Any, Known], Authority],
    keys: Callable[[Any, Known], Collection[str]] = _fund,
) -> CommandSpec[Any, Known]:
    return CommandSpec(name, command, article, authority, keys, gather, summary)


def _appropriator(command: cmd.Appropriate, known: Known) -> Authority:
    return Authority(_SOURCES.get(command.source, (Role.CITY_FINANCE, Role.COUNTY_FINANCE)), known.place)


def _own_unit(command: cmd.ContributeWorkFund, known: Known) -> Authority:
    return Authority((Role.DISPATCHING_UNIT,), known.place, command.unit)


def _both_sides(command: cmd.Allot, known: Known) -> Collection[str]:
    if known.kind is None:
        raise LookupError("an allotment knows the kind of its appropriation")
    return [appropriation_stream(command.appropriation), fund_stream(command.team, known.kind)]


def _one_appropriation(command: cmd.Appropriate | cmd.Receive, _known: Known) -> Collection[str]:
    return [appropriation_stream(command.appropriation)]


LD, TL, TF, XF, DU = (
    Role.TEAM_LEADER,
    Role.TOWNSHIP_LEADER,
    Role.TOWNSHIP_FINANCE,
    Role.COUNTY_FINANCE,
    Role.DISPATCHING_UNIT,
)

COMMANDS: tuple[CommandSpec[Any, Known], ...] = (
    _spec("appropriate", cmd.Appropriate, "18.1", "拨付专项补助资金", _recipient, _appropriator, _one_appropriation),
    _spec("receive", cmd.Receive, "19.2", "乡镇收款入账", _township, _by(TF), _one_appropriation),
    _spec("allot", cmd.Allot, "18.4", "统筹安排到工作队", _allotment, _by(XF, TF), _both_sides),
    _spec(
        "contribute-work-fund",
        cmd.ContributeWorkFund,
        "18.5",
        "派出单位安排工作经费",
        _contribution,
        _own_unit,
        lambda c, _: [fund_stream(c.team, FundKind.WORK)],
    ),
    _spec("request-spending", cmd.RequestSpending, "19.2", "申请支出", _book, _by(LD)),
    _spec("approve-spending", cmd.ApproveSpending, "19.1", "审批支出并预留", _book, _by(TL)),
    _spec("disburse", cmd.Disburse, "19.2", "付款", _book, _by(TF)),
    _spec("release", cmd.Release, "19.1", "释放预留", _book, _by(TL, TF)),
    _spec(
        "move",
        cmd.Move,
        "18.6",
        "资金调剂（一律不予办理）",
        _book,
        _by(LD, TL, TF, XF, DU, Role.CITY_FINANCE),
        lambda c, _: [fund_stream(c.team, c.from_kind)],
    ),
)

READERS = (Role.CITY_FINANCE, XF, Role.TOWNSHIP, TL, TF, Role.AUDIT)
"""County finance supervises, audit reads everything; a unit and a leader read their own book (Art. 19, 3.3)."""


def router() -> APIRouter:
    """All routes of the service."""
    routes = APIRouter()
    routes.include_router(command_router(COMMANDS, decide))

    @routes.get("/balances", summary="各队各类资金余额（单位：分）")
    async def balances(
        place: str = Query(pattern=r"^[0-9]{4,12}$"), context: Context = Depends(request_of)
    ) -> dict[str, Any]:
        reader = await context.authority(READERS, place, None, "19.3")
        if isinstance(reader, Refusal):
            raise Refused(reader)
        async with context.service.views.reading("balances") as cursor:
            return {"place": place, **await queries.balances(cursor, place)}

    @routes.get("/statement/{team}/{kind}", summary="单独核算明细账（单位：分）")
    async def statement(
        team: str,
        kind: FundKind,
        year: int | None = Query(default=None, ge=2016, le=2200),
        context: Context = Depends(request_of),
    ) -> dict[str, Any]:
        await _may_read_book(context, team)
        async with context.service.views.reading("balances") as cursor:
            found = await queries.statement(cursor, team, kind.value, year)
            given = await queries.contributed(cursor, team, year) if year else {}
        if kind is FundKind.WORK and year is not None:
            async with context.service.views.reading("directory") as cursor:
                postings = await queries.unit_postings(cursor, team)
            lines = due(postings, year, given, context.service.parameters.at(context.request.today))
            found["work_fund"] = [{**asdict(line), "shortfall": line.shortfall} for line in lines]
        return found

    return routes


async def _may_read_book(context: Context, team: str) -> None:
    """Whoever supervises the place, the team's leader, and each unit that has or had people in the team."""
    village = await _village(context, team)
    if isinstance(village, Refusal):
        raise Refused(village)
    reader = await context.authority((*READERS, LD), village, None, "19.3")
    if not isinstance(reader, Refusal):
        return
    async with context.service.views.reading("directory") as cursor:
        units = {posting.unit for posting in await queries.unit_postings(cursor, team)}
    for unit in sorted(units):
        if not isinstance(await context.authority((DU,), village, unit, "19.3"), Refusal):
            return
    raise Refused(reader)

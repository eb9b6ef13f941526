"""The commands of money: who may give each, and which streams it touches (matrix 3.3)."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any

from contracts.finance import FundKind, FundSource
from contracts.identifiers import Role
from contracts.refusals import Refusal
from services.finance import commands as cmd
from services.finance import gathering
from services.finance.books.meals import stream_keys
from services.finance.known import Known
from services.finance.streams import (
    appropriation_stream,
    board_stream,
    fund_stream,
    recipients_stream,
    supervision_stream,
)
from services.runtime.command_routes import Authority, CommandSpec
from services.runtime.context import Context

CF, XF, TP, TL, TF, LD, DU, AU = (
    Role.CITY_FINANCE,
    Role.COUNTY_FINANCE,
    Role.TOWNSHIP,
    Role.TOWNSHIP_LEADER,
    Role.TOWNSHIP_FINANCE,
    Role.TEAM_LEADER,
    Role.DISPATCHING_UNIT,
    Role.ASSIGNED_UNIT,
)
_SOURCES = {FundSource.CITY: (CF,), FundSource.COUNTY: (XF,)}
"""Who appropriates: the city's finance for the city, a county's for its own places (Art. 18)."""


def by(*roles: Role) -> Callable[[Any, Known], Authority]:
    """These roles, where the act takes place."""
    return lambda _command, known: Authority(roles, known.place)


def _fund(command: Any, _known: Known) -> Collection[str]:
    return [fund_stream(command.team, command.kind)]


def _fund_and_project(command: Any, known: Known) -> Collection[str]:
    return gathering.project_keys(known.project, fund_stream(command.team, command.kind))


def _payment(command: Any, known: Known) -> Collection[str]:
    """The book, the payment's project, and the days for which it holds meal allowances."""
    return [*_fund_and_project(command, known), *stream_keys(known.meals)]


def spec(
    name: str,
    command: type[Any],
    article: str,
    summary: str,
    gather: Callable[[Context, Any], Awaitable[Known | Refusal]],
    authority: Callable[[Any, Known], Authority],
    keys: Callable[[Any, Known], Collection[str]] = _fund,
) -> CommandSpec[Any, Known]:
    """One command as the runtime hosts it."""
    return CommandSpec(name, command, article, authority, keys, gather, summary)


def _appropriator(command: cmd.Appropriate, known: Known) -> Authority:
    return Authority(_SOURCES.get(command.source, (CF, XF)), known.place)


def _own_unit(command: cmd.ContributeWorkFund | cmd.PayBoard, known: Known) -> Authority:
    return Authority((DU,), known.place, command.unit)


def _unit_or(*roles: Role) -> Callable[[Any, Known], Authority]:
    """A dispatching unit where the command names one, otherwise one of those roles."""

    def authority(command: cmd.ConsentOtherUse | cmd.GiveOpinion | cmd.FlagMisuse, known: Known) -> Authority:
        if command.unit is not None:
            return Authority((DU,), known.place, command.unit)
        return Authority(roles, known.place)

    return authority


def _appropriated(command: cmd.Appropriate, known: Known) -> Collection[str]:
    return gathering.project_keys(known.project, appropriation_stream(command.appropriation))


def _flagged(command: cmd.FlagMisuse, _known: Known) -> Collection[str]:
    return [supervision_stream(command.team), fund_stream(command.team, command.kind)]


MONEY: tuple[CommandSpec[Any, Known], ...] = (
    spec(
        "name-recipients",
        cmd.NameRecipients,
        "18.1",
        "登记市级专项补助受款名单",
        gathering.recipients,
        by(CF),
        lambda c, known: [recipients_stream(known.place, c.year)],
    ),
    spec("appropriate", cmd.Appropriate, "18.1", "拨付资金", gathering.recipient, _appropriator, _appropriated),
    spec(
        "receive",
        cmd.Receive,
        "19.2",
        "乡镇收款入账",
        gathering.township,
        by(TF),
        lambda c, _: [appropriation_stream(c.appropriation)],
    ),
    spec("allot", cmd.Allot, "18.4", "统筹安排到工作队", gathering.allotment, by(XF, TF), gathering.both_sides),
    spec(
        "contribute-work-fund",
        cmd.ContributeWorkFund,
        "18.5",
        "派出单位安排工作经费",
        gathering.contribution,
        _own_unit,
        lambda c, _: [fund_stream(c.team, FundKind.WORK)],
    ),
    spec(
        "receive-assistance",
        cmd.ReceiveAssistance,
        "20.6",
        "帮扶及其他到村资金入账",
        gathering.assistance,
        by(TF),
        _fund_and_project,
    ),
    spec("request-spending", cmd.RequestSpending, "19.2", "申请支出", gathering.request, by(LD), _payment),
    spec(
        "consent-other-use",
        cmd.ConsentOtherUse,
        "19.6",
        "同意“其他”用途",
        gathering.payment,
        _unit_or(XF),
        _fund_and_project,
    ),
    spec(
        "approve-spending",
        cmd.ApproveSpending,
        "19.1",
        "审批支出并预留",
        gathering.payment,
        by(TL),
        _payment,
    ),
    spec("refuse-spending", cmd.RefuseSpending, "19.1", "不予批准", gathering.payment, by(TL), _fund_and_project),
    spec("disburse", cmd.Disburse, "19.2", "付款", gathering.payment, by(TF), _fund_and_project),
    spec("release", cmd.Release, "19.1", "释放预留", gathering.payment, by(TL, TF), _payment),
    spec("record-refund", cmd.RecordRefund, "19.1", "登记退款", gathering.payment, by(TF), _payment),
    spec("reverse-disbursement", cmd.ReverseDisbursement, "19.2", "冲正错账", gathering.payment, by(TF), _payment),
    spec("close-books", cmd.CloseBooks, "19.1", "年度结账、结余结转", gathering.book, by(TF)),
    spec(
        "hand-over",
        cmd.HandOver,
        "19.1",
        "撤销工作队结余划转",
        gathering.handover,
        by(XF),
        lambda c, _: [fund_stream(c.team, c.kind), fund_stream(c.to_team, c.kind)],
    ),
    spec(
        "return-funds",
        cmd.ReturnFunds,
        "19.1",
        "项目结余退回投入方",
        gathering.returning,
        by(XF),
        _fund_and_project,
    ),
    spec(
        "move",
        cmd.Move,
        "18.6",
        "资金调剂（一律不予办理）",
        gathering.book,
        by(LD, TL, TF, TP, XF, DU, AU, CF, Role.COUNTY_LEADING_GROUP, Role.VILLAGE_COMMITTEES),
        lambda c, _: [fund_stream(c.team, c.from_kind)],
    ),
    spec(
        "pay-board",
        cmd.PayBoard,
        "17.1",
        "派出单位发放食宿补助",
        gathering.board,
        _own_unit,
        lambda c, _: [board_stream(c.person, c.month)],
    ),
    spec(
        "give-opinion",
        cmd.GiveOpinion,
        "19.3",
        "监督意见",
        gathering.book,
        _unit_or(XF),
        lambda c, _: [supervision_stream(c.team)],
    ),
    spec(
        "flag-misuse",
        cmd.FlagMisuse,
        "19.6",
        "登记挪用",
        gathering.payment,
        _unit_or(XF, Role.DISCIPLINE, Role.AUDIT),
        _flagged,
    ),
)

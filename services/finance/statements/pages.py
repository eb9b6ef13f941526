"""Printed pages: the statement of a book, and what a village reads on its notice board. No script in them."""

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

from services.finance.statements.sheets import book_lines
from services.finance.statements.statement import Statement
from services.finance.words import KINDS, PHASES, SOURCES, STAGES, USES, yuan

_STYLE = """
@page{size:A4 landscape;margin:14mm}
body{font:14px/1.55 "Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei",sans-serif;color:#111;margin:1.5rem auto;
max-width:68rem;padding:0 1rem}
h1{font-size:1.45rem;text-align:center;margin:.2rem 0}h2{font-size:1.05rem;margin:1.4rem 0 .3rem}
.under{text-align:center;color:#444;margin:0 0 1rem}
table{border-collapse:collapse;width:100%;margin:.35rem 0}section{break-inside:avoid}
caption{text-align:left;font-weight:600;padding:.3rem 0}
th,td{border:1px solid #888;padding:.22rem .45rem;vertical-align:top;text-align:left;overflow-wrap:anywhere}
th{background:#f0f0f0;font-weight:600}td.n,th.n{text-align:right;white-space:nowrap;overflow-wrap:normal}
thead{display:table-header-group}tr{break-inside:avoid}
.sign{display:flex;justify-content:space-between;margin-top:2.2rem}.note{color:#444;font-size:.9em}
.open{font-weight:700}
@media(max-width:40rem){section,.wide{overflow-x:auto}}
@media print{body{margin:0;max-width:none;padding:0}th{background:none}}
"""


def statement_page(statement: Statement, lines: Sequence[Mapping[str, Any]], *, printed_on: date) -> str:
    """One book for one year, to be printed, signed and filed."""
    summary = _table(
        ("年初结余", "本年收入", "本年支出", "年末结余", "其中已预留", "可用"),
        [
            tuple(
                map(
                    yuan,
                    (
                        statement.opening,
                        statement.received,
                        statement.spent,
                        statement.closing,
                        statement.reserved,
                        statement.closing - statement.reserved,
                    ),
                )
            )
        ],
        caption="一、总额（元）",
        numbers=range(6),
    )
    sources = _table(
        ("来源", "限定项目", "年初结余", "本年收入", "本年支出", "年末结余", "其中已预留"),
        [
            (
                SOURCES[one.source] + (f" {one.giver}" if one.giver else ""),
                one.project or "",
                *map(yuan, (one.opening, one.received, one.spent, one.closing, one.reserved)),
            )
            for one in statement.sources
        ],
        caption="二、按来源（元）",
        numbers=range(2, 7),
    )
    uses = _table(
        ("用途", "已付", "退回、冲正", "净支出"),
        [(USES[one.use], *map(yuan, (one.paid, one.returned, one.net))) for one in statement.uses],
        caption="三、按用途（元）",
        numbers=range(1, 4),
    )
    entries = _table(
        ("日期", "事项", "编号", "来源", "用途", "项目", "收入", "支出", "预留变动", "结余"),
        book_lines(statement, lines),
        caption="四、明细（元）",
        numbers=range(6, 10),
    )
    return _page(
        f"{statement.year}年{KINDS[statement.kind]}单独核算账",
        f"工作队 {statement.team}　打印日期 {printed_on.isoformat()}　专款专用、总额控制、超支不补、结余留用",
        [summary, sources, uses, entries, _SIGNATURES],
    )


def supervision_page(
    statements: Sequence[Statement], *, year: int, supervised: str, by: str | None, printed_on: date
) -> str:
    """All books of one supervisor for one year, and their sums by kind; `by` is a unit, None for county finance."""
    rows = [(one.team, KINDS[one.kind], *map(yuan, _figures(one))) for one in statements]
    kinds = dict.fromkeys(one.kind for one in statements)
    sums = {kind: [_figures(one) for one in statements if one.kind == kind] for kind in kinds}
    totals = [(KINDS[kind], *(yuan(sum(column)) for column in zip(*own, strict=True))) for kind, own in sums.items()]
    heads = ("年初结余", "本年收入", "本年支出", "年末结余", "其中已预留")
    whose = f"{supervised}　派出单位 {by}" if by else supervised
    return _page(
        f"{year}年驻村工作队资金监督汇总",
        f"范围 {whose}　打印日期 {printed_on.isoformat()}　各种资金分别核算，不得相加调剂",
        [
            _table(("资金种类", *heads), totals, caption="一、按资金种类（元）", numbers=range(1, 6)),
            _table(("工作队", "资金种类", *heads), rows, caption="二、各队各类（元）", numbers=range(2, 7)),
            _SIGNATURES,
        ],
    )


def _figures(of: Statement) -> tuple[int, ...]:
    return (of.opening, of.received, of.spent, of.closing, of.reserved)


_SIGNATURES = (
    '<div class="sign"><span>乡镇（街道）财务部门：________________</span><span>分管领导：________________</span>'
    "<span>县级财政部门：________________</span><span>派出单位：________________</span></div>"
)


def notice_page(village: str, projects: Sequence[Mapping[str, Any]], *, shown_on: date) -> str:
    """What is posted in one village: works, sums and dates. It names nobody.

    `projects` carry `notices`, `payments` (those whose use is posted) and `open_objections`.
    """
    parts = [_project(project, shown_on) for project in projects]
    if not parts:
        parts = ["<p>目前没有公示的项目。</p>"]
    note = (
        '<p class="note">对公示内容有异议的，请向村民代表或投入单位（个人）提出，由其登记，'
        "乡镇（街道）党（工）委答复；异议未答复前暂缓下一笔支付。</p>"
    )
    return _page(
        "驻村扶贫项目资金公示",
        f"村 {village}　依据《昆明市驻村扶贫工作队管理办法》第二十条　{shown_on.isoformat()}",
        [*parts, note],
    )


def _project(project: Mapping[str, Any], today: date) -> str:
    facts = _table(
        ("资金种类", "资金来源", "地点", "投资（元）", "进度", "批准文号"),
        [
            (
                KINDS[project["kind"]],
                SOURCES[project["source"]],
                project["site"],
                yuan(project["amount"]),
                STAGES[project["stage"]],
                project["approval"] or "",
            )
        ],
        numbers=(3,),
    )
    notices = _table(
        ("公示", "起", "止", "状态"),
        [
            (PHASES[one["phase"]], one["starts_on"].isoformat(), one["ends_on"].isoformat(), _status(one, today))
            for one in project["notices"]
        ],
    )
    uses = ""
    if project["payments"]:
        uses = _table(
            ("支出编号", "用途", "付款日期", "金额（元）", "已退回（元）"),
            [
                (
                    one["payment"],
                    USES[one["use"]],
                    one["paid_on"].isoformat(),
                    yuan(one["amount"]),
                    yuan(one["refunded"]),
                )
                for one in project["payments"]
            ],
            numbers=(3, 4),
        )
    objections = project["open_objections"]
    held = f'<p class="open">有{objections}项异议尚未答复，暂缓下一笔支付。</p>' if objections else ""
    return f"<section><h2>{escape(project['title'])}</h2>{facts}{notices}{uses}{held}</section>"


def _status(notice: Mapping[str, Any], today: date) -> str:
    if notice["struck"]:
        return "已作废，须重新公示"
    if notice["completed"]:
        return "公示期满"
    return "公示期满，待确认" if notice["ends_on"] < today else "公示中"


def _table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    caption: str | None = None,
    numbers: Sequence[int] = (),
) -> str:
    def cell(tag: str, at: int, text: str) -> str:
        return f'<{tag} class="n">{escape(text)}' if at in numbers else f"<{tag}>{escape(text)}"

    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    header = "".join(cell("th", at, text) for at, text in enumerate(head))
    body = "".join("<tr>" + "".join(cell("td", at, text) for at, text in enumerate(row)) for row in rows)
    table = f"<table>{title}<thead><tr>{header}</thead><tbody>{body}</tbody></table>"
    return f'<div class="wide">{table}</div>'


def _page(title: str, under: str, parts: Sequence[str]) -> str:
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f'<h1>{escape(title)}</h1><p class="under">{escape(under)}</p>{"".join(parts)}'
    )

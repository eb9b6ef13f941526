"""Statements as CSV that spreadsheets open correctly: UTF-8 with a mark, CRLF, yuan exact to the fen."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.finance.statements.statement import Statement
from services.finance.words import KINDS, LINES, SOURCES, USES, yuan

BYTE_ORDER_MARK = "\ufeff"
MEDIA_TYPE = "text/csv; charset=utf-8"
_IN = ("FundAllotted", "WorkFundContributed", "AssistanceFundReceived", "FundTakenOver")
_BACK = ("RefundReceived", "DisbursementReversed")
_LINE_HEAD = (
    "记账日期",
    "事项",
    "编号",
    "来源",
    "用途",
    "项目",
    "收入（元）",
    "支出（元）",
    "预留变动（元）",
    "结余（元）",
)
_NUMBER, _PROJECT = _LINE_HEAD.index("编号"), _LINE_HEAD.index("项目")
_BOOK_HEAD = (
    "工作队",
    "资金种类",
    "年初结余（元）",
    "本年收入（元）",
    "本年支出（元）",
    "年末结余（元）",
    "其中已预留（元）",
)


def book_lines(statement: Statement, lines: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """Every line of the book with income, spending, change of what is reserved, and the balance after it."""
    balance = statement.opening
    rows: list[tuple[str, ...]] = [("", "年初结余", "", "", "", "", "", "", "", yuan(balance))]
    for line in lines:
        income, spending, reserved = _columns(line["type"], line["amount"] or 0)
        balance += income - spending
        rows.append(
            (
                line["booked_on"].isoformat(),
                LINES[line["type"]],
                line["subject"],
                _source(line),
                USES.get(line["use"] or "", line["use"] or ""),
                line["project"] or "",
                yuan(income) if income else "",
                yuan(spending) if spending else "",
                yuan(reserved) if reserved else "",
                yuan(balance),
            )
        )
    totals = (yuan(statement.received), yuan(statement.spent), yuan(statement.reserved), yuan(statement.closing))
    rows.append(("", "本年合计（收入、净支出、年末预留、年末结余）", "", "", "", "", *totals))
    return rows


def book_csv(statement: Statement, lines: Sequence[Mapping[str, Any]]) -> str:
    """One book for one year."""
    rows = [
        (
            *row[:_NUMBER],
            _as_text(row[_NUMBER]),
            *row[_NUMBER + 1 : _PROJECT],
            _as_text(row[_PROJECT]),
            *row[_PROJECT + 1 :],
        )
        for row in book_lines(statement, lines)
    ]
    return _csv([_LINE_HEAD, *rows])


def supervision_csv(statements: Sequence[Statement]) -> str:
    """One line for each book that a supervisor watches."""
    rows = [
        (one.team, KINDS[one.kind], *map(yuan, (one.opening, one.received, one.spent, one.closing, one.reserved)))
        for one in statements
    ]
    return _csv([_BOOK_HEAD, *rows])


def _as_text(number: str) -> str:
    """A number that somebody gave a payment stays what it is: a spreadsheet reads `007` as 7."""
    return f'="{number}"' if number[:1].isdigit() else number


def _columns(name: str, amount: int) -> tuple[int, int, int]:
    """Income, spending, and change of what is reserved. What comes back is negative spending."""
    if name in _IN:
        return amount, 0, 0
    if name in _BACK:
        return 0, -amount, 0
    match name:
        case "FundHandedOut" | "FundReturned":
            return -amount, 0, 0
        case "FundReserved":
            return 0, 0, amount
        case "FundReleased":
            return 0, 0, -amount
        case "FundDisbursed":
            return 0, amount, -amount
    return 0, 0, 0


def _source(line: Mapping[str, Any]) -> str:
    source = line["source"] or ("unit" if line["type"] == "WorkFundContributed" else None)
    if source is None:
        return ""
    return SOURCES[source] + (f" {line['giver']}" if line["giver"] else "")


def _csv(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return BYTE_ORDER_MARK + text.getvalue()

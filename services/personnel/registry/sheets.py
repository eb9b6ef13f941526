"""Sheets of CSV for the registry: each line is one command of the keeper. Pure: no clock, no database.

The first line names the columns, which are the fields of the command. UTF-8, with or without a byte-order mark; an
empty cell is a field that is left out.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from contracts.refusals import Refusal
from services.personnel.registry import commands as cmd
from services.personnel.registry import refusals as no

SHEETS: Mapping[str, type[BaseModel]] = {
    "organisations": cmd.RegisterOrganisation,
    "villages": cmd.RegisterVillage,
    "statuses": cmd.ChangeVillageStatus,
    "links": cmd.LinkUnit,
    "roles": cmd.GrantRole,
}
"""What can be imported, and the command that each of its lines is."""

MAX_LINES = 5_000


@dataclass(frozen=True, slots=True)
class BadLine:
    """One thing that is wrong with one line; line 1 holds the names of the columns."""

    line: int
    code: str
    zh: str
    en: str
    column: str | None = None
    article: str | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The commands of a sheet by line, and what is wrong with the lines that are none."""

    commands: tuple[tuple[int, Any], ...]
    bad: tuple[BadLine, ...]


def read(body: bytes, form: type[BaseModel]) -> Sheet:
    """The sheet; nothing is read of one in another encoding, or whose columns are wrong, and one without lines is bad.

    Another encoding is not guessed: what GBK and Big5 have in common would be read as the wrong names.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        return Sheet((), (refused(line, no.NOT_UTF8),))
    sheet = _read(text, form)
    return sheet if sheet.commands or sheet.bad else Sheet((), (refused(2, no.NO_LINES),))


def _read(text: str, form: type[BaseModel]) -> Sheet:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    commands: list[tuple[int, Any]] = []
    bad: list[BadLine] = []
    try:
        columns = next(reader, [])
        bad += _wrong_columns(columns, form)
        if bad:
            return Sheet((), tuple(bad))
        for cells in reader:
            line = reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(commands) + len(bad) >= MAX_LINES:
                return Sheet((), (refused(line, no.TOO_MANY_LINES),))
            if len(cells) != len(columns):
                bad.append(refused(line, no.WRONG_NUMBER_OF_CELLS))
                continue
            given = {column: cell for column, cell in zip(columns, cells, strict=True) if cell != ""}
            try:
                commands.append((line, form.model_validate(given)))
            except ValidationError as error:
                bad += _wrong_cells(line, error)
    except csv.Error as error:
        bad.append(refused(reader.line_num, no.NOT_CSV, str(error)))
    return Sheet(tuple(commands), tuple(bad))


def refused(line: int, refusal: Refusal, detail: str = "") -> BadLine:
    """The line as a refusal describes it."""
    more = f": {detail}" if detail else ""
    return BadLine(line, refusal.code.value, refusal.zh + more, refusal.en + more, article=refusal.article)


def _wrong_columns(columns: list[str], form: type[BaseModel]) -> list[BadLine]:
    known = form.model_fields
    found = []
    for column in columns:
        if column not in known:
            found.append(_column(column, "没有这个字段", "there is no such field"))
    for column in sorted({column for column in columns if columns.count(column) > 1}):
        found.append(_column(column, "字段重复", "the field stands twice"))
    for name, field in known.items():
        if field.is_required() and name not in columns:
            found.append(_column(name, "缺少必填字段", "a field that is needed is missing"))
    return found


def _column(column: str, zh: str, en: str) -> BadLine:
    return BadLine(1, no.NOT_CSV.code.value, f"{zh}：{column}", f"{en}: {column}", column)


def _wrong_cells(line: int, error: ValidationError) -> list[BadLine]:
    return [
        BadLine(
            line,
            no.NOT_CSV.code.value,
            f"{_where(found)}：{_zh(found['type'])}",
            f"{_where(found)}: {found['msg']}",
            _where(found),
        )
        for found in error.errors()
    ]


def _where(found: Any) -> str:
    return ".".join(str(part) for part in found["loc"]) or "-"


_REASONS = {
    "missing": "缺少必填内容",
    "enum": "不在规定的取值之内",
    "string_pattern_mismatch": "格式不符",
    "value_error": "校验不符",
    "bool_parsing": "应为 true 或 false",
}


def _zh(kind: str) -> str:
    return _REASONS.get(kind, "日期应为 YYYY-MM-DD" if kind.startswith("date") else "内容不合要求")

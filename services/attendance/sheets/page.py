"""The monthly sheet on paper: one A4 page across, Chinese, as people know it from the village's wall (Art. 9)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from contracts.attendance import DayStatus
from contracts.sheets import LETTERS, NOT_POSTED, SheetRow, days_in
from services.attendance.register.statuses import ON_POST

MARKS: Mapping[DayStatus, tuple[str, str]] = {
    DayStatus.ON_POST: ("√", "在村"),
    DayStatus.TRAVEL: ("差", "因公出差"),
    DayStatus.TRAINING: ("训", "培训"),
    DayStatus.LEAVE: ("假", "请假"),
    DayStatus.REST: ("休", "休息"),
    DayStatus.EXCUSED: ("由", "有正当理由离岗"),
    DayStatus.ABSENT: ("×", "无故离岗"),
    DayStatus.SECONDED: ("抽", "被抽调"),
}
"""What stands in a cell, and what it means; the columns of the sums come in this order."""
_BY_LETTER = {LETTERS[status]: mark for status, (mark, _) in MARKS.items()} | {NOT_POSTED: "—"}
_WEEKDAYS = "一二三四五六日"
_REMARKED = {DayStatus.LEAVE: "请假", DayStatus.TRAVEL: "出差", DayStatus.SECONDED: "被抽调", DayStatus.ABSENT: "缺岗"}
_SPANS_SHOWN = 2
_LONG_NAME = 5
_NAMELESS = "本页未附全部姓名：姓名只存于人事库，由打印人读取（留痕）后附上。"
"""Attendance holds no names, so that erasing one in personnel erases it: whoever prints reads them there, on record."""


@dataclass(frozen=True, slots=True)
class Printed:
    """What stands on the page besides the days; a line that has not happened yet is None and stays blank."""

    team: str
    village: str
    month: str
    version: int
    digest: str
    rows: Sequence[SheetRow]
    rest_days: frozenset[date]
    names: Mapping[str, str]
    village_name: str | None = None
    superseded: bool = False
    signed: str | None = None
    submitted: str | None = None
    reviewed: str | None = None


def page(sheet: Printed) -> str:
    """The whole document: no script, no network, prints to one page."""
    year, month = int(sheet.month[:4]), int(sheet.month[5:])
    title = f"驻村扶贫工作队{year}年{month}月考勤表"
    return f"""<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>{title} {escape(sheet.team)}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>{title}</h1>
{_heading(sheet)}
<table>
{_head(sheet, year, month)}
<tbody>
{"".join(_row(number, row, sheet) for number, row in enumerate(sheet.rows, start=1))}
</tbody>
</table>
{_legend(sheet)}
{_signatures(sheet)}
</body>
</html>
"""


def _heading(sheet: Printed) -> str:
    village = f"{escape(sheet.village_name)}（{sheet.village}）" if sheet.village_name else sheet.village
    stands = "（已被更正版取代）" if sheet.superseded else ""
    return (
        f'<p class="of"><span>驻村：{village}</span><span>工作队：{escape(sheet.team)}</span>'
        f"<span>第{sheet.version}版{stands}</span></p>"
    )


def _head(sheet: Printed, year: int, month: int) -> str:
    days = [date(year, month, number) for number in range(1, days_in(sheet.month) + 1)]

    def cell(day: date, text: str) -> str:
        return f"<th{_rest(day, sheet)}>{text}</th>"

    numbers = "".join(cell(day, str(day.day)) for day in days)
    weekdays = "".join(cell(day, _WEEKDAYS[day.weekday()]) for day in days)
    titles = [_short(name) for _, name in MARKS.values()] + ["在岗", "合计"]
    sums = "".join(f'<th rowspan="2" class="sum">{"<br>".join(title)}</th>' for title in titles)
    return (
        '<thead><tr><th rowspan="2">序号</th><th rowspan="2" class="who">姓名</th><th rowspan="2">职务</th>'
        f'{numbers}{sums}<th rowspan="2" class="remarks">备注</th></tr><tr>{weekdays}</tr></thead>'
    )


def _short(name: str) -> str:
    return {"因公出差": "出差", "有正当理由离岗": "事由", "无故离岗": "缺岗", "被抽调": "抽调"}.get(name, name)


def _row(number: int, row: SheetRow, sheet: Printed) -> str:
    year, month = int(sheet.month[:4]), int(sheet.month[5:])
    cells = "".join(
        f"<td{_rest(date(year, month, day), sheet)}>{_BY_LETTER[letter]}</td>"
        for day, letter in enumerate(row.days, start=1)
    )
    sums = "".join(f"<td>{row.days.count(LETTERS[status]) or ''}</td>" for status in MARKS)
    on_post = sum(row.days.count(LETTERS[status]) for status in ON_POST)
    name = sheet.names.get(row.person)
    long = ' class="long"' if name and len(name) > _LONG_NAME else ""
    who = f"<span{long}>{escape(name)}</span><small>{row.person}</small>" if name else row.person
    totals = f"<td><b>{on_post}</b></td><td>{row.posted}</td>"
    post = "队长" if row.leader else "队员"
    remarks = f'<td class="remarks">{"；".join(remarks_of(row))}</td>'
    return f'<tr><td>{number}</td><td class="who">{who}</td><td>{post}</td>{cells}{sums}{totals}{remarks}</tr>\n'


def remarks_of(row: SheetRow) -> list[str]:
    """What a reader would ask about: arrival, departure, and from when to when somebody was away."""
    found = []
    first, last = _posted_days(row.days)
    if first > 1:
        found.append(f"{first}日到岗")
    if last < len(row.days):
        found.append(f"{last}日离队")
    for status, name in _REMARKED.items():
        spans = [
            f"{one.start() + 1}" if one.end() - one.start() == 1 else f"{one.start() + 1}–{one.end()}"
            for one in re.finditer(f"{LETTERS[status]}+", row.days)
        ]
        if spans:
            shown, more = spans[:_SPANS_SHOWN], "等" if len(spans) > _SPANS_SHOWN else ""
            found.append(f"{'、'.join(shown)}日{more}{name}")
    return found


def _posted_days(days: str) -> tuple[int, int]:
    posted = [number for number, letter in enumerate(days, start=1) if letter != NOT_POSTED]
    return posted[0], posted[-1]


def _rest(day: date, sheet: Printed) -> str:
    return ' class="rest"' if day in sheet.rest_days else ""


def _legend(sheet: Printed) -> str:
    marks = "　".join(f"{mark} {name}" for mark, name in MARKS.values())
    notes = "灰底为休息日。在岗＝在村＋因公出差＋培训；合计为当月派驻天数，等于前八项之和。"
    nameless = any(row.person not in sheet.names for row in sheet.rows)
    return f'<p class="legend">符号：{marks}　— 未派驻。{notes}{_NAMELESS if nameless else ""}</p>'


def _signatures(sheet: Printed) -> str:
    lines = (
        ("村党组织书记（村委会主任）签字", sheet.signed),
        ("报送乡镇（街道）", sheet.submitted),
        ("乡镇（街道）分管领导审核", sheet.reviewed),
    )
    cells = "".join(f"<div><b>{title}</b><span>{escape(done or '')}</span></div>" for title, done in lines)
    digest = f'<p class="digest">内容摘要 SHA-256：{sheet.digest}　依据：昆联发〔2016〕1号第九条</p>'
    return f'<div class="signatures">{cells}</div>{digest}'


_STYLE = """
@page { size: A4 landscape; margin: 10mm 8mm }
* { box-sizing: border-box }
body { margin: 0 auto; padding-top: 1mm; max-width: 281mm; color: #000; background: #fff; font: 10pt/1.35
  "Songti SC", "SimSun", "Noto Serif CJK SC", "Noto Sans CJK SC",
  "WenQuanYi Zen Hei", serif }
h1 { margin: 0 0 3mm; font-size: 17pt; font-weight: bold; text-align: center; letter-spacing: .1em }
p { margin: 0 0 2mm }
.of { display: flex; justify-content: space-between }
table { width: 100%; border-collapse: collapse; table-layout: fixed }
th, td { border: .25mm solid #000; padding: .6mm 0; text-align: center; font-size: 8.5pt; font-weight: normal;
  height: 7mm; overflow: hidden }
thead th { height: auto }
thead tr:first-child th:nth-child(1) { width: 8mm }
.who { width: 21mm }
.who .long { font-size: 6.5pt; letter-spacing: -.02em }
.who small { display: block; font-size: 6.5pt; line-height: 1 }
thead tr:first-child th:nth-child(3) { width: 9mm }
.sum { width: 5.6mm; line-height: 1.1 }
.remarks { width: 36mm; font-size: 6.5pt; line-height: 1.15; text-align: left; padding: .4mm .8mm }
th.remarks { font-size: 8.5pt; text-align: center }
.rest { background: #ddd; -webkit-print-color-adjust: exact; print-color-adjust: exact }
.legend { margin-top: 2mm; font-size: 8.5pt }
.signatures { display: flex; gap: 6mm; margin-top: 4mm }
.signatures div { flex: 1; min-height: 17mm; border-bottom: .25mm solid #000 }
.signatures b, .signatures span { display: block; font-weight: normal }
.digest { margin-top: 2mm; font-size: 7pt; word-break: break-all }
tr, .signatures { break-inside: avoid }
"""

"""Pictures of the report: the year as a calendar of day statuses, and when things happened and became known."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import TypeAlias

from services.assessment.report_words import STATUSES

Scale: TypeAlias = Callable[[date], float]

_WIDTH, _LEFT, _RIGHT = 1000, 92, 992
_HAPPENED, _KNOWN, _HEIGHT = 46, 116, 150
_WEEK = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Moment:
    """One fact on the two lanes: the civil day it is about, and the day on which it became known."""

    happened: date
    known: date
    label: str
    common: bool
    """One of very many, drawn as a hair only."""
    later: bool
    """After the basis of the determination."""


def calendar(days: Mapping[str, str]) -> str:
    """The months of the year, each day with its status. `days`: date -> status, posted days only."""
    year = int(next(iter(days))[:4]) if days else 0
    if not year:
        return "<p>当年没有派驻日 no posted days</p>"
    return f'<div class="months">{"".join(_month(year, month, days) for month in range(1, 13))}</div>' + _legend(days)


def _month(year: int, month: int, days: Mapping[str, str]) -> str:
    first = date(year, month, 1)
    last = (date(year + month // 12, month % 12 + 1, 1) - first).days
    cells = ["<td></td>"] * first.weekday()
    for day in range(1, last + 1):
        status = days.get(date(year, month, day).isoformat(), "")
        word = STATUSES.get(status, ("", "", ""))
        title = f' title="{word[1]} {word[2]}"' if status else ""
        cells.append(f'<td class="s-{status or "none"}"{title}><b>{day}</b><i>{word[0]}</i></td>')
    cells += ["<td></td>"] * (-len(cells) % 7)
    rows = "".join(f"<tr>{''.join(cells[at : at + 7])}</tr>" for at in range(0, len(cells), 7))
    head = "".join(f"<th>{name}</th>" for name in _WEEK)
    return f"<table><caption>{month} 月</caption><tr>{head}</tr>{rows}</table>"


def _legend(days: Mapping[str, str]) -> str:
    counted = dict.fromkeys(STATUSES, 0)
    for status in days.values():
        counted[status] = counted.get(status, 0) + 1
    shown = (
        f'<li><span class="key s-{status}">{STATUSES[status][0]}</span>{STATUSES[status][1]} {number} 天</li>'
        for status, number in counted.items()
        if number
    )
    return f'<ul class="legend">{"".join(shown)}</ul>'


def timeline(moments: Sequence[Moment], absent: Sequence[tuple[date, date]], decided: date, year: int) -> str:
    """Two lanes: above what happened, below when it became known; spans of absence, and a line for the decision."""
    first = min([date(year, 1, 1), *(moment.happened for moment in moments)])
    first = max(first, date(year - 1, 10, 1))
    last = max([decided, date(year, 12, 31), *(moment.known for moment in moments)])
    span = max((last - first).days, 1)

    def x(day: date) -> float:
        return _LEFT + (_RIGHT - _LEFT) * min(max((day - first).days, 0), span) / span

    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="时间轴 timeline">',
        f'<line class="lane" x1="{_LEFT}" x2="{_RIGHT}" y1="{_HAPPENED}" y2="{_HAPPENED}"/>',
        f'<line class="lane" x1="{_LEFT}" x2="{_RIGHT}" y1="{_KNOWN}" y2="{_KNOWN}"/>',
        f'<text x="4" y="{_HAPPENED + 5}">发生</text><text x="4" y="{_KNOWN + 5}">获知</text>',
        *_ticks(first, last, x),
        *(_span(start, end, x) for start, end in absent),
        *(_drawn(moment, x) for moment in sorted(moments, key=lambda moment: not moment.common)),
        f'<line class="decision" x1="{x(decided):.1f}" x2="{x(decided):.1f}" y1="14" y2="{_HEIGHT - 22}"/>',
        f'<text class="decision" x="{x(decided) + 4:.1f}" y="11" text-anchor="end">认定 {decided.isoformat()}</text>',
        "</svg>",
    ]
    return "".join(parts)


def _ticks(first: date, last: date, x: Scale) -> Iterable[str]:
    day = date(first.year, first.month, 1)
    while day <= last:
        if day >= first:
            at = f"{x(day):.1f}"
            label = f"{day.year}" if day.month == 1 else f"{day.month}月"
            yield f'<line class="tick" x1="{at}" x2="{at}" y1="{_HAPPENED - 8}" y2="{_KNOWN + 8}"/>'
            yield f'<text class="tick" x="{at}" y="{_HEIGHT - 6}" text-anchor="middle">{label}</text>'
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _span(start: date, end: date, x: Scale) -> str:
    width = max(x(end + timedelta(days=1)) - x(start), 2)
    return (
        f'<rect class="absent" x="{x(start):.1f}" width="{width:.1f}" y="{_HAPPENED - 9}" height="18">'
        f"<title>离岗 {start} 至 {end}</title></rect>"
    )


def _drawn(moment: Moment, x: Scale) -> str:
    above, below = f"{x(moment.happened):.1f}", f"{x(moment.known):.1f}"
    if moment.common:
        return (
            f'<line class="hair" x1="{above}" x2="{above}" y1="{_HAPPENED - 5}" y2="{_HAPPENED + 5}"/>'
            f'<line class="hair" x1="{below}" x2="{below}" y1="{_KNOWN - 5}" y2="{_KNOWN + 5}"/>'
        )
    kind = "later" if moment.later else "fact"
    return (
        f'<g class="{kind}"><title>{escape(moment.label)}：{moment.happened}，{moment.known} 获知</title>'
        f'<line x1="{above}" x2="{below}" y1="{_HAPPENED}" y2="{_KNOWN}"/>'
        f'<circle cx="{above}" cy="{_HAPPENED}" r="4"/><circle cx="{below}" cy="{_KNOWN}" r="4"/></g>'
    )

"""How a case writes days: `2017-01-03..2017-01-20 duty`, `200 duty days of 2017`, `3 rest days from 2017-05-06`."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from contracts.calendar import DutyCalendar, NoCalendar, load_calendar
from services.assessment.fold.findings import FoldError

_RANGE = re.compile(r"(\d{4}-\d\d-\d\d)(?:\.\.(\d{4}-\d\d-\d\d)?)?(?: (duty|rest|all))?")
_COUNT = re.compile(r"(\d+) (duty |rest |)days? (?:of (\d{4})|from (\d{4}-\d\d-\d\d))")
_WORDS = ((" 至 ", ".."), ("至", ".."), ("工作日", "duty"), ("休息日", "rest"))
_CALENDARS: dict[int, DutyCalendar] = {}
OPEN_END = date(9999, 12, 31)


def is_duty(day: date) -> bool:
    """Whether a day is a duty day by the last revision of its year's calendar."""
    if day.year not in _CALENDARS:
        try:
            _CALENDARS[day.year] = load_calendar(day.year)
        except NoCalendar as error:
            raise FoldError(str(error)) from error
    return _CALENDARS[day.year].is_duty_day(day)


def span(text: str | date) -> tuple[date, date | None]:
    """First and last day of `2017-01-01..2017-06-30`, `2017-01-01..` (open end) or `2017-01-01` (one day)."""
    if isinstance(text, date):
        return text, text
    found = _RANGE.fullmatch(_plain(text))
    if found is None or found[3]:
        raise FoldError(f"“{text}”不是一段日子，如 2017-01-01..2017-06-30，至今写作 2017-01-01.. / no span of days")
    first = _date(found[1])
    last = _date(found[2]) if found[2] else (None if ".." in _plain(text) else first)
    if last is not None and last < first:
        raise FoldError(f"“{text}”结束在开始之前 / ends before it begins")
    return first, last


def _plain(text: str) -> str:
    """The signs for `至`, `工作日` and `休息日`, which may be written out."""
    for word, sign in _WORDS:
        text = text.replace(word, sign)
    return text.strip()


def days(texts: str | date | Iterable[str | date]) -> list[date]:
    """All days of one or several selections, each once, in order."""
    chosen: set[date] = set()
    for text in [texts] if isinstance(texts, str | date) else texts:
        chosen.update([text] if isinstance(text, date) else _days(text))
    return sorted(chosen)


def _days(text: str) -> list[date]:
    counted = _COUNT.fullmatch(text)
    if counted is not None:
        start = _date(counted[4]) if counted[4] else date(int(counted[3]), 1, 1)
        chosen = _first(int(counted[1]), counted[2].strip() or "all", start)
        if counted[3] and chosen and chosen[-1].year != start.year:
            raise FoldError(f"“{text}”：{start.year} 年没有这么多 / there are not so many in {start.year}")
        return chosen
    found = _RANGE.fullmatch(_plain(text))
    if found is None or (".." in _plain(text) and not found[2]):
        raise FoldError(
            f"“{text}”不是日子的写法，例如 2017-03-06、2017-03-06..2017-03-10 duty、200 duty days of 2017"
            " / is no selection of days"
        )
    first, last = _date(found[1]), _date(found[2] or found[1])
    if last < first:
        raise FoldError(f"“{text}”结束在开始之前 / ends before it begins")
    return [day for day in _every(first, last) if _wanted(day, found[3] or "all")]


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise FoldError(f"“{text}”不是日期 / is no date") from error


def _every(first: date, last: date) -> list[date]:
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def _wanted(day: date, kind: str) -> bool:
    return kind == "all" or is_duty(day) == (kind == "duty")


def _first(count: int, kind: str, start: date) -> list[date]:
    chosen: list[date] = []
    day = start
    while len(chosen) < count:
        if _wanted(day, kind):
            chosen.append(day)
        day += timedelta(days=1)
    return chosen


def blocks(chosen: Sequence[date]) -> list[tuple[date, date]]:
    """Consecutive days as (first, last)."""
    found: list[tuple[date, date]] = []
    for day in chosen:
        if found and (day - found[-1][1]).days == 1:
            found[-1] = found[-1][0], day
        else:
            found.append((day, day))
    return found

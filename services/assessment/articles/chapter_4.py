"""第四章 日常管理 (Art. 8-11), as far as the fold applies it."""

from collections.abc import Callable
from itertools import islice, takewhile
from typing import Any

from services.assessment.fold.by_day import on_day
from services.assessment.fold.civil import iso, year_of
from services.assessment.fold.days import NONE
from services.assessment.fold.findings import MET, NOT_APPLICABLE, NOT_MET, Finding, Value
from services.assessment.fold.leaves import Leave
from services.assessment.fold.person_year import PersonYear
from services.assessment.fold.postings import length


def presence_checked(y: PersonYear) -> Finding:
    """各级“挂包帮”“转走访”工作联席会议办公室负责宏观管理，组织相关部门采取定期抽查、
    随机调研等，检查驻村扶贫工作队工作开展情况和人员在岗情况。

    The joint offices check presence. Met: a spot check found the person absent on a posted day of the year; that by
    itself voids every check-in of the day (A27).
    """
    window = y.measures.window
    found = {day: ids for day, ids in y.record.spot_absent.items() if window.start <= day <= window.end}
    voided = len(found.keys() & y.record.voided.keys())
    evidence = tuple(sorted(event for ids in found.values() for event in ids))
    values: dict[str, Value] = {"days_found_absent": len(found), "days_with_voided_check_ins": voided}
    return Finding("8.4", MET if found else NOT_APPLICABLE, values, evidence)


def days_on_post(y: PersonYear) -> Finding:
    """每年在岗时间不少于200天（含因公出差）。

    At least the threshold of days on post in a year, official travel included. Met: reached. Part of a year is
    prorated exactly, in integers, from half a year up (A03); the year of transition counts from the effective date.
    """
    m, p = y.measures, y.parameters
    threshold = p["onpost.threshold"]
    values = owed(y, threshold)
    exempt = p["partial_year.mode"] == "exempt" and m.posted_days < length([m.window])
    if exempt or not m.half_year or not m.frame.over or (m.frame.transition and p["transition.2016"] == "none"):
        return Finding("9.2", NOT_APPLICABLE, {**values, "half_year": m.half_year, "year_over": m.frame.over})
    reached = reaches(y, m.on_post, threshold)
    return Finding(
        "9.2", MET if reached else NOT_MET, values, () if reached and not y.full_evidence else y.on_post_events()
    )


def owed(y: PersonYear, threshold: int) -> dict[str, Value]:
    """The days on post beside those that a threshold of a whole year asks for, part of a year prorated."""
    m = y.measures
    required = -(-threshold * _owing(y) // m.frame.days_in_year)
    counted = {"on_post": m.on_post, "posted_days": m.posted_days, "days_in_year": m.frame.days_in_year}
    return {**counted, "threshold": threshold, "required": required}


def reaches(y: PersonYear, days: int, threshold: int) -> bool:
    """Whether that many days on post satisfy a threshold of a whole year in this one (no rounding)."""
    return days * y.measures.frame.days_in_year >= threshold * _owing(y)


def _owing(y: PersonYear) -> int:
    m = y.measures
    return length([m.window]) if y.parameters["partial_year.mode"] == "strict" else m.posted_days


def leave_closed_in_time(y: PersonYear) -> Finding:
    """请假期满后要及时销假。

    Leave is closed in time after its end. Met: every leave that ended in the year was. Closing it late or not at all is
    a fault note, overstaying is absence (A18, A19); neither is a ground by itself. A fault is the year's in which it
    was made, also when the leave ended in December.
    """
    granted = [(leave, span) for leave in y.record.leaves if (span := leave.span()) is not None]
    ended = [leave for leave, span in granted if year_of(span.end) == y.measures.frame.year]
    late = [leave.granted.id for leave, span in granted if closed_late(y, leave, span.end)]
    stayed = [leave.granted.id for leave, span in granted if y.overstayed(span.end)]
    outcome = NOT_MET if late or stayed else MET if ended else NOT_APPLICABLE
    return Finding(
        "9.12", outcome, {"closed_late": len(late), "overstayed": len(stayed)}, tuple(sorted({*late, *stayed}))
    )


def closed_late(y: PersonYear, leave: Leave, end: int) -> bool:
    """Whether a leave until `end` was not closed within the first duty days back that A19 allows, this year's."""
    window, days = y.measures.window, y.measures.days
    back = leave.returned if leave.returned is not None else y.back_from(end)
    if back is None or back < days.low:
        return False
    after = y.cut.first_pending(0) if leave.closed_on is None else leave.closed_on
    allowed = int(on_day(y.parameters, "leave.close_within_duty_days", back))
    posted = takewhile(lambda day: days.status(day) != NONE, range(back, min(after, window.end + 1)))
    open_on = list(islice((day for day in posted if not days.rest[day - days.low]), max(allowed, 1)))
    return len(open_on) >= allowed and (open_on[0] if open_on else back) in range(window.start, window.end + 1)


def not_seconded(y: PersonYear) -> Finding:
    """派出单位不得抽调其承担其他工作。

    The dispatching unit may not take the person away for other work. Not met: it did; the days are neither on post
    nor absence by default (A26), and the violation is the unit's.
    """
    m = y.measures
    taken = {e: s for e, s in y.record.secondments.items() if s.start <= m.window.end and s.end >= m.window.start}
    since = min((iso(span.start) for span in taken.values()), default=None)
    values: dict[str, Value] = {"days": m.seconded_days, "since": since}
    return Finding("9.14", NOT_MET if taken else MET, values, tuple(sorted(taken)))


CLAUSES: dict[str, Callable[..., Any]] = {
    "8.4": presence_checked,
    "9.2": days_on_post,
    "9.12": leave_closed_in_time,
    "9.14": not_seconded,
}

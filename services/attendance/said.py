"""What every fact of attendance says besides itself, where it belongs, and at which level its author stands."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

from contracts.attendance import AttendanceFact, Level
from contracts.fact import Actor
from contracts.identifiers import Role, parse_instant, stream_name
from contracts.refusals import Refusal
from contracts.sheets import SheetFact, days_in
from services.attendance import refusals as refused
from services.attendance.known import Known, Post
from services.runtime.decisions import RULESET, Act, Decided, Emit

BEIJING = timezone(timedelta(hours=8))
"""A civil day runs from midnight to midnight there; no daylight saving time (A28)."""

COUNTY_DIGITS = 6
"""How many digits of a village's code name its county."""

TOWNSHIP = (Role.TOWNSHIP, Role.TOWNSHIP_HEAD, Role.TOWNSHIP_LEADER)

_LEVELS = {
    Role.TEAM_LEADER: Level.LEADER,
    Role.COUNTY_OFFICE: Level.COUNTY,
    **dict.fromkeys(TOWNSHIP, Level.TOWNSHIP),
}


def said(by: Actor, article: str, place: str) -> dict[str, Any]:
    """The header fields of a fact."""
    return {"actor": by, "article": article, "ruleset": RULESET, "place": place}


def register_of(person: str) -> str:
    """The key of a person's state: all yearly streams together."""
    return f"attendance/{person}/*"


def month_of(day: date) -> str:
    """The month of a day, `YYYY-MM`."""
    return f"{day.year:04d}-{day.month:02d}"


@lru_cache(maxsize=1_000)
def bounds_of(month: str) -> tuple[date, date]:
    """First and last day of a month."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, 1), date(year, number, days_in(month))


def months_before(day: date, months: int) -> date:
    """The same day of the month so many months before, the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, days_in(f"{year:04d}-{month + 1:02d}")))


def civil_date(recorded: str) -> date:
    """The Beijing date of an instant in the text form of an event."""
    return parse_instant(recorded).astimezone(BEIJING).date()


def begun(now: datetime) -> date:
    """The last civil day that has begun before the instant."""
    return (now - timedelta(microseconds=1)).astimezone(BEIJING).date()


def sheet_of(team: str, month: str) -> str:
    """The stream, and the key, of a team's monthly sheet."""
    return f"sheet/{team}/{month}"


def check_of(check: str) -> str:
    """The stream, and the key, of a spot check."""
    return f"check/{check}"


def signal_of(village: str) -> str:
    """The stream, and the key, of what is marked about a village's network."""
    return f"signal/{village}"


def emit(fact: AttendanceFact, day: date) -> Emit:
    """The fact in the stream of its person and of the year of `day`: its civil date, or the first of its days."""
    return Emit(stream_name("attendance", fact.person, day.year), fact)


def emit_of_sheet(fact: SheetFact) -> Emit:
    """The fact in the stream of its team's month."""
    return Emit(sheet_of(fact.team, fact.month), fact)


def one(fact: AttendanceFact, day: date) -> Decided:
    return Decided([emit(fact, day)])


def level_of(role: Role) -> Level | None:
    """The level of a chain whose word this role speaks; None for a role without a say."""
    return _LEVELS.get(role)


def chain(*, of_leader: bool, has_leader: bool) -> Sequence[Level]:
    """The levels that approve leave, in order (Art. 9). In a team without leader the township decides (A41)."""
    if of_leader:
        return (Level.TOWNSHIP, Level.COUNTY)
    return (Level.LEADER, Level.TOWNSHIP) if has_leader else (Level.TOWNSHIP,)


def days_since(act: Act[Any, Any], day: date) -> int:
    """Whole civil days from `day` to today; negative for a day to come."""
    return (act.today - day).days


def too_long(act: Act[Any, Any], first: date, last: date) -> bool:
    """Whether an interval is longer, or farther off, than one request or plan can be (`interval.longest_days`)."""
    longest: int = act.rules["interval.longest_days"]
    return (last - first).days + 1 > longest or (first - act.today).days > longest


def post_of_days_asked(act: Act[Any, Known], person: str, first: date, last: date) -> Post | Refusal:
    """The posting on the first of the days that somebody asks to be away, if he asks for himself and they can be."""
    if act.by.person != person:
        return refused.NOT_APPLICANT
    if person not in act.known.posts:
        return refused.PERSON_UNKNOWN
    if last < first:
        return refused.WRONG_INTERVAL
    if too_long(act, first, last):
        return refused.TOO_LONG
    return act.known.post_on(person, first) or refused.NOT_POSTED

"""What the end of a service brings with it: the completed term and the credited experience (Art. 9, 12)."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from contracts import personnel as fact
from services.personnel.held import said
from services.runtime.decisions import Act

Ending = fact.PostingEnded | fact.MemberReplaced | fact.MemberWithdrawn


def service_ended(act: Act[Any, Any], since: date, village: str, ending: Ending) -> list[fact.PostingFact]:
    """Facts that follow from the end of a service that began on `since`; a move does not end a service."""
    if isinstance(ending, fact.PostingEnded) and ending.cause is fact.EndingCause.MOVE:
        return []
    last_day = ending.last_day
    found: list[fact.PostingFact] = []
    if isinstance(ending, fact.PostingEnded) and ending.cause is fact.EndingCause.TERM:
        header = said(act, "9.15", village)
        found.append(fact.TermCompleted(**header, person=ending.person, starts_on=since, last_day=last_day))
    forced = isinstance(ending, fact.MemberReplaced) and ending.kind is fact.ReplacementKind.FORCED
    counts = not forced or act.rules["experience.forced"] == "flag"
    if counts and is_half_year(since, last_day, act.rules["half_year.rule"]["months"]):
        credited = fact.GrassrootsExperienceCredited(
            **said(act, "12.11", village), person=ending.person, starts_on=since, last_day=last_day, forced=forced
        )
        found.append(credited)
    return found


def is_half_year(first: date, last: date, months: int) -> bool:
    """Whether a service holds that many calendar months: 1 May to 31 October are six, to 30 October they are not."""
    return later_by_months(first, months) - timedelta(days=1) <= last


def later_by_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month (29 February and the like)."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))

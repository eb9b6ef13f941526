"""When an arrival or a departure is recorded, and when a term is over: what may be dated how without a reason.

Attendance is kept day by day (Art. 9), so whoever comes or goes is recorded at once as well: a day taken into a
posting afterwards, or out of it, may decide a grade. Later than the rules allow it takes a reason and its papers. So
does a term that is ended before its months have run (A51), and an end that a unit could otherwise have instead of the
city office's approval (Art. 8, A44).
"""

from datetime import date, timedelta
from typing import Any

from contracts import personnel as fact
from contracts.refusals import Refusal
from services.personnel.teams import refusals as no
from services.personnel.teams.commands import Because, EndPosting
from services.personnel.teams.state import Career, Posting
from services.personnel.term.experience import later_by_months
from services.runtime.decisions import Act

_FACTS_OF_LIFE = (fact.EndingCause.DEATH, fact.EndingCause.ILLNESS, fact.EndingCause.RETIREMENT)

_SAID_BY_SOMEBODY = (fact.EndingCause.ILLNESS, fact.EndingCause.TRANSFER_BY_LAW)
"""Causes that a unit could give where it wants somebody back (A44)."""


def is_late(act: Act[Any, Any], day: date) -> bool:
    """Whether what happened on `day` is recorded later than the rules allow without a reason."""
    allowed: int = act.rules["posting.retro_days"]
    return (act.today - day).days > allowed


def dated(act: Act[Any, Any], day: date, because: Because | None) -> dict[str, Any]:
    """What the fact about an arrival or a departure says of its own recording."""
    given = {} if because is None else {"reason": because.reason, "evidence": because.evidence}
    return {"late": is_late(act, day), **given}


def unexplained(act: Act[Any, Any], day: date, because: Because | None) -> Refusal | None:
    """Why it cannot be dated back so far."""
    return no.LATE_WITHOUT_REASON if because is None and is_late(act, day) else None


def term_ends_on(starts_on: date, months: int) -> date:
    """The last day of a term that began then: a term from 1 January of 24 months ends on 31 December."""
    return later_by_months(starts_on, months) - timedelta(days=1)


def hinders_ending(act: Act[Any, Any], command: EndPosting, career: Career, current: Posting) -> Refusal | None:
    """Why the posting does not end so: by whose word it would, how it is dated, what is under way about the person."""
    if command.cause is fact.EndingCause.MOVE:
        return no.MOVE_NAMES_A_TEAM
    over = command.last_day >= term_ends_on(career.unbroken_since(current), act.rules["term.months"])
    by_term = command.cause is fact.EndingCause.TERM
    waits = not over if by_term else command.cause not in _FACTS_OF_LIFE
    if waits and career.chain.requested_on is not None:
        return no.CASE_PENDING
    if command.because is not None:
        return None
    if by_term and not over:
        return no.TERM_NOT_OVER
    if command.cause in _SAID_BY_SOMEBODY and act.rules["ending.papers"]:
        return no.PAPERS_FOR_THE_CAUSE
    return unexplained(act, command.last_day, None)

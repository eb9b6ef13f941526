"""State of a person's terms, and of the bar that a determination puts on promotion."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import assert_never

from contracts import personnel as fact
from services.runtime.decisions import Recorded


@dataclass(frozen=True, slots=True)
class Leave:
    """Compensatory leave of one term; `taken_on` is its first day."""

    leave: str
    unit: str
    term_ended_on: date
    days: int
    taken_on: date | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """How the last service of a person ended, and what was given for it."""

    ended_on: date | None = None
    ended_by: fact.EndingCause | fact.ReplacementKind | None = None
    """None beside a date: withdrawn at the unit's wish."""
    credited_until: date | None = None
    leaves: dict[str, Leave] = field(default_factory=dict)
    said_due: date | None = None
    """The last day of the term of which the clock has said that it has come."""
    asked_for: date | None = None
    """End of the term for which the person has asked for the leave."""

    def granted_for(self, ended_on: date) -> bool:
        """Whether the term that ended then has had its leave."""
        return any(leave.term_ended_on == ended_on for leave in self.leaves.values())


def term_after(state: Term, recorded: Recorded) -> Term:
    """The state after one more fact of the person's postings."""
    match recorded.fact:
        case fact.PostingEnded(last_day=last_day, cause=cause):
            return replace(state, ended_on=last_day, ended_by=cause)
        case fact.MemberReplaced(last_day=last_day, kind=kind):
            return replace(state, ended_on=last_day, ended_by=kind)
        case fact.MemberWithdrawn(last_day=last_day):
            return replace(state, ended_on=last_day, ended_by=None)
        case fact.GrassrootsExperienceCredited(last_day=last_day):
            return replace(state, credited_until=last_day)
        case fact.TermFellDue(due_on=due_on):
            return replace(state, said_due=due_on)
        case fact.CompensatoryLeaveRequested(term_ended_on=ended):
            return replace(state, asked_for=ended)
        case fact.CompensatoryLeaveGranted(leave=leave, unit=unit, term_ended_on=ended, days=days):
            return replace(state, leaves={**state.leaves, leave: Leave(leave, unit, ended, days)})
        case fact.CompensatoryLeaveTaken(leave=leave, starts_on=starts_on):
            taken = replace(state.leaves[leave], taken_on=starts_on)
            return replace(state, leaves={**state.leaves, leave: taken})
    return state


@dataclass(frozen=True, slots=True)
class LastPosting:
    """Where somebody was posted last, and by whom: what a question about promotion has to know."""

    village: str
    unit: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One year's bar, from the day after `determined_on` to `last_day`; a later determination may have lifted it."""

    year: int
    determination: int
    assessment: str
    determined_on: date
    last_day: date
    lifted: bool = False
    ended: bool = False
    """The clock has said that it is over."""


@dataclass(frozen=True, slots=True)
class Bars:
    """All bars of one person, and the latest determination heard of for each year."""

    bars: tuple[Bar, ...] = ()
    heard: dict[int, int] = field(default_factory=dict)
    commendations: frozenset[str] = frozenset()
    """Those that already give priority."""

    def on(self, day: date) -> Bar | None:
        """The bar in force on the day: the one that lasts longest."""
        found = [bar for bar in self.bars if not bar.lifted and bar.determined_on <= day <= bar.last_day]
        return max(found, key=lambda bar: bar.last_day, default=None)


@dataclass(frozen=True, slots=True)
class Basis:
    """Whether a unit's record of a year has been published."""

    published: bool = False


ConsequenceState = Bars | Basis

INITIAL: dict[str, ConsequenceState] = {"bar": Bars(), "unit": Basis()}


def evolve(state: ConsequenceState, recorded: Recorded) -> ConsequenceState:
    """The state after one more fact."""
    match state:
        case Basis():
            return Basis(published=True)
        case Bars():
            return _bars(state, recorded)
    assert_never(state)


def _bars(state: Bars, recorded: Recorded) -> Bars:
    match recorded.fact:
        case fact.PromotionBarStarted(year=year, determination=number, determined_on=on, last_day=last_day) as started:
            bar = Bar(year, number, started.assessment, on, last_day)
            return replace(state, bars=(*state.bars, bar), heard=state.heard | {year: number})
        case fact.PromotionBarLifted(year=year, determination=number):
            lifted = tuple(replace(bar, lifted=True) if bar.year == year else bar for bar in state.bars)
            return replace(state, bars=lifted, heard=state.heard | {year: number})
        case fact.PromotionBarEnded(year=year, last_day=last_day):
            over = tuple(
                replace(bar, ended=True) if (bar.year, bar.last_day) == (year, last_day) else bar for bar in state.bars
            )
            return replace(state, bars=over)
        case fact.PromotionPriorityRecorded(commendation=commendation):
            return replace(state, commendations=state.commendations | {commendation})
    return state

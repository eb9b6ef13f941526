"""What happens to one person: posting, leave, travel, absence. From it follows on which days there is a check-in.

A life is the plan of facts, not of outcomes: statuses, runs and grades are for the services to find.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from contracts.attendance import LeaveKind
from contracts.personnel import EndingCause
from deploy.local.demonstration.clockwork import LAST_DAY, Span, days, in_spans, is_duty_day


class Granted(StrEnum):
    """How far the approval of a leave went."""

    FULLY = "fully"
    FIRST_STEP_ONLY = "first step only"


@dataclass(frozen=True, slots=True)
class Leave:
    """A leave; `returned` None: never closed. `closed` is the day of closing where it was not the day of return."""

    first: date
    last: date
    returned: date | None
    kind: LeaveKind = LeaveKind.PERSONAL
    granted: Granted = Granted.FULLY
    closed: date | None = None

    @property
    def span(self) -> Span:
        return (self.first, self.last)


class Parting(StrEnum):
    """How a posting ends before the year does."""

    ORDINARY = "ordinary replacement"
    FORCED = "forced replacement"
    MOVE = EndingCause.MOVE.value
    DEATH = EndingCause.DEATH.value


@dataclass(frozen=True, slots=True)
class Stay:
    """One posting: team number and seat, first and last day. `successor` is the seat of who follows."""

    team: int
    seat: int
    first: date
    last: date | None = None
    parting: Parting | None = None
    successor: int | None = None


class Way(StrEnum):
    """How a presence came into the log other than by the usual upload of the kiosk."""

    LATE_UPLOAD = "uploaded by the kiosk 40 hours after the day was over"
    AFTER_MIDNIGHT = "by telephone at half past midnight"
    BACKFILLED = "entered after the horizon, with both consents"
    CORRECTED = "no record; the day was corrected afterwards"
    TWICE = "uploaded twice"


class Case(StrEnum):
    """What else is on a person's file."""

    SANCTION = "party sanction"
    SEVERE_IMPACT = "finding of severe bad effect"
    INVESTIGATION = "investigation that is not closed"


@dataclass(frozen=True, slots=True)
class Life:
    """One person's time on post."""

    person: str
    name: str
    stays: tuple[Stay, ...]
    story: str = ""
    leaves: tuple[Leave, ...] = ()
    trips: tuple[Span, ...] = ()
    absences: tuple[Span, ...] = ()
    """Duty days without any record; the person was simply not there."""
    proven: Span | None = None
    """The part of the absences for which proof came later."""
    seconded: Span | None = None
    extra: tuple[date, ...] = ()
    """Rest days, or days of leave, on which there is a check-in all the same."""
    found_absent: tuple[date, ...] = ()
    """Days with a check-in on which a spot check found nobody."""
    ways: Mapping[date, Way] = field(default_factory=dict)
    case: Case | None = None
    grade: str | None = "称职"
    """What the township proposes; None: nothing, the year is not assessed here or stays open."""
    score: int = 8_000
    """In hundredths of a point."""

    @property
    def leader(self) -> bool:
        return self.stays[0].seat == 1

    def stay_on(self, day: date) -> Stay | None:
        """The posting that covers the day."""
        for stay in self.stays:
            if stay.first <= day and (stay.last is None or day <= stay.last):
                return stay
        return None

    def away(self) -> tuple[Span, ...]:
        """Every span in which nobody would look for this person in the village."""
        spans = [*(leave.span for leave in self.leaves), *self.trips, *self.absences]
        return (*spans, self.seconded) if self.seconded else tuple(spans)

    def attends(self, session: Span) -> bool:
        """Whether the person can take part in a training of those days."""
        stay = self.stay_on(session[0])
        through = stay is not None and (stay.last is None or session[1] < stay.last)
        return through and not any(in_spans(day, self.away()) or day in self.ways for day in days(*session))


def presence(life: Life, sessions: tuple[Span, ...]) -> list[date]:
    """The days with a check-in, in order, those of `ways` included (a corrected day has none).

    `sessions` are the trainings; whoever attends one has no check-in on those days.
    """
    trainings = [session for session in sessions if life.attends(session)]
    blocked = (*life.away(), *trainings)
    found = []
    for stay in life.stays:
        for day in days(stay.first, stay.last or LAST_DAY):
            usual = is_duty_day(day) and not in_spans(day, blocked)
            unusual = day in life.extra and not in_spans(day, trainings)
            if (usual or unusual) and life.ways.get(day) is not Way.CORRECTED:
                found.append(day)
    return sorted(found)

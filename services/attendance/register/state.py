"""A person's check-ins, in small pieces: a month each, so that one more copies a month and not a career (Art. 9)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from contracts import attendance as fact
from contracts.fact import Fact
from contracts.sheets import VillageSignalMarked
from services.runtime.decisions import Recorded


class Presence(NamedTuple):
    """One check-in as it stands in the log: there are millions, and a tuple is made in a third of the time."""

    event: str
    record: str
    village: str
    overnight: bool
    voided: bool = False


class Month(NamedTuple):
    """Check-ins of one month, by day, and the day of each device record."""

    days: Mapping[date, tuple[Presence, ...]]
    records: Mapping[str, date]


_EMPTY = Month({}, {})


@dataclass(frozen=True, slots=True)
class Backfill:
    """A presence that the person asked to have entered late."""

    team: str
    village: str
    date: date
    evidence: tuple[str, ...]
    consented_by: str | None = None
    settled: bool = False
    """Entered or rejected."""


def backfills_after(backfills: Mapping[str, Backfill], recorded: Recorded) -> Mapping[str, Backfill]:
    """The late presences by their records after one more fact; the same value where it is about none of them."""
    match recorded.fact:
        case fact.CheckInBackfillRequested() as asked:
            found = Backfill(asked.team, asked.village, asked.date, tuple(asked.evidence))
            return {**backfills, asked.record: found}
        case fact.CheckInBackfillConsented(record=record, actor=by) if record in backfills:
            return {**backfills, record: replace(backfills[record], consented_by=by.person)}
        case fact.CheckInBackfillRejected(record=record) | fact.CheckInBackfilled(record=record) if record in backfills:
            return {**backfills, record: replace(backfills[record], settled=True)}
    return backfills


@dataclass(frozen=True, slots=True)
class Signal:
    """Whether phones reach the network in a village: each marking with its first day, in the order of recording."""

    markings: tuple[tuple[date, bool], ...] = ()

    def missing(self, day: date) -> bool:
        """Whether the village is without signal on the day: the latest marking that had begun holds."""
        return next((without for first, without in reversed(self.markings) if first <= day), False)


def signal_after(state: Signal, said: Fact) -> Signal:
    """The markings after one more fact."""
    match said:
        case VillageSignalMarked(starts_on=first, without_signal=without):
            return Signal((*state.markings, (first, bool(without))))
    return state


def month_number(day: date) -> int:
    """The key of a day's month."""
    return day.year * 12 + day.month


def months_after(months: Mapping[int, Month], recorded: Recorded) -> Mapping[int, Month]:
    """The months after one more fact; the same value where it is no check-in."""
    match recorded.fact:
        case fact.CheckedIn() | fact.CheckInBackfilled() as made:
            return _checked_in(months, recorded.id, made)
        case fact.CheckInVoided(date=day, voids=voids):
            return _voided(months, day, voids)
    return months


def _checked_in(
    months: Mapping[int, Month], event: str, made: fact.CheckedIn | fact.CheckInBackfilled
) -> Mapping[int, Month]:
    day = made.date
    overnight = isinstance(made, fact.CheckedIn) and bool(made.overnight)
    month = months.get(month_number(day)) or _EMPTY
    presences = (*month.days.get(day, ()), Presence(event, made.record, made.village, overnight))
    changed = Month({**month.days, day: presences}, {**month.records, made.record: day})
    return {**months, month_number(day): changed}


def _voided(months: Mapping[int, Month], day: date, voids: str) -> Mapping[int, Month]:
    month = months.get(month_number(day)) or _EMPTY
    presences = tuple(
        presence._replace(voided=True) if presence.event == voids else presence for presence in month.days.get(day, ())
    )
    return {**months, month_number(day): Month({**month.days, day: presences}, month.records)}

"""One status per posted day, first match wins (`domain.md` 2.0, "Day status").

Statuses are bytes in an array over consecutive days, painted from the weakest to the strongest.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from services.assessment.fold.by_day import earlier, on_day
from services.assessment.fold.calendars import Calendars
from services.assessment.fold.civil import Cut, beijing_day, ordinal, year_of
from services.assessment.fold.findings import FoldError, Parameters
from services.assessment.fold.leaves import (
    JUSTIFICATION,
    LEAVES,
    TOGETHER,
    Leave,
    leaves_of,
    secondments_of,
    training_of,
    travel_of,
)
from services.assessment.fold.postings import Span
from services.assessment.fold.reading import CheckIn, Fact, Person

NAMES = ("", "ONPOST", "TRAVEL", "TRAINING", "SECONDED", "LEAVE", "REST", "EXCUSED", "ABSENT", "PENDING")
NONE, ONPOST, TRAVEL, TRAINING, SECONDED, LEAVE, REST, EXCUSED, ABSENT, PENDING = range(len(NAMES))
CODES = {name: code for code, name in enumerate(NAMES) if name}

_WITHOUT_RECORD = bytes((ABSENT, REST)) + bytes(254)
"""Turns the calendar's marks (0 duty, 1 rest) into the status of a day without any record."""


@dataclass(slots=True)
class Record:
    """What is known of a person independently of any year: spans and dated marks, ready to be painted."""

    person: Person
    named: Mapping[str, Sequence[Fact]]
    """Name -> facts of that name, in the order of the fold; what is read together (`TOGETHER`) by the common name."""
    leaves: list[Leave]
    travel: dict[str, Span]
    training: dict[str, Span]
    secondments: dict[str, Span]
    present: Sequence[int]
    """Days of valid check-ins (neither voided nor contradicted by a spot check) in order, a day once for each."""
    enough: Sequence[int]
    """Those with as many check-ins as a day of presence needs."""
    latest: int
    """The last day of any check-in, valid or not; 0 without one."""
    voids: dict[str, str]
    """Id of a check-in -> id of the event that voided it."""
    valid: Sequence[CheckIn] | None
    """The valid check-ins where not all of them are."""
    spot_absent: dict[int, list[str]]
    voided: dict[int, list[str]]
    """Day -> ids of what voided a check-in of that day: `CheckInVoided`, or the spot check."""
    recorded_absent: dict[int, list[str]]
    corrected: dict[int, tuple[int, str]]
    excuses: list[tuple[Span, bool, str]]
    notices: list[tuple[str, int, str]] = field(default_factory=list)
    """(leave, Beijing day of the notice, event id) of every `LeaveOverstayed`."""

    def was_present(self, day: int) -> bool:
        """Whether a day has a valid check-in."""
        place = bisect_left(self.present, day)
        return place < len(self.present) and self.present[place] == day

    def check_ins(self) -> Iterable[CheckIn]:
        """Every valid check-in."""
        return self.person.check_ins() if self.valid is None else self.valid

    def in_two_villages(self, first: int, last: int) -> bool:
        """Whether a day of [first, last] has valid check-ins in different villages."""
        villages = self.person.villages
        if not villages or villages.count(villages[0]) == len(villages):
            return False
        pairs = {(day, village) for day, _, _, village in self.check_ins() if first <= day <= last}
        return len(pairs) > len({day for day, _ in pairs})


def record_of(person: Person, p: Parameters, cut: Cut) -> Record:
    """The record of one person from all that was read of it."""
    named: dict[str, list[Fact]] = {}
    for fact in person.in_order():
        name = fact.name
        named.setdefault(TOGETHER.get(name, name), []).append(fact)
    training, secondments = training_of(named), secondments_of(named)
    record = Record(
        person, named, leaves_of(named, cut), travel_of(named), training, secondments,
        (), (), 0, {}, None, {}, {}, {}, {}, [],
    )  # fmt: skip
    for fact in named.get("CheckInVoided", ()):
        record.voids[fact.data["voids"]] = fact.id
    for fact in named.get("PersonSpotChecked", ()):
        if fact.data["finding"] == "absent":
            record.spot_absent.setdefault(ordinal(fact.data["date"]), []).append(fact.id)
    for fact in named.get("AbsenceRecorded", ()):
        record.recorded_absent.setdefault(ordinal(fact.data["date"]), []).append(fact.id)
    for fact in named.get("DayStatusCorrected", ()):
        record.corrected[ordinal(fact.data["date"])] = _code(fact.data["status"], fact.id), fact.id
    for fact in named.get(JUSTIFICATION, ()):
        span = Span(ordinal(fact.data["starts_on"]), ordinal(fact.data["ends_on"]))
        record.excuses.append((span, fact.name == "AbsenceJustified", fact.id))
    for fact in named.get(LEAVES, ()):
        if fact.name == "LeaveOverstayed":
            record.notices.append((fact.data["leave"], beijing_day(fact.recorded), fact.id))
    _presence(record, p)
    return record


def _code(status: str, event: str) -> int:
    try:
        return CODES[status]
    except KeyError as error:
        raise FoldError(f"event {event}: there is no day status {status!r}") from error


def _presence(record: Record, p: Parameters) -> None:
    """Days of valid check-ins. One record of a device counts once; an absent spot check voids the whole day (A27)."""
    days = sorted(record.person.days)
    record.latest = days[-1] if days else 0
    spot_absent = record.spot_absent if p["spotcheck.wins"] else {}
    if record.voids or spot_absent:
        record.valid = _valid(record, spot_absent)
        days = sorted([day for day, _, _, _ in record.valid])
    record.present = record.enough = days
    needed, before = p["onpost.min_checkins"], earlier(p, "onpost.min_checkins")
    if needed != 1 or before:
        devices = Counter([day for day, _ in {(day, device) for day, _, device, _ in record.check_ins()}])
        asked = ((day, next((value for until, value in before if day <= until), needed)) for day in devices)
        record.enough = sorted([day for day, least in asked if devices[day] >= least])


def _valid(record: Record, spot_absent: Mapping[int, list[str]]) -> list[CheckIn]:
    """Check-ins that are neither voided nor on a day in `spot_absent`; what voids the others is noted."""
    valid = []
    for check_in in record.person.check_ins():
        day, event, _, _ = check_in
        if event in record.voids:
            record.voided.setdefault(day, []).append(record.voids[event])
        elif day in spot_absent:
            record.voided.setdefault(day, []).extend(spot_absent[day])
        else:
            valid.append(check_in)
    return valid


@dataclass(slots=True)
class Days:
    """Statuses of consecutive days: `codes[0]` is day `low`. Zero where there is none (not posted, after the cut)."""

    low: int
    codes: bytearray
    rest: bytes
    """1 where the duty calendar has a rest day."""
    conflicts: list[int]
    """LEAVE days with a valid check-in (A20)."""
    once: bool = False
    """Whether every valid check-in has one of these days for itself."""

    def status(self, day: int) -> int:
        """The code of a day, NONE outside."""
        index = day - self.low
        return self.codes[index] if 0 <= index < len(self.codes) else NONE

    def having(self, code: int, first: int, last: int) -> list[int]:
        """The days of [first, last] with a status, in order."""
        first = max(first, self.low)
        codes = self.codes[first - self.low : max(last - self.low + 1, 0)]
        return [day for day, found in enumerate(codes, first) if found == code]


def statuses(
    record: Record, posted: Sequence[Span], window: Span, calendars: Calendars, p: Parameters, cut: Cut
) -> Days:
    """The status of every posted day of `window`; days after the cut have none."""
    low = window.start
    high = max(cut.last_day(window.end), low - 1)
    rest = calendars.span(low, high, year_of(low), year_of(high)) if low <= high else b""
    codes = bytearray(rest.translate(_WITHOUT_RECORD))
    paint = _Painter(codes, low)
    _without_record(record, paint, p, cut)
    for day in between(record.enough, low, high):
        codes[day - low] = ONPOST
    once = codes.count(ONPOST) == len(record.present)
    _leave(record, paint, p)
    taken = SECONDED if p["secondment.day"] != "absent" else None
    for span in record.secondments.values():
        paint.span(span, taken, rest)
    for span in record.training.values():
        paint.span(span, TRAINING)
    for span in record.travel.values():
        paint.span(span, TRAVEL)
    for day, (code, _) in record.corrected.items():
        paint.span(Span(day, day), taken if code == SECONDED else code, rest)
    if not p["overstay.counts"]:
        _excuse_overstay(record, paint)
    shown = bytearray(len(codes))
    for start, end in posted:
        first, last = max(start - low, 0), min(end - low + 1, len(codes))
        if first < last:
            shown[first:last] = codes[first:last]
    days = Days(low, shown, rest, [], once)
    if p["conflict.leave_checkin"] == "conflict":
        days.conflicts += _conflicts(record, days)
    return days


def between(days: Sequence[int], first: int, last: int) -> Sequence[int]:
    """Those of some days in order that lie in [first, last]."""
    if days and first <= days[0] and days[-1] <= last:
        return days
    return days[bisect_left(days, first) : bisect_right(days, last)]


def _conflicts(record: Record, days: Days) -> list[int]:
    """Days of leave with a valid check-in, unless their status was corrected."""
    doubtful: set[int] = set()
    for leave in record.leaves:
        span = leave.span()
        if span is not None:
            doubtful.update(between(record.present, *span))
    return sorted([day for day in doubtful - record.corrected.keys() if days.status(day) == LEAVE])


class _Painter:
    """Writes statuses into an array of days that starts at `low`; what lies outside is left away."""

    def __init__(self, codes: bytearray, low: int) -> None:
        self.codes = codes
        self.low = low
        self.size = len(codes)

    def day(self, day: int, code: int) -> None:
        index = day - self.low
        if 0 <= index < self.size:
            self.codes[index] = code

    def at(self, day: int) -> int:
        index = day - self.low
        return self.codes[index] if 0 <= index < self.size else NONE

    def span(self, span: Span, code: int | None, rest: bytes = b"") -> None:
        """Paint a span with `code`; None: as days without any record."""
        first, last = max(span.start - self.low, 0), min(span.end - self.low + 1, self.size)
        if first < last:
            plain = rest[first:last].translate(_WITHOUT_RECORD) if code is None else bytes((code,)) * (last - first)
            self.codes[first:last] = plain


def _without_record(record: Record, paint: _Painter, p: Parameters, cut: Cut) -> None:
    """Duty days without a record: ABSENT, PENDING while a phone may still send them, EXCUSED when justified."""
    horizon = "absence.sync_horizon_h"
    longest = max(p[horizon], *(hours for _, hours in earlier(p, horizon)), 0)
    for day in range(max(cut.first_pending(longest), paint.low), paint.low + paint.size):
        expected = day >= cut.first_pending(on_day(p, horizon, day))
        if expected and paint.at(day) == ABSENT and day not in record.recorded_absent:
            paint.day(day, PENDING)
    decided: dict[int, bool] = {}
    for span, justified, _ in record.excuses:
        for day in range(max(span.start, paint.low), min(span.end, paint.low + paint.size - 1) + 1):
            decided[day] = justified
    for day, justified in decided.items():
        if justified and paint.at(day) in (ABSENT, PENDING):
            paint.day(day, EXCUSED)


def _leave(record: Record, paint: _Painter, p: Parameters) -> None:
    presence_wins = p["conflict.leave_checkin"] == "presence"
    for leave in record.leaves:
        span = leave.span()
        if span is None:
            continue
        if not presence_wins:
            paint.span(span, LEAVE)
            continue
        present = {*between(record.enough, *span)}
        for day in range(max(span.start, paint.low), min(span.end, paint.low + paint.size - 1) + 1):
            if day not in present:
                paint.day(day, LEAVE)


def _excuse_overstay(record: Record, paint: _Painter) -> None:
    """`overstay.counts=false`: overstayed days are absence only from the day of the notice (A18)."""
    for leave in record.leaves:
        span = leave.span()
        if span is None:
            continue
        noticed = [day for case, day, _ in record.notices if case == leave.case and day > span.end]
        end = min(noticed, default=paint.low + paint.size)
        day = span.end + 1
        while day < end and paint.at(day) in (ABSENT, PENDING, REST):
            if paint.at(day) == ABSENT:
                paint.day(day, EXCUSED)
            day += 1

"""One status per posted day, first match wins (`domain.md` 2.0, "Day status").

Statuses are bytes in an array over consecutive days, painted from the weakest to the strongest.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from services.assessment.fold.by_day import earlier, on_day
from services.assessment.fold.calendars import Calendars
from services.assessment.fold.civil import Cut, beijing_day, ordinal, year_of
from services.assessment.fold.findings import FoldError, Parameters
from services.assessment.fold.leaves import Leave, leaves_of, secondments_of, training_of, travel_of
from services.assessment.fold.postings import Span
from services.assessment.fold.reading import Person

NAMES = ("", "ONPOST", "TRAVEL", "TRAINING", "SECONDED", "LEAVE", "REST", "EXCUSED", "ABSENT", "PENDING")
NONE, ONPOST, TRAVEL, TRAINING, SECONDED, LEAVE, REST, EXCUSED, ABSENT, PENDING = range(len(NAMES))
CODES = {name: code for code, name in enumerate(NAMES) if name}

_WITHOUT_RECORD = bytes((ABSENT, REST)) + bytes(254)
"""Turns the calendar's marks (0 duty, 1 rest) into the status of a day without any record."""


@dataclass(slots=True)
class Record:
    """What is known of a person independently of any year: spans and dated marks, ready to be painted."""

    person: Person
    leaves: list[Leave]
    travel: dict[str, Span]
    training: dict[str, Span]
    secondments: dict[str, Span]
    present: dict[int, str]
    """Day -> id of its first valid check-in (neither voided nor contradicted by a spot check)."""
    more: dict[int, list[str]]
    """Day -> ids of further valid check-ins."""
    enough: AbstractSet[int]
    """Days with as many check-ins as a day of presence needs."""
    two_villages: set[int]
    spot_absent: dict[int, list[str]]
    voided: dict[int, list[str]]
    """Day -> ids of what voided a check-in of that day: `CheckInVoided`, or the spot check."""
    recorded_absent: dict[int, list[str]]
    corrected: dict[int, tuple[int, str]]
    excuses: list[tuple[Span, bool, str]]
    notices: list[tuple[str, int, str]] = field(default_factory=list)
    """(leave, Beijing day of the notice, event id) of every `LeaveOverstayed`."""


def record_of(person: Person, p: Parameters, cut: Cut) -> Record:
    """The record of one person from all that was read of it."""
    facts = person.in_order()
    record = Record(
        person, leaves_of(facts, cut), travel_of(facts), training_of(facts), secondments_of(facts),
        {}, {}, set(), set(), {}, {}, {}, {}, [],
    )  # fmt: skip
    voids: dict[str, str] = {}
    for fact in facts:
        data = fact.data
        match fact.name:
            case "CheckInVoided":
                voids[data["voids"]] = fact.id
            case "PersonSpotChecked" if data["finding"] == "absent":
                record.spot_absent.setdefault(ordinal(data["date"]), []).append(fact.id)
            case "AbsenceRecorded":
                record.recorded_absent.setdefault(ordinal(data["date"]), []).append(fact.id)
            case "DayStatusCorrected":
                record.corrected[ordinal(data["date"])] = _code(data["status"], fact.id), fact.id
            case "AbsenceJustified" | "JustificationRejected":
                span = Span(ordinal(data["starts_on"]), ordinal(data["ends_on"]))
                record.excuses.append((span, fact.name == "AbsenceJustified", fact.id))
            case "LeaveOverstayed":
                record.notices.append((data["leave"], beijing_day(fact.recorded), fact.id))
            case _:
                pass
    _presence(record, voids, p)
    return record


def _code(status: str, event: str) -> int:
    try:
        return CODES[status]
    except KeyError as error:
        raise FoldError(f"event {event}: there is no day status {status!r}") from error


def _presence(record: Record, voids: Mapping[str, str], p: Parameters) -> None:
    """Valid check-ins by day. One record of a device counts once; an absent spot check voids the whole day (A27)."""
    spot_absent = record.spot_absent if p["spotcheck.wins"] else {}
    record.present = record.person.presence()
    if voids or spot_absent or len(record.present) != record.person.count():
        _presence_one_by_one(record, voids, spot_absent)
    needed, before = p["onpost.min_checkins"], earlier(p, "onpost.min_checkins")
    if needed == 1 and not before:
        record.enough = record.present.keys()
        return
    devices: dict[int, set[str]] = {}
    valid = {*record.present.values(), *(event for events in record.more.values() for event in events)}
    for day, event, device, _ in record.person.check_ins():
        if event in valid:
            devices.setdefault(day, set()).add(device)
    enough = ((day, next((value for until, value in before if day <= until), needed)) for day in devices)
    record.enough = {day for day, number in enough if len(devices[day]) >= number}


def _presence_one_by_one(record: Record, voids: Mapping[str, str], spot_absent: Mapping[int, list[str]]) -> None:
    """The way for people with voided days or several check-ins on a day; sorted, so that arrival does not matter."""
    record.present = {}
    villages: dict[int, str] = {}
    for day, event, _, village in sorted(record.person.check_ins()):
        if event in voids or day in spot_absent:
            record.voided.setdefault(day, []).extend([voids[event]] if event in voids else spot_absent[day])
        elif day not in record.present:
            record.present[day] = event
            villages[day] = village
        else:
            record.more.setdefault(day, []).append(event)
            if villages[day] != village:
                record.two_villages.add(day)


@dataclass(slots=True)
class Days:
    """Statuses of consecutive days: `codes[0]` is day `low`. Zero where there is none (not posted, after the cut)."""

    low: int
    codes: bytearray
    rest: bytes
    """1 where the duty calendar has a rest day."""
    conflicts: list[int]
    """LEAVE days with a valid check-in (A20)."""

    def status(self, day: int) -> int:
        """The code of a day, NONE outside."""
        index = day - self.low
        return self.codes[index] if 0 <= index < len(self.codes) else NONE


def statuses(
    record: Record, posted: Sequence[Span], window: Span, calendars: Calendars, p: Parameters, cut: Cut
) -> Days:
    """The status of every posted day of `window`; days after the cut have none."""
    low = window.start
    high = max(cut.last_day(window.end), low - 1)
    rest = calendars.span(low, high, year_of(low), year_of(high)) if low <= high else b""
    codes = bytearray(rest.translate(_WITHOUT_RECORD))
    paint = _Painter(codes, low)
    _without_record(record, paint, cut.first_pending(on_day(p, "absence.sync_horizon_h", high)))
    for day in record.enough:
        if low <= day <= high:
            codes[day - low] = ONPOST
    _leave(record, paint, p)
    taken = SECONDED if p["secondment.day"] != "absent" else None
    for span in record.secondments.values():
        paint.span(span, taken, rest)
    for span in record.training.values():
        paint.span(span, TRAINING)
    for span in record.travel.values():
        paint.span(span, TRAVEL)
    for day, (code, _) in record.corrected.items():
        paint.day(day, code)
    if not p["overstay.counts"]:
        _excuse_overstay(record, paint)
    shown = bytearray(len(codes))
    for start, end in posted:
        first, last = max(start - low, 0), min(end - low + 1, len(codes))
        if first < last:
            shown[first:last] = codes[first:last]
    conflicts = []
    if p["conflict.leave_checkin"] == "conflict":
        on_leave = (low + index for index in indexes(shown, LEAVE))
        conflicts = [day for day in on_leave if day in record.present and day not in record.corrected]
    return Days(low, shown, rest, conflicts)


def indexes(codes: bytes | bytearray, code: int) -> Iterator[int]:
    """Where a code stands, in order. Most codes are rare among the days of a year: this looks only at those found."""
    index = codes.find(code)
    while index >= 0:
        yield index
        index = codes.find(code, index + 1)


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


def _without_record(record: Record, paint: _Painter, first_pending: int) -> None:
    """Duty days without a record: ABSENT, PENDING while a phone may still send them, EXCUSED when justified."""
    for day in range(max(first_pending, paint.low), paint.low + paint.size):
        if paint.at(day) == ABSENT and day not in record.recorded_absent:
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
        for day in range(max(span.start, paint.low), min(span.end, paint.low + paint.size - 1) + 1):
            if day not in record.enough:
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

"""From events in any order to what the fold needs of each person. Duplicates and the cut are dealt with here.

An event is the parsed envelope (`contracts/envelope.py`). Sensitive members that were disclosed stand in `data` under
their names, digests of the others stay in `data["_sd"]`, so that "not disclosed" is never taken for "absent".
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from services.assessment.fold.civil import ORDINALS, Cut, ordinal
from services.assessment.fold.findings import FoldError

CHECK_IN = "zhucun.attendance.CheckedIn.v1"
BACKFILL = "zhucun.attendance.CheckInBackfilled.v1"

_PRESENCE = frozenset({CHECK_IN, BACKFILL})
_ATTENDANCE = (
    "CheckInVoided OfficialTravelApproved OfficialTravelClosed OfficialTravelWithdrawn LeaveGranted LeaveWithdrawn"
    " LeaveExtended LeaveShortened LeaveClosed LeaveOverstayed AbsenceRecorded AbsenceJustified JustificationRejected"
    " DayStatusCorrected PersonSpotChecked"
)
_POSTING = (
    "TeamMemberAssigned ReplacementDecided MemberReplaced MemberWithdrawn PostingEnded SecondmentDetected"
    " SecondmentEnded TrainingAttended"
)
_ASSESSMENT = (
    "DisciplinarySanctionRecorded SevereImpactFindingMade InvestigationOpened InvestigationClosed ShortfallReviewed"
    " GradeProposed GradeReviewed"
)
OF_A_PERSON = {
    f"zhucun.{service}.{name}.v1": name
    for service, names in (("attendance", _ATTENDANCE), ("personnel", _POSTING), ("assessment", _ASSESSMENT))
    for name in names.split()
}
OF_ALL = {
    "zhucun.assessment.TieResolved.v1": "TieResolved",
    "zhucun.assessment.InterpretationIssued.v1": "InterpretationIssued",
    "zhucun.assessment.CountyMeasureAdopted.v1": "CountyMeasureAdopted",
    "zhucun.personnel.VillageRegistered.v1": "VillageRegistered",
}
_READ_NAMES = {"CheckedIn", "CheckInBackfilled", *OF_A_PERSON.values(), *OF_ALL.values()}

HUMAN_STEPS = frozenset({"GradeProposed", "GradeReviewed", "ShortfallReviewed"})
"""What officials add after having seen the fold; not part of the digest of its inputs."""


class Fact(NamedTuple):
    """One event that the fold reads. Tuples sort as `ledger.md` 5 says: recordedtime, origin, stream, version."""

    recorded: str
    origin: str
    stream: str
    version: int
    id: str
    name: str
    data: Mapping[str, Any]


CheckIn: TypeAlias = tuple[int, str, str, str]
"""Presence on one day: (day, event id, the device's own name of the record, village)."""


class Person:
    """What was read of one person: check-ins apart, for they are many, and all other facts.

    Check-ins are columns of the same length, in the order of arrival: a tuple for each would be the larger part of what
    millions of them cost.
    """

    __slots__ = ("days", "facts", "ids", "records", "sorted", "villages")

    def __init__(self) -> None:
        self.days: list[int] = []
        self.ids: list[str] = []
        """Of the events."""
        self.records: list[str] = []
        """The devices' own names of them."""
        self.villages: list[str] = []
        self.facts: list[Fact] = []
        self.sorted = True

    def check_ins(self) -> Iterator[CheckIn]:
        """Every check-in, in the order of arrival."""
        return zip(*self.columns(), strict=True)

    def columns(self) -> tuple[list[Any], ...]:
        """The members of check-ins, each a column: day, event id, the device's own name of the record, village."""
        return self.days, self.ids, self.records, self.villages

    def take(self, columns: Iterable[Iterable[Any]], facts: Iterable[Fact]) -> None:
        """More of everything; `columns` as in :meth:`columns`, or none at all."""
        for column, more in zip(self.columns(), columns, strict=False):
            column.extend(more)
        self.facts += facts
        self.sorted = False

    def check_in(self, day: int, event: str, record: str, village: str) -> None:
        """One more."""
        self.days.append(day)
        self.ids.append(event)
        self.records.append(record)
        self.villages.append(village)

    def in_order(self) -> list[Fact]:
        """All facts but check-ins, in the order of the fold."""
        if not self.sorted:
            self.facts.sort()
            self.sorted = True
        return self.facts


def contradiction(event: str) -> FoldError:
    """Of an id that comes with two contents."""
    return FoldError(f"event {event} comes twice with different content; one of them was tampered with")


class Reader:
    """Takes events in any order and keeps per person what the fold needs. Not thread-safe.

    `indexes`: event id -> log index, needed only where the cut has a basis.
    """

    def __init__(self, cut: Cut, indexes: Mapping[str, int] | None = None) -> None:
        if cut.basis is not None and indexes is None:
            raise FoldError("a cut by basis needs the log index of every event")
        self.people: dict[str, Person] = {}
        self.common: list[Fact] = []
        self.seen: dict[str, int] = {}
        self._cut = cut
        self._indexes = indexes
        self.cut_off = cut.recorded is not None or cut.basis is not None
        """Whether some events may lie beyond the cut."""
        self.ignored: set[str] = set()
        """Types that were met and that the fold does not read."""
        self._villages: dict[str, str] = {}

    def read(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Take events. Raises FoldError for one that does not have the form of its type or that contradicts its id."""
        for event in events:
            try:
                self.take(event, hash((event["stream"], event["version"], event["recordedtime"], event["type"])))
            except (KeyError, TypeError) as error:
                raise FoldError(f"event {event.get('id')}: {error} is missing or has the wrong form") from error

    def take(self, event: Mapping[str, Any], mark: int) -> None:
        """Take one event; `mark` is equal for equal bytes, and an id that comes with two marks is refused."""
        kind = event["type"]
        if kind in _PRESENCE:
            data = event["data"]
            fact = data["date"], data["person"], data["record"], data["village"]
            self.take_check_in(mark, *fact, event["id"], event["origin"], event["recordedtime"])
            return
        name = OF_A_PERSON.get(kind) or OF_ALL.get(kind)
        if name is None:
            self._pass_over(kind, event["id"])
        elif self._is_new(event["id"], event["origin"], event["recordedtime"], mark):
            self._keep(kind, name, event)

    def take_check_ins(self, rows: Sequence[Sequence[str]]) -> bool:
        """Take many check-ins at once, each as (whole event, date, person, record, village, id).

        Takes none and returns False where each needs a look of its own: there is a cut, an id is not new, a date is
        none.
        """
        if not rows:
            return True
        lines, dates, persons, records, villages, ids = zip(*rows, strict=True)
        marks = dict(zip(ids, map(hash, lines), strict=True))
        if self.cut_off or len(marks) < len(rows) or not self.seen.keys().isdisjoint(marks):
            return False
        try:
            self._keep_check_ins(dates, persons, records, villages, ids)
        except FoldError:
            return False
        self.seen.update(marks)
        return True

    def _keep_check_ins(
        self,
        dates: Sequence[str],
        persons: Sequence[str],
        records: Sequence[str],
        villages: Sequence[str],
        ids: Sequence[str],
    ) -> None:
        days = [ORDINALS.get(date) or ordinal(date) for date in dates]
        shared = map(self._villages.setdefault, villages, villages)
        for person, day, event, record, village in zip(persons, days, ids, records, shared, strict=True):
            self._person(person).check_in(day, event, record, village)

    def take_check_in(
        self, mark: int, date: str, person: str, record: str, village: str, event: str, origin: str, recorded: str
    ) -> None:
        """Take one check-in: the event with this id, origin and recordedtime; `mark` as in :meth:`take`."""
        if self._is_new(event, origin, recorded, mark):
            shared = self._villages.setdefault(village, village)
            self._person(person).check_in(ordinal(date), event, record, shared)

    def let_go(self) -> dict[str, Person]:
        """Hands over everybody read so far and forgets them, and which events they came in. Common facts stay."""
        gone = dict(self.people)
        self.people.clear()
        self.seen.clear()
        return gone

    def _person(self, name: str) -> Person:
        known = self.people.get(name)
        if known is None:
            known = self.people[name] = Person()
        return known

    def _keep(self, kind: str, name: str, event: Mapping[str, Any]) -> None:
        data = event["data"]
        fact = Fact(event["recordedtime"], event["origin"], event["stream"], event["version"], event["id"], name, data)
        if kind in OF_ALL:
            self.common.append(fact)
            return
        known = self._person(data["person"])
        known.facts.append(fact)
        known.sorted = False

    def _is_new(self, event: str, origin: str, recorded: str, mark: int) -> bool:
        before = self.seen.get(event)
        if before is not None:
            if before != mark:
                raise contradiction(event)
            return False
        self.seen[event] = mark
        cut = self._cut
        if cut.recorded is not None and recorded > cut.recorded:
            return False
        if cut.basis is None or self._indexes is None:
            return True
        return origin in cut.basis and self._indexes[event] < cut.basis[origin]

    def _pass_over(self, kind: str, event: str) -> None:
        if kind in self.ignored:
            return
        parts = kind.split(".")
        if len(parts) == 4 and parts[2] in _READ_NAMES:
            raise FoldError(f"event {event}: {kind} is newer than this fold, which cannot read it")
        self.ignored.add(kind)

"""Presence: check-ins of phones and kiosks, late ones with consent, void ones (Art. 9; A21, A24, A25, A27)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple, TypeAlias, assert_never

from contracts import attendance as fact
from contracts.fact import Actor
from contracts.identifiers import Role, lies_in
from contracts.refusals import Refusal
from services.attendance import refusals as refused
from services.attendance.known import Known, Post
from services.attendance.periods import closed, sheet_in_reach
from services.attendance.register import book, late
from services.attendance.register import commands as cmd
from services.attendance.register import refusals as no
from services.attendance.said import COUNTY_DIGITS, begun, emit, one, said
from services.attendance.sheets.refusals import PERIOD_CLOSED
from services.attendance.state import Register, State, register_in
from services.runtime.decisions import Act, Decided, Decision, Emit, EventReference
from services.runtime.in_force import held

States: TypeAlias = Mapping[str, State]


class Repeated(NamedTuple):
    """The day or the record is in the log already: by an earlier event, or by an emit of this very decision."""

    event: str | None = None
    emitted: int | None = None


class New(NamedTuple):
    """To be recorded: the position of the emit, and what is unusual about the day."""

    emitted: int
    flags: tuple[str, ...]


Outcome: TypeAlias = New | Repeated | Refusal


class _Seen(NamedTuple):
    """A valid check-in of a day, recorded before or by this decision."""

    village: str
    overnight: bool
    as_repeated: Repeated


def decide(act: Act[Any, Known], command: cmd.CheckInCommand, states: States) -> Decision:
    """The facts that a claim of presence leads to, or why it is refused."""
    match command:
        case cmd.CheckIn():
            return _single(act, command, states)
        case cmd.CheckInBatch():
            return _batch(act, command, states)
        case cmd.RequestBackfill() | cmd.ConsentToBackfill() | cmd.RejectBackfill() | cmd.BackfillCheckIn():
            return late.decide(act, command, register_in(states, command.person))
        case cmd.VoidCheckIn():
            return _void(act, command, register_in(states, command.person))
        case cmd.RecordLodging():
            return book.lodging(act, command, register_in(states, command.person))
        case cmd.RecordRestDay():
            return book.rest_day(act, command, register_in(states, command.person))
        case cmd.MarkSignal():
            return book.mark_signal(act, command, book.signal_in(states, command.village))
    assert_never(command)


def _single(act: Act[Any, Known], command: cmd.CheckIn, states: States) -> Decision:
    if not _may_carry(act.by, command):
        return no.NOT_AUTHOR
    sheet = _Sheet(act, states)
    outcome = sheet.take(command)
    if isinstance(outcome, Refusal):
        return outcome
    return Decided(sheet.emits, lambda events: _answer(outcome, events))


def _batch(act: Act[Any, Known], command: cmd.CheckInBatch, states: States) -> Decision:
    """Each record gets its own answer; but whoever carries one record that is not his to carry is refused whole."""
    if not all(_may_carry(act.by, record) for record in command.records):
        return no.NOT_AUTHOR
    sheet = _Sheet(act, states)
    outcomes = [sheet.take(record) for record in command.records]

    def detail(events: Sequence[EventReference]) -> dict[str, Any]:
        return {
            "records": [
                {"record": record.record, "person": record.person, **_answer(outcome, events)}
                for record, outcome in zip(command.records, outcomes, strict=True)
            ]
        }

    return Decided(sheet.emits, detail)


def _may_carry(by: Actor, record: cmd.CheckIn) -> bool:
    """The author is the person; a kiosk carries what others author (贵港 case, A25)."""
    return by.person == record.person or by.role is Role.KIOSK


@dataclass(slots=True)
class _Sheet:
    """The records of one command, judged in order: each sees those before it. Lives within one decision."""

    act: Act[Any, Known]
    states: States
    emits: list[Emit] = field(default_factory=list)
    _open_from: dict[int, date] = field(default_factory=dict)
    """Hours that a record may be on the way -> the first day of which one may still come."""
    _closed: dict[tuple[str, date], bool] = field(default_factory=dict)
    """Whether a signature closes the day of a team."""
    _records: dict[tuple[str, str], tuple[date, int]] = field(default_factory=dict)
    _days: dict[tuple[str, date], list[_Seen]] = field(default_factory=dict)
    _authors: dict[tuple[str, str | None], Actor] = field(default_factory=dict)

    def take(self, record: cmd.CheckIn) -> Outcome:
        register = register_in(self.states, record.person)
        known = self._seen(record, register)
        if known is not None:
            return known
        post = self._post(record)
        if isinstance(post, Refusal):
            return post
        earlier = self._earlier(record, register)
        if not _adds(record, earlier, held(self.act.rules, "onpost.min_checkins", record.date)):
            return earlier[0].as_repeated
        return self._record(record, post, register, earlier)

    def _seen(self, record: cmd.CheckIn, register: Register) -> Outcome | None:
        """The answer to a device record that came before. Asked first, so that a retry is never refused for its age."""
        mine = self._records.get((record.person, record.record))
        if mine is not None:
            return Repeated(emitted=mine[1]) if mine[0] == record.date else no.RECORD_OF_ANOTHER_DAY
        day = register.day_of_record(record.record, record.date)
        if day is None:
            return None
        if day != record.date:
            return no.RECORD_OF_ANOTHER_DAY
        return Repeated(next(seen.event for seen in register.on(day) if seen.record == record.record))

    def _post(self, record: cmd.CheckIn) -> Post | Refusal:
        """The posting that the record belongs to, if it comes neither too early nor too late."""
        act = self.act
        if record.person not in act.known.posts:
            return refused.PERSON_UNKNOWN
        if record.date > act.today:
            return refused.FUTURE
        post = act.known.post_in(record.person, record.team, record.date)
        if post is None:
            return refused.NOT_POSTED
        if not lies_in(record.village, post.village[:COUNTY_DIGITS]):
            return no.OTHER_COUNTY
        if record.method not in act.rules["checkin.methods"]:
            return no.METHOD_NOT_ACCEPTED
        second_best = record.method in act.rules["checkin.without_signal_only"]
        if second_best and not book.signal_in(self.states, record.village).missing(record.date):
            return no.NO_SECOND_BEST
        if self._is_closed(record.team, record.date):
            return PERIOD_CLOSED
        return no.HORIZON_PASSED if record.date < self._first_open(record.date) else post

    def _first_open(self, day: date) -> date:
        """The first day of which a record may still come, by what held on `day`."""
        hours = held(self.act.rules, "absence.sync_horizon_h", day)
        if hours not in self._open_from:
            self._open_from[hours] = begun(self.act.now - timedelta(hours=hours))
        return self._open_from[hours]

    def _is_closed(self, team: str, day: date) -> bool:
        known = self._closed.get((team, day))
        if known is None:
            known = self._closed[team, day] = closed(self.states, sheet_in_reach(team, day, self.act.today))
        return known

    def _earlier(self, record: cmd.CheckIn, register: Register) -> list[_Seen]:
        recorded = [_Seen(p.village, p.overnight, Repeated(p.event)) for p in register.on(record.date) if not p.voided]
        return recorded + self._days.get((record.person, record.date), [])

    def _record(self, record: cmd.CheckIn, post: Post, register: Register, earlier: Sequence[_Seen]) -> New:
        position = len(self.emits)
        header = said(self._author(record, post.unit), "9.3", record.village)
        made = fact.CheckedIn.model_validate(header | vars(record))
        self.emits.append(emit(made, record.date))
        self._records[record.person, record.record] = (record.date, position)
        seen = _Seen(record.village, bool(record.overnight), Repeated(emitted=position))
        self._days.setdefault((record.person, record.date), []).append(seen)
        flags = []
        if any(before.village != record.village for before in earlier):
            flags.append("two_villages")
        if record.village != post.village:
            flags.append("other_village")
        if any(leave.covers(record.date) for leave in register.leaves.values()):
            flags.append("leave_conflict")
        return New(position, tuple(flags))

    def _author(self, record: cmd.CheckIn, unit: str) -> Actor:
        """The person in the capacity of that day: a member is his unit's, a leader the village's."""
        by = self.act.by
        role = self.act.known.role_of(record.person, record.team, record.date)
        organisation = unit if role is Role.MEMBER else None
        author = self._authors.get((record.person, organisation))
        if author is None:
            via = None if by.person == record.person else by.person
            author = Actor(person=record.person, role=role, organisation=organisation, via=via)
            self._authors[record.person, organisation] = author
        return author


def _adds(record: cmd.CheckIn, earlier: Sequence[_Seen], needed: int) -> bool:
    """Whether one more record of a day says anything new: a first one, another village, a night in the village."""
    if len(earlier) < needed or all(seen.village != record.village for seen in earlier):
        return True
    return bool(record.overnight) and not any(seen.overnight for seen in earlier)


def _answer(outcome: Outcome, events: Sequence[EventReference]) -> dict[str, Any]:
    match outcome:
        case New(emitted=position, flags=flags):
            return {"status": "recorded", "event": events[position].id, **({"flags": list(flags)} if flags else {})}
        case Repeated(event=event, emitted=position):
            return {"status": "repeated", "event": event if position is None else events[position].id}
        case Refusal():
            return {"status": "refused", "problem": _problem_of(outcome)}
    assert_never(outcome)


def _problem_of(refusal: Refusal) -> dict[str, Any]:
    return {
        "code": refusal.code.value,
        "detail": refusal.zh,
        "detail_en": refusal.en,
        "article": refusal.article,
        "remedy": refusal.remedy_zh,
        "remedy_en": refusal.remedy_en,
    }


def _void(act: Act[Any, Known], command: cmd.VoidCheckIn, register: Register) -> Decision:
    if act.by.person == command.person:
        return refused.OWN_CASE
    target = next((seen for seen in register.on(command.date) if seen.event == command.voids), None)
    if target is None:
        return no.CHECK_IN_UNKNOWN
    if target.voided:
        return no.CHECK_IN_VOIDED
    made = fact.CheckInVoided(**said(act.by, "8.4", target.village), **dict(command))
    return one(made, command.date)

"""A village's register for tests: a team with a leader, officials around it, and a clock that stands where set."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from contracts.attendance import CheckInMethod, LeaveKind
from contracts.fact import Actor, Fact
from contracts.identifiers import Role
from contracts.refusals import Code, Refusal
from services.attendance import commands as cmd
from services.attendance.domain import decide
from services.attendance.gathering import calendars
from services.attendance.known import Known, Leadership, Post
from services.attendance.periods import Days, days_of_leave, days_of_travel, sheets_over
from services.attendance.said import BEIJING
from services.attendance.sheets.domain import sheet_in
from services.attendance.sheets.state import Sheet
from services.attendance.state import Register, State, evolve, initial, register_in
from services.runtime.decisions import Act, Decided, Emit, EventReference, Recorded
from services.runtime.parameters import Parameters

PARAMETERS = Parameters.load(Path(__file__).parents[2] / "services/attendance/parameters.yaml")

TOWNSHIP, VILLAGE, NEIGHBOUR = "530113100", "530113100201", "530113100202"
TEAM, UNIT, OTHER_UNIT = "T0001", "O0001", "O0002"
MEMBER, LEADER, COLLEAGUE = "P000001", "P000002", "P000003"
FROM = date(2016, 1, 1)
PAPERS = ("a" * 64,)

F = TypeVar("F", bound=Fact)


def somebody(person: str, role: Role) -> Actor:
    return Actor(person=person, role=role)


BY_MEMBER = somebody(MEMBER, Role.MEMBER)
BY_COLLEAGUE = somebody(COLLEAGUE, Role.MEMBER)
BY_LEADER = somebody(LEADER, Role.TEAM_LEADER)
BY_TOWNSHIP = somebody("P000010", Role.TOWNSHIP_LEADER)
BY_COMMITTEE = somebody("P000011", Role.TOWNSHIP)
BY_COUNTY = somebody("P000020", Role.COUNTY_OFFICE)
BY_KIOSK = somebody("P000030", Role.KIOSK)
BY_SECRETARY = somebody("P000040", Role.VILLAGE_SECRETARY)
BY_DIRECTOR = somebody("P000041", Role.VILLAGE_DIRECTOR)
BY_CITY = somebody("P000050", Role.CITY_OFFICE)


def at(day: date, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
    """An instant by the village's clock."""
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=BEIJING).astimezone(UTC)


class Loaded(dict[str, State]):
    """States by key; one of which nothing is recorded is there all the same."""

    def __missing__(self, key: str) -> State:
        return initial(key)


class Office:
    """Runs commands against folded state. `known` may be changed; `now` is when the next command is given."""

    def __init__(self, now: datetime, rules: Mapping[str, Any] | None = None) -> None:
        self.now = now
        self.rules = dict(rules or {})
        post = (Post(TEAM, VILLAGE, UNIT, FROM),)
        self.known = Known(
            place=VILLAGE,
            posts=dict.fromkeys((MEMBER, LEADER, COLLEAGUE), post),
            leaders={TEAM: (Leadership(LEADER, FROM),)},
            kind=LeaveKind.PERSONAL,
            calendars=calendars(),
            villages={TEAM: VILLAGE},
        )
        self.states = Loaded()
        self.recorded: list[Recorded] = []
        self.times: list[datetime] = []
        self.detail: Any = None
        self._versions: dict[str, int] = {}

    @property
    def today(self) -> date:
        return self.now.astimezone(BEIJING).date()

    def when(self, command: cmd.Command, by: Actor) -> list[Fact] | Refusal:
        """The facts that the command led to, or its refusal; what was told besides stands in `detail`."""
        decision = decide(self.act(command, by), self.states)
        if isinstance(decision, Refusal):
            return decision
        return self._record(decision)

    def act(self, command: cmd.Command, by: Actor) -> Act[Any, Known]:
        """The command as the service would hand it to the decision, the sheets that it touches included."""
        rules = {**PARAMETERS.at(self.today), **self.rules}
        known = self.known.touching(self._sheets(command))
        return Act(command, by, self.now, self.today, rules, known)

    def register(self, person: str = MEMBER) -> Register:
        return register_in(self.states, person)

    def sheet(self, month: str, team: str = TEAM) -> Sheet:
        return sheet_in(self.states, team, month)

    def _sheets(self, command: cmd.Command) -> tuple[str, ...]:
        """The sheets that the service would find to be touched."""
        days: Days | None = None
        match command:
            case cmd.CheckIn() | cmd.CheckInBatch() | cmd.RecordSpotCheck() | cmd.PlanSpotCheck() | cmd.MarkSignal():
                return ()
            case (
                cmd.RequestBackfill()
                | cmd.VoidCheckIn()
                | cmd.RecordAbsence()
                | cmd.CorrectDay()
                | cmd.RequestCorrection()
                | cmd.RecordRestDay()
            ):
                days = command.date, command.date
            case (
                cmd.RequestTravel()
                | cmd.RequestLeave()
                | cmd.JustifyAbsence()
                | cmd.RejectJustification()
                | cmd.RecordLodging()
            ):
                days = command.starts_on, command.ends_on
        person = getattr(command, "person", MEMBER)
        late = self.register(person).backfills.get(getattr(command, "record", ""))
        if late is not None and days is None:
            days = late.date, late.date
        leave = self.register(person).leaves.get(getattr(command, "leave", ""))
        if leave is not None and days is None:
            days = days_of_leave(command, leave)
        travel = self.register(person).travels.get(getattr(command, "travel", ""))
        if travel is not None and days is None:
            days = days_of_travel(command, travel)
        return () if days is None else sheets_over(self.known, person, days, self.today)

    def _record(self, decision: Decided) -> list[Fact]:
        facts = []
        references = []
        for emit in decision.emits:
            references.append(self._append(emit))
            facts.append(emit.fact)
        self.detail = decision.detail(references) if decision.detail else None
        return facts

    def _append(self, emit: Emit) -> EventReference:
        version = self._versions[emit.stream] = self._versions.get(emit.stream, 0) + 1
        recorded = Recorded(str(UUID(int=len(self.recorded) + 1)), emit.stream, version, emit.fact)
        yearly = emit.stream.startswith("attendance/")
        key = emit.stream.rpartition("/")[0] + "/*" if yearly else emit.stream
        self.states[key] = evolve(self.states[key], recorded)
        self.recorded.append(recorded)
        self.times.append(self.now)
        return EventReference(recorded.id, emit.stream, version)


def check_in(day: date, person: str = MEMBER, **changed: Any) -> cmd.CheckIn:
    fields = {
        "person": person,
        "team": TEAM,
        "village": VILLAGE,
        "date": day,
        "method": CheckInMethod.GPS,
        "record": f"d-{day.isoformat()}",
    }
    return cmd.CheckIn.model_validate({**fields, **changed})


def leave(first: date, last: date, person: str = MEMBER, **changed: Any) -> cmd.RequestLeave:
    fields = {
        "person": person,
        "leave": "L1",
        "kind": LeaveKind.PERSONAL,
        "starts_on": first,
        "ends_on": last,
        "reason": "家事",
        "evidence": PAPERS,
    }
    return cmd.RequestLeave.model_validate({**fields, **changed})


def travel(first: date, last: date, person: str = MEMBER, **changed: Any) -> cmd.RequestTravel:
    fields = {
        "person": person,
        "travel": "X1",
        "starts_on": first,
        "ends_on": last,
        "purpose": "到市里开会",
        "evidence": PAPERS,
    }
    return cmd.RequestTravel.model_validate({**fields, **changed})


def granted_leave(office: Office, first: date, last: date) -> None:
    """Leave L1 of the member, granted by both levels."""
    for command, by in (
        (leave(first, last), BY_MEMBER),
        (cmd.ApproveLeave(person=MEMBER, leave="L1"), BY_LEADER),
        (cmd.ApproveLeave(person=MEMBER, leave="L1"), BY_TOWNSHIP),
    ):
        assert len(names_of(office.when(command, by))) == 1


def only(outcome: Sequence[Fact] | Refusal, kind: type[F]) -> F:
    """The one fact that a command led to."""
    assert not isinstance(outcome, Refusal), outcome
    (fact,) = outcome
    assert isinstance(fact, kind)
    return fact


def names_of(outcome: Sequence[Fact] | Refusal) -> list[str]:
    assert not isinstance(outcome, Refusal), outcome
    return [type(fact).NAME for fact in outcome]


def code_of(outcome: Sequence[Fact] | Refusal) -> Code:
    assert isinstance(outcome, Refusal), outcome
    return outcome.code


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]

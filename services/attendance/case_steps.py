"""The steps of a worked case of sheets and leave: each is a word of the field, `tests/cases/README.md` describes them.

A village with a team of three, its officials, and the township above it: real commands, decided and folded by the real
code, with no server behind it.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from contracts.attendance import CheckInMethod, DayStatus, LeaveKind
from contracts.fact import Actor, Fact
from contracts.identifiers import Role
from contracts.refusals import Refusal
from contracts.sheets import MonthlySheetSubmitted
from services.attendance import commands as cmd
from services.attendance.domain import decide
from services.attendance.gathering import calendars
from services.attendance.known import Elsewhere, Known, Leadership, Post
from services.attendance.periods import sheets_over
from services.attendance.register.statuses import frame_at
from services.attendance.said import BEIJING
from services.attendance.sheets import commands as sheet
from services.attendance.sheets.domain import sheet_in
from services.attendance.sheets.state import Version
from services.attendance.state import State, evolve, initial, register_in
from services.attendance.year.runs import statuses
from services.runtime.decisions import Act, Decided, Recorded
from services.runtime.duties import CLOCK
from services.runtime.parameters import Parameters

TEAM, VILLAGE, TOWNSHIP = "T0001", "530113100201", "530113100"
PEOPLE = {"队员": "P000001", "队长": "P000002", "另一单位队员": "P000003"}
UNITS = {"P000001": "O0001", "P000002": "O0001", "P000003": "O0002"}
PAPERS = ("a" * 64,)
_SINCE = date(2016, 1, 1)
_RULES = Parameters.load(Path(__file__).with_name("parameters.yaml"))


def officer(role: Role) -> Actor:
    """Who acts in that role: the leader and the member of the team themselves, else an official."""
    own = {Role.TEAM_LEADER: PEOPLE["队长"], Role.MEMBER: PEOPLE["队员"]}
    return Actor(person=own.get(role, f"P0001{list(Role).index(role):02d}"), role=role)


class Loaded(dict[str, State]):
    """States by key; one of which nothing is recorded is there all the same."""

    def __missing__(self, key: str) -> State:
        return initial(key)


class Steps:
    """Every method is a step; its parameters are the members of the step in the case."""

    def __init__(self) -> None:
        self.today = date(2017, 3, 1)
        self.refusal: Refusal | None = None
        self.facts: list[Fact] = []
        self._states = Loaded()
        self._time = time(9)
        self._known = Known(
            place=VILLAGE,
            posts={person: (Post(TEAM, VILLAGE, UNITS[person], _SINCE),) for person in PEOPLE.values()},
            leaders={TEAM: (Leadership(PEOPLE["队长"], _SINCE),)},
            kind=LeaveKind.PERSONAL,
            calendars=calendars(),
            villages={TEAM: VILLAGE},
        )

    # Presence and leave.

    def present(self, days: str, who: str = "队员", but: list[date] | None = None) -> None:
        """The kiosk carries a check-in of every day, on the evening of the day."""
        for day in _days(days):
            if day not in (but or ()):
                self.today, self._time = day, time(18)
                command = cmd.CheckIn(
                    person=PEOPLE[who],
                    team=TEAM,
                    village=VILLAGE,
                    date=day,
                    method=CheckInMethod.GPS,
                    record=f"d-{day}",
                )
                self._give(command, officer(Role.KIOSK))
        self._time = time(9)

    def asks_leave(self, days: str, who: str = "队员", papers: bool = True) -> None:
        first, last = _days(days)[0], _days(days)[-1]
        command = cmd.RequestLeave(
            person=PEOPLE[who],
            leave="L1",
            kind=LeaveKind.PERSONAL,
            starts_on=first,
            ends_on=last,
            reason="家事",
            evidence=PAPERS if papers else (),
        )
        self._give(command, officer(Role.TEAM_LEADER if who == "队长" else Role.MEMBER))

    def approves_leave(self, by: str, who: str = "队员") -> None:
        self._give(cmd.ApproveLeave(person=PEOPLE[who], leave="L1"), officer(Role(by)))

    # The monthly sheet.

    def draws_up(self, month: str, row: Mapping[str, int] | None = None) -> None:
        """From the register; `row`: the member's row as it stands on paper, which has to agree."""
        rows = () if row is None else (sheet.ClaimedRow(person=PEOPLE["队员"], **row),)
        self._give(sheet.DraftSheet(team=TEAM, month=month, rows=rows), officer(Role.TEAM_LEADER))

    def signs(self, month: str, by: str = "VD", version: int = 1) -> None:
        self._give(sheet.SignSheet(team=TEAM, month=month, version=version), officer(Role(by)))

    def submits(self, month: str, at: str = "09:00") -> None:
        """`at`: time of the day in the village."""
        self._time = time.fromisoformat(at)
        self._give(sheet.SubmitSheet(team=TEAM, month=month), officer(Role.TEAM_LEADER))
        self._time = time(9)

    def reviews(self, month: str) -> None:
        self._give(sheet.ReviewSheets(month=month, teams=(TEAM,)), officer(Role.TOWNSHIP_LEADER))

    def files(self, month: str, recipients: tuple[str, ...] = ("XZ", "XP")) -> None:
        named: Any = tuple(Role(one) for one in recipients)
        self._give(sheet.FileSheets(month=month, teams=(TEAM,), recipients=named), officer(Role.TOWNSHIP))

    def feeds_back(self, month: str) -> None:
        self._give(sheet.FeedBackSheets(month=month, teams=(TEAM,)), officer(Role.TOWNSHIP))

    def says_overdue(self, month: str, due: date, at: str = "09:00") -> None:
        """The clock finds that the sheet was not submitted in time."""
        self._time = time.fromisoformat(at)
        self._give(sheet.DeclareSheetOverdue(team=TEAM, month=month, due_on=due), CLOCK)
        self._time = time(9)

    def asks_correction(self, day: date, status: str) -> None:
        fields: dict[str, Any] = {"person": PEOPLE["队员"], "date": day, "status": DayStatus(status)}
        self._give(cmd.RequestCorrection(**fields, reason="会议签到表为证"), officer(Role.TOWNSHIP))

    def corrects(self, day: date, status: str, by: str = "TL") -> None:
        fields: dict[str, Any] = {"person": PEOPLE["队员"], "date": day, "status": DayStatus(status)}
        self._give(cmd.CorrectDay(**fields, reason="会议签到表为证"), officer(Role(by)))

    # What a case may expect.

    def on_time(self, month: str) -> Any:
        """Whether the month was submitted in time."""
        submitted = [fact for fact in self.facts if isinstance(fact, MonthlySheetSubmitted) and fact.month == month]
        return bool(submitted) and submitted[0].on_time

    def complete(self, month: str) -> Any:
        """Whether the sheet in force is with both departments and every unit."""
        return self._version(month).complete

    def version(self, month: str) -> Any:
        """Number of the version in force, the last one that was reviewed."""
        return self._version(month).number

    def on_sheet(self, month: str, version: int, day: date) -> Any:
        """The member's mark of a day on a version of the sheet, an earlier one included."""
        found = sheet_in(self._states, TEAM, month).versions[version - 1]
        return next(row.days[day.day - 1] for row in found.rows if row.person == PEOPLE["队员"])

    def status(self, day: date, who: str = "队员") -> Any:
        """What the day counts as, as far as is known today."""
        person = PEOPLE[who]
        frame = frame_at(self._now, self._known.calendars, _RULES.at(self.today))
        (found,) = statuses(register_in(self._states, person), Elsewhere(), self._known.posts[person], day, day, frame)
        return found.status.value

    @property
    def _now(self) -> datetime:
        return datetime.combine(self.today, self._time, BEIJING).astimezone(UTC)

    def _version(self, month: str) -> Version:
        found = sheet_in(self._states, TEAM, month)
        version = found.reviewed or found.current
        if version is None:
            raise LookupError(f"{month} 没有考勤表 / no sheet")
        return version

    def _give(self, command: Any, by: Actor) -> None:
        """The command is decided; its facts are folded in, or its refusal is kept."""
        touched: tuple[str, ...] = ()
        if isinstance(command, cmd.RequestLeave):
            touched = self._sheets(command.person, command.starts_on, command.ends_on)
        elif isinstance(command, cmd.CorrectDay | cmd.RequestCorrection):
            touched = self._sheets(command.person, command.date, command.date)
        act: Act[Any, Known] = Act(
            command, by, self._now, self.today, _RULES.at(self.today), self._known.touching(touched)
        )
        decision = decide(act, self._states)
        if isinstance(decision, Refusal):
            self.refusal = decision
        else:
            self._record(decision)

    def _sheets(self, person: str, first: date, last: date) -> tuple[str, ...]:
        return sheets_over(self._known, person, (first, last), self.today)

    def _record(self, decision: Decided) -> None:
        for emit in decision.emits:
            yearly = emit.stream.startswith("attendance/")
            key = emit.stream.rpartition("/")[0] + "/*" if yearly else emit.stream
            number = len(self.facts) + 1
            recorded = Recorded(str(UUID(int=number)), emit.stream, number, emit.fact)
            self._states[key] = evolve(self._states[key], recorded)
            self.facts.append(emit.fact)


def _days(text: Any) -> list[date]:
    """`2017-04-01..2017-04-30`, or one day."""
    first, dots, last = str(text).partition("..")
    start = date.fromisoformat(first)
    end = date.fromisoformat(last) if dots else start
    return [start + timedelta(days=offset) for offset in range((end - start).days + 1)]

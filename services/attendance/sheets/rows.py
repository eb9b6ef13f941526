"""The rows of a monthly sheet, from the registers of everybody posted in the team (Art. 9; A25, A32). Pure."""

from collections.abc import Mapping
from typing import Any

from contracts.attendance import DayStatus
from contracts.refusals import Refusal
from contracts.sheets import LETTERS, NOT_POSTED, SheetRow
from services.attendance.known import Elsewhere, Known
from services.attendance.register.statuses import days_between, frame_at
from services.attendance.said import bounds_of
from services.attendance.sheets import refusals as no
from services.attendance.sheets.commands import ClaimedRow
from services.attendance.sheets.letters import letters
from services.attendance.state import State, register_in
from services.runtime.decisions import Act

CLAIMED: Mapping[DayStatus, str] = {
    DayStatus.ON_POST: "on_post",
    DayStatus.TRAVEL: "travel",
    DayStatus.TRAINING: "training",
    DayStatus.SECONDED: "seconded",
    DayStatus.LEAVE: "leave",
    DayStatus.REST: "rest",
    DayStatus.EXCUSED: "excused",
    DayStatus.ABSENT: "absent",
}


def draw_up(act: Act[Any, Known], team: str, month: str, states: Mapping[str, State]) -> tuple[SheetRow, ...] | Refusal:
    """The rows, the leader's first; refused while a day may still change by itself."""
    days = tuple(days_between(*bounds_of(month)))
    frame = frame_at(act.now, act.known.calendars, act.rules)
    rows = []
    for person in act.known.crew(team, days[0], days[-1]):
        posts = [post for post in act.known.posts[person] if post.team == team]
        elsewhere = act.known.elsewhere.get(person, Elsewhere())
        found = letters(person, register_in(states, person), elsewhere, posts, days, frame)
        if found is None:
            return no.DAYS_PENDING
        day, post = next((day, post) for day in reversed(days) if (post := act.known.post_in(person, team, day)))
        rows.append(
            SheetRow(
                person=person,
                unit=post.unit,
                leader=act.known.leads(person, team, day),
                days=found,
                posted=len(found) - found.count(NOT_POSTED),
            )
        )
    return tuple(sorted(rows, key=lambda row: (not row.leader, row.person)))


def disagreement(claimed: tuple[ClaimedRow, ...], rows: tuple[SheetRow, ...]) -> Refusal | None:
    """Why a paper cannot be the register's month: a person who is not in it, sums, presence that nobody recorded."""
    known = {row.person: row for row in rows}
    if len({row.person for row in claimed}) < len(claimed):
        return no.ROW_TWICE
    for row in claimed:
        real = known.get(row.person)
        if real is None:
            return no.ROW_OF_STRANGER
        counts = {status: getattr(row, name) for status, name in CLAIMED.items()}
        if sum(counts.values()) != real.posted:
            return no.ROW_SUM
        if counts[DayStatus.ON_POST] > real.days.count(LETTERS[DayStatus.ON_POST]):
            return no.ROW_NOT_OWN
        if any(counts[status] != real.days.count(LETTERS[status]) for status in counts):
            return no.ROW_DIFFERS
    return None

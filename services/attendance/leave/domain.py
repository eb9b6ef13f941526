"""Leave level by level: asked with papers, approved by both levels in order, extended, shortened, closed (Art. 9)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypeAlias, assert_never

from contracts import attendance as fact
from contracts.attendance import DayStatus, Level
from contracts.identifiers import Role, lies_in
from contracts.refusals import Refusal
from services.attendance import refusals as refused
from services.attendance.known import Elsewhere, Known
from services.attendance.leave import commands as cmd
from services.attendance.leave import refusals as no
from services.attendance.leave.state import Leave, Step
from services.attendance.register.statuses import day_of, frame_at
from services.attendance.said import TOWNSHIP, chain, days_since, level_of, one, post_of_days_asked, said, too_long
from services.attendance.state import Register, State, register_in
from services.runtime.decisions import Act, Decision

LeaveAct: TypeAlias = Act[Any, Known]


def decide(act: LeaveAct, command: cmd.LeaveCommand, states: Mapping[str, State]) -> Decision:
    """The facts that a step of a leave leads to, or why it is refused."""
    register = register_in(states, command.person)
    if isinstance(command, cmd.RequestLeave):
        return _request(act, command, register)
    leave = register.leaves.get(command.leave)
    if leave is None:
        return no.LEAVE_UNKNOWN
    match command:
        case cmd.ApproveLeave():
            return _approve(act, command, leave)
        case cmd.ApproveExtension():
            return _approve_extension(act, command, leave)
        case cmd.RejectLeave():
            return _reject(act, command, leave)
        case cmd.WithdrawLeave():
            return _withdraw(act, command, leave)
        case cmd.ExtendLeave():
            return _extend(act, command, leave, register)
        case cmd.ShortenLeave() | cmd.CloseLeave():
            return _end(act, command, leave)
        case cmd.RecordOverstay():
            return _overstay(act, command, leave, register)
        case cmd.SupplyLeavePapers():
            return _supply_papers(act, command, leave)
        case cmd.DeclareClosingOverdue():
            return _closing_overdue(act, command, leave)
    assert_never(command)


def _request(act: LeaveAct, command: cmd.RequestLeave, register: Register) -> Decision:
    post = post_of_days_asked(act, command.person, command.starts_on, command.ends_on)
    if isinstance(post, Refusal):
        return post
    if command.leave in register.leaves:
        return no.LEAVE_EXISTS
    if not command.evidence and not command.emergency:
        return no.NO_PAPERS
    if days_since(act, command.starts_on) > act.rules["leave.retro_days"]:
        return no.LEAVE_TOO_LATE
    if any(leave.claims(command.starts_on, command.ends_on) for leave in register.leaves.values()):
        return no.LEAVE_OVERLAPS
    # The role with which it is asked decides the chain for good: what happens to the leadership later changes nothing.
    by = act.by.model_copy(update={"role": act.known.role_of(command.person, post.team, act.today)})
    asked = fact.LeaveRequested(**said(by, "9.9", post.village), **dict(command))
    return one(asked, command.starts_on)


def _approve(act: LeaveAct, command: cmd.ApproveLeave, leave: Leave) -> Decision:
    if leave.step not in (Step.REQUESTED, Step.APPROVED):
        return no.NOTHING_PENDING
    turn = _turn(act, command.person, leave, approved=leave.step is Step.APPROVED)
    if isinstance(turn, Refusal):
        return turn
    level, last = turn
    if not last:
        return one(_first_word(act, command, leave, level), leave.starts_on)
    if not leave.papers:
        return no.PAPERS_TO_COME
    if act.known.kind is None:
        return no.KIND_GONE
    granted = fact.LeaveGranted(
        **said(act.by, _article(leave), leave.place),
        person=command.person,
        leave=command.leave,
        kind=act.known.kind,
        starts_on=leave.starts_on,
        ends_on=leave.ends_on,
        granted_by=level,
    )
    return one(granted, leave.starts_on)


def _approve_extension(act: LeaveAct, command: cmd.ApproveExtension, leave: Leave) -> Decision:
    extension = leave.extension
    if extension is None or leave.step is not Step.GRANTED:
        return no.NOTHING_PENDING
    turn = _turn(act, command.person, leave, approved=extension.approved)
    if isinstance(turn, Refusal):
        return turn
    level, last = turn
    if not last:
        return one(_first_word(act, command, leave, level), leave.starts_on)
    header = said(act.by, "9.12", leave.place)
    extended = fact.LeaveExtended(**header, person=command.person, leave=command.leave, ends_on=extension.ends_on)
    return one(extended, leave.starts_on)


def _first_word(
    act: LeaveAct, command: cmd.ApproveLeave | cmd.ApproveExtension, leave: Leave, level: Level
) -> fact.LeaveApprovedByLeader | fact.LeaveApprovedByTownship:
    approved = fact.LeaveApprovedByLeader if level is Level.LEADER else fact.LeaveApprovedByTownship
    return approved(**said(act.by, _article(leave), leave.place), person=command.person, leave=command.leave)


def _turn(act: LeaveAct, person: str, leave: Leave, *, approved: bool) -> tuple[Level, bool] | Refusal:
    """The level that speaks now and whether its word is the last; refused unless it is the caller's level."""
    if act.by.person == person:
        return refused.OWN_CASE
    levels = chain(of_leader=leave.of_leader, has_leader=_has_leader(act, person, leave))
    due = levels[-1] if approved else levels[0]
    level = level_of(act.by.role)
    if level is None or (level not in levels and level is not Level.LEADER):
        return no.WRONG_LEVEL
    if level is not due:
        return no.LEVEL_SKIPPED if level in levels else no.WRONG_LEVEL
    if level is Level.TOWNSHIP and act.by.role not in _township_roles(act, leave):
        return no.OTHER_TIER
    return due, due is levels[-1]


def _township_roles(act: LeaveAct, leave: Leave) -> Collection[Role]:
    """Who speaks for the township: anybody in charge there, or whom the county's tiers name for that length (A39)."""
    tiers: Sequence[Mapping[str, Any]] = act.rules["leave.tiers"]
    last = leave.ends_on if leave.extension is None else leave.extension.ends_on
    length = (last - leave.starts_on).days + 1
    named = [
        Role(tier["by"])
        for tier in tiers
        if lies_in(leave.place, tier.get("area", leave.place)) and ("max" not in tier or length <= tier["max"])
    ]
    return named[:1] or TOWNSHIP


def _has_leader(act: LeaveAct, person: str, leave: Leave) -> bool:
    post = act.known.post_on(person, leave.starts_on)
    return post is not None and act.known.has_leader(post.team, act.today)


def _reject(act: LeaveAct, command: cmd.RejectLeave, leave: Leave) -> Decision:
    extension = leave.extension
    if leave.step is Step.GRANTED and extension is not None:
        turn = _turn(act, command.person, leave, approved=extension.approved)
    elif leave.step in (Step.REQUESTED, Step.APPROVED):
        turn = _turn(act, command.person, leave, approved=leave.step is Step.APPROVED)
    else:
        return no.NOTHING_PENDING
    if isinstance(turn, Refusal):
        return turn
    header = said(act.by, _article(leave), leave.place)
    return one(fact.LeaveRejected(**header, **dict(command), rejected_by=turn[0]), leave.starts_on)


def _supply_papers(act: LeaveAct, command: cmd.SupplyLeavePapers, leave: Leave) -> Decision:
    """The papers of an emergency, within the days allowed after the first one (A40)."""
    if act.by.person != command.person:
        return refused.NOT_APPLICANT
    if leave.papers or leave.step not in (Step.REQUESTED, Step.APPROVED):
        return no.NOTHING_PENDING
    if days_since(act, leave.starts_on) > act.rules["leave.retro_days"]:
        return no.PAPERS_TOO_LATE
    return one(fact.LeavePapersSupplied(**said(act.by, "9.9", leave.place), **dict(command)), leave.starts_on)


def _closing_overdue(act: LeaveAct, command: cmd.DeclareClosingOverdue, leave: Leave) -> Decision:
    if leave.step is not Step.GRANTED or leave.closing_due is not None:
        return no.LEAVE_NOT_OPEN
    if not leave.ends_on < command.due_on < act.today:
        return no.NO_OVERSTAY
    return one(fact.LeaveClosingOverdue(**said(act.by, "9.12", leave.place), **dict(command)), leave.starts_on)


def _withdraw(act: LeaveAct, command: cmd.WithdrawLeave, leave: Leave) -> Decision:
    if act.by.person != command.person:
        return refused.NOT_APPLICANT
    if leave.step not in (Step.REQUESTED, Step.APPROVED, Step.GRANTED):
        return no.LEAVE_NOT_OPEN
    return one(fact.LeaveWithdrawn(**said(act.by, "9.9", leave.place), **dict(command)), leave.starts_on)


def _extend(act: LeaveAct, command: cmd.ExtendLeave, leave: Leave, register: Register) -> Decision:
    """Asking for an extension is asking again for the same leave with a later end; both levels then speak again."""
    if act.by.person != command.person:
        return refused.NOT_APPLICANT
    if leave.step is not Step.GRANTED:
        return no.LEAVE_NOT_OPEN
    if command.ends_on <= leave.ends_on:
        return no.NOT_LATER
    if too_long(act, leave.ends_on, command.ends_on):
        return refused.TOO_LONG
    after = leave.ends_on + timedelta(days=1)
    others = (other for case, other in register.leaves.items() if case != command.leave)
    if any(other.claims(after, command.ends_on) for other in others):
        return no.LEAVE_OVERLAPS
    if act.known.kind is None:
        return no.KIND_GONE
    role = Role.TEAM_LEADER if leave.of_leader else Role.MEMBER
    asked = fact.LeaveRequested(
        **said(act.by.model_copy(update={"role": role}), "9.12", leave.place),
        **dict(command),
        kind=act.known.kind,
        starts_on=leave.starts_on,
    )
    return one(asked, leave.starts_on)


def _end(act: LeaveAct, command: cmd.ShortenLeave | cmd.CloseLeave, leave: Leave) -> Decision:
    """The person's own act, or that of the leader or township who confirm the return; it needs nobody's approval."""
    if act.by.person != command.person and level_of(act.by.role) is None:
        return refused.NOT_APPLICANT
    if leave.step is not Step.GRANTED:
        return no.LEAVE_NOT_OPEN
    header = said(act.by, "9.12", leave.place)
    if isinstance(command, cmd.ShortenLeave):
        if not leave.starts_on <= command.ends_on < leave.ends_on:
            return no.NOT_EARLIER
        return one(fact.LeaveShortened(**header, **dict(command)), leave.starts_on)
    if command.returned_on > act.today:
        return refused.FUTURE
    if command.returned_on < leave.starts_on:
        return refused.WRONG_INTERVAL
    return one(fact.LeaveClosed(**header, **dict(command), closed_on=act.today), leave.starts_on)


def _overstay(act: LeaveAct, command: cmd.RecordOverstay, leave: Leave, register: Register) -> Decision:
    if leave.step is not Step.GRANTED:
        return no.LEAVE_NOT_OPEN
    if leave.overstayed_since is not None:
        return no.OVERSTAY_RECORDED
    if command.since > act.today:
        return refused.FUTURE
    if command.since <= leave.ends_on or _present_between(register, leave.ends_on, command.since):
        return no.NO_OVERSTAY
    if act.by.role is Role.CLOCK and not _absent(act, command.person, command.since, register):
        return no.NO_OVERSTAY
    return one(fact.LeaveOverstayed(**said(act.by, "9.12", leave.place), **dict(command)), leave.starts_on)


def _absent(act: LeaveAct, person: str, day: date, register: Register) -> bool:
    """The clock has seen nobody: it says so only of a posted day that nothing explains and nothing can still show."""
    frame = frame_at(act.now, act.known.calendars, act.rules)
    elsewhere = act.known.elsewhere.get(person, Elsewhere())
    posted = act.known.post_on(person, day) is not None
    return posted and day_of(register, elsewhere, day, frame).status is DayStatus.ABSENT


def _present_between(register: Register, after: date, until: date) -> bool:
    days = (after + timedelta(days=offset) for offset in range(1, (until - after).days + 1))
    return any(not presence.voided for day in days for presence in register.on(day))


def _article(leave: Leave) -> str:
    return "9.11" if leave.of_leader else "9.10"

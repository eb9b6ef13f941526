"""A person's leaves, by their numbers (Art. 9; `domain.md` 1.9)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from contracts import attendance as fact
from contracts.identifiers import Role
from services.runtime.decisions import Recorded


class Step(StrEnum):
    """How far a leave has come (`domain.md` 1.9); an overstay is a mark on a granted one."""

    REQUESTED = "requested"
    APPROVED = "approved"
    """The first level's word: not yet a grant."""
    GRANTED = "granted"
    CLOSED = "closed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Extension:
    """A later last day that was asked for; `approved` once the first level has said yes."""

    ends_on: date
    approved: bool = False


@dataclass(frozen=True, slots=True)
class Leave:
    request: str
    """Event of the first request; the kind of leave is disclosed there."""
    place: str
    of_leader: bool
    starts_on: date
    ends_on: date
    step: Step = Step.REQUESTED
    extension: Extension | None = None
    returned_on: date | None = None
    overstayed_since: date | None = None
    papers: bool = True
    """False while the papers of an emergency are still to come (A40)."""
    closing_due: date | None = None
    """The day by which it should have been closed, once the clock said that it was not (A19)."""

    @property
    def last_day(self) -> date:
        """The last day that it covers or would cover: the one before the return, once closed."""
        if self.returned_on is None or self.returned_on > self.ends_on:
            return self.ends_on
        return date.fromordinal(self.returned_on.toordinal() - 1)

    def covers(self, day: date) -> bool:
        """Whether it is granted and the day lies in it."""
        return self.step in (Step.GRANTED, Step.CLOSED) and self.starts_on <= day <= self.last_day

    def claims(self, first: date, last: date) -> bool:
        """Whether it covers, or would cover once granted, any day from `first` to `last`."""
        if self.step in (Step.REJECTED, Step.WITHDRAWN):
            return False
        return self.starts_on <= last and first <= self.last_day


def leaves_after(leaves: Mapping[str, Leave], recorded: Recorded) -> Mapping[str, Leave]:
    """The leaves after one more fact; the same value where it is about none of them."""
    match recorded.fact:
        case fact.LeaveRequested(leave=case) as asked if case not in leaves:
            of_leader = asked.actor.role is Role.TEAM_LEADER
            papers = bool(asked.evidence)
            leave = Leave(recorded.id, asked.place, of_leader, asked.starts_on, asked.ends_on, papers=papers)
            return {**leaves, case: leave}
        case (
            fact.LeaveRequested(leave=case)
            | fact.LeaveApprovedByLeader(leave=case)
            | fact.LeaveApprovedByTownship(leave=case)
            | fact.LeaveGranted(leave=case)
            | fact.LeaveRejected(leave=case)
            | fact.LeaveWithdrawn(leave=case)
            | fact.LeaveExtended(leave=case)
            | fact.LeaveShortened(leave=case)
            | fact.LeaveClosed(leave=case)
            | fact.LeaveOverstayed(leave=case)
            | fact.LeavePapersSupplied(leave=case)
            | fact.LeaveClosingOverdue(leave=case)
        ) if case in leaves:
            return {**leaves, case: _leave(leaves[case], recorded)}
    return leaves


def _leave(leave: Leave, recorded: Recorded) -> Leave:
    match recorded.fact:
        case fact.LeaveRequested(ends_on=ends_on):
            return replace(leave, extension=Extension(ends_on))
        case fact.LeaveApprovedByLeader() | fact.LeaveApprovedByTownship():
            if leave.extension is not None:
                return replace(leave, extension=replace(leave.extension, approved=True))
            return replace(leave, step=Step.APPROVED)
        case fact.LeaveGranted(starts_on=starts_on, ends_on=ends_on):
            return replace(leave, step=Step.GRANTED, starts_on=starts_on, ends_on=ends_on)
        case fact.LeaveRejected():
            return replace(leave, extension=None) if leave.step is Step.GRANTED else replace(leave, step=Step.REJECTED)
        case fact.LeaveWithdrawn():
            return replace(leave, step=Step.WITHDRAWN, extension=None)
        case fact.LeaveExtended(ends_on=ends_on) | fact.LeaveShortened(ends_on=ends_on):
            return replace(leave, ends_on=ends_on, extension=None)
        case fact.LeaveClosed(returned_on=returned_on):
            return replace(leave, step=Step.CLOSED, returned_on=returned_on, extension=None)
        case fact.LeaveOverstayed(since=since):
            return replace(leave, overstayed_since=since)
        case fact.LeavePapersSupplied():
            return replace(leave, papers=True)
        case fact.LeaveClosingOverdue(due_on=due_on):
            return replace(leave, closing_due=due_on)
    return leave

"""What can be asked about leave (Art. 9)."""

from typing import Annotated

from pydantic import Field

from contracts.attendance import LeaveKind
from contracts.fact import Frozen
from contracts.identifiers import CaseId, CivilDate, Flag, PersonId, Sha256
from services.attendance.forms import Evidence, Text


class RequestLeave(Frozen):
    person: PersonId
    leave: CaseId
    kind: LeaveKind
    starts_on: CivilDate
    ends_on: CivilDate
    reason: Text
    evidence: Evidence
    emergency: Flag | None = None
    """Asked for orally: the papers come within the days allowed, and no grant before them (A40)."""


class SupplyLeavePapers(Frozen):
    person: PersonId
    leave: CaseId
    evidence: Annotated[tuple[Sha256, ...], Field(min_length=1, max_length=50)]


class ApproveLeave(Frozen):
    """One level's word; which level follows from the role of whoever gives it."""

    person: PersonId
    leave: CaseId


class RejectLeave(Frozen):
    """One level's no, to a leave or to the extension that is pending on it."""

    person: PersonId
    leave: CaseId
    reason: Text


class WithdrawLeave(Frozen):
    person: PersonId
    leave: CaseId


class ExtendLeave(Frozen):
    """Asks for a later last day; both levels have to approve again."""

    person: PersonId
    leave: CaseId
    ends_on: CivilDate
    reason: Text = "续假"
    evidence: Evidence = ()


class ApproveExtension(Frozen):
    person: PersonId
    leave: CaseId


class ShortenLeave(Frozen):
    person: PersonId
    leave: CaseId
    ends_on: CivilDate


class CloseLeave(Frozen):
    """销假: the leave covers the days up to the one before `returned_on`."""

    person: PersonId
    leave: CaseId
    returned_on: CivilDate


class RecordOverstay(Frozen):
    """`since`: the first day after the leave's last one, when the person was not back."""

    person: PersonId
    leave: CaseId
    since: CivilDate


class DeclareClosingOverdue(Frozen):
    """The clock's own: the leave was not closed by `due_on`."""

    person: PersonId
    leave: CaseId
    due_on: CivilDate


LeaveCommand = (
    RequestLeave
    | SupplyLeavePapers
    | ApproveLeave
    | RejectLeave
    | WithdrawLeave
    | ExtendLeave
    | ApproveExtension
    | ShortenLeave
    | CloseLeave
    | RecordOverstay
    | DeclareClosingOverdue
)

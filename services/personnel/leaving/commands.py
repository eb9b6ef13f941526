"""What can be asked to take somebody out of a team."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from contracts.fact import Frozen
from contracts.identifiers import CaseId, CivilDate, Flag, OrganisationId, PersonId, Sha256, TeamId
from contracts.personnel import MisconductGround, WithdrawalWish
from services.personnel.teams.commands import Because, NewMember

Text = Annotated[str, Field(min_length=1, max_length=4_000)]
Evidence = Annotated[tuple[Sha256, ...], Field(max_length=50)]


class ReasonClass(StrEnum):
    """Why a unit asks; `work` is never a reason (Art. 8)."""

    SPECIAL = "special"
    WORK = "work"


class RequestWithdrawal(Frozen):
    person: PersonId
    team: TeamId
    unit: OrganisationId
    request: CaseId
    wish: WithdrawalWish
    reason_class: ReasonClass
    reason: Text
    evidence: Evidence = ()


class GiveCountyOpinion(Frozen):
    person: PersonId
    team: TeamId
    request: CaseId
    supports: Flag
    opinion: Text


class ApproveWithdrawal(Frozen):
    person: PersonId
    team: TeamId
    request: CaseId
    approval: CaseId
    reason: Text


class RefuseWithdrawal(Frozen):
    person: PersonId
    team: TeamId
    request: CaseId
    reason: Text


class WithdrawMember(Frozen):
    """Carries out a withdrawal that the city office approved: nobody comes instead."""

    person: PersonId
    team: TeamId
    approval: CaseId
    last_day: CivilDate
    because: Because | None = None
    """Needed for a day further back than the rules allow."""


class ReplaceMember(Frozen):
    """Carries out a replacement or rotation that the city office approved."""

    person: PersonId
    team: TeamId
    approval: CaseId
    last_day: CivilDate
    successor: NewMember | None = None
    because: Because | None = None


class RecordMisconduct(Frozen):
    person: PersonId
    team: TeamId
    on: CivilDate
    ground: MisconductGround
    description: Text


class GiveEducation(Frozen):
    person: PersonId
    team: TeamId
    on: CivilDate
    content: Text


class RecordNonCorrection(Frozen):
    person: PersonId
    team: TeamId
    on: CivilDate
    evidence: Evidence


class RequestReplacement(Frozen):
    person: PersonId
    team: TeamId


class EscalateReplacement(Frozen):
    """Passes the request on from the caller's level to the next."""

    person: PersonId
    team: TeamId


class RejectReplacement(Frozen):
    person: PersonId
    team: TeamId
    reason: Text


class DecideReplacement(Frozen):
    person: PersonId
    team: TeamId
    last_day: CivilDate
    successor: NewMember | None = None


class ProposeSuccessor(Frozen):
    """The unit names who shall come for a member who is to leave."""

    person: PersonId
    team: TeamId
    unit: OrganisationId
    successor: NewMember


LeavingCommand = (
    RequestWithdrawal
    | GiveCountyOpinion
    | ApproveWithdrawal
    | RefuseWithdrawal
    | WithdrawMember
    | ReplaceMember
    | RecordMisconduct
    | GiveEducation
    | RecordNonCorrection
    | RequestReplacement
    | EscalateReplacement
    | RejectReplacement
    | DecideReplacement
    | ProposeSuccessor
)

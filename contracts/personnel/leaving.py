"""Facts of how somebody is taken out of a team: withdrawal and replacement (Art. 8, 10)."""

from typing import Annotated

from pydantic import Field

from contracts.identifiers import OPEN, CaseId, CivilDate, Flag, FreeText, OrganisationId, PersonId, Sha256, TeamId
from contracts.personnel.bases import ArrivalOrDeparture, PostingFact
from contracts.personnel.kinds import MisconductGround, ReplacementKind, ReplacementLevel, WithdrawalWish


class WithdrawalRequested(PostingFact):
    """A unit asks, for a special reason; its own work never is one (Art. 8)."""

    team: TeamId
    request: CaseId
    wish: Annotated[WithdrawalWish, OPEN]
    on: CivilDate
    reason: FreeText
    evidence: Annotated[tuple[Sha256, ...], Field(min_length=1, max_length=50), OPEN]


class WithdrawalCountyOpinionGiven(PostingFact):
    """What the county office thinks of it (A44); it decides nothing."""

    team: TeamId
    request: CaseId
    supports: Flag
    on: CivilDate
    opinion: FreeText


class WithdrawalApproved(PostingFact):
    """The city office's approval for a special reason (Art. 8); without it nobody leaves at the unit's wish."""

    team: TeamId
    request: CaseId
    wish: Annotated[WithdrawalWish, OPEN]
    approval: CaseId
    decided_on: CivilDate
    reason: FreeText


class WithdrawalRefused(PostingFact):
    team: TeamId
    request: CaseId
    decided_on: CivilDate
    reason: FreeText


class ReplacementDecided(PostingFact):
    team: TeamId
    kind: Annotated[ReplacementKind, OPEN]
    decided_on: CivilDate


class MemberReplaced(ArrivalOrDeparture):
    """The posting of `person` ends: `last_day` is still a posted day."""

    team: TeamId
    kind: Annotated[ReplacementKind, OPEN]
    decided_on: CivilDate
    last_day: CivilDate
    successor: PersonId | None = None


class MemberWithdrawn(ArrivalOrDeparture):
    team: TeamId
    approval: CaseId
    decided_on: CivilDate
    last_day: CivilDate


class MisconductRecorded(PostingFact):
    team: TeamId
    on: CivilDate
    ground: Annotated[MisconductGround, OPEN]
    description: FreeText


class EducationGiven(PostingFact):
    team: TeamId
    on: CivilDate
    content: FreeText


class NonCorrectionRecorded(PostingFact):
    team: TeamId
    on: CivilDate
    evidence: Annotated[tuple[Sha256, ...], Field(min_length=1, max_length=50), OPEN]


class ReplacementRequested(PostingFact):
    team: TeamId
    on: CivilDate


class ReplacementEscalated(PostingFact):
    """`level` passes the request on; no level is skipped (Art. 10, A47)."""

    team: TeamId
    level: Annotated[ReplacementLevel, OPEN]
    on: CivilDate


class ReplacementRejected(PostingFact):
    """`level` does not follow the request; a new one needs a new failure to correct."""

    team: TeamId
    level: Annotated[ReplacementLevel, OPEN]
    on: CivilDate
    reason: FreeText


class SuccessorProposed(PostingFact):
    """The unit names who shall come for the member who is to leave."""

    team: TeamId
    successor: PersonId
    unit: OrganisationId
    on: CivilDate

"""Facts of how somebody is taken out of a team: withdrawal and replacement (Art. 8, 10)."""

from typing import Annotated

from pydantic import Field

from contracts.identifiers import OPEN, CaseId, CivilDate, FreeText, PersonId, Sha256, TeamId
from contracts.personnel.bases import PostingFact
from contracts.personnel.kinds import MisconductGround, ReplacementKind


class WithdrawalApproved(PostingFact):
    """The city office's approval for a special reason (Art. 8); without it nobody leaves at the unit's wish."""

    team: TeamId
    approval: CaseId
    decided_on: CivilDate
    reason: FreeText


class ReplacementDecided(PostingFact):
    team: TeamId
    kind: Annotated[ReplacementKind, OPEN]
    decided_on: CivilDate


class MemberReplaced(PostingFact):
    """The posting of `person` ends: `last_day` is still a posted day."""

    team: TeamId
    kind: Annotated[ReplacementKind, OPEN]
    decided_on: CivilDate
    last_day: CivilDate
    successor: PersonId | None = None


class MemberWithdrawn(PostingFact):
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
    """The township passes the leader's request on; no level is skipped (Art. 10, A47)."""

    team: TeamId
    on: CivilDate

"""What can be asked for a project in a village, from its proposal to its acceptance (Art. 20)."""

from typing import Annotated, TypeAlias

from pydantic import Field

from contracts.fact import Frozen
from contracts.identifiers import CaseId, CivilDate, Sha256, TeamId, Token
from contracts.money import FundKind, FundSource, GiverId, PublicName
from contracts.projects import NoticePhase
from services.finance.commands import Amount, Text

Heads = Annotated[int, Field(strict=True, ge=0, le=10_000)]


class ProposeProject(Frozen):
    """`title` and `site` are read by the village: they name works and places, never a person."""

    project: CaseId
    team: TeamId
    kind: FundKind
    source: FundSource
    giver: GiverId | None = None
    title: PublicName
    site: PublicName
    amount: Amount
    reason: Text | None = None
    """Needed for fiscal money in a village that is not registered as poor."""


class HoldMeeting(Frozen):
    """The village representatives met with team and committees; the minutes are known by their digest."""

    project: CaseId
    held_on: CivilDate
    representatives: Heads
    present: Heads
    in_favour: Heads
    team_present: bool
    committees_present: bool
    minutes: Sha256


class ProjectStep(Frozen):
    project: CaseId


class DetermineProject(ProjectStep):
    pass


class ReviewProject(ProjectStep):
    pass


class IssueTownshipDocument(ProjectStep):
    document: Token


class DecideProject(ProjectStep):
    """The county leading group approves with the number of its document, or rejects with a reason."""

    approve: bool
    document: Token | None = None
    reason: Text | None = None


class GiveConsent(ProjectStep):
    consent: Sha256
    """Digest of the written consent."""
    consented_on: CivilDate


class StartProject(ProjectStep):
    started_on: CivilDate


class ChangeProject(ProjectStep):
    amount: Amount
    site: PublicName
    reason: Text


class Publicise(ProjectStep):
    """Posted in the village from the first to the last day."""

    notice: CaseId
    phase: NoticePhase
    payments: Annotated[tuple[CaseId, ...], Field(max_length=60)] = ()
    starts_on: CivilDate
    ends_on: CivilDate
    photo: Sha256


class RaiseObjection(ProjectStep):
    notice: CaseId
    objection: CaseId
    content: Text


class ResolveObjection(ProjectStep):
    objection: CaseId
    upheld: bool
    reasons: Text


class CompleteNotice(ProjectStep):
    notice: CaseId


class AcceptProject(ProjectStep):
    accepted_on: CivilDate


class HandOverProject(ProjectStep):
    """County finance gives a dissolved team's project, and the money bound to it, to the village's next team."""

    handover: CaseId
    to_team: TeamId


Chain: TypeAlias = (
    ProposeProject
    | HoldMeeting
    | DetermineProject
    | ReviewProject
    | IssueTownshipDocument
    | DecideProject
    | GiveConsent
    | StartProject
    | ChangeProject
    | AcceptProject
)
Noticing: TypeAlias = Publicise | RaiseObjection | ResolveObjection | CompleteNotice

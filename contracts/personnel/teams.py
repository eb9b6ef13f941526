"""Facts of teams: formation, leaders, strength, who is posted where from when to when (Art. 5, 9)."""

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.identifiers import (
    OPEN,
    CaseId,
    CivilDate,
    Count,
    Flag,
    FreeText,
    OrganisationId,
    PersonId,
    TeamId,
    VillageCode,
)
from contracts.personnel.bases import ArrivalOrDeparture, PersonnelFact, PostingFact
from contracts.personnel.kinds import EndingCause, Matter, MemberSource, Month, UnitLevel


class TeamFormed(PersonnelFact):
    STREAM: ClassVar[str] = "team/{team}"
    team: TeamId
    village: VillageCode
    formed_on: CivilDate
    members: Annotated[tuple[PersonId, ...], Field(min_length=1, max_length=60), OPEN]
    leader: PersonId


class TeamFormationConfirmed(PersonnelFact):
    """The county office leads formation and confirms what the township put together (Art. 5)."""

    STREAM: ClassVar[str] = "team/{team}"
    team: TeamId
    on: CivilDate


class TeamDissolved(PersonnelFact):
    """Nobody is posted in it any more, and its village may have another team."""

    STREAM: ClassVar[str] = "team/{team}"
    team: TeamId
    on: CivilDate


class LeaderAppointed(PersonnelFact):
    """The first secretary of that village, concurrently (Art. 5)."""

    STREAM: ClassVar[str] = "team/{team}"
    team: TeamId
    person: PersonId
    starts_on: CivilDate


class LeaderVacancyDetected(PersonnelFact):
    """The leader has left, and nobody was appointed yet (Art. 5, A42)."""

    STREAM: ClassVar[str] = "team/{team}"
    team: TeamId
    on: CivilDate


class LeaderNotFirstSecretaryDetected(PersonnelFact):
    """Where the measures hold by reference another may lead; that he is no first secretary is on record (A90)."""

    STREAM: ClassVar[str] = "team/{team}"
    team: TeamId
    person: PersonId
    on: CivilDate


class ActingLeaderDesignated(PersonnelFact):
    """Somebody stands in while the leader is away or there is none (A41)."""

    STREAM: ClassVar[str] = "team/{team}"
    team: TeamId
    person: PersonId
    starts_on: CivilDate
    ends_on: CivilDate


class JointOpinionGiven(PersonnelFact):
    """A body was heard: XZ, XP, the units on formation, CZ on a withdrawal, and so on. It is no step of the matter."""

    STREAM: ClassVar[str] = "opinion/{team}"
    team: TeamId
    matter: Annotated[Matter, OPEN]
    opinion: CaseId
    person: PersonId | None = None
    """Whom a withdrawal, a replacement or a successor is about."""
    month: Month | None = None
    """Which report a member adds to."""
    supports: Flag
    text: FreeText
    on: CivilDate


class TeamRosterChanged(PersonnelFact):
    """The team's side of arrivals and departures, recorded in the same transaction as the person's side."""

    STREAM: ClassVar[str] = "team/{team}"
    team: TeamId
    on: CivilDate
    joined: Annotated[tuple[PersonId, ...], Field(max_length=60), OPEN] = ()
    left: Annotated[tuple[PersonId, ...], Field(max_length=60), OPEN] = ()
    strength: Count


class TeamUnderstrengthDetected(PersonnelFact):
    STREAM: ClassVar[str] = "team/{team}"
    team: TeamId
    on: CivilDate
    strength: Count


class TeamStrengthRestored(PersonnelFact):
    STREAM: ClassVar[str] = "team/{team}"
    team: TeamId
    on: CivilDate
    strength: Count


class TeamMemberAssigned(ArrivalOrDeparture):
    """A posting begins: arrival day included."""

    team: TeamId
    village: VillageCode
    unit: OrganisationId
    unit_level: Annotated[UnitLevel, OPEN]
    source: Annotated[MemberSource, OPEN]
    starts_on: CivilDate


class PostingEnded(ArrivalOrDeparture):
    """A term that ends before its months have run has a reason too (A51)."""

    team: TeamId
    cause: Annotated[EndingCause, OPEN]
    last_day: CivilDate


class SecondmentDetected(PostingFact):
    """A forbidden 抽调 (Art. 9): the days are neither on post nor absent (A26)."""

    unit: OrganisationId
    starts_on: CivilDate


class SecondmentEnded(PostingFact):
    unit: OrganisationId
    last_day: CivilDate

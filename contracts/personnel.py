"""Facts of personnel: organisations, villages, roles, teams, postings, replacement (Art. 2-5, 8-11)."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.fact import Fact
from contracts.identifiers import (
    ERASABLE,
    OPEN,
    CaseId,
    CivilDate,
    Count,
    Flag,
    FreeText,
    OrganisationId,
    PersonId,
    PlaceCode,
    Role,
    Sha256,
    TeamId,
    VillageCode,
)


class OrganisationKind(StrEnum):
    """Addressees of the notice (R0.2)."""

    COUNTY = "county"
    DEVELOPMENT_ZONE = "development_zone"
    PARTY_OR_STATE_ORGAN = "organ"
    PEOPLES_ORGANISATION = "peoples_organisation"
    ENTERPRISE = "enterprise"
    INSTITUTION = "institution"
    UNIVERSITY = "university"
    TOWNSHIP = "township"
    VILLAGE = "village"
    JOINT_OFFICE = "joint_office"


class UnitLevel(StrEnum):
    """Level of a dispatching unit; the minimum of Art. 18 depends on it."""

    CENTRAL = "central"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"


class MemberSource(StrEnum):
    """Where a member comes from (Art. 5)."""

    ASSIGNED_UNIT_CADRE = "assigned_unit_cadre"
    FIRST_SECRETARY = "first_secretary"
    COLLEGE_VILLAGE_OFFICIAL = "college_village_official"
    OTHER = "other"


class ReplacementKind(StrEnum):
    """Only `forced` is a ground of Art. 15.5; the kind is decided, never inferred (A49)."""

    ORDINARY = "ordinary"
    FORCED = "forced"
    ROTATION = "rotation"


class EndingCause(StrEnum):
    """Endings that need nobody's approval (A44)."""

    TERM = "term"
    DEATH = "death"
    ILLNESS = "illness"
    RETIREMENT = "retirement"
    TRANSFER_BY_LAW = "transfer_by_law"
    MOVE = "move"


class RuleMode(StrEnum):
    """Registered poor villages are bound; others follow by reference (Art. 2, A90)."""

    MANDATORY = "mandatory"
    REFERENCE = "reference"


class PersonnelFact(Fact):
    SERVICE: ClassVar[str] = "personnel"


class PostingFact(PersonnelFact):
    """Follows one person and one year, as the facts of attendance do."""

    STREAM: ClassVar[str] = "posting/{person}/{year}"
    person: PersonId


class OrganisationRegistered(PersonnelFact):
    STREAM: ClassVar[str] = "organisation/{organisation}"
    organisation: OrganisationId
    kind: Annotated[OrganisationKind, OPEN]
    level: Annotated[UnitLevel, OPEN]
    credit_code: Annotated[str, Field(pattern=r"^[0-9A-HJ-NPQRTUWXY]{18}$"), OPEN] | None = None
    """Unified social credit code (GB 32100); joint offices have none."""


class VillageRegistered(PersonnelFact):
    STREAM: ClassVar[str] = "village/{village}"
    village: VillageCode
    registered_poor: Flag
    rule_mode: Annotated[RuleMode, OPEN]


class RoleGranted(PersonnelFact):
    """Authority everywhere is resolved from these on the date of the act."""

    STREAM: ClassVar[str] = "role/{person}"
    grant: CaseId
    person: PersonId
    role: Annotated[Role, OPEN]
    organisation: OrganisationId | None = None
    area: PlaceCode
    """The role covers every place inside this one."""
    starts_on: CivilDate
    ends_on: CivilDate | None = None


class RoleRevoked(PersonnelFact):
    STREAM: ClassVar[str] = "role/{person}"
    grant: CaseId
    person: PersonId
    last_day: CivilDate


class TeamFormed(PersonnelFact):
    STREAM: ClassVar[str] = "team/{team}"
    team: TeamId
    village: VillageCode
    formed_on: CivilDate
    members: Annotated[tuple[PersonId, ...], Field(min_length=1, max_length=60), OPEN]
    leader: PersonId


class LeaderAppointed(PersonnelFact):
    """The first secretary of that village, concurrently (Art. 5)."""

    STREAM: ClassVar[str] = "team/{team}"
    team: TeamId
    person: PersonId
    starts_on: CivilDate


class ActingLeaderDesignated(PersonnelFact):
    STREAM: ClassVar[str] = "team/{team}"
    team: TeamId
    person: PersonId
    starts_on: CivilDate
    ends_on: CivilDate


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


class TeamMemberAssigned(PostingFact):
    """A posting begins: arrival day included."""

    team: TeamId
    village: VillageCode
    unit: OrganisationId
    unit_level: Annotated[UnitLevel, OPEN]
    source: Annotated[MemberSource, OPEN]
    starts_on: CivilDate


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


class PostingEnded(PostingFact):
    team: TeamId
    cause: Annotated[EndingCause, OPEN]
    last_day: CivilDate


class MisconductGround(StrEnum):
    """The four grounds of Art. 10."""

    NOT_RESIDENT = "not_resident"
    NOT_DILIGENT = "not_diligent"
    DUTIES_NOT_PERFORMED = "duties_not_performed"
    POOR_RESULTS = "poor_results"


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


class SecondmentDetected(PostingFact):
    """A forbidden 抽调 (Art. 9): the days are neither on post nor absent (A26)."""

    unit: OrganisationId
    starts_on: CivilDate


class SecondmentEnded(PostingFact):
    unit: OrganisationId
    last_day: CivilDate


class TrainingLevel(StrEnum):
    COUNTY = "county"
    TOWNSHIP = "township"


class TrainingAttended(PostingFact):
    """One event per person beside the event of the occasion (Art. 11)."""

    training: CaseId
    organiser: Annotated[TrainingLevel, OPEN]
    starts_on: CivilDate
    ends_on: CivilDate


class NameRecorded(PersonnelFact):
    """A person's name, for what people read on screen and paper; erasable, and no fold needs it."""

    STREAM: ClassVar[str] = "person/{person}"
    person: PersonId
    name: Annotated[str, Field(min_length=1, max_length=40), ERASABLE]


EVENTS: tuple[type[Fact], ...] = (
    OrganisationRegistered,
    VillageRegistered,
    RoleGranted,
    RoleRevoked,
    TeamFormed,
    LeaderAppointed,
    ActingLeaderDesignated,
    TeamRosterChanged,
    TeamUnderstrengthDetected,
    TeamStrengthRestored,
    TeamMemberAssigned,
    WithdrawalApproved,
    ReplacementDecided,
    MemberReplaced,
    MemberWithdrawn,
    PostingEnded,
    MisconductRecorded,
    EducationGiven,
    NonCorrectionRecorded,
    ReplacementRequested,
    ReplacementEscalated,
    SecondmentDetected,
    SecondmentEnded,
    TrainingAttended,
    NameRecorded,
)

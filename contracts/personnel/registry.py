"""Facts of the registry: organisations, villages, who assigned itself to a village, roles (Art. 2, 5, 8; R0.2, R2)."""

from typing import Annotated, ClassVar

from contracts.credit_code import CreditCode
from contracts.identifiers import (
    OPEN,
    CaseId,
    CivilDate,
    Flag,
    OrganisationId,
    PersonId,
    PlaceCode,
    Role,
    TeamId,
    Token,
    VillageCode,
)
from contracts.personnel.bases import PersonnelFact
from contracts.personnel.kinds import OrganisationKind, RuleMode, UnitLevel, UnitRelation


class OrganisationRegistered(PersonnelFact):
    STREAM: ClassVar[str] = "organisation/{organisation}"
    organisation: OrganisationId
    kind: Annotated[OrganisationKind, OPEN]
    level: Annotated[UnitLevel, OPEN]
    credit_code: CreditCode | None = None
    """Joint offices have none."""


class CreditCodeAssigned(PersonnelFact):
    """A code stands for one organisation: the stream of the code says for which."""

    STREAM: ClassVar[str] = "credit-code/{credit_code}"
    credit_code: CreditCode
    organisation: OrganisationId


class VillageRegistered(PersonnelFact):
    STREAM: ClassVar[str] = "village/{village}"
    village: VillageCode
    registered_poor: Flag
    rule_mode: Annotated[RuleMode, OPEN]


class VillageStatusChanged(PersonnelFact):
    """The village enters or leaves the register of poor villages, or is bound by reference only (Art. 2, A90)."""

    STREAM: ClassVar[str] = "village/{village}"
    village: VillageCode
    registered_poor: Flag
    rule_mode: Annotated[RuleMode, OPEN]
    valid_from: CivilDate
    document: Token


class UnitLinked(PersonnelFact):
    STREAM: ClassVar[str] = "village/{village}"
    village: VillageCode
    unit: OrganisationId
    relation: Annotated[UnitRelation, OPEN]
    starts_on: CivilDate


class UnitUnlinked(PersonnelFact):
    STREAM: ClassVar[str] = "village/{village}"
    village: VillageCode
    unit: OrganisationId
    relation: Annotated[UnitRelation, OPEN]
    last_day: CivilDate


class TeamSeated(PersonnelFact):
    """The village's side of a team's formation: a village has one team at a time (Art. 5)."""

    STREAM: ClassVar[str] = "village/{village}"
    village: VillageCode
    team: TeamId
    on: CivilDate


class TeamUnseated(PersonnelFact):
    STREAM: ClassVar[str] = "village/{village}"
    village: VillageCode
    team: TeamId
    on: CivilDate


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

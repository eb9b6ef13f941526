"""Facts of the registry: organisations, villages, who assigned itself to a village, roles (Art. 2, 5, 8; R0.2, R2)."""

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.identifiers import (
    ERASABLE,
    OPEN,
    CaseId,
    CivilDate,
    Flag,
    OrganisationId,
    PersonId,
    PlaceCode,
    Role,
    VillageCode,
)
from contracts.personnel.bases import PersonnelFact
from contracts.personnel.kinds import OrganisationKind, RuleMode, UnitLevel


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


class NameRecorded(PersonnelFact):
    """A person's name, for what people read on screen and paper; erasable, and no fold needs it."""

    STREAM: ClassVar[str] = "person/{person}"
    person: PersonId
    name: Annotated[str, Field(min_length=1, max_length=40), ERASABLE]

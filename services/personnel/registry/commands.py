"""What the registry keeper can be asked to do."""

from contracts.credit_code import CreditCode
from contracts.fact import Frozen
from contracts.identifiers import (
    CaseId,
    CivilDate,
    Flag,
    OrganisationId,
    PersonId,
    PlaceCode,
    Role,
    Token,
    VillageCode,
)
from contracts.personnel import OrganisationKind, RuleMode, UnitLevel, UnitRelation


class RegisterOrganisation(Frozen):
    organisation: OrganisationId
    kind: OrganisationKind
    level: UnitLevel
    area: PlaceCode
    credit_code: CreditCode | None = None


class RegisterVillage(Frozen):
    village: VillageCode
    registered_poor: Flag = True
    rule_mode: RuleMode | None = None
    """Left out: a registered poor village is bound, another follows by reference (A90)."""


class ChangeVillageStatus(Frozen):
    """From `valid_from` on; `document` is the number of the decision."""

    village: VillageCode
    registered_poor: Flag
    rule_mode: RuleMode
    valid_from: CivilDate
    document: Token


class LinkUnit(Frozen):
    village: VillageCode
    unit: OrganisationId
    relation: UnitRelation
    starts_on: CivilDate


class UnlinkUnit(Frozen):
    village: VillageCode
    unit: OrganisationId
    relation: UnitRelation
    last_day: CivilDate


class GrantRole(Frozen):
    grant: CaseId
    person: PersonId
    role: Role
    organisation: OrganisationId | None = None
    area: PlaceCode
    starts_on: CivilDate
    ends_on: CivilDate | None = None


class RevokeRole(Frozen):
    grant: CaseId
    person: PersonId
    area: PlaceCode
    last_day: CivilDate


RegistryCommand = (
    RegisterOrganisation | RegisterVillage | ChangeVillageStatus | LinkUnit | UnlinkUnit | GrantRole | RevokeRole
)

"""Closed lists of personnel: kinds, levels, sources, causes."""

from enum import StrEnum


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


class MisconductGround(StrEnum):
    """The four grounds of Art. 10."""

    NOT_RESIDENT = "not_resident"
    NOT_DILIGENT = "not_diligent"
    DUTIES_NOT_PERFORMED = "duties_not_performed"
    POOR_RESULTS = "poor_results"


class TrainingLevel(StrEnum):
    COUNTY = "county"
    TOWNSHIP = "township"

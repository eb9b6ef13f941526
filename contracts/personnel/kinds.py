"""Closed lists of personnel: kinds, levels, sources, causes; and the month."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from contracts.identifiers import OPEN

Month = Annotated[str, Field(pattern=r"^2[0-9]{3}-(0[1-9]|1[0-2])$"), OPEN]
"""A calendar month, `2017-03`."""


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


class WithdrawalWish(StrEnum):
    """What a unit asks the city office for (Art. 8, A44, A50)."""

    WITHDRAWAL = "withdrawal"
    REPLACEMENT = "replacement"
    ROTATION = "rotation"


class ReplacementLevel(StrEnum):
    """The levels that a request for forced replacement passes in turn (Art. 10, A47)."""

    TOWNSHIP = "township"
    COUNTY = "county"
    CITY = "city"


class UnitRelation(StrEnum):
    """What a unit is to a village. Who dispatched a member stands in the posting: these are three different things."""

    ASSIGNED = "assigned"
    """包村单位 (Art. 5, 7, 21)."""
    INVESTING = "investing"
    """投入单位 of other funds (Art. 20)."""


class DetailKind(StrEnum):
    """What is kept of a person outside the log."""

    NAME = "name"
    TELEPHONE = "telephone"
    IDENTITY_NUMBER = "identity_number"


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


class SelectionLevel(StrEnum):
    """Which joint office runs a round (Art. 4)."""

    CITY = "city"
    COUNTY = "county"


class CooperatingBody(StrEnum):
    """The bodies that Art. 4 names: 农办、扶贫、机关工委、国资委、金融办."""

    AGRICULTURE = "agriculture"
    POVERTY = "poverty"
    ORGANS_COMMITTEE = "organs_committee"
    STATE_ASSETS = "state_assets"
    FINANCE_OFFICE = "finance_office"


class Preference(StrEnum):
    """Who comes first, other things being equal (Art. 3)."""

    YOUNG_EXCELLENT = "young_excellent"
    RESERVE_CADRE = "reserve_cadre"
    ENTERPRISE_OR_INSTITUTION_EXCELLENT = "enterprise_or_institution_excellent"
    FULL_PARTY_MEMBER = "full_party_member"
    RURAL_EXPERIENCE = "rural_experience"
    AGRICULTURAL_SKILL = "agricultural_skill"


class CaptainRank(StrEnum):
    CHIEF = "chief"
    DEPUTY = "deputy"


class Activity(StrEnum):
    """What a work log entry is about; each serves one duty of Art. 6 or 7."""

    POLICY = "policy"
    REGISTER_UPDATE = "register_update"
    HOUSEHOLD_CAUSE = "household_cause"
    VILLAGE_PLAN = "village_plan"
    INDUSTRY = "industry"
    HOUSEHOLD_HELP = "household_help"
    PROJECT_PLANNING = "project_planning"
    PROJECT_IMPLEMENTATION = "project_implementation"
    PROJECT_ACCEPTANCE = "project_acceptance"
    FUND_SUPERVISION = "fund_supervision"
    VILLAGER_TRAINING = "villager_training"
    PARTY_BUILDING = "party_building"
    DISPUTE_MEDIATION = "dispute_mediation"
    AFFAIRS_DISCLOSURE = "affairs_disclosure"
    ACCOUNTS_DISCLOSURE = "accounts_disclosure"
    PLAN_MILESTONE = "plan_milestone"
    AD_HOC_REPORT = "ad_hoc_report"
    FUNDS_INSPECTION = "funds_inspection"
    PROJECTS_INSPECTION = "projects_inspection"
    REGISTER_INSPECTION = "register_inspection"
    MEMBERS_INSPECTION = "members_inspection"
    FIRST_SECRETARY = "first_secretary"
    PARTY_YEAR = "party_year"
    ELECTION = "election"
    STUDY = "study"
    CIVILITY = "civility"


class ReportRecipient(StrEnum):
    """The four recipient roles of the monthly report (Art. 7.2)."""

    DISPATCHING_UNIT = "dispatching_unit"
    ASSIGNED_UNIT = "assigned_unit"
    TOWNSHIP = "township"
    COUNTY_OFFICE = "county_office"


class SupportKind(StrEnum):
    """人、财、物 (Art. 21)."""

    PEOPLE = "people"
    MONEY = "money"
    GOODS = "goods"


class LivingNeed(StrEnum):
    """Conditions of work and life (Art. 17)."""

    LODGING = "lodging"
    BOARD = "board"
    OFFICE = "office"
    SAFETY = "safety"
    OTHER = "other"


class CommendationLevel(StrEnum):
    """Who commended; from the city up it counts for promotion (Art. 14)."""

    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"
    NATION = "nation"


class Matter(StrEnum):
    """What bodies are heard on that decide nothing (Art. 5, 7, 8, 10)."""

    FORMATION = "formation"
    LEADER = "leader"
    PLAN = "plan"
    REPORT = "report"
    WITHDRAWAL = "withdrawal"
    REPLACEMENT = "replacement"
    SUCCESSOR = "successor"


class UnitMetric(StrEnum):
    """What a unit's record of its members consists of."""

    POSTINGS = "postings"
    POSTED_DAYS = "posted_days"
    ON_POST_DAYS = "on_post_days"
    """As determined (Art. 9, 12); of somebody who had two units, in proportion to the days of each."""
    COUNTED_DAYS = "counted_days"
    """Posted days of those people: what the days on post are to be seen against."""
    SHARED = "shared"
    """People among them who had two units in the year."""
    LEFT_OUT = "left_out"
    """People of the unit whose days on post nobody has determined."""
    INCOMPETENT = "incompetent"
    EXCELLENT = "excellent"
    FORCED_REPLACEMENTS = "forced_replacements"
    WITHDRAWAL_ATTEMPTS = "withdrawal_attempts"
    SECONDMENTS = "secondments"

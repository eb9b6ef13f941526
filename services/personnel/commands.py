"""What personnel can be asked to do: the fields a person fills in; clock and authority are added later."""

from typing import Annotated

from pydantic import Field

from contracts.fact import Frozen
from contracts.identifiers import (
    CaseId,
    CivilDate,
    Flag,
    OrganisationId,
    PersonId,
    PlaceCode,
    Role,
    Sha256,
    TeamId,
    VillageCode,
)
from contracts.personnel import (
    EndingCause,
    MemberSource,
    MisconductGround,
    OrganisationKind,
    RuleMode,
    TrainingLevel,
    UnitLevel,
)

Text = Annotated[str, Field(min_length=1, max_length=4_000)]


class RegisterOrganisation(Frozen):
    organisation: OrganisationId
    kind: OrganisationKind
    level: UnitLevel
    area: PlaceCode
    credit_code: str | None = Field(default=None, pattern=r"^[0-9A-HJ-NPQRTUWXY]{18}$")


class RegisterVillage(Frozen):
    village: VillageCode
    registered_poor: Flag = True
    rule_mode: RuleMode = RuleMode.MANDATORY


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


class NewMember(Frozen):
    """A person who joins a team."""

    person: PersonId
    unit: OrganisationId
    unit_level: UnitLevel
    source: MemberSource


class FormTeam(Frozen):
    team: TeamId
    village: VillageCode
    formed_on: CivilDate
    members: tuple[NewMember, ...] = Field(max_length=60)
    leader: PersonId


class AssignMember(Frozen):
    team: TeamId
    member: NewMember
    starts_on: CivilDate


class ApproveWithdrawal(Frozen):
    person: PersonId
    team: TeamId
    approval: CaseId
    reason_class: Annotated[str, Field(pattern="^(special|work)$")]
    reason: Text


class ReplaceMember(Frozen):
    """Carries out an ordinary replacement that the city office approved."""

    person: PersonId
    team: TeamId
    approval: CaseId
    last_day: CivilDate
    successor: NewMember | None = None


class EndPosting(Frozen):
    person: PersonId
    team: TeamId
    cause: EndingCause
    last_day: CivilDate


class RecordMisconduct(Frozen):
    person: PersonId
    team: TeamId
    on: CivilDate
    ground: MisconductGround
    description: Text


class GiveEducation(Frozen):
    person: PersonId
    team: TeamId
    on: CivilDate
    content: Text


class RecordNonCorrection(Frozen):
    person: PersonId
    team: TeamId
    on: CivilDate
    evidence: tuple[Sha256, ...] = Field(max_length=50)


class RequestReplacement(Frozen):
    person: PersonId
    team: TeamId


class EscalateReplacement(Frozen):
    person: PersonId
    team: TeamId


class DecideReplacement(Frozen):
    person: PersonId
    team: TeamId
    last_day: CivilDate
    successor: NewMember | None = None


class RecordSecondment(Frozen):
    """A secondment found out: the days count neither as on post nor as absence."""

    person: PersonId
    team: TeamId
    unit: OrganisationId
    starts_on: CivilDate
    last_day: CivilDate


class SecondMember(Frozen):
    """Asks for a secondment. There is no body that may allow one (Art. 9)."""

    person: PersonId
    team: TeamId
    to_unit: OrganisationId


class RecordTraining(Frozen):
    training: CaseId
    area: PlaceCode
    organiser: TrainingLevel
    starts_on: CivilDate
    ends_on: CivilDate
    persons: tuple[PersonId, ...] = Field(min_length=1, max_length=500)


class RecordName(Frozen):
    person: PersonId
    area: PlaceCode
    name: Annotated[str, Field(min_length=1, max_length=40)]


Command = (
    RegisterOrganisation
    | RegisterVillage
    | GrantRole
    | RevokeRole
    | FormTeam
    | AssignMember
    | ApproveWithdrawal
    | ReplaceMember
    | EndPosting
    | RecordMisconduct
    | GiveEducation
    | RecordNonCorrection
    | RequestReplacement
    | EscalateReplacement
    | DecideReplacement
    | RecordSecondment
    | SecondMember
    | RecordTraining
    | RecordName
)

"""What can be asked about teams and postings."""

from typing import Annotated

from pydantic import Field

from contracts.fact import Frozen
from contracts.identifiers import CaseId, CivilDate, Flag, OrganisationId, PersonId, Sha256, TeamId, VillageCode
from contracts.personnel import EndingCause, Matter, MemberSource, Month, UnitLevel


class NewMember(Frozen):
    """A person who joins a team. Only a college graduate village official may have no unit (A71)."""

    person: PersonId
    unit: OrganisationId | None = None
    unit_level: UnitLevel | None = None
    """That at which the unit is registered."""
    source: MemberSource


class Because(Frozen):
    """Why something is recorded long after its day or before its time, and the papers that show it."""

    reason: Annotated[str, Field(min_length=1, max_length=4_000)]
    evidence: Annotated[tuple[Sha256, ...], Field(min_length=1, max_length=50)]


class FormTeam(Frozen):
    team: TeamId
    village: VillageCode
    formed_on: CivilDate
    members: Annotated[tuple[NewMember, ...], Field(max_length=60)]
    leader: PersonId


class ConfirmTeam(Frozen):
    team: TeamId


class DissolveTeam(Frozen):
    team: TeamId
    on: CivilDate


class AssignMember(Frozen):
    team: TeamId
    member: NewMember
    starts_on: CivilDate
    because: Because | None = None
    """Needed for a day further back than the rules allow."""


class AppointLeader(Frozen):
    team: TeamId
    person: PersonId
    starts_on: CivilDate


class DesignateActingLeader(Frozen):
    team: TeamId
    person: PersonId
    starts_on: CivilDate
    ends_on: CivilDate


class MoveMember(Frozen):
    """From one team to another: the last day in the first, the next day in the second."""

    person: PersonId
    team: TeamId
    to_team: TeamId
    last_day: CivilDate
    source: MemberSource
    because: Because | None = None


class EndPosting(Frozen):
    person: PersonId
    team: TeamId
    cause: EndingCause
    last_day: CivilDate
    because: Because | None = None
    """Needed for a day further back than the rules allow, for a term that has not run, for illness and transfer."""


class RecordSecondment(Frozen):
    """A secondment found out: the days count neither as on post nor as absence. Without a last day it still goes on."""

    person: PersonId
    team: TeamId
    unit: OrganisationId
    starts_on: CivilDate
    last_day: CivilDate | None = None


class EndSecondment(Frozen):
    person: PersonId
    team: TeamId
    unit: OrganisationId
    last_day: CivilDate


class SecondMember(Frozen):
    """Asks for a secondment. There is no body that may allow one (Art. 9)."""

    person: PersonId
    team: TeamId
    to_unit: OrganisationId


class GiveJointOpinion(Frozen):
    """A body that is heard says what it thinks; `unit` where it speaks as a dispatching or assigned unit."""

    team: TeamId
    matter: Matter
    opinion: CaseId
    person: PersonId | None = None
    """Whom a withdrawal, a replacement or a successor is about."""
    month: Month | None = None
    """Which report a member adds to."""
    supports: Flag
    text: Annotated[str, Field(min_length=1, max_length=4_000)]
    unit: OrganisationId | None = None


TeamCommand = (
    FormTeam
    | ConfirmTeam
    | DissolveTeam
    | AssignMember
    | AppointLeader
    | DesignateActingLeader
    | MoveMember
    | EndPosting
    | RecordSecondment
    | EndSecondment
    | SecondMember
    | GiveJointOpinion
)

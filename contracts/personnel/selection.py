"""Facts of selection: rounds, candidates, confirmation, chief captains of a county (Art. 3, 4)."""

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.identifiers import (
    OPEN,
    CaseId,
    CivilDate,
    Count,
    CountyCode,
    Flag,
    FreeText,
    OrganisationId,
    PersonId,
    Token,
    VillageCode,
)
from contracts.personnel.bases import PersonnelFact
from contracts.personnel.kinds import CaptainRank, CooperatingBody, Preference, SelectionLevel, UnitLevel


class SelectionRoundOpened(PersonnelFact):
    """The joint office of that level calls on the units to nominate (Art. 3, 4)."""

    STREAM: ClassVar[str] = "round/{round}"
    round: CaseId
    level: Annotated[SelectionLevel, OPEN]
    opened_on: CivilDate
    closes_on: CivilDate
    wanted: Count


class SelectionOpinionGiven(PersonnelFact):
    """What a co-operating body thinks of the round (Art. 4)."""

    STREAM: ClassVar[str] = "round/{round}"
    round: CaseId
    body: Annotated[CooperatingBody, OPEN]
    opinion: FreeText


class SelectionRoundClosed(PersonnelFact):
    STREAM: ClassVar[str] = "round/{round}"
    round: CaseId
    closed_on: CivilDate


class CandidateNominated(PersonnelFact):
    STREAM: ClassVar[str] = "candidate/{person}"
    person: PersonId
    round: CaseId
    unit: OrganisationId
    unit_level: Annotated[UnitLevel, OPEN]
    nominated_on: CivilDate


class CandidateAttested(PersonnelFact):
    """The unit stands for 政治素质好 and 业务能力强 (Art. 3)."""

    STREAM: ClassVar[str] = "candidate/{person}"
    person: PersonId
    round: CaseId
    politics: Flag
    ability: Flag
    attestation: FreeText


class CandidateScreened(PersonnelFact):
    """Preferences order the shortlist and never bar anybody (Art. 3)."""

    STREAM: ClassVar[str] = "candidate/{person}"
    person: PersonId
    round: CaseId
    preferences: Annotated[tuple[Preference, ...], Field(max_length=6), OPEN]
    reasons: FreeText


class MemberDispatched(PersonnelFact):
    """The body that Art. 4 names confirms who is sent, and to which village."""

    STREAM: ClassVar[str] = "candidate/{person}"
    person: PersonId
    round: CaseId
    unit: OrganisationId
    unit_level: Annotated[UnitLevel, OPEN]
    village: VillageCode
    confirmed_on: CivilDate


class ChiefCaptainProposed(PersonnelFact):
    """A unit names a candidate; the city's organisation department decides (Art. 4)."""

    STREAM: ClassVar[str] = "chief-captain/{person}"
    person: PersonId
    county: CountyCode
    rank: Annotated[CaptainRank, OPEN]
    unit: OrganisationId
    reason: FreeText
    on: CivilDate


class ChiefCaptainAppointed(PersonnelFact):
    """总队长 or 副总队长 of a poor county, with a post in its leadership; no member of any team (Art. 4, A71)."""

    STREAM: ClassVar[str] = "chief-captain/{person}"
    person: PersonId
    county: CountyCode
    rank: Annotated[CaptainRank, OPEN]
    post: Token
    starts_on: CivilDate


class ChiefCaptainEnded(PersonnelFact):
    STREAM: ClassVar[str] = "chief-captain/{person}"
    person: PersonId
    county: CountyCode
    last_day: CivilDate

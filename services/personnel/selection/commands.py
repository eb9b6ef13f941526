"""What can be asked about selection."""

from typing import Annotated

from pydantic import Field

from contracts.fact import Frozen
from contracts.identifiers import (
    CaseId,
    CivilDate,
    CountyCode,
    Flag,
    OrganisationId,
    PersonId,
    PlaceCode,
    Token,
    VillageCode,
)
from contracts.personnel import CaptainRank, CooperatingBody, Preference, SelectionLevel, UnitLevel
from services.personnel.leaving.commands import Text


class OpenSelectionRound(Frozen):
    round: CaseId
    level: SelectionLevel
    area: PlaceCode
    closes_on: CivilDate
    wanted: Annotated[int, Field(ge=1, le=100_000)]


class GiveSelectionOpinion(Frozen):
    round: CaseId
    body: CooperatingBody
    opinion: Text


class CloseSelectionRound(Frozen):
    round: CaseId


class NominateCandidate(Frozen):
    round: CaseId
    person: PersonId
    unit: OrganisationId
    unit_level: UnitLevel


class AttestCandidate(Frozen):
    round: CaseId
    person: PersonId
    unit: OrganisationId
    politics: Flag
    ability: Flag
    attestation: Text


class ScreenCandidate(Frozen):
    round: CaseId
    person: PersonId
    preferences: Annotated[tuple[Preference, ...], Field(max_length=6)]
    reasons: Text


class ConfirmDispatch(Frozen):
    round: CaseId
    person: PersonId
    village: VillageCode


class ProposeChiefCaptain(Frozen):
    """A unit names somebody for the leadership of a poor county's teams; nobody is appointed by it."""

    person: PersonId
    county: CountyCode
    rank: CaptainRank
    unit: OrganisationId
    reason: Text


class AppointChiefCaptain(Frozen):
    person: PersonId
    county: CountyCode
    rank: CaptainRank
    post: Token
    starts_on: CivilDate


class EndChiefCaptain(Frozen):
    person: PersonId
    county: CountyCode
    last_day: CivilDate


SelectionCommand = (
    OpenSelectionRound
    | GiveSelectionOpinion
    | CloseSelectionRound
    | NominateCandidate
    | AttestCandidate
    | ScreenCandidate
    | ConfirmDispatch
    | ProposeChiefCaptain
    | AppointChiefCaptain
    | EndChiefCaptain
)

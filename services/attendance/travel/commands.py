"""What can be asked about official travel (Art. 9)."""

from enum import StrEnum

from contracts.fact import Frozen
from contracts.identifiers import CaseId, CivilDate, PersonId
from services.attendance.forms import Evidence, Text


class TravelBusiness(StrEnum):
    """Whose business a trip is: one for the home unit would be secondment, which Art. 9 forbids (A95)."""

    TEAM = "team"
    HOME_UNIT = "home_unit"


class RequestTravel(Frozen):
    person: PersonId
    travel: CaseId
    starts_on: CivilDate
    ends_on: CivilDate
    purpose: Text
    evidence: Evidence
    business: TravelBusiness = TravelBusiness.TEAM


class ApproveTravel(Frozen):
    person: PersonId
    travel: CaseId


class CloseTravel(Frozen):
    person: PersonId
    travel: CaseId
    last_day: CivilDate


class RejectTravel(Frozen):
    """The no of the level that decides on the trip."""

    person: PersonId
    travel: CaseId
    reason: Text


class WithdrawTravel(Frozen):
    """Taken back by the person: asked for or approved, it is not made."""

    person: PersonId
    travel: CaseId


TravelCommand = RequestTravel | ApproveTravel | CloseTravel | RejectTravel | WithdrawTravel

"""What can be asked about absence, its reasons, and the correction of a day (Art. 9, 15.4)."""

from typing import Annotated

from pydantic import AfterValidator

from contracts.attendance import DayStatus
from contracts.fact import Frozen
from contracts.identifiers import CivilDate, EventId, PersonId
from services.attendance.forms import Evidence, Text


def _settled(status: DayStatus) -> DayStatus:
    if status is DayStatus.PENDING:
        raise ValueError("a day cannot be corrected to PENDING")
    return status


class RecordAbsence(Frozen):
    person: PersonId
    date: CivilDate


class JustifyAbsence(Frozen):
    person: PersonId
    starts_on: CivilDate
    ends_on: CivilDate
    reason: Text
    evidence: Evidence


class RejectJustification(Frozen):
    person: PersonId
    starts_on: CivilDate
    ends_on: CivilDate
    reason: Text


class CorrectDay(Frozen):
    """Without `supersedes` the day's latest correction, if there is one, is superseded."""

    person: PersonId
    date: CivilDate
    status: Annotated[DayStatus, AfterValidator(_settled)]
    reason: Text
    supersedes: EventId | None = None


class RequestCorrection(Frozen):
    """Asks the township's leader in charge to correct a day of a month that is signed (A35)."""

    person: PersonId
    date: CivilDate
    status: Annotated[DayStatus, AfterValidator(_settled)]
    reason: Text


AbsenceCommand = RecordAbsence | JustifyAbsence | RejectJustification | CorrectDay | RequestCorrection

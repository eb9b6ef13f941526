"""What the clock asks about a person's year; nobody can send it (Art. 9, 15.4)."""

from contracts.attendance import AbsenceMeasure
from contracts.fact import Frozen
from contracts.identifiers import CivilDate, Count, PersonId


class WarnOfAbsence(Frozen):
    """The clock's own: look whether a warning of Art. 15.4 is due; `since` and `days` name which."""

    person: PersonId
    measure: AbsenceMeasure
    since: CivilDate
    days: Count


class DeclarePaceLost(Frozen):
    """The clock's own: the days of Art. 9 are out of reach."""

    person: PersonId
    year: int


class CloseYear(Frozen):
    """The clock's own: the year and the horizon are over."""

    person: PersonId
    year: int


YearCommand = WarnOfAbsence | DeclarePaceLost | CloseYear

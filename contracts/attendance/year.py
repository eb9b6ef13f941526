"""What the clock says of one person's year (Art. 9, 15.4)."""

from typing import Annotated

from contracts.attendance.bases import AttendanceFact
from contracts.attendance.kinds import AbsenceMeasure
from contracts.identifiers import OPEN, CivilDate, Count, Year


class AbsenceWarned(AttendanceFact):
    """Said by the clock, before the limits of Art. 15.4 are passed and when they are reached."""

    measure: Annotated[AbsenceMeasure, OPEN]
    days: Count
    since: CivilDate
    """First absent day of the run, or of the year."""
    reached_on: CivilDate


class PaceLost(AttendanceFact):
    """Said by the clock: the days of Art. 9 can no longer be reached, even with presence on every day left."""

    year: Year
    on_post: Count
    possible: Count
    """Days left of the year that could still count."""
    needed: Count


class AttendanceYearClosed(AttendanceFact):
    """Said by the clock once the year and the horizon for late uploads are over; `carry_out_run` is a checkpoint."""

    year: Year
    carry_out_run: Count

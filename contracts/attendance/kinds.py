"""The words that facts of attendance choose from."""

from enum import StrEnum


class CheckInMethod(StrEnum):
    """How presence was shown (A25)."""

    GPS = "gps"
    PHOTO = "photo"
    PAPER = "paper"
    KIOSK = "kiosk"


class LeaveKind(StrEnum):
    """Why leave was asked for; the medical kinds lead to a shortfall review (A17)."""

    PERSONAL = "personal"
    SICK = "sick"
    MATERNITY = "maternity"
    INJURY = "injury"
    FAMILY = "family"
    OTHER = "other"


class Level(StrEnum):
    """The body whose word a step of a chain is."""

    LEADER = "leader"
    TOWNSHIP = "township"
    COUNTY = "county"


class SpotCheckFinding(StrEnum):
    PRESENT = "present"
    ABSENT = "absent"
    EXCUSED = "excused"


class DayStatus(StrEnum):
    """Exactly one per posted day (`domain.md` 2.0)."""

    ON_POST = "ONPOST"
    TRAVEL = "TRAVEL"
    TRAINING = "TRAINING"
    SECONDED = "SECONDED"
    LEAVE = "LEAVE"
    REST = "REST"
    EXCUSED = "EXCUSED"
    ABSENT = "ABSENT"
    PENDING = "PENDING"


class AbsenceMeasure(StrEnum):
    """What an absence is measured by (Art. 15.4)."""

    RUN = "run"
    YEAR = "year"

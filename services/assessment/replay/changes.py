"""One recorded event taken away, or taken as known in time. Standard library only."""

from dataclasses import dataclass
from typing import Any

from services.assessment.fold.civil import iso

REMOVED, IN_TIME = "removed", "known_in_time"
_COMMON = frozenset(
    {"InterpretationIssued", "CountyMeasureAdopted", "TieResolved", "QuotaComputed", "AssessmentReissued"}
)


@dataclass(frozen=True, slots=True)
class Change:
    """One event taken away, or taken as known in time. `about`: the day it is about; `of`: the other person whose
    place it concerns."""

    event: str
    name: str
    move: str
    about: int | None
    of: str = ""

    @property
    def common(self) -> bool:
        """Whether it is no fact of the person's own."""
        return self.name in _COMMON

    def as_json(self) -> dict[str, Any]:
        """As a replay shows it."""
        about = None if self.about is None else iso(self.about)
        shown = {"event": self.event, "type": self.name, "about": about, "move": self.move}
        return {**shown, "of": self.of} if self.of else shown

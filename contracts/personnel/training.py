"""Facts of training (Art. 11)."""

from typing import Annotated

from contracts.identifiers import OPEN, CaseId, CivilDate
from contracts.personnel.bases import PostingFact
from contracts.personnel.kinds import TrainingLevel


class TrainingAttended(PostingFact):
    """One event per person beside the event of the occasion (Art. 11)."""

    training: CaseId
    organiser: Annotated[TrainingLevel, OPEN]
    starts_on: CivilDate
    ends_on: CivilDate

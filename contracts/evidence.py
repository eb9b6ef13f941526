"""Facts of reading: who took the evidence of which determination, and for what purpose (`ledger.md` 8)."""

from typing import ClassVar

from contracts.fact import Fact
from contracts.identifiers import Count, EventId, FreeText, PersonId, Sha256, Year


class EvidenceTaken(Fact):
    """An evidence bundle was made and handed out; its sums are pinned, so that a copy found later can be told."""

    SERVICE: ClassVar[str] = "assessment"
    STREAM: ClassVar[str] = "evidence/{person}/{year}"
    person: PersonId
    year: Year
    determination: Count
    decision: EventId
    """The event of the determination."""
    manifest: Sha256
    """Of the bag's `manifest-sha256.txt`."""
    purpose: FreeText


EVENTS: tuple[type[Fact], ...] = (EvidenceTaken,)

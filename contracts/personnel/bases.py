"""What every fact of personnel is."""

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.fact import Fact
from contracts.identifiers import OPEN, Flag, FreeText, PersonId, Sha256


class PersonnelFact(Fact):
    SERVICE: ClassVar[str] = "personnel"


class PostingFact(PersonnelFact):
    """Follows one person and one year, as the facts of attendance do."""

    STREAM: ClassVar[str] = "posting/{person}/{year}"
    person: PersonId


class ArrivalOrDeparture(PostingFact):
    """A posting begins or ends. What is recorded long after its day is `late` and says why, and by which papers."""

    late: Flag = False
    """Recorded more days after its own day than the rules allow without a reason (Art. 9: 逐日登记)."""
    reason: FreeText | None = None
    evidence: Annotated[tuple[Sha256, ...], Field(max_length=50), OPEN] = ()

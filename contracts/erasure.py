"""The fact that sensitive values were destroyed: which, on whose word. What they were is gone (`ledger.md` 6)."""

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.fact import Fact
from contracts.identifiers import OPEN, EventId, FreeText

MemberName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$"), OPEN]


class ValuesErased(Fact):
    """Recorded before the values go, so that no value ever goes unrecorded. Every service publishes it under its own
    name; `SERVICE` is filled in by the service that records it."""

    SERVICE: ClassVar[str] = "*"
    STREAM: ClassVar[str] = "erasure/{event}"
    event: EventId
    members: Annotated[tuple[MemberName, ...], Field(min_length=1, max_length=50), OPEN]
    reason: FreeText

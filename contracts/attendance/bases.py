"""What every fact of attendance has besides itself."""

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.fact import Fact
from contracts.identifiers import OPEN, PersonId, Sha256

Evidence = Annotated[tuple[Sha256, ...], Field(max_length=50), OPEN]
"""Digests of the papers; the papers themselves stay outside the log."""


class AttendanceFact(Fact):
    SERVICE: ClassVar[str] = "attendance"
    STREAM: ClassVar[str] = "attendance/{person}/{year}"
    person: PersonId

"""Facts about what is kept of people outside the log: that it was recorded, read, erased; never the values."""

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.identifiers import OPEN, FreeText, PersonId
from contracts.personnel.bases import PersonnelFact
from contracts.personnel.kinds import DetailKind

DetailKinds = Annotated[tuple[DetailKind, ...], Field(min_length=1, max_length=3), OPEN]


class PersonDetailsRecorded(PersonnelFact):
    STREAM: ClassVar[str] = "person/{person}"
    person: PersonId
    details: DetailKinds


class PersonDetailsErased(PersonnelFact):
    """The values are gone for good; every proof and every grade stays readable."""

    STREAM: ClassVar[str] = "person/{person}"
    person: PersonId
    details: DetailKinds
    reason: FreeText


class PersonDetailsRead(PersonnelFact):
    """Reading personal data is itself recorded: who read what of whom, and for what."""

    STREAM: ClassVar[str] = "reading/{person}/{year}"
    person: PersonId
    details: DetailKinds
    purpose: FreeText

"""What every fact of personnel is."""

from typing import ClassVar

from contracts.fact import Fact
from contracts.identifiers import PersonId


class PersonnelFact(Fact):
    SERVICE: ClassVar[str] = "personnel"


class PostingFact(PersonnelFact):
    """Follows one person and one year, as the facts of attendance do."""

    STREAM: ClassVar[str] = "posting/{person}/{year}"
    person: PersonId

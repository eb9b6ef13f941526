"""What can be asked about people's details."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from contracts.fact import Frozen
from contracts.identifiers import PersonId, PlaceCode
from contracts.personnel import DetailKind
from services.personnel.leaving.commands import Text
from services.personnel.people.identity_number import IdentityNumber


class RecordDetails(Frozen):
    """Values that are left out stay as they are; `area` is the place whose bodies may see them."""

    person: PersonId
    area: PlaceCode
    name: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    telephone: Annotated[str, Field(pattern=r"^\+?[0-9]{5,15}$")] | None = None
    identity_number: IdentityNumber | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.values():
            raise ValueError("one of name, telephone, identity_number is needed")
        return self

    def values(self) -> dict[DetailKind, str]:
        """What is given, by kind."""
        given = {kind: getattr(self, kind.value) for kind in DetailKind}
        return {kind: value for kind, value in given.items() if value is not None}


class EraseDetails(Frozen):
    person: PersonId
    area: PlaceCode
    details: Annotated[tuple[DetailKind, ...], Field(min_length=1, max_length=3)]
    reason: Text


class ReadDetails(Frozen):
    """Names and numbers of people, for a stated purpose; the reading is recorded."""

    persons: Annotated[tuple[PersonId, ...], Field(min_length=1, max_length=200)]
    details: Annotated[tuple[DetailKind, ...], Field(min_length=1, max_length=3)]
    purpose: Text


PeopleCommand = RecordDetails | EraseDetails | ReadDetails

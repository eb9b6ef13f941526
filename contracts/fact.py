"""What every fact says besides itself: who acted, under which authority, by which article, and where."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from contracts.identifiers import Article, OrganisationId, PersonId, PlaceCode, Role, RuleSetId
from contracts.sensitivity import Sensitivity


class Frozen(BaseModel):
    """A value that cannot change and refuses what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Actor(Frozen):
    """The person who acted, in which capacity, for which body, and through which account."""

    person: PersonId
    role: Role
    organisation: OrganisationId | None = None
    on_behalf_of: PersonId | None = None
    via: PersonId | None = None
    """The account that carried the record, where it is not the author's own (a village kiosk)."""


class Fact(Frozen):
    """A past-tense fact. Subclasses are frozen once released: a change is a new version, never an edit."""

    SERVICE: ClassVar[str]
    VERSION: ClassVar[int] = 1
    NAME: ClassVar[str]
    STREAM: ClassVar[str]
    """Form of the stream that holds it, for instance `attendance/{person}/{year}`."""

    actor: Actor
    article: Article
    ruleset: RuleSetId
    place: PlaceCode
    """The most specific place the fact belongs to; it gives the subject under which the fact is published."""

    @classmethod
    def __pydantic_init_subclass__(cls, **_: object) -> None:
        if "NAME" not in cls.__dict__:
            cls.NAME = cls.__name__

    @classmethod
    def type(cls) -> str:
        """The CloudEvents type, for instance `zhucun.attendance.CheckedIn.v1`."""
        return f"zhucun.{cls.SERVICE}.{cls.NAME}.v{cls.VERSION}"

    @classmethod
    def sensitivity(cls, field: str) -> Sensitivity:
        """The class of a top-level field; the four header fields are open.

        Raises LookupError for a field that declares none: a field without a class must not be published.
        """
        if field in Fact.model_fields:
            return Sensitivity.OPEN
        marks = {mark for mark in _marks(cls.model_fields[field]) if isinstance(mark, Sensitivity)}
        # Scalar types carry OPEN themselves: `Annotated[CivilDate, RESTRICTED]` has both marks, and must not be open.
        for strictest in (Sensitivity.ERASABLE, Sensitivity.RESTRICTED, Sensitivity.OPEN):
            if strictest in marks:
                return strictest
        raise LookupError(f"{cls.__name__}.{field} declares no sensitivity")


def _marks(field: object) -> list[object]:
    """All annotations of a field, those inside `X | None` and `tuple[X, ...]` included."""
    found: list[object] = list(getattr(field, "metadata", ()))
    pending: list[object] = [getattr(field, "annotation", None)]
    while pending:
        annotation = pending.pop()
        found.extend(getattr(annotation, "__metadata__", ()))
        pending.extend(getattr(annotation, "__args__", ()))
    return found

"""Who may receive which events: the subscription matrix as data, and the pure question whether an event belongs.

`scopes.yaml` beside this file holds the matrix. What a role sees is decided from open members alone: nobody needs a
disclosure in order to know whether somebody else may have one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from contracts import canonical, plain_yaml
from contracts.catalogue import EVENTS
from contracts.identifiers import Role, lies_in
from contracts.sensitivity import Sensitivity

REFUSED = "CommandRefused"


class Sees(StrEnum):
    """What bounds a role beside the kinds of events."""

    EVERYTHING = "everything"
    PLACE = "place"
    OWN_PEOPLE = "own_people"


class ScopeError(ValueError):
    """A scope that cannot be given: one sentence that says why."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One kind of event that a role receives."""

    event: str
    where: Mapping[str, Any]
    disclose: tuple[str, ...]

    def covers(self, event_type: str) -> bool:
        """Whether a CloudEvents type such as `zhucun.finance.FundAllotted.v1` is meant."""
        service, name = event_type.split(".")[1:3]
        if self.event == "*":
            return True
        if self.event == f"{service}.*":
            return name != REFUSED
        return self.event == f"{service}.{name}"


@dataclass(frozen=True, slots=True)
class RoleScope:
    """One row of the matrix."""

    role: Role
    title: str
    article: str
    sees: Sees
    events: tuple[Grant, ...]

    @property
    def digest(self) -> str:
        """Tells one state of the row from another: a release may grant more than the one before."""
        events: list[canonical.Json] = [[grant.event, dict(grant.where), list(grant.disclose)] for grant in self.events]
        return canonical.digest([self.sees.value, events])

    def grant(self, event_type: str, data: Mapping[str, Any]) -> Grant | None:
        """The line by which the role receives such an event, None when it does not."""
        for grant in self.events:
            if grant.covers(event_type) and all(data.get(name) == value for name, value in grant.where.items()):
                return grant
        return None


@dataclass(frozen=True, slots=True)
class Scope:
    """What one subscribing agency may see: a row of the matrix, and its own places or its own unit."""

    row: RoleScope
    places: tuple[str, ...] = ()
    organisation: str | None = None

    @classmethod
    def of(cls, role: str, places: Collection[str] = (), organisation: str | None = None) -> "Scope":
        """A scope that is complete and no wider than it has to be; raises ScopeError."""
        row = matrix().get(role)
        if row is None:
            raise ScopeError(f"the matrix has no role {role!r}: it is one of {', '.join(sorted(matrix()))}")
        for place in places:
            if not (place.isascii() and place.isdigit() and len(place) in (4, 6, 9, 12)):
                raise ScopeError(f"{place!r} is no place code: city 4, county 6, township 9 or village 12 digits")
        if (row.sees is Sees.PLACE) != bool(places):
            raise ScopeError(f"{role} ({row.title}) sees {row.sees}: places belong to it exactly when that is `place`")
        if (row.sees is Sees.OWN_PEOPLE) != (organisation is not None):
            raise ScopeError(
                f"{role} ({row.title}) sees {row.sees}: an organisation belongs to own_people, and only to it"
            )
        return cls(row, tuple(sorted(places)), organisation)

    def grant(self, event_type: str, data: Mapping[str, Any], units: Collection[str]) -> Grant | None:
        """The line by which this agency receives an event, None when it does not.

        `units` are the organisations whose person the event is about (:func:`unit_on` says which). Only
        `own_people` looks at it.
        """
        found = self.row.grant(event_type, data)
        if found is None:
            return None
        match self.row.sees:
            case Sees.EVERYTHING:
                return found
            case Sees.PLACE:
                inside = any(lies_in(data["place"], place) for place in self.places)
                return found if inside else None
            case Sees.OWN_PEOPLE:
                own = self.organisation in units or self.organisation in (data.get("unit"), *data.get("units", ()))
                return found if own or self.organisation in _givers(data) else None


def _givers(data: Mapping[str, Any]) -> set[Any]:
    """Whose money a movement in a team's book is: a payment is borne by its sources, part by part."""
    return {part.get("giver") for part in data.get("parts", ())}


@dataclass(frozen=True, slots=True)
class PostedBy:
    """That a unit posted a person from a day on (`TeamMemberAssigned`)."""

    unit: str
    starts_on: str


def unit_on(postings: Collection[PostedBy], day: str) -> str | None:
    """The unit that had a person posted on `day` (`YYYY-MM-DD`): that of the last posting begun by then."""
    begun = [posting for posting in postings if posting.starts_on <= day]
    return max(begun, key=lambda posting: (posting.starts_on, posting.unit)).unit if begun else None


def deciding_day(stream: str, recorded_day: str) -> str:
    """The day on which a person's unit is looked up: that of recording, or the last of the year of the stream.

    So what is recorded about a past year goes to the unit that had the person then (a result of 2017 fed back in 2018).
    """
    parts = stream.split("/")
    return min(recorded_day, f"{parts[2]}-12-31") if len(parts) == 3 and parts[2].isdigit() else recorded_day


@cache
def matrix() -> Mapping[str, RoleScope]:
    """The rows by role code; raises ScopeError for a file that names what does not exist."""
    text = (resources.files("contracts") / "scopes.yaml").read_text(encoding="utf-8")
    document = plain_yaml.mapping(plain_yaml.load(text), "roles")
    return {row["role"]: _row(row) for row in document["roles"]}


def receivers(event_type: str) -> list[RoleScope]:
    """The rows in which such events stand, some of them or all."""
    return [row for row in matrix().values() if any(grant.covers(event_type) for grant in row.events)]


def _row(value: Any) -> RoleScope:
    row = plain_yaml.mapping(value, "role", "title", "article", "sees", "events")
    return RoleScope(
        role=Role(row["role"]),
        title=row["title"],
        article=row["article"],
        sees=Sees(row["sees"]),
        events=tuple(_grant(item) for item in row["events"]),
    )


def _grant(value: Any) -> Grant:
    item = plain_yaml.mapping(value, "event", optional=("where", "disclose"))
    grant = Grant(item["event"], item.get("where", {}), tuple(item.get("disclose", ())))
    covered = [cls for event_type, cls in EVENTS.items() if grant.covers(event_type)]
    if not covered:
        raise ScopeError(f"the matrix names {grant.event}, which is no event")
    for cls in covered:
        _check(cls, grant)
    return grant


def _check(cls: Any, grant: Grant) -> None:
    for name in grant.where:
        if name not in cls.model_fields or cls.sensitivity(name) is not Sensitivity.OPEN:
            raise ScopeError(f"{grant.event}: {name} is no open member, and nothing else decides who sees an event")
    for name in grant.disclose:
        if name not in cls.model_fields or cls.sensitivity(name) is not Sensitivity.RESTRICTED:
            raise ScopeError(
                f"{grant.event}: {name} is no restricted member, and nothing else can be disclosed for good"
            )

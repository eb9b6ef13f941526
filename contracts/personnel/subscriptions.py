"""Facts of subscriptions: which other agency receives what, with which keys, since when (domain 3.4).

Who may see what is itself a fact with an author and an authority. The keys here are public: credentials are private
keys, which are in no log.
"""

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.identifiers import OPEN, Instant, OrganisationId, PlaceCode, Role
from contracts.personnel.bases import PersonnelFact

AgencyName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40), OPEN]
"""Name of a subscriber in subjects, files and origins: lower-case words joined by hyphens."""
UserKey = Annotated[str, Field(pattern=r"^U[A-Z2-7]{55}$"), OPEN]
"""Public NKey of a user: what the server of the agencies lets in."""
ScopeKey = Annotated[str, Field(pattern=r"^[a-z0-9./-]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+=*$", max_length=300), OPEN]
"""Vkey of a scope's log: what an agency checks its checkpoints with."""
Places = Annotated[tuple[PlaceCode, ...], OPEN]


class SubscriptionFact(PersonnelFact):
    STREAM: ClassVar[str] = "subscription/{agency}"
    agency: AgencyName


class SubscriptionGranted(SubscriptionFact):
    """The agency receives what the matrix gives its role, in these places or about its people, from event zero on."""

    role: Annotated[Role, OPEN]
    places: Places
    organisation: OrganisationId | None = None
    key: UserKey
    scope_key: ScopeKey
    expires: Instant | None = None


class SubscriptionScopeChanged(SubscriptionFact):
    """Other places or another unit under the same role: what is new comes from event zero on, what is not ends here."""

    places: Places
    organisation: OrganisationId | None = None


class SubscriptionRekeyed(SubscriptionFact):
    """Other credentials, the former ones are good no more; the scope's log may be signed by another key from here."""

    key: UserKey
    scope_key: ScopeKey
    expires: Instant | None = None


class SubscriptionRevoked(SubscriptionFact):
    """The agency receives nothing more; what it was sent stays on record."""

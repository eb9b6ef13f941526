"""What can be asked about the subscriptions of other agencies."""

from contracts.fact import Frozen
from contracts.identifiers import Instant, OrganisationId, Role
from contracts.personnel.subscriptions import AgencyName, Places, ScopeKey, UserKey


class GrantSubscription(Frozen):
    """`key` is the public half of the credentials, `scope_key` that of the key which signs what is sent."""

    agency: AgencyName
    role: Role
    places: Places = ()
    organisation: OrganisationId | None = None
    key: UserKey
    scope_key: ScopeKey
    expires: Instant | None = None


class ChangeSubscriptionScope(Frozen):
    """All places of the subscription from now on, not only those that are new."""

    agency: AgencyName
    places: Places = ()
    organisation: OrganisationId | None = None


class RekeySubscription(Frozen):
    agency: AgencyName
    key: UserKey
    scope_key: ScopeKey
    expires: Instant | None = None


class RevokeSubscription(Frozen):
    agency: AgencyName


SubscriptionCommand = GrantSubscription | ChangeSubscriptionScope | RekeySubscription | RevokeSubscription

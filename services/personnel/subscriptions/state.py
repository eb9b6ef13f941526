"""State of a subscription: what it covers, the keys it has had, whether it still stands."""

from dataclasses import dataclass, replace

from contracts import personnel as fact
from contracts.identifiers import Role
from services.runtime.decisions import Recorded


@dataclass(frozen=True, slots=True)
class Subscription:
    """One agency's; `role` is None while nothing was granted under that name."""

    role: Role | None = None
    places: tuple[str, ...] = ()
    organisation: str | None = None
    keys: frozenset[str] = frozenset()
    revoked: bool = False

    @property
    def stands(self) -> bool:
        """Whether the agency receives events (or would, were its credentials not expired)."""
        return self.role is not None and not self.revoked


INITIAL: dict[str, Subscription] = {"subscription": Subscription()}


def evolve(state: Subscription, recorded: Recorded) -> Subscription:
    """The state after one more fact."""
    match recorded.fact:
        case fact.SubscriptionGranted(role=role, places=places, organisation=organisation, key=key):
            return Subscription(role, places, organisation, frozenset({key}))
        case fact.SubscriptionScopeChanged(places=places, organisation=organisation):
            return replace(state, places=places, organisation=organisation)
        case fact.SubscriptionRekeyed(key=key):
            return replace(state, keys=state.keys | {key})
        case fact.SubscriptionRevoked():
            return replace(state, revoked=True)
    return state

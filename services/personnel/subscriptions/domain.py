"""Who may receive what (domain 3.4): a row of the matrix, places or a unit of its own, keys that were never used."""

from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from contracts import personnel as fact
from contracts.identifiers import Role
from contracts.proofs import ProofError, VerifierKey
from contracts.scopes import Scope, ScopeError, matrix
from contracts.user_keys import is_user_key
from services.personnel.held import fields, held, one, said
from services.personnel.registry.state import Organisation
from services.personnel.subscriptions import commands as cmd
from services.personnel.subscriptions import refusals as no
from services.personnel.subscriptions.state import Subscription
from services.runtime.decisions import Act, Decision


def decide(act: Act[Any, str], command: cmd.SubscriptionCommand, states: Mapping[str, Any]) -> Decision:
    """The fact about a subscription; `act.known` is the area for which the keeper was checked."""
    key = f"subscription/{command.agency}"
    subscription = held(states, key, Subscription)
    match command:
        case cmd.GrantSubscription():
            return _grant(act, command, subscription, states)
        case cmd.ChangeSubscriptionScope():
            return _change(act, command, subscription, states)
        case cmd.RekeySubscription():
            if not subscription.stands or subscription.role is None:
                return no.NOT_GRANTED
            if not _keys_do(command):
                return no.KEY_MALFORMED
            if command.key in subscription.keys:
                return no.KEY_USED
            if command.expires is not None and command.expires <= act.now:
                return no.EXPIRED
            return one(key, fact.SubscriptionRekeyed(**_said(act, subscription.role), **fields(command)))
        case cmd.RevokeSubscription():
            if not subscription.stands or subscription.role is None:
                return no.NOT_GRANTED
            return one(key, fact.SubscriptionRevoked(**_said(act, subscription.role), agency=command.agency))
    assert_never(command)


def _grant(
    act: Act[Any, str], command: cmd.GrantSubscription, subscription: Subscription, states: Mapping[str, Any]
) -> Decision:
    if subscription.role is not None:
        return no.NAME_USED
    if not _can_be_given(command.role, command.places, command.organisation):
        return no.NO_SCOPE
    if command.organisation is not None and not _registered(states, command.organisation):
        return no.UNIT_UNKNOWN
    if not _keys_do(command):
        return no.KEY_MALFORMED
    if command.expires is not None and command.expires <= act.now:
        return no.EXPIRED
    granted = {**fields(command), "places": tuple(sorted(command.places))}
    return one(f"subscription/{command.agency}", fact.SubscriptionGranted(**_said(act, command.role), **granted))


def _change(
    act: Act[Any, str], command: cmd.ChangeSubscriptionScope, subscription: Subscription, states: Mapping[str, Any]
) -> Decision:
    if not subscription.stands or subscription.role is None:
        return no.NOT_GRANTED
    places = tuple(sorted(command.places))
    if not _can_be_given(subscription.role, places, command.organisation):
        return no.NO_SCOPE
    if (places, command.organisation) == (subscription.places, subscription.organisation):
        return no.UNCHANGED
    if command.organisation is not None and not _registered(states, command.organisation):
        return no.UNIT_UNKNOWN
    changed = {**fields(command), "places": places}
    return one(
        f"subscription/{command.agency}", fact.SubscriptionScopeChanged(**_said(act, subscription.role), **changed)
    )


def _said(act: Act[Any, str], role: Role) -> dict[str, Any]:
    """The article is that by which the role has a part in the matter at all (the matrix says which)."""
    return said(act, matrix()[role].article, act.known)


def _can_be_given(role: Role, places: Sequence[str], organisation: str | None) -> bool:
    try:
        Scope.of(role, places, organisation)
    except ScopeError:
        return False
    return len(places) == len(set(places))


def _keys_do(command: cmd.GrantSubscription | cmd.RekeySubscription) -> bool:
    """A key that is none would keep the server of all agencies from reading its configuration."""
    try:
        name = VerifierKey.parse(command.scope_key).name
    except ProofError:
        return False
    return name.endswith(f"/scope/{command.agency}") and is_user_key(command.key)


def _registered(states: Mapping[str, Any], organisation: str) -> bool:
    return held(states, f"organisation/{organisation}", Organisation).registered

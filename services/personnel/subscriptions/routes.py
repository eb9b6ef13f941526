"""Subscriptions over HTTP: commands of the registry keeper whose area covers all that the agency will see."""

from collections.abc import Callable, Collection
from typing import Any

from contracts.identifiers import place_around
from contracts.refusals import Refusal
from services.personnel.held import held
from services.personnel.registry.divisions import CITY, in_force
from services.personnel.specs import KEEPER
from services.personnel.subscriptions import commands as cmd
from services.personnel.subscriptions import refusals as no
from services.personnel.subscriptions.state import Subscription
from services.runtime.command_routes import Authority, CommandSpec
from services.runtime.context import Context


async def _area(context: Context, command: Any) -> str | Refusal:
    """The smallest place around all that is or was seen; the city where that is people or everything."""
    key = f"subscription/{command.agency}"
    subscription = held(await context.workbench.states([key]), key, Subscription)
    named: tuple[str, ...] = getattr(command, "places", ())
    if not all(in_force(place, context.request.today) for place in named):
        return no.PLACE_UNKNOWN
    places = (*named, *subscription.places)
    return (place_around(places) or CITY) if places else CITY


def _keys(command: Any, _area: str) -> Collection[str]:
    organisation = getattr(command, "organisation", None)
    keys = [f"subscription/{command.agency}"]
    return [*keys, f"organisation/{organisation}"] if organisation is not None else keys


def _authority(_command: Any, area: str) -> Authority:
    return Authority(KEEPER, area)


def _spec(name: str, command: type[Any], summary: str) -> CommandSpec[Any, Any]:
    keys: Callable[[Any, str], Collection[str]] = _keys
    return CommandSpec(
        name=name, command=command, article="0", authority=_authority, keys=keys, gather=_area, summary=summary
    )


COMMANDS: tuple[CommandSpec[Any, Any], ...] = (
    _spec("grant-subscription", cmd.GrantSubscription, "授予其他机关订阅"),
    _spec("change-subscription-scope", cmd.ChangeSubscriptionScope, "变更订阅范围"),
    _spec("rekey-subscription", cmd.RekeySubscription, "更换订阅密钥"),
    _spec("revoke-subscription", cmd.RevokeSubscription, "终止订阅"),
)

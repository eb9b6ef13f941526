"""The four services by name, for processes that host or administer them. The services themselves never see this."""

from collections.abc import Sequence
from importlib import import_module

from contracts.catalogue import SERVICES
from services.runtime.service import ServiceDefinition
from services.runtime.settings import SettingsError


def definition(name: str) -> ServiceDefinition:
    """The definition of one service; raises SettingsError for an unknown name."""
    if name not in SERVICES:
        raise SettingsError(f"there is no service {name!r}: it is one of {', '.join(SERVICES)}")
    found: ServiceDefinition = import_module(f"services.{name}.app").SERVICE
    return found


def definitions(only: str | None = None) -> Sequence[ServiceDefinition]:
    """All four, or the one named."""
    return [definition(name) for name in ([only] if only else SERVICES)]

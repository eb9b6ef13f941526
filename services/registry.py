"""The four services by name, for processes that host or administer them. The services themselves never see this."""

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from contracts.catalogue import SERVICES
from services.runtime.parameters import Parameters
from services.runtime.service import ServiceDefinition
from services.runtime.settings import SettingsError


def definition(name: str) -> ServiceDefinition:
    """The definition of one service; raises SettingsError for an unknown name."""
    if name not in SERVICES:
        raise SettingsError(f"there is no service {name!r}: it is one of {', '.join(SERVICES)}")
    found: ServiceDefinition = import_module(f"services.{name}.app").SERVICE
    return found


def services_of_cases() -> dict[str, Any]:
    """What the steps of worked cases may ask of the services, by name: their own decisions, nothing of hosting."""
    from services.assessment.cases.history import Service

    found = {}
    for name in SERVICES:
        parts = {part: import_module(f"services.{name}.{part}") for part in ("domain", "state", "api", "commands")}
        hosted = getattr(parts["api"], "COMMANDS", None) or import_module(f"services.{name}.specs").COMMANDS
        found[name] = Service(
            parts["domain"].decide,
            parts["state"].initial,
            parts["state"].evolve,
            {spec.name: spec for spec in hosted},
            parts["commands"],
            Parameters.load(definition(name).parameters),
            import_module(f"services.{name}.case_steps").Steps if find_spec(f"services.{name}.case_steps") else None,
        )
    return found


def definitions(only: str | None = None) -> Sequence[ServiceDefinition]:
    """All four, or the one named."""
    return [definition(name) for name in ([only] if only else SERVICES)]

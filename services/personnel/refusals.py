"""Everything that personnel refuses, by subject; each subject keeps its own in its `refusals.py`."""

from types import ModuleType

from contracts.refusals import Refusal
from services.personnel.leaving import refusals as leaving
from services.personnel.people import refusals as people
from services.personnel.registry import refusals as registry
from services.personnel.teams import refusals as teams
from services.personnel.training import refusals as training


def _of(subject: ModuleType) -> dict[str, Refusal]:
    return {f"{name}": refusal for name, refusal in vars(subject).items() if isinstance(refusal, Refusal)}


REFUSALS: dict[str, dict[str, Refusal]] = {
    "registry": _of(registry),
    "people": _of(people),
    "teams": _of(teams),
    "leaving": _of(leaving),
    "training": _of(training),
}
"""Subject -> name -> refusal, for people who ask what can be refused."""

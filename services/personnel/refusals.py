"""Everything that personnel refuses, by subject; each subject keeps its own in its `refusals.py`."""

from types import ModuleType

from contracts.refusals import Refusal
from services.personnel.leaving import refusals as leaving
from services.personnel.people import refusals as people
from services.personnel.registry import refusals as registry
from services.personnel.selection import refusals as selection
from services.personnel.subscriptions import refusals as subscriptions
from services.personnel.teams import refusals as teams
from services.personnel.term import refusals as term
from services.personnel.training import refusals as training
from services.personnel.work import refusals as work


def _of(subject: ModuleType) -> dict[str, Refusal]:
    return {name: refusal for name, refusal in vars(subject).items() if isinstance(refusal, Refusal)}


REFUSALS: dict[str, dict[str, Refusal]] = {
    "registry": _of(registry),
    "subscriptions": _of(subscriptions),
    "people": _of(people),
    "selection": _of(selection),
    "teams": _of(teams),
    "leaving": _of(leaving),
    "work": _of(work),
    "training": _of(training),
    "term": _of(term),
}
"""Subject -> name -> refusal, for people who ask what can be refused."""

"""Personnel decides (Art. 2-11, 14, 16, 21, 22): which subject a command belongs to, and that subject's decision."""

from collections.abc import Callable, Mapping
from typing import Any, get_args

from services.personnel.leaving import domain as leaving
from services.personnel.leaving.commands import LeavingCommand
from services.personnel.people import domain as people
from services.personnel.people.commands import PeopleCommand
from services.personnel.registry import domain as registry
from services.personnel.registry.commands import RegistryCommand
from services.personnel.selection import domain as selection
from services.personnel.selection.commands import SelectionCommand
from services.personnel.subscriptions import domain as subscriptions
from services.personnel.subscriptions.commands import SubscriptionCommand
from services.personnel.teams import domain as teams
from services.personnel.teams.commands import TeamCommand
from services.personnel.term import domain as term
from services.personnel.term.commands import TermCommand
from services.personnel.training import domain as training
from services.personnel.training.commands import TrainingCommand
from services.personnel.work import domain as work
from services.personnel.work.commands import WorkCommand
from services.runtime.decisions import Act, Decision

_SUBJECTS: tuple[tuple[Any, Callable[..., Decision]], ...] = (
    (RegistryCommand, registry.decide),
    (SubscriptionCommand, subscriptions.decide),
    (PeopleCommand, people.decide),
    (SelectionCommand, selection.decide),
    (TeamCommand, teams.decide),
    (LeavingCommand, leaving.decide),
    (WorkCommand, work.decide),
    (TrainingCommand, training.decide),
    (TermCommand, term.decide),
)
_DECIDES: Mapping[type, Callable[..., Decision]] = {
    form: decides for commands, decides in _SUBJECTS for form in get_args(commands)
}


def decide(act: Act[Any, Any], states: Mapping[str, Any]) -> Decision:
    """The facts that a command leads to, or why it is refused. Pure; total over all commands of all subjects."""
    return _DECIDES[type(act.command)](act, act.command, states)

"""State of finance: what the log says of one stream. The sorts of streams, and the fold that belongs to each."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeAlias, TypeVar

from contracts import finance as fact
from contracts import meals
from services.finance.books.account import Account as Account
from services.finance.books.account import Appropriation as Appropriation
from services.finance.books.account import Payment as Payment
from services.finance.books.account import PaymentState as PaymentState
from services.finance.books.account import evolve_account, evolve_appropriation
from services.finance.books.accounts import BrokenBooks as BrokenBooks
from services.finance.projects.state import Project as Project
from services.finance.projects.state import evolve_project
from services.runtime.decisions import Recorded


@dataclass(frozen=True, slots=True)
class Board:
    """What units paid for one person's board in one year: (month, unit) -> fen; and the months called overdue."""

    paid: Mapping[tuple[str, str], int] = field(default_factory=dict)
    overdue: frozenset[tuple[str, str]] = frozenset()
    meals: Mapping[date, str] = field(default_factory=dict)
    """Days with a meal allowance out of a team's book -> the payment that holds it."""


@dataclass(frozen=True, slots=True)
class Named:
    """A stream in which only the numbers already used matter: opinions and flags, recipients, shortfalls."""

    names: frozenset[str] = frozenset()


State: TypeAlias = Appropriation | Account | Project | Board | Named


def initial(key: str) -> State:
    """The state of a stream that holds nothing yet; raises ValueError for a stream that is not finance's."""
    match key.split("/"):
        case ["appropriation", _]:
            return Appropriation()
        case ["fund", team, kind]:
            return Account(team, fact.FundKind(kind))
        case ["project", _]:
            return Project()
        case ["board", _, _]:
            return Board()
        case ["supervision", _] | ["recipients" | "shortfall", _, _]:
            return Named()
    raise ValueError(f"{key} is no stream of finance")


def evolve(state: State, recorded: Recorded) -> State:
    """The state after one more fact; raises BrokenBooks when the books would no longer add up."""
    match state:
        case Appropriation():
            return evolve_appropriation(state, recorded)
        case Account():
            return evolve_account(state, recorded)
        case Project():
            return evolve_project(state, recorded)
        case Board():
            return _board(state, recorded)
        case Named():
            return replace(state, names=state.names | {_name(recorded)})


def _board(state: Board, recorded: Recorded) -> Board:
    match recorded.fact:
        case fact.BoardSubsidyPaid(month=month, unit=unit, amount=amount):
            return replace(state, paid={**state.paid, (month, unit): state.paid.get((month, unit), 0) + amount})
        case fact.BoardSubsidyOverdue(month=month, unit=unit):
            return replace(state, overdue=state.overdue | {(month, unit)})
        case meals.MealDaysTaken() as taken:
            return replace(state, meals={**state.meals, **dict.fromkeys(taken.days, _payment(taken))})
        case meals.MealDaysFreed() as freed:
            gone = {day for day in freed.days if state.meals.get(day) == _payment(freed)}
            return replace(state, meals={day: name for day, name in state.meals.items() if day not in gone})
    return state


def _payment(of: meals.MealFact) -> str:
    return f"{of.team}/{of.kind.value}/{of.payment}"


def _name(recorded: Recorded) -> str:
    match recorded.fact:
        case fact.SupervisionOpinionRecorded(opinion=name) | fact.MisuseFlagged(flag=name):
            return name
        case fact.FundingShortfallFound(duty=duty, team=team, unit=unit):
            return f"{duty.value}/{team}/{unit}"
    return recorded.id


T = TypeVar("T", Appropriation, Account, Project, Board, Named)


def held(states: Mapping[str, State], key: str, kind: type[T]) -> T:
    """The state under `key`, which must be of `kind`; anything else is a broken assumption."""
    state = states[key]
    if not isinstance(state, kind):
        raise TypeError(f"{key} holds {type(state).__name__}, not {kind.__name__}")
    return state

"""State of assessment: what its own log says of a person's cases, a county's year, a rule set, a calendar."""

from dataclasses import dataclass, replace
from typing import TypeVar

from contracts import assessment as fact
from services.runtime.decisions import Recorded


@dataclass(frozen=True, slots=True)
class RuleBook:
    adopted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Calendar:
    digests: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CountyYear:
    opened: bool = False
    final: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    grade: fact.Grade
    score: int
    inputs: str


@dataclass(frozen=True, slots=True)
class PersonFile:
    """One person over all years: cases by number, proposals and determinations by year."""

    sanctions: frozenset[str] = frozenset()
    findings: frozenset[str] = frozenset()
    open_investigations: frozenset[str] = frozenset()
    investigations: frozenset[str] = frozenset()
    proposals: tuple[tuple[int, Proposal], ...] = ()
    shortfalls: frozenset[int] = frozenset()
    determinations: tuple[tuple[int, int], ...] = ()

    def proposal(self, year: int) -> Proposal | None:
        """The latest proposal for that year."""
        return dict(self.proposals).get(year)

    def determination(self, year: int) -> int:
        """Number of the latest determination for that year, 0 before the first."""
        return dict(self.determinations).get(year, 0)


State = RuleBook | Calendar | CountyYear | PersonFile

_INITIAL: dict[str, State] = {
    "rules": RuleBook(),
    "calendar": Calendar(),
    "county": CountyYear(),
    "assessment": PersonFile(),
}


def initial(key: str) -> State:
    """The state of a stream that holds nothing yet."""
    return _INITIAL[key.split("/", 1)[0]]


def evolve(state: State, recorded: Recorded) -> State:
    """The state after one more fact. Total: a fact that changes nothing here leaves the state as it is."""
    match recorded.fact, state:
        case fact.RuleSetAdopted(adopted=adopted), RuleBook():
            return RuleBook(state.adopted | {adopted})
        case fact.DutyCalendarPublished(digest=digest), Calendar():
            return Calendar(state.digests | {digest})
        case fact.AssessmentYearOpened(), CountyYear():
            return replace(state, opened=True)
        case fact.QuotaComputed(), CountyYear():
            return replace(state, final=True)
        case _, PersonFile():
            return _person(state, recorded)
    return state


def _person(state: PersonFile, recorded: Recorded) -> PersonFile:
    match recorded.fact:
        case fact.DisciplinarySanctionRecorded(case=case):
            return replace(state, sanctions=state.sanctions | {case})
        case fact.SevereImpactFindingMade(case=case):
            return replace(state, findings=state.findings | {case})
        case fact.InvestigationOpened(case=case):
            return replace(
                state,
                investigations=state.investigations | {case},
                open_investigations=state.open_investigations | {case},
            )
        case fact.InvestigationClosed(case=case):
            return replace(state, open_investigations=state.open_investigations - {case})
        case fact.GradeProposed(year=year, grade=grade, score=score, inputs=inputs):
            kept = tuple(entry for entry in state.proposals if entry[0] != year)
            return replace(state, proposals=(*kept, (year, Proposal(grade, score, inputs))))
        case fact.ShortfallReviewed(year=year):
            return replace(state, shortfalls=state.shortfalls | {year})
        case fact.AssessmentFinalised(year=year, determination=determination):
            done = tuple(entry for entry in state.determinations if entry[0] != year)
            return replace(state, determinations=(*done, (year, determination)))
    return state


T = TypeVar("T", bound=State)


def held(states: "dict[str, State]", key: str, kind: type[T]) -> T:
    """The state under `key`, which must be of `kind`; anything else is a broken assumption."""
    state = states[key]
    if not isinstance(state, kind):
        raise TypeError(f"{key} holds {type(state).__name__}, not {kind.__name__}")
    return state

"""State of assessment: what its own log says of a person's cases, a county's year, a rule set, a calendar."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
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
    versions: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    county: str
    grade: fact.Grade
    inputs: str
    """Digest of the facts that stood behind it."""
    reviewed: bool = False


@dataclass(frozen=True, slots=True)
class PersonFile:
    """One person over all years: cases by number, proposals and determinations by year."""

    sanctions: frozenset[str] = frozenset()
    findings: frozenset[str] = frozenset()
    investigations: frozenset[str] = frozenset()
    open_investigations: tuple[tuple[str, date], ...] = ()
    """Case and the day on which it was opened."""
    proposals: tuple[tuple[int, Proposal], ...] = ()
    determinations: tuple[tuple[int, int], ...] = ()
    versions: tuple[tuple[str, int], ...] = ()
    """Stream and its last version that is in this state."""

    def proposal(self, year: int, county: str) -> Proposal | None:
        """The latest proposal for that year, if it is that county's."""
        found = dict(self.proposals).get(year)
        return found if found is not None and found.county == county else None

    def opened(self, case: str) -> date | None:
        """The day on which an investigation was opened that is not closed yet."""
        return dict(self.open_investigations).get(case)

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
    if isinstance(state, PersonFile | CountyYear):
        state = replace(state, versions=_with(state.versions, recorded.stream, recorded.version))
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
        case fact.InvestigationOpened(case=case, opened_on=opened_on):
            opened = _with(state.open_investigations, case, opened_on)
            return replace(state, investigations=state.investigations | {case}, open_investigations=opened)
        case fact.InvestigationClosed(case=case):
            still = tuple(entry for entry in state.open_investigations if entry[0] != case)
            return replace(state, open_investigations=still)
        case fact.GradeProposed(county=county, year=year, grade=grade, inputs=inputs):
            return replace(state, proposals=_with(state.proposals, year, Proposal(county, grade, inputs)))
        case fact.GradeReviewed(county=county, year=year, upheld=upheld):
            proposal = state.proposal(year, county)
            if proposal is None:
                return state
            return replace(state, proposals=_with(state.proposals, year, replace(proposal, reviewed=upheld)))
        case fact.AssessmentFinalised(year=year, determination=determination):
            return replace(state, determinations=_with(state.determinations, year, determination))
    return state


K = TypeVar("K")
V = TypeVar("V")


def _with(entries: tuple[tuple[K, V], ...], key: K, value: V) -> tuple[tuple[K, V], ...]:
    return (*(entry for entry in entries if entry[0] != key), (key, value))


T = TypeVar("T", bound=State)


def held(states: Mapping[str, State], key: str, kind: type[T]) -> T:
    """The state under `key`, which must be of `kind`; anything else is a broken assumption."""
    state = states[key]
    if not isinstance(state, kind):
        raise TypeError(f"{key} holds {type(state).__name__}, not {kind.__name__}")
    return state

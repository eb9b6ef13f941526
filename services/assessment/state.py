"""State of assessment: what its own log says of a person's cases, a county's year, a rule set, a calendar."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from contracts import assessment as fact
from contracts import results
from contracts.fact import Actor
from contracts.rules import ParameterValue
from services.assessment.disputes.standing import Determined, OpenCase, determined
from services.runtime.decisions import Recorded
from services.runtime.in_force import Change, Direction, InForce, in_order


@dataclass(frozen=True, slots=True)
class ProposedRuling:
    """What one interpreter asked the other for."""

    by: Actor
    settings: tuple[tuple[str, ParameterValue], ...]
    valid_from: date


@dataclass(frozen=True, slots=True)
class RuleBook:
    adopted: frozenset[str] = frozenset()
    proposed: tuple[tuple[str, ProposedRuling], ...] = ()
    """Rulings that wait for the other interpreter, by their number."""
    issued: frozenset[str] = frozenset()
    changes: tuple[Change, ...] = ()
    """Rulings issued and county measures adopted, in the order of recording."""

    def in_force(self, parameter: str, place: str, day: date, committed: Any, stricter: Direction | None) -> Any:
        """The value of a parameter for a place on a day: its county's own measure, a ruling, or as committed."""
        directions = {parameter: stricter} if stricter else {}
        return InForce({parameter: committed}, in_order(self.changes, day), directions).at(place)[parameter]

    def adopted_measures(self) -> set[tuple[str | None, str]]:
        """County and number of every county measure."""
        return {(change.county, change.number) for change in self.changes if change.county is not None}


@dataclass(frozen=True, slots=True)
class Calendar:
    digests: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ParameterRecord:
    """Whether the parameters of that digest are on record."""

    recorded: bool = False


@dataclass(frozen=True, slots=True)
class CountyYear:
    opened_on: date | None = None
    final: bool = False
    objects: int = 0
    """People on the list when it became final."""
    acknowledged: str | None = None
    """Digest of the list of interpretation-sensitive people that the county office has seen."""
    opinions: frozenset[str] = frozenset()
    """Matters on which the county organisation department has given its opinion."""
    tie_opinions: tuple[tuple[str, frozenset[str], str], ...] = ()
    """Township, everybody in the tie that it spoke on, and the event, in order of recording."""
    lists: tuple[tuple[str, tuple[str, str]], ...] = ()
    """Recipient -> digests of the two lists filed with it last."""
    versions: tuple[tuple[str, int], ...] = ()

    def heard_on(self, tied: Collection[str]) -> dict[str, str]:
        """Township -> the event with which it spoke on the tie of exactly these people, in order of recording."""
        return {township: event for township, names, event in self.tie_opinions if names == frozenset(tied)}


@dataclass(frozen=True, slots=True)
class Circular:
    """Whom an office has made known as the year's 优秀, and by which event; None before it has. Nobody after a
    circular was withdrawn."""

    persons: tuple[str, ...] = ()
    event: str | None = None


@dataclass(frozen=True, slots=True)
class Awards:
    """One year's awards of the city or of a county (Art. 13), by person."""

    proposed: frozenset[str] = frozenset()
    """Nominated by a county for the city's selection, proposed by a township for the county's commendation."""
    opinions: frozenset[tuple[str, str]] = frozenset()
    """Person, and the role of the body that gave its opinion."""
    given: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FedBack:
    """The result that the unit was told, and when."""

    determination: int
    on: date


@dataclass(frozen=True, slots=True)
class Proposal:
    county: str
    grade: fact.Grade
    inputs: str
    """Digest of the facts that stood behind it."""
    forced: bool = False
    """Whether a ground of Art. 15 left nothing else to propose."""
    reviewed: bool = False

    def holds(self, inputs: str, *, ground_stands: bool) -> bool:
        """Whether it was made on the facts of now, and not because of a ground that stands no longer."""
        return self.inputs == inputs and (ground_stands or not self.forced)


@dataclass(frozen=True, slots=True)
class PersonFile:
    """One person over all years: cases by number, proposals and determinations by year."""

    sanctions: frozenset[str] = frozenset()
    proposed: tuple[tuple[str, date], ...] = ()
    """Cases in which a finding of severe effect was asked for, and the day on which it was seen."""
    findings: frozenset[str] = frozenset()
    investigations: frozenset[str] = frozenset()
    open_investigations: tuple[tuple[str, date], ...] = ()
    """Case and the day on which it was opened."""
    proposals: tuple[tuple[int, Proposal], ...] = ()
    determinations: tuple[tuple[int, Determined], ...] = ()
    opinions: frozenset[int] = frozenset()
    """Years on which the unit has given its opinion."""
    cases: frozenset[str] = frozenset()
    """Numbers of all disputes and ordered re-assessments."""
    open_cases: tuple[tuple[int, OpenCase], ...] = ()
    upheld: frozenset[tuple[int, int, str]] = frozenset()
    """Year and number of determinations that were disputed and stand, and who disputed them."""
    fed_back: tuple[tuple[int, FedBack], ...] = ()
    filed: tuple[tuple[int, int], ...] = ()
    """Year -> the determination that lies in the personal file."""
    listed: frozenset[tuple[str, int]] = frozenset()
    """County and year of the lists that the person is on."""
    terms: frozenset[int] = frozenset()
    """Years in which a term ended that was assessed."""
    versions: tuple[tuple[str, int], ...] = ()
    """Stream and its last version that is in this state."""

    def open_case(self, year: int) -> OpenCase | None:
        """The dispute or re-assessment of that year that is not decided."""
        return dict(self.open_cases).get(year)

    def proposal(self, year: int, county: str) -> Proposal | None:
        """The latest proposal for that year, if it is that county's."""
        found = dict(self.proposals).get(year)
        return found if found is not None and found.county == county else None

    def observed(self, case: str) -> date | None:
        """The day on which what a finding is asked for was seen."""
        return dict(self.proposed).get(case)

    def opened(self, case: str) -> date | None:
        """The day on which an investigation was opened that is not closed yet."""
        return dict(self.open_investigations).get(case)

    def determination(self, year: int) -> Determined | None:
        """The latest determination for that year."""
        return dict(self.determinations).get(year)


State = RuleBook | Calendar | ParameterRecord | CountyYear | Circular | Awards | PersonFile

_INITIAL: dict[str, State] = {
    "rules": RuleBook(),
    "calendar": Calendar(),
    "parameters": ParameterRecord(),
    "circular": Circular(),
    "award": Awards(),
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
        case _, RuleBook():
            return _rules(state, recorded)
        case fact.DutyCalendarPublished(digest=digest), Calendar():
            return Calendar(state.digests | {digest})
        case fact.ParametersRecorded(), ParameterRecord():
            return ParameterRecord(recorded=True)
        case fact.ExcellentCirculated(persons=persons), Circular():
            return Circular(persons, recorded.id)
        case results.ExcellentCircularWithdrawn(), Circular():
            return Circular((), recorded.id)
        case _, Awards():
            return _awards(state, recorded)
        case _, CountyYear():
            return _county(state, recorded)
        case _, PersonFile():
            return _person(state, recorded)
    return state


def _rules(state: RuleBook, recorded: Recorded) -> RuleBook:
    match recorded.fact:
        case fact.RuleSetAdopted(adopted=adopted):
            return replace(state, adopted=state.adopted | {adopted})
        case fact.InterpretationProposed(ruling=ruling, actor=by, parameter=name, value=value, valid_from=valid_from):
            before = dict(state.proposed).get(ruling)
            settings = (*(before.settings if before else ()), (name, value))
            return replace(state, proposed=_with(state.proposed, ruling, ProposedRuling(by, settings, valid_from)))
        case fact.InterpretationIssued(ruling=ruling, parameter=name, value=value, valid_from=valid_from):
            waiting = tuple(entry for entry in state.proposed if entry[0] != ruling)
            changes = (*state.changes, Change(None, ruling, name, value, valid_from))
            return replace(state, proposed=waiting, issued=state.issued | {ruling}, changes=changes)
        case fact.CountyMeasureAdopted(
            county=county, measure=measure, parameter=name, value=value, valid_from=valid_from
        ):
            return replace(state, changes=(*state.changes, Change(county, measure, name, value, valid_from)))
    return state


def _awards(state: Awards, recorded: Recorded) -> Awards:
    match recorded.fact:
        case results.AdvancedWorkerNominated(person=person) | results.CommendationProposed(person=person):
            return replace(state, proposed=state.proposed | {person})
        case results.AdvancedWorkerOpinionGiven(person=person, actor=by):
            return replace(state, opinions=state.opinions | {(person, by.role.value)})
        case fact.AdvancedWorkerSelected(person=person) | fact.CountyCommendationAwarded(person=person):
            return replace(state, given=state.given | {person})
        case results.AwardWithdrawn(person=person):
            return replace(state, given=state.given - {person})
    return state


def _county(state: CountyYear, recorded: Recorded) -> CountyYear:
    match recorded.fact:
        case fact.AssessmentYearOpened(opened_on=opened_on):
            return replace(state, opened_on=opened_on)
        case fact.SensitiveListAcknowledged(digest=digest):
            return replace(state, acknowledged=digest)
        case results.CountyOpinionGiven(matter=matter):
            return replace(state, opinions=state.opinions | {matter.value})
        case fact.TieOpinionGiven(township=township, tied=tied):
            return replace(state, tie_opinions=(*state.tie_opinions, (township, frozenset(tied), recorded.id)))
        case fact.QuotaComputed(objects=objects):
            return replace(state, final=True, objects=objects)
        case fact.AssessmentListsFiled(recipient=recipient, objects_digest=every, excellent_digest=excellent):
            return replace(state, lists=_with(state.lists, recipient.value, (every, excellent)))
    return state


def _person(state: PersonFile, recorded: Recorded) -> PersonFile:
    match recorded.fact:
        case fact.AssessmentObjectListed(county=county, year=year):
            return replace(state, listed=state.listed | {(county, year)})
        case fact.AssessmentObjectRemoved(county=county, year=year):
            return replace(state, listed=state.listed - {(county, year)})
        case fact.UnitOpinionGiven(year=year):
            return replace(state, opinions=state.opinions | {year})
        case fact.DisputeRaised(year=year, case=case) | fact.ReassessmentOrdered(year=year, case=case):
            by = recorded.fact.actor.person if isinstance(recorded.fact, fact.DisputeRaised) else None
            opened = OpenCase(case, recorded.fact.determination, by)
            return replace(state, cases=state.cases | {case}, open_cases=_with(state.open_cases, year, opened))
        case results.DisputeOpinionGiven(year=year, actor=by):
            waiting = state.open_case(year)
            heard = None if waiting is None else replace(waiting, heard=waiting.heard | {by.role.value})
            return state if heard is None else replace(state, open_cases=_with(state.open_cases, year, heard))
        case fact.DisputeDecided(year=year, upheld=upheld):
            closed, others = state.open_case(year), tuple(entry for entry in state.open_cases if entry[0] != year)
            if closed is None or closed.raised_by is None or not upheld:
                return replace(state, open_cases=others)
            stood = (year, closed.determination, closed.raised_by)
            return replace(state, open_cases=others, upheld=state.upheld | {stood})
        case fact.ResultFedBack(year=year, determination=number, fed_back_on=on):
            return replace(state, fed_back=_with(state.fed_back, year, FedBack(number, on)))
        case fact.ResultFiledInPersonalFile(year=year, determination=number):
            return replace(state, filed=_with(state.filed, year, number))
        case fact.TermAssessmentRecorded(year=year):
            return replace(state, terms=state.terms | {year})
    return _graded(state, recorded)


def _graded(state: PersonFile, recorded: Recorded) -> PersonFile:
    match recorded.fact:
        case fact.DisciplinarySanctionRecorded(case=case):
            return replace(state, sanctions=state.sanctions | {case})
        case fact.SevereImpactProposed(case=case, observed_on=observed_on):
            return replace(state, proposed=_with(state.proposed, case, observed_on))
        case fact.SevereImpactFindingMade(case=case):
            return replace(state, findings=state.findings | {case})
        case fact.InvestigationOpened(case=case, opened_on=opened_on):
            opened = _with(state.open_investigations, case, opened_on)
            return replace(state, investigations=state.investigations | {case}, open_investigations=opened)
        case fact.InvestigationClosed(case=case):
            still = tuple(entry for entry in state.open_investigations if entry[0] != case)
            return replace(state, open_investigations=still)
        case fact.GradeProposed(county=county, year=year, grade=grade, inputs=inputs, grounds=grounds):
            proposed = Proposal(county, grade, inputs, forced=bool(grounds))
            return replace(state, proposals=_with(state.proposals, year, proposed))
        case fact.GradeReviewed(county=county, year=year, upheld=upheld):
            proposal = state.proposal(year, county)
            if proposal is None:
                return state
            if not upheld:
                return replace(state, proposals=tuple(entry for entry in state.proposals if entry[0] != year))
            return replace(state, proposals=_with(state.proposals, year, replace(proposal, reviewed=True)))
        case fact.AssessmentFinalised(year=year) as final:
            return replace(state, determinations=_with(state.determinations, year, determined(final, recorded.id)))
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

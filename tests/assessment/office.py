"""A county's assessment without servers: commands are decided and folded by the real code on a year as it is shown."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from contracts.assessment import (
    FindingRecorded,
    Grade,
    LogBasis,
    ReassessmentCause,
    ShortfallOutcome,
    StreamManifest,
)
from contracts.fact import Actor, Fact
from contracts.identifiers import Role
from contracts.refusals import Code, Refusal
from services.assessment import commands as cmd
from services.assessment.domain import decide
from services.assessment.results.awards import stream_of
from services.assessment.state import PersonFile, State, evolve, held, initial
from services.assessment.year.finalising import parameters_stream
from services.assessment.year.known import (
    Attendance,
    Concerned,
    Digests,
    GroundShown,
    Opening,
    Persons,
    PersonShown,
    YearShown,
)
from services.runtime.decisions import RULESET, Act, Emit, Recorded
from services.runtime.parameters import Parameters

PARAMETERS = Parameters.load(Path("services/assessment/parameters.yaml"))
COUNTY, YEAR, VILLAGE = "530113", 2017, "530113100201"
OPENED_ON = date(2017, 12, 28)
TODAY = date(2018, 1, 10)
PERSON, OTHER = "P000001", "P000002"
UNIT = "O0001"
DIGESTS = Digests(text="0" * 64, rules="1" * 64, parameters="2" * 64, calendars="4" * 64, fold="3" * 64)
BASIS = (LogBasis(origin="zhucun.demo/attendance", size=10, root="A" * 43 + "="),)
CLAUSES = {"D1": "15.1", "D2": "15.2", "D3": "15.3", "D4": "15.4", "D5": "15.5"}


def somebody(person: int, role: Role) -> Actor:
    return Actor(person=f"P{person:06}", role=role)


INTERPRETER = somebody(101, Role.CITY_ORGANISATION)
DISCIPLINE = somebody(102, Role.DISCIPLINE)
COUNTY_OFFICE = somebody(103, Role.COUNTY_OFFICE)
TOWNSHIP = somebody(104, Role.TOWNSHIP)


def person(name: str = PERSON, outcome: str = "AWAITING_GRADE", **changed: Any) -> PersonShown:
    """Somebody on the list whom no ground touches; `grounds=("D1",)` gives grounds with one event each."""
    grounds: Sequence[Any] = changed.pop("grounds", ())
    stream = StreamManifest(origin="zhucun.demo/attendance", stream=f"attendance/{name}/2017", version=3, head="a" * 64)
    fields: dict[str, Any] = {
        "person": name,
        "village": VILLAGE,
        "listed": True,
        "outcome": "不称职" if grounds else outcome,
        "score": None,
        "candidate": False,
        "attendance": Attendance(on_post=230, leave_days=10, absences=0, days="c" * 64),
        "grounds": tuple(ground if isinstance(ground, GroundShown) else ground_of(ground) for ground in grounds),
        "findings": (
            FindingRecorded(article="9.2", outcome="met", values={"on_post": 230, "since": None}),
            *(FindingRecorded(article=CLAUSES[one], outcome="met", values={}) for one in grounds if one in CLAUSES),
        ),
        "flags": (),
        "inputs": "b" * 64,
        "manifest": (stream,),
    }
    return PersonShown(**fields | changed)


def ground_of(name: str, events: int = 1) -> GroundShown:
    return GroundShown(name, CLAUSES[name], tuple(f"00000000-0000-4000-8000-{n:012x}" for n in range(events)))


def shown(*persons: PersonShown, **changed: Any) -> YearShown:
    """The county's year with those people; the places follow from their number unless they are given."""
    listed = [one for one in persons if one.listed]
    fields: dict[str, Any] = {
        "over": True,
        "persons": {one.person: one for one in persons},
        "objects": len(listed),
        "maximum": len(listed) // 5,
        "excellent": tuple(one.person for one in listed if one.outcome == "优秀"),
        "waiting_tie": (),
        "basis": BASIS,
        "digests": DIGESTS,
        "parameters": {"onpost.threshold": 200},
    }
    return YearShown(**fields | changed)


class Office:
    """Gives commands on a date and remembers what was recorded."""

    def __init__(self, today: date = TODAY) -> None:
        self.today = today
        self.states: dict[str, State] = {}
        self.facts: list[Fact] = []
        self.emits: list[Emit] = []
        self.rules: dict[str, Any] = {}
        """Parameters set otherwise than committed."""

    def when(self, command: Any, by: Actor, known: Any) -> list[Fact] | Refusal:
        """The facts that the command led to, already folded in, or its refusal."""
        keys = self._keys(command, known)
        states = {key: self.states.get(key, initial(key)) for key in keys}
        now = datetime(self.today.year, self.today.month, self.today.day, 2, tzinfo=UTC)
        decision = decide(Act(command, by, now, self.today, {**PARAMETERS.at(self.today), **self.rules}, known), states)
        if isinstance(decision, Refusal):
            return decision
        for emit in decision.emits:
            key = next(key for key in keys if emit.stream == key or emit.stream.startswith(key.removesuffix("*")))
            number = len(self.facts) + 1
            states[key] = evolve(states[key], Recorded(str(UUID(int=number)), emit.stream, number, emit.fact))
            self.facts.append(emit.fact)
            self.emits.append(emit)
        self.states |= states
        return [emit.fact for emit in decision.emits]

    def _keys(self, command: Any, known: Any) -> list[str]:
        county = f"county/{getattr(command, 'county', '-')}/{getattr(command, 'year', '-')}"
        match command:
            case cmd.AdoptRules():
                return [f"rules/{command.ruleset}"]
            case cmd.PublishCalendar():
                return [f"calendar/{command.year}"]
            case cmd.OpenYear():
                return [county, f"rules/{RULESET}", *(f"assessment/{name}/*" for name in known.listed)]
            case cmd.ReviewGrades():
                return [county, *(f"assessment/{name}/*" for name in command.persons)]
            case cmd.ProposeGrades():
                return [county, *(f"assessment/{name}/*" for name in command.persons), f"rules/{RULESET}"]
            case cmd.ReturnGrades():
                return [county, *(f"assessment/{name}/*" for name in command.persons)]
            case cmd.ResolveTie() | cmd.GiveTieOpinion() | cmd.AcknowledgeSensitive() | cmd.GiveCountyOpinion():
                return [county]
            case cmd.FinaliseYear():
                return [county, parameters_stream(known), *(f"assessment/{name}/*" for name in known.persons)]
            case cmd.ProposeInterpretation() | cmd.IssueInterpretation() | cmd.AdoptCountyMeasure():
                return [f"rules/{RULESET}"]
            case cmd.FileLists() | cmd.FeedBack():
                return [county, *(f"assessment/{name}/*" for name in known.persons)]
            case cmd.CirculateExcellent() | cmd.WithdrawCircular():
                return [f"circular/{command.area}/{command.year}"]
            case (
                cmd.NominateAdvanced()
                | cmd.GiveAwardOpinion()
                | cmd.SelectAdvanced()
                | cmd.ProposeCommendation()
                | cmd.AwardCommendation()
                | cmd.WithdrawAward()
            ):
                return [f"assessment/{command.person}/*", stream_of(command)]
            case cmd.DecideDispute():
                return [county, parameters_stream(known), f"assessment/{command.person}/*"]
        return [county, f"assessment/{command.person}/*", f"rules/{RULESET}"]

    def file(self, name: str = PERSON) -> PersonFile:
        return held(self.states, f"assessment/{name}/*", PersonFile)

    # What the tests say, with the parts that do not matter filled in.

    def opened(self, year: int = YEAR, listed: tuple[str, ...] = ()) -> "Office":
        """The measures are adopted and the year has been open for longer than the units have for their opinions."""
        today, self.today = self.today, OPENED_ON
        for answer in (
            self.when(cmd.AdoptRules(ruleset=RULESET), INTERPRETER, DIGESTS),
            self.when(cmd.OpenYear(county=COUNTY, year=year), COUNTY_OFFICE, Opening(DIGESTS, listed)),
        ):
            assert isinstance(answer, list), answer
        self.today = today
        return self

    def propose(
        self, known: YearShown, name: str = PERSON, grade: Grade = Grade.COMPETENT, by: Actor = TOWNSHIP
    ) -> list[Fact] | Refusal:
        command = cmd.ProposeGrade(person=name, county=COUNTY, year=YEAR, grade=grade, score=8500, reasons="综合考核")
        return self.when(command, by, known)

    def review(self, known: YearShown, *names: str, by: Actor = COUNTY_OFFICE) -> list[Fact] | Refusal:
        return self.when(cmd.ReviewGrades(county=COUNTY, year=YEAR, persons=names or (PERSON,)), by, known)

    def resolve(self, known: YearShown, *chosen: str, by: Actor = COUNTY_OFFICE) -> list[Fact] | Refusal:
        return self.when(cmd.ResolveTie(county=COUNTY, year=YEAR, chosen=chosen, reasons="择优"), by, known)

    def look_at_shortfall(self, known: YearShown, by: Actor = COUNTY_OFFICE) -> list[Fact] | Refusal:
        outcome = ShortfallOutcome.UPHELD
        command = cmd.ReviewShortfall(person=PERSON, county=COUNTY, year=YEAR, outcome=outcome, reasons="情况属实")
        return self.when(command, by, known)

    def acknowledge(self, known: YearShown, by: Actor = COUNTY_OFFICE) -> list[Fact] | Refusal:
        command = cmd.AcknowledgeSensitive(county=COUNTY, year=YEAR, digest=known.sensitive_digest)
        return self.when(command, by, known)

    def finalise(self, known: YearShown) -> list[Fact] | Refusal:
        """With the list of readings acknowledged; what else is missing refuses it."""
        self.acknowledge(known)
        return self.when(cmd.FinaliseYear(county=COUNTY, year=YEAR), COUNTY_OFFICE, known)

    def feed_back(self, *names: str, on: date | None = None) -> list[Fact] | Refusal:
        """The county office tells the unit on that day."""
        self.today = on or self.today
        command = cmd.FeedBack(county=COUNTY, year=YEAR, unit=UNIT)
        return self.when(command, COUNTY_OFFICE, Persons(names or (PERSON,)))

    def dispute(self, on: date, *, decisive: bool = False, case: str = "YY-1") -> list[Fact] | Refusal:
        """The person objects on that day."""
        self.today = on
        who = {"person": PERSON, "county": COUNTY, "year": YEAR, "case": case}
        command = cmd.RaiseDispute(**who, claim="两日系出差", evidence=("e" * 64,), decisive=decisive)
        return self.when(command, Actor(person=PERSON, role=Role.MEMBER), Concerned(PERSON, VILLAGE, UNIT))

    def order(self, cause: ReassessmentCause, case: str = "FH-1") -> list[Fact] | Refusal:
        who = {"person": PERSON, "county": COUNTY, "year": YEAR, "case": case}
        command = cmd.OrderReassessment(**who, cause=cause, reasons="情况有变")
        return self.when(command, COUNTY_OFFICE, Concerned(COUNTY_OFFICE.person, VILLAGE, UNIT))

    def settle(
        self, known: YearShown, *, case: str = "YY-1", by: Actor = COUNTY_OFFICE, upheld: bool = False
    ) -> list[Fact] | Refusal:
        """The county office issues the result anew on the facts of now (`known`), or upholds it."""
        who = {"person": PERSON, "county": COUNTY, "year": YEAR, "case": case}
        return self.when(cmd.DecideDispute(**who, upheld=upheld, reasons="复核"), by, known)

    def graded(self, *persons: PersonShown) -> "Office":
        """Every one of them has a proposal on the facts shown, upheld by the county office."""
        known = shown(*persons)
        for one in persons:
            lowest = Grade.INCOMPETENT if one.grounds else Grade.COMPETENT
            assert isinstance(self.propose(known, one.person, lowest), list)
        assert isinstance(self.review(known, *(one.person for one in persons)), list)
        return self


def code_of(result: list[Fact] | Refusal) -> Code:
    assert isinstance(result, Refusal), result
    return result.code


def facts_of(result: list[Fact] | Refusal) -> list[Fact]:
    assert isinstance(result, list), result
    return result


def names_of(result: list[Fact] | Refusal) -> list[str]:
    return [type(fact).NAME for fact in facts_of(result)]

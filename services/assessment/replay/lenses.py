"""One person's year seen through four lenses: facts as known then or now, rules in force then or now.

    four(case, then, now)  ->  {"then-then": {...}, "now-then": {...}, "then-now": {...}, "now-now": {...}}

The first word is the facts, the second the rules. Imports the standard library only, for it travels in an evidence
bundle with the fold.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from services.assessment.fold import determination
from services.assessment.fold.calendars import Calendars
from services.assessment.fold.civil import Cut, iso
from services.assessment.fold.findings import NEEDS_DETERMINATION, OPEN_OUTCOMES, UNDETERMINED
from services.assessment.fold.fold import Rules, judge_person, person_json
from services.assessment.fold.frozen_line import Line, Reissued, line_of, settle_alone
from services.assessment.fold.measures import Frame, frame_of
from services.assessment.fold.outcome import AWAITING_GRADE, EXCELLENT, Judged
from services.assessment.fold.quota import defer
from services.assessment.fold.reading import Person, Reader

THEN, NOW = "then", "now"
LENSES = ("then-then", "now-then", "then-now", "now-now")
PERSON_KINDS = ("assessment", "attendance", "posting")
"""Kinds of streams that follow a person and that the fold reads."""

FINALISED = "zhucun.assessment.AssessmentFinalised.v1"
QUOTA_COMPUTED = "zhucun.assessment.QuotaComputed.v1"
LISTS_FILED = "zhucun.assessment.AssessmentListsFiled.v1"
RECIPIENTS = 2
"""Who is given the lists: the city office and the city organisation department (Art. 12)."""
REISSUED = "zhucun.assessment.AssessmentReissued.v1"
RULING, AWAITS_RULING = "InterpretationIssued", "awaiting_ruling"
"""Name of the fact, and the flag of somebody who waits for one."""


@dataclass(frozen=True, slots=True)
class Known:
    """An event as parsed and opened, its index in its log, and its leaf hash in hex."""

    event: Mapping[str, Any]
    index: int
    leaf: str


@dataclass(frozen=True)
class Case:
    """One determination, and everything known of the person, the county's year and the rules, whenever it came."""

    person: str
    year: int
    known: Sequence[Known]
    recorded: Known
    """The event `AssessmentFinalised` that is looked at."""
    alone: bool = False
    """Whether the list of those proposed as 优秀 was left out, since it concerns others only."""

    @property
    def data(self) -> Mapping[str, Any]:
        """What was recorded."""
        found: Mapping[str, Any] = self.recorded.event["data"]
        return found

    @property
    def first(self) -> bool:
        """Whether it is the first determination, made together with the whole county's."""
        return bool(self.data["determination"] == 1)

    @cached_property
    def indexes(self) -> dict[str, int]:
        """Event id -> index in its log."""
        return {one.event["id"]: one.index for one in self.known}

    @cached_property
    def basis(self) -> dict[str, int]:
        """Log origin -> size below which everything was known when it was decided."""
        return {entry["origin"]: entry["size"] for entry in self.data["basis"]}

    def reader(self, cut: Cut) -> Reader:
        """A reader that has taken what the cut allows of the person, the rules and the villages."""
        reader = Reader(cut, self.indexes)
        reader.read(one.event for one in self.known if one.event["data"].get("person", self.person) == self.person)
        return reader

    def line(self, reader: Reader, *, upto: int | None) -> Line | None:
        """The county's line with the reissues recorded before index `upto` of the log (None: all); None where the
        case comes without it."""
        if self.alone:
            return None
        mine = [one.event for one in self.known if upto is None or one.index < upto or one.event["origin"] != self.log]
        return line_of_county(mine, reader, self.data["county"], self.year)

    @property
    def log(self) -> str:
        """The log that the determination lies in."""
        return str(self.recorded.event["origin"])


def line_of_county(events: Iterable[Mapping[str, Any]], reader: Reader, county: str, year: int) -> Line:
    """The county's line from the event that closed its year and the reissues after it.

    Ties are those that the reader knows. Raises LookupError when the year was not closed.
    """
    mine = [event for event in events if event["stream"] == f"county/{county}/{year}"]
    mine.sort(key=lambda event: event["version"])
    closed = [event["data"] for event in mine if event["type"] == QUOTA_COMPUTED]
    if not closed:
        raise LookupError(f"the event that closed {county} {year} is missing: its line cannot be drawn again")
    return line_of(closed[0], _reissued(mine), [fact for fact in reader.common if fact.name == "TieResolved"])


def _reissued(events: Iterable[Mapping[str, Any]]) -> Iterator[Reissued]:
    """Results issued anew, of the county's events in order."""
    recipients: set[str] = set()
    for event in events:
        data = event["data"]
        if event["type"] == LISTS_FILED:
            recipients.add(data["recipient"])
        elif event["type"] == REISSUED:
            filed = len(recipients) == RECIPIENTS
            yield Reissued(data["person"], data["before"], data["after"], data.get("area"), filed)


class CohortNeeded(LookupError):
    """Whether 优秀 is given depends on others, and they were left out."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What was known at one cut, read once and judged as often as there are rules."""

    case: Case
    reader: Reader
    cut: Cut
    line: Line | None
    """None where the list that it is drawn from was left out."""
    first: bool
    """Whether the places are given as at the first time; afterwards everybody else is frozen."""

    def judge(self, rules: Rules) -> "Judge":
        """Judges by these rules at this cut."""
        return judge_of(self.reader, rules, self.case.year, self.cut)

    @property
    def waits(self) -> bool:
        """Whether the person got no grade at the first time, because it hung on a reading that nobody had ruled on."""
        return self.line is not None and self.case.first and self.case.person in self.line.deferred

    def ruled_since(self, then: "Facts") -> bool:
        """Whether the interpreters have spoken, or the person has another determination, since what was known then."""
        known = [f.id for f in then.reader.common if f.name == RULING]
        ruled = any(f.id not in known for f in self.reader.common if f.name == RULING)
        return ruled or (self.line is not None and any(one.person == self.case.person for one in self.line.reissued))

    def settled(self, judge: "Judge", *, waits: bool | None = None) -> Judged:
        """The person judged, and given the place that the line leaves.

        `waits`: whether a ruling is waited for; without it as it was at the first time.
        """
        judged = judge(self.case.person, self.reader.people.get(self.case.person) or Person())
        return self.placed(judged, judge, self.line, waits=self.waits if waits is None else waits)

    def placed(self, judged: Judged, judge: "Judge", line: Line | None, *, waits: bool) -> Judged:
        """Somebody judged alone, given the place that the line leaves."""
        if judged.listed and waits:
            defer(judged)
        elif line is not None:
            line = replace(line, deferred=frozenset())
            settle_alone(judged, line, judge.rules.parameters, first=self.first)
        elif judged.outcome == EXCELLENT:
            raise CohortNeeded("优秀 is in question, and the list of those who were proposed for it is not there")
        return judged

    def shown(self, rules: Rules) -> dict[str, Any]:
        """The person's part of the fold's output."""
        return as_json(self.settled(self.judge(rules)))


def facts_then(case: Case, cut: Cut) -> Facts:
    """What was known when it was decided."""
    reader = case.reader(cut)
    return Facts(case, reader, cut, case.line(reader, upto=case.recorded.index), case.first)


def facts_now(case: Case, cut: Cut) -> Facts:
    """What is known now; everybody else's places are frozen."""
    reader = case.reader(cut)
    return Facts(case, reader, cut, case.line(reader, upto=None), first=False)


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges people of one year by one set of rules at one cut, each alone: places for 优秀 are not given."""

    rules: Rules
    cut: Cut
    frame: Frame
    calendars: Calendars
    by_reference: frozenset[str]

    def __call__(self, name: str, person: Person) -> Judged:
        p = self.rules.parameters
        return judge_person(name, person, self.frame, self.calendars, p, self.cut, self.by_reference)


def judge_of(reader: Reader, rules: Rules, year: int, cut: Cut) -> Judge:
    """A judge for what the reader has taken of the villages."""
    by_reference = frozenset(
        fact.data["village"]
        for fact in reader.common
        if fact.name == "VillageRegistered" and fact.data["rule_mode"] == "reference"
    )
    frame = frame_of(year, rules.parameters, cut)
    return Judge(rules, cut, frame, Calendars(rules.calendars, cut), by_reference)


def as_json(judged: Judged) -> dict[str, Any]:
    """The judged person as the fold shows it."""
    frame = judged.year.measures.frame
    return person_json(judged, [iso(day) for day in range(frame.first, frame.last + 1)])


def judged_four(
    then: Facts, now: Facts, rules_then: Rules, rules_now: Rules, *, supposed: bool = False
) -> dict[str, Judged]:
    """The person judged in each lens. Who waited for a ruling waits by the rules then, and by those of now unless
    there is one since, or the rules of now are only `supposed`."""
    facts, rules = {THEN: then, NOW: now}, {THEN: rules_then, NOW: rules_now}
    waits = {THEN: then.waits, NOW: then.waits and not (supposed or now.ruled_since(then))}
    by_lens = {lens: lens.split("-") for lens in LENSES}
    return {lens: facts[f].settled(facts[f].judge(rules[r]), waits=waits[r]) for lens, (f, r) in by_lens.items()}


def four(then: Facts, now: Facts, rules_then: Rules, rules_now: Rules) -> dict[str, dict[str, Any]]:
    """The person's part of the fold's output in each lens."""
    return {lens: as_json(judged) for lens, judged in judged_four(then, now, rules_then, rules_now).items()}


def standing(shown: Mapping[str, Any], case: Case) -> str:
    """The outcome in a lens. A grade proposed on other facts no longer holds: it would have to be proposed again."""
    grade = next((f for f in shown["findings"] if f["article"] == "12.4"), None)
    if shown["grounds"] or grade is None or grade["outcome"] != "met" or shown["outcome"] == "未定等次":
        return str(shown["outcome"])
    proposal = next(one.event["data"] for one in case.known if one.event["id"] == grade["evidence"][0])
    return str(shown["outcome"]) if proposal["inputs"] == shown["inputs"] else AWAITING_GRADE


def worked_out(
    case: Case, shown: Mapping[str, Any], rules: Rules, cut: Cut, digests: Mapping[str, str]
) -> dict[str, Any]:
    """The determination again, as plain JSON, from what was known and in force then.

    `digests`: those of rule set and fold as they are now, which this code can vouch for.
    """
    data = case.data
    kept = ("person", "county", "year", "determination", "supersedes", "moment", "basis")
    entries = determination.manifest(_heads(case), case.person, shown, data["county"], case.year)
    return {
        **{name: data[name] for name in kept if name in data},
        **determination.content(shown),
        **digests,
        "parameters_digest": determination.digest(dict(rules.parameters)),
        "calendars_digest": determination.calendars_digest(rules.calendars, case.year, cut),
        "manifest": [{"origin": h.origin, "stream": h.stream, "version": h.version, "head": h.leaf} for h in entries],
    }


def compared(recorded: Mapping[str, Any], again: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Members in which the determination as recorded and as worked out again are not the same bytes."""
    said = {name: value for name, value in recorded.items() if name not in determination.SAID_BY_OFFICIALS}
    return [
        {"member": name, "recorded": said.get(name), "worked_out": again.get(name)}
        for name in sorted(said.keys() | again.keys())
        if name not in said
        or name not in again
        or determination.digest(said[name]) != determination.digest(again[name])
    ]


def unclear(recorded: Mapping[str, Any], again: Mapping[str, Any]) -> list[str]:
    """Clauses that cannot be worked out again, because a value behind them was erased or is not disclosed."""
    before = {finding["article"] for finding in recorded["findings"] if _is_open(finding)}
    return [f["article"] for f in again.get("findings", ()) if _is_open(f) and f["article"] not in before]


def _is_open(finding: Mapping[str, Any]) -> bool:
    return finding["outcome"] in OPEN_OUTCOMES or finding["values"].get("shortfall_review") == UNDETERMINED


def _heads(case: Case) -> Iterable[determination.Head]:
    """The last event below the basis of every stream that the fold reads."""
    basis, last = case.basis, dict[tuple[str, str], Known]()
    for one in case.known:
        event = one.event
        kind = event["stream"].split("/", 1)[0]
        if one.index < basis.get(event["origin"], 0) and kind in (*PERSON_KINDS, "county", "rules", "village"):
            key = event["origin"], event["stream"]
            if key not in last or last[key].event["version"] < event["version"]:
                last[key] = one
    return [
        determination.Head(origin, stream, one.event["version"], one.leaf) for (origin, stream), one in last.items()
    ]


def differences(lenses: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Findings that are not the same then and now, and why: facts, rules, each of them, or only both together."""
    found = []
    told = {lens: (*shown["findings"], *_awaited(shown)) for lens, shown in lenses.items()}
    by_lens = {lens: {finding["article"]: finding for finding in findings} for lens, findings in told.items()}
    articles = {article: None for findings in by_lens.values() for article in findings}
    for article in articles:
        said = {lens: _said(findings.get(article)) for lens, findings in by_lens.items()}
        base = said["then-then"]
        if said["now-now"] == base and said["now-then"] == base and said["then-now"] == base:
            continue
        by_facts, by_rules = said["now-then"] != base, said["then-now"] != base
        because = "both" if by_facts and by_rules else "facts" if by_facts else "rules" if by_rules else "only_together"
        found.append({"article": article, "because": because, "then": base, "now": said["now-now"]})
    return found


def _awaited(shown: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """That the outcome waits for the interpreters (Art. 23), in the form of a finding."""
    awaited = {"article": "23.2", "outcome": NEEDS_DETERMINATION, "values": {"waits_for": "CZ CP"}}
    return [awaited] if AWAITS_RULING in shown["flags"] else []


def _said(finding: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if finding is None else {"outcome": finding["outcome"], "values": finding["values"]}

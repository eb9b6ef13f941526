"""One person's year as the clauses see it: the measures, the facts behind them, the parameters, and the evidence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.assessment.fold.civil import Cut, ordinal
from services.assessment.fold.days import ABSENT, LEAVE, NONE, ONPOST, REST, TRAINING, TRAVEL, Record
from services.assessment.fold.findings import ERASED, MET, NOT_MET, Finding, FoldError, Parameters, Value
from services.assessment.fold.leaves import KNOWN, disclosed
from services.assessment.fold.measures import Measures
from services.assessment.fold.postings import Span
from services.assessment.fold.reading import Fact


@dataclass(frozen=True, slots=True)
class Decision:
    """A dated fact that may be a ground: `day` is None when its date was not disclosed or was erased (`state`)."""

    state: str
    day: int | None
    event: str


@dataclass(slots=True)
class PersonYear:
    """Everything that a clause may look at. Not to be changed (see `Finding`)."""

    person: str
    record: Record
    measures: Measures
    parameters: Parameters
    cut: Cut
    full_evidence: bool = False
    """Name the events behind a fulfilled duty too, not only behind a ground."""
    evidence: bool = True
    """Look for the events of many days that are behind a finding: a determination does not name them."""

    @property
    def facts(self) -> Sequence[Fact]:
        return self.record.person.in_order()

    def named(self, name: str) -> Sequence[Fact]:
        """Those of one name, or of those that are kept together (`leaves.TOGETHER`)."""
        return self.record.named.get(name, ())

    def decisions(self, name: str, date_of: Callable[[Fact], tuple[str, str | None]]) -> list[Decision]:
        """Facts of a name that were decided in the year, and those of the year's streams whose date is not known.

        Decisions outside the posting count too; in the year of transition from 1 January or from the effective date.
        """
        facts = self.named(name)
        if not facts:
            return []
        frame = self.measures.frame
        by_effect = frame.transition and self.parameters["transition.2016_grounds"] == "effective"
        first = frame.effective if by_effect else frame.first
        found = []
        for fact in facts:
            state, text = date_of(fact)
            if text is not None and first <= ordinal(text) <= frame.last:
                found.append(Decision(KNOWN, ordinal(text), fact.id))
            elif text is None and fact.stream.endswith(f"/{frame.year}"):
                found.append(Decision(state, None, fact.id))
        return found

    def sensitive_date(self, member: str) -> Callable[[Fact], tuple[str, str | None]]:
        """Reads a date that may stand behind a digest."""
        return lambda fact: disclosed(fact, member, self.cut)

    def on_post_events(self) -> tuple[str, ...]:
        """Events that make the counted days: check-ins, trips, training, corrections."""
        if not self.evidence:
            return ()
        record, window = self.record, self.measures.window
        days = self.measures.days
        on_post = {*days.having(ONPOST, *window)} - record.corrected.keys()
        ids = {event for day, event, _, _ in record.person.check_ins() if day in on_post and event not in record.voids}
        corrected = ((day, event) for day, (_, event) in record.corrected.items() if window.start <= day <= window.end)
        ids.update(event for day, event in corrected if days.status(day) in (ONPOST, TRAVEL, TRAINING))
        for spans, code in ((record.travel, TRAVEL), (record.training, TRAINING)):
            ids.update(event for event, span in spans.items() if self._has(span, code))
        return tuple(sorted(ids))

    def _has(self, span: Span, code: int) -> bool:
        window = self.measures.window
        first, last = max(span.start, window.start), min(span.end, window.end)
        return bool(self.measures.days.having(code, first, last))

    def absence_events(self) -> tuple[str, ...]:
        """Events that speak of the days of absence; the absence itself is a day without a record."""
        if not self.evidence:
            return ()
        record = self.record
        ids: set[str] = set()
        marks = (record.recorded_absent, record.spot_absent, record.voided)
        if any(marks) or record.corrected or record.excuses:
            absent = set(self.measures.absence_days).union(*(run.days for run in self.measures.runs))
            for marked in marks:
                ids.update(event for day in absent & marked.keys() for event in marked[day])
            ids.update(record.corrected[day][1] for day in absent & record.corrected.keys())
            rejected = ((span, event) for span, justified, event in record.excuses if not justified)
            ids.update(event for span, event in rejected if any(span.start <= day <= span.end for day in absent))
        for leave in record.leaves:
            span = leave.span()
            if span is not None and self.overstayed(span.end):
                ids.add(leave.granted.id)
        return tuple(sorted(ids))

    def overstayed(self, last_day_of_leave: int) -> bool:
        """Whether the first day after a leave that calls for a record was a day of absence, and of this year."""
        first, last = self.measures.window
        day = last_day_of_leave + 1
        while day <= last and self.measures.days.status(day) == REST:
            day += 1
        return first <= day <= last and self.measures.days.status(day) == ABSENT

    def back_from(self, last_day_of_leave: int) -> int | None:
        """The first day on post after a leave; None before it, and where another leave or the end of posting came."""
        days = self.measures.days
        for day in range(last_day_of_leave + 1, self.measures.window.end + 1):
            status = days.status(day)
            if status == ONPOST:
                return day
            if status in (NONE, LEAVE):
                return None
        return None

    def latest(self, name: str) -> Fact | None:
        """The last fact of a name that is about this year."""
        found = [fact for fact in self.named(name) if fact.data["year"] == self.measures.frame.year]
        return found[-1] if found else None


def finding_of_decisions(article: str, ground: str, decisions: Sequence[Decision]) -> Finding:
    """Met when one decision is known to be of the year; otherwise open as long as the date of one is not known."""
    if not decisions:
        return Finding(article, NOT_MET, {"decisions": 0, "not_disclosed": 0}, (), ground)
    states = [decision.state for decision in decisions]
    known, hidden = states.count(KNOWN), {*states} - {KNOWN}
    outcome = MET if known else (ERASED if hidden == {ERASED} else max(hidden)) if hidden else NOT_MET
    values: dict[str, Value] = {"decisions": known, "not_disclosed": len(states) - known}
    return Finding(article, outcome, values, tuple(sorted([decision.event for decision in decisions])), ground)


def required_member(fact: Fact, member: str) -> str:
    """A member that every fact of its type has; raises FoldError when it is missing."""
    value = fact.data.get(member)
    if not isinstance(value, str):
        raise FoldError(f"event {fact.id}: {fact.name} lacks {member}")
    return value

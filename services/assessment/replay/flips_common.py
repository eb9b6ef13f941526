"""What a result hangs on beside the person's own facts: rulings, county measures, ties resolved, the places of others.

Each can be taken away, or taken as known in time, as a fact of one's own can (`flips.py`). A ruling does two things: it
gives a parameter its value, and it settles a reading. Without it whoever's outcome hangs on that reading would have
waited for it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.assessment.fold.fold import Rules
from services.assessment.fold.frozen_line import Line
from services.assessment.fold.outcome import Judged
from services.assessment.fold.reading import Fact
from services.assessment.replay.changes import IN_TIME, REMOVED, Change
from services.assessment.replay.lenses import QUOTA_COMPUTED, REISSUED, Facts, Judge, line_of_county

RULES = frozenset({"InterpretationIssued", "CountyMeasureAdopted"})
_RULING, _TIE, _LINE, _REISSUED = "InterpretationIssued", "TieResolved", "QuotaComputed", "AssessmentReissued"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a person is judged by: rules, the line of the county's places, whether a ruling is waited for."""

    judge: Judge
    line: Line | None
    waits: bool
    same_rules: bool


class Common:
    """Tries changes of what a county or the city has in common. Not thread-safe.

    `fold_rules`: rules of rulings and measures, as they would be in force; `hangs_on`: parameters, or members of them,
    that the outcome hangs on and that only a ruling settles.
    """

    def __init__(
        self,
        then: Facts,
        now: Facts,
        used: Rules,
        fold_rules: Callable[[Sequence[Fact]], Rules],
        hangs_on: frozenset[str],
    ) -> None:
        self._then, self._used, self._fold_rules, self._hangs_on = then, used, fold_rules, hangs_on
        self._known = {fact.id: fact for fact in then.reader.common}
        self._later = {fact.id: fact for fact in now.reader.common if fact.id not in self._known}
        self._unchanged = Surroundings(then.judge(used), then.line, then.waits, True)
        self._open = self._unsettled(self._known.values())
        self._rules: dict[frozenset[str], Judge] = {}

    def changes(self, base: Judged) -> list[Change]:
        """Every change that may matter to this result. `base`: the result as it is."""
        county, year = self._then.case.data["county"], f"{self._then.case.year}-12-31"
        found = []
        for move, facts in ((REMOVED, self._known), (IN_TIME, self._later)):
            for fact in sorted(facts.values()):
                own = fact.name == _RULING or fact.data.get("county") == county
                if fact.name in RULES and own and fact.data["valid_from"] <= year:
                    found.append(Change(fact.id, fact.name, move, None))
        proposed = any(finding.article == "12.6" for finding in base.findings)
        return [*found, *(self._places(base) if proposed else ())]

    def surroundings(self, changed: Iterable[Change]) -> Surroundings:
        """What the person would have been judged by with these changed."""
        moved = [change for change in changed if change.common]
        if not moved:
            return self._unchanged
        rules = frozenset(change.event for change in moved if change.name in RULES)
        judge = self._judge(rules) if rules else self._unchanged.judge
        return Surroundings(judge, self._line(moved), self._waits(rules), not rules)

    def is_idle(self, change: Change) -> bool:
        """Whether a ruling or measure makes no difference with anything else either: it gives a parameter the value
        that it has without it, settles nothing that the outcome hangs on, and no other speaks of the parameter."""
        if change.name not in RULES:
            return False
        parameter = str(self._fact(change.event).data["parameter"])
        same = [one for one in (*self._known.values(), *self._later.values()) if one.data.get("parameter") == parameter]
        if len(same) > 1 or any(_speaks_of(parameter, name) for name in self._hangs_on):
            return False
        return self.surroundings([change]).judge.rules.parameters == self._used.parameters

    def _places(self, base: Judged) -> list[Change]:
        """Ties, others at the line or above, and results of others that were issued anew."""
        line, case = self._then.line, self._then.case
        if line is None:
            return []
        own = line.of(base)
        found = [Change(tie.id, _TIE, REMOVED, None) for tie in own.ties if tie.id in self._known]
        above = {one.person for one in own.candidates if one.score >= (base.score or 0)}
        closed = next(one.event["id"] for one in case.known if self._of_county(one.event, QUOTA_COMPUTED))
        found += [Change(closed, _LINE, REMOVED, None, of=name) for name in sorted(above - {case.person})]
        if not self._then.first:
            issued = [one for one in case.known if self._of_county(one.event, REISSUED)]
            known = [one for one in issued if one.index < case.recorded.index]
            mine = [one for one in issued if one.event["data"]["person"] != case.person]
            found += [
                Change(
                    one.event["id"],
                    _REISSUED,
                    REMOVED if one in known else IN_TIME,
                    None,
                    of=one.event["data"]["person"],
                )
                for one in mine
            ]
        return found

    def _of_county(self, event: Any, kind: str) -> bool:
        case = self._then.case
        return bool(event["type"] == kind and event["stream"] == f"county/{case.data['county']}/{case.year}")

    def _line(self, moved: Sequence[Change]) -> Line | None:
        line = self._then.line
        events = {change.event for change in moved}
        if line is None or not any(change.name not in RULES for change in moved):
            return line
        gone = {change.of for change in moved if change.name == _LINE}
        if any(change.name == _REISSUED for change in moved):
            line = self._line_with(events)
        return replace(
            line,
            candidates=tuple(one for one in line.candidates if one.person not in gone),
            ties=tuple(tie for tie in line.ties if tie.id not in events),
        )

    def _line_with(self, moved: set[str]) -> Line:
        """The line with those results issued anew left out, or known in time."""
        case = self._then.case
        kept = [
            one.event
            for one in case.known
            if one.event["type"] != REISSUED or (one.index < case.recorded.index) != (one.event["id"] in moved)
        ]
        return line_of_county(kept, self._then.reader, case.data["county"], case.year)

    def _judge(self, moved: frozenset[str]) -> Judge:
        if moved not in self._rules:
            self._rules[moved] = self._then.judge(self._fold_rules(self._facts(moved)))
        return self._rules[moved]

    def _waits(self, moved: frozenset[str]) -> bool:
        """Whether a reading is left open that was settled, or that was waited for and still is."""
        if not moved:
            return self._unchanged.waits
        unsettled = self._unsettled(self._facts(moved))
        return bool(unsettled - self._open) or (self._unchanged.waits and bool(unsettled & self._open))

    def _unsettled(self, facts: Iterable[Fact]) -> frozenset[str]:
        ruled = {str(fact.data["parameter"]) for fact in facts if fact.name == _RULING}
        return frozenset(name for name in self._hangs_on if not any(_speaks_of(one, name) for one in ruled))

    def _facts(self, moved: frozenset[str]) -> list[Fact]:
        kept = [fact for fact in self._known.values() if fact.id not in moved]
        return [*kept, *(fact for fact in self._later.values() if fact.id in moved)]

    def _fact(self, event: str) -> Fact:
        return self._known[event] if event in self._known else self._later[event]


def _speaks_of(ruled: str, parameter: str) -> bool:
    """Whether a ruling is on the parameter, or on a member of it (`half_year.rule.days`)."""
    return ruled == parameter or ruled.startswith(f"{parameter}.")

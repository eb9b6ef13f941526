"""The smallest sets of recorded events that change the outcome: taken away, or moved across the cut.

What was known when it was decided can be taken away; what came later can be taken as known in time. Of the person's
own facts every one and every pair is searched, up to a bound that is said. So is what the county has in common
(rulings and measures, ties, the places of others: `flips_common.py`): alone, among each other, and rulings with each
fact. A place and a fact are no pair: a fact that makes a ground does so with a place and without one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, product
from typing import Any

from services.assessment.fold.fold import Rules
from services.assessment.fold.outcome import Judged
from services.assessment.fold.reading import Person
from services.assessment.replay.changes import IN_TIME, REMOVED, Change
from services.assessment.replay.composing import Composer
from services.assessment.replay.flips_common import RULES, Common, Surroundings
from services.assessment.replay.later import about_day, fact_name, place_in_fold
from services.assessment.replay.lenses import Facts
from services.assessment.replay.pairs import Candidate, Reach, Result, Search, beside, reaches, search

SHOWN = 5
"""Sets named of each kind; the others are counted."""


class Trial:
    """Judges the person of a case with some facts changed. Not thread-safe."""

    def __init__(self, then: Facts, now: Facts, rules: Rules, common: Common | None = None) -> None:
        name = then.case.person
        before = then.reader.people.get(name) or Person()
        after = now.reader.people.get(name) or Person()
        self._then, self._judge, self._common = then, then.judge(rules), common
        self._around = Surroundings(self._judge, then.line, then.waits, same_rules=True)
        self._check_ins = {entry[1]: entry for entry in (*after.check_ins(), *before.check_ins())}
        self._facts = {fact.id: fact for fact in (*after.facts, *before.facts)}
        self._known = {entry[1] for entry in before.check_ins()} | {fact.id for fact in before.facts}

    def changes(self) -> list[Change]:
        """Every change that can be tried, in the order of the fold."""
        found = []
        for one in sorted(self._then.case.known, key=place_in_fold):
            event, name = one.event["id"], fact_name(one.event)
            if name is not None and (event in self._check_ins or event in self._facts):
                move = REMOVED if event in self._known else IN_TIME
                found.append(Change(event, name, move, about_day(one.event)))
        return found

    def reaches(self) -> dict[str, Reach]:
        """Event id -> the days that it speaks of, for facts that speak of days alone."""
        return reaches(self._facts, self._check_ins, self._judge.rules.parameters)

    def judged(self, changed: Sequence[Change]) -> Judged:
        """The person with those events changed."""
        around = self._around if self._common is None else self._common.surroundings(changed)
        own = {change.event for change in changed if not change.common}
        alone = (
            self._unplaced if not own and around.same_rules else around.judge(self._then.case.person, self._with(own))
        )
        judged = replace(alone, findings=list(alone.findings), flags=set(alone.flags))
        return self._then.placed(judged, around.judge, around.line, waits=around.waits)

    @cached_property
    def _unplaced(self) -> Judged:
        """The person with nothing changed, before places are given."""
        return self._judge(self._then.case.person, self._with(set()))

    def _with(self, changed: set[str]) -> Person:
        """What is known of the person with those facts changed."""
        ids = self._known ^ changed
        person = Person()
        check_ins = [check_in for event, check_in in self._check_ins.items() if event in ids]
        person.take(zip(*check_ins, strict=True), [fact for event, fact in self._facts.items() if event in ids])
        return person


@dataclass(frozen=True, slots=True)
class Found:
    """Sets of changes that are enough, all of one kind. `alike`: the first of them."""

    changes: tuple[Change, ...]
    result: Result
    alike: list[tuple[Change, ...]]
    count: int


def flips(
    then: Facts, now: Facts, rules: Rules, *, most_singles: int, most_pairs: int, common: Common | None = None
) -> dict[str, Any]:
    """Sets of one and of two changes that give another outcome or other grounds, and how far was searched.

    A pair is named only where neither of its changes is enough alone. `most_pairs`: pairs that are judged themselves;
    those shown to do what a judged one does (`pairs.py`) come on top.
    """
    trial = Trial(then, now, rules, common)
    unchanged = trial.judged(())
    base = _result(unchanged)
    changes = trial.changes()
    composer, reach = Composer(unchanged), trial.reaches()
    enough: list[tuple[tuple[Change, ...], Result]] = []
    others: list[Candidate] = []
    for place, change in enumerate(changes[:most_singles]):
        judged = trial.judged([change])
        if _result(judged) != base:
            enough.append(((change,), _result(judged)))
        else:
            effect = composer.effect(judged, beside(change.name, change.event))
            others.append(Candidate(place, reach.get(change.event), effect))
    pairs, done = search(
        others, composer, lambda one, other: _result(trial.judged((changes[one], changes[other]))), most_pairs, base
    )
    enough += [((changes[one], changes[other]), result) for one, other, result in pairs]
    shared: list[Change] = [] if common is None else common.changes(unchanged)[:most_singles]
    if common is not None:
        own = [changes[candidate.place] for candidate in others]
        enough += _in_common(trial, common, shared, own, base, done, most_pairs)
    return {
        "from": {"outcome": base[0], "grounds": list(base[1])},
        "sets": [_shown(one) for one in _by_kind(enough)],
        "singles": {"tried": min(len(changes), most_singles) + len(shared), "of": len(changes) + len(shared)},
        "common": None if common is None else len(shared),
        "pairs": {
            "tried": done.judged + done.shown,
            "of": done.pairs,
            "judged": done.judged,
            "left_out": done.left_out,
        },
    }


def _in_common(
    trial: Trial,
    common: Common,
    shared: Sequence[Change],
    own: Sequence[Change],
    base: Result,
    done: Search,
    most_pairs: int,
) -> Iterator[tuple[tuple[Change, ...], Result]]:
    """Sets with something that the county has in common. `own`: facts that are not enough alone."""
    idle = []
    for change in shared:
        result = _result(trial.judged([change]))
        if result != base:
            yield (change,), result
        elif not common.is_idle(change):
            idle.append(change)
    rules = [change for change in idle if change.name in RULES]
    for pair in (*combinations(idle, 2), *product(rules, own)):
        done.pairs += 1
        if done.judged >= most_pairs:
            done.left_out += 1
            continue
        done.judged += 1
        result = _result(trial.judged(pair))
        if result != base:
            yield pair, result


def _by_kind(enough: Sequence[tuple[tuple[Change, ...], Result]]) -> list[Found]:
    """Sets of facts of the same names, moved in the same way, with the same result, are one kind."""
    found: dict[tuple[Any, ...], Found] = {}
    for changes, result in enough:
        kind = (len(changes), tuple((change.name, change.move) for change in changes), result)
        before = found.get(kind)
        if before is None:
            found[kind] = Found(changes, result, [changes], 1)
        else:
            alike = [*before.alike, changes] if len(before.alike) < SHOWN else before.alike
            found[kind] = Found(before.changes, result, alike, before.count + 1)
    return list(found.values())


def _result(judged: Judged) -> Result:
    return judged.outcome, tuple(judged.grounds)


def _shown(found: Found) -> dict[str, Any]:
    return {
        "size": len(found.changes),
        "outcome": found.result[0],
        "grounds": list(found.result[1]),
        "changes": [change.as_json() for change in found.changes],
        "alike": found.count,
        "alike_events": [[change.event for change in changes] for changes in found.alike],
        **_alike_of(found),
    }


def _alike_of(found: Found) -> dict[str, Any]:
    """The people whose places the sets of this kind concern, where they concern any."""
    people = [[change.of for change in changes if change.of] for changes in found.alike]
    return {"alike_of": people} if any(people) else {}

"""The smallest sets of recorded facts that change the outcome: taken away, or moved across the cut.

A fact known when it was decided can be taken away; one that came later can be taken as known in time. Single facts are
all tried; of pairs one for every two kinds of effect, up to a bound that is said. Imports the standard library only.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Any, TypeAlias

from services.assessment.fold.civil import iso
from services.assessment.fold.fold import Rules
from services.assessment.fold.outcome import Judged
from services.assessment.fold.reading import Person
from services.assessment.replay.later import about_day, fact_name, place_in_fold
from services.assessment.replay.lenses import Facts

REMOVED, IN_TIME = "removed", "known_in_time"
SHOWN = 5
"""Events named of each kind of change; the others are counted."""

Result: TypeAlias = tuple[str, tuple[str, ...]]
"""Outcome and grounds."""
Effect: TypeAlias = tuple[Any, ...]
"""What a change does to what is measured: two changes with the same effect are alike."""


@dataclass(frozen=True, slots=True)
class Change:
    """One fact taken away, or taken as known in time."""

    event: str
    name: str
    move: str
    about: int | None


class Trial:
    """Judges the person of a case with some facts changed. Not thread-safe."""

    def __init__(self, then: Facts, now: Facts, rules: Rules) -> None:
        name = then.case.person
        before = then.reader.people.get(name) or Person()
        after = now.reader.people.get(name) or Person()
        self._then, self._judge = then, then.judge(rules)
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

    def judged(self, changed: Iterable[Change]) -> Judged:
        """The person with those facts changed."""
        ids = self._known ^ {change.event for change in changed}
        person = Person()
        person.flat = [value for event, entry in self._check_ins.items() if event in ids for value in entry]
        person.facts = [self._facts[event] for event in self._facts if event in ids]
        person.sorted = False
        return self._then.settled(self._judge, person)


@dataclass(frozen=True, slots=True)
class Found:
    """Changes that are enough, one example of `count` that do the same."""

    changes: tuple[Change, ...]
    result: Result
    count: int


def flips(then: Facts, now: Facts, rules: Rules, *, most_singles: int, most_pairs: int) -> dict[str, Any]:
    """Sets of one and of two changes that give another outcome or other grounds, and how far was searched.

    A pair is named only where neither of its changes is enough alone.
    """
    trial = Trial(then, now, rules)
    unchanged = trial.judged(())
    base, measured = _result(unchanged), _effect(unchanged)
    changes = trial.changes()
    enough: dict[tuple[Effect, Result], list[Change]] = {}
    alike: dict[Effect, list[Change]] = {}
    for change in changes[:most_singles]:
        judged = trial.judged([change])
        effect = (change.name, change.move, *_effect(judged))
        if _result(judged) != base:
            enough.setdefault((effect, _result(judged)), []).append(change)
        elif _effect(judged) != measured:
            alike.setdefault(effect, []).append(change)
    found = [(Found((same[0],), key[1], len(same)), same) for key, same in enough.items()]
    pairs = list(_pairs(alike))
    for pair, number in pairs[:most_pairs]:
        result = _result(trial.judged(pair))
        if result != base:
            found.append((Found(pair, result, number), []))
    moving = sum(len(group) for group in alike.values())
    return {
        "from": {"outcome": base[0], "grounds": list(base[1])},
        "sets": [_shown(one, same) for one, same in found],
        "singles": {"tried": min(len(changes), most_singles), "of": len(changes)},
        "pairs": {
            "tried": min(len(pairs), most_pairs),
            "of": moving * (moving - 1) // 2,
            "kinds_of_effect": len(alike),
        },
    }


def _pairs(alike: Mapping[Effect, Sequence[Change]]) -> Iterator[tuple[tuple[Change, Change], int]]:
    """One pair for every two kinds of effect, with the number of pairs that it stands for."""
    for first, second in combinations_with_replacement(list(alike), 2):
        one, other = alike[first], alike[second]
        if first != second:
            yield (one[0], other[0]), len(one) * len(other)
        elif len(one) > 1:
            yield (one[0], one[1]), len(one) * (len(one) - 1) // 2


def _result(judged: Judged) -> Result:
    return judged.outcome, tuple(judged.grounds)


def _effect(judged: Judged) -> Effect:
    m = judged.year.measures
    runs = tuple(sorted((len(run.days) for run in m.runs), reverse=True))
    flags = tuple(sorted(judged.flags))
    return m.on_post, m.absences, runs, m.posted_days, m.leave_days, m.seconded_days, judged.county, flags


def _shown(found: Found, same: Sequence[Change]) -> dict[str, Any]:
    return {
        "size": len(found.changes),
        "outcome": found.result[0],
        "grounds": list(found.result[1]),
        "changes": [_change(change) for change in found.changes],
        "alike": found.count,
        "alike_events": [change.event for change in same[:SHOWN]],
    }


def _change(change: Change) -> dict[str, Any]:
    about = None if change.about is None else iso(change.about)
    return {"event": change.event, "type": change.name, "about": about, "move": change.move}

"""The smallest sets of recorded facts that change the outcome: taken away, or moved across the cut.

A fact known when it was decided can be taken away; one that came later can be taken as known in time. Single facts and
pairs of them are all searched, up to a bound that is said. Imports the standard library only.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from services.assessment.fold.civil import iso
from services.assessment.fold.fold import Rules
from services.assessment.fold.outcome import Judged
from services.assessment.fold.reading import Person
from services.assessment.replay.later import about_day, fact_name, place_in_fold
from services.assessment.replay.lenses import Facts
from services.assessment.replay.pairs import Candidate, Composer, Reach, Result, reaches, search

REMOVED, IN_TIME = "removed", "known_in_time"
SHOWN = 5
"""Sets named of each kind; the others are counted."""


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

    def reaches(self) -> dict[str, Reach]:
        """Event id -> the days that it speaks of, for facts that speak of days alone."""
        return reaches(self._facts, self._check_ins, self._judge.rules.parameters)

    def judged(self, changed: Iterable[Change]) -> Judged:
        """The person with those facts changed."""
        ids = self._known ^ {change.event for change in changed}
        person = Person()
        check_ins = [check_in for event, check_in in self._check_ins.items() if event in ids]
        person.take(zip(*check_ins, strict=True), [fact for event, fact in self._facts.items() if event in ids])
        return self._then.settled(self._judge, person)


@dataclass(frozen=True, slots=True)
class Found:
    """Sets of changes that are enough, all of one kind. `alike`: the first of them."""

    changes: tuple[Change, ...]
    result: Result
    alike: list[tuple[Change, ...]]
    count: int


def flips(then: Facts, now: Facts, rules: Rules, *, most_singles: int, most_pairs: int) -> dict[str, Any]:
    """Sets of one and of two changes that give another outcome or other grounds, and how far was searched.

    A pair is named only where neither of its changes is enough alone. `most_pairs`: pairs that are judged themselves;
    those shown to do what a judged one does (`pairs.py`) come on top.
    """
    trial = Trial(then, now, rules)
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
            others.append(Candidate(place, reach.get(change.event), composer.effect(judged)))
    pairs, done = search(
        others, composer, lambda one, other: _result(trial.judged((changes[one], changes[other]))), most_pairs
    )
    enough += [((changes[one], changes[other]), result) for one, other, result in pairs if result != base]
    return {
        "from": {"outcome": base[0], "grounds": list(base[1])},
        "sets": [_shown(one) for one in _by_kind(enough)],
        "singles": {"tried": min(len(changes), most_singles), "of": len(changes)},
        "pairs": {
            "tried": done.judged + done.shown,
            "of": done.pairs,
            "judged": done.judged,
            "left_out": done.left_out,
        },
    }


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
        "changes": [_change(change) for change in found.changes],
        "alike": found.count,
        "alike_events": [[change.event for change in changes] for changes in found.alike],
    }


def _change(change: Change) -> dict[str, Any]:
    about = None if change.about is None else iso(change.about)
    return {"event": change.event, "type": change.name, "about": about, "move": change.move}

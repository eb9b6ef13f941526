"""Pairs of changes to recorded facts, each tried or shown to do what another pair does.

Most facts speak of days alone. Where two such changes speak of different days and of different cases, the statuses
after both are those after either, side by side; everything else stays. Then the result hangs on a few numbers
(`composing.py`): pairs with equal numbers have equal results, and one of them is judged for all. Most changes do to the
numbers what many others do, so that pairs of changes that are far from each other are not even looked at one by one.
Every other pair is judged itself. What a bound left out is counted. Standard library only.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain, combinations, combinations_with_replacement, islice, product
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from services.assessment.fold.civil import FAR, ordinal
from services.assessment.fold.findings import Parameters
from services.assessment.fold.postings import ENDINGS
from services.assessment.fold.reading import Fact
from services.assessment.replay.composing import Composer, Effect, Numbers, Part

Result: TypeAlias = tuple[str, tuple[str, ...]]
"""Outcome and grounds."""
Pair: TypeAlias = tuple[int, int]
"""Places of two changes in the list of all, in order."""
Effects: TypeAlias = tuple[Effect, Effect]

MOST_COMPOSED = 500_000
"""Pairs whose days are put together and counted: all that a thousand facts have. Each is a few microseconds, where
judging one is a few thousand, so that leaving any of them to be judged would save nothing.
"""

_SPANS = {"AbsenceJustified", "JustificationRejected", "TrainingAttended"}
_DATED = {"AbsenceRecorded", "DayStatusCorrected", "PersonSpotChecked"}
_CHAINS = {"Leave": "leave", "OfficialTravel": "travel", "Secondment": "unit"}
"""How the names of facts about one case begin, and the member that names the case."""


def beside(name: str, event: str) -> str:
    """What tells a change from all others that do the same to days (`Part.beside`): how a posting ended counts too."""
    return event if name in ENDINGS else ""


class Reach(NamedTuple):
    """The days of which a fact speaks, and the case that it belongs to, if any."""

    first: int
    last: int
    case: str

    def meets(self, other: "Reach") -> bool:
        """Whether the two may bear on each other: a common day, or the same case."""
        return (self.first <= other.last and other.first <= self.last) or (self.case != "" and self.case == other.case)


def reaches(facts: Mapping[str, Fact], check_ins: Mapping[str, Sequence[Any]], p: Parameters) -> dict[str, Reach]:
    """Event id -> reach, for facts that speak of days alone; every other fact may bear on anything."""
    if p["transition.2016"] == "full_if_imported":  # one early check-in moves the first day that counts at all
        return {}
    found = {event: Reach(entry[0], entry[0], "") for event, entry in check_ins.items()}
    chains: dict[str, list[tuple[str, list[int]]]] = {}
    for event, fact in facts.items():
        data = fact.data
        if fact.name in _DATED:
            found[event] = Reach(ordinal(data["date"]), ordinal(data["date"]), "")
        elif fact.name in _SPANS:
            found[event] = Reach(ordinal(data["starts_on"]), ordinal(data["ends_on"]), "")
        elif fact.name == "CheckInVoided" and data["voids"] in check_ins:
            day = check_ins[data["voids"]][0]
            found[event] = Reach(day, day, "")
        else:
            case = _case(fact, p)
            if case is not None:
                chains.setdefault(case, []).append((event, _days_named(fact)))
    for case, members in chains.items():
        days = [day for _, named in members for day in named]
        if days:
            found |= {event: Reach(min(days), max(days), case) for event, _ in members}
    return found


def _case(fact: Fact, p: Parameters) -> str | None:
    if fact.name in ENDINGS:
        return f"Posting {fact.data['team']}"
    for prefix, member in _CHAINS.items():
        if fact.name.startswith(prefix):
            # Where the notice of an overstay decides, a leave bears on the days after it without an end.
            open_ended = prefix == "Leave" and not p["overstay.counts"]
            return None if open_ended else f"{prefix} {fact.data[member]}"
    return None


def _days_named(fact: Fact) -> list[int]:
    if fact.name.startswith("Secondment"):
        return [ordinal(fact.data["starts_on"]), FAR] if "starts_on" in fact.data else [FAR]
    if fact.name in ENDINGS:
        return [ordinal(fact.data["last_day"]), FAR]
    members = ("starts_on", "ends_on", "last_day", "returned_on")
    return [ordinal(fact.data[member]) for member in members if member in fact.data]


@dataclass(slots=True)
class Search:
    """How far the pairs were searched."""

    pairs: int = 0
    judged: int = 0
    """Pairs judged themselves."""
    shown: int = 0
    """Pairs that do what a judged one does."""
    left_out: int = 0
    """Pairs that the bound left out."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A change that is not enough alone: where it stands in the list of changes, its reach, and its effect on days."""

    place: int
    reach: Reach | None
    effect: Effect | None


class _Placed(NamedTuple):
    """A candidate of which both are known."""

    place: int
    reach: Reach
    effect: Effect


class _Known:
    """Judges pairs, one for all with equal numbers, and keeps those that do not come out as `base`."""

    def __init__(self, judge: Callable[[int, int], Result], most_judged: int, base: Result) -> None:
        self.done = Search()
        self.found: list[tuple[int, int, Result]] = []
        self._judge, self._most, self._base = judge, most_judged, base
        self._results: dict[Numbers, Result] = {}

    def take(self, numbers: Numbers | None, pairs: Iterable[Pair], count: int = 1) -> None:
        """`count` pairs that all have these numbers."""
        pairs, done = iter(pairs), self.done
        done.pairs += count
        if numbers is not None and numbers in self._results:
            result = self._results[numbers]
            done.shown += count
        elif done.judged >= self._most:
            done.left_out += count
            return
        else:
            first = next(pairs)
            result = self._judge(*first)
            done.judged += 1
            done.shown += count - 1
            pairs = chain((first,), pairs)
            if numbers is not None:
                self._results[numbers] = result
        if result != self._base:
            self.found += ((*pair, result) for pair in pairs)


def search(
    candidates: Sequence[Candidate],
    composer: Composer,
    judge: Callable[[int, int], Result],
    most_judged: int,
    base: Result,
) -> tuple[list[tuple[int, int, Result]], Search]:
    """Every pair that does not come out as `base`, by the places of its changes, and how far was searched.

    Those that one of them can be judged for come first: what is left of the bound goes to the others.
    """
    known = _Known(judge, most_judged, base)
    placed = [
        _Placed(one.place, one.reach, one.effect)
        for one in candidates
        if one.reach is not None and one.effect is not None
    ]
    near: Iterable[tuple[Pair, Effects | None]] = _every(placed)
    if composer.adds_up:
        near = [*_near(placed, composer)]
        for parts, pairs, count in _far(placed, {pair for pair, _ in near}):
            known.take(composer.together(*parts), pairs, count)
    elsewhere = {one.place for one in candidates} - {one.place for one in placed}
    others = [pair for pair in combinations([one.place for one in candidates], 2) if not elsewhere.isdisjoint(pair)]
    for composed, (pair, effects) in enumerate(near):
        numbers = composer.numbers(*effects) if effects is not None and composed < MOST_COMPOSED else None
        if numbers is None:
            others.append(pair)
        else:
            known.take(numbers, (pair,))
    for pair in sorted(others):
        known.take(None, (pair,))
    return sorted(known.found), known.done


def _every(placed: Sequence[_Placed]) -> Iterator[tuple[Pair, Effects | None]]:
    """Every pair, with the effects of both where these say what both do."""
    for one, other in combinations(placed, 2):
        yield _paired(one, other)


def _near(placed: Sequence[_Placed], composer: Composer) -> Iterator[tuple[Pair, Effects | None]]:
    """The same of those that speak of one day or case, or whose days may come into one run."""
    spans = sorted(((*composer.span(one.effect, *one.reach[:2]), one) for one in placed), key=itemgetter(0, 1))
    for number, (_, end, one) in enumerate(spans, 1):
        for start, _, other in islice(spans, number, None):
            if start > end:
                break
            yield _paired(one, other) if one.place < other.place else _paired(other, one)


def _paired(one: _Placed, other: _Placed) -> tuple[Pair, Effects | None]:
    effects = None if one.reach.meets(other.reach) else (one.effect, other.effect)
    return (one.place, other.place), effects


def _far(placed: Sequence[_Placed], near: AbstractSet[Pair]) -> Iterator[tuple[tuple[Part, Part], Iterator[Pair], int]]:
    """All other pairs, together where both parts are the same: the parts, the pairs, and how many they are."""
    places: dict[Part, list[int]] = {}
    for one in placed:
        places.setdefault(one.effect.part, []).append(one.place)
    part_of = {place: part for part, of_part in places.items() for place in of_part}
    close = Counter(frozenset((part_of[one], part_of[other])) for one, other in near)
    for part, other in combinations_with_replacement(places, 2):
        mine, theirs = places[part], places[other]
        every = len(mine) * (len(mine) - 1) // 2 if part is other else len(mine) * len(theirs)
        count = every - close[frozenset((part, other))]
        if count:
            yield (part, other), _outside(mine, theirs, near), count


def _outside(mine: Sequence[int], theirs: Sequence[int], near: AbstractSet[Pair]) -> Iterator[Pair]:
    pairs = combinations(mine, 2) if mine is theirs else product(mine, theirs)
    ordered = ((min(pair), max(pair)) for pair in pairs)
    return (pair for pair in ordered if pair not in near)


__all__ = ["Candidate", "Reach", "Result", "Search", "beside", "reaches", "search"]

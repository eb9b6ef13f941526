"""Pairs of changes to recorded facts, each tried or shown to do what another pair does.

Most facts speak of days alone. Where two such changes speak of different days and of different cases, the statuses
after both are those after either, side by side; everything else stays. Then the result hangs on a few numbers (days on
post, days of leave, absences, whether a run is too long): pairs with equal numbers have equal results, and one of them
is judged for all. Every other pair is judged itself. What a bound left out is counted. Standard library only.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple, TypeAlias

from services.assessment.fold.civil import FAR, ordinal
from services.assessment.fold.days import ABSENT, Days
from services.assessment.fold.findings import Parameters
from services.assessment.fold.measures import Measures, exceeds
from services.assessment.fold.outcome import Judged
from services.assessment.fold.reading import Fact
from services.assessment.fold.runs import runs_of, starts_open

Result: TypeAlias = tuple[str, tuple[str, ...]]
"""Outcome and grounds."""
Numbers: TypeAlias = tuple[Any, ...]

MOST_COMPOSED = 500_000
"""Pairs whose days are put together and counted: all that a thousand facts have. Each is a few microseconds, where
judging one is a few thousand, so that leaving any of them to be judged would save nothing.
"""

_SPANS = {"AbsenceJustified", "JustificationRejected", "TrainingAttended"}
_DATED = {"AbsenceRecorded", "DayStatusCorrected", "PersonSpotChecked"}
_CHAINS = {"Leave": "leave", "OfficialTravel": "travel", "Secondment": "unit"}
"""How the names of facts about one case begin, and the member that names the case."""


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
    for prefix, member in _CHAINS.items():
        if fact.name.startswith(prefix):
            # Where the notice of an overstay decides, a leave bears on the days after it without an end.
            open_ended = prefix == "Leave" and not p["overstay.counts"]
            return None if open_ended else f"{prefix} {fact.data[member]}"
    return None


def _days_named(fact: Fact) -> list[int]:
    if fact.name.startswith("Secondment"):
        return [ordinal(fact.data["starts_on"]), FAR] if "starts_on" in fact.data else [FAR]
    members = ("starts_on", "ends_on", "last_day", "returned_on")
    return [ordinal(fact.data[member]) for member in members if member in fact.data]


@dataclass(frozen=True, slots=True)
class Effect:
    """What one change alone does to the days: index -> code, and to the numbers that add up."""

    codes: tuple[tuple[int, int], ...]
    added: tuple[int, ...]
    absences: int


class Composer:
    """The numbers that a result hangs on when two changes of different days come together."""

    def __init__(self, base: Judged) -> None:
        self._measures: Measures = base.year.measures
        self._p = base.year.parameters
        self._days: Days = self._measures.days
        self._added = _additive(self._measures)
        self._absent = self._days.codes.count(ABSENT)
        duty = self._p["absence.basis"] == "duty" and self._p["absence.rest_in_run"] != "count"
        self._counts_add_up = duty and self._p["absence.cumulative_window"] == "calendar"
        earliest = max(min((one.start for one in self._measures.postings), default=0), self._measures.frame.effective)
        self._whole = self._days.low <= earliest or starts_open(self._days, self._p)
        """Whether no day before the first one looked at could come into question by a change."""

    def effect(self, judged: Judged) -> Effect | None:
        """What a change alone has done; None where it moved more than the statuses of days."""
        m, before = judged.year.measures, self._measures
        same = m.posted == before.posted and m.window == before.window and m.days.low == before.days.low
        if not same or len(m.days.codes) != len(before.days.codes):
            return None
        pairs = zip(before.days.codes, m.days.codes, strict=True)
        codes = tuple((index, code) for index, (old, code) in enumerate(pairs) if old != code)
        added = tuple(new - old for new, old in zip(_additive(m), self._added, strict=True))
        return Effect(codes, added, m.days.codes.count(ABSENT) - self._absent)

    def numbers(self, one: Effect, other: Effect) -> Numbers | None:
        """The numbers after both; None where the days before the year would have to be read anew."""
        added = tuple(sum(three) for three in zip(self._added, one.added, other.added, strict=True))
        absent = self._absent + one.absences + other.absences
        if self._counts_add_up and not absent:
            return (*added, 0, 0, False)
        all_inside = self._days.low >= self._measures.window.start
        few = self._counts_add_up and all_inside and absent <= self._p["absence.run_limit"]
        if few and self._whole:
            return (*added, absent, 0, False)
        days = self._composed(one, other)
        if not self._whole and starts_open(days, self._p):
            return None
        return (*added, absent, 0, False) if few else (*added, *self._absences(days))

    def _composed(self, one: Effect, other: Effect) -> Days:
        codes = bytearray(self._days.codes)
        for index, code in (*one.codes, *other.codes):
            codes[index] = code
        return Days(self._days.low, codes, self._days.rest, self._days.conflicts)

    def _absences(self, days: Days) -> Numbers:
        p, window, last = self._p, self._measures.window, self._measures.frame.last
        runs = runs_of(days, last, p)
        counted = sum(run.within(*window) for run in runs)
        shown = [run for run in runs if run.within(*window)]
        if p["absence.cumulative_window"] == "rolling":
            return counted, tuple(run.days for run in runs), any(exceeds(run, window, p) for run in shown)
        return counted, 0, any(exceeds(run, window, p) for run in shown)


def _additive(m: Measures) -> tuple[int, ...]:
    """Numbers that are sums over days."""
    return m.on_post, m.leave_days, m.medical_days, m.medical_undisclosed, m.seconded_days


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


def search(
    candidates: Sequence[Candidate], composer: Composer, judge: Callable[[int, int], Result], most_judged: int
) -> tuple[list[tuple[int, int, Result]], Search]:
    """Every pair with its result, by the places of its changes, and how far it was searched.

    Those that one of them can be judged for come first: what is left of the bound goes to the others.
    """
    done = Search()
    found: list[tuple[int, int, Result]] = []
    known: dict[Numbers, Result] = {}
    for numbers, one, other in _in_turn(candidates, composer):
        done.pairs += 1
        if numbers is not None and numbers in known:
            done.shown += 1
            found.append((one.place, other.place, known[numbers]))
        elif done.judged >= most_judged:
            done.left_out += 1
        else:
            done.judged += 1
            result = judge(one.place, other.place)
            found.append((one.place, other.place, result))
            if numbers is not None:
                known[numbers] = result
    return sorted(found), done


def _in_turn(
    candidates: Sequence[Candidate], composer: Composer
) -> Iterator[tuple[Numbers | None, Candidate, Candidate]]:
    """Every pair; first those with numbers, up to `MOST_COMPOSED` of them, then all others."""
    others: list[tuple[Candidate, Candidate]] = []
    composed = 0
    for one, other in combinations(candidates, 2):
        numbers = None
        if composed < MOST_COMPOSED and _apart(one, other):
            assert one.effect is not None
            assert other.effect is not None
            composed += 1
            numbers = composer.numbers(one.effect, other.effect)
        if numbers is None:
            others.append((one, other))
        else:
            yield numbers, one, other
    for one, other in others:
        yield None, one, other


def _apart(one: Candidate, other: Candidate) -> bool:
    if one.reach is None or other.reach is None or one.effect is None or other.effect is None:
        return False
    return not one.reach.meets(other.reach)


__all__ = ["Candidate", "Composer", "Effect", "Reach", "Result", "Search", "reaches", "search"]

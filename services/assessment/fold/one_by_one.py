"""The same fold, one person after the other: each is let go before the next one comes.

    passing = OneByOne(rules, common, year=2017, cut=EVERYTHING)
    for name, person in people:
        passing.add(name, person)   # what `fold_read` shows, or None for whoever waits
    for name, shown, note in passing.rest(): ...
    passing.counties

Only who was proposed as 优秀 waits until the end, packed: the places of a county couple its people.
"""

import marshal
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

from services.assessment.fold.calendars import Calendars
from services.assessment.fold.civil import Cut, iso
from services.assessment.fold.days import Days, Record
from services.assessment.fold.fold import Rules, determined_json, judge_person, person_json, reference_villages
from services.assessment.fold.measures import Measures, frame_of
from services.assessment.fold.outcome import EXCELLENT, Judged
from services.assessment.fold.person_year import PersonYear
from services.assessment.fold.quota import defer, settle
from services.assessment.fold.reading import Fact, Person

_NOTHING = Fact("", "", "", 0, "", "", {})
_NO_RECORD = Record(Person(), {}, [], {}, {}, {}, (), (), 0, {}, None, {}, {}, {}, {}, [])
_NO_DAYS = Days(0, bytearray(), b"", [])
_NO_WORDS: list[Any] = []
_NO_FLAGS: set[str] = set()
_GRADE = "12.4"
_BY_COUNTY = ("city", "county")
"""Scopes of the quota for which a person's county says whose places are meant."""


class Packed(Protocol):
    """Holds the years of those who wait: a list, or what keeps them out of memory."""

    def append(self, item: bytes, /) -> None: ...

    def __iter__(self) -> Iterator[bytes]: ...


class OneByOne:
    """`common`: the facts that are about nobody in particular, all of them. `deferred`, `full_evidence`: as in
    `fold_read`. `whole`: whether all of `person_json` and the counties are shown, or what a determination is made of.
    `packed`: where years wait, memory without it.
    """

    def __init__(
        self,
        rules: Rules,
        common: Sequence[Fact],
        *,
        year: int,
        cut: Cut,
        deferred: AbstractSet[str] = frozenset(),
        full_evidence: bool = False,
        whole: bool = True,
        packed: Packed | None = None,
    ) -> None:
        self._p = rules.parameters
        self._year = year
        self._cut = cut
        self._deferred = deferred
        self._full_evidence = full_evidence
        self._frame = frame_of(year, rules.parameters, cut)
        self._calendars = Calendars(rules.calendars, cut)
        labels = [iso(day) for day in range(self._frame.first, self._frame.last + 1)]
        self._whole = whole
        self._shown = partial(person_json, labels=labels) if whole else determined_json
        self._by_reference = reference_villages(common)
        self._ties = sorted(fact for fact in common if fact.name == "TieResolved")
        self._standings: list[Judged] = []
        self._by_county = rules.parameters["quota.scope"] in _BY_COUNTY
        self._alike: Measures | None = None
        self._counted: dict[tuple[str, bool], Judged] = {}
        """County and whether listed -> stands for all there who are no candidates, where only their number counts."""
        self._waiting: list[Judged] = []
        self._packed: Packed = [] if packed is None else packed
        self.counties: dict[str, dict[str, Any]] = {}

    def add(self, name: str, person: Person, note: Callable[[], Any] = lambda: None) -> dict[str, Any] | None:
        """A person's year as JSON; None where it is not known before everybody else's. Raises FoldError.

        `note`: gives plain data that comes back with what waited.
        """
        judged = judge_person(
            name, person, self._frame, self._calendars, self._p, self._cut, self._by_reference, self._full_evidence,
            self._whole,
        )  # fmt: skip
        if judged.listed and name in self._deferred:
            defer(judged)
        shown = self._shown(judged)
        if judged.county is None:
            return shown
        candidate = judged.outcome == EXCELLENT
        if self._by_county and not candidate and not self._whole:
            key = judged.county, judged.listed
            if key not in self._counted:
                self._counted[key] = _standing(judged, self._alike, self._by_county)
            self._standings.append(self._counted[key])
            return shown
        self._standings.append(standing := _standing(judged, self._alike, self._by_county))
        if self._alike is None and self._by_county:
            self._alike = standing.year.measures
        if not candidate:
            return shown
        self._waiting.append(standing)
        self._packed.append(marshal.dumps((shown, note())))
        return None

    def rest(self) -> Iterator[tuple[str, dict[str, Any], Any]]:
        """Gives the places; then everybody who waited, with the note."""
        counties = settle(self._standings, self._ties, self._year, self._p)
        self.counties = counties if self._whole else {}
        for judged, packed in zip(self._waiting, self._packed, strict=True):
            shown, note = marshal.loads(packed)  # noqa: S302  packed by the method above
            yield judged.year.person, _settled(shown, judged), note

    def persons(self, people: Iterable[tuple[str, Person]]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Everybody's year as soon as it is known, in no particular order. Raises FoldError."""
        for name, person in people:
            shown = self.add(name, person)
            if shown is not None:
                yield name, shown
        for name, shown, _ in self.rest():
            yield name, shown


def _standing(judged: Judged, alike: Measures | None, by_county: bool) -> Judged:
    """What :func:`settle` looks at, without the facts behind it: the larger part of what a person takes.

    `alike`: stands for the measures of whoever was not proposed as 优秀, where only the county counts (`area_of`).
    """
    year, candidate = judged.year, judged.outcome == EXCELLENT
    lean = _lean(year.measures, by_county) if candidate or alike is None else alike
    year = PersonYear(year.person, _NO_RECORD, lean, year.parameters, year.cut)
    # Of whoever is no candidate nothing will be added to what was found.
    findings, flags = ([judged.finding(_GRADE)], set[str]()) if candidate else (_NO_WORDS, _NO_FLAGS)
    return Judged(year, judged.county, findings, _NO_WORDS, judged.outcome, judged.listed, flags, judged.score)


def _lean(m: Measures, by_county: bool) -> Measures:
    """Without what nobody looks at; where in a county somebody was posted only matters for places of smaller areas."""
    posted = () if by_county else m.postings
    postings = tuple(posting._replace(opened_by=_NOTHING, ended_by=None) for posting in posted)
    return replace(m, postings=postings, posted=(), days=_NO_DAYS, absence_days=(), runs=())


def _settled(shown: dict[str, Any], judged: Judged) -> dict[str, Any]:
    """The place was given or not: what that adds to what was shown before."""
    added = [finding.as_json() for finding in judged.findings if finding.article != _GRADE]
    flags = sorted(judged.flags.union(shown["flags"]))
    return {**shown, "findings": [*shown["findings"], *added], "outcome": judged.outcome, "flags": flags}

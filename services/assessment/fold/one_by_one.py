"""The same fold, one person after the other: each is let go before the next one comes.

    passing = OneByOne(rules, common, year=2017, cut=EVERYTHING)
    for name, found in passing.persons(people): ...      # `found` as in the result of `fold_read`
    passing.counties                                     # there when everybody was judged

Only who was proposed as 优秀 waits until the end, in small: the places of a county couple its people.
"""

import marshal
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any

from services.assessment.fold.calendars import Calendars
from services.assessment.fold.civil import Cut, iso
from services.assessment.fold.days import Days, Record
from services.assessment.fold.fold import Rules, judge_person, person_json, reference_villages
from services.assessment.fold.measures import Measures, frame_of
from services.assessment.fold.outcome import EXCELLENT, Judged
from services.assessment.fold.quota import defer, settle
from services.assessment.fold.reading import Fact, Person

_NOTHING = Fact("", "", "", 0, "", "", {})
_NO_RECORD = Record(Person(), [], {}, {}, {}, {}, {}, set(), set(), {}, {}, {}, {}, [])
_NO_DAYS = Days(0, bytearray(), b"", [])
_NO_WORDS: list[Any] = []
_NO_FLAGS: set[str] = set()
_GRADE = "12.4"
_BY_COUNTY = ("city", "county")
"""Scopes of the quota for which a person's county says whose places are meant."""


class OneByOne:
    """`common`: the facts that are about nobody in particular, all of them. `deferred`: as in `fold_read`."""

    def __init__(
        self, rules: Rules, common: Sequence[Fact], *, year: int, cut: Cut, deferred: AbstractSet[str] = frozenset()
    ) -> None:
        self._p = rules.parameters
        self._year = year
        self._cut = cut
        self._deferred = deferred
        self._frame = frame_of(year, rules.parameters, cut)
        self._calendars = Calendars(rules.calendars, cut)
        self._labels = [iso(day) for day in range(self._frame.first, self._frame.last + 1)]
        self._common = sorted(common)
        self._by_reference = reference_villages(self._common)
        self.counties: dict[str, dict[str, Any]] = {}

    def persons(self, people: Iterable[tuple[str, Person]]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Everybody's year as JSON as soon as it is known, in no particular order. Raises FoldError."""
        standings: list[Judged] = []
        waiting: list[tuple[Judged, bytes]] = []
        alike: Measures | None = None
        for name, person in people:
            judged = judge_person(name, person, self._frame, self._calendars, self._p, self._cut, self._by_reference)
            if judged.listed and name in self._deferred:
                defer(judged)
            shown = person_json(judged, self._labels)
            if judged.county is not None:
                standings.append(standing := _standing(judged, alike))
                if alike is None and self._p["quota.scope"] in _BY_COUNTY:
                    alike = standing.year.measures
                if judged.outcome == EXCELLENT:
                    waiting.append((standing, self._packed(shown)))
                    continue
            yield name, shown
        ties = [fact for fact in self._common if fact.name == "TieResolved"]
        self.counties = settle(standings, ties, self._year, self._p)
        for judged, packed in waiting:
            yield judged.year.person, _settled(self._unpacked(packed), judged)

    def _packed(self, shown: Mapping[str, Any]) -> bytes:
        """A kilobyte: the dates of a year that has a status on every day are left out."""
        days = shown["days"]
        whole = [*days.values()] if [*days] == self._labels else days
        return zlib.compress(marshal.dumps({**shown, "days": whole}), 1)

    def _unpacked(self, packed: bytes) -> dict[str, Any]:
        shown: dict[str, Any] = marshal.loads(zlib.decompress(packed))  # noqa: S302  packed by the method above
        days = shown["days"]
        return {**shown, "days": dict(zip(self._labels, days, strict=True)) if isinstance(days, list) else days}


def _standing(judged: Judged, alike: Measures | None) -> Judged:
    """What :func:`settle` looks at, without the facts behind it: the larger part of what a person takes.

    `alike`: stands for the measures of whoever was not proposed as 优秀, where only the county counts (`_area`).
    """
    candidate = judged.outcome == EXCELLENT
    lean = _lean(judged.year.measures) if candidate or alike is None else alike
    year = replace(judged.year, record=_NO_RECORD, measures=lean)
    if not candidate:  # nothing will be added to what was found
        return replace(judged, year=year, findings=_NO_WORDS, grounds=_NO_WORDS, flags=_NO_FLAGS)
    return replace(judged, year=year, findings=[judged.finding(_GRADE)], grounds=_NO_WORDS, flags=set())


def _lean(m: Measures) -> Measures:
    postings = tuple(posting._replace(opened_by=_NOTHING, ended_by=None) for posting in m.postings)
    return replace(m, postings=postings, posted=(), days=_NO_DAYS, absence_days=(), runs=())


def _settled(shown: dict[str, Any], judged: Judged) -> dict[str, Any]:
    """The place was given or not: what that adds to what was shown before."""
    added = [finding.as_json() for finding in judged.findings if finding.article != _GRADE]
    flags = sorted(judged.flags.union(shown["flags"]))
    return {**shown, "findings": [*shown["findings"], *added], "outcome": judged.outcome, "flags": flags}

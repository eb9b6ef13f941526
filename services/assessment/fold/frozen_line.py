"""The frozen line of a county's year: who stood for 优秀 when it became final, and who holds a place since (A59-A62).

One person can be judged again without the files of all others: the event that closed the year names everybody who was
proposed as 优秀. Imports the standard library only.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from services.assessment.articles.chapter_5 import quota
from services.assessment.fold.findings import Parameters
from services.assessment.fold.outcome import EXCELLENT, Judged
from services.assessment.fold.quota import Candidate, Places, area_of, candidate_of, defer, give, settle_one, ties_of
from services.assessment.fold.reading import Fact


class Reissued(NamedTuple):
    """A result issued anew after the year was final, and whether both recipients had been given the lists by then."""

    person: str
    before: str
    after: str
    area: str | None
    filed: bool


@dataclass(frozen=True, slots=True)
class Line:
    """What the places of a county's year were given from."""

    objects: int
    candidates: tuple[Candidate, ...]
    deferred: frozenset[str]
    ties: tuple[Fact, ...]
    reissued: tuple[Reissued, ...] = ()
    """In the order of recording."""
    scope: str = "county"
    groups: tuple[tuple[str, int, frozenset[str]], ...] = ()
    """Area, people on the list and candidates of each, where every township or team has places of its own."""

    def of(self, judged: Judged) -> "Line":
        """The part of the line that somebody stands at: the whole of it, or that of the own township or team."""
        if not self.groups or not judged.listed:
            return self
        area = area_of(judged, self.scope)
        return next((part for name, part in self._parts() if name == area), self._part(area, 0, frozenset()))

    def _parts(self) -> Iterator[tuple[str, "Line"]]:
        return ((area, self._part(area, objects, names)) for area, objects, names in self.groups)

    def _part(self, area: str, objects: int, names: frozenset[str]) -> "Line":
        candidates = tuple(one for one in self.candidates if one.person in names)
        reissued = tuple(entry for entry in self.reissued if entry.area == area)
        return Line(objects, candidates, self.deferred, self.ties, reissued)

    def first(self, judged: Judged, p: Parameters, *, was_listed: bool = True) -> Places:
        """The places as they are given for the first time, this person's part worked out anew."""
        person = judged.year.person
        others = [candidate for candidate in self.candidates if candidate.person != person]
        own = [candidate_of(judged)] if judged.outcome == EXCELLENT else []
        return give([*others, *own], self.size(judged, was_listed=was_listed), self.ties, p)

    def size(self, judged: Judged, *, was_listed: bool = True) -> int:
        """People on the list, this person counted as judged now."""
        return self.objects - was_listed + judged.listed

    def holders(self, p: Parameters) -> set[str]:
        """Who holds a place: those of the first time, without who lost it, with who got one since."""
        if self.groups:
            return {person for _, part in self._parts() for person in part.holders(p)}
        held = set(give(self.candidates, self.objects, self.ties, p).excellent)
        for one in self.reissued:
            if one.before == EXCELLENT:
                held.discard(one.person)
            if one.after == EXCELLENT:
                held.add(one.person)
        return held

    def taken(self, p: Parameters, without: str) -> set[str]:
        """Whose places are not to be had: those of the holders, and of whoever lost one after the lists were filed, for
        that frees no place (A62). `without`: whoever stands at the line; a place that was his or hers is to be had.
        """
        lost = {one.person for one in self.reissued if one.before == EXCELLENT and one.filed}
        return (self.holders(p) | lost) - {without}

    def frozen(self, judged: Judged, p: Parameters) -> Places:
        """The places when everybody else's stay as they are: only head-room is left (A62)."""
        maximum = quota(self.objects, p["quota.pct"], p["quota.round"])
        person = judged.year.person
        others = sorted(self.holders(p) - {person})
        return Places(maximum, [*others, person] if len(self.taken(p, person)) < maximum else others)


def line_of(quota_event: Mapping[str, Any], reissued: Iterable[Reissued], ties: Iterable[Fact]) -> Line:
    """The line from `QuotaComputed` (its data), the results issued anew after it and the ties resolved."""
    county, year = quota_event["county"], quota_event["year"]
    rows = [(row["person"], row["score"], row["on_post"], row["absences"]) for row in quota_event["candidates"]]
    return Line(
        objects=quota_event["objects"],
        candidates=tuple(Candidate(*row) for row in rows),
        deferred=frozenset(quota_event["deferred"]),
        ties=tuple(ties_of(sorted(ties), year, county)),
        reissued=tuple(reissued),
        scope=quota_event.get("scope", "county"),
        groups=tuple((g["area"], g["objects"], frozenset(g["candidates"])) for g in quota_event.get("groups", ())),
    )


def settle_alone(judged: Judged, line: Line, p: Parameters, *, first: bool, was_listed: bool = True) -> None:
    """Give one person the place that the line leaves: as at the first time, or with everybody else frozen."""
    line = line.of(judged)
    if first and judged.year.person in line.deferred:
        defer(judged)
    elif first:
        settle_one(judged, line.first(judged, p, was_listed=was_listed), line.size(judged, was_listed=was_listed))
    else:
        settle_one(judged, line.frozen(judged, p), line.objects)

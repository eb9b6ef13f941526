"""The county's list and the places for 优秀 (Art. 12; `domain.md` A59-A61 and 2.0.1)."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from services.assessment.articles.chapter_5 import quota
from services.assessment.fold.findings import MET, NEEDS_DETERMINATION, NOT_MET, Finding, Parameters, Value
from services.assessment.fold.outcome import AWAITING_GRADE, COMPETENT, EXCELLENT, NO_GRADE, UNCLEAR, Judged
from services.assessment.fold.postings import main_place
from services.assessment.fold.reading import Fact

_DIGITS = {"city": 4, "county": 6, "township": 9, "team": 12}
"""Scope of the quota -> leading digits of the village code."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody proposed as 优秀. The last two only suggest an order among equal scores (A61)."""

    person: str
    score: int
    on_post: int
    absences: int


@dataclass(slots=True)
class Places:
    """Who has a place for 优秀, and who waits at the line with an equal score."""

    maximum: int
    excellent: list[str] = field(default_factory=list)
    waiting_tie: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Group:
    """One scope with its own places; by default a county."""

    area: str
    members: list[Judged]
    places: Places


def settle(
    people: Sequence[Judged],
    ties: Sequence[Fact],
    year: int,
    p: Parameters,
    deferred: AbstractSet[str] = frozenset(),
) -> dict[str, dict[str, Any]]:
    """Give the places, set the outcome of everybody proposed as 优秀, and describe each county.

    A person beyond the places is 称职; a person in a tie at the line awaits its resolution, and nobody overtakes.
    `deferred`: people on the list who wait for a ruling of the interpreters.
    """
    for judged in people:
        if judged.listed and judged.year.person in deferred:
            defer(judged)
    groups: dict[tuple[str, str], Group] = {}
    for judged in people:
        if judged.listed and judged.county is not None:
            area = area_of(judged, p["quota.scope"])
            county = judged.county if len(area) >= _DIGITS["county"] else area
            group = groups.setdefault((county, area), Group(area, [], Places(0)))
            group.members.append(judged)
    for (county, _), group in sorted(groups.items()):
        candidates = [candidate_of(judged) for judged in group.members if judged.outcome == EXCELLENT]
        group.places = give(candidates, len(group.members), ties_of(ties, year, county), p)
        for judged in group.members:
            settle_one(judged, group.places, len(group.members))
    counties = sorted({judged.county for judged in people if judged.county is not None})
    return {county: _county(county, people, groups, p) for county in counties}


def ties_of(ties: Iterable[Fact], year: int, county: str) -> list[Fact]:
    """The resolutions of a county's year, in the order of the fold."""
    return [fact for fact in ties if fact.data["year"] == year and fact.data["county"][: len(county)] == county]


def area_of(judged: Judged, scope: str) -> str:
    """The area whose places somebody on the list counts for."""
    m, p = judged.year.measures, judged.year.parameters
    county = str(judged.county)
    inside = [posting for posting in m.postings if posting.village.startswith(county)]
    if scope == "team":
        latest = max(inside, key=lambda posting: (posting.start, posting.end))
        return f"{county}/{latest.team}"
    digits = _DIGITS[scope]
    return county[:digits] if digits <= len(county) else str(main_place(inside, *m.window, digits, p))


def candidate_of(judged: Judged) -> Candidate:
    """Somebody whose outcome is 优秀 before the places are given."""
    m = judged.year.measures
    return Candidate(judged.year.person, _score(judged), m.on_post, m.absences)


def _score(judged: Judged) -> int:
    score = judged.finding("12.4").values["score"]
    return score if isinstance(score, int) else 0


def give(candidates: Iterable[Candidate], objects: int, ties: Sequence[Fact], p: Parameters) -> Places:
    """By score; a tied group that does not fit wholly stops the filling, whether resolved or not."""
    places = Places(quota(objects, p["quota.pct"], p["quota.round"]))
    waiting = sorted(candidates, key=lambda candidate: (-candidate.score, candidate.person))
    while waiting:
        tied = [candidate for candidate in waiting if candidate.score == waiting[0].score]
        free = places.maximum - len(places.excellent)
        if len(tied) <= free:
            places.excellent += [candidate.person for candidate in tied]
            waiting = waiting[len(tied) :]
            continue
        if free:
            _resolve(places, tied, free, ties, p)
        break
    return places


def _resolve(places: Places, tied: list[Candidate], free: int, ties: Iterable[Fact], p: Parameters) -> None:
    names = {candidate.person for candidate in tied}
    if p["quota.tie"] == "all_out":
        return
    if p["quota.tie"] == "order":
        places.excellent += [candidate.person for candidate in sorted(tied, key=_suggested)[:free]]
        return
    valid = [fact for fact in ties if len(set(fact.data["chosen"])) <= free and _among(fact, names)]
    if valid:
        places.excellent += sorted(set(valid[-1].data["chosen"]))
    else:
        places.waiting_tie += sorted(names)


def _among(resolved: Fact, names: AbstractSet[str]) -> bool:
    """Whether a choice was made among exactly these people: who came to the line since was not considered (A61)."""
    tied = resolved.data.get("tied") or names
    return names == set(tied) and set(resolved.data["chosen"]) <= names


def _suggested(candidate: Candidate) -> tuple[int, int, str]:
    """The order that is only suggested (A61): more days on post, then fewer absences."""
    return -candidate.on_post, candidate.absences, candidate.person


def defer(judged: Judged) -> None:
    """No grade until the interpreters have ruled on the reading that this person's outcome hangs on (Art. 23)."""
    judged.outcome = NO_GRADE
    judged.flags.add("awaiting_ruling")


def settle_one(judged: Judged, places: Places, objects: int) -> None:
    """What the places make of one person: nothing unless 优秀 was proposed and reviewed."""
    if judged.outcome != EXCELLENT:
        return
    person = judged.year.person
    outcome = MET if person in places.excellent else NEEDS_DETERMINATION if person in places.waiting_tie else NOT_MET
    values: dict[str, Value] = {"objects": objects, "maximum": places.maximum, "score": _score(judged)}
    judged.score = _score(judged)
    judged.findings.append(Finding("12.6", outcome, values))
    if outcome == NEEDS_DETERMINATION:
        judged.outcome = AWAITING_GRADE
        judged.flags.add("tie_unresolved")
    elif outcome == NOT_MET:
        judged.outcome = COMPETENT
        judged.flags.add("beyond_quota")


def _county(
    county: str, people: Sequence[Judged], groups: Mapping[tuple[str, str], Group], p: Parameters
) -> dict[str, Any]:
    own = [j for j in people if j.county == county and j.listed]
    mine = [group for (name, _), group in sorted(groups.items()) if county.startswith(name)]
    names = {judged.year.person for judged in own}
    shown: dict[str, Any] = {
        "objects": sorted(names),
        "undetermined": sorted(judged.year.person for judged in own if judged.outcome == UNCLEAR),
        "quota": {
            "objects": sum(len(group.members) for group in mine),
            "maximum": sum(group.places.maximum for group in mine),
            "excellent": sorted(person for group in mine for person in group.places.excellent if person in names),
            "waiting_tie": sorted(person for group in mine for person in group.places.waiting_tie if person in names),
        },
    }
    if p["quota.scope"] != "county":
        shown["groups"] = [
            {"area": g.area, "objects": len(g.members), "maximum": g.places.maximum,
             "excellent": sorted(g.places.excellent), "waiting_tie": g.places.waiting_tie,
             "candidates": sorted(j.year.person for j in g.members if any(f.article == "12.6" for f in j.findings))}
            for g in mine
        ]  # fmt: skip
    return shown

"""The county's list and the places for 优秀 (Art. 12; `domain.md` A59-A61 and 2.0.1)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.assessment.articles.chapter_5 import quota
from services.assessment.findings import MET, Finding, Parameters
from services.assessment.outcome import AWAITING_GRADE, COMPETENT, EXCELLENT, UNCLEAR, Judged
from services.assessment.postings import main_place
from services.assessment.reading import Fact

_DIGITS = {"city": 4, "county": 6, "township": 9, "team": 12}
"""Scope of the quota -> leading digits of the village code."""


@dataclass(slots=True)
class Group:
    """One scope with its own places; by default a county."""

    area: str
    members: list[Judged]
    maximum: int
    excellent: list[str]
    waiting_tie: list[str]


def settle(people: Sequence[Judged], ties: Sequence[Fact], year: int, p: Parameters) -> dict[str, dict[str, Any]]:
    """Give the places, set the outcome of everybody proposed as 优秀, and describe each county.

    A person beyond the places is 称职; a person in a tie at the line awaits its resolution, and nobody overtakes.
    """
    groups: dict[tuple[str, str], Group] = {}
    for judged in people:
        if judged.listed and judged.county is not None:
            area = _area(judged, p)
            county = judged.county if len(area) >= _DIGITS["county"] else area
            group = groups.setdefault((county, area), Group(area, [], 0, [], []))
            group.members.append(judged)
    for (county, _), group in sorted(groups.items()):
        group.maximum = quota(len(group.members), p["quota.pct"], p["quota.round"])
        chosen = [fact for fact in ties if fact.data["year"] == year and fact.data["county"][: len(county)] == county]
        _place(group, chosen, p)
        for judged in group.members:
            _settle_outcome(judged, group)
    counties = sorted({judged.county for judged in people if judged.county is not None})
    return {county: _county(county, people, groups, p) for county in counties}


def _area(judged: Judged, p: Parameters) -> str:
    m = judged.year.measures
    county = str(judged.county)
    inside = [posting for posting in m.postings if posting.village.startswith(county)]
    if p["quota.scope"] == "team":
        latest = max(inside, key=lambda posting: (posting.start, posting.end))
        return f"{county}/{latest.team}"
    digits = _DIGITS[p["quota.scope"]]
    return county[:digits] if digits <= len(county) else str(main_place(inside, *m.window, digits, p))


def _candidates(group: Group) -> list[Judged]:
    found = [judged for judged in group.members if judged.outcome == EXCELLENT]
    for judged in found:
        judged.score = _score(judged)
    return sorted(found, key=lambda judged: (-_score(judged), judged.year.person))


def _score(judged: Judged) -> int:
    score = judged.finding("12.4").values["score"]
    return score if isinstance(score, int) else 0


def _place(group: Group, ties: Iterable[Fact], p: Parameters) -> None:
    """By score; a tied group that does not fit wholly stops the filling, whether resolved or not."""
    waiting = _candidates(group)
    while waiting:
        tied = [judged for judged in waiting if judged.score == waiting[0].score]
        free = group.maximum - len(group.excellent)
        if len(tied) <= free:
            group.excellent += [judged.year.person for judged in tied]
            waiting = waiting[len(tied) :]
            continue
        if free:
            _resolve(group, tied, free, ties, p)
        return


def _resolve(group: Group, tied: list[Judged], free: int, ties: Iterable[Fact], p: Parameters) -> None:
    names = {judged.year.person for judged in tied}
    if p["quota.tie"] == "all_out":
        return
    if p["quota.tie"] == "order":
        group.excellent += [judged.year.person for judged in sorted(tied, key=_suggested)[:free]]
        return
    valid = [fact for fact in ties if len(set(fact.data["chosen"])) <= free and names.issuperset(fact.data["chosen"])]
    if valid:
        group.excellent += sorted(set(valid[-1].data["chosen"]))
    else:
        group.waiting_tie += sorted(names)


def _suggested(judged: Judged) -> tuple[int, int, str]:
    """The order that is only suggested (A61): more days on post, then fewer absences."""
    m = judged.year.measures
    return -m.on_post, m.absences, judged.year.person


def _settle_outcome(judged: Judged, group: Group) -> None:
    if judged.outcome != EXCELLENT:
        return
    person = judged.year.person
    judged.findings.append(_quota_finding(judged, group))
    if person in group.waiting_tie:
        judged.outcome = AWAITING_GRADE
        judged.flags.add("tie_unresolved")
    elif person not in group.excellent:
        judged.outcome = COMPETENT
        judged.flags.add("beyond_quota")


def _quota_finding(judged: Judged, group: Group) -> Finding:
    person = judged.year.person
    outcome = MET if person in group.excellent else "needs_determination" if person in group.waiting_tie else "not_met"
    return Finding("12.6", outcome, {"objects": len(group.members), "maximum": group.maximum, "score": _score(judged)})


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
            "maximum": sum(group.maximum for group in mine),
            "excellent": sorted(person for group in mine for person in group.excellent if person in names),
            "waiting_tie": sorted(person for group in mine for person in group.waiting_tie if person in names),
        },
    }
    if p["quota.scope"] != "county":
        shown["groups"] = [
            {"area": g.area, "objects": len(g.members), "maximum": g.maximum, "excellent": sorted(g.excellent),
             "waiting_tie": g.waiting_tie}
            for g in mine
        ]  # fmt: skip
    return shown

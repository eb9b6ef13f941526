"""Intervals: postings and other spans that one fact opens and another closes (`domain.md` 2.0, 2.0.1)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from services.assessment.fold.civil import FAR, months_later, ordinal
from services.assessment.fold.findings import Parameters
from services.assessment.fold.reading import Fact

ENDINGS = ("MemberReplaced", "MemberWithdrawn", "PostingEnded")


class Span(NamedTuple):
    """Both ends included."""

    start: int
    end: int


class Posting(NamedTuple):
    """One person in one team; `end` is FAR while it is open, `ended_by` then None."""

    start: int
    end: int
    team: str
    village: str
    source: str
    opened_by: Fact
    ended_by: Fact | None


def postings_of(named: Mapping[str, Sequence[Fact]]) -> list[Posting]:
    """All postings of a person, earliest first. `named`: facts by name, each in the order of the fold."""
    found: list[Posting] = []
    assigned = named.get("TeamMemberAssigned", ())
    ended = [fact for name in ENDINGS for fact in named.get(name, ())]
    for team in sorted({str(fact.data["team"]) for fact in assigned}):
        opened = [fact for fact in assigned if fact.data["team"] == team]
        closed = [fact for fact in ended if fact.data["team"] == team]
        for start, end in pair(opened, closed):
            last = FAR if end is None else ordinal(end.data["last_day"])
            first = ordinal(start.data["starts_on"])
            if first <= last:
                data = start.data
                found.append(Posting(first, last, team, str(data["village"]), str(data["source"]), start, end))
    return sorted(found, key=lambda posting: posting[:3])


def pair(opened: Sequence[Fact], closed: Sequence[Fact]) -> list[tuple[Fact, Fact | None]]:
    """Each opening with what closed it, by date and not by the order of recording.

    A closing ends everything open on its last day. Of several closings with no opening between them the one recorded
    last stands (it corrects the others). A closing before the first opening, recorded after it, takes it back.
    """
    if len(opened) == 1 and not closed:
        return [(opened[0], None)]
    marks = [(ordinal(f.data["starts_on"]), 0, f) for f in opened] + [
        (ordinal(f.data["last_day"]), 1, f) for f in closed
    ]
    marks.sort(key=lambda mark: (mark[0], mark[1], mark[2][:5]))
    pairs: list[tuple[Fact, Fact | None]] = []
    waiting: list[Fact] = []
    endings: list[Fact] = []
    for _, closes, fact in marks:
        if closes:
            endings.append(fact)
            continue
        if endings and waiting:
            pairs.extend((start, _latest(endings)) for start in waiting)
            waiting = []
        taken_back = [end for end in endings if not pairs and end[:4] > fact[:4]]
        endings = []
        if taken_back:
            pairs.append((fact, _latest(taken_back)))
        else:
            waiting.append(fact)
    pairs.extend((start, _latest(endings) if endings else None) for start in waiting)
    return pairs


def _latest(facts: Iterable[Fact]) -> Fact:
    return max(facts, key=lambda fact: fact[:5])


def union(spans: Iterable[Span], low: int, high: int) -> list[Span]:
    """The union of spans cut to [low, high]; adjacent spans become one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        first, last = max(start, low), min(end, high)
        if first > last:
            continue
        if merged and first <= merged[-1].end + 1:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, last))
        else:
            merged.append(Span(first, last))
    return merged


def length(spans: Iterable[Span]) -> int:
    """Days in disjoint spans."""
    return sum(end - start + 1 for start, end in spans)


def lasts_months(span: Span, months: int) -> bool:
    """Whether a span holds that many calendar months: 1 July to 31 December are six, 1 May to 30 October are not."""
    return months_later(span.start, months) - 1 <= span.end


def is_half_year(spans: Sequence[Span], p: Parameters) -> bool:
    """One interval of six calendar months, or enough days together (A04); `spans` disjoint, inside the year."""
    rule = p["half_year.rule"]
    return length(spans) >= rule["days"] or any(lasts_months(span, rule["months"]) for span in spans)


def main_place(postings: Sequence[Posting], low: int, high: int, digits: int, p: Parameters) -> str | None:
    """The place (first `digits` of the village code) that grades: most posted days, on a tie the later (A29).

    A day in two teams counts for both. With `move.grade_owner=last` it is the place of the last posted day.
    """
    places: dict[str, list[Span]] = {}
    for posting in postings:
        if posting.start <= high and posting.end >= low:
            places.setdefault(posting.village[:digits], []).append(Span(posting.start, posting.end))
    if len(places) == 1:
        return next(iter(places))
    if not places:
        return None
    ranked = []
    for place, spans in places.items():
        inside = union(spans, low, high)
        ranked.append((length(inside), inside[-1].end, inside[-1].start, place))
    if p["move.grade_owner"] == "last":
        return max(ranked, key=lambda rank: rank[1:])[-1]
    return max(ranked)[-1]

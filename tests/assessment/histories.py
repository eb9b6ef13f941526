"""Random histories of one person, as a worked case would give them, and the event lines they become."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from services.assessment.cases.events import Given, write_common
from services.assessment.cases.script import Script
from services.assessment.fold.civil import Cut, cut_at
from services.assessment.fold.fold import canonical_bytes, fold_read
from services.assessment.fold.reading import Reader
from services.assessment.replay.lines import read_lines
from services.assessment.rules.rules import fold_rules

FIRST = date(2016, 3, 1)
LAST = date(2017, 12, 31)
PERSON = "P000001"


@dataclass(frozen=True)
class History:
    """Spans of days, each (first, last), and single days."""

    posted: tuple[tuple[date, date], ...]
    present: frozenset[date]
    spans: dict[str, tuple[tuple[date, date], ...]] = field(default_factory=dict)
    corrected: dict[date, str] = field(default_factory=dict)

    def given(self) -> dict[str, Any]:
        said: dict[str, Any] = {"posted": [f"{first}..{last}" for first, last in self.posted]}
        if self.present:
            said["present"] = sorted(self.present)
        for key, spans in self.spans.items():
            if spans:
                said[key] = [{"days": f"{first}..{last}"} for first, last in spans]
        if self.corrected:
            said["corrected"] = [{"days": day, "status": status} for day, status in sorted(self.corrected.items())]
        return said


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


@st.composite
def spans(draw: st.DrawFn, longest: int = 40, most: int = 2) -> tuple[tuple[date, date], ...]:
    found = []
    for _ in range(draw(st.integers(0, most))):
        first = draw(st.dates(FIRST, LAST))
        found.append((first, first + timedelta(days=draw(st.integers(0, longest)))))
    return tuple(found)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Postings that cover most of the time, presence on most days, and holes of many lengths."""
    start = draw(st.dates(FIRST, date(2017, 6, 1)))
    end = draw(st.dates(start, LAST + timedelta(days=60)))
    posted = [(start, end)]
    if draw(st.booleans()):
        again = draw(st.dates(end + timedelta(days=1), end + timedelta(days=20)))
        posted.append((again, again + timedelta(days=draw(st.integers(0, 200)))))
    holes = {day for hole in draw(spans(longest=45, most=5)) for day in days_between(*hole)}
    step = draw(st.sampled_from([1, 1, 2, 3]))
    whole = [day for day in days_between(FIRST, LAST) if day not in holes]
    weekends = draw(st.booleans())
    present = [day for day in whole[:: draw(st.sampled_from([1, step]))] if weekends or day.weekday() < 5]
    if draw(st.booleans()):
        present = present[: draw(st.integers(0, len(present)))]
    named = {
        key: draw(spans(longest=20))
        for key in ("leave", "travel", "training", "found_absent", "justified", "absence_recorded")
    }
    named["seconded"] = draw(spans(longest=15, most=1))
    statuses = st.sampled_from(["ONPOST", "LEAVE", "REST", "ABSENT", "EXCUSED", "TRAVEL", "PENDING"])
    corrected = draw(st.dictionaries(st.dates(FIRST, LAST), statuses, max_size=4))
    return History(tuple(posted), frozenset(present), named, corrected)


def lines_of(history: History, **more: Any) -> tuple[list[bytes], dict[str, str]]:
    """Event lines and disclosures of one person."""
    script = Script("history")
    Given(script, PERSON).write({**history.given(), **more})
    write_common(script, {}, {})
    lines, texts, _ = script.encoded()
    return lines, texts


def folded(
    lines: list[bytes], texts: dict[str, str], year: int, cut: Cut | None = None, **changes: Any
) -> dict[str, Any]:
    """The fold of some lines; `changes` are parameters with dots written as double underscores."""
    reader = Reader(cut or cut_at(None))
    read_lines(lines, reader, texts)
    overrides = {name.replace("__", "."): value for name, value in changes.items()}
    return fold_read(reader, fold_rules(year, overrides), year=year, cut=cut or cut_at(None))


def bytes_of(lines: list[bytes], texts: dict[str, str], year: int, cut: Cut | None = None) -> bytes:
    return canonical_bytes(folded(lines, texts, year, cut))

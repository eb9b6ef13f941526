"""Whether what a case gives about its people is understood: every entry, every detail of it, every word of a detail."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from contracts import assessment as asm
from contracts import attendance as att
from contracts import personnel as per
from services.assessment.cases.days import span
from services.assessment.cases.unread import known, needless, no_such, something
from services.assessment.cases.written import place
from services.assessment.fold.findings import FoldError

_DAYS = "days recorded"
GIVEN: Mapping[str, tuple[str, ...]] = {
    name: tuple(words.split())
    for name, words in {
        "posted": "days village team source ended_by decided recorded end_recorded",
        "present": "days recorded times village record backfilled",
        "no_record": "",
        "check_in_voided": _DAYS, "found_absent": _DAYS, "found_present": _DAYS, "found_excused": _DAYS,
        "travel": "days recorded last_day", "training": _DAYS, "seconded": _DAYS,
        "leave": "days kind recorded extended_to extended_on shortened_to shortened_on returned closed_on withdrawn_on"
                 " overstay_noticed approved_only_by granted_by visibility",
        "absence_recorded": _DAYS, "justified": _DAYS, "justification_rejected": _DAYS,
        "corrected": "days status recorded", "rest_day_recorded": "",
        "sanction": "decided recorded visibility", "severe_impact": "found recorded",
        "investigation": "opened closed result", "replacement_decided": "kind decided recorded",
        "grade": "year grade score county proposed reviewed", "shortfall_reviewed": "year outcome",
    }.items()
}  # fmt: skip
"""Everything that a case may give about a person, and what each entry may say."""
_REPLACED = ("ordinary", "forced", "rotation")
_VISIBLE = ("disclosed", "hidden", "erased")
_VALUES: Mapping[tuple[str, str], Collection[str]] = {
    ("posted", "source"): tuple(per.MemberSource),
    ("posted", "ended_by"): (*_REPLACED, "withdrawn", *per.EndingCause),
    ("leave", "kind"): tuple(att.LeaveKind),
    ("leave", "approved_only_by"): ("leader", "township"),
    ("leave", "granted_by"): tuple(att.Level),
    ("leave", "visibility"): _VISIBLE,
    ("corrected", "status"): tuple(att.DayStatus),
    ("sanction", "visibility"): _VISIBLE,
    ("investigation", "result"): tuple(asm.InvestigationResult),
    ("replacement_decided", "kind"): tuple(per.ReplacementKind),
    ("grade", "grade"): tuple(asm.Grade),
    ("shortfall_reviewed", "outcome"): tuple(asm.ShortfallOutcome),
}
_RESTS_ON = {
    ("leave", "extended_on"): "extended_to", ("leave", "shortened_on"): "shortened_to",
    ("leave", "closed_on"): "returned", ("investigation", "result"): "closed",
}  # fmt: skip
"""A detail that says something only beside another."""
_DATES = (
    "decided", "found", "opened", "closed", "proposed", "last_day", "extended_to", "extended_on", "shortened_to",
    "shortened_on", "returned", "closed_on", "withdrawn_on", "overstay_noticed",
)  # fmt: skip
"""Details that are one day each."""
_POINTS = 100
"""Nobody has so few hundredths of a point: points are meant."""
_OF_A_LEAVE_NOT_GRANTED = ("days", "kind", "approved_only_by")


def given(people: Any) -> Iterator[str]:
    """What is not understood of everything given, label -> entries; a case of one person has the label ''."""
    yield from something("people", people)
    for label, one in people.items() if isinstance(people, Mapping) else ():
        name = f"given {label}" if label else "given"
        yield from something(name, one) if one is None or not isinstance(one, Mapping) else _entries(name, one)


def _entries(name: str, one: Mapping[str, Any]) -> Iterator[str]:
    for key in one:
        if key not in GIVEN:
            yield f"{name}: {no_such('given', key, GIVEN)}{place(one, key)}"
            continue
        for entry in one[key] if isinstance(one[key], list) else [one[key]]:
            if isinstance(entry, Mapping) and GIVEN[key]:
                yield from (f"{name}: {key}: {line}" for line in _entry(key, entry))
            elif "days" not in GIVEN[key] and GIVEN[key]:
                yield f"{name}: {key} 应写作 / is written as {{{': …, '.join(GIVEN[key])}: …}}{place(one, key)}"


def _entry(key: str, entry: Mapping[str, Any]) -> Iterator[str]:
    yield from known("", entry, GIVEN[key])
    for word, value in entry.items():
        possible = [str(one) for one in _VALUES.get((key, word), ())]
        if possible and value not in possible:
            yield no_such(word, value, possible) + place(entry, word)
        if word in _DATES and type(value) is not date:
            said = f"{word} 写作一个日期，不加引号，如 2017-06-01 / is one date, without quotation marks"
            yield said + place(entry, word)
        other = _RESTS_ON.get((key, word))
        if other is not None and other not in entry:
            yield from needless("", entry, (word,), f"没有写 {other} / {other} is not written")
    if key == "leave" and "approved_only_by" in entry:
        unread = set(GIVEN[key]) - set(_OF_A_LEAVE_NOT_GRANTED)
        yield from needless("", entry, unread, "该假未获批准 / this leave was never granted")
    if key == "posted":
        yield from _end(entry)
    if key == "grade":
        yield from _score(entry)


def _score(entry: Mapping[str, Any]) -> Iterator[str]:
    score = entry.get("score")
    if isinstance(score, int | float) and score <= _POINTS:
        where = place(entry, "score")
        yield f"score 以百分之一分计：{score} 分写作 {round(score * 100)} / is in hundredths of a point{where}"


def _end(entry: Mapping[str, Any]) -> Iterator[str]:
    """What a posting says of its end: nothing that has no end, and a decision only where somebody decides."""
    try:
        open_ended = span(entry["days"])[1] is None
    except (FoldError, LookupError, TypeError):
        return  # said when the days are read
    if open_ended:
        why = "派驻没有写到哪一天为止 / the posting has no last day"
        yield from needless("", entry, ("ended_by", "decided", "end_recorded"), why)
    elif entry.get("ended_by", "term") not in (*_REPLACED, "withdrawn"):
        yield from needless("", entry, ("decided",), "这样结束的派驻没有决定 / nobody decides such an end")

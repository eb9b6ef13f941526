"""What a determination says, as plain JSON: the same whether it is about to be recorded or worked out again.

Imports the standard library only, for it travels in an evidence bundle with the fold.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from services.assessment.fold.civil import Cut, ordinal
from services.assessment.fold.fold import canonical_bytes

SAID_BY_OFFICIALS = ("actor", "article", "ruleset", "place")
"""Members of the recorded fact that say who confirmed it, not what was worked out."""


class Head(NamedTuple):
    """The last event of a stream that was read."""

    origin: str
    stream: str
    version: int
    leaf: str


def content(shown: Mapping[str, Any]) -> dict[str, Any]:
    """Outcome, score, findings and digest of the inputs of one person of the fold's output."""
    grade = next((f["values"] for f in shown["findings"] if f["article"] == "12.4"), {"score": None})
    members = {
        "outcome": shown["outcome"],
        "findings": [
            {"article": f["article"], "outcome": f["outcome"], "values": f["values"]} for f in shown["findings"]
        ],
        "inputs": shown["inputs"],
    }
    return members if grade["score"] is None else {**members, "score": grade["score"]}


def manifest(heads: Iterable[Head], person: str, shown: Mapping[str, Any], county: str, year: int) -> list[Head]:
    """Every stream of the person, and those of the rules, the county's year and the person's villages."""
    common = {f"county/{county}/{year}", *[f"village/{posting['village']}" for posting in shown["postings"]]}
    return [
        head
        for head in sorted(heads)
        if head.stream in common or head.stream.split("/", 2)[1] == person or head.stream.startswith("rules/")
    ]


def calendars_digest(calendars: Mapping[str, Mapping[str, Any]], year: int, cut: Cut) -> str:
    """SHA-256 of the duty calendars up to the year, with the revisions that had been published at the cut."""
    used = {}
    for name, calendar in calendars.items():
        if int(name) <= year:
            first, *later = calendar["revisions"]
            reached = [revision for revision in later if cut.day_reached(ordinal(revision["published"]))]
            used[name] = {**calendar, "revisions": [first, *reached]}
    return digest(used)


def digest(value: Any) -> str:
    """SHA-256 of canonical JSON."""
    return hashlib.sha256(canonical_bytes(value)).hexdigest()

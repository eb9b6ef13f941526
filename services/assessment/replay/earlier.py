"""Closed years are held against the program that decided them, be it this one or an earlier release (decision 504).

What the release says is compared with the record; what today's code would say otherwise stands beside it in words and
is no alarm. That the program which decided is not kept is one: then nothing is proven.
"""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.assessment.replay.deciders import Decider
from services.assessment.replay.lenses import PERSON_KINDS

COMMON_KINDS = ("county", "rules", "village")
NAMED = 5
"""People named of whom today's program says otherwise; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Closed:
    """One county's closed year."""

    county: str
    year: int
    deferred: Sequence[str]
    limits: Mapping[str, int]
    """Log -> the size below which everything counted."""
    people: AbstractSet[str]
    """Whoever was ever posted there or determined there."""


def by_release(
    closed: Closed, decider: Decider, lines: Iterable[tuple[str, int, str, bytes]], job: Mapping[str, Any]
) -> dict[str, Any]:
    """What the release that decided makes of the year: `objects`, and by person `content` and `shown`.

    `lines`: (log, index, stream, line) of a whole export; `job`: rules, moment, disclosures. Raises FoldError.
    """
    with tempfile.TemporaryDirectory(prefix="zhucun-refold-") as private:
        path = Path(private) / "events.jsonl"
        with path.open("wb") as out:
            for origin, index, stream, line in lines:
                if index < closed.limits.get(origin, 0) and _concerns(closed, stream):
                    out.write(line + b"\n")
        about = {"do": "county", "year": closed.year, "county": closed.county, "deferred": [*closed.deferred]}
        return decider.ask({**job, **about, "events": str(path)})


def _concerns(closed: Closed, stream: str) -> bool:
    kind, subject = stream.split("/")[:2]
    return subject in closed.people if kind in PERSON_KINDS else kind in COMMON_KINDS


def code_sentences(code: Mapping[str, Any]) -> list[str]:
    """Which program decided, where that is not today's, and of how many people today's says otherwise."""
    if code["same"]:
        return []
    by = code["decided_by"]
    if code["kept"]:
        lines = [f"  由当时的版本 {by['release']} 重算 worked out by release {by['release']}, which decided"]
    else:
        lines = [
            f"  作出认定的程序（{by['fold_digest'][:12]}…）没有存档，无法证明"
            " the program that decided is not kept: nothing is proven"
        ]
    people = code["changes"]
    if not people:
        lines.append("  今天的程序结果相同 today's program says the same")
        return lines
    lines.append(f"  今天的程序对 {len(people)} 人不同 today's program says otherwise of {len(people)} people:")
    for person in list(people)[:NAMED]:
        said = "，".join(one["article"] or f"{one['then']} → {one['today']}" for one in people[person])
        lines.append(f"    {person}: {said}")
    return lines

"""Replay and refold from a file of event lines as `zhucun export` writes it: per log in order from index 0.

No server, no database, no network, no clock.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from contracts.proofs import leaf_hash
from services.assessment.replay.lenses import Known
from services.assessment.replay.lines import LineError, opened
from services.assessment.replay.offline import read_disclosures
from services.assessment.replay.replay import replay

OF_PERSONS = frozenset({"assessment", "attendance", "bar"})
"""Kinds of streams of which only those of the people asked for are read."""
OF_ALL = frozenset(
    {"award", "calendar", "circular", "county", "parameters", "posting", "role", "rules", "team", "village"}
)
"""Kinds of streams that are read whole: the rules, the county's year, praise, and what gives people their roles."""


def replay_file(
    events: Path,
    person: str,
    year: int,
    *,
    now: str,
    version: int | None = None,
    settings: Sequence[str] = (),
    disclosures: Path | None = None,
    search: bool = True,
) -> dict[str, Any]:
    """Replay of one determination from a file of event lines; raises FoldError with one clear sentence."""
    texts, erased = read_disclosures(disclosures) if disclosures is not None else ({}, frozenset[str]())
    with events.open("rb") as lines:
        known = list(known_in(lines, {person}, texts))
    return replay(known, person, year, now=now, version=version, settings=settings, erased=erased, search=search)


def known_in(lines: Iterable[bytes], persons: frozenset[str] | set[str], texts: Mapping[str, str]) -> Iterator[Known]:
    """Events of those people, and all that is not about one person, with index and leaf.

    The index is the place of the line among those of its log. Raises LineError for a line that is no event.
    """
    sizes: dict[str, int] = {}
    seen: set[str] = set()
    for number, raw in enumerate(lines, start=1):
        line = raw.rstrip(b"\r\n")
        if not line:
            continue
        try:
            origin, stream = place_of(line)
            index = sizes[origin] = sizes.get(origin, -1) + 1
            kind, subject = stream.split("/")[:2]
            if kind not in OF_ALL and not (kind in OF_PERSONS and subject in persons):
                continue
            event = json.loads(line)
            if event["id"] in seen:
                raise ValueError("an id that came before")
            seen.add(event["id"])
            if "_sd" in event["data"]:
                event["data"] = opened(event["data"], texts)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise LineError(number, f"not an event line of an export ({error})") from error
        yield Known(event, index, leaf_hash(line).hex())


def place_of(line: bytes) -> tuple[str, str]:
    """Log and stream of an event line; raises ValueError when it names none."""
    return _member(line, b'"origin":"'), _member(line, b'"stream":"')


def _member(line: bytes, name: bytes) -> str:
    """An attribute of the envelope, unparsed: in canonical form it stands behind `data`, so the last one is it."""
    start = line.rindex(name) + len(name)
    return line[start : line.index(b'"', start)].decode("ascii")

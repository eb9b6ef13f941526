"""Whether something was left out of a case: streams without holes, up to the heads that the determination names.

It is completeness relative to the determination's manifest. `mirror.py` shows the absolute kind.
"""

from collections.abc import Sequence
from typing import TypeAlias

from services.assessment.evidence import layout
from services.assessment.evidence.casefile import CaseFile, Event, Withheld
from services.assessment.evidence.verdict import Broken
from services.assessment.replay.lenses import FINALISED, PERSON_KINDS

Entry: TypeAlias = Event | Withheld

MAY_BE_WITHHELD = "county"
"""The one kind of stream whose events may concern others: the county's list of a year."""


def check_streams(case: CaseFile) -> tuple[int, int]:
    """Completeness relative to the manifest; returns the number of events of the basis and of those after it.

    Every stream of the manifest is there from version 1 to its head, chained, below the basis; and no stream of the
    person holds an event below the basis that the manifest does not name. Raises Broken.
    """
    streams = _streams(case)
    manifest = {(entry["origin"], entry["stream"]): entry for entry in case.said["manifest"]}
    if len(manifest) != len(case.said["manifest"]):
        raise Broken("the manifest names a stream twice")
    basis = case.basis
    for (origin, stream), entry in manifest.items():
        below = [event for event in streams.get((origin, stream), ()) if event.index < basis.get(origin, 0)]
        if len(below) != entry["version"]:
            raise Broken(f"{stream}: the manifest names {entry['version']} events, the case holds {len(below)}")
        if below and below[-1].leaf.hex() != entry["head"]:
            raise Broken(f"{stream}: its last event is not the head that the manifest names")
    for (origin, stream), events in streams.items():
        own = (origin, stream) not in manifest and follows(stream, case.person)
        if own and any(event.index < basis[origin] for event in events):
            raise Broken(f"{stream} holds events of the basis and is not in the manifest")
    counted = sum(event.index < basis[event.origin] for event in case.events)
    return counted, len(case.events) - counted


def passed_over(case: CaseFile) -> int:
    """How many facts of the person were on record before the determination and are not in its basis.

    Honest decisions rest on all that is sealed: a few that arrived in the same seconds are no wonder, more are.
    """
    decision = case.decision.parsed
    return sum(
        event.index >= case.basis[event.origin]
        and follows(event.stream, case.person)
        and event.parsed["recordedtime"] < decision["recordedtime"]
        and event.parsed.get("correlationid") != decision.get("correlationid")
        for event in case.events
    )


def follows(stream: str, person: str) -> bool:
    """Whether a stream is one of the person that the fold reads."""
    kind, _, rest = stream.partition("/")
    return kind in PERSON_KINDS and rest.split("/")[0] == person


def check_determinations(case: CaseFile) -> None:
    """That the stream holds every determination once, so that its number says which one it is; raises Broken."""
    numbers = determinations(case)
    if sorted(numbers) != list(range(1, len(numbers) + 1)):
        raise Broken(f"the determinations of {case.year} are numbered {', '.join(map(str, numbers))}")


def determinations(case: CaseFile) -> list[int]:
    """The numbers of the person's determinations of the year, in the order of the log."""
    mine = [event for event in case.events if event.parsed["type"] == FINALISED]
    mine = [event for event in mine if event.stream == case.decision.stream]
    return [int(event.parsed["data"]["determination"]) for event in sorted(mine, key=lambda event: event.version)]


def check_disclosures(case: CaseFile) -> None:
    """That every disclosure opens a digest of an event of the case; raises Broken."""
    digests = {digest for event in case.events for digest in event.parsed["data"].get("_sd", ())}
    for digest in (*case.texts, *case.erased):
        if digest not in digests:
            raise Broken(f"{layout.DISCLOSURES}: {digest} opens no event of the case")


def _streams(case: CaseFile) -> dict[tuple[str, str], list[Entry]]:
    """Events by stream, what was withheld at its place; raises Broken for a stream with a hole."""
    for one in case.withheld:
        if one.stream != f"{MAY_BE_WITHHELD}/{case.said['county']}/{case.year}":
            raise Broken(
                f"{one.stream}, version {one.version}, is withheld: of the county's list alone something may be"
            )
    streams: dict[tuple[str, str], list[Entry]] = {}
    entries: list[Entry] = [*case.events, *case.withheld]
    for entry in entries:
        streams.setdefault((entry.origin, entry.stream), []).append(entry)
    for stream in streams.values():
        stream.sort(key=lambda entry: entry.version)
        _chained(stream)
    return streams


def _chained(entries: Sequence[Entry]) -> None:
    before: Entry | None = None
    for version, entry in enumerate(entries, start=1):
        if entry.version != version:
            raise Broken(f"{entry.stream}: version {version} is missing")
        if before is not None and before.index >= entry.index:
            raise Broken(f"{entry.stream}, version {version}: stands before its predecessor")
        if isinstance(entry, Event):
            _follows_on(entry, before)
        before = entry


def _follows_on(event: Event, before: Entry | None) -> None:
    expected = None if before is None else before.leaf.hex()
    if event.parsed.get("prev") != expected:
        raise Broken(f"{event.stream}, version {event.version}: prev is not the leaf of the version before")
    if isinstance(before, Event) and before.parsed["recordedtime"] > event.parsed["recordedtime"]:
        raise Broken(f"{event.stream}, version {event.version}: is recorded before its predecessor")

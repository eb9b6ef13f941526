"""Correction chains: which event holds now, of those that were received.

An event that names another by `supersedes` or `voids` takes its place. Chains may be long and may arrive before a
reader knows what they correct; the order of receipt decides nothing.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from contracts.envelope import Envelope

SUPERSEDES, VOIDS = "supersedes", "voids"


def corrects(data: Mapping[str, Any]) -> str | None:
    """The id of the event that one with this `data` corrects, None for an event that corrects nothing."""
    return next((data[name] for name in (SUPERSEDES, VOIDS) if isinstance(data.get(name), str)), None)


def last_words(events: Iterable[Envelope]) -> dict[str, Envelope]:
    """Event id -> the event that holds in its place now: itself, or the end of its chain of corrections.

    Of two corrections of one event the later recorded one holds. Raises ValueError for a chain that bites its tail.
    """
    known = {event.id: event for event in events}
    by: dict[str, Envelope] = {}
    for event in sorted(
        known.values(), key=lambda event: (event.recordedtime, event.origin, event.stream, event.version)
    ):
        corrected = corrects(event.data)
        if corrected is not None:
            by[corrected] = event
    found: dict[str, Envelope] = {}
    for event in known.values():
        last, passed = event, {event.id}
        while last.id in by:
            last = by[last.id]
            if last.id in passed:
                raise ValueError(f"the corrections of {event.id} lead back to it")
            passed.add(last.id)
        found[event.id] = last
    return found

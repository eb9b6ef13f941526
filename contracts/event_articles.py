"""By which clauses of the measures each event comes about: the one place that says so for readers of the events.

What a single event rests on is its own member `article`; these are all that an event of its kind may name. `*` stands
for any clause: of a refused command it is the one that refuses it.
"""

from functools import cache
from importlib import resources

from contracts.catalogue import EVENTS

ANY = "*"


def articles_of(event_type: str) -> tuple[str, ...]:
    """Clauses in the order of the measures, the most usual one first; raises LookupError where none are written."""
    _, service, name, _ = event_type.split(".")
    written = _written()
    found = written.get(f"{service}.{name}") or written.get(f"*.{name}")
    if found is None:
        raise LookupError(f"{service}.{name} has no line in contracts/event_articles.txt")
    return found


@cache
def _written() -> dict[str, tuple[str, ...]]:
    text = (resources.files("contracts") / "event_articles.txt").read_text(encoding="utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        event, articles = (part.strip() for part in line.split("|"))
        if event in found:
            raise ValueError(f"contracts/event_articles.txt names {event} twice")
        found[event] = tuple(articles.split())
    return found


def unwritten() -> list[str]:
    """Lines that are about no event."""
    known = {event_type.split(".", 1)[1].rpartition(".")[0] for event_type in EVENTS}
    common = {f"*.{event.partition('.')[2]}" for event in known}
    return sorted(_written().keys() - known - common)

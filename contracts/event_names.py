"""What an event is called in Chinese and what it says, for people: the page of all events, the documents."""

from dataclasses import dataclass
from functools import cache
from importlib import resources

from contracts.catalogue import EVENTS


@dataclass(frozen=True, slots=True)
class EventName:
    """`title` is Chinese, `meaning` one English sentence."""

    title: str
    meaning: str


def name_of(event_type: str) -> EventName:
    """The name of an event of a CloudEvents type; raises LookupError where nobody has given one."""
    _, service, name, _ = event_type.split(".")
    written = _written()
    found = written.get(f"{service}.{name}") or written.get(f"*.{name}")
    if found is None:
        raise LookupError(f"{service}.{name} has no line in contracts/event_names.txt")
    said = " ".join(str(EVENTS[event_type].__dict__.get("__doc__") or "").split())
    return EventName(found.title, said or found.meaning)


@cache
def _written() -> dict[str, EventName]:
    text = (resources.files("contracts") / "event_names.txt").read_text(encoding="utf-8")
    names: dict[str, EventName] = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        event, title, meaning = (*(part.strip() for part in line.split("|")), "")[:3]
        if event in names:
            raise ValueError(f"contracts/event_names.txt names {event} twice")
        names[event] = EventName(title, meaning)
    return names


def unused() -> list[str]:
    """Lines that are about no event."""
    known = {event_type.split(".", 1)[1].rpartition(".")[0] for event_type in EVENTS}
    common = {f"*.{event.partition('.')[2]}" for event in known}
    return sorted(_written().keys() - known - common)

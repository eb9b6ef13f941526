"""State of what the log says about a person's details: which are kept and not erased since."""

from dataclasses import dataclass

from contracts import personnel as fact
from services.runtime.decisions import Recorded


@dataclass(frozen=True, slots=True)
class File:
    """A person's file; the values lie outside the log."""

    kept: frozenset[fact.DetailKind] = frozenset()


INITIAL: dict[str, File] = {"person": File(), "reading": File()}


def evolve(state: File, recorded: Recorded) -> File:
    """The state after one more fact."""
    match recorded.fact:
        case fact.PersonDetailsRecorded(details=details):
            return File(state.kept | set(details))
        case fact.PersonDetailsErased(details=details):
            return File(state.kept - set(details))
    return state

"""States by their keys, and what every fact of personnel says of the act behind it."""

from collections.abc import Mapping
from typing import Any, TypeVar

from contracts.fact import Fact
from contracts.identifiers import stream_name
from services.runtime.decisions import RULESET, Act, Decided, Emit

T = TypeVar("T")


def held(states: Mapping[str, Any], key: str, kind: type[T]) -> T:
    """The state under `key`, which must be of `kind`; anything else is a broken assumption."""
    state = states[key]
    if not isinstance(state, kind):
        raise TypeError(f"{key} holds {type(state).__name__}, not {kind.__name__}")
    return state


def said(act: Act[Any, Any], article: str, place: str) -> dict[str, Any]:
    """The header fields of a fact that this act leads to."""
    return {"actor": act.by, "article": article, "ruleset": RULESET, "place": place}


def fields(command: Any, *without: str) -> dict[str, Any]:
    """The fields of a command, but for some."""
    return {name: value for name, value in command if name not in without}


def one(stream: str, recorded: Fact) -> Decided:
    """A decision for a single fact."""
    return Decided([Emit(stream, recorded)])


def person_stream(act: Act[Any, Any], person: str) -> str:
    """Facts about a person's postings go to the stream of the year in which they are recorded."""
    return stream_name("posting", person, act.today.year)

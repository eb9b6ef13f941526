"""How a decision of finance words its facts: the header they share, and the one stream they go to."""

from typing import Any

from contracts.fact import Actor, Fact
from services.finance.known import Known
from services.runtime.decisions import RULESET, Act, Decided, Emit


def said(act: Act[Any, Known], article: str, place: str | None = None) -> dict[str, Any]:
    """The header fields of a fact that this act leads to; `place` is where the act was authorised unless named."""
    return {"actor": act.by, "article": article, "ruleset": RULESET, "place": place or act.known.place}


def fields(command: Any, *without: str) -> dict[str, Any]:
    """The members of a command that its fact holds as they are."""
    return {name: value for name, value in command if name not in without}


def one(stream: str, *recorded: Fact) -> Decided:
    """Facts of a single stream."""
    return Decided([Emit(stream, fact) for fact in recorded])


def same_person(one_actor: Actor, other: Actor) -> bool:
    """Acting for somebody counts as that somebody acting: a deputy is no second pair of eyes."""
    named = {other.person, other.on_behalf_of} - {None}
    return bool({one_actor.person, one_actor.on_behalf_of} & named)

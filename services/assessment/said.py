"""What every fact of assessment says besides itself."""

from typing import Any

from services.runtime.decisions import RULESET, Act, Decided, Emit

CITY = "5301"
"""Kunming: what the two interpreters publish holds for the whole city."""


def said(act: Act[Any, Any], article: str, place: str) -> dict[str, Any]:
    """The header fields of a fact that this act leads to."""
    return {"actor": act.by, "article": article, "ruleset": RULESET, "place": place}


def one(stream: str, recorded: Any) -> Decided:
    """A decision of one fact."""
    return Decided([Emit(stream, recorded)])

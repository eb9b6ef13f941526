"""What every fact of assessment says besides itself."""

from typing import Annotated, Any

from pydantic import Field

from contracts.identifiers import Sha256
from services.runtime.decisions import RULESET, Act, Decided, Emit

CITY = "5301"
"""Kunming: what the two interpreters publish holds for the whole city."""

Text = Annotated[str, Field(min_length=1, max_length=4_000, pattern=r"\S")]
"""What an official writes: something, not only white space."""
Papers = Annotated[tuple[Sha256, ...], Field(min_length=1, max_length=50)]
"""Documents, by their digests."""


def said(act: Act[Any, Any], article: str, place: str) -> dict[str, Any]:
    """The header fields of a fact that this act leads to."""
    return {"actor": act.by, "article": article, "ruleset": RULESET, "place": place}


def one(stream: str, recorded: Any) -> Decided:
    """A decision of one fact."""
    return Decided([Emit(stream, recorded)])

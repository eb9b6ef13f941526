"""What a clause yields when it is applied to one person's year, and the two things that may go wrong before that."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

MET = "met"
NOT_MET = "not_met"
NEEDS_DETERMINATION = "needs_determination"
NOT_APPLICABLE = "not_applicable"
UNDETERMINED = "undetermined"
ERASED = "erased"

PER_CENT = 100

OPEN_OUTCOMES = (UNDETERMINED, ERASED)
"""The clause needs a value that the reader was not given, or that was destroyed."""

Value: TypeAlias = "str | int | bool | None"
Parameters: TypeAlias = Mapping[str, Any]
"""Parameter name -> value, as in the canonical JSON of a rule set."""


class FoldError(ValueError):
    """The events or the rules cannot be folded; the message says which one and what to do."""


@dataclass(slots=True)
class Finding:
    """One clause applied to one person's year: what came out, the values, and the events it rests on.

    Not to be changed. Not frozen all the same, as little is that is made for everybody: making it would take three
    times as long.
    """

    article: str
    outcome: str
    values: dict[str, Value] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    ground: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The finding as it stands in the fold's output; `ground` only where the clause is a ground of Art. 15."""
        shown = {**self.determined_json(), "evidence": list(self.evidence)}
        if self.ground is not None:
            shown["ground"] = self.ground
        return shown

    def determined_json(self) -> dict[str, Any]:
        """The part of it that stands in a determination."""
        return {"article": self.article, "outcome": self.outcome, "values": self.values}

"""What a decision of finance needs to know besides its own streams."""

from dataclasses import dataclass

from contracts.finance import FundKind


@dataclass(frozen=True, slots=True)
class Known:
    """Facts of personnel as this service's directory knows them, and where the act takes place."""

    place: str
    """Where authority is needed: the team's village, the receiving township, the recipient."""
    kind: FundKind | None = None
    """Kind of the appropriation that an allotment draws on; it never changes."""
    caller_team: str | None = None
    """The team in which the caller is posted today."""
    posts: int = 0
    """Posts that the contributing unit fills in the team that year (A74)."""

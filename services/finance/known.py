"""What a decision of finance needs to know besides its own streams."""

from dataclasses import dataclass
from datetime import date

from contracts.finance import FundKind, FundSource
from contracts.money import MealClaim


@dataclass(frozen=True, slots=True)
class Known:
    """Facts of personnel as this service's directory knows them, and where the act takes place."""

    place: str
    """Where authority is needed: the team's village, the receiving township, the recipient."""
    kind: FundKind | None = None
    """Kind of the appropriation or project that the act draws on; it never changes."""
    caller_team: str | None = None
    """The team in which the caller is posted today."""
    posts: int = 0
    """Posts that the contributing unit fills in the team that year (A74)."""
    units: frozenset[str] = frozenset()
    """Units that have or had people in the team."""
    project: str | None = None
    """The project that the payment, the appropriation or the receipt is for."""
    team: str | None = None
    """The team of the project that the act is about."""
    source: FundSource | None = None
    giver: str | None = None
    """Source and giver of the project's money."""
    registered_poor: bool = False
    dissolved: bool = False
    """Whether the team whose book it is has been dissolved (A79)."""
    to_village: str | None = None
    """Village of the team that takes money over; None where that team is dissolved itself."""
    board_days: frozenset[date] = frozenset()
    """Days of the month on which the person was posted by the paying unit (A78)."""
    meals: tuple[MealClaim, ...] = ()
    """For whom and which days the payment holds a meal allowance."""
    strangers: frozenset[str] = frozenset()
    """Who of them is not posted in the team on one of those days."""

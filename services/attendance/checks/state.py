"""State of a spot check (Art. 8, 9)."""

from dataclasses import dataclass, replace
from datetime import date

from contracts import sheets as fact
from contracts.fact import Fact


@dataclass(frozen=True, slots=True)
class Check:
    """A spot check: who is to be looked for, once planned, and which teams were visited on which day."""

    area: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    teams: frozenset[str] = frozenset()
    conducted: frozenset[tuple[str, date]] = frozenset()

    @property
    def planned(self) -> bool:
        return self.area is not None

    def allows(self, team: str, day: date) -> bool:
        """Whether the visit is in the plan; a check without one (随机调研) goes anywhere."""
        if self.starts_on is None or self.ends_on is None:
            return True
        return team in self.teams and self.starts_on <= day <= self.ends_on


def check_after(check: Check, said: Fact) -> Check:
    """The check after one more fact."""
    match said:
        case fact.SpotCheckPlanned(area=area, starts_on=first, ends_on=last, teams=teams):
            return replace(check, area=area, starts_on=first, ends_on=last, teams=frozenset(teams))
        case fact.SpotCheckConducted(team=team, date=day):
            return replace(check, conducted=check.conducted | {(team, day)})
    return check

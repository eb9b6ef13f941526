"""Everybody of the demonstration in their places: the population, all lives, the trainings, who leads which team."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from contracts.identifiers import Role
from contracts.personnel import TrainingLevel
from deploy.local.demonstration.characters import characters
from deploy.local.demonstration.clockwork import Span
from deploy.local.demonstration.lives import Life, Stay, presence
from deploy.local.demonstration.ordinary import ordinary
from deploy.local.demonstration.population import Member, Population, Team, Township, member_id

SEED = 20_170_101


@dataclass(frozen=True, slots=True)
class Training:
    """One training occasion of the year (Art. 11)."""

    name: str
    organiser: TrainingLevel
    span: Span


TRAININGS = (
    Training("1", TrainingLevel.COUNTY, (date(2017, 3, 9), date(2017, 3, 10))),
    Training("2", TrainingLevel.TOWNSHIP, (date(2017, 6, 8), date(2017, 6, 8))),
    Training("3", TrainingLevel.TOWNSHIP, (date(2017, 10, 18), date(2017, 10, 19))),
)
"""One of the county, two of each township, five days together."""
SESSIONS = tuple(training.span for training in TRAININGS)


class Cast:
    """The people of one seed."""

    def __init__(self, seed: int = SEED) -> None:
        self.population = Population(seed)
        self.named = {life.person: life for life in characters()}
        everybody = [*self.named.values(), *ordinary(seed, self.population, self.named)]
        self.lives: Mapping[str, Life] = {life.person: life for life in sorted(everybody, key=lambda one: one.person)}
        movers = (life.stays for life in self.lives.values() if len(life.stays) > 1)
        self._before = {(last.team, last.seat): first for first, last in movers}

    def team(self, number: int) -> Team:
        """A team by its number."""
        return self.population.teams[number - 1]

    def member(self, stay: Stay) -> Member:
        """The member in a seat, with unit and source; whoever has moved there stays under the unit that sent him."""
        seat = self.population.member(self.team(stay.team), stay.seat)
        before = self._before.get((stay.team, stay.seat))
        return seat if before is None else replace(seat, unit=self.member(before).unit)

    def member_body(self, life: Life, stay: Stay) -> dict[str, str]:
        """The member as commands of personnel name it."""
        seat = self.member(stay)
        return {
            "person": life.person,
            "unit": seat.unit.organisation,
            "unit_level": seat.unit.level.value,
            "source": seat.source.value,
        }

    def leader_of(self, team: int) -> str:
        """The person who leads the team all year."""
        return member_id(team, 1)

    def officer(self, role: Role, township: Township | None = None) -> str:
        """The person who holds a role at city or county level, or in a township."""
        return self.population.officer(role, township).person

    def by_name(self, name: str) -> Life:
        """A character by the name that people see."""
        return next(life for life in self.named.values() if life.name == name)

    def name_of(self, person: str) -> str:
        """The name that people see; every name here is invented."""
        life = self.lives.get(person)
        return life.name if life else self.population.name_of(person)

    @cached_property
    def presences(self) -> Mapping[str, tuple[date, ...]]:
        """Person -> every day with a check-in."""
        return {person: tuple(presence(life, SESSIONS)) for person, life in self.lives.items()}

    def of_team(self, team: int, day: date) -> list[Life]:
        """The people who are posted in a team on a day."""
        found = []
        for life in self.lives.values():
            stay = life.stay_on(day)
            if stay is not None and stay.team == team:
                found.append(life)
        return found

"""What attendance has to know of personnel: who was posted where, and who led which team when. Pure values."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeAlias

from contracts.attendance import LeaveKind
from contracts.calendar import DutyCalendar
from contracts.identifiers import Role

Span: TypeAlias = tuple[date, date | None]
"""First and last day, both included; no last day while it lasts."""


@dataclass(frozen=True, slots=True)
class Post:
    """One posting; `last_day` is None while it lasts. Arrival and departure day both belong to it."""

    team: str
    village: str
    unit: str
    starts_on: date
    last_day: date | None = None

    def covers(self, day: date) -> bool:
        return self.starts_on <= day and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class Leadership:
    """A leader's or acting leader's time at the head of a team."""

    person: str
    starts_on: date
    last_day: date | None = None
    acting: bool = False

    def covers(self, day: date) -> bool:
        return self.starts_on <= day and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What personnel says of one person's days: trainings attended and secondments detected."""

    trainings: tuple[Span, ...] = ()
    secondments: tuple[Span, ...] = ()

    def trained(self, day: date) -> bool:
        return _covered(self.trainings, day)

    def seconded(self, day: date) -> bool:
        return _covered(self.secondments, day)

    def within(self, first: date, last: date) -> "Elsewhere":
        """The same for the days from `first` to `last`: what touches none of them is left out."""
        return Elsewhere(_touching(self.trainings, first, last), _touching(self.secondments, first, last))


def _touching(spans: tuple[Span, ...], first: date, last: date) -> tuple[Span, ...]:
    return tuple((start, end) for start, end in spans if start <= last and (end is None or first <= end))


def _covered(spans: tuple[Span, ...], day: date) -> bool:
    return bool(spans) and any(first <= day and (last is None or day <= last) for first, last in spans)


@dataclass(frozen=True, slots=True)
class Known:
    """Personnel as this service's views know it, for the persons and teams of one command."""

    place: str
    """Where the act happens: whoever acts must hold his role there."""
    posts: Mapping[str, tuple[Post, ...]]
    """Person -> postings, earliest first; a person nobody knows is missing."""
    leaders: Mapping[str, tuple[Leadership, ...]] = field(default_factory=dict)
    """Team -> who led it, acting leaders included."""
    kind: LeaveKind | None = None
    """Kind of the leave that the command is about. It stands behind a digest, so no state holds it."""
    sheets: tuple[str, ...] = ()
    """Keys of the monthly sheets whose days the command touches."""
    elsewhere: Mapping[str, Elsewhere] = field(default_factory=dict)
    calendars: Mapping[int, DutyCalendar] = field(default_factory=dict)
    villages: Mapping[str, str] = field(default_factory=dict)
    """Team -> its village, for the teams that the command names."""
    village_roles: Mapping[str, frozenset[Role]] = field(default_factory=dict)
    """Person -> the village offices that he holds today."""
    seed: str | None = None
    """Randomness for a draw; it comes from outside, because a decision has none."""
    teams: tuple[str, ...] = ()
    """Teams with people in the place, among which a spot check is drawn."""

    def at(self, place: str) -> "Known":
        """The same, for an act at `place`."""
        return replace(self, place=place)

    def touching(self, sheets: tuple[str, ...]) -> "Known":
        """The same, for an act that touches days of these monthly sheets."""
        return replace(self, sheets=sheets)

    def with_kind(self, kind: LeaveKind | None) -> "Known":
        """The same, with the kind of the leave that the act is about."""
        return replace(self, kind=kind)

    def crew(self, team: str, first: date, last: date) -> list[str]:
        """Everybody who was posted in the team on any day from `first` to `last`."""
        return sorted(
            person
            for person, posts in self.posts.items()
            if any(p.team == team and p.starts_on <= last and (p.last_day or last) >= first for p in posts)
        )

    def post_on(self, person: str, day: date) -> Post | None:
        """The posting that covers the day; the later one where two touch."""
        for post in reversed(self.posts.get(person, ())):
            if post.covers(day):
                return post
        return None

    def post_in(self, person: str, team: str, day: date) -> Post | None:
        """The posting in that team that covers the day."""
        for post in self.posts.get(person, ()):
            if post.team == team and post.covers(day):
                return post
        return None

    def leads(self, person: str, team: str, day: date) -> bool:
        """Whether the person is leader or acting leader of the team on the day."""
        return any(who.person == person and who.covers(day) for who in self.leaders.get(team, ()))

    def headship(self, person: str, team: str, day: date) -> str | None:
        """`leader` or `acting` where the person heads the team on the day."""
        found = [who.acting for who in self.leaders.get(team, ()) if who.person == person and who.covers(day)]
        return None if not found else "acting" if all(found) else "leader"

    def has_leader(self, team: str, day: date) -> bool:
        """Whether anybody leads the team on the day."""
        return any(who.covers(day) for who in self.leaders.get(team, ()))

    def role_of(self, person: str, team: str, day: date) -> Role:
        """The capacity in which a posted person acts for himself."""
        return Role.TEAM_LEADER if self.leads(person, team, day) else Role.MEMBER

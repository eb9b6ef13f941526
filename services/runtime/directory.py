"""Who is posted where, which team sits in which village: every service's own view of personnel's facts.

Tables `posting` and `team` of the view `directory`. All four services need them: to know a person, to find the
place in which an act happens, to send an answer to the right body.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg import AsyncCursor

from services.ledger.projection import Delivered, Projection
from services.ledger.views import Views

DDL = """
create table {schema}.posting (
    person    text not null,
    team      text not null,
    village   text not null,
    unit      text not null,
    level     text not null,
    source    text not null,
    starts_on date not null,
    last_day  date,
    primary key (person, team, starts_on)
);
create index on {schema}.posting (team);
create index on {schema}.posting (village text_pattern_ops);
create table {schema}.team (
    team      text primary key,
    village   text not null,
    leader    text,
    formed_on date not null
);
"""


@dataclass(frozen=True, slots=True)
class PostingRow:
    """One posting; `last_day` is None while it lasts."""

    person: str
    team: str
    village: str
    unit: str
    starts_on: date
    last_day: date | None

    def covers(self, day: date) -> bool:
        """Arrival and departure day both belong to the posting."""
        return self.starts_on <= day and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team, its village and its present leader."""

    team: str
    village: str
    leader: str | None


_ENDINGS = ("MemberReplaced", "MemberWithdrawn", "PostingEnded")
_TYPES = {
    f"zhucun.personnel.{name}.v1": name
    for name in ("TeamMemberAssigned", "TeamFormed", "LeaderAppointed", "TeamRosterChanged", *_ENDINGS)
}


async def apply(cursor: AsyncCursor[Any], events: Sequence[Delivered]) -> None:
    """Brings the directory forward by personnel's events, in log order."""
    for event in events:
        name, data = _TYPES.get(event.type), event.data
        if name == "TeamMemberAssigned":
            await cursor.execute(
                "insert into posting (person, team, village, unit, level, source, starts_on)"
                " values (%(person)s, %(team)s, %(village)s, %(unit)s, %(unit_level)s, %(source)s, %(starts_on)s)",
                data,
            )
        elif name in _ENDINGS:
            await cursor.execute(
                "update posting set last_day = %(last_day)s"
                " where person = %(person)s and team = %(team)s and last_day is null",
                data,
            )
        elif name == "TeamFormed":
            await cursor.execute(
                "insert into team (team, village, leader, formed_on)"
                " values (%(team)s, %(village)s, %(leader)s, %(formed_on)s)",
                data,
            )
        elif name == "LeaderAppointed":
            await cursor.execute("update team set leader = %(person)s where team = %(team)s", data)
        elif name == "TeamRosterChanged":
            await cursor.execute(
                "update team set leader = null where team = %s and leader = any(%s)",
                (data["team"], data.get("left", [])),
            )


DIRECTORY = Projection(
    name="directory", generation=1, ddl=DDL, sources=("personnel",), apply=apply, types=frozenset(_TYPES)
)


_POSTINGS = """
    select person, team, village, unit, starts_on, last_day from posting where person = any(%s::text[])
    order by starts_on
"""
_TEAM = "select team, village, leader from team where team = %s"


async def postings_of(views: Views, persons: Collection[str]) -> dict[str, list[PostingRow]]:
    """All postings of each person, earliest first; a person nobody knows has an empty list."""
    found: dict[str, list[PostingRow]] = {person: [] for person in persons}
    for row in await views.ask(DIRECTORY.name, _POSTINGS, (sorted(found),)):
        posting = PostingRow(*row)
        found[posting.person].append(posting)
    return found


async def team_of(views: Views, team: str) -> TeamRow | None:
    """The team, or None where nobody formed it."""
    rows = await views.ask(DIRECTORY.name, _TEAM, (team,))
    return TeamRow(*rows[0]) if rows else None


def posted_on(postings: Sequence[PostingRow], day: date) -> PostingRow | None:
    """The posting that covers the day; the later one where two touch."""
    return next((posting for posting in reversed(postings) if posting.covers(day)), None)

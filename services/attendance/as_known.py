"""The register, the sheets and the postings as they were known at an instant: folded from the bytes of that time.

The log is read, never a view: a view knows only what is known now. What personnel said is read from the inbox, so that
a posting that was entered later is missing where it was not known yet.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from contracts import personnel as elsewhere
from contracts.catalogue import read_open
from contracts.fact import Fact
from contracts.identifiers import format_instant
from services.attendance.gathering import calendars
from services.attendance.known import Elsewhere, Known, Leadership, Post, Span
from services.attendance.said import BEIJING, register_of
from services.attendance.state import State, evolve, initial
from services.runtime.context import Context
from services.runtime.decisions import Recorded

_HEARD = """
    select body from (
        select i.* from unnest(%(persons)s::text[]) p (person)
        cross join lateral ledger.inbox_of_subject(array['posting'], p.person) i
        union all
        select i.* from unnest(%(teams)s::text[]) t (team)
        cross join lateral ledger.inbox_of_subject(array['team'], t.team) i
    ) heard order by origin, idx
"""


_DAY = timedelta(days=1)
EARLIEST, LATEST = 2000, 2200
"""Years in which something can have been known: beyond them no day can be counted from an instant."""


def instant_of(text: str) -> datetime:
    """An RFC 3339 instant, or a date: the end of that Beijing day. Raises ValueError for anything else."""
    if len(text) == len("2017-01-01"):
        day = date.fromisoformat(text)
        moment = datetime(day.year, day.month, day.day, tzinfo=BEIJING)
    else:
        day, moment = date.min, datetime.fromisoformat(text)
    if moment.tzinfo is None or not EARLIEST <= moment.year <= LATEST:
        raise ValueError("an instant needs a time zone and a year of these times")
    return moment if day == date.min else moment + _DAY


async def states_at(context: Context, keys: Collection[str], at: datetime | None) -> dict[str, State]:
    """The states of registers and sheets from everything recorded up to `at`, now where there is none."""
    if at is None:
        return dict(await context.workbench.states(keys))
    store, latest = context.service.store, format_instant(at)
    heads = await store.heads_of(keys)
    key_of = {stream: key for key, streams in heads.items() for stream in streams}
    states = {key: initial(key) for key in keys}
    for event in await store.read_in_order(dict.fromkeys(key_of, 0)):
        envelope = json.loads(event.body)
        if envelope["recordedtime"] <= latest:
            key = key_of[event.stream]
            fact = read_open(envelope["type"], envelope["data"])
            states[key] = evolve(states[key], Recorded(event.id, event.stream, event.version, fact))
    return states


def registers_of(persons: Collection[str]) -> list[str]:
    """The keys of their registers."""
    return [register_of(person) for person in dict.fromkeys(persons)]


async def whereabouts_at(context: Context, persons: Collection[str], teams: Collection[str], at: datetime) -> Known:
    """Postings, trainings, secondments, leaders and acting leaders as personnel had told them by `at`.

    `teams`: those of which the leaders are asked for; a leader who left is known to have left if he is in `persons`.
    """
    async with context.service.views.reading("register") as cursor:
        await cursor.execute(_HEARD, {"persons": list(persons), "teams": list(teams)})
        bodies = [row[0] for row in await cursor.fetchall()]
    heard = _Heard()
    for fact in _facts(bodies, format_instant(at)):
        heard.take(fact)
    return Known(place="", posts=heard.posts, leaders=heard.leaders, elsewhere=heard.spans, calendars=calendars())


def _facts(bodies: Collection[Any], latest: str) -> Iterator[Fact]:
    for body in bodies:
        envelope = json.loads(bytes(body))
        if envelope["recordedtime"] <= latest:
            yield read_open(envelope["type"], envelope["data"])


@dataclass(slots=True)
class _Heard:
    """What personnel had told so far, fact by fact in the order of its log."""

    posts: dict[str, tuple[Post, ...]] = field(default_factory=dict)
    leaders: dict[str, tuple[Leadership, ...]] = field(default_factory=dict)
    spans: dict[str, Elsewhere] = field(default_factory=dict)

    def take(self, fact: Fact) -> None:
        match fact:
            case elsewhere.TeamMemberAssigned(person=person):
                post = Post(fact.team, fact.village, fact.unit, fact.starts_on)
                self.posts[person] = (*self.posts.get(person, ()), post)
            case elsewhere.MemberReplaced() | elsewhere.MemberWithdrawn() | elsewhere.PostingEnded():
                self._left(fact.person, fact.team, fact.last_day)
            case elsewhere.LeaderAppointed(person=person, team=team, starts_on=first):
                before = tuple(_until(who, first - _DAY, other_than=person) for who in self.leaders.get(team, ()))
                self.leaders[team] = (*before, Leadership(person, first))
            case elsewhere.ActingLeaderDesignated(person=person, team=team):
                acting = Leadership(person, fact.starts_on, fact.ends_on, acting=True)
                self.leaders[team] = (*self.leaders.get(team, ()), acting)
            case elsewhere.TrainingAttended(person=person):
                known = self.spans.get(person, Elsewhere())
                self.spans[person] = Elsewhere((*known.trainings, (fact.starts_on, fact.ends_on)), known.secondments)
            case elsewhere.SecondmentDetected(person=person):
                known = self.spans.get(person, Elsewhere())
                self.spans[person] = Elsewhere(known.trainings, (*known.secondments, (fact.starts_on, None)))
            case elsewhere.SecondmentEnded(person=person):
                known = self.spans.get(person, Elsewhere())
                self.spans[person] = Elsewhere(known.trainings, _came_back(known.secondments, fact.last_day))

    def _left(self, person: str, team: str, last_day: date) -> None:
        self.posts[person] = tuple(
            replace(post, last_day=last_day) if post.team == team and post.last_day is None else post
            for post in self.posts.get(person, ())
        )
        self.leaders[team] = tuple(
            _until(who, last_day) if who.person == person else who for who in self.leaders.get(team, ())
        )


def _until(who: Leadership, last_day: date, *, other_than: str | None = None) -> Leadership:
    """The leadership, over by that day at the latest."""
    if who.person == other_than or (who.last_day is not None and who.last_day <= last_day):
        return who
    return replace(who, last_day=last_day)


def _came_back(secondments: tuple[Span, ...], last_day: date) -> tuple[Span, ...]:
    return tuple((first, last_day if last is None and first <= last_day else last) for first, last in secondments)

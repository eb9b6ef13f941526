"""The register, the sheets and the postings as they were known at an instant: folded from the bytes of that time.

The log is read, never a view: a view knows only what is known now. What personnel said is read from the inbox, so that
a posting that was entered later is missing where it was not known yet.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from contracts import personnel as elsewhere
from contracts.catalogue import read_open
from contracts.fact import Fact
from contracts.identifiers import format_instant
from services.attendance.gathering import calendars
from services.attendance.known import Elsewhere, Known, Leadership, Post
from services.attendance.said import BEIJING, register_of
from services.attendance.state import State, evolve, initial
from services.runtime.context import Context
from services.runtime.decisions import Recorded

_POSTINGS = """
    select body from unnest(%s::text[]) p (person)
    cross join lateral ledger.inbox_of_subject(array['posting'], p.person) order by origin, idx
"""


def instant_of(text: str) -> datetime:
    """An RFC 3339 instant, or a date: the end of that Beijing day. Raises ValueError for anything else."""
    if len(text) == len("2017-01-01"):
        day = date.fromisoformat(text)
        return datetime(day.year, day.month, day.day, tzinfo=BEIJING) + timedelta(days=1)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return moment


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


async def whereabouts_at(context: Context, persons: Collection[str], leaders: Known, at: datetime) -> Known:
    """Postings, trainings and secondments as personnel had told them by `at`. Leaders are those known now."""
    latest = format_instant(at)
    posts: dict[str, tuple[Post, ...]] = {}
    spans: dict[str, Elsewhere] = {}
    async with context.service.views.reading("register") as cursor:
        await cursor.execute(_POSTINGS, (list(persons),))
        bodies = [row[0] for row in await cursor.fetchall()]
    for fact in _facts(bodies, latest):
        _take(fact, posts, spans)
    held: Mapping[str, tuple[Leadership, ...]] = leaders.leaders
    return Known(place="", posts=posts, leaders=held, elsewhere=spans, calendars=calendars())


def _facts(bodies: Collection[Any], latest: str) -> Iterator[Fact]:
    for body in bodies:
        envelope = json.loads(bytes(body))
        if envelope["recordedtime"] <= latest:
            yield read_open(envelope["type"], envelope["data"])


def _take(fact: Fact, posts: dict[str, tuple[Post, ...]], spans: dict[str, Elsewhere]) -> None:
    match fact:
        case elsewhere.TeamMemberAssigned(person=person):
            post = Post(fact.team, fact.village, fact.unit, fact.starts_on)
            posts[person] = (*posts.get(person, ()), post)
        case elsewhere.MemberReplaced(person=person) | elsewhere.MemberWithdrawn(person=person):
            posts[person] = _ended(posts.get(person, ()), fact.team, fact.last_day)
        case elsewhere.PostingEnded(person=person):
            posts[person] = _ended(posts.get(person, ()), fact.team, fact.last_day)
        case elsewhere.TrainingAttended(person=person):
            known = spans.get(person, Elsewhere())
            spans[person] = Elsewhere((*known.trainings, (fact.starts_on, fact.ends_on)), known.secondments)
        case elsewhere.SecondmentDetected(person=person):
            known = spans.get(person, Elsewhere())
            spans[person] = Elsewhere(known.trainings, (*known.secondments, (fact.starts_on, None)))
        case elsewhere.SecondmentEnded(person=person):
            known = spans.get(person, Elsewhere())
            ended = tuple(
                (first, fact.last_day if last is None and first <= fact.last_day else last)
                for first, last in known.secondments
            )
            spans[person] = Elsewhere(known.trainings, ended)


def _ended(posts: tuple[Post, ...], team: str, last_day: date) -> tuple[Post, ...]:
    return tuple(
        Post(post.team, post.village, post.unit, post.starts_on, last_day)
        if post.team == team and post.last_day is None
        else post
        for post in posts
    )

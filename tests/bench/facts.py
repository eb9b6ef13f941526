"""Check-ins as the services record them: the real class, the real bytes."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import uuid4

from contracts.attendance import CheckedIn, CheckInMethod
from contracts.fact import Actor
from contracts.identifiers import Role
from services.ledger.store import NO_STREAM, Draft, Prepared, Store

VILLAGE = "530113100201"
FIRST_DAY = date(2017, 1, 1)
RECORDED = datetime(2017, 12, 1, 12, tzinfo=UTC)

_people = count(1)


def checked_in(person: str, day: date) -> CheckedIn:
    """One presence, with every member that a kiosk sends."""
    return CheckedIn(
        actor=Actor(person=person, role=Role.MEMBER, organisation="O0001", via="P530000030"),
        article="9.3",
        ruleset="kunming-2016-1",
        place=VILLAGE,
        person=person,
        team="T530113001",
        village=VILLAGE,
        date=day,
        method=CheckInMethod.KIOSK,
        record=f"K{day:%Y%m%d}-{person}",
        device_time=datetime(day.year, day.month, day.day, 11, 30, tzinfo=UTC),
        overnight=True,
    )


def drafts(events: int, streams: int) -> list[Draft]:
    """`events` check-ins of people that nobody has used yet, day by day, spread over so many streams."""
    people = [f"P{next(_people):08d}" for _ in range(streams)]
    return [
        Draft(
            f"attendance/{people[number % streams]}/2017",
            checked_in(people[number % streams], FIRST_DAY + timedelta(days=number // streams)),
            str(uuid4()),
        )
        for number in range(events)
    ]


def prepared(store: Store, events: int, streams: int) -> list[Prepared]:
    """The same, encoded: what `Store.write` takes."""
    found = drafts(events, streams)
    heads = dict.fromkeys((draft.stream for draft in found), NO_STREAM)
    return store.encode(found, heads, RECORDED, "bench")


def size_of(events: Sequence[Prepared]) -> int:
    """Mean number of bytes of an event."""
    return sum(len(one.stored.body) for one in events) // len(events)

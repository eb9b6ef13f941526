"""A posting that comes to light late brings what was said before: all of it, once, in order, in portions."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from itertools import pairwise
from uuid import uuid4

import pytest

from contracts.assessment import AssessmentReissued
from contracts.attendance import DayStatus, DayStatusCorrected
from contracts.attendance import SpotCheckFinding as Finding
from contracts.erasure import ValuesErased
from contracts.personnel import PromotionBarLifted, PromotionBarStarted
from services.agencies import scope_log
from tests.agencies.world import UNIT, VILLAGE, Kept, World, eventually, leave, posted, said, spot_check

pytestmark = pytest.mark.asyncio(loop_scope="module")

HERE = said(VILLAGE)


@asynccontextmanager
async def held(world: World, name: str) -> AsyncIterator[None]:
    """The publisher hears of everything that is told in the block, and adds nothing to the scope before its end."""
    async with world.publisher.pool.connection() as connection, connection.transaction():
        await connection.execute("select 1 from agency.edge where agency = %s for update", (name,))
        yield
        sizes = {
            world.settings.origin_of(name): (await hosted.counts()).accepted
            for name, hosted in world.application.hosted.items()
        }

        async def heard() -> bool:
            async with world.publisher.pool.connection() as other:
                cursor = await other.execute("select origin, checkpoint_size from ledger.inbox_mark")
                verified: dict[str, int] = dict(await cursor.fetchall())
            return all(verified.get(origin, 0) >= size for origin, size in sizes.items())

        await eventually(heard)


def in_order(kept: Kept) -> bool:
    """Whether the versions of each stream come one after the other."""
    versions: dict[str, list[int]] = {}
    for event in kept.events:
        versions.setdefault(event.event.stream, []).append(event.event.version)
    return all(found == sorted(found) for found in versions.values())


async def checked(world: World, person: str) -> str:
    return (await world.tell("attendance", f"attendance/{person}/2017", spot_check(person, Finding.ABSENT)))[0]


async def bar(world: World, person: str, lifted: bool) -> str:
    about = {**said(VILLAGE, "16"), "person": person, "year": 2017, "determination": 1, "assessment": str(uuid4())}
    day = date(2018, 1, 20)
    started = {"determined_on": day, "last_day": date(2019, 1, 20)}
    fact = PromotionBarLifted(**about, lifted_on=day) if lifted else PromotionBarStarted(**about, **started)
    return (await world.tell("personnel", f"bar/{person}", fact))[0]


async def test_everything_that_was_said_and_what_corrects_it_comes_in_order(world: World) -> None:
    """In one look, the posting, what it brings to light, and what corrects that: in their own streams or in others."""
    person = "P000201"
    stream = f"attendance/{person}/2017"
    await world.agency("unit", "DU", organisation=UNIT)
    absent, granted = await checked(world, person), (await world.tell("attendance", stream, leave(person)))[0]
    erased = ValuesErased(**HERE, event=granted, members=("kind",), reason="本人要求")
    told = [absent, granted, *await world.tell("attendance", f"erasure/{granted}", erased)]
    about = {"county": "530113", "year": 2017, "person": person, "case": "c1", "determination": 2}
    outcome = {"before": "INCOMPETENT", "after": "COMPETENT"}
    reissued = AssessmentReissued(**HERE, **about, **outcome, supersedes=str(uuid4()))
    told += await world.tell("assessment", "county/530113/2017", reissued)
    told.append(await bar(world, person, lifted=False))
    assert (await world.everything("unit")).ids == []
    async with held(world, "unit"):
        await world.tell("personnel", f"posting/{person}/2017", posted(person, UNIT))
        told.append(await bar(world, person, lifted=True))
        day = {"date": date(2017, 5, 3), "status": DayStatus.TRAVEL, "reason": "出差"}
        told += await world.tell(
            "attendance", stream, DayStatusCorrected(**HERE, person=person, supersedes=absent, **day)
        )
    kept = await world.everything("unit")
    assert (sorted(kept.ids), in_order(kept)) == (sorted(told), True)


async def test_what_is_verified_meanwhile_overtakes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The posting is known already and was not looked at yet, for personnel's log is far behind."""
    person = "P000202"
    first = await checked(world, person)
    before = await world.everything("unit")
    monkeypatch.setattr(scope_log, "LOOK", 1)
    async with held(world, "unit"):
        for number in range(4):
            await bar(world, f"P00030{number}", lifted=False)
        await world.tell("personnel", f"posting/{person}/2017", posted(person, UNIT))
        second = await checked(world, person)
    kept = await world.everything("unit")
    assert (kept.ids, in_order(kept)) == ([*before.ids, first, second], True)


async def test_what_many_postings_bring_comes_in_portions(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A subscriber holds what lies between two checkpoints, and its durable gives it so much and no more."""
    people = [f"P00040{number}" for number in range(4)]
    told = [await checked(world, person) for person in people for _ in range(2)]
    before = await world.everything("unit")
    monkeypatch.setattr(scope_log, "TAKE", 3)
    async with held(world, "unit"):
        for person in people:
            await world.tell("personnel", f"posting/{person}/2017", posted(person, UNIT))
    kept = await world.everything("unit")
    assert kept.ids == [*before.ids, *told]
    sizes = await checkpoints(world, "unit", len(before.ids))
    assert max(later - size for size, later in pairwise(sizes)) <= 4


async def checkpoints(world: World, name: str, least: int) -> list[int]:
    async with world.publisher.pool.connection() as connection:
        cursor = await connection.execute(
            "select size from agency.checkpoint where agency = %s and size >= %s order by size", (name, least)
        )
        return [row[0] for row in await cursor.fetchall()]

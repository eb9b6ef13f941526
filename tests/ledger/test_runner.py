"""Views: each event once, several logs, caught up, rebuilt beside and switched in one row while queries go on."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import psycopg
import pytest

from services.ledger.projection import Cursor, Delivered, Projection
from services.ledger.rebuild import RebuildDiffers, contents, rebuild
from services.ledger.runner import NewerView, ProjectionFailed, Runner
from services.ledger.views import NotYetVisible, Views
from tests.ledger.world import ATTENDANCE, PRESENCE, World, open_world, reached, until


@pytest.fixture
async def world(postgres_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(postgres_url, tmp_path) as opened:
        yield opened


@pytest.fixture
async def own(world: World) -> Runner:
    """The views of attendance on its own log."""
    runner = runner_of(world, PRESENCE)
    await runner.ensure()
    return runner


def runner_of(world: World, *projections: Projection) -> Runner:
    return Runner(world.log.pool, service="attendance", origins={"attendance": ATTENDANCE}, projections=projections)


def views_of(world: World) -> Views:
    return Views(world.log.pool, own=ATTENDANCE)


async def rows(world: World, view: str = "presence") -> int:
    async with views_of(world).reading(view) as cursor:
        await cursor.execute("select count(*) from presence")
        row = await cursor.fetchone()
        assert row is not None
        return int(row[0])


async def drain(runner: Runner) -> None:
    while await runner.catch_up():
        pass


async def test_the_own_log_is_projected_as_far_as_it_is_sealed(world: World, own: Runner) -> None:
    await world.log.grow(2_500)
    await world.log.append(10)
    await drain(own)
    assert await rows(world) == 2_500
    await world.log.seal()
    await drain(own)
    assert await rows(world) == 2_510
    assert (own.status.next, own.status.behind) == (2_510, 0)


async def test_two_runners_of_one_view_apply_nothing_twice(world: World, own: Runner) -> None:
    await world.log.grow(3_000)
    other = runner_of(world, PRESENCE)
    await asyncio.gather(drain(own), drain(other))
    assert await rows(world) == 3_000


async def test_a_view_that_is_new_catches_up_with_the_inbox_while_more_arrives(world: World) -> None:
    follower = world.follower
    await follower.start()
    async with world.relaying():
        await reached(follower, await world.log.grow(1_500))
        late = dataclasses.replace(PRESENCE, name="late")
        follower.runner.projections["late"] = late
        await follower.runner.ensure()
        stop = asyncio.Event()
        running = asyncio.create_task(follower.runner.run(stop))
        await reached(follower, await world.log.grow(1_000))

        async def caught_up() -> bool:
            return (await follower.views.marks("late"))[ATTENDANCE] == 2_500

        await until(caught_up)
        stop.set()
        await running
    async with follower.views.reading("late") as cursor:
        await cursor.execute("select count(*), (select sum(days) from total) from presence")
        assert await cursor.fetchone() == (2_500, 2_500)


async def test_a_view_rebuilt_by_the_same_code_is_equal_and_queries_never_miss_it(world: World, own: Runner) -> None:
    await world.log.grow(4_000)
    await drain(own)
    stop = asyncio.Event()
    running = asyncio.create_task(own.run(stop))
    seen: list[int] = []

    async def query() -> None:
        while not stop.is_set():
            seen.append(await rows(world))
            await asyncio.sleep(0.005)

    async def write() -> None:
        for _ in range(5):
            await world.log.grow(50)
            await asyncio.sleep(0.02)

    querying = asyncio.create_task(query())
    _, done = await asyncio.gather(write(), rebuild(world.log.pool, own, "presence"))

    async def all_there() -> bool:
        return await rows(world) == 4_250

    await until(all_there)
    stop.set()
    await asyncio.gather(querying, running)
    assert (done.generation, done.differences) == (2, [])
    assert seen == sorted(seen)
    assert seen[0] >= 4_000
    async with world.log.pool.connection() as connection:
        cursor = await connection.execute("select count(*) from pg_namespace where nspname like 'presence_g%'")
        assert await cursor.fetchone() == (1,)


async def test_an_interrupted_rebuild_leaves_the_old_view_and_the_next_one_begins_again(
    world: World, own: Runner
) -> None:
    await world.log.grow(4_000)
    await drain(own)
    seen: list[tuple[int, int]] = []

    def interrupt(done: int, total: int) -> None:
        seen.append((done, total))
        if done > 1_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await rebuild(world.log.pool, own, "presence", told=interrupt)
    assert await rows(world) == 4_000
    assert seen == sorted(seen)
    assert seen[-1][1] == 4_000
    seen.clear()
    done = await rebuild(world.log.pool, own, "presence", told=lambda *at: seen.append(at))
    assert (done.generation, done.differences) == (2, [])
    assert seen[-1] == (4_000, 4_000)
    assert await rows(world) == 4_000


async def test_a_view_of_another_log_is_rebuilt_from_the_inbox_while_the_consumer_runs(world: World) -> None:
    follower = world.follower
    await follower.start()
    async with world.relaying():
        await reached(follower, await world.log.grow(2_000))
        growing = asyncio.create_task(world.log.grow(500))
        done = await rebuild(follower.pool, follower.runner, "presence")
        size = await growing
        assert done.differences == []
        await reached(follower, size)


async def test_a_view_that_somebody_edited_is_not_replaced_without_a_word(world: World, own: Runner) -> None:
    await world.log.grow(100)
    await drain(own)
    async with world.log.pool.connection() as connection:
        await connection.execute("update presence_g1.total set days = days + 1 where person = 'P000003'")
    with pytest.raises(RebuildDiffers, match="total"):
        await rebuild(world.log.pool, own, "presence")
    async with views_of(world).reading("presence") as cursor:
        await cursor.execute("select current_schema()")
        assert await cursor.fetchone() == ("presence_g1",)
    done = await rebuild(world.log.pool, own, "presence", accept=True)
    assert [line.split(":")[0] for line in done.differences] == ["total"]
    async with views_of(world).reading("presence") as cursor:
        await cursor.execute("select days from total where person = 'P000003'")
        assert await cursor.fetchone() == (10,)


async def test_a_dropped_view_is_built_again_from_the_log(world: World, own: Runner) -> None:
    await world.log.grow(300)
    await drain(own)
    async with world.log.pool.connection() as connection:
        await connection.execute("drop schema presence_g1 cascade")
    done = await rebuild(world.log.pool, own, "presence", accept=True)
    assert done.differences
    assert await rows(world) == 300


async def test_newer_code_builds_its_view_beside_and_older_code_refuses_it(world: World, own: Runner) -> None:
    await world.log.grow(200)
    await drain(own)

    async def weekdays(cursor: Cursor, events: Sequence[Delivered]) -> None:
        for event in events:
            await cursor.execute("insert into presence (id, weekday) values (%s, 0)", (event.id,))

    newer = dataclasses.replace(
        PRESENCE, generation=2, ddl="create table presence (id uuid primary key, weekday int)", apply=weekdays
    )
    runner = runner_of(world, newer)
    await runner.ensure()
    assert await runner.outdated() == ["presence"]
    await world.log.grow(10)
    await drain(runner)
    assert await rows(world) == 200  # as it stands, until the new one is there
    await rebuild(world.log.pool, runner, "presence")
    await drain(runner)
    assert await rows(world) == 210
    assert await runner.outdated() == []
    with pytest.raises(NewerView, match="newer code"):
        await runner_of(world, PRESENCE).ensure()


async def test_an_event_that_cannot_be_applied_stops_the_views_at_its_index(world: World) -> None:
    async def refuse(cursor: Cursor, events: Sequence[Delivered]) -> None:
        if any(event.index == 5 for event in events):
            raise ValueError("no such day")
        await PRESENCE.apply(cursor, events)

    runner = runner_of(world, dataclasses.replace(PRESENCE, apply=refuse))
    await runner.ensure()
    await world.log.grow(20)
    with pytest.raises(ProjectionFailed) as failure:
        await drain(runner)
    assert (failure.value.first, failure.value.last) == (5, 5)
    assert await rows(world) == 5
    stop = asyncio.Event()
    running = asyncio.create_task(runner.run(stop))

    async def red() -> bool:
        return runner.status.stop is not None and runner.status.stop.index == 5

    await until(red)
    runner.projections["presence"] = PRESENCE  # mended

    async def green() -> bool:
        return runner.status.ready() and await rows(world) == 20

    await until(green)
    stop.set()
    await running


async def test_a_query_waits_for_what_its_caller_has_written(world: World, own: Runner) -> None:
    views = views_of(world)
    stop = asyncio.Event()
    running = asyncio.create_task(own.run(stop))
    await world.log.append(1)
    with pytest.raises(NotYetVisible) as failure:
        await views.wait_for("presence", {"attendance/P000000/2017": 1}, 0.1)
    assert failure.value.missing == {"attendance/P000000/2017": 1}
    await world.log.seal()
    await views.wait_for("presence", {"attendance/P000000/2017": 1}, 30)
    await views.wait_for("presence", {ATTENDANCE: 0}, 30)
    with pytest.raises(NotYetVisible):
        await views.wait_for("presence", {ATTENDANCE: 1}, 0.05)
    stop.set()
    await running
    assert await rows(world) == 1


async def test_a_generation_that_is_being_read_is_not_dropped(world: World, own: Runner) -> None:
    await world.log.grow(50)
    await drain(own)
    async with views_of(world).reading("presence") as cursor:
        rebuilding = asyncio.create_task(rebuild(world.log.pool, own, "presence"))
        await asyncio.sleep(0.3)
        assert not rebuilding.done()
        await cursor.execute("select count(*) from presence")
        assert await cursor.fetchone() == (50,)
    await rebuilding
    async with world.log.pool.connection() as connection, connection.cursor() as reader:
        assert (await contents(reader, "presence_g2")).tables["presence"][0] == 50


async def test_a_view_that_fails_is_named_with_its_event_and_holds_up_no_other(world: World) -> None:
    async def choke(cursor: Cursor, events: Sequence[Delivered]) -> None:
        if any(event.index == 1_203 for event in events):
            raise ValueError("cannot take this one")
        await PRESENCE.apply(cursor, events)

    choking = dataclasses.replace(PRESENCE, name="choking", apply=choke)
    runner = runner_of(world, choking, PRESENCE)
    await runner.ensure()
    await world.log.grow(2_500)
    for _ in range(4):
        with pytest.raises(ProjectionFailed) as failed:
            await drain(runner)
        assert (failed.value.projection, failed.value.first, failed.value.last) == ("choking", 1_203, 1_203)
    assert await rows(world) == 2_500
    assert (await views_of(world).marks("choking"))[ATTENDANCE] == 1_203


async def test_a_question_in_one_round_trip_gets_what_a_transaction_gets(world: World, own: Runner) -> None:
    await world.log.grow(200)
    await drain(own)
    views = views_of(world)
    query = "select person, count(*) from presence where person = any(%(people)s::text[]) group by person order by 1"
    async with views.reading("presence") as cursor:
        await cursor.execute("select distinct person from presence order by 1 limit 3")
        people = [row[0] for row in await cursor.fetchall()]
        await cursor.execute(query.encode(), {"people": people})
        expected = await cursor.fetchall()
    assert expected
    assert await views.ask("presence", query, {"people": people}) == expected
    assert await views.ask("presence", query, {"people": ["'; drop table presence; --"]}) == []
    with pytest.raises(psycopg.errors.UndefinedColumn):
        await views.ask("presence", "select nothing_like_it from presence", {})
    with pytest.raises(psycopg.Error, match="there is no view"):
        await views.ask("elsewhere", "select 1", {})
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        await views.ask("presence", "delete from presence", {})
    assert await views.ask("presence", query, {"people": people}) == expected

"""The relay: the same bytes, in order, checkpoints after what they cover; nothing lost or doubled by any kill."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import nats
import pytest

from services.ledger import bus
from services.ledger.pipeline import Outgoing, Pipeline, PublishFailed
from tests.ledger.world import ATTENDANCE, CONSUMERS, World, open_world, until


@pytest.fixture
async def world(postgres_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(postgres_url, tmp_path) as opened:
        yield opened


async def mark(world: World) -> int:
    async with world.log.pool.connection() as connection:
        row = await (await connection.execute("select next from ledger.relay_mark")).fetchone()
        assert row is not None
        return int(row[0])


async def published(world: World, size: int) -> None:
    async def there() -> bool:
        return await mark(world) == size and await tail(world) == f"c{size}"

    await until(there)


async def tail(world: World) -> str:
    held = await world.held()
    return held[-1] if held else ""


async def test_a_checkpoint_is_published_right_after_the_events_it_covers(world: World) -> None:
    await world.log.grow(3)
    await world.log.grow(2)
    async with world.relaying():
        await published(world, 5)
        await world.log.grow(1)
        await published(world, 6)
    assert await world.held() == ["e0", "e1", "e2", "c3", "e3", "e4", "c5", "e5", "c6"]


async def test_the_stream_carries_the_very_bytes_under_the_headers_that_describe_them(world: World) -> None:
    await world.log.grow(1)
    async with world.relaying():
        await published(world, 1)
    client = await nats.connect(world.broker.url)
    message = await client.jetstream().get_msg("ATTENDANCE", 1)
    await client.close()
    ((_, body),) = await world.log.page(0, 1)
    assert message.data == body
    assert message.subject == "ev.attendance.CheckedIn.530113.530113100.530113100201"
    headers = dict(message.headers or {})
    assert headers["Zhucun-Origin"] == ATTENDANCE
    assert headers["Zhucun-Index"] == "0"
    assert headers["Zhucun-Type"] == "zhucun.attendance.CheckedIn.v1"
    assert headers["content-type"] == "application/cloudevents+json"
    assert len(headers["Zhucun-Leaf"]) == 64


async def test_what_is_not_signed_is_not_published(world: World) -> None:
    await world.log.grow(2)
    await world.log.append(3)
    async with world.relaying():
        await published(world, 2)
        await asyncio.sleep(0.1)
        assert await world.held() == ["e0", "e1", "c2"]


async def test_a_relay_killed_at_any_moment_leaves_no_gap_and_no_repetition(world: World) -> None:
    size = await world.log.grow(3_000)
    for milliseconds in (20, 30, 45, 60, 80, 40, 25):
        async with world.relaying():
            await asyncio.sleep(milliseconds / 1000)
    async with world.relaying():
        await published(world, size)
    assert await world.held() == [*(f"e{index}" for index in range(size)), f"c{size}"]


async def test_two_relays_of_one_log_do_not_publish_anything_twice(world: World) -> None:
    size = await world.log.grow(2_000)
    async with world.relaying(), world.relaying():
        await published(world, size)
    assert len(await world.held()) == size + 1


async def test_what_a_server_acknowledged_and_then_lost_is_published_again(world: World) -> None:
    await world.log.grow(20)
    async with world.relaying():
        await published(world, 20)
    world.broker.kill()
    kept = world.broker.keep()
    world.broker.start()
    async with world.relaying():
        await world.log.grow(30)
        await published(world, 50)
        world.broker.kill()  # while the relay is at work
        world.broker.restore(kept)
        world.broker.start()
        await published(world, 50)
    assert await world.held() == [*(f"e{n}" for n in range(20)), "c20", *(f"e{n}" for n in range(20, 50)), "c50"]


async def test_a_server_that_lost_everything_is_filled_again_after_bus_apply(world: World) -> None:
    await world.log.grow(10)
    async with world.relaying() as relay:
        await published(world, 10)
        async with bus.connected(world.broker.url) as js:
            await js.delete_stream("ATTENDANCE")

        async def noticed() -> bool:
            return relay.status.stop is not None and "does not exist" in relay.status.stop.reason

        await until(noticed)
        await bus.apply(world.broker.url, CONSUMERS)
        await published(world, 10)
        assert relay.status.ready()


@pytest.mark.parametrize("running", [True, False])
async def test_refill_empties_the_stream_and_publishes_everything(world: World, running: bool) -> None:
    await world.log.grow(10)
    async with world.relaying():
        await published(world, 10)
        if running:
            await world.inject("ev.attendance.Foreign._._._", b"not ours")
            assert await world.relay().refill(CONSUMERS) == 10
    if not running:
        await world.inject("ev.attendance.Foreign._._._", b"not ours")
        assert await world.relay().refill(CONSUMERS) == 10
    assert await world.held() == [*(f"e{index}" for index in range(10)), "c10"]


async def test_the_tail_is_found_behind_a_foreign_message(world: World) -> None:
    await world.log.grow(4)
    async with world.relaying():
        await published(world, 4)
    await world.inject("ev.attendance.Foreign._._._", b"not ours", {"Zhucun-Origin": "zhucun.demo/other"})
    await world.inject("cp.attendance", b"not a note", {"Zhucun-Origin": ATTENDANCE, "Zhucun-Size": "4"})
    await world.log.grow(2)
    async with world.relaying():
        await published(world, 6)
    assert await world.held() == ["e0", "e1", "e2", "e3", "c4", "?", "c4", "e4", "e5", "c6"]


async def test_a_stream_ahead_of_its_log_stops_the_relay_until_it_is_refilled(world: World) -> None:
    await world.log.grow(2)
    async with world.relaying() as relay:
        await published(world, 2)
        await world.inject("ev.attendance.CheckedIn._._._", b"{}", {"Zhucun-Origin": ATTENDANCE, "Zhucun-Index": "7"})

        async def standing() -> bool:
            return relay.status.stop is not None and "signed log ends at 2" in relay.status.stop.reason

        await until(standing)
        assert await world.relay().refill(CONSUMERS) == 2
    assert await world.held() == ["e0", "e1", "c2"]


async def test_nothing_overtakes_a_publish_that_was_lost(world: World) -> None:
    client = await nats.connect(world.broker.url)
    pipeline = Pipeline(client, "ATTENDANCE", window=4)
    await pipeline.open()
    messages = [Outgoing("ev.attendance.T._._._", b"%d" % number, {}) for number in range(8)]
    assert await pipeline.publish(messages[:2], 0) == 2
    lost = Outgoing("nobody.listens", b"", {})
    with pytest.raises(PublishFailed) as failure:
        await pipeline.publish([messages[2], lost, *messages[3:]], 2)
    assert failure.value.done <= 1
    state = (await client.jetstream().stream_info("ATTENDANCE")).state
    await client.close()
    assert state.last_seq == 3


@pytest.mark.parametrize("place", [0, 5])
async def test_nothing_is_left_out_where_somebody_else_writes_as_well(world: World, place: int) -> None:
    """As many of ours are refused as there are foreign messages; the next one would fit behind those again."""
    client = await nats.connect(world.broker.url)
    pipeline = Pipeline(client, "ATTENDANCE")
    await pipeline.open()
    ours = [Outgoing("ev.attendance.T._._._", b"%d" % n, {"Nats-Msg-Id": f"m{n}"}) for n in range(20)]
    if place:
        assert await pipeline.publish(ours[:place], 0) == place
    for _ in range(3):
        await world.inject("ev.attendance.Foreign._._._", b"not ours")
    with pytest.raises(PublishFailed):
        await pipeline.publish(ours[place:], place)
    state = (await client.jetstream().stream_info("ATTENDANCE")).state
    await client.close()
    assert state.last_seq == place + 3


async def test_a_starting_service_refuses_a_bus_without_its_durable(world: World) -> None:
    await bus.check(world.broker.url, "assessment", ["attendance"])
    with pytest.raises(bus.BusError, match="apply the bus first"):
        await bus.check(world.broker.url, "attendance", ["assessment"])


async def test_drift_is_reported_and_repaired_only_when_told(world: World) -> None:
    async with bus.connected(world.broker.url) as js:
        changed = bus.declare_durable("assessment", "attendance")
        changed.ack_wait = 7
        await js.add_consumer("ATTENDANCE", changed)
    with pytest.raises(bus.BusError, match=r"ack_wait is 7\.0, declared 5\.0"):
        await bus.apply(world.broker.url, CONSUMERS)
    with pytest.raises(bus.BusError, match="ack_wait"):
        await bus.check(world.broker.url, "assessment", ["attendance"])
    assert await bus.apply(world.broker.url, CONSUMERS, repair=True) == ["repaired durable assessment-from-attendance"]
    assert await bus.apply(world.broker.url, CONSUMERS) == []

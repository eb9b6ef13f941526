"""The consumer: everything once, in order, across restarts; whatever does not belong stops it loudly until mended."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import nats
import pytest
from nats.js.api import AckPolicy
from structlog.testing import capture_logs

from services.ledger import bus
from services.ledger.consumer import Consumer
from services.ledger.inbox import Inbox
from services.ledger.outgoing import read_chunk
from services.ledger.status import State
from services.ledger.tail import Position
from tests.ledger.world import ATTENDANCE, CONSUMERS, Feedless, World, open_world, reached, stands, until


@pytest.fixture
async def world(postgres_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(postgres_url, tmp_path) as opened:
        yield opened


async def publish(world: World, size: int) -> None:
    """Lets a relay publish the log up to `size`, and dies."""
    async with world.relaying() as relay:

        async def out() -> bool:
            return (relay.status.next or 0) >= size and await world.held() != []

        await until(out)


async def acknowledged(world: World) -> bool:
    """Whether every message of the stream is acknowledged."""
    async with bus.connected(world.broker.url) as js:
        info = await js.consumer_info("ATTENDANCE", "assessment-from-attendance")
        return (info.num_pending, info.num_ack_pending) == (0, 0)


async def test_events_arrive_once_and_in_order_and_are_acknowledged(world: World) -> None:
    await world.follower.start()
    async with world.relaying():
        await reached(world.follower, await world.log.grow(1_200))
        await reached(world.follower, await world.log.grow(3))
        await until(lambda: acknowledged(world))
    assert world.follower.status.ready()
    assert world.follower.status.next == 1_203
    async with bus.connected(world.broker.url) as js:
        given = (await js.consumer_info("ATTENDANCE", "assessment-from-attendance")).delivered
    assert given is not None
    assert given.consumer_seq == given.stream_seq, "one acknowledgement stood for its batch: nothing was given again"


async def test_the_checkpoint_that_was_verified_is_kept_with_the_mark(world: World) -> None:
    await world.follower.start()
    async with world.relaying():
        await reached(world.follower, await world.log.grow(7))

        async def verified() -> bool:
            async with world.follower.pool.connection() as connection:
                cursor = await connection.execute("select checkpoint_size, checkpoint_note from ledger.inbox_mark")
                return await cursor.fetchone() == (7, await world.log.signed(7))

        await until(verified)


async def test_a_consumer_killed_between_batches_goes_on_from_its_own_mark(world: World) -> None:
    size = await world.log.grow(2_000)
    async with world.relaying():
        for milliseconds in (150, 250, 200, 350):
            await world.follower.start()
            await asyncio.sleep(milliseconds / 1000)
            await world.follower.stop()
        await world.follower.start()
        await reached(world.follower, size)


async def test_a_batch_that_died_unacknowledged_is_read_from_the_stream_not_jumped_over(world: World) -> None:
    await world.log.grow(40)
    await publish(world, 40)
    client = await nats.connect(world.broker.url)
    taken = await client.jetstream().pull_subscribe_bind("assessment-from-attendance", "ATTENDANCE")
    assert len(await taken.fetch(25, timeout=30)) == 25  # a process that dies now holds these back
    await client.close()
    await world.follower.start()
    await reached(world.follower, 40)  # the feed is down


async def test_a_durable_that_the_server_will_not_change_is_made_anew_and_nothing_comes_twice(world: World) -> None:
    async with bus.connected(world.broker.url) as js:
        await js.delete_consumer("ATTENDANCE", "assessment-from-attendance")
        older = bus.declare_durable("assessment", "attendance")
        older.ack_policy = AckPolicy.EXPLICIT
        await js.add_consumer("ATTENDANCE", older)
    with pytest.raises(bus.BusError, match="ack_policy"):
        await bus.apply(world.broker.url, CONSUMERS)
    async with world.relaying():
        await world.follower.start()
        size = await world.log.grow(30)
        assert await bus.apply(world.broker.url, CONSUMERS, repair=True) == [
            "made durable assessment-from-attendance anew"
        ]
        await reached(world.follower, size)
        await reached(world.follower, await world.log.grow(10))
        assert await world.follower.counted() == (40, 40)
        await until(lambda: acknowledged(world))


async def test_a_foreign_message_stops_the_consumer_until_the_stream_is_refilled(world: World) -> None:
    with capture_logs() as logs:
        await world.follower.start()
        async with world.relaying() as relay:
            await reached(world.follower, await world.log.grow(5))
            await world.inject("ev.attendance.CheckedIn._._._", b'{"not":"ours"}')
            size = await world.log.grow(5)
            await stands(world.follower, 5, "message of origin None in the stream of zhucun.demo/attendance")
            await asyncio.sleep(0.5)
            assert await world.follower.next() == 5  # nothing behind it was taken
            assert not await acknowledged(world)
            assert await world.relay().refill(CONSUMERS) == size
            await reached(world.follower, size)
            await reached(world.follower, await world.log.grow(2))
            await until(lambda: _value(world.follower.status.ready() and relay.status.ready()))
    told = [entry for entry in logs if entry["event"] == "consumer stopped"]
    assert told[0]["index"] == 5
    assert "message of origin None" in told[0]["reason"]
    assert told[0]["log_level"] == "error"


def _headers(index: int, **changed: str) -> dict[str, str]:
    return {
        "Zhucun-Origin": ATTENDANCE,
        "Zhucun-Index": str(index),
        "Zhucun-Type": "zhucun.attendance.CheckedIn.v1",
        "Zhucun-Leaf": "00" * 32,
        **changed,
    }


BROKEN: dict[str, tuple[str, bytes, dict[str, str], str]] = {
    "does not parse": ("ev.attendance.X._._._", b"{", _headers(3), "not an event"),
    "has another origin": ("ev.attendance.X._._._", b"{}", _headers(3, **{"Zhucun-Origin": "other"}), "origin 'other'"),
    "has no index": ("ev.attendance.X._._._", b"{}", _headers(3, **{"Zhucun-Index": "03"}), "Zhucun-Index"),
    "is an unsigned checkpoint": ("cp.attendance", b"x", {"Zhucun-Origin": ATTENDANCE, "Zhucun-Size": "3"}, "verify"),
}


@pytest.mark.parametrize("case", BROKEN)
async def test_a_message_that_is_broken_stops_the_consumer_until_refill(world: World, case: str) -> None:
    subject, payload, headers, reason = BROKEN[case]
    await world.follower.start()
    async with world.relaying():
        await reached(world.follower, await world.log.grow(3))
    await world.inject(subject, payload, headers)
    await stands(world.follower, 3, reason)
    await world.relay().refill(CONSUMERS)
    async with world.relaying():
        await reached(world.follower, await world.log.grow(1))
    await until(lambda: _value(world.follower.status.ready()))


async def test_an_event_under_the_headers_of_another_stops_the_consumer(world: World) -> None:
    await world.log.grow(3)
    await publish(world, 3)
    async with bus.connected(world.broker.url) as js:
        message = await js.get_msg("ATTENDANCE", 2)
    assert message.data is not None
    headers = {name: value for name, value in (message.headers or {}).items() if name.startswith("Zhucun-")}
    await world.inject("ev.attendance.X._._._", message.data, {**headers, "Nats-Msg-Id": "x"})
    await world.follower.start()
    await stands(world.follower, 3, "the headers")


async def test_a_hole_is_filled_from_the_feed_of_the_source(world: World) -> None:
    await world.log.grow(4)
    await publish(world, 4)
    await world.log.grow(6)
    await publish_only(world, 8, sequence=5)  # 4..7 were never published
    await world.follower.start()
    await stands(world.follower, 4, "hole: 4..7 are missing and the feed fails")
    assert await world.follower.counted() == (4, 4)
    world.follower.inbox._feed = world.log  # the feed is back
    await reached(world.follower, 9)
    await until(lambda: _value(world.follower.status.ready()))


async def publish_only(world: World, index: int, sequence: int) -> None:
    """Publishes the one event with this index, as the relay would."""
    async with world.log.pool.connection() as connection:
        chunk = await read_chunk(connection, "attendance", ATTENDANCE, Position(index, index, sequence))
    assert chunk is not None
    await world.inject(chunk.messages[0].subject, chunk.messages[0].payload, dict(chunk.messages[0].headers))


async def test_a_checkpoint_over_another_root_stops_the_consumer(world: World) -> None:
    await world.log.grow(3)
    await publish(world, 3)
    await world.follower.start()
    await reached(world.follower, 3)
    note = world.log.note(3, bytes(32))  # the log's own key under another tree
    await world.inject("cp.attendance", note.encode(), {"Zhucun-Origin": ATTENDANCE, "Zhucun-Size": "3"})
    await stands(world.follower, 3, "the signed root at size 3 is not the root of the events received")


async def test_other_bytes_at_an_index_that_was_taken_are_a_fork_and_stop_the_consumer(world: World) -> None:
    await world.log.grow(3)
    await publish(world, 3)
    await world.follower.start()
    await reached(world.follower, 3)
    async with bus.connected(world.broker.url) as js:
        message = await js.get_msg("ATTENDANCE", 3)
    assert message.data is not None
    event_id = (message.headers or {})["Nats-Msg-Id"]
    headers = {name: value for name, value in (message.headers or {}).items() if name.startswith("Zhucun-")}
    await bus.recreate(world.broker.url, "attendance", CONSUMERS)
    await world.inject("ev.attendance.X._._._", message.data, {**headers, "Zhucun-Index": "1", "Nats-Msg-Id": event_id})
    await stands(world.follower, 1, "the log was forked")


async def test_a_stream_that_was_deleted_is_awaited_and_read_again_without_repetition(world: World) -> None:
    await world.follower.start()
    async with world.relaying():
        await reached(world.follower, await world.log.grow(30))
        async with bus.connected(world.broker.url) as js:
            await js.delete_stream("ATTENDANCE")
        await stands(world.follower, 30, "does not exist")
        size = await world.log.grow(30)
        await bus.apply(world.broker.url, CONSUMERS)
        await reached(world.follower, size)
        await until(lambda: _value(world.follower.status.ready()))


async def test_a_server_killed_and_started_again_loses_nothing_of_the_way(world: World) -> None:
    await world.follower.start()
    async with world.relaying():
        for _ in range(3):
            await world.log.grow(300)
            await asyncio.sleep(0.1)
            world.broker.kill()
            await asyncio.sleep(0.2)
            world.broker.start()
        await reached(world.follower, 900)


async def test_a_broker_that_lost_its_disk_is_filled_again_and_the_consumer_goes_on(world: World) -> None:
    world.broker.kill()  # whoever copies the files of a running server finds some gone and some half written
    kept = world.broker.keep()
    world.broker.start()
    await world.follower.start()
    async with world.relaying():
        await reached(world.follower, await world.log.grow(100))
        world.broker.kill()
        world.broker.restore(kept)  # streams and durables exist, and are empty
        world.broker.start()
        await reached(world.follower, await world.log.grow(50))
        await until(lambda: _value(world.follower.status.ready()))


async def test_an_event_that_a_view_cannot_take_stops_the_consumer_exactly_there(world: World) -> None:
    runner = world.follower.runner
    good = runner.projections["presence"]

    async def refuse(cursor: Any, events: Any) -> None:
        if any(event.index == 17 for event in events):
            raise ValueError("no such day")
        await good.apply(cursor, events)

    runner.projections["presence"] = dataclasses.replace(good, apply=refuse)
    await world.follower.start()
    async with world.relaying():
        await world.log.grow(40)
        await stands(world.follower, 17, "projection presence cannot take")
        assert await world.follower.next() == 17
        runner.projections["presence"] = good  # mended
        await reached(world.follower, 40)


async def test_the_status_says_how_far_the_source_is(world: World) -> None:
    await world.follower.start()
    async with world.relaying():
        await reached(world.follower, await world.log.grow(10))

        async def told() -> bool:
            return world.follower.status.source_size == 10

        await until(told)
    report = world.follower.status.report()
    assert (report["state"], report["behind"], report["next"]) == (State.RUNNING, 0, 10)


async def test_two_processes_on_one_inbox_take_nothing_twice(world: World) -> None:
    follower = world.follower
    second = Consumer(
        "assessment", world.broker.url, [Inbox(follower.pool, follower.source, follower.runner, Feedless())]
    )
    await follower.start()
    await second.start()
    try:
        async with world.relaying():
            await reached(follower, await world.log.grow(1_500))
            await reached(follower, await world.log.grow(500))
    finally:
        await second.stop()


async def _value(value: object) -> object:
    return value

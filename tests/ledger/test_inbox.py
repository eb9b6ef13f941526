"""What is let into an inbox: each rule by itself, and a whole batch or its good part in one transaction."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest

from contracts.proofs import CompactRange
from services.ledger.admission import Admission, Mark, Signed, Source, read_body, read_message
from services.ledger.inbox import Inbox, Stopped
from services.ledger.outgoing import read_chunk
from services.ledger.projection import Cursor, Delivered
from services.ledger.status import State, Status
from services.ledger.tail import Position
from tests.ledger.world import ATTENDANCE, PRESENCE, World, open_world, reached


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as the bus would bring it."""

    subject: str
    headers: dict[str, str]
    data: bytes


@pytest.fixture
async def world(postgres_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(postgres_url, tmp_path) as opened:
        yield opened


async def messages(world: World, start: int = 0) -> list[Sent]:
    """What the relay would publish from an index on."""
    async with world.log.pool.connection() as connection:
        chunk = await read_chunk(connection, "attendance", ATTENDANCE, Position(start, start, 0))
    assert chunk is not None
    return [Sent(message.subject, dict(message.headers), message.payload) for message in chunk.messages]


async def test_a_batch_is_taken_with_its_effect_and_its_mark_or_not_at_all(world: World) -> None:
    await world.log.grow(10)
    follower = world.follower

    async def interrupted(cursor: Cursor, events: Sequence[Delivered]) -> None:
        await PRESENCE.apply(cursor, events)
        raise psycopg.OperationalError("the server is gone")

    follower.runner.projections["presence"] = replace(PRESENCE, apply=interrupted)
    with pytest.raises(psycopg.OperationalError):
        await follower.inbox.receive(await messages(world))
    assert await follower.next() == 0
    assert await follower.counted() == (0, 0)
    follower.runner.projections["presence"] = PRESENCE
    await follower.inbox.receive(await messages(world))
    await reached(follower, 10)


async def test_a_batch_given_again_changes_nothing(world: World) -> None:
    await world.log.grow(10)
    batch = await messages(world)
    for _ in range(3):
        mark = await world.follower.inbox.receive(batch)
    assert (mark.next, mark.checkpoint_size) == (10, 10)
    await reached(world.follower, 10)


@pytest.mark.parametrize("first_is_behind", [True, False])
async def test_a_follower_that_lags_behind_another_takes_no_checkpoint_back(
    world: World, first_is_behind: bool
) -> None:
    """Whether it remembers the heads of the streams, being the one that took the first events, or reads newer ones."""
    ahead, follower = world.follower.inbox, world.follower
    behind = Inbox(follower.pool, ahead.source, follower.runner, None)
    await world.log.grow(5)
    batch = await messages(world)
    for inbox in (behind, ahead) if first_is_behind else (ahead, behind):
        await inbox.receive(batch)
    await world.log.grow(5)
    batch = await messages(world, 5)
    await ahead.receive(batch)
    events = [message for message in batch if "Zhucun-Index" in message.headers]
    mark = await behind.receive(events)  # the checkpoint went to the other one
    assert (mark.next, mark.checkpoint_size) == (10, 10)
    fresh = Inbox(follower.pool, ahead.source, follower.runner, None)
    assert (await fresh.mark()).checkpoint_size == 10


async def test_the_good_part_of_a_batch_is_taken_before_the_inbox_stops(world: World) -> None:
    await world.log.grow(10)
    batch = await messages(world)
    batch.insert(4, Sent("ev.attendance.X._._._", {}, b""))
    with pytest.raises(Stopped) as stopped:
        await world.follower.inbox.receive(batch)
    assert stopped.value.index == 4
    await reached(world.follower, 4)


async def test_the_compact_range_of_the_source_is_kept_with_the_mark(world: World) -> None:
    await world.log.grow(7)
    mark = await world.follower.inbox.receive(await messages(world))
    note = await world.log.signed(7)
    assert mark == Mark(7, mark.frontier, 7, note)
    fresh = Inbox(world.follower.pool, world.follower.source, world.follower.runner, None)
    assert await fresh.mark() == mark
    await world.log.grow(6)
    assert (await fresh.receive(await messages(world, 7))).checkpoint_size == 13


async def test_an_inbox_catches_up_from_the_feed_alone(world: World) -> None:
    await world.log.grow(1_200)
    inbox = Inbox(world.follower.pool, world.follower.source, world.follower.runner, world.log)
    assert (await inbox.catch_up(1_200)).next == 1_200
    await reached(world.follower, 1_200)
    with pytest.raises(Stopped, match="the feed does not have them either"):
        await inbox.catch_up(1_201)


async def test_a_feed_that_gives_other_bytes_is_found_out_by_the_next_checkpoint(world: World) -> None:
    await world.log.grow(3)

    class Lying:
        async def page(self, start: int, limit: int) -> list[tuple[int, bytes]]:
            page = await world.log.page(start, limit)
            return [(index, body.replace(b"gps", b"gpx") if index == 2 else body) for index, body in page]

    inbox = Inbox(world.follower.pool, world.follower.source, world.follower.runner, Lying())
    with pytest.raises(Stopped, match="the signed root at size 3 is not the root"):
        await inbox.receive([(await messages(world))[-1]])


async def test_what_is_in_the_inbox_cannot_be_changed_or_removed(world: World) -> None:
    await world.log.grow(1)
    await world.follower.inbox.receive(await messages(world))
    for statement in ("delete from ledger.inbox", "update ledger.inbox set idx = 7", "truncate ledger.inbox"):
        async with world.follower.pool.connection() as connection:
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.RaiseException)):
                await connection.execute(statement.encode())


@pytest.mark.parametrize("dropped", [1, 11])
async def test_a_stream_whose_version_is_left_out_is_not_taken(world: World, dropped: int) -> None:
    await world.log.grow(20)  # ten streams of two versions each
    arrivals = [read_message(world.follower.source, message) for message in (await messages(world))[:20]]
    bodies = [arrival.event.body for arrival in arrivals if not isinstance(arrival, Signed)]
    del bodies[dropped]
    admission = Admission(world.follower.source, Mark())
    with pytest.raises(Stopped, match=r"jumps from version 0 to 2|hole") as stopped:
        for index, body in enumerate(bodies):
            admission.take(read_body(world.follower.source, index, body))
        admission.sign(Signed(20, bytes(32), ""))
    assert stopped.value.index == (10 if dropped == 1 else 19)


async def test_a_note_by_another_key_or_of_another_log_is_not_a_checkpoint(world: World) -> None:
    await world.log.grow(2)
    note = (await messages(world))[-1]
    stranger = Source.of(
        "attendance", ATTENDANCE, "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    )
    with pytest.raises(ValueError, match="no signature by a known key"):
        read_message(stranger, note)
    with pytest.raises(ValueError, match="under other headers"):
        read_message(world.follower.source, replace(note, headers={**note.headers, "Zhucun-Size": "3"}))


def test_an_older_checkpoint_has_only_its_signature_to_show() -> None:
    source = Source("attendance", ATTENDANCE, ())
    edge = CompactRange()
    edge.append(bytes(32))
    admission = Admission(source, Mark(1, edge.hashes))
    admission.sign(Signed(0, bytes(32), "older"))
    assert admission.signed is None


def test_a_reader_lags_while_a_size_known_long_ago_is_not_reached() -> None:
    now = [0.0]
    status = Status("reader", clock=lambda: now[0])
    assert not status.ready()
    status.run()
    status.advanced(5)
    status.known(10)
    now[0] = 8
    assert status.ready(patience=10)
    status.known(20)  # newer events do not make the old ones younger, nor older
    now[0] = 11
    assert not status.ready(patience=10)
    status.advanced(10)
    assert (status.ready(patience=10), status.seconds_behind, status.behind) == (True, 0.0, 10)
    status.advanced(20)
    now[0] = 100
    assert status.seconds_behind == 0.0


def test_a_reader_that_stands_still_tells_the_same_reason_once() -> None:
    status = Status("reader")
    assert status.stand(3, "hole")
    assert not status.stand(3, "hole")
    assert status.stand(4, "hole")
    assert (status.state, status.ready(), status.report()["stopped_at"]) == (State.STOPPED, False, 4)
    status.run()
    assert status.ready()
    assert status.report()["reason"] is None

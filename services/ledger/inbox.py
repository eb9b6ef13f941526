"""The inbox: what arrived from another log, stored, projected and marked in one transaction.

Guarantees, for one log: indexes are taken from 0 without a hole; the bytes at an index never change; a stream has no
missing version; at every checkpoint that arrives in step the root of what was taken equals the signed one. Whatever
breaks one of them raises Stopped, after the good part of the batch is committed, and nothing is acknowledged.
"""

import time
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, Protocol

from services.ledger import arrays
from services.ledger.admission import (
    Admission,
    Arrival,
    Head,
    Mark,
    Message,
    Signed,
    Source,
    Stopped,
    read_body,
    read_message,
)
from services.ledger.connections import Pool
from services.ledger.projection import Cursor, Delivered
from services.ledger.runner import ProjectionFailed, Runner

__all__ = ["Feed", "Inbox", "Mark", "Message", "Source", "Stopped"]

PAGE = 500
CACHED_HEADS = 50_000


class Feed(Protocol):
    """Catch-up by index from the service that keeps the log: exact event bytes."""

    async def page(self, start: int, limit: int) -> list[tuple[int, bytes]]:
        """At most `limit` (index, body) from `start` on, in order; empty when there are none yet."""
        ...


class Inbox:
    """Takes in one log. One at a time: a second process on the same inbox is refused by the mark's row lock."""

    def __init__(self, pool: Pool, source: Source, runner: Runner, feed: Feed | None) -> None:
        self.source = source
        self._pool = pool
        self._runner = runner
        self._feed = feed
        self._mark: Mark | None = None
        self._heads: OrderedDict[str, Head] = OrderedDict()

    async def receive(self, messages: Sequence[Message]) -> Mark:
        """Takes a batch in, in order; returns the mark after it.

        Raises Stopped at the first message that does not fit; what came before it is committed. Giving the same
        batch again is harmless. Database errors pass through: nothing of the batch is committed then.
        """
        items: list[Arrival | Signed] = []
        stopped: Stopped | None = None
        mark = await self.mark()
        for message in messages:
            try:
                items.append(read_message(self.source, message))
            except ValueError as error:
                stopped = Stopped(self.source.origin, mark.next, str(error))
                break
        admission = await self._admission(mark, items)
        try:
            for item in items:
                await self._admit(admission, item)
        except Stopped as error:
            stopped = error
        else:
            if stopped is not None:
                stopped = admission.stop(stopped.reason)
        await self._commit(admission)
        if stopped is None:
            return await self.mark()
        self._forget()
        if (await self.mark()).next > admission.next:  # another follower went on meanwhile: what we held was old
            return await self.receive(messages)
        raise stopped

    async def catch_up(self, size: int) -> Mark:
        """Takes [next, size) from the feed, without any message; raises Stopped when it does not give them."""
        admission = await self._admission(await self.mark(), [])
        try:
            await self._fill(admission, size)
        finally:
            await self._commit(admission)
        return await self.mark()

    async def mark(self) -> Mark:
        """The mark as committed."""
        if self._mark is None:
            async with self._pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
                await cursor.execute(
                    "insert into ledger.inbox_mark (origin) values (%s) on conflict do nothing", (self.source.origin,)
                )
                self._mark = await _read_mark(cursor, self.source.origin)
        return self._mark

    async def _admission(self, mark: Mark, items: Collection[Arrival | Signed]) -> Admission:
        arrivals = [item for item in items if isinstance(item, Arrival)]
        repeated = [arrival.event.index for arrival in arrivals if arrival.event.index < mark.next]
        admission = Admission(self.source, mark, known=await self._leaves(repeated))
        await self._load_heads(
            admission, {arrival.event.stream for arrival in arrivals if arrival.event.index >= mark.next}
        )
        return admission

    async def _admit(self, admission: Admission, item: Arrival | Signed) -> None:
        if isinstance(item, Signed):
            await self._fill(admission, item.size)
            admission.sign(item)
        else:
            await self._fill(admission, item.event.index)
            admission.take(item)

    async def _fill(self, admission: Admission, end: int) -> None:
        """Takes from the source's feed what the bus did not bring below `end`; a feed that fails is a stop."""
        while admission.next < end:
            if self._feed is None:
                return  # the admission itself stops at the hole
            start = admission.next
            try:
                page = await self._feed.page(start, min(PAGE, end - start))
                arrivals = [read_body(self.source, index, body) for index, body in page]
            except Exception as error:
                raise admission.stop(f"hole: {start}..{end - 1} are missing and the feed fails: {error!r}") from error
            if not arrivals or arrivals[0].event.index != start:
                raise admission.stop(f"hole: {start}..{end - 1} are missing and the feed does not have them either")
            await self._load_heads(admission, {arrival.event.stream for arrival in arrivals})
            for arrival in arrivals:
                admission.take(arrival)

    async def _leaves(self, indexes: list[int]) -> dict[int, bytes]:
        if not indexes:
            return {}
        async with self._pool.connection() as connection, connection.cursor() as cursor:
            await cursor.execute(
                "select idx, leaf from ledger.inbox where origin = %s and idx = any(%s)",
                (self.source.origin, indexes),
                binary=True,
            )
            return dict(await cursor.fetchall())

    async def _load_heads(self, admission: Admission, streams: Collection[str]) -> None:
        unknown = [stream for stream in streams if stream not in admission.heads]
        for stream in unknown:
            if stream in self._heads:
                self._heads.move_to_end(stream)
                admission.heads[stream] = self._heads[stream]
        unknown = [stream for stream in unknown if stream not in self._heads]
        if not unknown:
            return
        async with self._pool.connection() as connection, connection.cursor() as cursor:
            await cursor.execute(
                "select s.stream, i.version, i.leaf, convert_from(i.body, 'UTF8')::jsonb ->> 'recordedtime'"
                " from unnest(%s::text[]) s (stream) cross join lateral ("
                " select version, leaf, body from ledger.whole_inbox"
                " where stream = s.stream and origin = %s order by version desc limit 1) i",
                (unknown, self.source.origin),
                binary=True,
            )
            for stream, version, leaf, recorded in await cursor.fetchall():
                admission.heads[stream] = Head(version, leaf, recorded)

    async def _commit(self, admission: Admission) -> None:
        if not admission.events and admission.signed is None:
            return
        try:
            await self._commit_events(admission, admission.events)
        except ProjectionFailed:
            self._forget()
            await self._commit_one_by_one(admission)
        except BaseException:
            self._forget()
            raise
        for event in admission.events:
            self._heads[event.stream] = admission.heads[event.stream]
            self._heads.move_to_end(event.stream)
        while len(self._heads) > CACHED_HEADS:
            self._heads.popitem(last=False)

    async def _commit_one_by_one(self, admission: Admission) -> None:
        """A projection refused the batch: what comes before the event it cannot take is committed, then we stop."""
        start = admission.mark.next
        for count in range(1, len(admission.events) + 1):
            try:
                await self._commit_events(admission, admission.events[:count])
            except ProjectionFailed as failure:
                self._forget()
                raise Stopped(self.source.origin, start + count - 1, str(failure), failure.event) from failure

    async def _commit_events(self, admission: Admission, events: Sequence[Delivered]) -> None:
        """Commits those of `events` (a prefix of the admitted ones) that are not committed yet."""
        after = admission.result(events)
        stages = self._runner.stages
        began = time.time_ns() if stages is not None else 0
        # Few answers are waited for: the marks', that the events are in, each view's, the commit's.
        async with (
            self._pool.connection() as connection,
            connection.pipeline() as pipeline,
            connection.transaction(),
            connection.cursor() as cursor,
        ):
            marking = await connection.execute(_READ_MARK, (self.source.origin,), binary=True)
            views = await self._runner.lock(cursor, self.source.origin)
            held = _mark_of(await marking.fetchone(), self.source.origin)
            fresh = events[held.next - admission.mark.next :]
            if held.next < admission.mark.next or held.next > after.next:
                raise AssertionError(f"somebody else moved the inbox of {self.source.origin} to {held.next}")
            if held.checkpoint_size > after.checkpoint_size:  # another follower of this inbox has met a later one
                after = replace(after, checkpoint_size=held.checkpoint_size, checkpoint_note=held.checkpoint_note)
            await _store(cursor, fresh)
            await cursor.execute(
                "update ledger.inbox_mark set next = %s, frontier = %s, checkpoint_size = %s, checkpoint_note = %s"
                " where origin = %s",
                (
                    after.next,
                    arrays.byte_strings(after.frontier),
                    after.checkpoint_size,
                    after.checkpoint_note,
                    self.source.origin,
                ),
            )
            await pipeline.sync()  # what fails from here on is a view's failure
            applied = await self._runner.apply(cursor, views, self.source.origin, held.next, fresh)
        self._mark = after
        if stages is not None:
            stages.consumed(fresh, began)
            stages.projected(fresh, applied)

    def _forget(self) -> None:
        """What is in memory may be ahead of what is committed: read it again."""
        self._mark = None
        self._heads.clear()


_STORE = """
    insert into ledger.inbox (origin, idx, version, id, stream, type, leaf, body)
    select %s, * from unnest(%b::bigint[], %b::int[], %b::uuid[], %b::text[], %b::text[], %b::bytea[], %b::bytea[])
"""


async def _store(cursor: Cursor, events: Sequence[Delivered]) -> None:
    if not events:
        return
    await cursor.execute(
        _STORE,
        (
            events[0].origin,
            arrays.bigints([event.index for event in events]),
            arrays.ints([event.version for event in events]),
            arrays.uuids([event.id for event in events]),
            arrays.texts([event.stream for event in events]),
            arrays.texts([event.type for event in events]),
            arrays.byte_strings([event.leaf for event in events]),
            arrays.byte_strings([event.body for event in events]),
        ),
    )


_READ_MARK = """
    select next, frontier, checkpoint_size, checkpoint_note from ledger.inbox_mark where origin = %s for update
"""


async def _read_mark(cursor: Cursor, origin: str) -> Mark:
    await cursor.execute(_READ_MARK, (origin,), binary=True)
    return _mark_of(await cursor.fetchone(), origin)


def _mark_of(row: tuple[Any, ...] | None, origin: str) -> Mark:
    if row is None:
        raise AssertionError(f"the inbox has no mark for {origin}")
    return Mark(row[0], tuple(row[1]), row[2], row[3])

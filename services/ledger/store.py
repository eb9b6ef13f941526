"""The streams of one service: read them, append to them with optimistic concurrency and receipts.

MUST: an append is one statement, all or nothing, durable when it returns. MUST: versions within a stream are contiguous
from 1, each event names the leaf of the one before (`prev`), and recorded times do not decrease. Asserted before append
by construction, by the database on append, and again on every read.
"""

import asyncio
import secrets
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from contracts import disclosure, envelope
from contracts.proofs import leaf_hash
from services.ledger import arrays
from services.ledger.appending import CONCURRENT_CHANGE, bounds, statement
from services.ledger.connections import Pool
from services.ledger.stages import Stages
from services.ledger.values import (
    NO_STREAM,
    BrokenLog,
    ConcurrentChange,
    Draft,
    Head,
    Prepared,
    Receipt,
    ReceiptExists,
    Stored,
)

__all__ = [
    "NO_STREAM",
    "BrokenLog",
    "ConcurrentChange",
    "Draft",
    "Head",
    "Prepared",
    "Receipt",
    "ReceiptExists",
    "Store",
    "Stored",
    "assert_contiguous",
]

_HEADS = "select stream, version, leaf, recorded from ledger.stream_head where stream = any(%b::text[])"

_READ = """
    select e.id, e.stream, e.version, e.leaf, e.body
    from unnest(%b::text[], %b::int[]) a (stream, after)
    cross join lateral (
        select * from ledger.whole_event e where e.stream = a.stream and e.version > a.after order by e.version
    ) e
"""

_HEADS_OF = """
    select a.key, h.stream, h.version, h.leaf, h.recorded
    from unnest(%b::text[], %b::text[], %b::text[]) a (key, low, high)
    cross join lateral (
        select * from ledger.stream_head h where h.stream >= a.low and h.stream < a.high and h.version > 0
    ) h
"""

_READ_IN_ORDER = """
    select e.id, e.stream, e.version, e.leaf, e.body
    from unnest(%b::text[], %b::int[]) a (stream, after)
    cross join lateral (
        select * from ledger.whole_event e where e.stream = a.stream and e.version > a.after
    ) e
    order by e.position
"""

_SUBJECT = "select id, stream, version, leaf, body from ledger.events_of_subject(%b::text[], %b::text)"

_DISCLOSURES = "select digest, text from ledger.disclosure where event = any(%b::uuid[]) and text is not null"

_OPENED = "select event, text from ledger.disclosure where event = any(%b::uuid[])"
_OPEN_OF = "select digest, text from ledger.disclosure where event = %b::uuid and text is not null"

_ERASE = """
    update ledger.disclosure set text = null, erased_at = now()
    where event = %b::uuid and digest = any(%b::text[]) and text is not null
"""

_RECEIPT = "select caller, key, request_digest, answer from ledger.receipt where caller = %b and key = %b"

_SEALED = """
    select i.idx from ledger.event e join ledger.log_index i on i.position = e.position
    where e.stream = %b and e.version = %b and exists (select from ledger.checkpoint c where c.size > i.idx)
"""


class Store:
    """The log's writing side and its streams. `pool` comes from `connections.open_pool` (autocommit)."""

    def __init__(
        self,
        pool: Pool,
        *,
        service: str,
        origin: str,
        salt: Callable[[], bytes] = lambda: secrets.token_bytes(16),
        on_append: Callable[[], None] | None = None,
        stages: Stages | None = None,
    ) -> None:
        """`on_append` is called after every append, to wake a sealer in the same process (`Sealer.nudge`)."""
        self.service = service
        self.origin = origin
        self._pool = pool
        self._salt = salt
        self._on_append = on_append
        self._stages = stages

    async def heads(self, streams: Collection[str]) -> dict[str, Head]:
        """Where the streams stand, read in one snapshot; Head(0, None, None) for one that does not exist."""
        found = dict.fromkeys(streams, NO_STREAM)
        if found:
            for stream, version, leaf, recorded in await self._rows(_HEADS, [arrays.texts(list(found))]):
                found[stream] = Head(version, leaf, recorded)
        return found

    async def heads_of(self, keys: Collection[str]) -> dict[str, dict[str, Head]]:
        """Existing streams of each key with their heads; a key is a stream, or `kind/subject/*` for all its years."""
        found: dict[str, dict[str, Head]] = {key: {} for key in keys}
        if found:
            low, high = zip(*map(bounds, found), strict=True)
            parameters = [arrays.texts(list(found)), arrays.texts(low), arrays.texts(high)]
            for key, stream, version, leaf, recorded in await self._rows(_HEADS_OF, parameters):
                found[key][stream] = Head(version, leaf, recorded)
        return found

    async def read_in_order(self, after: Mapping[str, int]) -> list[Stored]:
        """Events after the given version of each stream, in the order in which they were appended; raises BrokenLog."""
        if not after:
            return []
        parameters = [arrays.texts(list(after)), arrays.ints(list(after.values()))]
        events = [_stored(row) for row in await self._rows(_READ_IN_ORDER, parameters)]
        streams: dict[str, list[Stored]] = {}
        for event in events:
            streams.setdefault(event.stream, []).append(event)
        for stream, found in streams.items():
            assert_contiguous(found, after=after[stream])
        return events

    async def read(self, streams: Mapping[str, int]) -> dict[str, list[Stored]]:
        """Events after the given version of each stream, in order, in one snapshot; raises BrokenLog."""
        found: dict[str, list[Stored]] = {stream: [] for stream in streams}
        if streams:
            for row in await self._rows(_READ, [arrays.texts(list(streams)), arrays.ints(list(streams.values()))]):
                event = _stored(row)
                found[event.stream].append(event)
        for stream, events in found.items():
            assert_contiguous(events, after=streams[stream])
        return found

    async def read_subject(self, kinds: Collection[str], subject: str) -> list[Stored]:
        """All events of the streams `kind/subject` and `kind/subject/...`, by stream and version; raises BrokenLog."""
        events = [_stored(row) for row in await self._rows(_SUBJECT, [arrays.texts(sorted(set(kinds))), subject])]
        start = 0
        for end in range(1, len(events) + 1):
            if end == len(events) or events[end].stream != events[start].stream:
                assert_contiguous(events[start:end], after=0)
                start = end
        return events

    async def disclosures(self, ids: Collection[str]) -> dict[str, str]:
        """Digest -> disclosure text of those events; what was erased is missing."""
        if not ids:
            return {}
        return dict(await self._rows(_DISCLOSURES, [arrays.uuids(list(ids))]))

    async def opened(self, ids: Collection[str]) -> dict[str, tuple[dict[str, Any], int]]:
        """Of each event its hidden members that are still there, by name, and how many were erased."""
        found: dict[str, tuple[dict[str, Any], int]] = {event: ({}, 0) for event in ids}
        if not ids:
            return found
        for event, text in await self._rows(_OPENED, [arrays.uuids(list(ids))]):
            values, erased = found[str(event)]
            if text is None:
                found[str(event)] = (values, erased + 1)
            else:
                name, values[name] = disclosure.read(text)  # the name is known only once the text is read
        return found

    async def disclosed_members(self, event: str) -> dict[str, str]:
        """Digest -> name of every member of an event whose value is still there."""
        found = await self._rows(_OPEN_OF, [UUID(event)])
        return {digest: disclosure.read(text)[0] for digest, text in found}

    async def erase(self, event: str, digests: Collection[str]) -> int:
        """Destroys the values behind these digests of an event; returns how many were still there.

        Nothing in the log changes: digests stay, proofs stay valid, and whoever needs the value finds it erased.
        """
        async with self._pool.connection() as connection:
            cursor = await connection.execute(_ERASE, (UUID(event), arrays.texts(list(digests))), prepare=False)
            return cursor.rowcount

    async def receipt(self, caller: str, key: str) -> Receipt | None:
        """The receipt of an earlier append under this key."""
        rows = await self._rows(_RECEIPT, [caller, key])
        return Receipt(*rows[0]) if rows else None

    def encode(
        self, drafts: Sequence[Draft], heads: Mapping[str, Head], recorded: datetime, correlation: str
    ) -> list[Prepared]:
        """The events of `drafts` in that order, numbered and chained from `heads`.

        An event is recorded at `recorded`, or when its stream was last recorded if that is later (two clocks).
        Raises KeyError for a stream without head, NotCanonicalError for a fact that cannot be an event.
        """
        at = dict(heads)
        prepared: list[Prepared] = []
        for draft in drafts:
            head = at[draft.stream]
            moment = recorded if head.recorded is None else max(recorded, head.recorded)
            encoded = envelope.encode(
                draft.fact,
                service=self.service,
                event_id=draft.id,
                origin=self.origin,
                stream=draft.stream,
                version=head.version + 1,
                prev=head.leaf,
                recorded=moment,
                correlation=correlation,
                causation=draft.causation,
                salt=self._salt,
            )
            stored = Stored(draft.id, draft.stream, head.version + 1, encoded.leaf, encoded.body)
            prepared.append(Prepared(stored, moment, encoded.disclosures))
            at[draft.stream] = Head(stored.version, stored.leaf, moment)
        return prepared

    async def append(
        self,
        drafts: Sequence[Draft],
        *,
        heads: Mapping[str, Head],
        recorded: datetime,
        correlation: str,
        receipt: Callable[[Sequence[Stored]], Receipt] | None = None,
        guards: Mapping[str, int] | None = None,
        whole: Mapping[str, int] | None = None,
    ) -> list[Stored]:
        """Appends the drafts, decided on `heads`, if their streams and the `guards` still stand where they stood.

        `guards` (stream -> version, 0 for absence) are streams that the decision only read. `whole` (`kind/subject/*`
        -> how many) are subjects of which it read all streams there were. All or nothing, durable on return. Raises
        ConcurrentChange, ReceiptExists, NotCanonicalError.
        """
        prepared = self.encode(drafts, heads, recorded, correlation)
        stored = [one.stored for one in prepared]
        began = time.time_ns() if self._stages is not None else 0
        answer = receipt(stored) if receipt else None
        await self.write(prepared, heads=heads, receipt=answer, guards=guards, whole=whole)
        if self._stages is not None:
            self._stages.appended(stored, correlation, began)
        return stored

    async def write(
        self,
        prepared: Sequence[Prepared],
        *,
        heads: Mapping[str, Head],
        receipt: Receipt | None = None,
        guards: Mapping[str, int] | None = None,
        whole: Mapping[str, int] | None = None,
    ) -> None:
        """Appends what `encode` made of the same `heads`, in one round trip; see :meth:`append`."""
        query, parameters = statement(prepared, heads, receipt, guards or {}, whole)
        try:
            async with self._pool.connection() as connection:
                cursor = await connection.execute(query, parameters, binary=True)
                row = await cursor.fetchone()
        except psycopg.Error as error:
            if error.sqlstate == CONCURRENT_CHANGE:
                raise ConcurrentChange(error.diag.message_detail or "") from error
            raise
        done = row[0] if row is not None else None
        if done is None:
            raise ConcurrentChange(", ".join(whole or ()))
        if receipt is not None and not done:
            earlier = await self.receipt(receipt.caller, receipt.key)
            assert earlier is not None, "receipts are never deleted"
            raise ReceiptExists(earlier)
        if self._on_append is not None and prepared:
            self._on_append()

    async def wait_sealed(
        self,
        stream: str,
        version: int,
        timeout: float,
    ) -> int | None:
        """The log index of the event once a signed checkpoint covers it; None if not within `timeout` seconds."""
        deadline = time.monotonic() + timeout
        pause = 0.005
        while True:
            rows = await self._rows(_SEALED, [stream, version])
            if rows:
                return int(rows[0][0])
            if time.monotonic() + pause > deadline:
                return None
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 0.05)

    async def _rows(self, query: str, parameters: list[Any]) -> list[Any]:
        # Not prepared: a plan kept from the time the tables were empty would scan them for ever after.
        async with self._pool.connection() as connection:
            cursor = await connection.execute(query, parameters, prepare=False, binary=True)
            return await cursor.fetchall()


def assert_contiguous(events: Sequence[Stored], *, after: int) -> None:
    """Raises BrokenLog unless the events of one stream follow each other from version `after` + 1, unaltered."""
    before: Stored | None = None
    for version, event in enumerate(events, after + 1):
        where = f"stream {event.stream}, version {version}"
        if event.version != version:
            raise BrokenLog(f"{where}: found version {event.version} instead")
        if leaf_hash(event.body) != event.leaf:
            raise BrokenLog(f"{where}: the bytes do not hash to the stored leaf")
        # In canonical bytes this text cannot stand inside a string, where the quotes would be escaped.
        if before is not None and b'"prev":"%s"' % before.leaf.hex().encode() not in event.body:
            raise BrokenLog(f"{where}: prev is not the leaf of the version before")
        before = event


def _stored(row: tuple[UUID, str, int, bytes, bytes]) -> Stored:
    return Stored(str(row[0]), *row[1:])

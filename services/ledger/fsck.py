"""Checks a whole log against its own bytes and signatures, in one snapshot, and names the first index that differs.

From the stored bytes alone are derived again: leaves, tree, the root at every checkpoint, contiguity and `prev` of
every stream, order of recorded times. Nothing is believed because a column says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from contracts.canonical import NotCanonicalError
from contracts.envelope import Envelope, decode
from contracts.proofs import EMPTY_ROOT, ProofError, VerifierKey, leaf_hash, open_checkpoint
from services.ledger.connections import Pool
from services.ledger.tree import Edge, Node

PAGE = 2000

_EVENTS = """
    select i.idx, i.leaf, e.id, e.stream, e.version, e.leaf, e.body
    from ledger.log_index i left join ledger.whole_event e on e.position = i.position
    where i.idx >= %b::bigint and i.idx < %b::bigint order by i.idx
"""

_CHECKPOINTS = """
    select size, note from ledger.checkpoint where size > %b::bigint and size <= %b::bigint order by size
"""

_NODES = "select level, n, hash from ledger.tree_node where level = %b::int and n >= %b::bigint and n <= %b::bigint"

_LOST = """
    select e.stream, e.version from ledger.event e
    where not exists (select from ledger.log_index i where i.position = e.position)
      and e.position not in (select unnest(p.positions) from ledger.pending p)
    order by e.position limit 1
"""

_STRAY_HEAD = """
    select h.stream, h.version from ledger.stream_head h
    left join lateral (
        select e.version, e.leaf from ledger.event e where e.stream = h.stream order by e.version desc limit 1
    ) e on true
    where h.version <> coalesce(e.version, 0) or h.leaf is distinct from e.leaf
    order by h.stream limit 1
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """The first thing that is not as it was signed; `index` is None for what lies beside the sealed log."""

    index: int | None
    what: str

    def __str__(self) -> str:
        return self.what if self.index is None else f"index {self.index}: {self.what}"


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked, up to the difference if there is one. `root` is that of the first `size` events."""

    origin: str
    size: int
    root: bytes
    checkpoints: int
    difference: Difference | None

    @property
    def intact(self) -> bool:
        return self.difference is None


async def fsck(pool: Pool, origin: str, vkey: str) -> Report:
    """Reads the whole log in one snapshot. `vkey`: every key it has ever signed with, one per line.

    Raises ProofError when one of them is not a verifier key.
    """
    keys = [VerifierKey.parse(line) for line in vkey.split()]
    async with pool.connection() as connection, connection.transaction():
        await connection.execute("set transaction isolation level repeatable read, read only")
        return await _Check(connection, origin, keys).report()


class _Found(Exception):
    def __init__(self, index: int | None, what: str) -> None:
        super().__init__(what)
        self.difference = Difference(index, what)


class _Check:
    def __init__(self, connection: AsyncConnection[TupleRow], origin: str, keys: Sequence[VerifierKey]) -> None:
        self._connection = connection
        self._origin = origin
        self._keys = keys
        self._edge = Edge()
        self._streams: dict[str, tuple[int, bytes, datetime]] = {}
        self._checkpoints = 0
        self._signed = 0

    async def report(self) -> Report:
        difference = None
        try:
            await self._log()
            await self._beside()
        except _Found as found:
            difference = found.difference
        root = self._edge.root() if self._edge.size else EMPTY_ROOT
        return Report(self._origin, self._edge.size, root, self._checkpoints, difference)

    async def _log(self) -> None:
        ((size, root),) = await self._rows("select size, root from ledger.log_state")
        while self._edge.size < size:
            start = self._edge.size
            end = min(start + PAGE, size)
            events = await self._rows(_EVENTS, start, end)
            notes = dict(await self._rows(_CHECKPOINTS, start, end))
            full: list[Node] = []
            for index in range(start, end):
                row = events[index - start] if index - start < len(events) else None
                full += self._edge.extend([self._event(index, row)])
                if self._edge.size in notes:
                    self._checkpoint(self._edge.size, notes[self._edge.size])
            await self._nodes(full)
        if self._edge.root() != root:
            raise _Found(self._signed, f"the events up to {size - 1} do not give the root that the log has recorded")

    def _event(self, index: int, row: Sequence[Any] | None) -> bytes:
        """Checks one event against itself and its stream; returns its leaf hash."""
        if row is None or row[0] != index:
            raise _Found(index, "no event has this index")
        _, indexed, event_id, stream, version, stored, body = row
        if body is None:
            raise _Found(index, "the event is gone")
        leaf = leaf_hash(body)
        if leaf != indexed or leaf != stored:
            raise _Found(index, f"the bytes of {stream}, version {version}, do not hash to their leaf")
        try:
            event = decode(body)
        except NotCanonicalError as error:
            raise _Found(index, f"the bytes are not an event: {error}") from error
        if (event.id, event.stream, event.version, event.origin) != (str(event_id), stream, version, self._origin):
            raise _Found(index, f"stored as {stream}, version {version}, but the bytes say otherwise")
        self._stream(index, event, leaf)
        return leaf

    def _stream(self, index: int, event: Envelope, leaf: bytes) -> None:
        version, before, recorded = self._streams.get(event.stream, (0, None, None))
        if event.version != version + 1:
            raise _Found(index, f"{event.stream} goes from version {version} to {event.version}")
        if event.prev != (before.hex() if before is not None else None):
            raise _Found(index, f"prev of {event.stream}, version {event.version}, is not the leaf before it")
        if recorded is not None and event.recordedtime < recorded:
            raise _Found(index, f"{event.stream}, version {event.version}, is recorded before its predecessor")
        self._streams[event.stream] = (event.version, leaf, event.recordedtime)

    def _checkpoint(self, size: int, note: str) -> None:
        try:
            checkpoint = open_checkpoint(note, self._keys)
        except ProofError as error:
            raise _Found(self._signed, f"the checkpoint of size {size} does not verify: {error}") from error
        if (checkpoint.origin, checkpoint.size) != (self._origin, size):
            raise _Found(self._signed, f"the checkpoint of size {size} is that of {checkpoint.origin}")
        if checkpoint.root != self._edge.root():
            raise _Found(self._signed, f"the events {self._signed} to {size - 1} are not those that were signed")
        self._checkpoints += 1
        self._signed = size

    async def _nodes(self, full: Sequence[Node]) -> None:
        for level in sorted({node.level for node in full}):
            due = {node.n: node.hash for node in full if node.level == level}
            rows = await self._rows(_NODES, level, min(due), max(due))
            stored = {n: bytes(digest) for _, n, digest in rows}
            for n, digest in due.items():
                if stored.get(n) != digest:
                    raise _Found(n << level, f"node {n} of level {level} of the stored tree is not that of the events")

    async def _beside(self) -> None:
        """What no index points at: events that are neither numbered nor waiting, heads without their event."""
        for stream, version in await self._rows(_LOST):
            raise _Found(None, f"{stream}, version {version}, is neither numbered nor waiting to be")
        for stream, version in await self._rows(_STRAY_HEAD):
            raise _Found(None, f"the head of {stream} says version {version}, its last event says otherwise")
        for (size,) in await self._rows("select max(size) from ledger.checkpoint"):
            if size is not None and size > self._edge.size:
                raise _Found(self._edge.size, f"the events up to {size - 1} were signed for and are missing")

    async def _rows(self, query: str, *parameters: int) -> list[Any]:
        cursor = await self._connection.execute(query, parameters, prepare=False, binary=True)
        return await cursor.fetchall()

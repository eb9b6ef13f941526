"""Facts to decide on: sealed events of given subjects, from inbox and own log, and the checkpoints they lie under.

GUARANTEE: what is returned lies entirely below the returned bases. Each basis is a signed checkpoint whose root this
service has verified (its own signature, or the inbox's own compact range) and whose events it holds without a gap.
"""

import asyncio
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.proofs import parse_checkpoint, parse_note
from services.ledger import arrays
from services.ledger.connections import Pool

POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Basis:
    """A signed checkpoint that was verified and completely applied."""

    origin: str
    size: int
    root: bytes
    note: str


@dataclass(frozen=True, slots=True)
class Piece:
    """One sealed event with its place in its log."""

    origin: str
    index: int
    id: str
    stream: str
    version: int
    leaf: bytes
    body: bytes


class NotSealedError(Exception):
    """Something that the decision would rest on is not covered by a verified checkpoint yet; `origins` says where."""

    def __init__(self, origins: Sequence[str]) -> None:
        super().__init__(f"not sealed yet: {', '.join(origins)}")
        self.origins = tuple(origins)


_FOREIGN_NOTES = """
    select origin, checkpoint_note from ledger.inbox_mark
    where origin = any(%b::text[]) and checkpoint_note is not null
"""
_OWN_NOTE = "select note from ledger.checkpoint order by size desc limit 1"

# What lies above the bases is little: it is found first, then held against the ranges.
_FOREIGN_AHEAD = """
    with above as materialized (
        select i.origin, i.stream, max(i.idx) as idx
        from unnest(%b::text[], %b::bigint[]) b (origin, size)
        join ledger.inbox i on i.origin = b.origin and i.idx >= b.size
        group by i.origin, i.stream
    )
    select a.origin, max(a.idx) from above a
    join unnest(%b::text[], %b::text[]) w (low, high) on a.stream >= w.low and a.stream < w.high
    group by a.origin
"""
_OWN_AHEAD = """
    with above as materialized (
        select e.position, e.stream
        from (
            select unnest(positions) as position from ledger.pending
            union all
            select position from ledger.log_index where idx >= %b::bigint
        ) p
        join ledger.event e using (position)
    )
    select a.position from above a
    join unnest(%b::text[], %b::text[]) w (low, high) on a.stream >= w.low and a.stream < w.high
"""
_OWN_UNSEALED = """
    select 1 from unnest(%b::bigint[]) p (position) left join ledger.log_index l using (position)
    where l.idx is null or l.idx >= %b::bigint limit 1
"""
# Offset 0 keeps each range a scan of the index on streams of its own. Left to itself the planner, which knows nothing
# of the ranges, holds the whole table against all of them: a county took 100 s instead of 1.
_FOREIGN = """
    select i.origin, i.idx, i.id::text, i.stream, i.version, i.leaf, i.body
    from unnest(%b::text[], %b::text[]) w (low, high)
    cross join lateral (
        select * from ledger.whole_inbox i where i.stream >= w.low and i.stream < w.high offset 0
    ) i
    join unnest(%b::text[], %b::bigint[]) b (origin, size) on b.origin = i.origin and i.idx < b.size
    order by i.origin, i.idx
"""
_OWN = """
    select l.idx, e.id::text, e.stream, e.version, e.leaf, e.body
    from unnest(%b::text[], %b::text[]) w (low, high)
    cross join lateral (
        select * from ledger.whole_event e where e.stream >= w.low and e.stream < w.high offset 0
    ) e
    join ledger.log_index l using (position)
    where l.idx < %b::bigint
    order by l.idx
"""

# Above a basis there is little of anything: each event there is held against the subjects.
_FOREIGN_SINCE = """
    select i.origin, i.idx, i.id::text, i.stream, i.version, i.leaf, i.body
    from unnest(%b::text[], %b::bigint[], %b::bigint[]) b (origin, above, size)
    join ledger.whole_inbox i on i.origin = b.origin and i.idx >= b.above and i.idx < b.size
    where split_part(i.stream, '/', 1) = any(%b::text[]) and split_part(i.stream, '/', 2) = any(%b::text[])
    order by i.origin, i.idx
"""
_OWN_SINCE = """
    select l.idx, e.id::text, e.stream, e.version, e.leaf, e.body
    from ledger.log_index l join ledger.whole_event e using (position)
    where l.idx >= %b::bigint and l.idx < %b::bigint
        and split_part(e.stream, '/', 1) = any(%b::text[]) and split_part(e.stream, '/', 2) = any(%b::text[])
    order by l.idx
"""


class Material:
    """Reads of one service; `own` is the origin of its own log."""

    def __init__(self, pool: Pool, *, own: str) -> None:
        self._pool = pool
        self._own = own

    async def bases(
        self, kinds: Collection[str], subjects: Collection[str], foreign: Collection[str], timeout: float
    ) -> dict[str, Basis]:
        """Origin -> basis for the own log and the foreign ones, once the subjects' events of now lie below them.

        What arrives while it waits is not waited for: a county that never rests would never be assessed. A log without
        checkpoint has no basis. Raises NotSealedError when after `timeout` seconds some event still lies above.
        """
        deadline = time.monotonic() + timeout
        found, ranges = await self._checkpoints(foreign), _ranges(kinds, subjects)
        ahead = await self._foreign_ahead(ranges, foreign, found)
        positions = [row[0] for row in await self._rows(_OWN_AHEAD, self._own_size(found), *ranges)]
        while True:
            late = [origin for origin, index in ahead.items() if origin not in found or found[origin].size <= index]
            unsealed = arrays.bigints(positions)
            if positions and await self._rows(_OWN_UNSEALED, unsealed, self._own_size(found)):
                late.append(self._own)
            if not late:
                return found
            if time.monotonic() >= deadline:
                raise NotSealedError(sorted(late))
            await asyncio.sleep(POLL_SECONDS)
            found = await self._checkpoints(foreign)

    async def read(self, kinds: Collection[str], subjects: Collection[str], bases: Mapping[str, Basis]) -> list[Piece]:
        """Events of the streams `kind/subject` and `kind/subject/...` below the bases, by origin and index."""
        ranges = _ranges(kinds, subjects)
        foreign = [basis for basis in bases.values() if basis.origin != self._own]
        limits = arrays.texts([basis.origin for basis in foreign]), arrays.bigints([basis.size for basis in foreign])
        pieces = [Piece(*row) for row in await self._rows(_FOREIGN, *ranges, *limits)]
        own = await self._rows(_OWN, *ranges, self._own_size(bases))
        return pieces + [Piece(self._own, *row) for row in own]

    async def read_since(
        self,
        kinds: Collection[str],
        subjects: Collection[str],
        above: Mapping[str, Basis],
        bases: Mapping[str, Basis],
    ) -> list[Piece]:
        """What :meth:`read` gives below `bases` and did not give below `above`, in the same order."""
        named = arrays.texts(sorted(set(kinds))), arrays.texts(sorted(set(subjects)))
        foreign = [basis for basis in bases.values() if basis.origin != self._own]
        since = arrays.bigints([above[basis.origin].size if basis.origin in above else 0 for basis in foreign])
        limits = arrays.texts([basis.origin for basis in foreign]), since, arrays.bigints([b.size for b in foreign])
        pieces = [Piece(*row) for row in await self._rows(_FOREIGN_SINCE, *limits, *named)]
        own = await self._rows(_OWN_SINCE, self._own_size(above), self._own_size(bases), *named)
        return pieces + [Piece(self._own, *row) for row in own]

    def _own_size(self, bases: Mapping[str, Basis]) -> int:
        return bases[self._own].size if self._own in bases else 0

    async def _checkpoints(self, foreign: Collection[str]) -> dict[str, Basis]:
        found = {
            origin: _basis(origin, note) for origin, note in await self._rows(_FOREIGN_NOTES, arrays.texts([*foreign]))
        }
        for (note,) in await self._rows(_OWN_NOTE):
            found[self._own] = _basis(self._own, note)
        return found

    async def _foreign_ahead(
        self, ranges: tuple[Any, Any], foreign: Collection[str], bases: Mapping[str, Basis]
    ) -> dict[str, int]:
        """Origin -> the last index of these subjects that lies above its basis."""
        sizes = [bases[origin].size if origin in bases else 0 for origin in foreign]
        return dict(await self._rows(_FOREIGN_AHEAD, arrays.texts([*foreign]), arrays.bigints(sizes), *ranges))

    async def _rows(self, query: str, *parameters: Any) -> list[Any]:
        # Not prepared: a plan kept from the time the tables were empty would scan them for ever after.
        async with self._pool.connection() as connection:
            cursor = await connection.execute(query, parameters, prepare=False, binary=True)
            return await cursor.fetchall()


def _ranges(kinds: Collection[str], subjects: Collection[str]) -> tuple[arrays.TextArray, arrays.TextArray]:
    """Lower and upper ends of the names `kind/subject` and `kind/subject/...` in byte order.

    "0" follows "/", and nothing lies between a name and the name with \\x01: `posting/P1` never takes in `posting/P10`.
    """
    ordered = sorted(set(subjects))
    names = [f"{kind}/{subject}" for kind in sorted(set(kinds)) for subject in ordered]
    low = [end for name in names for end in (name, f"{name}/")]
    high = [end for name in names for end in (f"{name}\x01", f"{name}0")]
    return arrays.texts(low), arrays.texts(high)


def _basis(origin: str, note: str) -> Basis:
    text, _signatures = parse_note(note)
    checkpoint = parse_checkpoint(text)
    assert checkpoint.origin == origin, f"a checkpoint of {checkpoint.origin} is kept under {origin}"
    return Basis(origin, checkpoint.size, checkpoint.root, note)

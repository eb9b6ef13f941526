"""Facts to decide on: the sealed events of given subjects, from the inbox and the own log, and the checkpoints under them.

GUARANTEE: what is returned lies entirely below the returned bases, and each basis is a signed checkpoint whose root this
service has verified (its own signature, or the inbox's own compact range) and whose events it holds without a gap.
"""

import asyncio
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from contracts.proofs import parse_checkpoint, parse_note
from services.ledger import arrays
from services.ledger.connections import Pool


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


_FOREIGN_MARKS = """
    select origin, checkpoint_note from ledger.inbox_mark
    where origin = any(%b::text[]) and checkpoint_note is not null
"""
_OWN_NOTE = "select note from ledger.checkpoint order by size desc limit 1"
_RANGES = """
    with wanted as (
        select k.kind || '/' || s.subject as stem from unnest(%b::text[]) k (kind), unnest(%b::text[]) s (subject)
    )
"""
_UNCOVERED = (
    _RANGES
    + """
    select distinct origin from (
        select i.origin from wanted w
        join ledger.inbox i on i.stream >= w.stem and i.stream < w.stem || '0'
        join unnest(%b::text[], %b::bigint[]) b (origin, size) on b.origin = i.origin and i.idx >= b.size
        union all
        select %b from wanted w
        join ledger.event e on e.stream >= w.stem and e.stream < w.stem || '0'
        left join ledger.log_index l using (position)
        where l.idx is null or l.idx >= %b
    ) late
"""
)
_FOREIGN = (
    _RANGES
    + """
    select i.origin, i.idx, i.id::text, i.stream, i.version, i.leaf, i.body
    from wanted w cross join lateral (
        select * from ledger.inbox i
        where i.stream >= w.stem and i.stream < w.stem || '0' and (i.stream = w.stem or starts_with(i.stream, w.stem || '/'))
    ) i
    order by i.origin, i.idx
"""
)
_OWN = (
    _RANGES
    + """
    select l.idx, e.id::text, e.stream, e.version, e.leaf, e.body
    from wanted w cross join lateral (
        select * from ledger.event e
        where e.stream >= w.stem and e.stream < w.stem || '0' and (e.stream = w.stem or starts_with(e.stream, w.stem || '/'))
    ) e
    join ledger.log_index l using (position)
    order by l.idx
"""
)


class Material:
    """Reads of one service; `own` is the origin of its own log."""

    def __init__(self, pool: Pool, *, own: str) -> None:
        self._pool = pool
        self._own = own

    async def bases(
        self, kinds: Collection[str], subjects: Collection[str], foreign: Collection[str], timeout: float
    ) -> dict[str, Basis]:
        """Origin -> basis for the own log and the foreign ones, once all events of the subjects lie below them.

        Raises NotSealedError when after `timeout` seconds some event still does not.
        """
        wanted = [arrays.texts(sorted(set(kinds))), arrays.texts(sorted(set(subjects)))]
        deadline = time.monotonic() + timeout
        while True:
            found = await self._checkpoints(foreign)
            late = await self._uncovered(wanted, foreign, found)
            if not late:
                return found
            if time.monotonic() >= deadline:
                raise NotSealedError(late)
            await asyncio.sleep(0.02)

    async def read(
        self, kinds: Collection[str], subjects: Collection[str], bases: Mapping[str, Basis]
    ) -> list[Piece]:
        """Events of the streams `kind/subject` and `kind/subject/...` below the bases, by origin and index."""
        parameters = [arrays.texts(sorted(set(kinds))), arrays.texts(sorted(set(subjects)))]
        async with self._pool.connection() as connection:
            foreign = await (await connection.execute(_FOREIGN, parameters, prepare=False, binary=True)).fetchall()
            own = await (await connection.execute(_OWN, parameters, prepare=False, binary=True)).fetchall()
        pieces = [Piece(*row) for row in foreign] + [Piece(self._own, *row) for row in own]
        return [piece for piece in pieces if piece.origin in bases and piece.index < bases[piece.origin].size]

    async def _checkpoints(self, foreign: Collection[str]) -> dict[str, Basis]:
        async with self._pool.connection() as connection:
            marks = await (await connection.execute(_FOREIGN_MARKS, [arrays.texts(list(foreign))])).fetchall()
            own = await (await connection.execute(_OWN_NOTE)).fetchone()
        found = {origin: _basis(origin, note) for origin, note in marks}
        if own is not None:
            found[self._own] = _basis(self._own, own[0])
        return found

    async def _uncovered(
        self, wanted: list[object], foreign: Collection[str], bases: Mapping[str, Basis]
    ) -> list[str]:
        sizes = {origin: bases[origin].size if origin in bases else 0 for origin in (*foreign, self._own)}
        parameters = [
            *wanted,
            arrays.texts(list(foreign)),
            arrays.bigints([sizes[origin] for origin in foreign]),
            self._own,
            sizes[self._own],
        ]
        async with self._pool.connection() as connection:
            rows = await (await connection.execute(_UNCOVERED, parameters, prepare=False)).fetchall()
        return sorted(row[0] for row in rows)


def _basis(origin: str, note: str) -> Basis:
    text, _signatures = parse_note(note)
    checkpoint = parse_checkpoint(text)
    return Basis(origin, checkpoint.size, checkpoint.root, note)

"""Extends the log of one scope: looks through what the inbox has verified and takes what belongs (`signing.py` signs).

MUST: entries, edge and marks change in one transaction, under the lock of the edge's row, so that no two publishers
number apart. MUST: only events below a verified checkpoint of their log are looked at, in index order. A scope that
became another one, be it because a release grants its role more, has the logs looked through again from the start:
what it now covers and was not sent is appended.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from contracts.proofs import CompactRange
from contracts.scope_log import entry_leaf
from contracts.scopes import PostedBy
from services.agencies.matching import Lookup, corrected, kinds_of, newly_posted, posting_types, select, types_of
from services.agencies.registry import Agency
from services.agencies.signing import check, hold_edge, sign
from services.ledger.checkpoints import StateFile
from services.ledger.connections import Pool
from services.ledger.projection import Cursor, Delivered, delivered
from services.ledger.signer import Signer

LOOK = 5_000
"""Indexes of one log that are looked through in one transaction."""
TAKE = 500
"""Entries between two checkpoints, at most: a subscriber holds so many until it can release them."""


async def extend(pool: Pool, agency: Agency, signer: Signer, file: StateFile) -> bool:
    """One step of one agency; False when there is nothing left to look through. Raises ScopeRefused."""
    more = await _number(pool, agency, file)
    await sign(pool, agency, signer, file)
    return more


async def _number(pool: Pool, agency: Agency, file: StateFile) -> bool:
    async with pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
        edge, looked_for = await hold_edge(cursor, agency)
        await check(cursor, agency, edge, file)
        wanted = (agency.scope_version, agency.scope.row.digest)
        if looked_for != wanted:
            await cursor.execute("update agency.looked set next = 0 where agency = %s", (agency.name,))
            await cursor.execute(
                "update agency.edge set scope_version = %s, matrix = %s where agency = %s", (*wanted, agency.name)
            )
        step = _Step(cursor, agency, await _ranges(cursor, agency.name))
        if not step.left:
            return False
        entries: list[Delivered] = []
        # Personnel first: who posted a person decides about events of the other logs.
        for origin in sorted(step.left, key=lambda name: (not name.endswith("/personnel"), name)):
            if len(entries) < TAKE:
                entries += await step.look(origin, TAKE - len(entries))
        if entries:
            await _write(cursor, agency, edge, entries)
    return True


class _Step:
    """One transaction's look through the logs for one agency."""

    def __init__(self, cursor: Cursor, agency: Agency, left: dict[str, tuple[int, int]]) -> None:
        self.left = left
        """Origin -> the indexes [start, end) that were not looked through yet."""
        self._cursor = cursor
        self._agency = agency
        types = types_of(agency.scope)
        self._types = None if types is None else list(types)

    async def look(self, origin: str, most: int) -> list[Delivered]:
        """The entries of the next part of a log, at most about `most`, and the mark moved over what was seen."""
        start, end = self.left[origin]
        end = min(end, start + LOOK)
        await self._cursor.execute(
            "select origin, idx, body, leaf from ledger.whole_inbox i where origin = %s and idx >= %s and idx < %s"
            " and (%s::text[] is null or type = any(%s::text[])) and not exists (select from agency.entry e"
            "  where e.agency = %s and e.origin = i.origin and e.idx = i.idx) order by idx limit %s",
            (origin, start, end, self._types, self._types, self._agency.name, most + 1),
            binary=True,
        )
        events = [delivered(*row) for row in await self._cursor.fetchall()]
        if len(events) > most:
            end = events[most].index
            events = events[:most]
        taken = select(self._agency.scope, events, await self._lookup(events))
        for person in newly_posted(self._agency.scope, events):
            taken += await self._look_back(person, {origin: start}, taken)
        await self._cursor.execute(
            "insert into agency.looked (agency, origin, next) values (%s, %s, %s)"
            " on conflict (agency, origin) do update set next = excluded.next",
            (self._agency.name, origin, end),
        )
        return taken

    async def _look_back(self, person: str, before: dict[str, int], taken: Collection[Delivered]) -> list[Delivered]:
        """What was said of a person in indexes already passed and was not sent: the posting came to light later."""
        types = self._types or []
        await self._cursor.execute(
            "select i.origin, i.idx, i.body, i.leaf from ledger.inbox_of_subject(%s::text[], %s) i"
            " join agency.looked l on l.agency = %s and l.origin = i.origin and i.idx < l.next"
            " left join agency.entry e on e.agency = l.agency and e.origin = i.origin and e.idx = i.idx"
            " where e.n is null and i.type = any(%s::text[]) order by i.origin, i.idx",
            (kinds_of(types), person, self._agency.name, types),
            binary=True,
        )
        ids = {event.id for event in taken}
        events = [delivered(*row) for row in await self._cursor.fetchall()]
        missed = [
            event for event in events if event.id not in ids and event.index < before.get(event.origin, event.index + 1)
        ]
        return select(self._agency.scope, missed, await self._lookup(missed))

    async def _lookup(self, events: Sequence[Delivered]) -> Lookup:
        named = [UUID(name) for event in events if (name := corrected(event.data)) is not None]
        sent: set[str] = set()
        if named:
            await self._cursor.execute(
                "select id::text from agency.entry where agency = %s and id = any(%s)", (self._agency.name, named)
            )
            sent = {row[0] for row in await self._cursor.fetchall()}
        if self._agency.scope.organisation is None:
            return Lookup({}, sent)
        people = sorted({event.data["person"] for event in events if isinstance(event.data.get("person"), str)})
        await self._cursor.execute(
            "select p.person, i.body from unnest(%s::text[]) p (person)"
            " cross join lateral ledger.inbox_of_subject(array['posting'], p.person) i"
            " join ledger.inbox_mark m on m.origin = i.origin and i.idx < m.checkpoint_size"
            " where i.type = any(%s::text[])",
            (people, list(posting_types())),
            binary=True,
        )
        postings: dict[str, list[PostedBy]] = {}
        for person, body in await self._cursor.fetchall():
            data = delivered("", 0, body, b"").data
            postings.setdefault(person, []).append(PostedBy(data["unit"], data["starts_on"]))
        return Lookup(postings, sent)


async def _ranges(cursor: Cursor, agency: str) -> dict[str, tuple[int, int]]:
    await cursor.execute(
        "select m.origin, coalesce(l.next, 0), m.checkpoint_size from ledger.inbox_mark m"
        " left join agency.looked l on l.agency = %s and l.origin = m.origin",
        (agency,),
    )
    return {origin: (start, end) for origin, start, end in await cursor.fetchall() if start < end}


async def _write(cursor: Cursor, agency: Agency, edge: CompactRange, entries: Sequence[Delivered]) -> None:
    first = edge.size
    for event in entries:
        edge.append(entry_leaf(event.origin, event.index, event.leaf))
    await cursor.execute(
        "insert into agency.entry (agency, n, origin, idx, id)"
        " select %s, %s + t.at - 1, t.origin, t.idx, t.id"
        " from unnest(%s::text[], %s::bigint[], %s::uuid[]) with ordinality t (origin, idx, id, at)",
        (
            agency.name,
            first,
            [event.origin for event in entries],
            [event.index for event in entries],
            [UUID(event.id) for event in entries],
        ),
    )
    await cursor.execute(
        "update agency.edge set size = %s, frontier = %s where agency = %s",
        (edge.size, list(edge.hashes), agency.name),
    )


async def size_of(pool: Pool, agency: str) -> int:
    """Entries of a scope's log so far."""
    async with pool.connection() as connection:
        row = await (await connection.execute("select size from agency.edge where agency = %s", (agency,))).fetchone()
    return int(row[0]) if row else 0

"""Extends the log of one scope: looks through what the inbox has verified and takes what belongs (`signing.py` signs).

MUST: entries, edge and marks change in one transaction, under the lock of the edge's row, so that no two publishers
number apart. MUST: only events below a verified checkpoint of their log are looked at, in index order. A scope that
became another one, be it because a release grants its role more, has the logs looked through again from the start:
what it now covers and was not sent is appended.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from contracts.proofs import CompactRange
from contracts.scope_log import entry_leaf
from contracts.scopes import PostedBy
from services.agencies.matching import (
    Lookup,
    corrected,
    kinds_of,
    newly_posted,
    posting_types,
    select,
    types_elsewhere,
    types_of,
)
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
        # Personnel first, and the others once it is through: who posted a person decides about their events, and what
        # a posting brings to light later would else come after newer events of the same stream.
        for origin in sorted(step.left, key=lambda name: (not _is_personnel(name), name)):
            if len(entries) < TAKE:
                entries += await step.look(origin, TAKE - len(entries))
            if _is_personnel(origin) and origin in step.left:
                break
        if entries:
            await _write(cursor, agency, edge, entries)
    return True


class _Step:
    """One transaction's look through the logs for one agency."""

    def __init__(self, cursor: Cursor, agency: Agency, ranges: dict[str, tuple[int, int]]) -> None:
        self.left = {origin: (start, end) for origin, (start, end) in ranges.items() if start < end}
        """Origin -> the indexes [start, end) that were not looked through yet."""
        self._heard = {origin: end for origin, (_, end) in ranges.items()}
        """Origin -> the index up to which postings count: what is verified meanwhile counts in the next step."""
        self._taken: set[str] = set()
        """Ids of what this step takes: in no table yet."""
        self._cursor = cursor
        self._agency = agency
        types = types_of(agency.scope)
        self._types = None if types is None else list(types)

    async def look(self, origin: str, most: int) -> list[Delivered]:
        """The entries of the next part of a log, at most about `most`, and the mark moved over what was seen.

        What a posting brings to light comes first: in a stream it is older. It counts, too: a subscriber holds all that
        lies between two checkpoints, and its durable gives it `max_ack_pending` messages and no more.
        """
        start, last = self.left.pop(origin)
        end = min(last, start + LOOK)
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
        older: list[Delivered] = []
        for at, event in enumerate(events):
            for person in newly_posted(self._agency.scope, [event]):
                self._heard[origin] = event.index + 1
                older += await self._look_back(person, origin, start)
            if len(older) >= max(most, 1):
                end, events = event.index + 1, events[: at + 1]
                break
        self._heard[origin] = end
        taken = [*older, *await self._take(events)]
        if end < last:
            self.left[origin] = (end, last)
        await self._cursor.execute(
            "insert into agency.looked (agency, origin, next) values (%s, %s, %s)"
            " on conflict (agency, origin) do update set next = excluded.next",
            (self._agency.name, origin, end),
        )
        return taken

    async def _look_back(self, person: str, origin: str, start: int) -> list[Delivered]:
        """What was said of a person in indexes already passed and was not sent: the posting came to light later.

        `start` is where this step began in the log `origin`.
        """
        passed = {"agency": self._agency.name, "origin": origin, "start": start, "types": self._types or []}
        types = types_elsewhere(self._agency.scope)
        services = sorted({name.split(".")[1] for name in types})
        missed = await self._passed_over(
            "ledger.inbox_of_subject(%(kinds)s::text[], %(person)s)",
            passed | {"kinds": kinds_of(self._types or []), "person": person},
        )
        if types:
            others = await self._passed_over(
                "(select i.* from ledger.whole_inbox i join agency.looked m on m.agency = %(agency)s"
                " and m.origin = i.origin and i.idx < m.next where i.type = any(%(elsewhere)s::text[])"
                " and substring(m.origin from '[^/]*$') = any(%(services)s::text[]))",
                passed | {"elsewhere": list(types), "services": services},
            )
            missed += [event for event in others if event.data.get("person") == person]
        found = await self._take(sorted(missed, key=lambda event: (event.origin, event.index)))
        erased = await self._passed_over(
            "(select e.* from unnest(%(ids)s::text[]) u (id)"
            " cross join lateral ledger.inbox_of_subject(array['erasure'], u.id) e)",
            passed | {"ids": [event.id for event in found]},
        )
        return found + await self._take(erased)

    async def _passed_over(self, source: str, given: dict[str, Any]) -> list[Delivered]:
        """Those of a part of the inbox that lie in indexes looked through before this step and were not sent."""
        await self._cursor.execute(
            f"select i.origin, i.idx, i.body, i.leaf from {source} i"  # noqa: S608  one of three constants
            " join agency.looked l on l.agency = %(agency)s and l.origin = i.origin and i.idx < l.next"
            " left join agency.entry e on e.agency = l.agency and e.origin = i.origin and e.idx = i.idx"
            " where e.n is null and i.type = any(%(types)s::text[])"
            " and (i.origin <> %(origin)s or i.idx < %(start)s) order by i.origin, i.idx",
            given,
            binary=True,
        )
        events = [delivered(*row) for row in await self._cursor.fetchall()]
        return [event for event in events if event.id not in self._taken]

    async def _take(self, events: Sequence[Delivered]) -> list[Delivered]:
        taken = select(self._agency.scope, events, await self._lookup(events))
        self._taken.update(event.id for event in taken)
        return taken

    async def _lookup(self, events: Sequence[Delivered]) -> Lookup:
        named = [UUID(name) for event in events if (name := corrected(event.data)) is not None]
        sent = set(self._taken)
        if named:
            await self._cursor.execute(
                "select id::text from agency.entry where agency = %s and id = any(%s)", (self._agency.name, named)
            )
            sent |= {row[0] for row in await self._cursor.fetchall()}
        if self._agency.scope.organisation is None:
            return Lookup({}, sent)
        people = sorted({event.data["person"] for event in events if isinstance(event.data.get("person"), str)})
        await self._cursor.execute(
            "select p.person, i.body from unnest(%s::text[]) p (person)"
            " cross join lateral ledger.inbox_of_subject(array['posting'], p.person) i"
            " join unnest(%s::text[], %s::bigint[]) h (origin, size) on h.origin = i.origin and i.idx < h.size"
            " where i.type = any(%s::text[])",
            (people, list(self._heard), list(self._heard.values()), list(posting_types())),
            binary=True,
        )
        postings: dict[str, list[PostedBy]] = {}
        for person, body in await self._cursor.fetchall():
            data = delivered("", 0, body, b"").data
            postings.setdefault(person, []).append(PostedBy(data["unit"], data["starts_on"]))
        return Lookup(postings, sent)


def _is_personnel(origin: str) -> bool:
    return origin.endswith("/personnel")


async def _ranges(cursor: Cursor, agency: str) -> dict[str, tuple[int, int]]:
    """Origin -> (where to look on, the verified size of the log)."""
    await cursor.execute(
        "select m.origin, coalesce(l.next, 0), m.checkpoint_size from ledger.inbox_mark m"
        " left join agency.looked l on l.agency = %s and l.origin = m.origin",
        (agency,),
    )
    return {origin: (start, end) for origin, start, end in await cursor.fetchall()}


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

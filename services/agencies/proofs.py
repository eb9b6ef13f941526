"""What goes with an event to a subscriber: its proof in its own log, and the disclosures that the matrix grants."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from contracts.disclosure import SD, read
from contracts.event_proofs import EventProof
from contracts.scopes import Scope
from services.agencies.hash_tree import HashTree, grow
from services.ledger.connections import Pool


class DisclosureFeed(Protocol):
    """Where the texts lie that open digests: at the service that keeps the log."""

    async def disclosures(self, events: Collection[str]) -> dict[str, str]:
        """Digest -> disclosure text of those events; what was erased is missing."""
        ...


class Proofs:
    """The trees of the logs that are followed, as far as their verified checkpoints reach."""

    def __init__(self, pool: Pool, feeds: Mapping[str, DisclosureFeed]) -> None:
        self._pool = pool
        self._feeds = feeds
        self._trees: dict[str, HashTree] = {}
        self._notes: dict[str, tuple[int, str]] = {}
        self._growing = asyncio.Lock()

    async def refresh(self, reach: Mapping[str, int]) -> None:
        """Looks for newer checkpoints of the logs whose known one does not reach the given size."""
        wanted = [origin for origin, size in reach.items() if self._notes.get(origin, (0, ""))[0] < size]
        if not wanted:
            return
        async with self._growing:  # one tree for all agencies: two must not append to it at once
            async with self._pool.connection() as connection:
                cursor = await connection.execute(
                    "select origin, checkpoint_size, checkpoint_note from ledger.inbox_mark where origin = any(%s)",
                    (wanted,),
                )
                rows = await cursor.fetchall()
            for origin, size, note in rows:
                await grow(self._trees.setdefault(origin, HashTree()), self._pool, origin, size)
                self._notes[origin] = (size, note)

    def of(self, origin: str, index: int) -> EventProof:
        """The proof of one event below the newest checkpoint known."""
        size, note = self._notes[origin]
        return EventProof(index, tuple(self._trees[origin].path(index, size)), note)

    async def disclosures(self, scope: Scope, event: Mapping[str, Any]) -> Sequence[str]:
        """The disclosures that this scope receives with this event; none for almost all.

        Raises what the feed raises: an event never goes out with less than the matrix grants, except what was erased.
        """
        grant = scope.row.grant(event["type"], event["data"])
        if grant is None or not grant.disclose or not event["data"].get(SD):
            return ()
        texts = await self._feeds[event["origin"]].disclosures([event["id"]])
        return sorted(text for text in texts.values() if read(text)[0] in grant.disclose)

"""Where the evidence of one log comes from: its database, or its service over HTTP. Hashes, notes, disclosures."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.ledger import checkpoints
from services.ledger.connections import Pool
from services.ledger.proving import Prover
from services.ledger.store import Store
from services.runtime.feed_client import HttpFeed


class LogSource(Protocol):
    """What a bundle needs of one log. Everything in it that can be verified is verified by whoever gets the bundle."""

    @property
    def vkeys(self) -> Sequence[str]:
        """The keys that the log has signed with."""
        ...

    @property
    def second(self) -> Sequence[str]:
        """Its keys of a second algorithm, if it has any."""
        ...

    async def note(self, size: int) -> str | None:
        """The checkpoint of exactly this size."""
        ...

    async def consistency(self, old: int, new: int) -> Sequence[bytes]:
        """That the tree of `new` events extends that of `old`."""
        ...

    async def events(self, indexes: Collection[int], size: int) -> Sequence[bytes]:
        """One proof for many events (`contracts.multiproof`)."""
        ...

    async def disclosures(self, events: Collection[str]) -> Mapping[str, str]:
        """Digest -> disclosure text; what was erased is missing."""
        ...


@dataclass(frozen=True, slots=True)
class StoredLog:
    """A log whose database is at hand."""

    pool: Pool
    store: Store
    vkeys: Sequence[str]
    second: Sequence[str]

    async def note(self, size: int) -> str | None:
        return await checkpoints.at(self.pool, size)

    async def consistency(self, old: int, new: int) -> Sequence[bytes]:
        return await Prover(self.pool).consistency(old, new)

    async def events(self, indexes: Collection[int], size: int) -> Sequence[bytes]:
        return await Prover(self.pool).events(indexes, size)

    async def disclosures(self, events: Collection[str]) -> Mapping[str, str]:
        return await self.store.disclosures(events)


@dataclass(frozen=True, slots=True)
class ServedLog:
    """A log of another service, asked over HTTP; raises httpx.HTTPError, FeedError."""

    feed: HttpFeed
    vkeys: Sequence[str]
    second: Sequence[str]

    async def note(self, size: int) -> str | None:
        return await self.feed.note(size)

    async def consistency(self, old: int, new: int) -> Sequence[bytes]:
        return await self.feed.consistency(old, new)

    async def events(self, indexes: Collection[int], size: int) -> Sequence[bytes]:
        return await self.feed.proof_of(indexes, size)

    async def disclosures(self, events: Collection[str]) -> Mapping[str, str]:
        return await self.feed.disclosures(events)

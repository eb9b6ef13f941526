"""A service that follows attendance, has a log of its own, and asks for what a decision may rest on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

from contracts.fact import Fact
from contracts.proofs import leaf_hash
from services.ledger.material import Material
from services.ledger.outgoing import read_chunk
from services.ledger.sealer import Sealer
from services.ledger.signer import FileSigner
from services.ledger.store import Draft, Store
from services.ledger.tail import Position
from tests.ledger.world import ASSESSMENT, ATTENDANCE, World, checked_in, open_world

KINDS = ("attendance", "assessment")
FOREIGN = (ATTENDANCE,)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as the bus would bring it."""

    subject: str
    headers: dict[str, str]
    data: bytes


@dataclass(slots=True)
class Desk:
    """Assessment: it follows attendance, has a log of its own, and asks for material."""

    world: World
    store: Store
    sealer: Sealer
    material: Material

    async def record(self, *streams: str, fact: Fact | None = None) -> str:
        """One fact into each stream of the own log, not sealed; the id of the last one."""
        heads = await self.store.heads(streams)
        drafts = [Draft(stream, fact or checked_in(1, date(2017, 1, 1)), str(uuid4())) for stream in streams]
        await self.store.append(drafts, heads=heads, recorded=datetime.now(UTC), correlation="test")
        return drafts[-1].id

    async def seal(self) -> None:
        while await self.sealer.seal_once():
            pass

    async def receive(self, *, checkpoint: bool = True) -> None:
        """Takes everything that attendance has sealed; without its checkpoint if so told."""
        start = await self.world.follower.next()
        async with self.world.log.pool.connection() as connection:
            chunk = await read_chunk(connection, "attendance", ATTENDANCE, Position(start, start, 0))
        assert chunk is not None
        sent = [Sent(message.subject, dict(message.headers), message.payload) for message in chunk.messages]
        events = [message for message in sent if "Zhucun-Index" in message.headers]
        await self.world.follower.inbox.receive(sent if checkpoint else events)

    async def streams(self, *subjects: str, timeout: float = 0.0) -> list[tuple[str, str, int]]:
        """Origin, stream and version of everything that may be folded for the subjects."""
        bases = await self.material.bases(KINDS, subjects, FOREIGN, timeout)
        pieces = await self.material.read(KINDS, subjects, bases)
        assert all(piece.index < bases[piece.origin].size for piece in pieces)
        assert all(leaf_hash(piece.body) == piece.leaf for piece in pieces)
        return [(piece.origin, piece.stream, piece.version) for piece in pieces]


@asynccontextmanager
async def open_desk(postgres_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk on databases of its own."""
    async with open_world(postgres_url, tmp_path) as world:
        pool = world.follower.pool
        assert isinstance(pool.conninfo, str)
        sealer = Sealer(
            pool.conninfo,
            origin=ASSESSMENT,
            signer=FileSigner(tmp_path / "own.key", ASSESSMENT, create=True),
            state_file=tmp_path / "own.json",
        )
        store = Store(pool, service="assessment", origin=ASSESSMENT)
        try:
            yield Desk(world, store, sealer, Material(pool, own=ASSESSMENT))
        finally:
            await sealer.close()

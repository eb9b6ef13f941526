"""A log of its own for one test: real schema, store and sealer, facts of attendance to fill it."""

import asyncio
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count, pairwise
from pathlib import Path
from random import random
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg

from contracts.attendance import CheckedIn, CheckInMethod
from contracts.fact import Actor
from contracts.identifiers import Role
from contracts.proofs import (
    Checkpoint,
    VerifierKey,
    leaf_hash,
    open_checkpoint,
    root_of,
    verify_consistency,
)
from services.ledger.connections import Pool, open_pool
from services.ledger.exports import export_bodies
from services.ledger.sealer import Sealer, Step
from services.ledger.signer import FileSigner
from services.ledger.store import ConcurrentChange, Draft, Receipt, Store, Stored
from services.ledger.tree import Tree
from tests.servers import postgres_url

ORIGIN = "zhucun.demo/attendance"
NOON = datetime(2017, 3, 1, 4, 0, tzinfo=UTC)
LOCK_SECONDS = 20
"""Until the lock of a killed sealer is surely free."""


@dataclass(slots=True)
class WrittenLog:
    """`url` is the service's, `admin` the superuser's, both of this log's own database."""

    url: str
    admin: str
    pool: Pool
    store: Store
    directory: Path

    @property
    def state_file(self) -> Path:
        return self.directory / "state.json"

    def signer(self) -> FileSigner:
        return FileSigner(self.directory / "key", ORIGIN, create=True)

    def sealer(self, *, batch: int = 2000, reached: Callable[[Step], None] = lambda step: None) -> Sealer:
        return Sealer(
            self.url,
            origin=ORIGIN,
            signer=self.signer(),
            state_file=self.state_file,
            batch=batch,
            reached=reached,
        )

    async def append(
        self,
        *streams: str,
        receipt: Receipt | None = None,
        guards: Mapping[str, int] | None = None,
        recorded: datetime = NOON,
    ) -> list[Stored]:
        """One check-in for each mention of a stream, decided on where the streams stand now."""
        heads = await self.store.heads(streams)
        return await self.store.append(
            [Draft(stream, checked_in(), str(uuid4())) for stream in streams],
            heads=heads,
            recorded=recorded,
            correlation="test",
            receipt=None if receipt is None else lambda _: receipt,
            guards=guards,
        )

    async def append_until_done(self, *streams: str) -> list[Stored]:
        """As a client does it: decides again, a little later each time, as long as others are faster."""
        for attempt in count(1):
            try:
                return await self.append(*streams)
            except ConcurrentChange:
                await asyncio.sleep(random() * 0.01 * attempt)
        raise AssertionError("count() has no end")

    async def seal(self) -> int:
        """Seals everything that waits, with a sealer of its own; returns the number of events.

        The lock of a sealer that was killed is free as soon as the server has noticed its death: waited for.
        """
        sealer = self.sealer()
        total = 0
        try:
            async with asyncio.timeout(LOCK_SECONDS):
                while sealer.size is None:
                    total += await sealer.seal_once()
                    await asyncio.sleep(0.01 if sealer.size is None else 0)
            while sealed := await sealer.seal_once():
                total += sealed
        finally:
            await sealer.close()
        return total

    async def bodies(self) -> list[bytes]:
        return [body async for body in export_bodies(self.pool)]

    async def sealed(self) -> list[tuple[str, int]]:
        """Stream and version by index; fails when the indexes have a gap."""
        async with self.pool.connection() as connection:
            cursor = await connection.execute(
                "select i.idx, e.stream, e.version"
                " from ledger.log_index i join ledger.event e using (position) order by i.idx"
            )
            rows = await cursor.fetchall()
        assert [row[0] for row in rows] == list(range(len(rows)))
        return [(row[1], row[2]) for row in rows]

    async def checkpoints(self) -> list[Checkpoint]:
        """All of them, signatures verified."""
        key = VerifierKey.parse(self.signer().vkey)
        async with self.pool.connection() as connection:
            cursor = await connection.execute("select note from ledger.checkpoint order by size")
            return [open_checkpoint(row[0], [key]) for row in await cursor.fetchall()]

    async def assert_sound(self, events: int) -> None:
        """Every event once, no gap, order kept, every checkpoint extends the one before and the last covers all."""
        bodies = await self.bodies()
        order = await self.sealed()
        assert len(bodies) == len(order) == len(set(order)) == events
        assert_stream_order(order)
        checkpoints = await self.checkpoints()
        assert checkpoints[-1] == Checkpoint(ORIGIN, events, root_of([leaf_hash(body) for body in bodies]))
        async with self.pool.connection() as connection:
            for old, new in pairwise(checkpoints):
                proof = await Tree(connection).consistency(old.size, new.size)
                verify_consistency(old.size, new.size, proof, old.root, new.root)

    async def backup(self, directory: Path) -> "WrittenLog":
        """This log as it stands, in another database with another state file: what a restore of it would be."""
        name = urlsplit(self.admin).path[1:]
        await self.pool.close()
        async with await psycopg.AsyncConnection.connect(postgres_url(), autocommit=True) as admin:
            await admin.execute(f'create database "{name}_backup" template "{name}" owner zhucun_owner'.encode())
            await admin.execute(f'grant connect on database "{name}_backup" to zhucun_service'.encode())
        self.pool, self.store = await _opened(self.url)
        await asyncio.to_thread(shutil.copytree, self.directory, directory, ignore=shutil.ignore_patterns("backup"))
        url, admin_url = (address.replace(f"/{name}", f"/{name}_backup") for address in (self.url, self.admin))
        return WrittenLog(url, admin_url, *await _opened(url), directory)

    async def as_superuser(self, *statements: str) -> None:
        async with await psycopg.AsyncConnection.connect(self.admin, autocommit=True) as connection:
            for statement in statements:
                await connection.execute(statement.encode())


async def open_log(url: str, admin: str, directory: Path) -> WrittenLog:
    """The log in the database of `url`; close its pool when done."""
    return WrittenLog(url, admin, *await _opened(url), directory)


async def _opened(url: str) -> tuple[Pool, Store]:
    pool = await open_pool(url, name="test", max_size=20)
    return pool, Store(pool, service="attendance", origin=ORIGIN)


def assert_stream_order(order: list[tuple[str, int]]) -> None:
    """Within every stream the versions are 1, 2, 3 ... in the order of the log."""
    versions: dict[str, list[int]] = {}
    for stream, version in order:
        versions.setdefault(stream, []).append(version)
    assert all(found == list(range(1, len(found) + 1)) for found in versions.values())


def checked_in() -> CheckedIn:
    """A presence; each with a record of its own."""
    return CheckedIn(
        actor=Actor(person="P000001", role=Role.MEMBER),
        article="9",
        ruleset="2016-1",
        place="530113100201",
        person="P000001",
        team="T0001",
        village="530113100201",
        date=date(2017, 3, 1),
        method=CheckInMethod.GPS,
        record=f"r-{uuid4()}",
    )


def stream_of(person: int) -> str:
    return f"attendance/P{person:06d}/2017"


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)

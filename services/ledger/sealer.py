"""The sealer of one log: numbers what was committed, grows the tree, signs.

Four steps, each on disk before the next, any of which may be the last one before a crash:

1. NUMBERED: pending events get the next indexes in the database, by compare-and-set on the log's size and root.
2. ADVANCED: the state file outside the database advances by compare-and-set.
3. SIGNED: the checkpoint is signed.
4. RECORDED: the note is in the database; only now may the events be published.

MUST: indexes are contiguous from 0 and keep the order within each stream; no two checkpoints contradict each other. An
advisory lock lets one sealer work at a time; correctness does not rest on it but on the two compare-and-sets. No
business transaction waits for any of this: an open one delays its own events and no others.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Any

import psycopg
import structlog
from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from contracts.proofs import HASH_BYTES
from services.ledger import arrays, checkpoints, recovery
from services.ledger.checkpoints import EMPTY, State, StateFile, StateFileError
from services.ledger.connections import connect
from services.ledger.floor import Floor
from services.ledger.pause import pause, period, rest
from services.ledger.recovery import SealerRefused
from services.ledger.signer import Signer, SignerError
from services.ledger.stages import Stages
from services.ledger.tree import Edge, Node, Tree

LOG_MOVED = "ZC002"
"""SQLSTATE raised by ledger.seal()."""

SEALER_LOCK = 0x7365616C
"""Advisory lock of the sealer, in the log's own database."""

_TAKE = """
    select t.position, l.leaves
    from (
        select p.position, p.positions, sum(p.count) over (order by p.position) - p.count as before
        from (select * from ledger.pending where position > %(floor)s order by position limit %(batch)s) p
    ) t
    cross join lateral (
        select string_agg(e.leaf, ''::bytea order by e.position) as leaves
        from ledger.event e where e.position = any (t.positions)
    ) l
    where t.before < %(batch)s
    order by t.position
"""

_SEAL = """
    select ledger.seal(
        %b::bigint, %b::bytea, %b::bytea, %b::bigint[], %b::bytea, %b::int[], %b::bigint[], %b::bytea[])
"""

# Not waiting for the disk: a checkpoint lost in a crash is signed again, over the same size and root.
_SIGN_OFF = "select set_config('synchronous_commit', 'off', true), ledger.sign_off(%b::bigint, %b::text)"

IDLE_SECONDS = 0.2
"""How often to look when nobody nudges: another process may have appended."""
RETRY_SECONDS = 0.3
"""Until it is tried again to connect, or to get the lock that another sealer holds."""
UNLOCK_SECONDS = 1.0
"""How long a server that does not answer is waited for when the lock is given up: it ends with the connection too."""

log = structlog.get_logger(__name__)

__all__ = ["Sealer", "SealerRefused", "Step"]


class Step(StrEnum):
    """What the sealer has just done."""

    NUMBERED = "numbered"
    ADVANCED = "advanced"
    SIGNED = "signed"
    RECORDED = "recorded"


class _Moved(Exception):
    """Somebody else has sealed meanwhile: look again."""


class Sealer:
    """Seals one log through a connection of its own. At most one works at a time; the others wait for its lock."""

    def __init__(
        self,
        url: str,
        *,
        origin: str,
        signer: Signer,
        also: Sequence[Signer] = (),
        state_file: Path,
        batch: int = 2000,
        interval: float = 0.05,
        reached: Callable[[Step], None] = lambda step: None,
        stages: Stages | None = None,
    ) -> None:
        """`batch`: events per checkpoint, roughly (an append is never split). `interval`: least seconds from one
        round to the next unless there is a full batch. `also`: who signs every checkpoint too, by another algorithm.
        `reached` is called after every step (fault tests die there)."""
        self.origin = origin
        self.size: int | None = None
        """Size of the log as sealed by this sealer; None while it does not hold the lock."""
        self.refusal: str | None = None
        """Why nothing is sealed any more; readiness shows it."""
        self._trouble: str | None = None
        """Why the last round failed: told once, not in every round of an outage."""
        self._url = url
        self._signers = (signer, *also)
        self._file = StateFile(state_file, origin)
        self._batch = batch
        self._interval = interval
        self._reached = reached
        self._stages = stages
        self._wake = asyncio.Event()
        self._connection: AsyncConnection[TupleRow] | None = None
        self._edge = Edge()
        self._floor = Floor()
        self._state = EMPTY

    def nudge(self) -> None:
        """Something was appended in this process: do not wait for the next round."""
        self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Seals until `stop`, connecting again where needed. Raises SealerRefused, after which only a person helps."""
        stopping = asyncio.create_task(stop.wait())
        stopping.add_done_callback(lambda _: self.nudge())
        clock = asyncio.get_running_loop().time
        try:
            while not stop.is_set():
                self._wake.clear()
                began = clock()
                sealed = await self._round()
                if self._connection is None:
                    await self._rest(RETRY_SECONDS)
                elif sealed == 0:
                    await self._rest(rest(IDLE_SECONDS))
                elif sealed < self._batch:
                    await asyncio.sleep(max(began + period(clock() - began, self._interval) - clock(), 0.0))
        finally:
            stopping.cancel()
            await self.close()

    async def _round(self) -> int:
        try:
            sealed = await self.seal_once()
        except (psycopg.OperationalError, _Moved) as error:
            reason = str(error)
            if reason != self._trouble:
                log.warning("sealer_starts_over", origin=self.origin, reason=reason)
            self._trouble = reason
            return 0
        except SignerError as error:
            # What is numbered is signed as soon as the signer answers again: over the same size and root.
            self.refusal = str(error)
            if self.refusal != self._trouble:
                log.error("sealer_cannot_sign", origin=self.origin, reason=self.refusal)
            self._trouble = self.refusal
            return 0
        self._trouble = None
        return sealed

    async def _rest(self, seconds: float) -> None:
        await pause(self._wake, seconds)

    async def seal_once(self) -> int:
        """Seals one batch and returns its number of events; 0 when there is none or another sealer holds the lock.

        Raises SealerRefused, and psycopg.OperationalError when the database does not answer (call again later).
        """
        try:
            if self._connection is None and not await self._open():
                return 0
            return await self._seal_batch()
        except (SealerRefused, StateFileError) as error:
            await self.close()
            if str(error) != self.refusal:
                log.critical("sealer_refused", origin=self.origin, reason=str(error))
            self.refusal = str(error)
            raise error if isinstance(error, SealerRefused) else SealerRefused(self.refusal) from error
        except BaseException as error:
            # The edge in memory may be ahead of the database: drop both and begin from what is on disk.
            await self.close()
            if isinstance(error, psycopg.Error) and error.sqlstate == LOG_MOVED:
                raise _Moved(error.diag.message_primary or "") from error
            raise

    async def close(self) -> None:
        """Gives up the lock, then the connection."""
        connection, self._connection, self.size = self._connection, None, None
        if connection is None:
            return
        # Said, not left to the server, which notices a closed connection some time later: a successor may be waiting.
        with suppress(psycopg.Error, TimeoutError):
            async with asyncio.timeout(UNLOCK_SECONDS):
                await connection.execute("select pg_advisory_unlock(%s)", (SEALER_LOCK,))
        await connection.close()

    async def _seal_batch(self) -> int:
        connection = self._held()
        cursor = await connection.execute(_TAKE, {"batch": self._batch, "floor": self._floor.position}, binary=True)
        rows = await cursor.fetchall()
        sealed = await self._seal_rows(rows) if rows else 0
        self._floor.deleted += len(rows)
        if sealed < self._batch:
            await self._floor.drained(connection)
        return sealed

    async def _seal_rows(self, rows: Sequence[tuple[int, bytes]]) -> int:
        blob = b"".join(row[1] for row in rows)
        leaves = [blob[at : at + HASH_BYTES] for at in range(0, len(blob), HASH_BYTES)]
        nodes = self._edge.extend(leaves)
        old, new = self._state, State(self._edge.size, self._edge.root())
        began = time.time_ns() if self._stages is not None else 0
        await self._held().execute(_SEAL, _sealing(old, new, [row[0] for row in rows], blob, nodes))
        self._reached(Step.NUMBERED)
        await self._finish(old, new)
        if self._stages is not None:
            await self._stages.sealed(self._held(), old.size, new.size, began)
        return len(leaves)

    async def _finish(self, old: State, new: State) -> None:
        """Steps 2 to 4 for a log that is numbered up to `new` and whose state file says `old`."""
        if new != old:
            await asyncio.to_thread(self._file.advance, old, new)
        self._reached(Step.ADVANCED)
        note = await self._sign(new)
        self._reached(Step.SIGNED)
        await self._held().execute(_SIGN_OFF, (new.size, note))
        self._state, self.size = new, new.size
        self._reached(Step.RECORDED)

    async def _sign(self, state: State) -> str:
        if len(self._signers) == 1:
            return checkpoints.sign(self.origin, state, self._signers)
        # A second algorithm may be another program that is waited for.
        return await asyncio.to_thread(checkpoints.sign, self.origin, state, self._signers)

    async def _open(self) -> bool:
        """Connects, takes the lock, and brings an interrupted round to its end; False when another one seals."""
        self._connection = connection = await connect(self._url, name=f"sealer {self.origin}")
        # A handful of statements that all go by index. Plans made while the tables are empty would scan them later.
        await connection.execute(
            "select set_config('enable_seqscan', 'off', false), set_config('enable_hashjoin', 'off', false),"
            " set_config('enable_mergejoin', 'off', false)"
        )
        cursor = await connection.execute("select pg_try_advisory_lock(%s)", (SEALER_LOCK,))
        row = await cursor.fetchone()
        if row is None or not row[0]:
            await self.close()
            return False
        stored = await recovery.stored_state(connection)
        signed = await recovery.signed_state(connection, self._file, stored)
        self._edge = await Tree(connection).edge(stored.size)
        self._floor = Floor()
        self._state = signed
        if stored.size > 0 and await recovery.last_checkpoint(connection) < stored.size:
            await self._finish(signed, stored)
        self._state, self.size, self.refusal = stored, stored.size, None
        return True

    def _held(self) -> AsyncConnection[TupleRow]:
        assert self._connection is not None, "sealing without the lock"
        return self._connection


def _sealing(old: State, new: State, taken: Sequence[int], leaves: bytes, nodes: Sequence[Node]) -> list[Any]:
    """The arguments of ledger.seal(), in its order."""
    return [
        old.size,
        old.root,
        new.root,
        arrays.bigints(taken),
        leaves,
        arrays.ints([node.level for node in nodes]),
        arrays.bigints([node.n for node in nodes]),
        arrays.byte_strings([node.hash for node in nodes]),
    ]

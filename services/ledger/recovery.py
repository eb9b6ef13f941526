"""What a sealer makes sure of before it seals: that its database holds the very log that was signed last.

A restored backup, a state file put back from a copy, or a database that is another one would make the log sign two
histories. Each is refused here with what is missing; mending it is a person's decision.
"""

import asyncio
from pathlib import Path

import structlog
from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from services.ledger.checkpoints import EMPTY, State, StateFile
from services.ledger.connections import connect
from services.ledger.tree import Tree

log = structlog.get_logger(__name__)


class SealerRefused(Exception):
    """The database and the state file contradict each other. Nothing is sealed until a person has mended it."""


async def stored_state(connection: AsyncConnection[TupleRow]) -> State:
    """Size and root as the database has them; raises SealerRefused when its own tree says otherwise."""
    cursor = await connection.execute("select size, root from ledger.log_state")
    row = await cursor.fetchone()
    assert row is not None, "log_state always has its row"
    stored = State(row[0], bytes(row[1]))
    try:
        root = await Tree(connection).root(stored.size)
    except LookupError as error:
        raise SealerRefused(f"The tree of this log is damaged: {error}.") from error
    if root != stored.root:
        raise SealerRefused(f"The tree of this log is damaged: size {stored.size} does not give its recorded root.")
    return stored


async def last_checkpoint(connection: AsyncConnection[TupleRow]) -> int:
    cursor = await connection.execute("select coalesce(max(size), 0) from ledger.checkpoint")
    row = await cursor.fetchone()
    assert row is not None, "an aggregate yields one row"
    return int(row[0])


async def signed_state(connection: AsyncConnection[TupleRow], file: StateFile, stored: State) -> State:
    """What the state file says, once it is sure that the database extends it; raises SealerRefused."""
    signed = file.read()
    if signed is None:
        if stored.size > 0:
            raise SealerRefused(
                f"Log {file.origin} holds {stored.size} sealed events, but its state file {file.path} is"
                " missing: put the file back, or say that no copy of this log was sealed further (zhucun log adopt)."
            )
        await asyncio.to_thread(file.advance, None, EMPTY)
        return EMPTY
    if signed.size > stored.size:
        raise SealerRefused(
            f"Log {file.origin} was sealed up to size {signed.size}, but this database holds {stored.size} events:"
            f" the indexes {stored.size} to {signed.size - 1} are missing (an older backup was restored)."
            " Restore a newer one; nothing is sealed until then."
        )
    if await Tree(connection).root(signed.size) != signed.root:
        raise SealerRefused(
            f"Log {file.origin} is not the log that was sealed: its first {signed.size} events give another root"
            f" than the state file {file.path} holds. zhucun log fsck names the first index that differs."
        )
    recorded = await last_checkpoint(connection)
    if recorded > signed.size:
        raise SealerRefused(
            f"The state file {file.path} says size {signed.size}, but log {file.origin} has a checkpoint of"
            f" {recorded}: the file is an old copy. Put back the newest one, or say that this database is the"
            " furthest (zhucun log adopt)."
        )
    return signed


async def adopt(url: str, origin: str, state_file: Path) -> State:
    """An operator's word that no other database of this log was ever sealed further: the state file is set anew.

    For a log that moves without its state file, or a backup restored after a loss that is accepted and announced
    (whoever holds a later checkpoint will see the fork). Returns what the file says from now on.
    """
    connection = await connect(url, name=f"adopt {origin}")
    try:
        state = await stored_state(connection)
    finally:
        await connection.close()
    file = StateFile(state_file, origin)
    file.path.unlink(missing_ok=True)
    await asyncio.to_thread(file.advance, None, state)
    log.warning("state_file_adopted", origin=origin, size=state.size, root=state.root.hex())
    return state

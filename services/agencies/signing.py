"""Signs the log of one scope, and never two histories of it.

As the sealer of a service's log does: entries are numbered in the database first, then the state file outside the
database advances by compare-and-set and is on disk, then the checkpoint is signed, then recorded; only what is
recorded is published. A restored backup, or a second publisher with a disk of its own, is refused and told.
"""

import asyncio
from collections.abc import Sequence

from contracts.proofs import CompactRange
from contracts.scope_log import entry_leaf
from services.agencies.registry import Agency
from services.ledger import checkpoints
from services.ledger.checkpoints import EMPTY, State, StateFile
from services.ledger.connections import Pool
from services.ledger.projection import Cursor
from services.ledger.signer import Signer


class ScopeRefused(Exception):
    """Database and state file of a scope contradict each other: nothing is signed until a person has mended it."""


class Outdated(Exception):
    """The subscription is another one by now: whoever holds the former one begins anew."""


async def hold_edge(cursor: Cursor, agency: Agency) -> tuple[CompactRange, tuple[int, str]]:
    """The edge of the scope's tree, and scope version and matrix row there, locked until the transaction ends.

    Raises Outdated where personnel has decided otherwise since: nothing is added under a scope, or signed by a key,
    that was taken away.
    """
    await cursor.execute(
        "select e.size, e.frontier, e.scope_version, e.matrix, a.scope_version, a.revoked, a.vkeys[1]"
        " from agency.edge e join agency.agency a on a.name = e.agency where e.agency = %s for update",
        (agency.name,),
        binary=True,
    )
    row = await cursor.fetchone()
    assert row is not None, "every agency has its edge"
    if row[4:] != (agency.scope_version, agency.revoked, agency.vkeys[0]):
        raise Outdated(agency.name)
    return CompactRange(row[0], row[1]), (row[2], row[3])


async def check(cursor: Cursor, agency: Agency, edge: CompactRange, file: StateFile) -> None:
    """That the database holds the very log that was signed last; raises ScopeRefused."""
    signed, here = file.read(), State(edge.size, edge.root())
    if signed is None and edge.size == 0:
        await asyncio.to_thread(file.advance, None, EMPTY)
        return
    if signed is None:
        raise ScopeRefused(
            f"the scope {agency.name} has {edge.size} entries and its state file {file.path} is missing: put it back,"
            " or say that no other copy was signed further (zhucun agency adopt)"
        )
    if signed.size > edge.size:
        raise ScopeRefused(
            f"the scope {agency.name} was signed up to entry {signed.size}, its database ends at {edge.size}: restore"
            " the newer database of the publisher; nothing is signed over what was sent"
        )
    held = here if signed.size == edge.size else await _state_at(cursor, agency.name, signed.size)
    if signed != held:
        raise ScopeRefused(
            f"the first {signed.size} entries of the scope {agency.name} are not those that were signed"
            f" ({file.path}): restore the publisher's database that belongs to this file"
        )


async def sign(pool: Pool, agency: Agency, signer: Signer, file: StateFile) -> None:
    """The checkpoint of what is numbered, unless it is recorded already."""
    async with pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
        edge, _ = await hold_edge(cursor, agency)
        await cursor.execute(
            "select 1 from agency.checkpoint where agency = %s and size = %s", (agency.name, edge.size)
        )
        if edge.size == 0 or await cursor.fetchone() is not None:
            return
        await check(cursor, agency, edge, file)
        new = State(edge.size, edge.root())
        old = file.read()
        if old != new:
            await asyncio.to_thread(file.advance, old, new)
        note = checkpoints.sign(agency.origin, new, [signer])
        await cursor.execute(
            "insert into agency.checkpoint (agency, size, note) values (%s, %s, %s)", (agency.name, edge.size, note)
        )


async def adopt(pool: Pool, agency: Agency, file: StateFile) -> State:
    """A person's word that no other copy of this scope was signed further: the state file is set anew."""
    async with pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
        edge, _ = await hold_edge(cursor, agency)
    state = State(edge.size, edge.root())
    file.path.unlink(missing_ok=True)
    await asyncio.to_thread(file.advance, None, state)
    return state


async def _state_at(cursor: Cursor, agency: str, size: int) -> State:
    """What the tree was at an earlier size, from its entries: only after a crash between numbering and signing."""
    await cursor.execute(
        "select e.origin, e.idx, i.leaf from agency.entry e join ledger.inbox i using (origin, idx)"
        " where e.agency = %s and e.n < %s order by e.n",
        (agency, size),
        binary=True,
    )
    rows: Sequence[tuple[str, int, bytes]] = await cursor.fetchall()
    edge = CompactRange()
    for origin, index, leaf in rows:
        edge.append(entry_leaf(origin, index, bytes(leaf)))
    return State(edge.size, edge.root())

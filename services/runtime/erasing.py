"""`zhucun erase`: sensitive values of one event are destroyed, and that they were is a fact of the same log.

The fact is recorded first and the values go afterwards: a crash in between leaves an erasure that the same command
completes, never a value that is gone without a word. Whoever runs it holds the credentials of the database.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from contracts.erasure import ValuesErased
from contracts.fact import Actor
from contracts.identifiers import Role, stream_name
from services.ledger.connections import open_pool
from services.ledger.migrations import database_url
from services.ledger.store import ConcurrentChange, Draft, Store
from services.runtime.decisions import RULESET
from services.runtime.settings import Settings

CITY = "5301"
ATTEMPTS = 20


class ErasureError(Exception):
    """Nothing can be erased; one sentence says why."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """Which values of which event, on whose word and why. No members: all that are still there."""

    service: str
    event: str
    members: tuple[str, ...]
    by: str
    reason: str


async def erase_values(settings: Settings, erasure: Erasure) -> Sequence[str]:
    """Erases and returns the names of the members; raises ErasureError when there is nothing of that kind."""
    service = erasure.service
    pool = await open_pool(
        database_url(settings.postgres_of(service), service, prefix=settings.database_prefix), name="erase", max_size=2
    )
    try:
        store = Store(pool, service=service, origin=settings.origin_of(service))
        found = await _members(store, erasure)
        names = sorted(set(found.values()))
        await _record(store, erasure, names)
        await store.erase(erasure.event, found)
        return names
    finally:
        await pool.close()


async def _members(store: Store, erasure: Erasure) -> dict[str, str]:
    try:
        UUID(erasure.event)
    except ValueError as error:
        raise ErasureError(f"{erasure.event!r} 不是事件编号 / is not the id of an event") from error
    held = await store.disclosed_members(erasure.event)
    wanted = set(erasure.members) or set(held.values())
    unknown = wanted - set(held.values())
    if not held or unknown:
        what = ", ".join(sorted(unknown)) or erasure.event
        raise ErasureError(f"没有可销毁的值 {what} / there is no value {what} that could be erased")
    return {digest: name for digest, name in held.items() if name in wanted}


async def _record(store: Store, erasure: Erasure, names: Sequence[str]) -> None:
    stream = stream_name("erasure", erasure.event)
    fact = ValuesErased(
        actor=Actor(person=erasure.by, role=Role.NONE),
        article="0",
        ruleset=RULESET,
        place=CITY,
        event=erasure.event,
        members=tuple(names),
        reason=erasure.reason,
    )
    for _ in range(ATTEMPTS):
        with suppress(ConcurrentChange):
            heads = await store.heads([stream])
            draft = Draft(stream, fact, str(uuid4()))
            await store.append([draft], heads=heads, recorded=datetime.now(UTC), correlation=f"erase-{erasure.event}")
            return
    raise ErasureError("同一事件正被他人处理，请再试 / somebody else is erasing values of this event: try again")

"""Reactions: what a service does because of an event, apart from its views, so that a rebuild never does it again.

Each reaction keeps its own mark per log. It is called at least once per event, in index order, after the event is
stored; a repetition after a crash must be harmless. Commands are: give them the event's id as idempotency key.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

import structlog

from services.ledger.connections import Pool
from services.ledger.generations import read_events
from services.ledger.pause import pause, rest
from services.ledger.projection import Delivered
from services.ledger.stages import Stages
from services.ledger.status import Status

BATCH = 200
IDLE_SECONDS = 0.1
RETRY_SECONDS = (0.2, 5.0)

log = structlog.get_logger(__name__)


class ReactionFailed(Exception):
    """A reaction could not do what the event with the id `event` asks of it."""

    def __init__(self, event: str, cause: Exception) -> None:
        super().__init__(repr(cause))
        self.event = event


@dataclass(frozen=True, slots=True)
class Reaction:
    """`react` is awaited for every event of the given types (CloudEvents types) from the logs of `sources`."""

    name: str
    sources: tuple[str, ...]
    types: frozenset[str]
    react: Callable[[Delivered], Awaitable[None]]


class Reactions:
    """Runs the reactions of one service. An event that fails stops that reaction at it: it is never skipped."""

    def __init__(
        self,
        pool: Pool,
        *,
        service: str,
        origins: Mapping[str, str],
        reactions: Iterable[Reaction],
        stages: Stages | None = None,
    ) -> None:
        self.service = service
        self.reactions = tuple(reactions)
        self.statuses = [Status(f"{service}-reaction-{reaction.name}") for reaction in self.reactions]
        self._pool = pool
        self._origins = dict(origins)
        self._stages = stages

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; each reaction by itself, so that one which stands still holds up no other."""
        await asyncio.gather(
            *(self._run(reaction, status, stop) for reaction, status in zip(self.reactions, self.statuses, strict=True))
        )

    async def _run(self, reaction: Reaction, status: Status, stop: asyncio.Event) -> None:
        delay = RETRY_SECONDS[0]
        while not stop.is_set():
            try:
                moved = 0
                for source in reaction.sources:
                    moved += await self._round(reaction, status, self._origins[source], own=source == self.service)
                status.run()
                delay = RETRY_SECONDS[0]
                if not moved:
                    await pause(stop, rest(IDLE_SECONDS))
            except Exception as error:  # whatever it is: stand still, say so, try the same event again
                event, reason = (error.event, str(error)) if isinstance(error, ReactionFailed) else (None, repr(error))
                if status.stand(status.next, reason):
                    log.error(
                        "reaction stopped", reaction=reaction.name, index=status.next, event_id=event, reason=reason
                    )
                await pause(stop, delay)
                delay = min(delay * 2, RETRY_SECONDS[1])

    async def _round(self, reaction: Reaction, status: Status, origin: str, *, own: bool) -> int:
        mark, events = await self._next(reaction, origin, own=own)
        done = mark
        try:
            for event in events:
                status.next = event.index
                if event.type in reaction.types:
                    await self._react(reaction, event)
                done = event.index + 1
        finally:
            if done > mark:
                await self._advance(reaction, origin, done)
        status.next = done
        return len(events)

    async def _react(self, reaction: Reaction, event: Delivered) -> None:
        try:
            with self._stages.reacting(reaction.name, event) if self._stages is not None else nullcontext():
                await reaction.react(event)
        except Exception as error:
            raise ReactionFailed(event.id, error) from error

    async def _next(self, reaction: Reaction, origin: str, *, own: bool) -> tuple[int, Sequence[Delivered]]:
        async with self._pool.connection() as connection, connection.cursor() as cursor:
            await cursor.execute(
                "select m.next, coalesce((select size from ledger.log_state where %s),"
                " (select next from ledger.inbox_mark where origin = %s), 0)"
                " from (select coalesce((select next from ledger.projection_mark"
                " where projection = %s and generation = 0 and origin = %s), 0) as next) m",
                (own, origin, _mark_name(reaction), origin),
            )
            row = await cursor.fetchone()
            mark, size = (int(row[0]), int(row[1])) if row else (0, 0)
            if mark >= size:
                return mark, []
            return mark, await read_events(cursor, origin, mark, min(mark + BATCH, size), own=own)

    async def _advance(self, reaction: Reaction, origin: str, mark: int) -> None:
        async with self._pool.connection() as connection:
            await connection.execute(
                "insert into ledger.projection_mark (projection, generation, origin, next) values (%s, 0, %s, %s)"
                " on conflict (projection, generation, origin) do update set next = excluded.next",
                (_mark_name(reaction), origin, mark),
            )


def _mark_name(reaction: Reaction) -> str:
    return f"reaction:{reaction.name}"

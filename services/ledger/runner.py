"""Drives projections: every event once per generation, effect and mark in one transaction, in index order per source.

A projection is *attached* to another log while its mark equals the inbox's: then the inbox applies each batch inside
the very transaction that stores it. Where it is behind (new, or its own log), the runner reads what is stored and
catches up; both take the same row lock per view, so neither can pass the other.
"""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import structlog

from services.ledger import arrays
from services.ledger.connections import Pool
from services.ledger.generations import (
    ProjectionFailed,
    apply_to,
    create_generation,
    read_current,
    read_events,
    schema_of,
)
from services.ledger.pause import pause, period, rest
from services.ledger.projection import Cursor, Delivered, Projection
from services.ledger.stages import Applied, Stages
from services.ledger.status import Status
from services.ledger.views import Views

__all__ = ["Cursor", "Delivered", "Projection", "ProjectionFailed", "Runner", "Views", "schema_of"]

BATCH = 1_000
IDLE_SECONDS = 0.2
"""How often to look when nobody wakes: another process may have sealed."""
GATHER_SECONDS = 0.05
"""Least seconds from one round to the next."""
RETRY_SECONDS = (0.2, 5.0)

log = structlog.get_logger(__name__)


class Locked(NamedTuple):
    """A view whose row is locked: its current generation, and the mark of that one."""

    view: str
    generation: int
    mark: int


class NewerView(Exception):
    """The database holds a view built by newer code than this program's."""


class Runner:
    """Projections of one service on its own log and on its inbox.

    `origins` names the log of every source: the own service and those consumed.
    """

    def __init__(
        self,
        pool: Pool,
        *,
        service: str,
        origins: Mapping[str, str],
        projections: Iterable[Projection],
        stages: Stages | None = None,
    ) -> None:
        self.service = service
        self.origins = dict(origins)
        self.projections = {projection.name: projection for projection in projections}
        self.status = Status(f"{service}-views")
        self.stages = stages
        self._pool = pool
        self._wake = asyncio.Event()
        for projection in self.projections.values():
            unknown = set(projection.sources) - self.origins.keys()
            if unknown:
                raise ValueError(
                    f"projection {projection.name} reads {sorted(unknown)}, which {service} does not consume"
                )

    def wake(self) -> None:
        """Something was sealed or stored: look now instead of at the next poll."""
        self._wake.set()

    async def ensure(self) -> None:
        """Creates the views that the database does not have yet, empty. Raises NewerView."""
        async with self._pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
            await cursor.execute("select pg_advisory_xact_lock(hashtextextended('zhucun views', 0))")
            current = await read_current(cursor, self.projections)
            for projection in self.projections.values():
                held = current.get(projection.name)
                if held is None:
                    await create_generation(cursor, projection, 1, self._origins_of(projection))
                    await cursor.execute(
                        "insert into ledger.view_current (view, generation, code) values (%s, 1, %s)",
                        (projection.name, projection.generation),
                    )
                elif held.code > projection.generation:
                    raise NewerView(
                        f"View {projection.name} was built by newer code (generation {held.code}, this program has"
                        f" {projection.generation}): start the newer program, or drop the view's row to build it again."
                    )

    async def outdated(self) -> list[str]:
        """Views that older code built: they are to be rebuilt beside, see `rebuild`."""
        async with self._pool.connection() as connection, connection.cursor() as cursor:
            current = await read_current(cursor, self.projections)
        return [name for name, held in current.items() if held.code < self.projections[name].generation]

    async def apply(
        self, cursor: Cursor, views: Sequence[Locked], origin: str, start: int, events: Sequence[Delivered]
    ) -> list[Applied]:
        """In the caller's transaction: gives `events`, of which the first has index `start`, to the attached views.

        `views` are those that :meth:`lock` gave. Returns what is to be told after the commit, where somebody watches.
        """
        done: list[Applied] = []
        for name, generation, mark in views if events else ():
            if mark == start:
                done += await self._apply(cursor, name, generation, origin, events)
            elif mark > start:
                raise AssertionError(f"view {name} is at {mark} of {origin}, ahead of what is stored ({start})")
        return done

    async def lock(self, cursor: Cursor, origin: str, names: Sequence[str] | None = None) -> list[Locked]:
        """Locks views, in name order, against other appliers and a switch: of these `names`, or all that read `origin`.

        Two statements on purpose: a mark joined into the locking statement would be the one of before the wait. They
        are sent together where the caller has opened a pipeline.
        A view that code of another generation built is left alone: its tables are not ours, a rebuild replaces it.
        """
        if names is None:
            names = [name for name, projection in self.projections.items() if origin in self._origins_of(projection)]
        if not names:
            return []
        named = arrays.texts(names)
        await cursor.connection.execute(
            "select from ledger.view_current where view = any(%s) order by view for no key update", (named,)
        )
        found = await cursor.connection.execute(
            "select c.view, c.generation, m.next, c.code from ledger.view_current c"
            " join ledger.projection_mark m on m.projection = c.view and m.generation = c.generation"
            " where c.view = any(%s) and m.origin = %s order by c.view",
            (named, origin),
        )
        rows = await found.fetchall()
        return [Locked(*row[:3]) for row in rows if row[3] == self.projections[row[0]].generation]

    async def run(self, stop: asyncio.Event) -> None:
        """Catches up and follows the own log until `stop`. An event that cannot be applied stops the views, loudly."""
        clock = asyncio.get_running_loop().time
        delay = RETRY_SECONDS[0]
        while not stop.is_set():
            self._wake.clear()
            began = clock()
            try:
                moved = await self.catch_up()
                self.status.run()
                delay = RETRY_SECONDS[0]
                if moved:
                    took = clock() - began
                    await asyncio.sleep(period(took, GATHER_SECONDS) - took)
                else:
                    await pause(self._wake, rest(IDLE_SECONDS))
            except ProjectionFailed as failure:
                if self.status.stand(failure.first, str(failure)):
                    log.error(
                        "projection stopped",
                        index=failure.first,
                        event_id=failure.event,
                        origin=failure.origin,
                        reason=str(failure),
                    )
                await pause(stop, delay)
                delay = min(delay * 2, RETRY_SECONDS[1])
            except Exception as error:  # the database, or a broken assumption
                if self.status.stand(self.status.next, repr(error)):
                    log.error("projection stopped", index=self.status.next, reason=repr(error))
                await pause(stop, delay)
                delay = min(delay * 2, RETRY_SECONDS[1])

    async def catch_up(self) -> int:
        """One round over all views and sources; number of events applied (0: everything is where its source is)."""
        applied = 0
        for origin, (size, marks) in (await self._standing()).items():
            behind = sorted(name for name, mark in marks.items() if mark < size)
            reached = marks | await self._advance(behind, origin, size) if behind else marks
            applied += sum(reached.values()) - sum(marks.values())
            if origin == self.origins[self.service]:
                self.status.known(size)
                self.status.advanced(min(reached.values(), default=size))
        return applied

    async def _advance(self, names: Sequence[str], origin: str, size: int) -> dict[str, int]:
        """All views of a log together, so that each event is read and parsed once; where one fails, each by itself.

        Returns the marks of those that advanced.
        """
        try:
            return await self._step(names, origin, size, BATCH)
        except ProjectionFailed as failure:
            if len(names) > 1:
                return await self._apart(names, origin, size)
            if failure.first == failure.last:
                raise
        reached: dict[str, int] = {}
        while further := await self._step(names, origin, size, 1):  # one by one: the stop names the bad event exactly
            reached |= further
        return reached

    async def _apart(self, names: Sequence[str], origin: str, size: int) -> dict[str, int]:
        """Each view by itself: one that cannot go on holds up no other. Raises the first failure after all had a go."""
        reached: dict[str, int] = {}
        failures: list[ProjectionFailed] = []
        for name in names:
            try:
                reached |= await self._advance([name], origin, size)
            except ProjectionFailed as failure:
                failures.append(failure)
        if failures:
            raise failures[0]
        return reached

    async def _step(self, names: Sequence[str], origin: str, size: int, limit: int) -> dict[str, int]:
        reached: dict[str, int] = {}
        done: list[tuple[int, list[Applied]]] = []
        async with (
            self._pool.connection() as connection,
            connection.pipeline(),
            connection.transaction(),
            connection.cursor() as cursor,
        ):
            read: dict[int, list[Delivered]] = {}
            for name, generation, mark in await self.lock(cursor, origin, names):
                if mark not in read:
                    end = min(mark + limit, size)
                    read[mark] = await read_events(cursor, origin, mark, end, own=origin == self.origins[self.service])
                if read[mark]:
                    done.append((mark, await self._apply(cursor, name, generation, origin, read[mark])))
                    reached[name] = mark + len(read[mark])
        if self.stages is not None:
            for mark, told in done:
                self.stages.projected(read[mark], told)
        return reached

    async def _apply(
        self, cursor: Cursor, name: str, generation: int, origin: str, events: Sequence[Delivered]
    ) -> list[Applied]:
        if self.stages is None:
            await apply_to(cursor, self.projections[name], generation, origin, events)
            return []
        began = time.time_ns()
        await apply_to(cursor, self.projections[name], generation, origin, events)
        return [Applied(name, began, time.time_ns())]

    async def _standing(self) -> dict[str, tuple[int, dict[str, int]]]:
        """Origin -> (events there are, view -> events its current generation has)."""
        async with self._pool.connection() as connection, connection.cursor() as cursor:
            await cursor.execute(
                "select s.origin, s.size, m.projection, m.next"
                " from (select %s::text, size from ledger.log_state"
                "       union all select origin, next from ledger.inbox_mark) s (origin, size)"
                " left join (ledger.projection_mark m join ledger.view_current c"
                "            on c.view = m.projection and c.generation = m.generation)"
                "   on m.origin = s.origin and m.projection = any(%s)",
                (self.origins[self.service], arrays.texts(list(self.projections))),
            )
            found: dict[str, tuple[int, dict[str, int]]] = {}
            for origin, size, name, mark in await cursor.fetchall():
                marks = found.setdefault(origin, (size, {}))[1]
                if name is not None:
                    marks[name] = mark
            return found

    def _origins_of(self, projection: Projection) -> list[str]:
        return [self.origins[source] for source in projection.sources]

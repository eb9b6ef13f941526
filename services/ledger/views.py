"""Queries on views: the generation that is current, and waiting until one's own write is in it."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from psycopg import AsyncClientCursor, AsyncCursor, sql
from psycopg.rows import AsyncRowFactory, tuple_row

from services.ledger.connections import Pool
from services.ledger.kept import Kept, Mark, Rows, Span, Topic
from services.ledger.projection import Cursor, Projection

_POLL_SECONDS = 0.015
_LOOKED_THROUGH = 1_000
_BEGIN = "begin isolation level read committed, read only"
_ENTER = "select ledger.enter_view("
_ALL_MARKS = """
    select c.view, c.generation, m.origin, m.next from ledger.view_current c
    join ledger.projection_mark m on m.projection = c.view and m.generation = c.generation
"""

# The own log has no types beside its bytes: nothing is found of it.
_TYPES = """
    select type, count(*)::int from ledger.inbox where origin = %s and idx >= %s and idx < %s group by type
"""

Parameters = Mapping[str, Any] | Sequence[Any]
"""Parameters of a query: by name or by position."""


class Question(NamedTuple):
    """A query on the current generation of a view. Give arrays their type (`%s::text[]`)."""

    view: str
    query: str
    parameters: Parameters = ()
    types: frozenset[str] = frozenset()
    """Types of the events on which alone the answer depends; empty: those that the view says of itself."""


class NotYetVisible(Exception):
    """The view did not reach what the caller asked for in time; `missing` says what, by origin or stream."""

    def __init__(self, view: str, missing: Mapping[str, int]) -> None:
        super().__init__(f"view {view} has not reached {dict(missing)}")
        self.view = view
        self.missing = dict(missing)


class Views:
    """Reads of one service's views. `own` is the origin of its own log.

    What is asked (:meth:`ask`, :meth:`answers`) of the views of `keeping` is kept while nothing happens on which it
    depends, and may be behind the view by `kept.LOOK_SECONDS`; :meth:`wait_for` sees to it that what was waited for is
    in the next answer.
    """

    def __init__(self, pool: Pool, *, own: str, keeping: Iterable[Projection] = ()) -> None:
        self._pool = pool
        self._own = own
        self._topics = {projection.name: Topic(projection.name, projection.types) for projection in keeping}
        self._log = _Log(pool)
        self._kept = Kept(self._log)

    @asynccontextmanager
    async def reading(
        self, name: str, row_factory: AsyncRowFactory[Any] = tuple_row
    ) -> AsyncIterator[AsyncCursor[Any]]:
        """A cursor in a read-only transaction whose search path is the current generation of view `name`.

        The generation cannot be dropped before the block ends. Keep the block short.
        """
        # Without parameters these go as one message: three round trips for a query, not five.
        begin = sql.SQL(_BEGIN + "; " + _ENTER + "{})")
        async with self._pool.connection() as connection:
            await connection.execute(begin.format(sql.Literal(name)))
            try:
                async with connection.cursor(row_factory=row_factory) as cursor:
                    yield cursor
            except BaseException:
                await connection.rollback()
                raise
            await connection.commit()

    async def ask(self, name: str, query: str, parameters: Parameters) -> Rows:
        """The rows of one query on the current generation of view `name`; see :meth:`answers`."""
        (rows,) = await self.answers(Question(name, query, parameters))
        return rows

    async def answers(self, *questions: Question) -> list[Rows]:
        """The rows of each query: those kept, and the others in one round trip and one transaction.

        The guarantee is that of :meth:`reading`. The rows belong to everybody who asks the same: do not change them.
        """
        kept: list[dict[Any, Rows]] = []
        for question in questions:
            topic = self._topics.get(question.view)
            if topic is None:
                kept.append({})
                continue
            kept.append(await self._kept.about(Topic(question.view, question.types) if question.types else topic))
        # A question is its text: of lists and dates it says all there is to say.
        keys = [(question.query, repr(question.parameters)) for question in questions]
        new = [place for place, key in enumerate(keys) if key not in kept[place]]
        if new:
            for place, rows in zip(new, await self._asked([questions[place] for place in new]), strict=True):
                kept[place][keys[place]] = rows
        return [kept[place][key] for place, key in enumerate(keys)]

    async def _asked(self, questions: Sequence[Question]) -> list[Rows]:
        """The parameters are written into the queries by the driver: only a message without any holds several."""
        async with self._pool.connection() as connection:
            cursor = AsyncClientCursor(connection)
            statements = [_BEGIN]
            for view, query, parameters, _types in questions:
                statements += [f"{_ENTER}{sql.Literal(view).as_string()})", cursor.mogrify(query, parameters)]
            try:
                await cursor.execute("; ".join([*statements, "commit"]).encode())
            except BaseException:
                await connection.rollback()
                raise
            found: list[Rows] = []
            for _ in questions:
                cursor.nextset()
                cursor.nextset()
                found.append(await cursor.fetchall())
            return found

    async def wait_for(self, name: str, at_least: Mapping[str, int], timeout: float) -> None:
        """Returns once view `name` has taken in everything that `at_least` names.

        Keys are origins of logs (value: an index that must be applied) or streams (value: a version that must be).
        Raises NotYetVisible after `timeout` seconds, LookupError for a log that the view does not read.
        """
        deadline = asyncio.get_running_loop().time() + timeout
        while True:
            missing = await self._missing(name, at_least)
            if not missing:
                self._kept.look_again()
                return
            if asyncio.get_running_loop().time() >= deadline:
                raise NotYetVisible(name, missing)
            await asyncio.sleep(_POLL_SECONDS)

    async def wait_for_all(self, at_least: Mapping[str, Mapping[str, int]], timeout: float) -> None:
        """The same for several views at once, looked at together: view -> origin -> index that must be applied."""
        deadline = asyncio.get_running_loop().time() + timeout
        waiting = {name: wanted for name, wanted in at_least.items() if wanted}
        while waiting:
            marks = {(mark.view, mark.origin): mark.next for mark in await self._log.marks()}
            for name, wanted in list(waiting.items()):
                missing = {origin: index for origin, index in wanted.items() if marks[name, origin] <= index}
                if not missing:
                    del waiting[name]
                elif asyncio.get_running_loop().time() >= deadline:
                    raise NotYetVisible(name, missing)
            if waiting:
                await asyncio.sleep(_POLL_SECONDS)
        self._kept.look_again()

    async def marks(self, name: str) -> dict[str, int]:
        """Next index by origin of the current generation: what lies below is in the view."""
        async with self._pool.connection() as connection, connection.cursor() as cursor:
            return await _marks(cursor, name)

    async def _missing(self, name: str, at_least: Mapping[str, int]) -> dict[str, int]:
        async with self._pool.connection() as connection, connection.cursor() as cursor:
            marks = await _marks(cursor, name)
            missing: dict[str, int] = {}
            for key, wanted in at_least.items():
                if key in marks:
                    reached = marks[key] > wanted
                else:
                    reached = await self._has(cursor, marks, key, wanted)
                if not reached:
                    missing[key] = wanted
        return missing

    async def _has(self, cursor: Cursor, marks: Mapping[str, int], stream: str, version: int) -> bool:
        await cursor.execute(
            "select %s::text as origin, l.idx from ledger.event e join ledger.log_index l using (position)"
            " where e.stream = %s and e.version = %s"
            " union all select origin, idx from ledger.inbox where stream = %s and version = %s",
            (self._own, stream, version, stream, version),
        )
        found = await cursor.fetchall()
        return any(origin in marks and marks[origin] > index for origin, index in found)


class _Log:
    """The marks of all views, and what the inbox says of the types of events; it is `kept.Log`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def marks(self) -> list[Mark]:
        async with self._pool.connection() as connection:
            cursor = await connection.execute(_ALL_MARKS)
            return [Mark(*row) for row in await cursor.fetchall()]

    async def types(self, span: Span) -> frozenset[str] | None:
        if span.end - span.start > _LOOKED_THROUGH:
            return None
        async with self._pool.connection() as connection:
            rows = await (await connection.execute(_TYPES, span)).fetchall()
        return frozenset(kind for kind, _ in rows) if sum(count for _, count in rows) == span.end - span.start else None


async def _marks(cursor: Cursor, name: str) -> dict[str, int]:
    await cursor.execute(
        "select m.origin, m.next from ledger.projection_mark m"
        " join ledger.view_current c on c.view = m.projection and c.generation = m.generation where c.view = %s",
        (name,),
    )
    marks = dict(await cursor.fetchall())
    if not marks:
        raise LookupError(f"there is no view {name}")
    return marks

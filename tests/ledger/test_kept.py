"""Answers of views that are kept: as long as nothing happens on which they depend, and nobody knows that it did."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from uuid import uuid4

import pytest

from services.ledger.connections import Pool, open_pool
from services.ledger.generations import apply_to
from services.ledger.kept import LOOK_SECONDS, Kept, Mark, Span, Topic
from services.ledger.migrations import apply_schema
from services.ledger.projection import Cursor, Delivered, Projection
from services.ledger.rebuild import rebuild
from services.ledger.runner import Runner
from services.ledger.views import Question, Views
from tests import servers

OURS, THEIRS = "zhucun.test/finance", "zhucun.test/personnel"
PATIENCE = 30
"""Seconds: how long a busy machine may take."""
COUNT = "select count(*)::int from happened"
GRANTED, OTHER = "zhucun.personnel.RoleGranted.v1", "zhucun.personnel.TrainingHeld.v1"


async def note(cursor: Cursor, events: Sequence[Delivered]) -> None:
    await cursor.executemany("insert into happened values (%s, %s)", [(one.type, one.index) for one in events])


HAPPENED = Projection(
    name="happened",
    generation=1,
    ddl="create table {schema}.happened (type text, idx bigint)",
    sources=("finance", "personnel"),
    apply=note,
)


class Desk:
    """The view `happened` of a service, and one who asks it and keeps what it said."""

    def __init__(self, pool: Pool) -> None:
        origins = {"finance": OURS, "personnel": THEIRS}
        self.pool = pool
        self.runner = Runner(pool, service="finance", origins=origins, projections=[HAPPENED])
        self.views = Views(pool, own=OURS, keeping=[HAPPENED])
        self._next = {OURS: 0, THEIRS: 0}

    async def happens(self, kind: str, *, origin: str = THEIRS, waited: bool = True) -> None:
        """One event reaches the view, as a runner of whatever process brings it there."""
        index = self._next[origin]
        event = Delivered(origin, index, str(uuid4()), kind, "s", index + 1, "2017-01-01", {}, b"{}", b"")
        async with self.pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
            if origin == THEIRS:
                await cursor.execute(
                    "insert into ledger.inbox (origin, idx, version, id, stream, type, leaf, body)"
                    " values (%s, %s, %s, %s, %s, %s, %s, %s)",
                    (origin, index, index + 1, event.id, "s", kind, event.leaf, event.body),
                )
            await apply_to(cursor, HAPPENED, 1, origin, [event])
        self._next[origin] += 1
        if waited:
            await self.views.wait_for("happened", {origin: index}, PATIENCE)

    async def count(self) -> int:
        return int((await self.views.ask("happened", COUNT, ()))[0][0])

    async def granted(self) -> list[tuple[int]]:
        """How many roles were granted, which nothing else changes."""
        query = f"{COUNT} where type = %s"
        (rows,) = await self.views.answers(Question("happened", query, (GRANTED,), types=frozenset([GRANTED])))
        return rows


@pytest.fixture
async def desk(postgres_url: str) -> AsyncIterator[Desk]:
    prefix = servers.fresh_prefix()
    pool = await open_pool(await apply_schema(postgres_url, "finance", prefix), name="test")
    try:
        opened = Desk(pool)
        await opened.runner.ensure()
        yield opened
    finally:
        await pool.close()
        servers.drop_databases(prefix)


async def test_what_moved_is_in_the_answer_a_moment_later_and_at_once_for_who_waited(desk: Desk) -> None:
    assert await desk.count() == 0
    await desk.happens(GRANTED)
    assert await desk.count() == 1
    await desk.happens("zhucun.finance.FundsReceived.v1", origin=OURS, waited=False)
    await asyncio.sleep(LOOK_SECONDS * 1.1)
    assert await desk.count() == 2


async def test_an_answer_is_asked_again_only_when_something_happened_on_which_it_depends(desk: Desk) -> None:
    await desk.happens(GRANTED)
    first, everything = await desk.granted(), await desk.views.ask("happened", COUNT, ())
    await desk.happens(OTHER)
    await desk.happens("zhucun.finance.FundsReceived.v1", origin=OURS)
    assert await desk.granted() is first
    assert await desk.views.ask("happened", COUNT, ()) != everything
    await desk.happens(OTHER)
    await desk.happens(GRANTED)
    assert await desk.granted() == [(2,)]


async def test_a_view_says_of_itself_what_changes_it(desk: Desk) -> None:
    desk.views = Views(desk.pool, own=OURS, keeping=[replace(HAPPENED, types=frozenset([GRANTED]))])
    assert await desk.count() == 0
    await desk.happens(OTHER)
    assert await desk.count() == 0, "it was told that these change nothing"
    await desk.happens(GRANTED)
    assert await desk.count() == 2


async def test_questions_asked_together_are_answered_in_their_order_kept_or_not(desk: Desk) -> None:
    await desk.happens(GRANTED)
    await desk.happens(OTHER)
    assert await desk.count() == 2
    asked = [Question("happened", f"{COUNT} where idx < %s", (below,)) for below in (0, 1)]
    assert await desk.views.answers(asked[0], Question("happened", COUNT), asked[1]) == [[(0,)], [(2,)], [(1,)]]


async def test_a_view_built_anew_is_asked_anew(desk: Desk) -> None:
    asked = await desk.granted()
    await rebuild(desk.pool, desk.runner, "happened")
    await asyncio.sleep(LOOK_SECONDS * 1.1)
    assert await desk.granted() is not asked


class Moving:
    """A log whose one view has moved on after each look."""

    def __init__(self) -> None:
        self.looks = 0
        self.kept = Kept(self, clock=lambda: 0.0)

    async def marks(self) -> list[Mark]:
        self.looks += 1
        if self.looks == 1:
            self.kept.look_again()  # somebody sees it move while it is being looked at
        return [Mark("v", 1, OURS, self.looks)]

    async def types(self, span: Span) -> frozenset[str] | None:
        return None


async def test_a_look_that_began_before_somebody_saw_a_move_does_not_count() -> None:
    log, topic = Moving(), Topic("v", frozenset())
    (await log.kept.about(topic))["how many"] = [(5,)]
    assert "how many" not in await log.kept.about(topic)
    await log.kept.about(topic)
    assert log.looks == 2


async def test_who_asked_before_a_view_moved_leaves_his_answer_to_nobody() -> None:
    log, topic = Moving(), Topic("v", frozenset())
    slow = await log.kept.about(topic)
    quick = await log.kept.about(topic)
    slow["how many"] = [(5,)]
    assert "how many" not in quick
    assert "how many" not in await log.kept.about(topic)

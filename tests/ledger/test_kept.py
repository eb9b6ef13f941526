"""Answers of views that are kept: as long as the views stand, and no longer than somebody knows that they moved."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from services.ledger.connections import Pool, open_pool
from services.ledger.generations import apply_to
from services.ledger.kept import LOOK_SECONDS, Kept, Mark, Topic
from services.ledger.migrations import apply_schema
from services.ledger.projection import Cursor, Delivered, Projection
from services.ledger.rebuild import rebuild
from services.ledger.runner import Runner
from services.ledger.views import Question, Views
from tests import servers

OURS, THEIRS = "zhucun.test/finance", "zhucun.test/personnel"
COUNT = "select count(*)::int from happened"
THEIR_COUNT = "select count(*)::int from happened where origin = %s"


async def note(cursor: Cursor, events: list[Delivered]) -> None:
    await cursor.executemany("insert into happened values (%s, %s)", [(one.origin, one.index) for one in events])


HAPPENED = Projection(
    name="happened",
    generation=1,
    ddl="create table {schema}.happened (origin text, idx bigint)",
    sources=("finance", "personnel"),
    apply=note,  # type: ignore[arg-type]  # a list is what it is given here
)


class Desk:
    """The view `happened` of a service, with one who asks and keeps, and one who never keeps."""

    def __init__(self, pool: Pool) -> None:
        origins = {"finance": OURS, "personnel": THEIRS}
        self.pool = pool
        self.runner = Runner(pool, service="finance", origins=origins, projections=[HAPPENED])
        self.views = Views(pool, own=OURS, keeping=True)
        self._next = {OURS: 0, THEIRS: 0}

    async def happens(self, origin: str) -> None:
        """One event reaches the view, as a runner of whatever process brings it there."""
        index = self._next[origin]
        event = Delivered(origin, index, str(index), "t", "s", index + 1, "2017-01-01T00:00:00.000000Z", {}, b"", b"")
        async with self.pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
            await apply_to(cursor, HAPPENED, 1, origin, [event])
        self._next[origin] += 1

    async def count(self) -> int:
        return int((await self.views.ask("happened", COUNT, ()))[0][0])

    async def theirs(self) -> list[tuple[int]]:
        (rows,) = await self.views.answers(Question("happened", THEIR_COUNT, (THEIRS,), services=("personnel",)))
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
    await desk.happens(OURS)
    await desk.views.wait_for("happened", {OURS: 0}, 1)
    assert await desk.count() == 1
    await desk.happens(OURS)
    await asyncio.sleep(LOOK_SECONDS * 1.1)
    assert await desk.count() == 2


async def test_an_answer_is_asked_again_only_when_what_it_depends_on_has_moved(desk: Desk) -> None:
    await desk.happens(THEIRS)
    first, everything = await desk.theirs(), await desk.views.ask("happened", COUNT, ())
    await desk.happens(OURS)
    await desk.views.wait_for("happened", {OURS: 0}, 1)
    assert await desk.theirs() is first, "a mark of another log takes nothing away"
    assert await desk.views.ask("happened", COUNT, ()) != everything
    await desk.happens(THEIRS)
    await desk.views.wait_for("happened", {THEIRS: 1}, 1)
    assert await desk.theirs() == [(2,)]


async def test_questions_asked_together_are_answered_in_their_order_kept_or_not(desk: Desk) -> None:
    await desk.happens(THEIRS)
    assert await desk.theirs() == [(1,)]
    theirs = Question("happened", THEIR_COUNT, (THEIRS,), services=("personnel",))
    ours = Question("happened", THEIR_COUNT, (OURS,))
    assert await desk.views.answers(ours, theirs, Question("happened", COUNT)) == [[(0,)], [(1,)], [(1,)]]


async def test_a_view_built_anew_is_asked_anew(desk: Desk) -> None:
    asked = await desk.views.ask("happened", "select version()", ())
    await rebuild(desk.pool, desk.runner, "happened")
    await asyncio.sleep(LOOK_SECONDS * 1.1)
    assert await desk.views.ask("happened", "select version()", ()) is not asked


async def test_who_asked_before_a_view_moved_leaves_his_answer_to_nobody() -> None:
    now, marks = [0.0], [Mark("v", 1, OURS, 5)]

    async def read_marks() -> list[Mark]:
        return list(marks)

    kept, topic = Kept(read_marks, clock=lambda: now[0]), Topic("v", ())
    slow = await kept.about(topic)
    marks[0] = Mark("v", 1, OURS, 6)
    now[0] += LOOK_SECONDS * 2
    quick = await kept.about(topic)
    slow["how many"] = [(5,)]
    assert "how many" not in quick
    assert "how many" not in await kept.about(topic)


async def test_a_look_that_began_before_somebody_saw_a_move_does_not_count() -> None:
    marks = [Mark("v", 1, OURS, 5)]
    looks: list[int] = []

    async def read_marks() -> list[Mark]:
        found = list(marks)
        looks.append(found[0].next)
        if len(looks) == 1:
            marks[0] = Mark("v", 1, OURS, 6)
            kept.look_again()
        return found

    kept, topic = Kept(read_marks, clock=lambda: 0.0), Topic("v", ())
    (await kept.about(topic))["how many"] = [(5,)]
    assert "how many" not in await kept.about(topic)
    assert looks == [5, 6]

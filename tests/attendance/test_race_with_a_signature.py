"""A check-in that is under way while its month is drawn up and signed: it is on the signed sheet, or it was refused.

Two processes keep the log, each with states and locks of its own; only PostgreSQL stands between them.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import pytest

from contracts.attendance import CheckInMethod
from contracts.calendar import load_calendar
from contracts.fact import Actor
from contracts.identifiers import Role
from services.attendance import commands as cmd
from services.attendance.domain import decide
from services.attendance.gathering import calendars
from services.attendance.known import Known, Leadership, Post
from services.attendance.periods import sheet_in_reach
from services.attendance.said import register_of, sheet_of
from services.attendance.sheets.domain import sheet_in
from services.attendance.sheets.gathering import with_registers
from services.attendance.state import evolve, initial
from services.ledger.connections import open_pool
from services.ledger.migrations import apply_schema
from services.ledger.store import Store, Stored
from services.runtime.commands import Refused, Request, Workbench
from services.runtime.decisions import Act
from tests import servers
from tests.attendance.office import PARAMETERS, UNIT, VILLAGE

MONTH = "2016-12"
SUNDAY, SATURDAY = date(2016, 12, 18), date(2016, 12, 31)
"""Rest days: a presence on them changes the sheet, and nothing pends on them."""
_numbers = count(1)
LEADER, DIRECTOR = (Actor(person="P009001", role=role) for role in (Role.TEAM_LEADER, Role.VILLAGE_DIRECTOR))


class Interrupted(Store):
    """The store, with something that happens elsewhere between a decision and its append."""

    meanwhile: Callable[[], Awaitable[Any]] | None = None

    async def append(self, *args: Any, **named: Any) -> list[Stored]:
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        return await super().append(*args, **named)


class Process:
    """One process: its own connections, cached states and locks."""

    def __init__(self, store: Interrupted) -> None:
        self.store = store
        self.workbench: Workbench[Any] = Workbench(store, initial=initial, evolve=evolve)

    async def give(self, team: str, command: Any, by: Actor, now: datetime) -> bool:
        """Whether the command was taken."""
        person = f"P{team[1:]}"
        known = Known(
            place=VILLAGE,
            posts={person: (Post(team, VILLAGE, UNIT, date(2016, 6, 1)),)},
            leaders={team: (Leadership("P009001", date(2016, 6, 1)),)},
            calendars=calendars(),
            villages={team: VILLAGE},
        )
        if isinstance(command, cmd.CheckIn):
            keys = [register_of(person), *sheet_in_reach(team, command.date, now.date())]
        else:
            keys = list(with_registers(command, known))
        rules = PARAMETERS.at(now.date())
        act: Act[Any, Known] = Act(command, by, now, now.date(), rules, known)
        request = Request(by.person, now, now.date(), "c", None, b"")
        try:
            await self.workbench.execute(request, keys, lambda states: decide(act, states))
        except Refused:
            return False
        return True

    async def signed_letters(self, team: str) -> str | None:
        """The person's row of the signed sheet, None while none is signed."""
        key = sheet_of(team, MONTH)
        current = sheet_in(await self.workbench.states([key]), team, MONTH).current
        return None if current is None or current.step.value == "drafted" else current.rows[0].days


@pytest.fixture
async def processes(database_prefix: str) -> AsyncIterator[tuple[Process, Process]]:
    url = await apply_schema(servers.postgres_url(), "attendance", database_prefix)
    pools = [await open_pool(url, name="test", max_size=8) for _ in range(2)]
    origin = "zhucun.test/attendance"
    first, second = (Process(Interrupted(pool, service="attendance", origin=origin)) for pool in pools)
    yield first, second
    for pool in pools:
        await pool.close()


def team() -> str:
    return f"T{next(_numbers):06d}"


def at(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def check_in(team: str, day: date, number: int = 0) -> cmd.CheckIn:
    record, person, method = f"d{day:%m%d}-{number}", f"P{team[1:]}", CheckInMethod.GPS
    return cmd.CheckIn(person=person, team=team, village=VILLAGE, date=day, method=method, record=record)


def person_of(team: str) -> Actor:
    return Actor(person=f"P{team[1:]}", role=Role.MEMBER)


async def sign(process: Process, team: str, now: datetime) -> bool:
    """The month drawn up and signed at once."""
    drafted = await process.give(team, cmd.DraftSheet(team=team, month=MONTH), LEADER, now)
    return drafted and await process.give(team, cmd.SignSheet(team=team, month=MONTH, version=1), DIRECTOR, now)


async def month_on_record(process: Process, team: str, *, but: Sequence[date]) -> None:
    """A check-in on every duty day."""
    calendar = load_calendar(2016)
    for number in range(1, 32):
        day = date(2016, 12, number)
        if calendar.is_duty_day(day) and day not in but:
            assert await process.give(team, check_in(team, day), person_of(team), at(day))


async def test_a_check_in_that_was_decided_before_the_signature_is_decided_again(
    processes: tuple[Process, Process],
) -> None:
    here, there = processes
    unit = team()
    await month_on_record(here, unit, but=())
    now = at(date(2017, 1, 2), 1)

    async def signed_meanwhile() -> None:
        assert await sign(there, unit, now)

    here.store.meanwhile = signed_meanwhile
    taken = await here.give(unit, check_in(unit, SATURDAY), person_of(unit), now)
    letters = await there.signed_letters(unit)
    assert letters is not None
    assert (taken, letters[SATURDAY.day - 1]) == (False, "R")


async def test_a_signature_that_was_decided_before_a_first_record_is_decided_again(
    processes: tuple[Process, Process],
) -> None:
    """Nothing at all is recorded of the person: the stream of his year comes into being meanwhile."""
    here, there = processes
    unit = team()
    now = at(date(2017, 1, 3), 17)  # an hour after the horizon of Saturday, for which the record came in time
    assert await here.give(unit, cmd.DraftSheet(team=unit, month=MONTH), LEADER, now)

    async def arrives_meanwhile() -> None:
        assert await there.give(unit, check_in(unit, SATURDAY), person_of(unit), at(date(2017, 1, 3), 15))

    here.store.meanwhile = arrives_meanwhile
    signed = await here.give(unit, cmd.SignSheet(team=unit, month=MONTH, version=1), DIRECTOR, now)
    assert (signed, await there.signed_letters(unit)) == (False, None)


async def test_whatever_comes_first_nothing_acknowledged_is_missing_from_what_is_signed(
    processes: tuple[Process, Process],
) -> None:
    here, there = processes
    now = at(date(2017, 1, 3), 15)
    for number in range(24):
        unit = team()
        if number % 2:
            await here.give(unit, check_in(unit, SUNDAY), person_of(unit), at(SUNDAY))
        late = asyncio.sleep(0.001 * (number % 6))
        arriving = there.give(unit, check_in(unit, SATURDAY), person_of(unit), now)
        taken, signed = await asyncio.gather(after(late, arriving), sign(here, unit, now))
        letters = await there.signed_letters(unit)
        assert signed is (letters is not None)
        assert letters is None or letters[SATURDAY.day - 1] == ("P" if taken else "R")


async def after(first: Awaitable[Any], then: Awaitable[bool]) -> bool:
    await first
    return await then

"""The view `staffing` on a real PostgreSQL: strength of teams and replacements under way, in any batches."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from psycopg import AsyncConnection

from contracts.envelope import encode
from services.ledger.projection import Delivered, delivered
from services.personnel import queries
from services.personnel.projections import STAFFING, apply
from tests.personnel.registry import COUNTY, OTHER_VILLAGE, TEAM, TOWNSHIP, VILLAGE, Registry, person, six_strong

ORIGIN = "zhucun.test/personnel"


def log_of(registry: Registry) -> list[Delivered]:
    """What was recorded, as a sealed log gives it."""
    found = []
    for index, emit in enumerate(registry.emits):
        event = encode(
            emit.fact,
            service="personnel",
            event_id=str(UUID(int=index)),
            origin=ORIGIN,
            stream=emit.stream,
            version=1,
            prev=None,
            recorded=datetime(2017, 3, 1, tzinfo=UTC),
            correlation="c",
            causation=None,
            salt=lambda: b"0" * 16,
        )
        found.append(delivered(ORIGIN, index, event.body, event.leaf))
    return found


@pytest.fixture
async def connection(postgres_url: str) -> AsyncIterator[AsyncConnection[Any]]:
    async with await AsyncConnection.connect(postgres_url) as opened:
        yield opened
        await opened.rollback()


async def shown(connection: AsyncConnection[Any], log: list[Delivered], batch: int = 3) -> dict[str, Any]:
    """What the queries say after the log was applied in batches of that size."""
    schema = f"personnel_test_{batch}"
    async with connection.cursor() as cursor:
        await cursor.execute(f"create schema {schema}".encode())
        await cursor.execute(f"set search_path = {schema}, pg_catalog".encode())
        await cursor.execute(STAFFING.ddl.format(schema=schema).encode())
        for start in range(0, len(log), batch):
            await apply(cursor, log[start : start + batch])
        return {
            "all": await queries.strength(cursor, COUNTY),
            "weak": await queries.strength(cursor, TOWNSHIP, weak=True),
            "elsewhere": await queries.strength(cursor, OTHER_VILLAGE[:9]),
            "at_township": await queries.forced(cursor, "township", COUNTY, 10),
            "at_county": await queries.forced(cursor, "county", COUNTY, 10),
        }


async def test_a_team_of_six_is_shown_and_not_among_the_weak(connection: AsyncConnection[Any]) -> None:
    seen = await shown(connection, log_of(six_strong()))
    assert [(row["team"], row["village"], row["strength"], row["weak_since"]) for row in seen["all"]] == [
        (TEAM, VILLAGE, 6, None)
    ]
    assert (seen["weak"], seen["elsewhere"]) == ([], [])


async def test_a_weak_team_is_weak_since_the_first_loss_until_it_is_restored(connection: AsyncConnection[Any]) -> None:
    registry = six_strong()
    registry.end(6, date(2017, 2, 1))
    registry.end(5, date(2017, 2, 10))
    registry.assign(7, date(2017, 2, 20))
    seen = await shown(connection, log_of(registry))
    assert [(row["strength"], row["weak_since"]) for row in seen["weak"]] == [(5, date(2017, 2, 1))]
    registry.assign(8, date(2017, 2, 25))
    seen = await shown(connection, log_of(registry), batch=2)
    assert (seen["weak"], seen["all"][0]["strength"]) == ([], 6)


async def test_a_forced_replacement_waits_for_the_next_level_until_it_is_decided(
    connection: AsyncConnection[Any],
) -> None:
    registry = six_strong()
    registry.misconduct()
    registry.educate()
    registry.not_corrected()
    registry.request()
    seen = await shown(connection, log_of(registry), 1)
    assert [(row["person"], row["village"]) for row in seen["at_township"]] == [(person(2), VILLAGE)]
    registry.escalate()
    seen = await shown(connection, log_of(registry), 2)
    assert (seen["at_township"], [row["person"] for row in seen["at_county"]]) == ([], [person(2)])
    registry.force()
    seen = await shown(connection, log_of(registry), 4)
    assert (seen["at_township"], seen["at_county"]) == ([], [])


async def test_the_rows_are_the_same_however_the_log_is_cut_into_batches(connection: AsyncConnection[Any]) -> None:
    registry = six_strong()
    registry.end(6)
    registry.misconduct()
    registry.educate()
    registry.not_corrected()
    registry.request()
    log = log_of(registry)
    whole = await shown(connection, log, len(log))
    for batch in (1, 2, 5):
        assert await shown(connection, log, batch) == whole

"""The view `sheets` on a real PostgreSQL: what each sheet lacks, in any batches, and a version it does not know."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from psycopg import AsyncConnection
from psycopg.rows import dict_row

from contracts.attendance import DayStatus, SpotCheckFinding
from services.attendance import commands as cmd
from services.attendance.sheets.projection import SHEETS
from services.attendance.sheets.queries import checks, missing_of
from services.ledger.projection import Delivered
from tests.attendance.logs import attendance_log
from tests.attendance.office import (
    BY_COMMITTEE,
    BY_COUNTY,
    BY_LEADER,
    BY_SECRETARY,
    BY_TOWNSHIP,
    COLLEAGUE,
    MEMBER,
    OTHER_UNIT,
    TEAM,
    TOWNSHIP,
    UNIT,
)
from tests.attendance.test_sheets import APRIL, CORRECT, DRAFT, FEED_BACK, FILE, REVIEW, SIGN, SUBMIT, reviewed

TABLES = ("sheet", "filing", "feedback", "overdue", "correction_request", "check_plan", "check_visit")


@pytest.fixture
async def connection(postgres_url: str) -> AsyncIterator[AsyncConnection[Any]]:
    async with await AsyncConnection.connect(postgres_url) as opened:
        yield opened
        await opened.rollback()


async def build(connection: AsyncConnection[Any], batches: Sequence[Sequence[Delivered]], schema: str) -> None:
    async with connection.cursor() as cursor:
        await cursor.execute(f"create schema {schema}".encode())
        await cursor.execute(f"set search_path = {schema}, pg_catalog".encode())
        await cursor.execute(SHEETS.ddl.replace("{schema}", schema).encode())
        for batch in batches:
            await SHEETS.apply(cursor, batch)


def two_versions() -> list[Delivered]:
    """April reviewed, filed, fed back, corrected, and again up to the review; a spot check of two, one not there."""
    office = reviewed()
    for command in (FILE, FEED_BACK):
        office.when(command, BY_COMMITTEE)
    office.when(cmd.RequestCorrection(**CORRECT.model_dump(exclude={"supersedes"})), BY_COMMITTEE)
    office.when(CORRECT, BY_TOWNSHIP)
    office.when(DRAFT, BY_LEADER)
    office.when(SIGN.model_copy(update={"version": 2}), BY_SECRETARY)
    office.when(SUBMIT, BY_LEADER)
    office.when(REVIEW, BY_TOWNSHIP)
    findings = ((MEMBER, SpotCheckFinding.ABSENT), (COLLEAGUE, SpotCheckFinding.PRESENT))
    found = tuple(cmd.Finding(person=person, finding=finding) for person, finding in findings)
    check = cmd.RecordSpotCheck(check="C1", team=TEAM, date=date(2017, 5, 4), findings=found)
    assert isinstance(office.when(check, BY_COUNTY), list)
    assert CORRECT.status is DayStatus.TRAVEL
    return attendance_log(office)


async def test_the_latest_version_says_what_is_missing_and_the_first_stays(connection: AsyncConnection[Any]) -> None:
    await build(connection, [two_versions()], "one")
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute("select * from latest")
        (latest,) = await cursor.fetchall()
        await cursor.execute("select version, step, superseded, signer from sheet order by version")
        versions = await cursor.fetchall()
        await cursor.execute("select settled from correction_request")
        requests = await cursor.fetchall()
        found = await checks(cursor, TOWNSHIP, date(2017, 1, 1), date(2017, 12, 31))
    assert (latest["version"], latest["month"], missing_of(latest)) == (2, APRIL, ["XZ", "XP", UNIT, OTHER_UNIT])
    assert [(row["version"], row["step"], row["superseded"]) for row in versions] == [
        (1, "reviewed", 2),
        (2, "reviewed", None),
    ]
    assert versions[1]["signer"] == BY_SECRETARY.person
    assert requests == [{"settled": True}]
    assert [(row["check_id"], row["visits"], row["persons"], row["absent"]) for row in found] == [("C1", 1, 2, 1)]


async def test_the_rows_do_not_depend_on_batches(connection: AsyncConnection[Any]) -> None:
    log = two_versions()
    shown = []
    for schema, batches in {"whole": [log], "single": [[event] for event in log], "half": [log[:9], log[9:]]}.items():
        await build(connection, batches, schema)
        async with connection.cursor() as cursor:
            rows = []
            for table in TABLES:
                await cursor.execute(f"select * from {table} order by 1, 2, 3".encode())
                rows.append(await cursor.fetchall())
            shown.append(rows)
    assert shown[0] == shown[1] == shown[2]
    assert sum(map(len, shown[0])) >= 8


async def test_a_version_of_a_fact_that_the_view_does_not_know_stops_it(connection: AsyncConnection[Any]) -> None:
    await build(connection, [], "stopped")
    drafted = next(event for event in two_versions() if event.type.endswith("MonthlySheetDrafted.v1"))
    newer = replace(drafted, type=drafted.type.replace(".v1", ".v2"))
    async with connection.cursor() as cursor:
        with pytest.raises(ValueError, match="unknown to the view"):
            await SHEETS.apply(cursor, [newer])

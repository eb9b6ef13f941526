"""Sealed logs and the view built from them, for tests: what was recorded as events, and the register on PostgreSQL."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection, AsyncCursor

from contracts import personnel
from contracts.envelope import encode
from contracts.fact import Actor, Fact
from contracts.identifiers import Role
from services.attendance.projections import REGISTER, apply
from services.ledger.projection import Delivered, delivered
from tests.attendance.office import FROM, LEADER, MEMBER, TEAM, UNIT, VILLAGE, Office

TABLES = (
    "check_in",
    "backfill",
    "void",
    "spot_check",
    "absence",
    "ruling",
    "correction",
    "travel",
    "leave",
    "training",
    "secondment",
    "lodging",
    "signal",
    "warning",
    "pace_lost",
    "year_closed",
)
HEADER: dict[str, Any] = {
    "actor": Actor(person="P000010", role=Role.TOWNSHIP),
    "article": "5",
    "ruleset": "kunming-2016-1",
    "place": VILLAGE,
}


def attendance_log(office: Office) -> list[Delivered]:
    """Everything that the office recorded, sealed in that order."""
    return [
        _event("attendance", recorded.fact, index, UUID(recorded.id), recorded.stream, recorded.version, moment)
        for index, (recorded, moment) in enumerate(zip(office.recorded, office.times, strict=True))
    ]


def personnel_log(facts: Iterable[Fact], recorded: datetime = datetime(2016, 1, 1, tzinfo=UTC)) -> list[Delivered]:
    """Facts of personnel, each in a stream of its own, sealed in that order."""
    return [
        _event("personnel", fact, index, UUID(int=10_000 + index), f"posting/{index}", 1, recorded)
        for index, fact in enumerate(facts)
    ]


def posted(person: str, starts_on: date = FROM) -> personnel.TeamMemberAssigned:
    return personnel.TeamMemberAssigned(
        **HEADER,
        person=person,
        team=TEAM,
        village=VILLAGE,
        unit=UNIT,
        unit_level=personnel.UnitLevel.COUNTY,
        source=personnel.MemberSource.OTHER,
        starts_on=starts_on,
    )


def trained(person: str, first: date, last: date) -> personnel.TrainingAttended:
    return personnel.TrainingAttended(
        **HEADER,
        person=person,
        training="K1",
        organiser=personnel.TrainingLevel.COUNTY,
        starts_on=first,
        ends_on=last,
    )


def seconded(person: str, first: date, last: date) -> list[Fact]:
    return [
        personnel.SecondmentDetected(**HEADER, person=person, unit=UNIT, starts_on=first),
        personnel.SecondmentEnded(**HEADER, person=person, unit=UNIT, last_day=last),
    ]


def postings(*persons: str, last_day: date | None = None) -> list[dict[str, Any]]:
    """Rows as the directory has them."""
    return [{"person": person, "starts_on": FROM, "last_day": last_day} for person in persons or (MEMBER, LEADER)]


def parsed(events: Iterable[Delivered]) -> list[dict[str, Any]]:
    """Envelopes as the assessment reads them."""
    return [json.loads(event.body) for event in events]


async def build(connection: AsyncConnection[Any], logs: Sequence[Sequence[Delivered]], schema: str = "reg") -> None:
    """The view in a schema of its own, fed with these batches in this order; the search path is left on it."""
    async with connection.cursor() as cursor:
        await cursor.execute(f"create schema {schema}".encode())
        await cursor.execute(f"set search_path = {schema}, pg_catalog".encode())
        await cursor.execute(REGISTER.ddl.replace("{schema}", schema).encode())
        for batch in logs:
            await apply(cursor, batch)


async def rows(cursor: AsyncCursor[Any]) -> dict[str, list[Any]]:
    found = {}
    for table in TABLES:
        await cursor.execute(f"select * from {table} order by 1, 2".encode())
        found[table] = await cursor.fetchall()
    return found


def _event(
    service: str, fact: Fact, index: int, event: UUID, stream: str, version: int, recorded: datetime
) -> Delivered:
    encoded = encode(
        fact,
        service=service,
        event_id=str(event),
        origin=f"zhucun.test/{service}",
        stream=stream,
        version=version,
        prev=None if version == 1 else b"0" * 32,
        recorded=recorded,
        correlation="c",
        causation=None,
        salt=lambda: b"0" * 16,
    )
    return delivered(f"zhucun.test/{service}", index, encoded.body, encoded.leaf)

"""The view `balances` on a real PostgreSQL: the same rows however the log is cut into batches, and what it shows."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import AsyncConnection

from contracts import finance
from contracts.envelope import encode
from contracts.fact import Fact
from contracts.finance import FundKind, Use
from services.finance import queries
from services.finance.projections import BALANCES, apply
from services.finance.state import PaymentState
from services.ledger.projection import Delivered, delivered
from tests.finance.treasury import COUNTY, OTHER_TOWNSHIP, TEAM, TOWNSHIP, VILLAGE, Treasury, fen

ORIGIN = "zhucun.test/finance"
TABLES = ("book", "line", "payment", "appropriation")


def log_of(facts: Sequence[Fact], at: datetime = datetime(2016, 12, 31, 15, 59, tzinfo=UTC)) -> list[Delivered]:
    """The facts as a sealed log gives them, one minute apart."""
    found = []
    for index, fact in enumerate(facts):
        stream = type(fact).STREAM.format(**{**dict(fact), "kind": getattr(fact, "kind", None), "year": 2017})
        event = encode(
            fact,
            service="finance",
            event_id=str(UUID(int=index)),
            origin=ORIGIN,
            stream=stream,
            version=1,
            prev=None,
            recorded=at + timedelta(minutes=index),
            correlation="c",
            causation=None,
            salt=lambda: b"0" * 16,
        )
        found.append(delivered(ORIGIN, index, event.body, event.leaf))
    return found


def a_year() -> Treasury:
    """W66 and around it: money in, one payment made, one approved, one asked for, one given back."""
    treasury = Treasury(date(2017, 1, 1))
    treasury.fund(fen("50000"))
    treasury.contribute(fen("20000"))
    for payment in ("Y1", "Y2", "Y3", "Y4"):
        treasury.request(fen("1000") + int(payment[1:]), payment, FundKind.WORK, Use.OFFICE)
    for payment in ("Y1", "Y2", "Y4"):
        treasury.approve(payment, FundKind.WORK)
    treasury.pay("Y1", FundKind.WORK)
    treasury.release("Y4", FundKind.WORK)
    return treasury


@pytest.fixture
async def connection(postgres_url: str) -> AsyncIterator[AsyncConnection[Any]]:
    async with await AsyncConnection.connect(postgres_url) as opened:
        yield opened
        await opened.rollback()


async def rows_after(connection: AsyncConnection[Any], log: list[Delivered], batch: int) -> dict[str, list[Any]]:
    """All rows of the view after the log was applied in batches of that size, in a schema of its own."""
    schema = f"finance_test_{batch}"
    async with connection.cursor() as cursor:
        await cursor.execute(f"create schema {schema}".encode())
        await cursor.execute(f"set search_path = {schema}, pg_catalog".encode())
        await cursor.execute(BALANCES.ddl.format(schema=schema).encode())
        for start in range(0, len(log), batch):
            await apply(cursor, log[start : start + batch])
        found = {}
        for table in TABLES:
            await cursor.execute(f"select * from {table} order by 1, 2, 3".encode())
            found[table] = await cursor.fetchall()
    return found


async def test_the_rows_are_the_same_however_the_log_is_cut_into_batches(connection: AsyncConnection[Any]) -> None:
    log = log_of(a_year().facts)
    whole = await rows_after(connection, log, len(log))
    assert [len(whole[table]) for table in TABLES] == [2, len(log) - 3, 4, 1]
    for batch in (1, 2, 3, 5):
        assert await rows_after(connection, log, batch) == whole


async def test_the_view_agrees_with_the_folded_books(connection: AsyncConnection[Any]) -> None:
    treasury = a_year()
    log = log_of(treasury.facts)
    await rows_after(connection, log, 4)
    async with connection.cursor() as cursor:
        shown = await queries.balances(cursor, COUNTY)
        elsewhere = await queries.balances(cursor, OTHER_TOWNSHIP)
    assert elsewhere == {"books": [], "appropriations": []}
    assert len(shown["books"]) == 2
    for row in shown["books"]:
        book = treasury.book(kind=FundKind(row["kind"]))
        figures = {name: getattr(book, name) for name in ("allotted", "contributed", "reserved", "disbursed")}
        assert {name: row[name] for name in figures} == figures
        assert (row["team"], row["village"], row["available"]) == (TEAM, VILLAGE, book.available)
    (appropriation,) = shown["appropriations"]
    assert (appropriation["recipient"], appropriation["received"]) == (TOWNSHIP, fen("50000"))


async def test_w66_a_statement_opens_with_what_the_year_before_left(connection: AsyncConnection[Any]) -> None:
    treasury = Treasury()
    treasury.contribute(fen("12345.67"))
    treasury.request(fen("345.67"), kind=FundKind.WORK, use=Use.TRAVEL)
    await rows_after(connection, log_of(treasury.facts), 10)
    async with connection.cursor() as cursor:
        before = await queries.statement(cursor, TEAM, "work", 2016)
        after = await queries.statement(cursor, TEAM, "work", 2017)
        given = await queries.contributed(cursor, TEAM, 2017)
    # Recorded at 15:59 and 16:00 UTC: the last minute of 2016 and the first of 2017 in Kunming.
    assert (before["opening"]["balance"], [line["type"] for line in before["lines"]]) == (0, ["WorkFundContributed"])
    assert after["opening"] == {"balance": fen("12345.67"), "reserved": 0}
    assert [line["type"] for line in after["lines"]] == ["SpendingRequested"]
    assert given == {"O0001": fen("12345.67")}


async def test_what_waits_is_listed_by_step_and_area(connection: AsyncConnection[Any]) -> None:
    await rows_after(connection, log_of(a_year().facts), 10)
    async with connection.cursor() as cursor:
        to_approve = await queries.waiting(cursor, PaymentState.REQUESTED, TOWNSHIP, 10)
        to_pay = await queries.waiting(cursor, PaymentState.RESERVED, TOWNSHIP, 10)
        elsewhere = await queries.waiting(cursor, PaymentState.RESERVED, OTHER_TOWNSHIP, 10)
    assert [row["payment"] for row in to_approve] == ["Y3"]
    assert [(row["payment"], row["approved_by"]) for row in to_pay] == [("Y2", "P000005")]
    assert elsewhere == []


async def test_a_fact_of_money_that_the_view_does_not_know_stops_it(connection: AsyncConnection[Any]) -> None:
    (known,) = log_of(a_year().facts[:1])
    unknown = replace(known, type="zhucun.finance.FundAppropriated.v2")
    with pytest.raises(ValueError, match="unknown to the view"):
        await rows_after(connection, [unknown], 1)


async def test_a_log_that_overspends_stops_the_view(connection: AsyncConnection[Any]) -> None:
    facts = a_year().facts
    paid = next(fact for fact in facts if type(fact).NAME == "FundReserved")
    log = log_of([*facts, paid.model_copy(update={"amount": fen("20000")})])
    with pytest.raises(psycopg.errors.CheckViolation):
        await rows_after(connection, log, 5)


async def test_refused_commands_in_the_log_change_no_book(connection: AsyncConnection[Any]) -> None:
    log = [replace(event, type="zhucun.finance.CommandRefused.v1") for event in log_of(a_year().facts)]
    assert await rows_after(connection, log, 5) == {table: [] for table in TABLES}


def test_the_year_of_these_tests_holds_every_fact_of_finance() -> None:
    assert {type(fact) for fact in a_year().facts} == set(finance.EVENTS)

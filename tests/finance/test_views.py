"""The view `balances` on a real PostgreSQL: the same rows however the log is cut into batches, and what it shows."""

import csv
import io
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import AsyncConnection, AsyncCursor

from contracts import finance
from contracts.envelope import encode
from contracts.fact import Fact
from contracts.finance import FundKind, FundSource, Use
from services.finance import queries
from services.finance.projections import _PASSING, BALANCES, apply
from services.finance.state import BrokenBooks, PaymentState
from services.finance.statements.sheets import book_csv
from services.finance.statements.statement import Statement, statement_of, statements_of
from services.ledger.projection import Delivered, delivered
from tests.finance.treasury import COUNTY, COUNTY_FINANCE, OTHER_TOWNSHIP, TEAM, TOWNSHIP, VILLAGES, Treasury, fen
from tests.finance.village import DONOR, PROJECT, Village

ORIGIN = "zhucun.test/finance"
TABLES = ("book", "line", "payment", "appropriation", "entry", "account")


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


GIVEN_FOR_A_PROJECT = {
    "kind": FundKind.OTHER,
    "source": FundSource.INVESTOR,
    "giver": DONOR.person,
    "project": PROJECT,
}


def a_year() -> Treasury:
    """W66 and around it: every way in, payments at every stage, what came back, and the year's end."""
    treasury = Village(date(2017, 1, 1))
    treasury.fund(fen("50000"))
    treasury.contribute(fen("20000"))
    treasury.assist(fen("3000"))
    for payment in ("Y1", "Y2", "Y3", "Y4", "Y5", "Y6"):
        treasury.request(fen("1000") + int(payment[1:]), payment, FundKind.WORK, Use.OFFICE)
    for payment in ("Y1", "Y2", "Y4", "Y6"):
        treasury.approve(payment, FundKind.WORK)
    treasury.pay("Y1", FundKind.WORK)
    treasury.refund(fen("100"), payment="Y1", kind=FundKind.WORK)
    treasury.pay("Y6", FundKind.WORK)
    treasury.reverse("Y6", FundKind.WORK)
    treasury.release("Y4", FundKind.WORK)
    treasury.request(5, "Y1", use=Use.OTHER, reason="抢修")
    treasury.consent(COUNTY_FINANCE, "Y1")
    treasury.refuse("Y1")
    treasury.hand_over(fen("1000"), kind=FundKind.ASSISTANCE)
    treasury.propose_other(fen("500"))
    treasury.assist(fen("500"), "R2", **GIVEN_FOR_A_PROJECT)
    treasury.give_back(fen("200"), kind=FundKind.OTHER, dissolved=True)
    treasury.today = date(2018, 1, 5)
    treasury.close(2017, FundKind.WORK)
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
        await cursor.execute(BALANCES.ddl.replace("{schema}", schema).encode())
        for start in range(0, len(log), batch):
            await apply(cursor, log[start : start + batch])
        found = {}
        for table in TABLES:
            await cursor.execute(f"select * from {table} t order by to_jsonb(t)::text".encode())
            found[table] = await cursor.fetchall()
    return found


async def test_the_rows_are_the_same_however_the_log_is_cut_into_batches(connection: AsyncConnection[Any]) -> None:
    log = log_of(a_year().facts)
    whole = await rows_after(connection, log, len(log))
    of_books = sum(isinstance(one, finance.BookFact) for one in a_year().facts)
    assert [len(whole[table]) for table in TABLES[:4]] == [5, of_books, 7, 1]
    assert sum(row[3] for row in whole["entry"]) == sum(row[1] for row in whole["account"]) == 0
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
    assert len(shown["books"]) == 5
    for row in shown["books"]:
        book = treasury.book(row["team"], FundKind(row["kind"]))
        figures = {name: getattr(book, name) for name in ("reserved", "disbursed")}
        assert {name: row[name] for name in figures} == figures
        assert (row["village"], row["available"]) == (VILLAGES[row["team"]], book.available)
    (appropriation,) = shown["appropriations"]
    assert (appropriation["recipient"], appropriation["received"]) == (TOWNSHIP, fen("50000"))


async def test_w66_a_statement_opens_with_what_the_year_before_left(connection: AsyncConnection[Any]) -> None:
    treasury = Treasury(date(2016, 12, 31))
    treasury.contribute(fen("12345.67"))
    treasury.today = date(2017, 1, 1)
    treasury.request(fen("345.67"), kind=FundKind.WORK, use=Use.TRAVEL)
    treasury.approve(kind=FundKind.WORK)
    treasury.close(2016, FundKind.WORK)
    await rows_after(connection, log_of(treasury.facts), 10)
    async with connection.cursor() as cursor:
        before = await book_of(cursor, 2016)
        after = await book_of(cursor, 2017)
        given = await queries.contributed(cursor, [TEAM], 2016)
        lines = await queries.lines(cursor, TEAM, "work", 2016)
        closed = await queries.closed_through(cursor, TEAM, "work")
    assert (before.opening, before.received, before.closing) == (0, fen("12345.67"), fen("12345.67"))
    assert (after.opening, after.received, after.spent, after.closing) == (fen("12345.67"), 0, 0, fen("12345.67"))
    assert (before.reserved, after.reserved) == (0, fen("345.67"))
    assert [line["type"] for line in lines] == ["WorkFundContributed"]
    assert given == {(TEAM, "O0001"): fen("12345.67")}
    assert closed == 2016


async def book_of(cursor: AsyncCursor[Any], year: int) -> Statement:
    return statement_of(TEAM, "work", year, await queries.flows(cursor, [TEAM], "work", year))


async def test_a_statement_adds_up_by_source_and_use_and_agrees_with_the_closing(
    connection: AsyncConnection[Any],
) -> None:
    treasury = a_year()
    await rows_after(connection, log_of(treasury.facts), 10)
    async with connection.cursor() as cursor:
        found = await book_of(cursor, 2017)
        everything = statements_of(2017, await queries.flows(cursor, [TEAM], None, 2017))
    closed = next(one for one in treasury.facts if isinstance(one, finance.BooksClosed))
    assert (closed.opening, closed.received, closed.spent, closed.closing, closed.reserved) == (
        found.opening,
        found.received,
        found.spent,
        found.closing,
        found.reserved,
    )
    assert found.received == fen("20000")
    assert [(line.use, line.paid, line.returned) for line in found.uses] == [
        ("office", fen("2000") + 7, fen("1100") + 6)
    ]
    assert found.opening + found.received - found.spent == found.closing
    assert sum(line.closing for line in found.sources) == found.closing
    assert [(one.kind, one.closing) for one in everything] == [
        ("assistance", fen("2000")),
        ("other", fen("300")),
        ("special", fen("50000")),
        ("work", found.closing),
    ]


async def test_what_waits_is_listed_by_step_and_area(connection: AsyncConnection[Any]) -> None:
    await rows_after(connection, log_of(a_year().facts), 10)
    async with connection.cursor() as cursor:
        to_approve = await queries.waiting(cursor, PaymentState.REQUESTED, TOWNSHIP, 10)
        to_pay = await queries.waiting(cursor, PaymentState.RESERVED, TOWNSHIP, 10)
        elsewhere = await queries.waiting(cursor, PaymentState.RESERVED, OTHER_TOWNSHIP, 10)
    assert [row["payment"] for row in to_approve] == ["Y3", "Y5"]
    assert [(row["payment"], row["approved_by"]) for row in to_pay] == [("Y2", "P000005")]
    assert elsewhere == []


async def test_a_fact_of_money_that_the_view_does_not_know_stops_it(connection: AsyncConnection[Any]) -> None:
    (known,) = log_of(a_year().facts[:1])
    unknown = replace(known, type="zhucun.finance.FundAppropriated.v2")
    with pytest.raises(ValueError, match="unknown to the view"):
        await rows_after(connection, [unknown], 1)


async def test_a_log_that_overspends_stops_the_view(connection: AsyncConnection[Any]) -> None:
    facts = a_year().facts
    paid = next(fact for fact in facts if isinstance(fact, finance.FundReserved))
    part = paid.parts[0].model_copy(update={"amount": fen("20000")})
    log = log_of([*facts, paid.model_copy(update={"amount": fen("20000"), "parts": (part,)})])
    with pytest.raises(psycopg.errors.CheckViolation):
        await rows_after(connection, log, 5)


async def test_refused_commands_in_the_log_change_no_book(connection: AsyncConnection[Any]) -> None:
    log = [replace(event, type="zhucun.finance.CommandRefused.v1") for event in log_of(a_year().facts)]
    assert await rows_after(connection, log, 5) == {table: [] for table in TABLES}


async def test_parts_that_are_not_the_amount_stop_the_view(connection: AsyncConnection[Any]) -> None:
    facts = a_year().facts
    paid = next(fact for fact in facts if isinstance(fact, finance.FundReserved))
    with pytest.raises(BrokenBooks):
        await rows_after(connection, log_of([*facts, paid.model_copy(update={"amount": 1})]), 50)


async def test_the_trial_balance_of_the_whole_log_is_zero(connection: AsyncConnection[Any]) -> None:
    await rows_after(connection, log_of(a_year().facts), 7)
    async with connection.cursor() as cursor:
        trial = await queries.trial_balance(cursor)
    assert trial["total"] == 0
    sums = {row["sort"]: row["balance"] for row in trial["sorts"]}
    assert -sums["giver"] == fen("73300")
    assert sums["appropriated"] == sums["township"] == sums["passing"] == 0
    assert sums["book"] + sums["spent"] == fen("73300")


def test_the_year_of_these_tests_holds_every_fact_of_money() -> None:
    of_money = {one for one in finance.EVENTS if issubclass(one, (finance.BookFact, *_PASSING))}
    assert {type(fact) for fact in a_year().facts} >= of_money


@pytest.mark.parametrize(
    ("number", "cell"), [("Y1", "Y1"), ("007", '="007"'), ("2017-05", '="2017-05"'), ("1E5", '="1E5"')]
)
def test_a_payments_number_stays_text_in_a_spreadsheet(number: str, cell: str) -> None:
    line = {
        "type": "FundDisbursed",
        "subject": number,
        "amount": 1,
        "booked_on": date(2017, 3, 1),
        "source": None,
        "giver": None,
        "use": "office",
        "project": number,
    }
    sheet = book_csv(statement_of(TEAM, "work", 2017, []), [line])
    row = list(csv.reader(io.StringIO(sheet)))[2]
    assert (row[2], row[5], row[7]) == (cell, cell, "0.01")

"""View `balances`: double entry, books, statement lines, payments and appropriations, a batch of the log at a time."""

from collections.abc import Sequence
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

from psycopg import AsyncCursor
from psycopg.types.json import Jsonb

from contracts import finance as fact
from contracts.catalogue import EVENTS, read_open
from contracts.erasure import ValuesErased
from contracts.fact import Fact
from contracts.identifiers import parse_instant
from contracts.meals import MealFact
from contracts.projects import ProjectFact
from contracts.refusals import CommandRefused
from services.finance.books.accounts import BrokenBooks, booked_on, entries
from services.ledger.projection import Delivered, Projection

_SUBJECTS = ("payment", "allotment", "contribution", "receipt", "handover", "returning", "year")
"""Members that name the case of a line, the first that a fact has."""
_PASSING = (fact.FundAppropriated, fact.FundReceivedByTownship, fact.FundAllottedOut)
_ELSEWHERE = (
    CommandRefused,
    ValuesErased,
    ProjectFact,
    MealFact,
    fact.SpecialRecipientsNamed,
    fact.BoardSubsidyPaid,
    fact.BoardSubsidyOverdue,
    fact.FundingShortfallFound,
    fact.SupervisionOpinionRecorded,
    fact.MisuseFlagged,
)
"""Facts that move no money of a book."""

_LINES = """
    insert into line select r.* from jsonb_to_recordset(%s) as r (
        idx bigint, event uuid, type text, team text, kind text, village text, subject text, amount bigint,
        year integer, source text, giver text, persons integer, use text, project text, booked_on date, person text,
        role text, recorded timestamptz, recorded_on date)
"""
_ENTRIES = """
    insert into entry select r.* from jsonb_to_recordset(%s) as r (
        idx bigint, nr smallint, account text, amount bigint, type text, booked_on date, team text, kind text,
        source text, giver text, project text, state text)
"""
_ACCOUNTS_OPENED = """
    insert into account (account, balance) select distinct account, 0 from entry
    where idx between %(first)s and %(last)s on conflict do nothing
"""
_ACCOUNTS = """
    update account a set balance = a.balance + d.amount
    from (select account, sum(amount) as amount from entry where idx between %(first)s and %(last)s group by account) d
    where a.account = d.account
"""
_BOOKS_OPENED = """
    insert into book (team, kind, village) select distinct on (team, kind) team, kind, village
    from line where idx between %(first)s and %(last)s order by team, kind, idx
    on conflict do nothing
"""
_BOOKS = """
    update book b set allotted = b.allotted + d.allotted, contributed = b.contributed + d.contributed,
        received = b.received + d.received, reserved = b.reserved + d.reserved, disbursed = b.disbursed + d.disbursed
    from (
        select team, kind,
            coalesce(sum(amount) filter (where type = 'FundAllotted'), 0) as allotted,
            coalesce(sum(amount) filter (where type = 'WorkFundContributed'), 0) as contributed,
            coalesce(sum(amount) filter (where type in
                ('AssistanceFundReceived', 'FundTakenOver', 'FundHandedOut', 'FundReturned')), 0) as received,
            coalesce(sum(amount) filter (where state = 'reserved'), 0) as reserved,
            coalesce(sum(amount) filter (where state not in ('available', 'reserved')), 0) as disbursed
        from entry where idx between %(first)s and %(last)s and team is not null group by team, kind
    ) d
    where b.team = d.team and b.kind = d.kind
"""
_PAYMENTS_REQUESTED = """
    insert into payment (team, kind, payment, village, use, project, amount, state, requested_by, requested_on)
    select team, kind, subject, village, use, project, amount, 'requested', person, recorded_on
    from line where idx between %(first)s and %(last)s and type = 'SpendingRequested'
"""
_PAYMENTS_MOVED = """
    update payment p set state = coalesce(s.state, p.state), approved_by = coalesce(s.approved_by, p.approved_by),
        approved_on = coalesce(s.approved_on, p.approved_on), paid_on = coalesce(s.paid_on, p.paid_on),
        refunded = p.refunded + s.refunded, consents = p.consents || s.consents
    from (
        select team, kind, subject,
            (array_agg(case type
                when 'FundReserved' then 'reserved' when 'FundReleased' then 'released'
                when 'FundDisbursed' then 'disbursed' when 'SpendingRefused' then 'refused'
                when 'DisbursementReversed' then 'reversed' end order by idx desc)
                filter (where type not in ('RefundReceived', 'OtherUseConsented')))[1] as state,
            max(person) filter (where type = 'FundReserved') as approved_by,
            max(booked_on) filter (where type = 'FundReserved') as approved_on,
            max(booked_on) filter (where type = 'FundDisbursed') as paid_on,
            coalesce(sum(amount) filter (where type = 'RefundReceived'), 0)::bigint as refunded,
            coalesce(array_agg(role order by idx) filter (where type = 'OtherUseConsented'), '{}') as consents
        from line
        where idx between %(first)s and %(last)s and type in ('FundReserved', 'FundReleased', 'FundDisbursed',
            'SpendingRefused', 'RefundReceived', 'DisbursementReversed', 'OtherUseConsented')
        group by team, kind, subject
    ) s
    where p.team = s.team and p.kind = s.kind and p.payment = s.subject
"""
_APPROPRIATED = """
    insert into appropriation (appropriation, kind, source, recipient, year, amount, project)
    select r.* from jsonb_to_recordset(%s) as r
        (appropriation text, kind text, source text, recipient text, year integer, amount bigint, project text)
"""
_PASSED_ON = """
    update appropriation a set received = a.received + d.received, allotted = a.allotted + d.allotted
    from (
        select appropriation, coalesce(sum(amount) filter (where type = 'FundReceivedByTownship'), 0) as received,
            coalesce(sum(amount) filter (where type = 'FundAllottedOut'), 0) as allotted
        from jsonb_to_recordset(%s) as r (appropriation text, type text, amount bigint) group by appropriation
    ) d
    where a.appropriation = d.appropriation
"""


async def apply(cursor: AsyncCursor[Any], events: Sequence[Delivered]) -> None:
    """Brings the books forward; raises ValueError for a fact it does not know: money is never passed over."""
    lines: list[dict[str, Any]] = []
    passing: list[dict[str, Any]] = []
    booked: list[dict[str, Any]] = []
    for event in events:
        if event.type not in EVENTS:
            raise ValueError(f"{event.type} at {event.origin} {event.index}: unknown to the view balances")
        if issubclass(EVENTS[event.type], _ELSEWHERE):
            continue
        recorded = read_open(event.type, event.data)
        if isinstance(recorded, fact.BookFact):
            lines.append(_line(recorded, event))
        elif isinstance(recorded, _PASSING):
            passing.append({**event.data, "type": recorded.NAME})
        else:
            raise ValueError(f"{event.type} at {event.origin} {event.index}: unknown to the view balances")
        booked += _booked(recorded, event)
    if passing:
        await _appropriations(cursor, passing)
    if booked or lines:
        indexes = [row["idx"] for row in (*lines, *booked)]
        batch = {"first": min(indexes), "last": max(indexes)}
        await cursor.execute(_LINES, [Jsonb(lines)])
        await cursor.execute(_ENTRIES, [Jsonb(booked)])
        for statement in (_ACCOUNTS_OPENED, _ACCOUNTS, _BOOKS_OPENED, _BOOKS, _PAYMENTS_REQUESTED, _PAYMENTS_MOVED):
            await cursor.execute(statement, batch)


async def _appropriations(cursor: AsyncCursor[Any], passing: list[dict[str, Any]]) -> None:
    given = [row for row in passing if row["type"] == "FundAppropriated"]
    passed_on = [row for row in passing if row["type"] != "FundAppropriated"]
    if given:
        await cursor.execute(_APPROPRIATED, [Jsonb(given)])
    if passed_on:
        await cursor.execute(_PASSED_ON, [Jsonb(passed_on)])


def civil_date(recorded: str) -> date:
    """The date in Kunming of an event's `recordedtime`."""
    return (parse_instant(recorded) + timedelta(hours=8)).date()


def _booked(recorded: Fact, event: Delivered) -> list[dict[str, Any]]:
    moved = entries(recorded)
    if sum(entry.amount for entry in moved) != 0:
        raise BrokenBooks(f"{event.origin} {event.index}: the entries do not add up to zero")
    on = booked_on(recorded) or civil_date(event.recorded)
    rows = []
    for nr, entry in enumerate(moved):
        row = {"idx": event.index, "nr": nr, "account": entry.account, "amount": entry.amount}
        row |= {"type": recorded.NAME, "booked_on": on.isoformat()}
        if entry.pot is not None:
            _, team, kind, _, state = entry.account.split("/")
            row |= {"team": team, "kind": kind, "state": state, "source": entry.pot.source.value}
            row |= {"giver": entry.pot.giver, "project": entry.pot.project}
        rows.append(row)
    return rows


def _line(recorded: fact.BookFact, event: Delivered) -> dict[str, Any]:
    data = event.data
    on = civil_date(event.recorded)
    optional = {field: data.get(field) for field in ("amount", "year", "source", "persons", "use", "project")}
    return optional | {
        "idx": event.index,
        "event": event.id,
        "type": recorded.NAME,
        "team": recorded.team,
        "kind": recorded.kind.value,
        "village": recorded.place,
        "subject": str(next(data[name] for name in _SUBJECTS if name in data)),
        "giver": data.get("giver") or data.get("unit"),
        "booked_on": (booked_on(recorded) or on).isoformat(),
        "person": recorded.actor.person,
        "role": recorded.actor.role.value,
        "recorded": event.recorded,
        "recorded_on": on.isoformat(),
    }


BALANCES = Projection(
    name="balances",
    generation=3,
    ddl=files("services.finance").joinpath("views.sql").read_text("utf-8"),
    sources=("finance",),
    apply=apply,
)

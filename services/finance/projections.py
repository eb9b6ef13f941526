"""View `balances`: books, statement lines, payments and appropriations, from finance's own log, a batch at a time."""

from collections.abc import Sequence
from datetime import timedelta
from importlib.resources import files
from typing import Any

from psycopg import AsyncCursor
from psycopg.types.json import Jsonb

from contracts.identifiers import parse_instant
from services.ledger.projection import Delivered, Projection

_SUBJECT = {
    "FundAllotted": "allotment",
    "WorkFundContributed": "contribution",
    "SpendingRequested": "payment",
    "FundReserved": "payment",
    "FundReleased": "payment",
    "FundDisbursed": "payment",
}
"""Facts of a book, and the member that names the case."""

_OUTGOING = ("FundAppropriated", "FundReceivedByTownship", "FundAllottedOut")
_IGNORED = ("CommandRefused", "ValuesErased")

_LINES = """
    insert into line select r.* from jsonb_to_recordset(%s) as r (
        idx bigint, event uuid, type text, team text, kind text, village text, subject text, amount bigint,
        year integer, source text, unit text, persons integer, use text, paid_on date, person text, role text,
        recorded timestamptz, recorded_on date)
"""
_BOOKS_OPENED = """
    insert into book (team, kind, village) select distinct on (team, kind) team, kind, village
    from line where idx between %(first)s and %(last)s order by team, kind, idx
    on conflict do nothing
"""
_BOOKS = """
    update book b set allotted = b.allotted + d.allotted, contributed = b.contributed + d.contributed,
        reserved = b.reserved + d.reserved, disbursed = b.disbursed + d.disbursed
    from (
        select team, kind,
            coalesce(sum(amount) filter (where type = 'FundAllotted'), 0) as allotted,
            coalesce(sum(amount) filter (where type = 'WorkFundContributed'), 0) as contributed,
            coalesce(sum(amount) filter (where type = 'FundReserved'), 0)
                - coalesce(sum(amount) filter (where type in ('FundReleased', 'FundDisbursed')), 0) as reserved,
            coalesce(sum(amount) filter (where type = 'FundDisbursed'), 0) as disbursed
        from line where idx between %(first)s and %(last)s group by team, kind
    ) d
    where b.team = d.team and b.kind = d.kind
"""
_PAYMENTS_REQUESTED = """
    insert into payment (team, kind, payment, village, use, amount, state, requested_by, requested_on)
    select team, kind, subject, village, use, amount, 'requested', person, recorded_on
    from line where idx between %(first)s and %(last)s and type = 'SpendingRequested'
"""
_PAYMENTS_MOVED = """
    update payment p set state = s.state, approved_by = coalesce(s.approved_by, p.approved_by),
        approved_on = coalesce(s.approved_on, p.approved_on)
    from (
        select team, kind, subject,
            (array_agg(lower(substr(type, 5)) order by idx desc))[1] as state,
            max(person) filter (where type = 'FundReserved') as approved_by,
            max(recorded_on) filter (where type = 'FundReserved') as approved_on
        from line
        where idx between %(first)s and %(last)s and type in ('FundReserved', 'FundReleased', 'FundDisbursed')
        group by team, kind, subject
    ) s
    where p.team = s.team and p.kind = s.kind and p.payment = s.subject
"""
_APPROPRIATED = """
    insert into appropriation (appropriation, kind, source, recipient, year, amount)
    select r.* from jsonb_to_recordset(%s) as r
        (appropriation text, kind text, source text, recipient text, year integer, amount bigint)
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
    outgoing: list[dict[str, Any]] = []
    for event in events:
        name = event.type.removeprefix("zhucun.finance.").removesuffix(".v1")
        if name in _SUBJECT:
            lines.append(_line(name, event))
        elif name in _OUTGOING:
            outgoing.append({**event.data, "type": name})
        elif name not in _IGNORED:
            raise ValueError(f"{event.type} at {event.origin} {event.index}: unknown to the view balances")
    if outgoing:
        await _appropriations(cursor, outgoing)
    if lines:
        batch = {"first": lines[0]["idx"], "last": lines[-1]["idx"]}
        await cursor.execute(_LINES, [Jsonb(lines)])
        for statement in (_BOOKS_OPENED, _BOOKS, _PAYMENTS_REQUESTED, _PAYMENTS_MOVED):
            await cursor.execute(statement, batch)


async def _appropriations(cursor: AsyncCursor[Any], outgoing: list[dict[str, Any]]) -> None:
    given = [row for row in outgoing if row["type"] == "FundAppropriated"]
    passed_on = [row for row in outgoing if row["type"] != "FundAppropriated"]
    if given:
        await cursor.execute(_APPROPRIATED, [Jsonb(given)])
    if passed_on:
        await cursor.execute(_PASSED_ON, [Jsonb(passed_on)])


def _line(name: str, event: Delivered) -> dict[str, Any]:
    data = event.data
    optional = {field: data.get(field) for field in ("year", "source", "unit", "persons", "use", "paid_on")}
    recorded = parse_instant(event.recorded)
    return optional | {
        "idx": event.index,
        "event": event.id,
        "type": name,
        "team": data["team"],
        "kind": data["kind"],
        "village": data["place"],
        "subject": data[_SUBJECT[name]],
        "amount": data["amount"],
        "person": data["actor"]["person"],
        "role": data["actor"]["role"],
        "recorded": event.recorded,
        "recorded_on": (recorded + timedelta(hours=8)).date().isoformat(),
    }


BALANCES = Projection(
    name="balances",
    generation=1,
    ddl=files("services.finance").joinpath("views.sql").read_text("utf-8"),
    sources=("finance",),
    apply=apply,
)

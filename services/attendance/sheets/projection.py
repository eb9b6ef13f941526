"""View `sheets`: monthly sheets and spot checks as rows, one statement for each kind of fact."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from psycopg import AsyncCursor

from contracts.identifiers import Role
from services.ledger.projection import Delivered, Projection


def _change(members: str) -> str:
    """The version of a sheet that a fact names gets these members."""
    return f"update sheet set {members} where (team, month, version) = (%(team)s, %(month)s, %(version)s)"  # noqa: S608 - literals of this file


_TOUCHED = """
    update sheet set touched = %(recorded)s
    where place = %(place)s and month = %(of_month)s and not exists (
        select from sheet later where (later.team, later.month) = (sheet.team, sheet.month)
            and later.version > sheet.version)
"""
"""A day of a month that is drawn up has changed: its latest version has to be drawn up again."""

_STATEMENTS: Mapping[str, str] = {
    "MonthlySheetDrafted": """
        insert into sheet (team, month, version, place, stream, step, digest, corrects, drafted, units, persons)
        values (%(team)s, %(month)s, %(version)s, %(place)s, %(stream)s, 'drafted', %(digest)s, %(corrects)s,
            %(recorded)s, %(units)s, %(persons)s)
    """,
    "MonthlySheetSigned": _change("step = 'signed', signed = %(recorded)s, signer = %(by)s"),
    "MonthlySheetSubmitted": _change(
        "step = 'submitted', submitted = %(recorded)s, submitted_on = %(date)s, on_time = %(on_time)s"
    ),
    "MonthlySheetReturned": _change("step = 'returned', returned = %(recorded)s"),
    "MonthlySheetReviewed": _change("step = 'reviewed', reviewed = %(recorded)s"),
    "MonthlySheetSuperseded": _change("superseded = %(by_version)s"),
    "MonthlySheetFiled": """
        insert into filing (team, month, version, recipient, recorded)
        values (%(team)s, %(month)s, %(version)s, %(recipient)s, %(recorded)s)
    """,
    "MonthlySheetFedBack": """
        insert into feedback (team, month, version, unit, place, stream, persons, recorded)
        values (%(team)s, %(month)s, %(version)s, %(unit)s, %(place)s, %(stream)s, %(persons)s, %(recorded)s)
    """,
    "MonthlySheetOverdue": """
        insert into overdue (team, month, place, stream, due_on, recorded)
        values (%(team)s, %(month)s, %(place)s, %(stream)s, %(due_on)s, %(recorded)s)
    """,
    "DayCorrectionRequested": """
        insert into correction_request (event, person, date, status, place, stream, recorded)
        values (%(event)s, %(person)s, %(date)s, %(status)s, %(place)s, %(stream)s, %(recorded)s)
    """,
    "DayStatusCorrected": f"""
        with settled as (
            update correction_request set settled = true
            where person = %(person)s and date = %(date)s and not settled
        )
        {_TOUCHED}
    """,  # noqa: S608 - a literal of this file
    "SpotCheckPlanned": """
        insert into check_plan (check_id, kind, area, starts_on, ends_on, teams, seed, recorded)
        values (%(check)s, %(kind)s, %(area)s, %(starts_on)s, %(ends_on)s, %(teams)s, %(seed)s, %(recorded)s)
    """,
    "SpotCheckConducted": """
        insert into check_visit (check_id, team, date, place, persons, absent, by_city, recorded)
        values (%(check)s, %(team)s, %(date)s, %(place)s, %(persons)s, 0, %(by_city)s, %(recorded)s)
        on conflict (check_id, team, date) do update set persons = check_visit.persons + excluded.persons
    """,
    # The occasion stands before its persons in the same append, so the visit is there.
    "PersonSpotChecked": f"""
        with counted as (
            update check_visit set absent = absent + 1
            where check_id = %(check)s and date = %(date)s and place = %(place)s and %(finding)s = 'absent'
        )
        {_TOUCHED} and %(finding)s = 'absent'
    """,  # noqa: S608 - a literal of this file
}
_OPTIONAL = {"corrects": None, "seed": None}
_PREFIX = "zhucun.attendance."


async def apply(cursor: AsyncCursor[Any], events: Sequence[Delivered]) -> None:
    """Brings the view forward, in log order."""
    found = []
    for event in events:
        name, _, version = event.type.removeprefix(_PREFIX).partition(".")
        statement = _STATEMENTS.get(name)
        if statement is None:
            continue
        if version != "v1":
            raise ValueError(f"{event.type} at {event.origin} {event.index}: unknown to the view sheets")
        found.append((statement, _row(event)))
    if found:
        async with cursor.connection.pipeline():
            for statement, row in found:
                await cursor.execute(statement, row)


def _row(event: Delivered) -> dict[str, Any]:
    data = event.data
    rows = data.get("rows", ())
    return {
        **_OPTIONAL,
        "persons": len(rows),
        **data,
        "units": sorted({row["unit"] for row in rows}),
        "by": data["actor"]["person"],
        "by_city": data["actor"]["role"] == Role.CITY_OFFICE,
        "of_month": data.get("date", "")[: len("2017-01")],
        "event": event.id,
        "stream": event.stream,
        "recorded": event.recorded,
    }


SHEETS = Projection(
    name="sheets",
    generation=2,
    ddl=files("services.attendance").joinpath("sheets/views.sql").read_text("utf-8"),
    sources=("attendance",),
    apply=apply,
)

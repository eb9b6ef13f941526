"""View `register`: attendance's facts as rows per person and day, whole batches at a time.

Tables fed by attendance and tables fed by personnel are different ones, so the interleaving of the two logs cannot
show in the rows.
"""

from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from typing import Any

from psycopg import AsyncCursor
from psycopg.types.json import Jsonb

from contracts import sheets
from contracts.identifiers import Role
from services.ledger.projection import Delivered, Projection

Row = dict[str, Any]

_INSERT = "insert into {table} select * from jsonb_populate_recordset(null::{table}, %s)"


def _check_in(event: Delivered) -> Row:
    data = event.data
    return {
        "event": event.id,
        "person": data["person"],
        "date": data["date"],
        "team": data["team"],
        "village": data["village"],
        "record": data["record"],
        "overnight": data.get("overnight", False),
        "backfilled": "township_consent" in data,
    }


def _fields(*names: str) -> Callable[[Delivered], Row]:
    """A row of the event's id and the named members."""
    return lambda event: {"event": event.id, **{name: event.data[name] for name in names}}


def _ruling(event: Delivered) -> Row:
    return {
        **_fields("person", "starts_on", "ends_on")(event),
        "justified": event.type.endswith(".AbsenceJustified.v1"),
        "place": event.data["place"],
        **_order(event),
    }


def _correction(event: Delivered) -> Row:
    return {**_fields("person", "date", "status", "place")(event), **_order(event)}


def _signal(event: Delivered) -> Row:
    return {**_fields("village", "without_signal", "starts_on")(event), **_order(event)}


def _order(event: Delivered) -> Row:
    """What tells which of several decisions about one day is the later."""
    return {"recorded": event.recorded, "stream": event.stream, "version": event.version}


def _warning(event: Delivered) -> Row:
    return {**_fields("person", "measure", "days", "since", "reached_on")(event), **_where(event)}


def _pace_lost(event: Delivered) -> Row:
    return {**_fields("person", "year", "on_post", "possible", "needed")(event), **_where(event)}


def _where(event: Delivered) -> Row:
    """What a notice says besides: where, in which record, since when."""
    return {"place": event.data["place"], "stream": event.stream, "recorded": event.recorded}


def _spot_check(event: Delivered) -> Row:
    return {**_fields("person", "date", "finding")(event), "check_id": event.data["check"], **_where(event)}


_ROWS: Mapping[str, tuple[str, Callable[[Delivered], Row]]] = {
    "zhucun.attendance.CheckedIn.v1": ("check_in", _check_in),
    "zhucun.attendance.CheckInBackfilled.v1": ("check_in", _check_in),
    "zhucun.attendance.CheckInVoided.v1": ("void", _fields("person", "date", "voids")),
    "zhucun.attendance.PersonSpotChecked.v1": ("spot_check", _spot_check),
    "zhucun.attendance.AbsenceRecorded.v1": ("absence", _fields("person", "date")),
    "zhucun.attendance.AbsenceJustified.v1": ("ruling", _ruling),
    "zhucun.attendance.JustificationRejected.v1": ("ruling", _ruling),
    "zhucun.attendance.DayStatusCorrected.v1": ("correction", _correction),
    "zhucun.attendance.LodgingRecorded.v1": ("lodging", _fields("person", "village", "starts_on", "ends_on")),
    "zhucun.attendance.VillageSignalMarked.v1": ("signal", _signal),
    "zhucun.attendance.AbsenceWarned.v1": ("warning", _warning),
    "zhucun.attendance.PaceLost.v1": ("pace_lost", _pace_lost),
    "zhucun.attendance.AttendanceYearClosed.v1": ("year_closed", _fields("person", "year", "carry_out_run")),
    "zhucun.personnel.TrainingAttended.v1": ("training", _fields("person", "starts_on", "ends_on")),
}
"""Facts that become one row each: type -> table and row."""

_APPROVED = """
    update leave set step = case step when 'requested' then 'approved' else step end,
        extension_approved = extension_ends_on is not null
    where person = %(person)s and leave = %(leave)s
"""
_NEW_END = """
    update leave set ends_on = %(ends_on)s, extension_ends_on = null, extension_approved = false,
        extension_asked = null, decided = %(recorded)s
    where person = %(person)s and leave = %(leave)s
"""

_STEPS: Mapping[str, str] = {
    "zhucun.attendance.CheckInBackfillRequested.v1": """
        insert into backfill (person, record, date, place, stream, requested)
        values (%(person)s, %(record)s, %(date)s, %(place)s, %(stream)s, %(recorded)s)
        on conflict (person, record) do update set date = excluded.date, place = excluded.place,
            stream = excluded.stream, requested = excluded.requested, consented = null, decided = null
    """,
    "zhucun.attendance.CheckInBackfillConsented.v1": """
        update backfill set consented = %(recorded)s where person = %(person)s and record = %(record)s
    """,
    "zhucun.attendance.CheckInBackfilled.v1": """
        update backfill set decided = %(recorded)s, entered = true where person = %(person)s and record = %(record)s
    """,
    "zhucun.attendance.CheckInBackfillRejected.v1": """
        update backfill set decided = %(recorded)s where person = %(person)s and record = %(record)s
    """,
    "zhucun.attendance.OfficialTravelRequested.v1": """
        insert into travel (person, travel, stream, place, of_leader, starts_on, ends_on, step, requested)
        values (%(person)s, %(travel)s, %(stream)s, %(place)s, %(of_leader)s, %(starts_on)s, %(ends_on)s, 'requested',
            %(recorded)s)
    """,
    "zhucun.attendance.OfficialTravelApproved.v1": """
        update travel set step = 'approved', decided = %(recorded)s where person = %(person)s and travel = %(travel)s
    """,
    "zhucun.attendance.OfficialTravelRejected.v1": """
        update travel set step = 'rejected', decided = %(recorded)s where person = %(person)s and travel = %(travel)s
    """,
    "zhucun.attendance.OfficialTravelWithdrawn.v1": """
        update travel set step = 'withdrawn' where person = %(person)s and travel = %(travel)s
    """,
    "zhucun.attendance.OfficialTravelClosed.v1": """
        update travel set last_day = %(last_day)s where person = %(person)s and travel = %(travel)s
    """,
    "zhucun.attendance.LeaveRequested.v1": """
        insert into leave (person, leave, stream, place, of_leader, starts_on, ends_on, step, requested)
        values (%(person)s, %(leave)s, %(stream)s, %(place)s, %(of_leader)s, %(starts_on)s, %(ends_on)s, 'requested',
            %(recorded)s)
        on conflict (person, leave) do update set extension_ends_on = excluded.ends_on, extension_approved = false,
            extension_asked = excluded.requested
    """,
    "zhucun.attendance.LeaveApprovedByLeader.v1": _APPROVED,
    "zhucun.attendance.LeaveApprovedByTownship.v1": _APPROVED,
    "zhucun.attendance.LeaveGranted.v1": """
        update leave set step = 'granted', starts_on = %(starts_on)s, ends_on = %(ends_on)s, granted = %(recorded)s,
            decided = %(recorded)s
        where person = %(person)s and leave = %(leave)s
    """,
    "zhucun.attendance.LeaveRejected.v1": """
        update leave set step = case step when 'granted' then step else 'rejected' end, decided = %(recorded)s,
            extension_ends_on = null, extension_approved = false, extension_asked = null
        where person = %(person)s and leave = %(leave)s
    """,
    "zhucun.attendance.LeaveWithdrawn.v1": """
        update leave set step = 'withdrawn' where person = %(person)s and leave = %(leave)s
    """,
    "zhucun.attendance.LeaveExtended.v1": _NEW_END,
    "zhucun.attendance.LeaveShortened.v1": _NEW_END,
    "zhucun.attendance.LeaveClosed.v1": """
        update leave set step = 'closed', returned_on = %(returned_on)s, closed_on = %(closed_on)s
        where person = %(person)s and leave = %(leave)s
    """,
    "zhucun.attendance.LeaveOverstayed.v1": """
        update leave set overstayed_since = %(since)s, overstay_noted = %(recorded)s
        where person = %(person)s and leave = %(leave)s
    """,
    "zhucun.attendance.LeaveClosingOverdue.v1": """
        update leave set closing_due = %(due_on)s where person = %(person)s and leave = %(leave)s
    """,
    "zhucun.personnel.SecondmentDetected.v1": """
        insert into secondment (event, person, unit, starts_on) values (%(event)s, %(person)s, %(unit)s, %(starts_on)s)
    """,
    "zhucun.personnel.SecondmentEnded.v1": """
        update secondment set last_day = %(last_day)s
        where person = %(person)s and unit = %(unit)s and last_day is null and starts_on <= %(last_day)s
    """,
}
"""Facts that move a leave, a trip, a late presence or a secondment on: few, taken one by one in log order."""


_PASSED_OVER = frozenset(
    f"zhucun.attendance.{name}.v1"
    for name in (
        *("CommandRefused", "ValuesErased", "RestDayRecorded", "LeavePapersSupplied", "DayCorrectionRequested"),
        *(fact.NAME for fact in sheets.EVENTS if fact is not sheets.VillageSignalMarked),
    )
)
"""What says nothing about a day's status; sheets and checks have a view of their own (`sheets/projection.py`)."""

_READ = frozenset(kind.rpartition(".")[0] for kind in (*_ROWS, *_STEPS))


async def apply(cursor: AsyncCursor[Any], events: Sequence[Delivered]) -> None:
    """Takes a batch of one log: one statement per table for the many, one pipeline for the few.

    Raises ValueError for a fact of attendance, or a version of a fact, that it does not know.
    """
    rows: dict[str, list[Row]] = {}
    steps: list[tuple[str, Row]] = []
    for event in events:
        becomes, statement = _ROWS.get(event.type), _STEPS.get(event.type)
        if becomes is not None:
            rows.setdefault(becomes[0], []).append(becomes[1](event))
        if statement is not None:
            steps.append((statement, _step(event)))
        elif becomes is None and _concerns(event.type):
            raise ValueError(f"{event.type} at {event.origin} {event.index}: unknown to the view register")
    for table, batch in rows.items():
        await cursor.execute(_INSERT.format(table=table), [Jsonb(batch)])
    if steps:
        async with cursor.connection.pipeline():
            for statement, parameters in steps:
                await cursor.execute(statement, parameters)


def _concerns(kind: str) -> bool:
    of_attendance = kind.startswith("zhucun.attendance.") and kind not in _PASSED_OVER
    return of_attendance or kind.rpartition(".")[0] in _READ


def _step(event: Delivered) -> Row:
    return {
        **event.data,
        "event": event.id,
        "stream": event.stream,
        "recorded": event.recorded,
        "of_leader": event.data["actor"]["role"] == Role.TEAM_LEADER,
    }


REGISTER = Projection(
    name="register",
    generation=4,
    ddl=files("services.attendance").joinpath("views.sql").read_text("utf-8"),
    sources=("attendance", "personnel"),
    apply=apply,
)

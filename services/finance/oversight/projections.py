"""View `oversight`: board by person and month, opinions and flags, recipients, what the clock found missing."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from psycopg import AsyncCursor

from services.finance.projections import civil_date
from services.ledger.projection import Delivered, Projection

_PAID = """
    insert into board (person, unit, month, paid) values (%(person)s, %(unit)s, %(month)s, %(amount)s)
    on conflict (person, unit, month) do update set paid = board.paid + excluded.paid
"""
_REMARK = """
    insert into remark (event, idx, sort, team, kind, village, name, payment, amount, person, role, unit, recorded_on)
    values (%(event)s, %(idx)s, %(sort)s, %(team)s, %(kind)s, %(place)s, %(name)s, %(payment)s, %(amount)s, %(by)s,
        %(role)s, %(organisation)s, %(on)s)
"""
_SAID = """
    insert into said (event, idx, duty, place, period, team, unit, person, owed, provided, recorded_on)
    values (%(event)s, %(idx)s, %(duty)s, %(place)s, %(period)s, %(team)s, %(unit)s, %(person)s, %(owed)s,
        %(provided)s, %(on)s)
"""
_MEAL = """
    insert into meal (person, day, team, kind, payment)
    values (%(person)s, %(day)s, %(team)s, %(kind)s, %(payment)s)
"""
_MEALS_FREED = """
    delete from meal where person = %(person)s and day = any(%(days)s::date[])
        and (team, kind, payment) = (%(team)s, %(kind)s, %(payment)s)
"""
_NAMED = "insert into recipient (place, year) values (%s, %s) on conflict do nothing"


async def apply(cursor: AsyncCursor[Any], events: Sequence[Delivered]) -> None:
    """Brings the view forward by finance's own facts; those of the books and projects are not its matter."""
    for event in events:
        data = event.data
        row = dict.fromkeys(("payment", "amount", "team", "unit", "person"), None) | data
        row |= {"event": event.id, "idx": event.index, "on": civil_date(event.recorded)}
        row |= {"by": data["actor"]["person"], "role": data["actor"]["role"]}
        row |= {"organisation": data["actor"].get("organisation")}
        match event.type.removeprefix("zhucun.finance.").removesuffix(".v1"):
            case "BoardSubsidyPaid":
                await cursor.execute(_PAID, row)
            case "BoardSubsidyOverdue":
                overdue = {"duty": "board", "period": data["month"], "owed": data["due"], "provided": data["paid"]}
                await cursor.execute(_SAID, row | overdue)
            case "FundingShortfallFound":
                await cursor.execute(_SAID, row | {"period": str(data["year"])})
            case "SupervisionOpinionRecorded":
                await cursor.execute(_REMARK, row | {"sort": "opinion", "name": data["opinion"]})
            case "MisuseFlagged":
                await cursor.execute(_REMARK, row | {"sort": "misuse", "name": data["flag"]})
            case "MealDaysTaken":
                await cursor.executemany(_MEAL, [row | {"day": day} for day in data["days"]])
            case "MealDaysFreed":
                await cursor.execute(_MEALS_FREED, row)
            case "SpecialRecipientsNamed":
                places = (*data["counties"], *data["townships"])
                await cursor.executemany(_NAMED, [(place, data["year"]) for place in places])


OVERSIGHT = Projection(
    name="oversight",
    generation=2,
    ddl=files("services.finance.oversight").joinpath("views.sql").read_text("utf-8"),
    sources=("finance",),
    apply=apply,
)

"""Every service's own view of how rules were changed: rulings and county measures of assessment's log (Art. 23).

View `rulings`, kept by every service that follows assessment. A decision gets the values of the day and place of its
act; like any view it is as far as it has come, and `Zhucun-At-Least` waits for a change just recorded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg import AsyncCursor
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from services.ledger.projection import Delivered, Projection
from services.ledger.views import Views
from services.runtime.in_force import Change, InForce
from services.runtime.parameters import Parameters

SOURCE = "assessment"
CITY = "5301"

DDL = """
create table {schema}.ruling (
    idx        bigint primary key,
    county     text,
    number     text not null,
    parameter  text not null,
    value      jsonb not null,
    valid_from date not null
);
"""
_IN_FORCE = """
    select county, number, parameter, value, valid_from from ruling where valid_from <= %s::date
    order by valid_from, idx
"""
_CHANGES = {
    "zhucun.assessment.InterpretationIssued.v1": "ruling",
    "zhucun.assessment.CountyMeasureAdopted.v1": "measure",
}
"""Type of an event that changes a parameter, and the member that holds its number."""


async def apply(cursor: AsyncCursor[Any], events: Sequence[Delivered]) -> None:
    """Keeps what changes a parameter, by its index: the order in which it was recorded."""
    for event in events:
        number = _CHANGES.get(event.type)
        if number is not None:
            data = event.data
            await cursor.execute(
                "insert into ruling (idx, county, number, parameter, value, valid_from)"
                " values (%s, %s, %s, %s, %s, %s)",
                (
                    event.index,
                    data.get("county"),
                    data[number],
                    data["parameter"],
                    Jsonb(data["value"]),
                    data["valid_from"],
                ),
            )


RULINGS = Projection(name="rulings", generation=1, ddl=DDL, sources=(SOURCE,), apply=apply)


@dataclass(frozen=True, slots=True)
class Rules:
    """The parameters of one service as they are in force. `views`: None where assessment's log is not followed."""

    parameters: Parameters
    views: Views | None

    async def on(self, day: date) -> InForce:
        """Everything in force on `day`, for all places at once."""
        stricter = {
            name: parameter.stricter for name, parameter in self.parameters.describe().items() if parameter.stricter
        }
        changes: list[Change] = []
        if self.views is not None:
            changes = await self.views.ask(RULINGS.name, _IN_FORCE, (day,), class_row(Change))
        return InForce(self.parameters.at(day), tuple(changes), stricter)

    async def at(self, day: date, place: str = CITY) -> Mapping[str, Any]:
        """The values in force on `day` in a place, by name."""
        return (await self.on(day)).at(place)

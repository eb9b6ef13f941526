"""Every service's own view of how rules were changed: rulings and county measures of assessment's log (Art. 23).

View `rulings`, kept by every service that follows assessment. A decision gets the values of the day and place of its
act; like any view it is as far as it has come, and `Zhucun-At-Least` waits for a change just recorded.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from psycopg import AsyncCursor
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from services.ledger.projection import Delivered, Projection
from services.ledger.views import Views
from services.runtime.in_force import COUNTY_DIGITS, Change, InForce
from services.runtime.parameters import Parameters

SOURCE = "assessment"
CITY = "5301"
SECONDS = 1.0
"""How long what was read is taken for what holds."""
DAYS = 400
"""Days kept at most: simulated time goes through a year in seconds."""

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


@dataclass(slots=True)
class _Kept:
    """What was in force on a day, as the view showed it when it was read, and the values of each place asked for."""

    until: float
    in_force: InForce
    places: dict[str, Mapping[str, Any]] = field(default_factory=dict)


class Rules:
    """The parameters of one service as they are in force. `views`: None where assessment's log is not followed.

    What was read holds for a second, or until somebody waits for what he has seen: a ruling is years old as a rule,
    and the view is behind the log by about as much anyway.
    """

    def __init__(self, parameters: Parameters, views: Views | None) -> None:
        self._parameters = parameters
        self._views = views
        self._kept: dict[date, _Kept] = {}

    async def on(self, day: date) -> InForce:
        """Everything in force on `day`, for all places at once."""
        return (await self._on(day)).in_force

    async def at(self, day: date, place: str = CITY) -> Mapping[str, Any]:
        """The values in force on `day` in a place, by name."""
        kept = await self._on(day)
        county = place[:COUNTY_DIGITS]
        if county not in kept.places:
            kept.places[county] = MappingProxyType(kept.in_force.at(county))
        return kept.places[county]

    def forget(self) -> None:
        """Read again at the next question: the view has come further than what was read."""
        self._kept = {}

    async def _on(self, day: date) -> _Kept:
        kept, now = self._kept.get(day), time.monotonic()
        if kept is None or kept.until < now:
            # Into what is kept now: where `forget` comes in between, this reading is nobody else's.
            into = self._kept
            kept = into[day] = _Kept(now + SECONDS, await self._read(day))
            if len(into) > DAYS:
                into.clear()
        return kept

    async def _read(self, day: date) -> InForce:
        described = self._parameters.describe().items()
        stricter = {name: parameter.stricter for name, parameter in described if parameter.stricter}
        changes: list[Change] = []
        if self._views is not None:
            changes = await self._views.ask(RULINGS.name, _IN_FORCE, (day,), class_row(Change))
        return InForce(self._parameters.at(day), tuple(changes), stricter)

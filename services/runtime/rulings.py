"""Every service's own view of how rules were changed: rulings and county measures of assessment's log (Art. 23).

View `rulings`, kept by every service that follows assessment. A decision gets the values of the day and place of its
act; like any view it is as far as it has come, and `Zhucun-At-Least` waits for a change just recorded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from psycopg import AsyncCursor
from psycopg.types.json import Jsonb

from services.ledger.projection import Delivered, Projection
from services.ledger.views import Views
from services.runtime.in_force import COUNTY_DIGITS, EARLIER, Change, InForce, in_order
from services.runtime.parameters import Parameters

SOURCE = "assessment"
CITY = "5301"
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
_RULED = "select county, number, parameter, value, valid_from from ruling order by valid_from, idx"
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


RULINGS = Projection(name="rulings", generation=1, ddl=DDL, sources=(SOURCE,), apply=apply, types=frozenset(_CHANGES))


@dataclass(slots=True)
class _Day:
    """What is in force on a day, and the values of each place asked for."""

    in_force: InForce
    places: dict[str, Mapping[str, Any]] = field(default_factory=dict)


class Rules:
    """The parameters of one service as they are in force. `views`: None where assessment's log is not followed.

    What was made of the view is kept for as long as the view answers the same.
    """

    def __init__(self, parameters: Parameters, views: Views | None) -> None:
        self._parameters = parameters
        self._views = views
        self._ruled: Sequence[Any] = ()
        self._days: dict[date, _Day] = {}
        described = parameters.describe().items()
        self._stricter = {name: parameter.stricter for name, parameter in described if parameter.stricter}
        self._by_day = {name: parameter for name, parameter in described if parameter.by_day}

    async def on(self, day: date) -> InForce:
        """Everything in force on `day`, for all places at once."""
        return (await self._on(day)).in_force

    async def at(self, day: date, place: str = CITY) -> Mapping[str, Any]:
        """The values in force on `day` in a place, by name."""
        kept = await self._on(day)
        county = place[:COUNTY_DIGITS]
        if county not in kept.places:
            values, earlier = kept.in_force.at(county), self._earlier(day, county)
            kept.places[county] = MappingProxyType({**values, EARLIER: earlier} if earlier else values)
        return kept.places[county]

    def _earlier(self, day: date, county: str) -> dict[str, tuple[tuple[date, Any], ...]]:
        """What parameters that concern single days were before `day`, oldest first; nothing where none has changed."""
        changes = [Change(*row) for row in self._ruled]
        turns = {dated.valid_from for one in self._by_day.values() for dated in one.values[1:]}
        turns |= {one.valid_from for one in changes if one.parameter in self._by_day and one.county in (None, county)}
        found: dict[str, tuple[tuple[date, Any], ...]] = {}
        for turn in sorted(turn for turn in turns if turn <= day):
            last = turn - timedelta(days=1)
            before, after = (
                InForce(self._parameters.at(on), in_order(changes, on), self._stricter).at(county)
                for on in (last, turn)
            )
            for name in self._by_day:
                if before[name] != after[name]:
                    found[name] = (*found.get(name, ()), (last, before[name]))
        return found

    async def _on(self, day: date) -> _Day:
        if self._views is not None:
            ruled = await self._views.ask(RULINGS.name, _RULED, ())
            if ruled is not self._ruled:
                self._ruled, self._days = ruled, {}
        if day not in self._days:
            if len(self._days) >= DAYS:
                self._days.clear()
            changes = in_order((Change(*row) for row in self._ruled), day)
            self._days[day] = _Day(InForce(self._parameters.at(day), changes, self._stricter))
        return self._days[day]

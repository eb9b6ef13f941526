"""Whether the trainings of Art. 11 were held, per organiser, and days per person.

A missing training is the organiser's fault, never a person's (A54). Also what the clock says of an organiser whose
year is over.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from contracts.personnel import TrainingLevel
from services.personnel.specs import marked_by_reference
from services.personnel.training import queries
from services.personnel.training.commands import SayTrainingFellShort
from services.personnel.training.domain import decide
from services.runtime.context import Context
from services.runtime.decisions import Act, Decision
from services.runtime.duties import Due, Duty

CITY = "5301"


async def compliance(context: Context, place: str, year: int) -> dict[str, Any]:
    """Sessions held and asked for by each county and township of the place, and people below the days."""
    rules = await context.rules(place)
    found: dict[str, Any] = {"place": place, "year": year}
    below = await _below_days(context, place, year, rules["training.days"])
    for level in TrainingLevel:
        asked = rules[f"training.{level.value}"]
        held = await _held(context, place, year, level)
        found[level.value] = [
            {
                "area": area,
                "held": count,
                "asked": asked,
                "met": count >= asked,
                "people_below_days": _count_in(area, below),
            }
            for area, count in held.items()
        ]
    async with context.service.views.reading("training") as cursor:
        found["support"] = await queries.support(cursor, place, year)
    found["below_days"] = await marked_by_reference(context, place, below)
    return found


async def _below_days(context: Context, place: str, year: int, wanted: int) -> list[dict[str, Any]]:
    """People posted in the place in the year with fewer days of training, both levels together (A54)."""
    async with context.service.views.reading("directory") as directory:
        posted = await queries.posted_in(directory, place, year)
    async with context.service.views.reading("training") as cursor:
        days = await queries.days_of(cursor, posted, year)
    return [
        {"person": person, "village": posted[person], "days": count, "asked": wanted}
        for person, count in days.items()
        if count < wanted
    ]


def _count_in(area: str, below: Sequence[Mapping[str, Any]]) -> int:
    return sum(row["village"].startswith(area) for row in below)


async def _held(context: Context, place: str, year: int, level: TrainingLevel) -> dict[str, int]:
    async with context.service.views.reading("directory") as directory:
        areas = await queries.areas_with_teams(directory, place, year, level)
    async with context.service.views.reading("training") as cursor:
        held = await queries.sessions(cursor, place, year, level)
    return {area: held.get(area, {"held": 0})["held"] for area in areas}


async def _due(context: Context) -> Sequence[Due]:
    year = context.request.today.year - 1
    rules = await context.rules(CITY)
    found = []
    below = await _below_days(context, CITY, year, rules["training.days"])
    for level in TrainingLevel:
        for area, count in (await _held(context, CITY, year, level)).items():
            people = _count_in(area, below)
            if count >= rules[f"training.{level.value}"] and people == 0:
                continue
            command = SayTrainingFellShort(area=area, organiser=level, year=year, held=count, people_below_days=people)
            found.append(Due(area, str(year), command, (f"training-year/{area}/{year}",), None, area))
    return found


def _decide(act: Act[Any, Any], states: Mapping[str, Any]) -> Decision:
    return decide(act, act.command, states)


TRAINING_SHORTFALL = Duty(name="training-shortfall", article="11", due=_due, decide=_decide)

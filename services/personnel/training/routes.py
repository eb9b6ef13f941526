"""Training over HTTP (Art. 11)."""

from typing import Any

from fastapi import APIRouter, Depends

from contracts.identifiers import Role
from contracts.personnel import TrainingLevel
from services.personnel.specs import PlaceAsked, YearAsked, at_place, may_read
from services.personnel.training import commands as cmd
from services.personnel.training.compliance import compliance
from services.runtime.command_routes import Authority, CommandSpec, nothing_to_gather
from services.runtime.context import Context, request_of

COUNTY_ORGANISERS = (Role.COUNTY_ORGANISATION, Role.COUNTY_POVERTY, Role.COUNTY_AGRICULTURE)


def _organisers(command: cmd.RecordTraining) -> tuple[Role, ...]:
    return (Role.TOWNSHIP,) if command.organiser is TrainingLevel.TOWNSHIP else COUNTY_ORGANISERS


COMMANDS: tuple[CommandSpec[Any, Any], ...] = (
    CommandSpec(
        name="record-training",
        command=cmd.RecordTraining,
        article="11",
        authority=lambda c, _: Authority(_organisers(c), c.area),
        keys=lambda c, _: [
            *(f"posting/{person}/*" for person in dict.fromkeys(c.persons)),
            f"training/{c.training}",
        ],
        gather=nothing_to_gather,
        summary="记录培训",
    ),
    at_place(
        "record-trainer-support",
        cmd.RecordTrainerSupport,
        "11.4",
        "记录市级部门选派业务骨干",
        "area",
        *COUNTY_ORGANISERS,
        Role.CITY_OFFICE,
        Role.CITY_ORGANISATION,
        Role.CITY_POVERTY,
        keys=("training/{0.training}",),
    ),
)


def training_router() -> APIRouter:
    """Whether the trainings of a year were held, and who is below the days."""
    routes = APIRouter()

    @routes.get("/training", summary="培训次数与天数")
    async def year(place: PlaceAsked, year: YearAsked, context: Context = Depends(request_of)) -> dict[str, Any]:
        await may_read(context, place, Role.COUNTY_AGRICULTURE)
        return await compliance(context, place, year)

    return routes

"""Attendance over HTTP: one endpoint per command, and what people read of it."""

from typing import Any

from fastapi import APIRouter

from services.attendance.absence import routes as absence
from services.attendance.checks import routes as checks
from services.attendance.checks.reading import check_router
from services.attendance.domain import decide
from services.attendance.known import Known
from services.attendance.leave import routes as leave
from services.attendance.register import routes as register
from services.attendance.register.reading import register_router
from services.attendance.sheets import routes as sheets
from services.attendance.sheets.reading import reading_router
from services.attendance.travel import routes as travel
from services.runtime.command_routes import CommandSpec, command_router
from services.runtime.routing import include

COMMANDS: tuple[CommandSpec[Any, Known], ...] = (
    *register.COMMANDS,
    *travel.COMMANDS,
    *leave.COMMANDS,
    *absence.COMMANDS,
    *checks.COMMANDS,
    *sheets.COMMANDS,
)


def router() -> APIRouter:
    """All routes of the service."""
    routes = APIRouter()
    include(routes, register.check_in_router())
    for subject in (reading_router, check_router, register_router):
        include(routes, subject())
    include(routes, command_router(COMMANDS, decide))
    return routes

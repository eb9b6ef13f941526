"""Personnel over HTTP: one endpoint per command, and the queries that people ask of it."""

from typing import Any

from fastapi import APIRouter

from services.personnel.domain import decide
from services.personnel.leaving import routes as leaving
from services.personnel.people.importing import people_import_router
from services.personnel.people.routes import people_router
from services.personnel.registry import routes as registry
from services.personnel.registry.importing import import_router
from services.personnel.registry.reading import registry_router
from services.personnel.selection import routes as selection
from services.personnel.subscriptions import routes as subscriptions
from services.personnel.teams import routes as teams
from services.personnel.teams.reading import teams_router
from services.personnel.term import routes as term
from services.personnel.term.asking import asking_router
from services.personnel.training import routes as training
from services.personnel.work import routes as work
from services.personnel.work.reading import work_router
from services.runtime.command_routes import CommandSpec, command_router
from services.runtime.routing import include

COMMANDS: tuple[CommandSpec[Any, Any], ...] = (
    *registry.COMMANDS,
    *subscriptions.COMMANDS,
    *selection.COMMANDS,
    *teams.COMMANDS,
    *leaving.COMMANDS,
    *work.COMMANDS,
    *training.COMMANDS,
    *term.COMMANDS,
)


def router() -> APIRouter:
    """All routes of the service."""
    routes = APIRouter()
    include(routes, command_router(COMMANDS, decide))
    for subject in (
        registry_router,
        teams_router,
        people_import_router,
        import_router,
        people_router,
        selection.selection_router,
        work_router,
        training.training_router,
        term.term_router,
        asking_router,
    ):
        include(routes, subject())
    return routes

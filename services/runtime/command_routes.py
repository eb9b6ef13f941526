"""One HTTP endpoint per command: `POST /<service>/commands/<name>` with the command's fields as the body."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from contracts.identifiers import Role
from contracts.refusals import Refusal
from services.runtime.commands import Answer, Refused, Request, Weight, Workbench
from services.runtime.context import Context, request_of
from services.runtime.decisions import Act, Decide
from services.runtime.routing import CommandRoute

C = TypeVar("C", bound=BaseModel)
K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Authority:
    """The roles that may give a command, the place they must cover, and the body they must speak for."""

    roles: tuple[Role, ...]
    place: str
    organisation: str | None = None


@dataclass(frozen=True, slots=True)
class CommandSpec(Generic[C, K]):
    """Everything that hosts one command: its form, what it needs to know, who may give it, which streams it touches."""

    name: str
    command: type[C]
    article: str
    authority: Callable[[C, K], Authority]
    keys: Callable[[C, K], Collection[str]]
    gather: Callable[[Context, C], Awaitable[K | Refusal]]
    """Looks up what other services' facts say; a Refusal when something named in the command is unknown."""
    summary: str
    weighty: bool = True
    """Whether a refusal of this command is recorded (authority and money)."""


async def nothing_to_gather(_context: Context, _command: BaseModel) -> None:
    """For commands that need no facts of other services."""


def from_command(known: Callable[[C], K | Refusal]) -> Callable[[Context, C], Awaitable[K | Refusal]]:
    """For commands that say all there is to know: nothing is asked of the request or of a view."""

    async def gathered(_context: Context, command: C) -> K | Refusal:
        return known(command)

    return gathered


def command_router(specs: Sequence[CommandSpec[Any, Any]], decide: Decide) -> APIRouter:
    """Routes for all commands of a service."""
    router = APIRouter(prefix="/commands", tags=["commands"], route_class=CommandRoute)
    for spec in specs:
        router.add_api_route(
            f"/{spec.name}",
            _endpoint(spec, decide),
            methods=["POST"],
            status_code=201,
            summary=spec.summary,
            operation_id=spec.name.replace("-", "_"),
            description=f"Article {spec.article} of the measures.",
            responses={202: {"description": "recorded, not yet sealed"}, 403: {}, 409: {}, 422: {}},
        )
    return router


def _endpoint(spec: CommandSpec[Any, Any], decide: Decide) -> Callable[..., Awaitable[Response]]:
    async def endpoint(command: Any, context: Context = Depends(request_of)) -> Response:
        return response(await run_command(spec, decide, command, context))

    endpoint.__annotations__["command"] = spec.command
    return endpoint


async def run_command(spec: CommandSpec[Any, Any], decide: Decide, command: BaseModel, context: Context) -> Answer:
    """Gathers, authorises, decides, records. Raises Refused."""
    workbench: Workbench[Any] = context.workbench
    request: Request = context.request
    known = await spec.gather(context, command)
    if isinstance(known, Refusal):
        raise Refused(known)
    needed = spec.authority(command, known)
    keys = spec.keys(command, known)
    target = next(iter(keys), spec.name)
    by = await context.authority(needed.roles, needed.place, needed.organisation, spec.article)
    if isinstance(by, Refusal):
        weight = Weight(spec.name, target, needed.place) if spec.weighty else None
        return await workbench.refuse(request, by, weight)
    rules = await context.rules(needed.place)
    act: Act[Any, Any] = Act(command, by, request.now, request.today, rules, known)
    weight = Weight(spec.name, target, needed.place, by) if spec.weighty else None
    return await workbench.execute(request, keys, lambda states: decide(act, states), weight=weight)


def response(answer: Answer) -> Response:
    """The HTTP form of an answer; `Idempotent-Replay` says that it is the first answer given again."""
    headers = {"Idempotent-Replay": "true"} if answer.repeated else {}
    return Response(answer.body, answer.status, headers, answer.media_type)

"""One HTTP endpoint per command: `POST /<service>/commands/<name>` with the command's fields as the body."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Generic, TypeVar

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from contracts.fact import Actor
from contracts.identifiers import Role
from contracts.refusals import Refusal
from services.runtime.commands import Answer, Refused, Weight, Workbench
from services.runtime.context import Context, request_of
from services.runtime.decisions import Act, Decide, Decision
from services.runtime.problems import status_of
from services.runtime.routing import CommandRoute

C = TypeVar("C", bound=BaseModel)
K = TypeVar("K")

SERVER_SIDE = 500
"""From this status on a refusal says nothing of the command: it may be sent again as it is."""


@dataclass(frozen=True, slots=True)
class Authority:
    """The roles that may give a command, the place they must cover, and the body they must speak for."""

    roles: tuple[Role, ...]
    place: str
    organisation: str | None = None
    on: date | None = None
    """The day on which the role must be held; without it that of the act."""


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
    """Gathers, authorises, decides, records. Raises Refused.

    All of it is tried on the states that this process holds. Before anything is refused, and where another process has
    written, it is done again on what the log says.
    """
    held = await _on_held(spec, decide, command, replace(context, anew=False))
    if held is not None:
        return held
    workbench: Workbench[Any] = context.workbench
    prepared = await _prepare(spec, command, context)
    if isinstance(prepared.by, Refusal):
        return await workbench.refuse(context.request, prepared.by, prepared.weight)
    act = await _act(command, context, prepared, prepared.by)
    return await workbench.execute(
        context.request, prepared.keys, lambda states: _decided(spec, decide, act, states), weight=prepared.weight
    )


def _decided(spec: CommandSpec[Any, Any], decide: Decide, act: Act[Any, Any], states: Mapping[str, Any]) -> Decision:
    decision = decide(act, states)
    return _under(spec, decision) if isinstance(decision, Refusal) else decision


def _under(spec: CommandSpec[Any, Any], refusal: Refusal) -> Refusal:
    """A refusal that names no article of its own stands under that of its command, unless only the moment is wrong."""
    passing = status_of(refusal.code) >= SERVER_SIDE
    return refusal if passing or refusal.article is not None else replace(refusal, article=spec.article)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A command of which is known what it touches, and who gives it or why he may not."""

    known: Any
    keys: Collection[str]
    place: str
    by: Actor | Refusal
    weight: Weight | None


async def _prepare(spec: CommandSpec[Any, Any], command: BaseModel, context: Context) -> _Prepared:
    """Raises Refused where something that the command names is unknown."""
    known = await spec.gather(context, command)
    if isinstance(known, Refusal):
        raise Refused(_under(spec, known))
    needed = spec.authority(command, known)
    keys = spec.keys(command, known)
    by = await context.authority(needed.roles, needed.place, needed.organisation, spec.article, on=needed.on)
    actor = None if isinstance(by, Refusal) else by
    target = next(iter(keys), spec.name)
    weight = Weight(spec.name, target, needed.place, actor) if spec.weighty else None
    return _Prepared(known, keys, needed.place, by, weight)


async def _act(command: BaseModel, context: Context, prepared: _Prepared, by: Actor) -> Act[Any, Any]:
    request = context.request
    return Act(command, by, request.now, request.today, await context.rules(prepared.place), prepared.known)


async def _on_held(spec: CommandSpec[Any, Any], decide: Decide, command: BaseModel, context: Context) -> Answer | None:
    try:
        prepared = await _prepare(spec, command, context)
    except Refused:
        return None
    if isinstance(prepared.by, Refusal):
        return None
    act = await _act(command, context, prepared, prepared.by)
    return await context.workbench.execute_on_held(context.request, prepared.keys, lambda states: decide(act, states))


def response(answer: Answer) -> Response:
    """The HTTP form of an answer; `Idempotent-Replay` says that it is the first answer given again."""
    headers = {"Idempotent-Replay": "true"} if answer.repeated else {}
    return Response(answer.body, answer.status, headers, answer.media_type)

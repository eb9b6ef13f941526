"""`POST /imports/people`: a CSV sheet of people's details, all lines or none, with a dry run as for the registry.

The values go under their seal in one transaction, the facts about them into the log in one append.
"""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Depends, Response
from fastapi import Request as HttpRequest

from contracts.fact import Actor
from contracts.refusals import Refusal
from services.personnel.people import commands as cmd
from services.personnel.people.domain import decide
from services.personnel.people.routes import given_before, keeper_of, vault_of
from services.personnel.registry import refusals as no
from services.personnel.registry.importing import refused_sheet, remember_who_tried, report
from services.personnel.registry.sheets import BadLine, read, refused
from services.runtime.command_routes import response
from services.runtime.context import Context, request_of
from services.runtime.decisions import Act, Decided, Emit

Taken = list[tuple[cmd.RecordDetails, Actor]]


def people_import_router() -> APIRouter:
    """The one route; it stands before that of the registry's sheets."""
    routes = APIRouter()

    @routes.post(
        "/imports/people",
        summary="批量导入个人信息（CSV），可先试运行",
        status_code=201,
        responses={200: {"description": "dry run"}, 403: {}, 422: {}},
        openapi_extra={"requestBody": {"content": {"text/csv": {"schema": {"type": "string"}}}, "required": True}},
    )
    async def import_people(
        http: HttpRequest, dry_run: bool = False, context: Context = Depends(request_of)
    ) -> Response:
        found = read(await http.body(), cmd.RecordDetails)
        taken, outside = await _authorised(context, found.commands)
        bad = sorted([*found.bad, *_named_twice(found.commands), *outside], key=lambda one: one.line)
        if dry_run:
            return report(len(found.commands), bad, len(taken))
        if bad or not taken:
            await remember_who_tried(context, "people", bad)
            return refused_sheet(http, bad, len(found.commands))
        return await _record(context, taken)

    return routes


async def _authorised(context: Context, commands: Sequence[tuple[int, Any]]) -> tuple[Taken, list[BadLine]]:
    """As `record-details` has it: the keeper of the place named, and of the place where details are kept already."""
    kept = await vault_of(context).areas([command.person for _, command in commands])
    known: dict[str, Actor | Refusal] = {}
    taken: Taken = []
    bad = []
    for line, command in commands:
        for place in (command.area, kept.get(command.person, command.area)):
            if place not in known:
                known[place] = await keeper_of(context, place)
        by, own = known[command.area], known[kept.get(command.person, command.area)]
        if isinstance(by, Refusal):
            bad.append(refused(line, by))
        elif isinstance(own, Refusal):
            bad.append(refused(line, own))
        else:
            taken.append((command, by))
    return taken, bad


def _named_twice(commands: Sequence[tuple[int, Any]]) -> list[BadLine]:
    """Two lines about one person would leave it to chance whose values stay."""
    seen: set[str] = set()
    bad = []
    for line, command in commands:
        if command.person in seen:
            bad.append(refused(line, no.ALREADY_REGISTERED, command.person))
        seen.add(command.person)
    return bad


async def _record(context: Context, taken: Taken) -> Response:
    request, vault = context.request, vault_of(context)
    rules = await context.rules()
    emits: list[Emit] = []
    for command, by in taken:
        decided = decide(Act(command, by, request.now, request.today, rules, None), command, {})
        assert isinstance(decided, Decided), "recording details is never refused"
        emits += decided.emits
    persons = [command.person for command, _ in taken]
    async with vault.exclusive(*persons):
        if not await given_before(context):
            await vault.put_all([(command.person, command.area, command.values()) for command, _ in taken])
        decision = Decided(emits, detail=lambda _: {"lines": len(taken)})
        keys = [f"person/{person}" for person in persons]
        return response(await context.workbench.execute(request, keys, lambda _: decision))

"""`POST /imports/{sheet}`: a whole CSV sheet of the registry at once, all lines or none.

`dry_run=true` says what would happen and changes nothing; either way every bad line is reported.
"""

import contextlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from fastapi import APIRouter, Depends, Response
from fastapi import Request as HttpRequest

from contracts.fact import Actor
from contracts.refusals import Code, Refusal
from services.personnel.registry import refusals as no
from services.personnel.registry.domain import decide
from services.personnel.registry.routes import COMMANDS
from services.personnel.registry.sheets import SHEETS, BadLine, read, refused
from services.personnel.registry.state import evolve
from services.runtime import problems
from services.runtime.command_routes import response
from services.runtime.commands import Refused, Weight
from services.runtime.context import Context, request_of
from services.runtime.decisions import Act, Decided, Decision, Emit, Recorded

CITY = "5301"
SheetName = Literal["organisations", "villages", "statuses", "links", "roles"]
_SPECS = {spec.command: spec for spec in COMMANDS}


@dataclass(frozen=True, slots=True)
class Line:
    """One line that reads well: its number, the command, and the capacity in which the caller may give it."""

    number: int
    act: Act[Any, Any]


def import_router() -> APIRouter:
    """The one route, for every sheet."""
    routes = APIRouter()

    @routes.post(
        "/imports/{sheet}",
        summary="批量导入（CSV），可先试运行",
        status_code=201,
        responses={200: {"description": "dry run"}, 403: {}, 422: {}},
        openapi_extra={"requestBody": {"content": {"text/csv": {"schema": {"type": "string"}}}, "required": True}},
    )
    async def import_sheet(
        sheet: SheetName, http: HttpRequest, dry_run: bool = False, context: Context = Depends(request_of)
    ) -> Response:
        form = SHEETS[sheet]
        if not dry_run and await _given_before(context):
            return response(await context.workbench.execute(context.request, [], lambda _: no.BAD_LINES))
        found = read(await http.body(), form)
        lines, bad = await _authorised(context, found.commands)
        bad = [*found.bad, *bad]
        keys = sorted({key for line in lines for key in _SPECS[form].keys(line.act.command, None)})
        emits, refusals = decide_all(lines, await context.workbench.states(keys))
        bad = sorted([*bad, *refusals], key=lambda one: one.line)
        if dry_run:
            return report(len(found.commands), bad, len(emits))
        if bad or not lines:
            await remember_who_tried(context, sheet, bad)
            return refused_sheet(http, bad, len(found.commands))

        def decision(states: Mapping[str, Any]) -> Decision:
            taken, late = decide_all(lines, states)
            return no.BAD_LINES if late else Decided(taken, detail=lambda _: {"lines": len(lines)})

        return response(await context.workbench.execute(context.request, keys, decision))

    return routes


async def _given_before(context: Context) -> bool:
    """Whether this very import had its answer: it is given again, not looked at as a second one."""
    key = context.request.key
    return key is not None and await context.service.store.receipt(context.request.caller, key) is not None


async def remember_who_tried(context: Context, sheet: str, bad: Sequence[BadLine]) -> None:
    """A sheet with lines outside the caller's area is a refusal of weight (A93); others are mistakes."""
    if not any(line.code == Code.AUTH.value for line in bad):
        return
    # Without the key: a repetition is answered with the report of the lines, which no receipt of a refusal holds.
    request = replace(context.request, key=None)
    with contextlib.suppress(Refused):
        await context.workbench.refuse(request, no.OUTSIDE, Weight(f"import-{sheet}", f"import/{sheet}", CITY))


async def _authorised(context: Context, commands: Sequence[tuple[int, Any]]) -> tuple[list[Line], list[BadLine]]:
    """Each place is asked for once; a line outside the caller's area is a bad line."""
    request = context.request
    rules = await context.rules()
    known: dict[str, Actor | Refusal] = {}
    lines, bad = [], []
    for number, command in commands:
        spec = _SPECS[type(command)]
        needed = spec.authority(command, None)
        if needed.place not in known:
            known[needed.place] = await context.authority(needed.roles, needed.place, None, spec.article)
        by = known[needed.place]
        missing = await spec.gather(context, command)
        if isinstance(by, Refusal):
            bad.append(refused(number, by))
        elif isinstance(missing, Refusal):
            bad.append(refused(number, missing))
        else:
            lines.append(Line(number, Act(command, by, request.now, request.today, rules, None)))
    return lines, bad


def decide_all(lines: Sequence[Line], states: Mapping[str, Any]) -> tuple[list[Emit], list[BadLine]]:
    """What the lines lead to, each decided on what those before it left; pure."""
    held = dict(states)
    emits: list[Emit] = []
    bad: list[BadLine] = []
    for line in lines:
        decision = decide(line.act, line.act.command, held)
        if isinstance(decision, Refusal):
            bad.append(refused(line.number, decision))
            continue
        for emit in decision.emits:
            held[emit.stream] = evolve(held[emit.stream], Recorded("-", emit.stream, 0, emit.fact))
        emits += decision.emits
    return emits, bad


def report(lines: int, bad: Sequence[BadLine], events: int) -> Response:
    """What a dry run answers."""
    wrong = [_told(line) for line in bad]
    body = {"dry_run": True, "lines": lines, "would_be_imported": not bad, "events": events, "bad": wrong}
    return Response(json.dumps(body, ensure_ascii=False), 200, media_type="application/json")


def refused_sheet(http: HttpRequest, bad: Sequence[BadLine], lines: int) -> Response:
    """The problem document of a sheet that was not taken, with every bad line."""
    extra = {"lines": lines, "bad": [_told(line) for line in bad]}
    number, body = problems.problem(
        no.BAD_LINES, instance=http.url.path, correlation=http.state.correlation, extra=extra
    )
    return Response(body, number, media_type=problems.MEDIA_TYPE)


def _told(bad: BadLine) -> dict[str, Any]:
    told = {"detail" if name == "zh" else "detail_en" if name == "en" else name: v for name, v in asdict(bad).items()}
    return {name: value for name, value in told.items() if value is not None}

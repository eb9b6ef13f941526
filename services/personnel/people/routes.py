"""People's details over HTTP: kept and erased by the registry keeper, shown by role and place, each reading recorded.

These commands are hosted by hand: beside the fact in the log they change, or answer with, values outside it.
"""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Depends, Response

from contracts.fact import Actor
from contracts.identifiers import Role
from contracts.personnel import DetailKind
from contracts.refusals import Refusal
from services.personnel.held import held
from services.personnel.people import commands as cmd
from services.personnel.people import refusals as no
from services.personnel.people.domain import decide
from services.personnel.people.state import File
from services.personnel.people.vault import Vault
from services.personnel.specs import KEEPER, READERS
from services.runtime.command_routes import response
from services.runtime.commands import Answer, Refused, Weight
from services.runtime.context import Context, request_of
from services.runtime.decisions import Act
from services.runtime.directory import PostingRow, postings_of

CITY = "5301"
_IN_THE_VILLAGE = (Role.TEAM_LEADER, Role.MEMBER, Role.VILLAGE_SECRETARY, Role.VILLAGE_DIRECTOR)
SHOWN_TO: Mapping[DetailKind, tuple[Role, ...]] = {
    DetailKind.NAME: (*READERS, *_IN_THE_VILLAGE),
    DetailKind.TELEPHONE: (
        Role.CITY_OFFICE,
        Role.COUNTY_OFFICE,
        Role.COUNTY_ORGANISATION,
        Role.TOWNSHIP,
        Role.TOWNSHIP_HEAD,
        Role.TOWNSHIP_LEADER,
        Role.TEAM_LEADER,
        Role.REGISTRY_KEEPER,
    ),
    DetailKind.IDENTITY_NUMBER: (Role.CITY_ORGANISATION, Role.COUNTY_ORGANISATION, Role.REGISTRY_KEEPER),
}
"""Who sees what of the people in his area (A94); the dispatching unit sees names and telephones of its own people."""
_SHOWN_TO_UNIT = frozenset({DetailKind.NAME, DetailKind.TELEPHONE})


def people_router() -> APIRouter:
    """`record-details`, `erase-details`, `read-details`."""
    routes = APIRouter(prefix="/commands", tags=["commands"])
    described: dict[int | str, dict[str, Any]] = {403: {}, 422: {}}

    @routes.post("/record-details", status_code=201, summary="登记个人信息", responses=described)
    async def record_details(command: cmd.RecordDetails, context: Context = Depends(request_of)) -> Response:
        by = await _keeper(context, command, "record-details")
        vault = vault_of(context)
        async with vault.exclusive(command.person):
            if not await given_before(context):
                await vault.put(command.person, command.area, command.values())
            return response(await _say(context, command, by, [f"person/{command.person}"]))

    @routes.post("/erase-details", status_code=201, summary="销毁个人信息", responses=described)
    async def erase_details(command: cmd.EraseDetails, context: Context = Depends(request_of)) -> Response:
        by = await _keeper(context, command, "erase-details")
        vault = vault_of(context)
        async with vault.exclusive(command.person):
            key = f"person/{command.person}"
            answer = await _say(context, command, by, [key])
            # Recorded first, so that nothing goes unrecorded; a repetition after a crash finishes what was begun, and
            # leaves alone what was recorded anew since.
            kept = held(await context.workbench.states([key]), key, File).kept
            await vault.erase(command.person, [kind for kind in command.details if kind not in kept])
            return response(answer)

    @routes.post("/read-details", summary="查看个人信息（留痕）", responses=described)
    async def read_details(command: cmd.ReadDetails, context: Context = Depends(request_of)) -> dict[str, Any]:
        persons = list(dict.fromkeys(command.persons))
        places = await _places(context, persons)
        reader = await _reader(context, command, places)
        known = {person: place for person, (place, _) in places.items()}
        keys = [f"reading/{person}/*" for person in persons]
        await _say(context, command, reader, keys, known)
        shown = await vault_of(context).open(persons, command.details)
        return {"people": {person: {kind.value: v for kind, v in shown[person].items()} for person in persons}}

    return routes


def vault_of(context: Context) -> Vault:
    vault: Vault = context.service.extras["vault"]
    return vault


async def _keeper(context: Context, command: cmd.RecordDetails | cmd.EraseDetails, name: str) -> Actor:
    by = await context.authority(KEEPER, command.area, None, "0")
    if isinstance(by, Refusal):
        weight = Weight(name, f"person/{command.person}", command.area)
        await context.workbench.refuse(context.request, by, weight)
        raise Refused(by)
    kept = (await vault_of(context).areas([command.person])).get(command.person)
    if kept is not None:
        # Whoever keeps the place where it was recorded answers for it: naming another place of one's own is no way in.
        own = await context.authority(KEEPER, kept, None, "0")
        if isinstance(own, Refusal):
            await context.workbench.refuse(context.request, own, Weight(name, f"person/{command.person}", kept))
            raise Refused(own)
    return by


async def keeper_of(context: Context, place: str) -> Actor | Refusal:
    """The caller as keeper of the place."""
    return await context.authority(KEEPER, place, None, "0")


async def given_before(context: Context) -> bool:
    """Whether this command had its answer already: a repetition must not bring back what was erased since."""
    key = context.request.key
    return key is not None and await context.service.store.receipt(context.request.caller, key) is not None


async def _say(
    context: Context, command: cmd.PeopleCommand, by: Actor, keys: list[str], known: Mapping[str, str] | None = None
) -> Answer:
    request = context.request
    rules = await context.rules()
    act: Act[Any, Any] = Act(command, by, request.now, request.today, rules, known)
    return await context.workbench.execute(request, keys, lambda states: decide(act, command, states))


async def _places(context: Context, persons: list[str]) -> dict[str, tuple[str, str | None]]:
    """Where each person belongs, and who dispatched him: by posting, else where the details are kept."""
    postings = await postings_of(context.service.views, persons)
    areas = await vault_of(context).areas(persons)
    return {person: _place(postings[person], areas.get(person)) for person in persons}


def _place(postings: list[PostingRow], area: str | None) -> tuple[str, str | None]:
    if postings:
        return postings[-1].village, postings[-1].unit
    return area or CITY, None


async def _reader(context: Context, command: cmd.ReadDetails, places: Mapping[str, tuple[str, str | None]]) -> Actor:
    """The capacity in which the caller may see all that was asked for; raises Refused otherwise."""
    caller = context.request.caller
    capacity = Actor(person=caller, role=Role.NONE)
    for person, (place, unit) in places.items():
        if person == caller:
            continue
        for kind in command.details:
            found = await context.authority(SHOWN_TO[kind], place, None, "0")
            if isinstance(found, Refusal) and unit is not None and kind in _SHOWN_TO_UNIT:
                found = await context.authority((Role.DISPATCHING_UNIT,), place, unit, "0")
            if isinstance(found, Refusal):
                await context.workbench.refuse(
                    context.request, no.NOT_SHOWN, Weight("read-details", f"person/{person}", place)
                )
                raise Refused(no.NOT_SHOWN)
            capacity = found
    return capacity

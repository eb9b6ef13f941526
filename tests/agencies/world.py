"""Four logs, a bus with real accounts, the publisher, and agencies that subscribe: all real, all this module's own.

The services have no views and no reactions here, so that facts can be put into their logs as a test needs them.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

from contracts.attendance import CheckedIn, CheckInMethod, LeaveGranted, LeaveKind, Level, PersonSpotChecked
from contracts.attendance import SpotCheckFinding as Finding
from contracts.catalogue import SERVICES
from contracts.fact import Actor, Fact
from contracts.identifiers import Role
from contracts.personnel import MemberSource, TeamMemberAssigned, UnitLevel
from contracts.subscriber.checking import Position, Received
from contracts.subscriber.credentials import Credentials
from contracts.subscriber.following import follow
from deploy.local.nats_server import AgencyNats, EmbeddedNats
from services.agencies import administration as agencies
from services.agencies.deciding import decide
from services.agencies.publisher import Publisher
from services.agencies.registry import RegistryError
from services.ledger.pause import finish
from services.ledger.store import Draft
from services.registry import definition
from services.runtime import administration
from services.runtime.app import Application
from services.runtime.service import no_extras, no_reactions
from services.runtime.serving import listening, served
from services.runtime.settings import Settings, read_settings

VILLAGE, ELSEWHERE = "530113100201", "530127102204"
UNIT, OTHER_UNIT = "O0101", "O0102"
KEEPER = "P530000001"
"""Registry keeper of the city, who decides about every subscription here."""


@dataclass(slots=True)
class Kept:
    """A store in memory: what a subscriber has released, in order."""

    events: list[Received] = field(default_factory=list)
    position: Position = field(default_factory=Position)

    def load(self) -> Position:
        return self.position

    def commit(self, events: Sequence[Received], position: Position) -> None:
        self.events += events
        self.position = position

    def clear(self) -> None:
        self.events, self.position = [], Position()

    @property
    def types(self) -> list[str]:
        """Names of the kinds of events, in order."""
        return [event.event.type.split(".")[2] for event in self.events]

    @property
    def ids(self) -> list[str]:
        return [event.event.id for event in self.events]


@dataclass(slots=True)
class World:
    """The running parts and what a test does with them."""

    settings: Settings
    application: Application
    nats: EmbeddedNats
    agency_nats: AgencyNats
    publisher: Publisher
    folder: Path

    async def tell(self, service: str, stream: str, *facts: Fact) -> list[str]:
        """Facts into a stream of a log; their event ids."""
        hosted = self.application.hosted[service]
        drafts = [Draft(stream=stream, fact=fact, id=str(uuid4())) for fact in facts]
        heads = await hosted.node.store.heads([stream])
        await hosted.node.store.append(drafts, heads=heads, recorded=datetime.now(UTC), correlation="test")
        return [draft.id for draft in drafts]

    async def agency(self, name: str, role: str, *places: str, organisation: str | None = None, **given: Any) -> Path:
        """A new agency; its credentials file."""
        out = self.folder / f"{name}.creds"
        await agencies.add(
            self.settings,
            name,
            role=role,
            places=places,
            organisation=organisation,
            expires=given.get("expires"),
            out=out,
            by=KEEPER,
            store_mb=given.get("store_mb"),
        )
        return out

    async def everything(self, name: str, seconds: float = 120) -> Kept:
        """All that an agency is ever sent of what stands in the logs now: whatever is missing there is withheld."""
        hosted = self.application.hosted
        sizes = {self.settings.origin_of(name): (await hosted[name].counts()).accepted for name in hosted}

        async def looked_through() -> bool:
            async with self.publisher.pool.connection() as connection:
                cursor = await connection.execute("select origin, next from agency.looked where agency = %s", (name,))
                looked: dict[str, int] = dict(await cursor.fetchall())
            return all(looked.get(origin, 0) >= size for origin, size in sizes.items())

        await eventually(looked_through, seconds)
        async with self.publisher.pool.connection() as connection:
            cursor = await connection.execute("select size from agency.edge where agency = %s", (name,))
            row = await cursor.fetchone()
        assert row is not None
        return await self.receive(
            self.folder / f"{name}.creds", Kept(), lambda kept: kept.position.next >= row[0], seconds
        )

    async def receive(self, creds: Path, kept: Kept, until: Callable[[Kept], bool], seconds: float = 60) -> Kept:
        """Follows with the subscriber kit until the condition holds; fails after the given time."""
        task = asyncio.create_task(follow(Credentials.read(creds), kept))
        try:
            await eventually(lambda: _said(task, until(kept)), seconds)
        finally:
            task.cancel()
            await finish([_settled(task)], 1.0)
        return kept


def _settled(task: "asyncio.Task[int]") -> "asyncio.Task[None]":
    """The task for :func:`finish`, which cancels until it ends: before 3.12 a cancellation can get lost below."""
    return cast("asyncio.Task[None]", task)


def _said(task: "asyncio.Task[int]", fine: bool) -> Awaitable[bool]:
    if task.done():
        task.result()
    return asyncio.sleep(0, fine)


async def eventually(condition: Callable[[], Awaitable[bool]], seconds: float = 60) -> None:
    """Returns when the condition holds, asking again and again; fails after the given time."""
    deadline = time.monotonic() + seconds
    while not await condition():
        assert time.monotonic() < deadline, "it never became so"
        await asyncio.sleep(0.05)


@asynccontextmanager
async def running_world(postgres_url: str, prefix: str, folder: Path) -> AsyncIterator[World]:
    var = folder / "var"
    nats = EmbeddedNats(var, sync_interval="1m", port=None)
    agency_nats = AgencyNats(var, sync_interval="1m", port=None)
    url, agency_url = nats.start(), agency_nats.start()
    bound = listening("127.0.0.1", None)
    given: dict[str, Any] = {"postgres_url": postgres_url, "nats_url": url, "mode": "embedded", "var": var}
    given["agency_nats_url"] = agency_url
    settings = read_settings({}, **given, database_prefix=prefix, port=bound.getsockname()[1], origin="zhucun.demo")
    definitions = [
        replace(definition(name), projections=(), consumes=(), extras=no_extras, reactions=no_reactions, duties=())
        for name in SERVICES
    ]
    try:
        await administration.apply_databases(settings, definitions)
        await administration.apply_bus(settings, definitions)
        administration.make_keys(settings, definitions)
        await agencies.apply(settings)
        application = Application(definitions, settings)
        await administration.bootstrap(settings, KEEPER, "5301")
        async with served(application, bound):
            for unit in (UNIT, OTHER_UNIT):
                await register(settings, unit)
            publisher = Publisher(settings)
            await publisher.start()
            world = World(settings, application, nats, agency_nats, publisher, folder)
            try:
                yield world
            finally:
                await world.publisher.stop()
    finally:
        agency_nats.stop()
        nats.stop()


async def register(settings: Settings, unit: str) -> None:
    """An organisation in personnel's registry."""
    about = {"organisation": unit, "kind": "organ", "level": "city", "area": "5301"}
    await decided(settings, "register-organisation", about)


async def decided(settings: Settings, command: str, about: dict[str, Any]) -> None:
    """A command of the keeper's, who may have to wait until his role is in the view."""
    await eventually(lambda: _granted(settings, command, about))


async def _granted(settings: Settings, command: str, about: dict[str, Any]) -> bool:
    """Asked again until the keeper's own role is in the view."""
    try:
        await decide(settings, command, about, by=KEEPER)
    except RegistryError as error:
        assert "AUTH" in str(error), error
        return False
    return True


def said(place: str, article: str = "9") -> dict[str, Any]:
    """The header fields of a fact."""
    return {
        "actor": Actor(person="P530000001", role=Role.TOWNSHIP),
        "article": article,
        "ruleset": "kunming-2016-1",
        "place": place,
    }


def checked_in(person: str, day: date, place: str = VILLAGE) -> CheckedIn:
    return CheckedIn(
        **said(place),
        person=person,
        team="T0001",
        village=place,
        date=day,
        method=CheckInMethod.KIOSK,
        record=f"{person}-{day}",
    )


def spot_check(person: str, finding: Finding, place: str = VILLAGE) -> PersonSpotChecked:
    return PersonSpotChecked(**said(place, "8"), person=person, date=date(2017, 5, 3), check="c1", finding=finding)


def leave(person: str, place: str = VILLAGE) -> LeaveGranted:
    return LeaveGranted(
        **said(place),
        person=person,
        leave="l1",
        kind=LeaveKind.SICK,
        starts_on=date(2017, 5, 8),
        ends_on=date(2017, 5, 9),
        granted_by=Level.TOWNSHIP,
    )


def posted(person: str, unit: str, place: str = VILLAGE, starts_on: date = date(2017, 1, 1)) -> TeamMemberAssigned:
    return TeamMemberAssigned(
        **said(place, "5"),
        person=person,
        team="T0001",
        village=place,
        unit=unit,
        unit_level=UnitLevel.CITY,
        source=MemberSource.ASSIGNED_UNIT_CADRE,
        starts_on=starts_on,
    )

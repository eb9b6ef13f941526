"""A county at work for the row `chain`: the four services in this process, thirty teams, and the kiosks' uploads."""

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4

from contracts.catalogue import SERVICES
from contracts.fact import Actor, Fact
from contracts.identifiers import Role
from contracts.personnel import LeaderAppointed, MemberSource, RoleGranted, TeamFormed, TeamMemberAssigned, UnitLevel
from services.attendance import commands as cmd
from services.attendance.register.routes import run_check_ins
from services.ledger import bus
from services.ledger.status import Status
from services.ledger.store import Draft
from services.registry import definition
from services.runtime import administration
from services.runtime.app import authentication
from services.runtime.commands import Request, body_digest
from services.runtime.context import BEIJING, Context, HostedService
from services.runtime.hosting import Hosted
from services.runtime.settings import read_settings
from tests.bench import bare
from tests.bench.ground import Ground
from tests.bench.waiting import reached

PREFIX = "bench_chain_"
TOWNSHIPS = tuple(f"5301131{number:02d}" for number in range(5))
VILLAGES_EACH = 6
TEAM_OF = 6
UPLOAD_EVERY = 3
"""Days in one upload of a kiosk, as in the demonstration: the horizon for late records is three days."""
START = date(2017, 1, 1)


@dataclass(frozen=True, slots=True)
class Posted:
    person: str
    team: str
    village: str


@dataclass(slots=True)
class County:
    """The running services. `today` moves on with what is uploaded."""

    hosted: dict[str, Hosted]
    attendance: HostedService
    people: dict[str, list[Posted]]
    """By township."""
    today: date = START
    accepted: int = 0

    @property
    def register(self) -> Status:
        """Attendance's own views on its own log."""
        return self.hosted["attendance"].node.runner.status

    @property
    def inbox(self) -> Status:
        """Assessment's inbox of attendance, and in the same transaction its views."""
        name = bus.durable_name("assessment", "attendance")
        return next(status for status in self.hosted["assessment"].node.statuses if status.name == name)

    async def upload(self, township: str, last_day: date, body: bytes) -> list[str]:
        """One batch of a township's kiosk, from the bytes of its body on; the ids of the events recorded."""
        command = cmd.CheckInBatch.model_validate_json(body)
        now = datetime(last_day.year, last_day.month, last_day.day, 20, 30, tzinfo=BEIJING).astimezone(UTC)
        digest = body_digest("POST", "/attendance/commands/check-in-batch", body)
        request = Request(
            kiosk_of(township), now, last_day, correlation=str(uuid4()), key=str(uuid4()), body_digest=digest
        )
        answer = await run_check_ins(Context(self.attendance, request), command, command.records)
        assert answer.status == 201, answer.body
        return [event["id"] for event in json.loads(answer.body)["events"]]


def kiosk_of(township: str) -> str:
    return f"P9{township}"


def body_of(people: Sequence[Posted], days: Sequence[date]) -> bytes:
    """What a kiosk sends: a check-in of each of the people on each of the days."""
    return json.dumps({"records": [_record(who, day) for day in days for who in people]}).encode()


def _record(who: Posted, day: date) -> dict[str, Any]:
    return {
        "person": who.person,
        "team": who.team,
        "village": who.village,
        "date": day.isoformat(),
        "method": "kiosk",
        "record": f"K{day:%Y%m%d}-{who.person}",
        "device_time": f"{day}T11:30:00.000000Z",
        "overnight": True,
    }


def uploads(county: County, township: str, days: int) -> Iterator[tuple[date, bytes]]:
    """Last day and body of every upload that the kiosk of a township sends for the next `days` days."""
    for start in range(0, days, UPLOAD_EVERY):
        spanned = [county.today + timedelta(days=start + offset) for offset in range(min(UPLOAD_EVERY, days - start))]
        yield spanned[-1], body_of(county.people[township], spanned)


@asynccontextmanager
async def running_county(ground: Ground) -> AsyncIterator[County]:
    """All four services as `zhucun run` hosts them, less HTTP; databases and streams are dropped at the end."""
    settings = read_settings(
        {},
        postgres_url=ground.postgres_url,
        nats_url=ground.nats_url,
        mode="embedded",
        # A place of its own each time: a log of the same name that begins anew is refused by what was sealed before.
        var=Path(mkdtemp(prefix="county-", dir=ground.directory)),
        database_prefix=PREFIX,
        origin="zhucun.demo",
    )
    definitions = [definition(name) for name in SERVICES]
    await administration.apply_databases(settings, definitions)
    await administration.apply_bus(settings, definitions)
    administration.make_keys(settings, definitions)
    try:
        async with AsyncExitStack() as stack:
            authenticator = await stack.enter_async_context(authentication(settings))
            hosted = {one.name: Hosted(one, settings, authenticator) for one in definitions}
            started = {}
            for name, service in hosted.items():
                started[name] = await service.start()
                stack.push_async_callback(service.stop)
            county = County(hosted, started["attendance"], _people())
            await _settle(county)
            yield county
    finally:
        await bare.drop(ground, PREFIX, *SERVICES)
        async with bus.connected(ground.nats_url) as js:
            for service_name in SERVICES:
                await js.delete_stream(bus.stream_name(service_name))


def _people() -> dict[str, list[Posted]]:
    return {
        township: [
            Posted(f"P{township[4:]}{village}{seat}", f"T{township}{village}", f"{township}20{village}")
            for village in range(VILLAGES_EACH)
            for seat in range(TEAM_OF)
        ]
        for township in TOWNSHIPS
    }


async def _settle(county: County) -> None:
    """Kiosks, teams and postings, told to personnel; returns when attendance knows them."""
    facts: list[tuple[str, Fact]] = []
    for township, people in county.people.items():
        facts.append((f"role/{kiosk_of(township)}", _kiosk(township)))
        for start in range(0, len(people), TEAM_OF):
            facts += _team(people[start : start + TEAM_OF])
    store = county.hosted["personnel"].node.store
    await store.append(
        [Draft(stream, fact, str(uuid4())) for stream, fact in facts],
        heads=await store.heads({stream for stream, _ in facts}),
        recorded=datetime(2016, 12, 1, tzinfo=UTC),
        correlation="bench",
    )
    name = bus.durable_name("attendance", "personnel")
    statuses = county.hosted["attendance"].node.statuses
    await reached(next(status for status in statuses if status.name == name), len(facts))


def _kiosk(township: str) -> Fact:
    person = kiosk_of(township)
    return RoleGranted(
        **_said(township), grant=f"G{township}", person=person, role=Role.KIOSK, area=township, starts_on=START
    )


def _team(members: Sequence[Posted]) -> list[tuple[str, Fact]]:
    leader, team, village = members[0].person, members[0].team, members[0].village
    said = _said(village)
    found: list[tuple[str, Fact]] = [
        (
            f"posting/{who.person}/{START.year}",
            TeamMemberAssigned(
                **said,
                person=who.person,
                team=team,
                village=village,
                unit="O0001",
                unit_level=UnitLevel.COUNTY,
                source=MemberSource.FIRST_SECRETARY if who.person == leader else MemberSource.OTHER,
                starts_on=START,
            ),
        )
        for who in members
    ]
    formed = TeamFormed(
        **said, team=team, village=village, formed_on=START, members=tuple(who.person for who in members), leader=leader
    )
    leads = LeaderAppointed(**said, team=team, person=leader, starts_on=START)
    return [*found, (f"team/{team}", formed), (f"team/{team}", leads)]


def _said(place: str) -> dict[str, Any]:
    return {
        "actor": Actor(person="P530000001", role=Role.REGISTRY_KEEPER),
        "article": "5.1",
        "ruleset": "kunming-2016-1",
        "place": place,
    }

"""Attendance and personnel, hosted in one process on real servers, with one team in place."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from contracts.identifiers import Role
from services.registry import definition
from services.runtime import administration
from services.runtime.app import Application, built_in_issuer
from services.runtime.serving import listening, served
from services.runtime.settings import Settings, read_settings
from tests.attendance.office import OTHER_UNIT, TEAM, TOWNSHIP, UNIT, VILLAGE
from tests.runtime.conftest import alone

KEEPER = "P530000001"
CREW = tuple(f"P00000{number}" for number in range(1, 7))
"""The team; the second is its leader."""
OFFICIALS = {
    "P000010": (Role.TOWNSHIP_LEADER, TOWNSHIP),
    "P000011": (Role.TOWNSHIP, TOWNSHIP),
    "P000020": (Role.COUNTY_OFFICE, TOWNSHIP[:6]),
    "P000030": (Role.KIOSK, TOWNSHIP),
    "P000040": (Role.VILLAGE_SECRETARY, VILLAGE),
    "P000041": (Role.VILLAGE_DIRECTOR, VILLAGE),
    "P000042": (Role.VILLAGE_COMMITTEES, VILLAGE),
    "P000060": (Role.DISPATCHING_UNIT, TOWNSHIP[:6]),
    "P000061": (Role.DISPATCHING_UNIT, TOWNSHIP[:6]),
}
BODIES = {"P000060": UNIT, "P000061": OTHER_UNIT}
"""Official -> the body that he speaks for."""


@dataclass(slots=True)
class County:
    """The running services, and a clock that the next request carries."""

    settings: Settings
    application: Application
    client: httpx.AsyncClient
    clock: str = "2017-02-20T09:00:00+08:00"

    async def give(self, caller: str, command: str, /, *, to: str = "attendance", **body: Any) -> httpx.Response:
        """A command; what it led to is visible to attendance when this returns."""
        answer = await self.client.post(f"/{to}/commands/{command}", json=body, headers=self.headers(caller))
        if answer.is_success and answer.json()["events"]:
            event = answer.json()["events"][-1]
            await self.visible({event["stream"]: event["version"]}, {to, "attendance"})
        return answer

    async def ok(self, caller: str, command: str, /, **body: Any) -> dict[str, Any]:
        """A command that must be taken; its answer."""
        answer = await self.give(caller, command, **body)
        assert answer.status_code == 201, f"{command}: {answer.text}"
        said: dict[str, Any] = answer.json()
        return said

    async def shown(self, caller: str, path: str, /, **query: Any) -> dict[str, Any]:
        """A query that must be answered."""
        answer = await self.ask(caller, path, **query)
        assert answer.status_code == 200, f"{path}: {answer.text}"
        found: dict[str, Any] = answer.json()
        return found

    async def ask(self, caller: str, path: str, **query: Any) -> httpx.Response:
        return await self.client.get(f"/attendance/{path}", params=query, headers=self.headers(caller))

    async def visible(self, positions: dict[str, int], services: Collection[str]) -> None:
        """Returns when these services' views hold the events."""
        for service in services:
            await self.application.hosted[service].visibility.wait_for(positions, 60)

    def headers(self, caller: str) -> dict[str, str]:
        token = built_in_issuer(self.settings).token(caller)
        return {"Authorization": f"Bearer {token}", "Zhucun-Simulated-Time": self.clock}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def county(
    postgres_url: str, empty_bus: str, database_prefix: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[County]:
    var: Path = tmp_path_factory.mktemp("var")
    bound = listening("127.0.0.1", None)
    settings = read_settings(
        {},
        postgres_url=postgres_url,
        nats_url=empty_bus,
        mode="embedded",
        var=var,
        database_prefix=database_prefix,
        port=bound.getsockname()[1],
        origin="zhucun.demo",
    )
    definitions = [alone(definition("personnel")), replace(definition("attendance"), consumes=("personnel",))]
    await administration.apply_databases(settings, definitions)
    await administration.apply_bus(settings, definitions)
    administration.make_keys(settings, definitions)
    application = Application(definitions, settings)
    async with (
        served(application, bound),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.port}", timeout=60) as client,
    ):
        county = County(settings, application, client)
        await administration.bootstrap(settings, KEEPER, "5301", at="2016-04-28T09:00:00+08:00")
        await county.visible({f"role/{KEEPER}": 1}, ("personnel", "attendance"))
        await _settle(county)
        yield county


async def _settle(county: County) -> None:
    county.clock = "2017-01-02T09:00:00+08:00"
    for number, (person, (role, area)) in enumerate(OFFICIALS.items()):
        answer = await county.give(
            KEEPER,
            "grant-role",
            to="personnel",
            grant=f"G{number}",
            person=person,
            role=role,
            area=area,
            starts_on="2016-05-01",
            **({"organisation": BODIES[person]} if person in BODIES else {}),
        )
        assert answer.status_code == 201, answer.text
    assert (await county.give(KEEPER, "register-village", to="personnel", village=VILLAGE)).is_success
    for unit in (UNIT, OTHER_UNIT):
        body = {"organisation": unit, "kind": "organ", "level": "county", "area": "5301"}
        assert (await county.give(KEEPER, "register-organisation", to="personnel", **body)).is_success
    members = [
        {
            "person": person,
            "unit": OTHER_UNIT if person == CREW[5] else UNIT,
            "unit_level": "county",
            "source": "first_secretary" if person == CREW[1] else "other",
        }
        for person in CREW
    ]
    formed = await county.give(
        "P000011",
        "form-team",
        to="personnel",
        team=TEAM,
        village=VILLAGE,
        formed_on="2017-01-01",
        members=members,
        leader=CREW[1],
    )
    assert formed.status_code == 201, formed.text
    county.clock = "2017-02-20T09:00:00+08:00"

"""A county office over HTTP: who holds which role, and commands to finance as people give them on a day."""

from dataclasses import dataclass, replace
from typing import Any

import httpx

from contracts.identifiers import Role
from tests.finance.treasury import COUNTY, OTHER_TOWNSHIP, TEAM, TOWNSHIP, VILLAGE
from tests.runtime.conftest import KEEPER, SINCE, World

CITY_FINANCE, COUNTY_FINANCE, CASHIER, OTHER_CASHIER = "P000101", "P000102", "P000103", "P000104"
APPROVER, TOWNSHIP_OFFICE, UNIT_CLERK, OTHER_CLERK = "P000105", "P000106", "P000107", "P000108"
COMMITTEES, REPRESENTATIVE, LEADING_GROUP, COUNTY_OFFICE = "P000110", "P000111", "P000112", "P000113"
LEADER, MEMBER, AUDITOR = "P000001", "P000002", "P000109"
UNIT, OTHER_UNIT = "O0001", "O0002"
AT = "2017-03-01T10:00:00+08:00"


@dataclass(frozen=True, slots=True)
class Desk:
    """Asks and tells both services at one simulated instant."""

    world: World
    at: str = AT

    def on(self, day: str) -> "Desk":
        """The same desk on another day."""
        return replace(self, at=f"{day}T10:00:00+08:00")

    async def give(self, caller: str, command: str, /, service: str = "finance", **body: Any) -> httpx.Response:
        return await self.world.client.post(
            f"/{service}/commands/{command}",
            json=body,
            headers=self.world.bearer(caller, **{"Zhucun-Simulated-Time": self.at}),
        )

    async def done(self, caller: str, command: str, /, service: str = "finance", **body: Any) -> None:
        """A command that succeeds, and is seen by finance when this returns."""
        answer = await self.give(caller, command, service, **body)
        assert answer.status_code == 201, answer.text
        for event in answer.json()["events"]:
            await self.world.seen(event, "finance")

    async def refused(self, caller: str, command: str, /, **body: Any) -> str:
        answer = await self.give(caller, command, **body)
        assert answer.status_code >= 400, answer.text
        return str(answer.json()["code"])

    async def get(self, person: str, path: str) -> httpx.Response:
        headers = self.world.bearer(person, **{"Zhucun-Simulated-Time": self.at})
        return await self.world.client.get(f"/finance/{path}", headers=headers)

    async def clock(self) -> dict[str, int]:
        """The clock's duties at this instant: how many facts each recorded."""
        headers = self.world.bearer(KEEPER, **{"Zhucun-Simulated-Time": self.at})
        answer = await self.world.client.post("/finance/duties/run", headers=headers)
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["said"])

    async def grant(self, person: str, role: Role, area: str, organisation: str | None = None) -> None:
        body: dict[str, Any] = {"grant": f"G{person}", "person": person, "role": role, "area": area, "starts_on": SINCE}
        await self.done(KEEPER, "grant-role", "personnel", **body, organisation=organisation)


async def offices(world: World) -> Desk:
    """A county with its offices, and a team of six of one city unit in one poor village."""
    desk = Desk(world)
    await desk.grant(CITY_FINANCE, Role.CITY_FINANCE, "5301")
    await desk.grant(COUNTY_FINANCE, Role.COUNTY_FINANCE, COUNTY)
    await desk.grant(CASHIER, Role.TOWNSHIP_FINANCE, TOWNSHIP)
    await desk.grant(OTHER_CASHIER, Role.TOWNSHIP_FINANCE, OTHER_TOWNSHIP)
    await desk.grant(APPROVER, Role.TOWNSHIP_LEADER, TOWNSHIP)
    await desk.grant(TOWNSHIP_OFFICE, Role.TOWNSHIP, TOWNSHIP)
    await desk.grant(UNIT_CLERK, Role.DISPATCHING_UNIT, "5301", UNIT)
    await desk.grant(OTHER_CLERK, Role.DISPATCHING_UNIT, "5301", OTHER_UNIT)
    await desk.grant(COMMITTEES, Role.VILLAGE_COMMITTEES, VILLAGE)
    await desk.grant(REPRESENTATIVE, Role.VILLAGE_REPRESENTATIVES, VILLAGE)
    await desk.grant(LEADING_GROUP, Role.COUNTY_LEADING_GROUP, COUNTY)
    await desk.grant(COUNTY_OFFICE, Role.COUNTY_OFFICE, COUNTY)
    await desk.grant(AUDITOR, Role.AUDIT, "5301")
    await desk.done(KEEPER, "register-village", "personnel", village=VILLAGE)
    unit = {"organisation": UNIT, "kind": "organ", "level": "city", "area": "5301"}
    await desk.done(KEEPER, "register-organisation", "personnel", **unit)
    members = [
        {
            "person": f"P00000{number}",
            "unit": UNIT,
            "unit_level": "city",
            "source": "first_secretary" if number == 1 else "assigned_unit_cadre",
        }
        for number in range(1, 7)
    ]
    formed: dict[str, Any] = {
        "team": TEAM,
        "village": VILLAGE,
        "formed_on": "2017-01-01",
        "members": members,
        "leader": LEADER,
    }
    await desk.done(TOWNSHIP_OFFICE, "form-team", "personnel", **formed)
    return desk
